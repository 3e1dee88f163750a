/* writing_state: what the files of writing share. For writing*.c only. */
#pragma once
#include "ui/screen/ask.h"
#include "ui/screen/writing.h"
#include "ui/widget/editor.h"
#include "ui/widget/menu.h"

/* What is asked before a mail leaves, in this order; none twice. */
typedef enum {
	CHECK_DOUBT,         /* certificates that nobody vouches for */
	CHECK_SUBJECT,
	CHECK_ATTACHMENT,
	CHECK_STRANGERS,
	CHECK_COUNT
} WritingCheck;

/* What the question on the screen is about. */
typedef enum { ABOUT_CHECK, ABOUT_LEAVING } WritingAbout;

/* Whether an address field has an entry that is no address: reading a long list takes time. */
typedef struct { char *value; bool has_open; } Checked;
enum { CHECKED_MOST = 5 };

struct Writing {
	WritingSetup setup;
	Draft       *draft;
	char        *saved;          /* the draft as text, when it was last told as changed */
	char        *refused;        /* what came from the editor and cannot be read; NULL */
	bool         is_guided;      /* To, Subject and text are asked for in turn */

	/* above the rest, one at a time */
	Prompt      *prompt;
	WritingAct   field;          /* what the prompt asks for */
	GPtrArray   *offers;         /* of PeopleOffer: whom the last entry may mean; NULL none */
	char        *offers_note;    /* what is awaited; NULL */
	char        *offers_text;    /* what was typed when they were made */
	int          offer;          /* the one that was taken; -1 none */
	AskBox      *ask;
	WritingAbout about;
	WritingCheck check;          /* the next to look at */
	Editor      *editor;         /* the text, in place */

	/* names that are no addresses */
	char        *names;          /* being looked up, newline separated; NULL */
	char        *names_failure;  /* why nobody could be asked, since it was to be sent; NULL */
	GHashTable  *known_names;    /* char *: those that were looked up */
	GPtrArray   *named;          /* of GalEntry: what was found for them */
	char        *naming;         /* the one that the person chooses somebody for; NULL */
	GPtrArray   *candidates;     /* of PeopleOffer, for the menu */
	Menu        *menu;

	/* S/MIME */
	Protection  *protection;     /* what was found last, of whomever; NULL: nothing */
	bool         awaits_look;    /* it is to be sent once that is known */
	bool         is_blind;       /* it could not be found out: not asked again by itself */
	bool         menu_is_about_reach;    /* else it is about a name */

	Checked      checked[CHECKED_MOST];  /* of the address fields, as drawn last */
	char        *message;        /* a sentence; NULL none */
	int          part;           /* the attachment under the cursor */
	int          top;            /* of the text on the review screen */
};

/* ---- writing.c ---- */
bool        writing_is_recipients(WritingAct act);           /* a field of addresses */
WritingWish writing_send_on(Writing *writing);               /* what is to be asked before it leaves */
WritingWish writing_ask_on(Writing *writing);                /* of that, what comes last: a yes or no */

/* ---- writing_protect.c ---- */
void        writing_change_signing(Writing *writing);
void        writing_change_encryption(Writing *writing);
/* What is known of the recipients that are there now; NULL: not known. */
const Protection *writing_protection(const Writing *writing);
bool        writing_must_look(Writing *writing);             /* before it leaves; it was said */
void        writing_look_key(Writing *writing, Key key);     /* while it is looked */
WritingWish writing_reach_chosen(Writing *writing, int64_t choice);  /* of the menu */
WritingWish writing_clear_typed(Writing *writing, const char *text); /* the word that was asked */
char       *writing_doubt_question(const Writing *writing);  /* NULL: nothing to ask */
void        writing_settle(Writing *writing);        /* it leaves: what is possible is decided */
/* What is drawn; the caller's. The people are borrowed, those who cannot be reached first. */
char       *writing_protection_words(const Writing *writing, Style *ret_style);
GPtrArray  *writing_reached(const Writing *writing);         /* of ProtectionPerson */
char       *writing_person_words(const ProtectionPerson *person);

/* ---- writing_people.c ---- */
void        writing_offers_clear(Writing *writing);
void        writing_offer_anew(Writing *writing);            /* the line has changed */
bool        writing_offer_key(Writing *writing, Key key);    /* true: an offer was taken */
/* True: every entry is an address now. Else it was said what is wrong, or a choice is open, or
 * *ret_wish says what to look up. */
bool        writing_names_are_known(Writing *writing, WritingWish *ret_wish);
void        writing_names_key(Writing *writing, Key key);    /* while they are looked up */
WritingWish writing_menu_key(Writing *writing, Key key);
