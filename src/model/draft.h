/*
 * draft: a mail that a person is writing. All of it is text as the person typed it; app/compose.h
 * makes one from a stored message, and bytes for the server from one. Strings are UTF-8, NULL means
 * absent. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
	DRAFT_NEW,
	DRAFT_REPLY,
	DRAFT_REPLY_ALL,
	DRAFT_REPLY_LIST,
	DRAFT_FORWARD,
	DRAFT_FORWARD_ATTACHED,      /* the original goes along whole, as message/rfc822 */
	DRAFT_RESEND,                /* what was sent once, to other people */
	DRAFT_EDIT,                  /* edit as new */
	DRAFT_RESUME,                /* a draft of the server's, gone on with: it is kept over that */
	DRAFT_KIND_COUNT
} DraftKind;

/* To the sender, all, or a list. */
static inline bool draft_kind_is_reply(DraftKind kind)
{
	return kind == DRAFT_REPLY || kind == DRAFT_REPLY_ALL || kind == DRAFT_REPLY_LIST;
}

/* Begins as the original stands, without a quote. */
static inline bool draft_kind_is_again(DraftKind kind)
{
	return kind == DRAFT_EDIT || kind == DRAFT_RESUME || kind == DRAFT_RESEND;
}

/* PLAIN is sent as text alone, unless a quoted original or a signature brings HTML along. */
typedef enum { DRAFT_PLAIN, DRAFT_MARKDOWN, DRAFT_FORMAT_COUNT } DraftFormat;

/* The signature of an answer stands above what is quoted, or below it. */
typedef enum { SIGNED_ABOVE, SIGNED_BELOW, SIGNATURE_PLACE_COUNT } SignaturePlace;
/* HTML, with links and pictures, where there is some of it; or its text alone. */
typedef enum { SIGNATURE_HTML, SIGNATURE_TEXT, SIGNATURE_FORMAT_COUNT } SignatureFormat;

typedef enum {
	SENSITIVITY_NORMAL,
	SENSITIVITY_PERSONAL,
	SENSITIVITY_PRIVATE,
	SENSITIVITY_CONFIDENTIAL,
	SENSITIVITY_COUNT
} Sensitivity;

typedef enum { RECEIPT_READ = 1, RECEIPT_DELIVERY = 2 } Receipts;

/* With a key of S/MIME: beside the text, which everybody can read then, or around it. */
typedef enum { SIGNING_NO, SIGNING_CLEAR, SIGNING_OPAQUE, SIGNING_COUNT } Signing;
/* IF_POSSIBLE: if everybody's certificate is there when it is sent; until then it is kept as what
 * is secret is. */
typedef enum { ENCRYPTION_NO, ENCRYPTION_YES, ENCRYPTION_IF_POSSIBLE, ENCRYPTION_COUNT } Encryption;
/* What a draft that is gone on with was made of. */
typedef enum { SOURCE_TEXT, SOURCE_HTML, SOURCE_FORMAT_COUNT } SourceFormat;
/* Of what is encrypted: its subject stands outside as well, or "[...]" does. */
typedef enum { SUBJECT_OUTSIDE, SUBJECT_INSIDE, SUBJECT_PLACE_COUNT } SubjectPlace;
/* Who says so. ORIGINAL: what is answered came encrypted, and nobody takes that back. */
typedef enum { DECIDED_BY_SETTINGS, DECIDED_BY_PERSON, DECIDED_BY_ORIGINAL, DECIDER_COUNT } Decider;

/*
 * Something that goes along. Its content is @bytes, else the file @path, else a piece of the stored
 * message @message_id: the attachment @reference (FileReference), else its MIME part @part, else
 * the whole message.
 */
typedef struct {
	char    *name;               /* as the recipient sees it */
	char    *content_type;       /* "image/png" */
	char    *content_id;         /* without angle brackets; NULL unless a body shows it */
	bool     is_inline;
	GBytes  *bytes;
	char    *path;
	int64_t  message_id;         /* the store's; 0 none */
	char    *reference;
	int      part;               /* MimePart.index; -1 none */
} DraftPart;

