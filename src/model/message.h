/*
 * message: a mail as the protocols describe it ([MS-ASEMAIL], [MS-ASAIRS]): properties and a body
 * in one form, not MIME. Strings are valid UTF-8 on one line unless said; NULL means absent.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
	MESSAGE_READ = 1 << 0,
	MESSAGE_FLAGGED = 1 << 1,    /* an active flag */
	MESSAGE_DONE = 1 << 2,       /* a completed flag */
	MESSAGE_ATTACHMENT = 1 << 3, /* at least one that is not inline */
	MESSAGE_DRAFT = 1 << 4,
	MESSAGE_REPLIED = 1 << 5,
	MESSAGE_FORWARDED = 1 << 6,
	MESSAGE_INVITATION = 1 << 7, /* a meeting request, update, cancellation or answer */
	MESSAGE_SIGNED = 1 << 8,
	MESSAGE_ENCRYPTED = 1 << 9,
	MESSAGE_TRUNCATED = 1 << 10, /* the stored body is not whole */
	MESSAGE_AS_BCC = 1 << 11,
	MESSAGE_OUT_OF_WINDOW = 1 << 12, /* SoftDelete: the server no longer syncs it; read-only */
	MESSAGE_BAD = 1 << 13,       /* could not be read whole; its source can still be fetched */
} MessageFlags;

/* [MS-ASAIRS] Type 1 to 4. */
typedef enum { BODY_NONE, BODY_TEXT, BODY_HTML, BODY_RTF, BODY_MIME } BodyKind;

typedef struct {
	char    *name;               /* as it was written: no path until text_safe_file_name() */
	char    *reference;          /* FileReference: the fetch key */
	char    *content_id;
	char    *content_type;
	int64_t  size_bytes;         /* the server's estimate */
	int      method;             /* 1 file, 5 embedded message, 6 OLE */
	bool     is_inline;
} Part;

/* What a meeting request says of itself; the calendar floor reads more from MIME. */
typedef struct {
	int64_t start_ms, end_ms;    /* UTC */
	bool    is_all_day;
	char   *location, *organizer, *uid;
	int     instance_type, message_type, busy_status;
	bool    is_response_wanted;
} Meeting;

typedef struct {
	int64_t   id;                /* the store's: see message_id_format(); 0 from the wire */
	int64_t   folder_id, conversation_id;
	/* The folder where the server has it, as server_id: another one while a move waits. */
	int64_t   home_id;
	char     *server_id;
	int64_t   received_ms;       /* UTC */
	char     *subject;
	char     *from, *sender, *to, *cc, *bcc, *reply_to;      /* lists as RFC 5322 text */
	char     *display_to, *topic, *message_class, *preview;
	char     *categories;        /* newline separated */
	guint     flags;             /* MessageFlags */
	int       importance;        /* 0 low, 1 normal, 2 high */
	int64_t   start_ms, due_ms, done_ms;       /* of the flag; 0 none */
	int       last_verb;         /* 0 none, 1 reply, 2 reply all, 3 forward */
	int64_t   size_bytes;        /* estimated size of body and attachments */
	int       code_page;         /* InternetCPID; 0 unknown */
	GBytes   *conversation_key;  /* ConversationId, opaque; NULL: by topic and time */
	GBytes   *conversation_index;
	BodyKind  body_kind, native_kind;
	GBytes   *body;              /* bytes as they came; NULL when not loaded or none */
	char     *body_hash;         /* hex SHA-256 of the stored body; NULL none */
	GPtrArray *parts;            /* of Part; may be NULL */
	Meeting  *meeting;           /* NULL unless MESSAGE_INVITATION */
} Message;

Message *message_new(void);
void     message_free(Message *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Message, message_free)

Part    *part_new(void);
Part    *part_copy(const Part *part);
void     part_free(Part *part);
void     meeting_free(Meeting *meeting);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Part, part_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Meeting, meeting_free)

/* Which fields of a change are there: the server sends Read, Flag and Categories alone, else the
 * whole item. */
typedef enum {
	HAS_READ = 1, HAS_FLAG = 2, HAS_CATEGORIES = 4, HAS_VERB = 8, HAS_ALL = 1 << 8
} MessageHas;

/* An id is received_ms << 20 | serial, and never used twice. As people and scripts see it, with
 * 'm': see model/id.h. Free with g_free. */
char *message_id_format(int64_t id);
bool  message_id_parse(const char *text, int64_t *ret_id);
