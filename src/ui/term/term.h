/*
 * term: the terminal. It shows a Canvas (ncurses finds the least bytes for it, one pass over it
 * adds the links and the sixels), reads keys, mouse and pastes, and turns signals into something that a poll()
 * loop can wait for. The only module that knows ncurses, and the only one that writes to the
 * terminal. One at a time, in the thread that opened it.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "base/clock.h"
#include "ui/cell/canvas.h"
#include "ui/cell/key.h"
#include "ui/term/graphics.h"

typedef struct Term Term;

typedef struct {
	const Clock *clock;          /* borrowed: double clicks */
	const StyleSheet *styles;    /* copied */
	bool         is_plain;       /* no colours */
	bool         has_mouse;      /* false leaves the mouse to the terminal's own selection */
	GraphicsWish pictures;
} TermSetup;

/*
 * Takes the terminal of the process: alternate screen, keys unechoed, signals blocked in this and
 * all later threads. ERR_UNSUPPORTED, in one sentence: no terminal, or one that cannot place its
 * cursor (TERM=dumb).
 */
Term *term_open(const TermSetup *setup, GError **err);
/* Gives it back as it was. */
void  term_close(Term *term);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Term, term_close)

int term_input_fd(const Term *term);         /* for poll(): keys */
int term_signal_fd(const Term *term);        /* for poll(): signals */

void term_size(const Term *term, int *ret_width, int *ret_height);

/* Shows @canvas; only what differs from the last one costs bytes. */
void term_draw(Term *term, const Canvas *canvas);
/* From the next drawing on, in these styles. */
void term_restyle(Term *term, const StyleSheet *styles);
void term_set_mouse(Term *term, bool has_mouse);
/* What a drawing has to be made of, and for, to be shown here. */
typedef struct {
	DrawingKind kind;
	int         colours;                 /* of BLOCKS: 16, 256, or STYLE_ALL_COLOURS */
	int         cell_width, cell_height; /* pixels; a likely shape where the terminal does not say */
} TermPictures;
/* False: no pictures are shown. */
bool term_pictures(const Term *term, TermPictures *ret_pictures);
void term_set_pictures(Term *term, GraphicsWish pictures);
/* Draws everything anew next time: ^L, or somebody else wrote over us. */
void term_redraw(Term *term);

/* The next input, the caller's to clear; false when none waits. */
bool term_read(Term *term, Input *ret_input);

typedef enum { TERM_RESIZED = 1, TERM_END = 2, TERM_CONTINUED = 4 } TermSignals;
/* What signals have said since the last call. END: SIGTERM, SIGHUP or SIGINT, the program should
 * quit. */
guint term_signals(Term *term);

/* ^Z: gives the terminal back and stops the process; returns when it goes on. */
void term_suspend(Term *term);

/* Gives the terminal to another program, and takes it again: everything is drawn anew, and ^C and
 * ^Z typed there are not ours. */
void term_lend(Term *term);
void term_take_back(Term *term);

/* Window title and clipboard, where the terminal is known to take them; controls in @text are made
 * visible. */
void term_title(Term *term, const char *text);
void term_copy(Term *term, const char *text);
