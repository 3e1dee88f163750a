/*
 * escape: the sequences that ncurses does not know: title, clipboard, links, pastes. Built here as
 * strings so that tests can read them; no text from outside gets into one unfiltered. Pure.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

/* What is between us and the glass, from TERM, TMUX and STY. */
typedef enum { ESCAPE_NONE, ESCAPE_PLAIN, ESCAPE_TMUX, ESCAPE_SCREEN } EscapeRoute;

/* NONE for terminals that might print what they do not know. Each argument may be NULL. */
EscapeRoute escape_route(const char *term, const char *tmux, const char *sty);

/* Sets the window's title; controls in @title become blanks. Free with g_free. */
char *escape_title(const char *title);
/* OSC 52: puts @text on the clipboard, past tmux or screen. NULL on route NONE, or when @text is
 * too long (74,000 bytes). Free with g_free. */
char *escape_copy(EscapeRoute route, const char *text);
/* @sequence as it reaches the terminal behind tmux, which must have allow-passthrough on; elsewhere
 * as it is. Free with g_free. */
char *escape_through(EscapeRoute route, const char *sequence);
/* OSC 8: what follows is a link to @url, already safe; NULL ends the link. Free with g_free. */
char *escape_link(const char *url);
