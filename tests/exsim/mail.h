/*
 * mail: one message as the server sees it: what ActiveSync says about it, its two bodies, its
 * attachments. Made on demand, from MIME or by the generator, and thrown away after the answer.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
	char   *name, *content_type, *content_id;   /* content_id without angle brackets; NULL */
	int     method;                             /* [MS-ASAIRS] Method: 1 file, 5 message, 6 OLE or inline */
	bool    is_inline;
	GBytes *content;                            /* decoded */
} MailAttachment;

typedef struct {
	int64_t start_ms, end_ms, stamp_ms;
	bool    is_all_day, wants_answer;
	int     instance_type, busy_status, reminder_min, message_type;
	char   *location, *organizer, *uid;
} MailMeeting;

typedef struct {
	char        *from, *to, *cc, *bcc, *reply_to, *sender, *subject;   /* UTF-8; NULL absent */
	char        *display_to, *thread_topic, *message_class, *content_class;
	int          importance;        /* 0 low, 1 normal, 2 high */
	int          code_page;         /* InternetCPID */
	int64_t      date_ms;           /* when it arrived */
	uint8_t      conversation_id[16];
	GByteArray  *conversation_index;
	char        *text, *html;       /* bodies, CRLF, UTF-8; NULL absent, one of them is there */
	GPtrArray   *attachments;       /* of MailAttachment */
	MailMeeting *meeting;           /* NULL: none */
} Mail;

/* Takes @content; the rest is copied. */
void mail_add_attachment(Mail *mail, const MailAttachment *like);

Mail *mail_new(void);
void  mail_free(Mail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mail, mail_free)

/* Reads a message. Never fails: what is broken comes out as a mail client would show it. @date_ms: of arrival. */
Mail *mail_from_mime(GBytes *mime, int64_t date_ms);

/* The Date header, milliseconds UTC; 0 if it has none. Reads the headers only. */
int64_t mail_date_of_mime(GBytes *mime);

/* The body as plain text or as HTML, converted if it exists only as the other. Free with g_free. */
char *mail_as_text(const Mail *mail);
char *mail_as_html(const Mail *mail);

/* True for a message that only its whole MIME can show: signed or encrypted by S/MIME. */
bool mail_is_smime(const Mail *mail);

/* Gives @mail its ConversationId and Index: @root names the thread, @depth counts the replies. */
void mail_set_conversation(Mail *mail, const char *root, unsigned depth);

/* HTML to text as a server does it: blocks become lines, entities characters. Free with g_free. */
char *html_to_text(const char *html);
