#include "ui/term/escape.h"

#include <string.h>

#include "base/text.h"

#define ST "\x1b\\"

/* Most terminals take no longer clipboard than xterm does. */
enum { COPY_MAX = 74000 };

EscapeRoute escape_route(const char *term, const char *tmux, const char *sty)
{
	static const char *const known[] = {
		"xterm",   "tmux",    "screen", "foot", "alacritty", "kitty",  "vte",     "gnome",
		"konsole", "wezterm", "rxvt",   "st",   "iterm",     "mlterm", "contour", "ghostty",
	};

	if (tmux && *tmux)
		return ESCAPE_TMUX;
	if (sty && *sty)
		return ESCAPE_SCREEN;
	for (gsize i = 0; term && i < G_N_ELEMENTS(known); i++)
		if (g_str_has_prefix(term, known[i]))
			return ESCAPE_PLAIN;
	return ESCAPE_NONE;
}

char *escape_title(const char *title)
{
	g_autofree char *line = text_one_line(title);
	g_autofree char *safe = text_visible(line);

	return g_strconcat("\x1b]2;", safe, ST, NULL);
}

/* Inside a wrapper every ESC is doubled. */
static char *wrap_for_tmux(const char *sequence)
{
	g_auto(GStrv) parts = g_strsplit(sequence, "\x1b", -1);
	g_autofree char *doubled = g_strjoinv("\x1b\x1b", parts);

	return g_strconcat("\x1bPtmux;", doubled, ST, NULL);
}

char *escape_through(EscapeRoute route, const char *sequence)
{
	return route == ESCAPE_TMUX ? wrap_for_tmux(sequence) : g_strdup(sequence);
}

char *escape_copy(EscapeRoute route, const char *text)
{
	size_t len = strlen(text);

	if (route == ESCAPE_NONE || len > COPY_MAX)
		return NULL;
	g_autofree char *base64 = g_base64_encode((const guchar *)text, len);
	g_autofree char *plain = g_strconcat("\x1b]52;c;", base64, "\x07", NULL);
	if (route == ESCAPE_PLAIN)
		return g_steal_pointer(&plain);
	if (route == ESCAPE_SCREEN)
		return g_strconcat("\x1bP", plain, ST, NULL);
	/* tmux takes the plain one with set-clipboard=on, the wrapped one with
	 * allow-passthrough. */
	g_autofree char *wrapped = wrap_for_tmux(plain);
	return g_strconcat(plain, wrapped, NULL);
}

char *escape_link(const char *url)
{
	return g_strconcat("\x1b]8;;", url ? url : "", ST, NULL);
}
