/*
 * mime/entity: a message or a part of one as bytes: its header fields and, of a multipart, the
 * windows of its parts, for whoever must know exactly which bytes another one signed. mime_read()
 * repairs what is broken; this one refuses whatever two readers could take in two ways. Source:
 * RFC 5322, RFC 2045, RFC 2046. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct {
	char  *name;          /* as written */
	char  *value;         /* its lines joined, blanks around it gone; raw bytes otherwise */
	size_t start, len;    /* within the entity: from the name to the end of its last line */
} MimeField;

typedef struct {
	GBytes     *bytes;            /* header, empty line, body */
	GPtrArray  *fields;           /* of MimeField, in order */
	size_t      body_start;
	char       *type;             /* "multipart/signed", lower case; text/plain without a field */
	GHashTable *params;           /* of Content-Type: lower-case name to value */
	char       *encoding;         /* of Content-Transfer-Encoding, lower case; "7bit" without */
} MimeEntity;

/*
 * Reads the header of @bytes, of which a reference is kept. ERR_PROTOCOL names what is ambiguous: a
 * line that is no field, a NUL or a lone CR, a Content-… field that comes twice or is not written
 * as RFC 2045 has it. ERR_LIMIT: more than mime_scan() lets pass.
 */
MimeEntity *mime_entity_read(GBytes *bytes, GError **err);
void        mime_entity_free(MimeEntity *entity);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MimeEntity, mime_entity_free)

/* A parameter of its Content-Type, borrowed; NULL. @name is lower case. */
const char *mime_entity_param(const MimeEntity *entity, const char *name);

/* The first field of this name, borrowed; NULL. *ret_count (may be NULL) is how many there are. */
const MimeField *mime_entity_field(const MimeEntity *entity, const char *name, guint *ret_count);

/* True for fields that say how the body is to be read, rather than something about the message. */
bool mime_field_is_structural(const char *name);

/* The body, its transfer encoding undone. ERR_LIMIT: no memory for it. */
GBytes *mime_entity_body(const MimeEntity *entity, GError **err);

/*
 * The parts of a multipart, of GBytes: windows of its bytes, without the line end that belongs to
 * the delimiter. ERR_PROTOCOL: it is none, or its delimiters are not beyond doubt: one that does
 * not close, one after the close, a line that only begins like one.
 */
GPtrArray *mime_entity_parts(const MimeEntity *entity, GError **err);
