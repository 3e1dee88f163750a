/*
 * reader: the reading pane, or a tab of its own. It follows the cursor of the list after a moment
 * of rest, asks a worker to lay the message out and shows the page when it comes; until then the
 * last page stays.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "store/read.h"
#include "ui/cell/canvas.h"
#include "ui/screen/host.h"
#include "ui/screen/letters.h"
#include "ui/screen/page.h"
#include "ui/screen/web.h"

enum { READER_REST_MS = 150 };

typedef struct {
	StoreReader *store;          /* all borrowed, and outlive the reader */
	const Clock *clock;
	ScreenHost  *host;
	int64_t     *serial;         /* counts jobs of all readers */
	Letters     *letters;
	char *const
		*download_key; /* where its name stands; NULL there: nothing can be downloaded */
	char *const *pictures_key;   /* the same; NULL there: it has no key */
	const Web   *web;            /* for pictures of other servers */
	const Settings *settings;
	char *const *verdict_key;    /* as the others */
	char *const *pin_key;
	char *const *import_key;
} ReaderSetup;

/* smime.enabled, as the account has it that @message came through. */
bool reader_is_judging(const ReaderSetup *setup, const Message *message);

typedef struct Reader Reader;

Reader *reader_new(const ReaderSetup *setup);
void    reader_free(Reader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reader, reader_free)

/* The message under the cursor, shown after a rest; 0: none, and the pane is empty. */
void    reader_follow(Reader *reader, int64_t message_id);
/* The same at once. */
void    reader_open(Reader *reader, int64_t message_id);
int64_t reader_message(const Reader *reader);            /* shown or awaited; 0 none */
/* Since when (uptime) the page of reader_message() has been in view; -1: it is not. */
int64_t reader_since_ms(const Reader *reader);
/* Its page, or NULL while it is awaited. Borrowed until the next call. */
const Page *reader_shown(const Reader *reader);

/* Lays the page out anew if it lacked a PIN, which was given, or will not be. */
void    reader_pin_given(Reader *reader);

/* Shows the pictures, or hides them; another message begins with them hidden. */
void    reader_toggle_pictures(Reader *reader);
void    reader_redraw_pictures(Reader *reader);      /* the terminal shows them in another way */
/* The gallery's, of the message in view; the pane is laid out anew where need be. */
void    reader_ask_web(Reader *reader);
bool    reader_has_unasked(const Reader *reader);
char   *reader_web_hosts(const Reader *reader);

/* Takes @page if this reader waits for it. */
bool    reader_take(Reader *reader, Page *page);
/* Content of @message_id came: shown if it is ours. A wish failed: its sentence is shown in the
 * pane. */
bool    reader_fetched(Reader *reader, int64_t message_id);
bool    reader_failed(Reader *reader, int64_t wish_id, const char *sentence);
/* A part that a picture is, and a drawing; true if they were for this one. */
bool    reader_fetched_part(Reader *reader, int64_t wish_id, GBytes *content);
bool    reader_drawn(Reader *reader, const Drawn *drawn);

int64_t reader_deadline(const Reader *reader);           /* uptime; INT64_MAX: none */
void    reader_tick(Reader *reader);

typedef enum {
	READER_HEADERS,
	READER_SOURCE,
	READER_VERDICT,
	READER_QUOTES,
	READER_VIEW_COUNT
} ReaderView;
void    reader_toggle(Reader *reader, ReaderView view);
void    reader_download(Reader *reader);

/* Lines down, or up; false if it was at the end already. */
bool    reader_scroll(Reader *reader, int lines);
void    reader_to_end(Reader *reader, bool is_bottom);
int     reader_height(const Reader *reader);
bool    reader_search(Reader *reader, const char *text, bool is_backwards);

void    reader_draw(Reader *reader, Canvas *canvas, Rect rect);
