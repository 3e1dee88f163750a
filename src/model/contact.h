/*
 * contact: a person or company of an address book as the protocols describe it ([MS-ASCNTC]).
 * Strings are valid UTF-8 on one line unless said; NULL means absent.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
#define CONTACT_TEXT(id, name, page, group, label) CONTACT_##id,
#include "model/contact.def"
#undef CONTACT_TEXT
	CONTACT_TEXT_COUNT
} ContactText;

/* What stands together on a card. Each of the three addresses is a group. */
typedef enum {
	CONTACT_GROUP_NAME, CONTACT_GROUP_EMAIL, CONTACT_GROUP_PHONE, CONTACT_GROUP_CHAT,
	CONTACT_GROUP_WORK, CONTACT_GROUP_BUSINESS, CONTACT_GROUP_HOME, CONTACT_GROUP_OTHER,
	CONTACT_GROUP_PERSONAL, CONTACT_GROUP_COUNT
} ContactGroup;

typedef struct {
	const char  *name;            /* as in files and JSON */
	ContactGroup group;
	const char  *label;           /* to be translated */
} ContactTextInfo;

typedef struct {
	int64_t    id;                /* the store's; 0 from the wire */
	int64_t    folder_id;
	char      *server_id;
	char      *texts[CONTACT_TEXT_COUNT];    /* streets may have many lines */
	char      *categories, *children;        /* newline separated */
	/* Dates without a time, at 00:00 UTC; CONTACT_NO_DATE. */
	int64_t    birthday_ms, anniversary_ms;
	char      *body;              /* the note: many lines of plain text */
	GBytes    *picture;           /* as it came: JPEG as a rule; NULL none */
	/* Of a card that came as a file: the lines that have no place above (RFC 6350), kept here
	 * and written out again. */
	char      *card_rest;
} Contact;

#define CONTACT_NO_DATE INT64_MIN

Contact *contact_new(void);
Contact *contact_copy(const Contact *contact);
void     contact_free(Contact *contact);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Contact, contact_free)

/* Owned by the table. */
const ContactTextInfo *contact_text_info(ContactText text);
/* -1 if no text is called so. */
int contact_text_find(const char *name);

/* NULL and "" are nothing. The text is copied. */
void contact_set(Contact *contact, ContactText text, const char *value);

/* What a list shows: FileAs, else the name in its order, the company, an address, a number. ""
 * only of a contact that has none of them. Free with g_free. */
char *contact_display_name(const Contact *contact);
