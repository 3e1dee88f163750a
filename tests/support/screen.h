/*
 * screen: the whole world around a mail screen, for tests: a store with the sample mailbox, a host
 * that writes down what it was asked and answers at once, a clock that stands still, and snapshots
 * of what is drawn.
 */
#pragma once
#include "support/mailbox.h"
#include "ui/painter.h"
#include "ui/screen/mail.h"
#include "ui/worker.h"

typedef struct {
	ScreenHost    host;          /* first: the screen holds a pointer to it */
	TempStore     temp;
	SampleMailbox ids;
	Settings     *settings;      /* all defaults */
	MailScreen   *mail;
	Canvas       *canvas;
	GString      *asked;         /* what the screen asked of its host, one line each */
	GQueue       *jobs;          /* of PageJob, until world_settle() */
	GQueue       *filings;       /* of FilingJob, the same */
	AnsweringJob *answering;     /* the same; NULL: none */
	int64_t       answering_serial;
	Draft        *looked_at;     /* the same, whose certificates are looked for; NULL: none */
	int64_t       look_serial;
	Painter      *painter;       /* with the real helper; for blocks of 256 colours */
	Mailbox      *drawings;      /* of UiAnswer */
	int           drawings_awaited;
	int64_t       last_part_wish, last_oof_wish;
	SearchJob    *search;
	GQueue *events; /* of SyncEvent: what the engine would say, until world_settle() */
	int64_t       wish_id;
	bool          is_deaf;       /* there is no engine */
	Account      *account;       /* as the host has it, whatever its name */
	Account      *bob;           /* bob's; NULL until world_add_bob() */
	const char   *edited;        /* what the person's editor leaves; NULL: there is none */
	const char   *people;        /* whom the directory knows, gal_to_text(); NULL: nobody */
	const char   *found;         /* what the server finds, found_to_text(); NULL: nothing */
	const char   *letter;        /* the source of what was found; NULL: it is gone */
	const Certificates *certificates;  /* what mail is opened and judged by; NULL: nothing */
	Pins         *pins;          /* borrowed: the tokens among these; NULL: there are none */
	int64_t       pack_id;       /* a draft, until world_settle(); 0 none */
	int64_t       pack_serial;
	ImportJob    *import;        /* the same; NULL: none */
	bool          lists_certificates;  /* the same */
	bool          is_over;
	Paths         paths;         /* where a test has put quick replies and signatures */
} World;

void world_init(World *world, int width, int height);
void world_init_empty(World *world, int width,
                      int height); /* a store without an account's folders */
void world_clear(World *world);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(World, world_clear)

/* Bob's account beside the first, with an Inbox and one unread mail in it. */
void world_add_bob(World *world);
void world_resize(World *world, int width, int height);
/* Keys by name, one blank between them; "'abc" types the letters. Then everything settles. */
void world_type(World *world, const char *keys);
/* The same, but everything settles after each key, as it does when a person types. */
void world_steps(World *world, const char *keys);
/* Moves the clock, ticks, and lets workers answer. */
void world_advance(World *world, int64_t ms);
void world_settle(World *world);
void world_event(World *world, const SyncEvent *event);

/* The grid as text, drawn now. Free with g_free. */
char *world_shows(World *world);
void  world_assert_has(World *world, const char *text);
void  world_assert_has_not(World *world, const char *text);
/* What was asked of the host since the last time. */
void  world_assert_asked(World *world, const char *lines);
/* Compares with tests/screens/golden/NAME.txt; SNAP=1 in the environment writes it instead. */
void  world_snapshot(World *world, const char *name);
/* The same of WHAT-80x24, WHAT-100x30 and WHAT-140x45: each the sample mailbox after @arrange. */
void  world_snapshot_widths(const char *what, void (*arrange)(World *world));
/* No cell holds a control or more than its width. */
void  world_check_cells(World *world);