typedef struct {
	DraftKind   kind;
	DraftFormat format;
	char       *account;         /* Account.name */
	char       *from, *to, *cc, *bcc, *reply_to;  /* mime/recipients.h reads them */
	char       *subject;
	char       *body;            /* never NULL; lines end in '\n' */
	char       *signature;       /* its name: put in when the mail is built; NULL none */
	SignaturePlace  signature_place;
	SignatureFormat signature_format;
	int         importance;      /* 0 low, 1 normal, 2 high */
	Sensitivity sensitivity;
	guint       receipts;        /* Receipts */
	Signing     signing;
	Encryption  encryption;
	SubjectPlace subject_place;
	Decider     signing_by, encryption_by;
	GPtrArray  *parts;           /* of DraftPart; never NULL */
	int64_t     send_after_ms;   /* UTC: not to be sent before; 0 at once */

	/* Where it comes from. */
	int64_t     source_id;       /* the store's id of what is answered, forwarded, resumed; 0 none */
	char       *source_server_id, *source_folder; /* for SmartReply and SmartForward */
	char       *in_reply_to, *references;         /* Message-IDs in angle brackets */
	char       *thread_topic;
	GBytes     *thread_index;    /* of the source ([MS-OXOMSG] 2.2.1.3); NULL none */
	SourceFormat source_format;  /* of RESUME: its server keeps HTML of it; TEXT else */
	GBytes     *base_hash;       /* of RESUME: store_draft_hash() of the source; NULL else */
	char       *message_id;      /* with angle brackets: fixed before the first attempt to send */

	/*
	 * The quoted original stands at the end of the body, white space after it not counted. While
	 * these bytes are unchanged, the HTML half of the mail shows the original itself instead; see
	 * draft_quote_at().
	 */
	size_t      quote_bytes;     /* 0: none */
	char       *quote_hash;      /* hex SHA-256 of them */
} Draft;

/* "no", "clear", "opaque"; "no", "yes", "if-possible": a script's word. */
const char *signing_name(Signing signing);
const char *encryption_name(Encryption encryption);

/* Its text must not be where others than its recipients read it: no server keeps it. */
static inline bool draft_is_secret(const Draft *draft) { return draft->encryption != ENCRYPTION_NO; }
/* It leaves as one whole that nobody on the way may change or add to. */
static inline bool draft_is_protected(const Draft *draft)
{
	return draft->signing != SIGNING_NO || draft_is_secret(draft);
}

/* Whom a list names: To, else Cc, else Bcc; NULL: nobody. One of several mails that an encrypted one
 * leaves as goes to one person of Bcc alone. */
static inline const char *draft_addressees(const Draft *draft)
{
	return draft->to ? draft->to : draft->cc ? draft->cc : draft->bcc;
}

Draft *draft_new(void);
Draft *draft_copy(const Draft *draft);       /* GBytes are shared */
void   draft_free(Draft *draft);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Draft, draft_free)

DraftPart *draft_part_new(void);
DraftPart *draft_part_copy(const DraftPart *part);
void       draft_part_free(DraftPart *part);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DraftPart, draft_part_free)

/* True if both say the same; GBytes are compared by content. */
bool draft_equal(const Draft *a, const Draft *b);

/*
 * True while the quoted original stands unchanged at the end of the body; *ret_at is where it
 * begins. Then the HTML half shows the original itself, and a signature may go above it.
 */
bool draft_quote_at(const Draft *draft, size_t *ret_at);

/* Puts @words above what the body says, a blank line between; white space at their end goes. The
 * quote stays where it stands as the original. */
void draft_say_above(Draft *draft, const char *words);

/* True if it goes on with HTML, and its text is another by now: no HTML says what it says. */
bool draft_leaves_formatting(const Draft *draft);

/*
 * The whole draft as text that draft_from_text() reads back without loss: "Field: value" lines, a
 * blank line, the body. A value of several lines goes on in lines that begin with a tab. Absent and
 * empty are the same. Free with g_free.
 */
char *draft_to_text(const Draft *draft);

/* ERR_CONFIG names the line and the remedy. */
Draft *draft_from_text(const char *text, GError **err);

/*
 * The same for a person's editor: only fields that a person decides, To, Cc, Bcc and Subject also
 * where they are empty, and a line "Attach: #N name" for each part. Free with g_free.
 */
char *draft_to_editor(const Draft *draft);

/*
 * Takes over what came back from the editor. A part whose line is gone is dropped; "Attach: PATH"
 * adds a file. ERR_CONFIG names the line and the remedy, and @draft stays as it was: the caller
 * still has @text, and gives it to the editor again.
 */
bool draft_edit(Draft *draft, const char *text, GError **err);
