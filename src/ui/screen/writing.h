/*
 * writing: a mail that is being written: the review screen with its fields, what goes along and the
 * text, and the questions that are asked before it leaves. It knows neither store nor engine nor
 * editors: what has to be done outside, it wishes. The draft in it is always what the person has
 * typed so far.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "app/people.h"
#include "app/protection.h"
#include "base/clock.h"
#include "model/draft.h"
#include "ui/cell/canvas.h"
#include "ui/cell/key.h"
#include "ui/widget/prompt.h"

typedef struct Writing Writing;

/* Adds to @offers (of PeopleOffer) whom the last entry of @text, an address field, may mean. What
 * it returns is the caller's: a word on what is awaited or cannot be had; NULL nothing. */
typedef char *(*WritingOffer)(const char *text, GPtrArray *offers, void *data);

typedef struct {
	const Clock     *clock;          /* borrowed */
	WritingOffer     offer;          /* NULL: nobody is known */
	void            *offer_data;
	bool             has_directory;  /* names can be looked up: WRITING_WANTS_NAMES */
	const GPtrArray *domains; /* of char *: one's own; mail to others is asked about. Borrowed;
	                             NULL: not asked */
	bool             has_smime;      /* smime.enabled */
	Signing          signing;        /* how, when a person switches it on */
	bool             has_editor;     /* the text is written in a program of the person's */
	bool skips_attachments; /* that one is spoken of and none is there is not asked about */
} WritingSetup;

/* What has to be done outside. */
typedef enum {
	WRITING_GOES_ON,
	WRITING_WANTS_EDITOR, /* the person's program, on writing_editor_text(); then
	                         writing_edited() */
	WRITING_WANTS_NAMES,  /* writing_names() looked up; then writing_named() */
	WRITING_WANTS_CERTIFICATES, /* protection_look() at writing_draft(); then
	                               writing_looked() */
	WRITING_SENDS,        /* everything was asked: send writing_draft() */
	WRITING_POSTPONES,    /* keep the draft and close */
	WRITING_DISCARDS,     /* the person said so: drop the draft and close */
} WritingWish;

/* What a person does on the review screen. */
typedef enum {
	WRITING_SEND,
	WRITING_POSTPONE,
	WRITING_LEAVE,             /* asks what to do with it */
	WRITING_TEXT,              /* write the text */
	WRITING_FROM, WRITING_TO, WRITING_CC, WRITING_BCC, WRITING_REPLY_TO, WRITING_SUBJECT,
	WRITING_ATTACH,            /* a file, by its path */
	WRITING_DETACH,            /* the one under the cursor */
	WRITING_FORMAT,            /* plain text or Markdown */
	WRITING_IMPORTANCE,        /* normal, high, low */
	WRITING_SENSITIVITY,
	WRITING_RECEIPT,           /* asked for or not */
	WRITING_SIGN, WRITING_ENCRYPT,     /* or not */
	WRITING_LATER,             /* not to be sent before */
	WRITING_DOWN, WRITING_UP, WRITING_PAGE_DOWN, WRITING_PAGE_UP,
} WritingAct;

/*
 * @draft is the writing's. A new mail asks for To and Subject first and then for the text; an
 * answer begins with the text; what was postponed begins with the review (@is_resumed).
 */
Writing *writing_new(const WritingSetup *setup, Draft *draft, bool is_resumed);
void     writing_free(Writing *writing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Writing, writing_free)

/* What begins by itself, right after writing_new(): WANTS_EDITOR or GOES_ON. */
WritingWish writing_begin(Writing *writing);

const Draft *writing_draft(const Writing *writing);
/* True if the draft changed since it was last called: save it. */
bool         writing_take_change(Writing *writing);

/* True while keys are letters: a field, a question, or the text in place. */
bool         writing_takes_keys(const Writing *writing);
/* Which keys are no letters then: for the footer. Static. */
const char  *writing_hint(const Writing *writing);
WritingWish  writing_key(Writing *writing, Key key);
void         writing_paste(Writing *writing, const char *text);

/* What is being typed in an address field, where the directory may know more: its last entry,
 * borrowed until the next key; NULL: nothing. */
const char  *writing_wanted(const Writing *writing);
/* Others are offered than before. */
void         writing_offers_came(Writing *writing);
/* The names, newline separated, that are to be looked up before it can be sent; borrowed. */
const char  *writing_names(const Writing *writing);
/*
 * Who is meant by each (of GalEntry, with the name that was asked for): one person of just this
 * name takes its place, of others the person chooses, and a name that is nobody's is refused.
 * @failure: why nobody was found, a sentence; NULL. Both are borrowed. What follows is as after a
 * key.
 */
WritingWish  writing_named(Writing *writing, const GPtrArray *people, const char *failure);

/* True if certificates are to be looked for, only to be shown: as WANTS_CERTIFICATES. */
bool         writing_wants_certificates(const Writing *writing);
/* What was found, the writing's; NULL: @failure, borrowed, says why nothing was. What follows is as
 * after a key. */
WritingWish  writing_looked(Writing *writing, Protection *protection, const char *failure);

/* True if its bytes can be made only while the person is there: as it is now, it is signed with a key
 * on a token, or encrypted to one. */
bool         writing_needs_token(const Writing *writing);

/* On the review screen. @argument: the field's new value, a path, a time; "" asks for it. */
WritingWish  writing_act(Writing *writing, WritingAct act, const char *argument);

/* For the editor: header lines and text. Free with g_free. */
char        *writing_editor_text(const Writing *writing);
/* What came back from it. If it makes no sense the sentence is shown and the editor wished for
 * again when the person wants it, with @text as it is: nothing is lost. */
void         writing_edited(Writing *writing, const char *text);
/* Some text from the editor made no sense, and is not in the draft. */
bool         writing_has_refused(const Writing *writing);
/* What was kept as @given came back as @kept: its parts have other names now, or their bytes. Parts
 * that were added or taken away meanwhile stay as they are. */
void         writing_take_parts(Writing *writing, const Draft *given, const Draft *kept);
/* Gives the draft its Message-ID (compose_identify()). */
void         writing_identify(Writing *writing, const uint8_t *random);
/* Why something did not work outside: shown, and the person goes on. NULL: nothing more. */
void         writing_fails(Writing *writing, const char *sentence);

/* "Re: quarterly (draft)": for the tab. Free with g_free. */
char        *writing_title(const Writing *writing);
void         writing_draw(Writing *writing, Canvas *canvas, Rect rect);
