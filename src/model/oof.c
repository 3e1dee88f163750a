#include "model/oof.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"

static const char *const states[] = { [OOF_OFF] = "off", [OOF_ON] = "on", [OOF_TIMED] = "timed" };
static const char *const audiences[] = {
	[OOF_INTERNAL] = "internal",
	[OOF_KNOWN] = "known",
	[OOF_UNKNOWN] = "unknown",
};
static const char *const outsides[] = {
	[OOF_OUTSIDE_NONE] = "none", [OOF_OUTSIDE_CONTACTS] = "contacts", [OOF_OUTSIDE_ALL] = "all",
};

const char *oof_state_name(OofState state) { return states[state]; }

Oof *oof_new(void) { return g_new0(Oof, 1); }

Oof *oof_copy(const Oof *oof)
{
	Oof *copy = g_memdup2(oof, sizeof *oof);

	for (int i = 0; i < OOF_AUDIENCE_COUNT; i++)
		copy->messages[i].text = g_strdup(oof->messages[i].text);
	return copy;
}

void oof_free(Oof *oof)
{
	if (!oof)
		return;
	for (int i = 0; i < OOF_AUDIENCE_COUNT; i++)
		g_free(oof->messages[i].text);
	g_free(oof);
}

bool oof_equal(const Oof *a, const Oof *b)
{
	g_autofree char *left = oof_to_text(a), *right = oof_to_text(b);

	return strcmp(left, right) == 0;
}

void oof_set_message(Oof *oof, OofAudience audience, const char *text, bool is_html)
{
	OofMessage *message = &oof->messages[audience];
	char *copy = g_strdup(text);

	g_free(message->text);
	*message = (OofMessage){ .is_on = true, .is_html = is_html, .text = copy };
}

void oof_set_state(Oof *oof, OofState state)
{
	oof->state = state;
	if (state != OOF_OFF)
		oof->messages[OOF_INTERNAL].is_on = true;
}

OofOutside oof_outside(const Oof *oof)
{
	return oof->messages[OOF_UNKNOWN].is_on ? OOF_OUTSIDE_ALL
	       : oof->messages[OOF_KNOWN].is_on ? OOF_OUTSIDE_CONTACTS
	                                        : OOF_OUTSIDE_NONE;
}

void oof_set_outside(Oof *oof, OofOutside who)
{
	oof->messages[OOF_KNOWN].is_on = who != OOF_OUTSIDE_NONE;
	oof->messages[OOF_UNKNOWN].is_on = who == OOF_OUTSIDE_ALL;
}

const char *oof_outside_text(const Oof *oof)
{
	const char *text = oof->messages[OOF_KNOWN].text;

	return text ? text : oof->messages[OOF_UNKNOWN].text;
}

void oof_set_outside_text(Oof *oof, const char *text, bool is_html)
{
	oof_set_message(oof, OOF_KNOWN, text, is_html);
	oof_set_message(oof, OOF_UNKNOWN, text, is_html);
}

bool oof_has_outside(const Oof *oof)
{
	return !oof->messages[OOF_KNOWN].is_untold || !oof->messages[OOF_UNKNOWN].is_untold;
}

bool oof_is_on(const Oof *oof, int64_t now_ms)
{
	return oof->state == OOF_ON ||
	       (oof->state == OOF_TIMED && oof->start_ms <= now_ms && now_ms < oof->end_ms);
}

/* ---- as text ---- */

/* "state timed", "start 1772625600000", "internal on html", and then the message, each line behind
 * a tab. */

static void append_message(GString *out, OofAudience audience, const OofMessage *message)
{
	g_auto(GStrv) lines = g_strsplit(message->text ? message->text : "", "\n", -1);

	g_string_append_printf(out, "%s %s %s\n", audiences[audience],
	                       message->is_on ? "on" : "off",
	                       message->is_untold ? "untold"
	                       : !message->text   ? "none"
	                       : message->is_html ? "html"
	                                          : "text");
	if (message->text && !lines[0])
		g_string_append(out, "\t\n"); /* an empty text splits into no line at all */
	for (size_t i = 0; message->text && lines[i]; i++)
		g_string_append_printf(out, "\t%s\n", lines[i]);
}

char *oof_to_text(const Oof *oof)
{
	GString *out = g_string_new(NULL);

	g_string_append_printf(out, "state %s\n", states[oof->state]);
	if (oof->state == OOF_TIMED)
		g_string_append_printf(
			out, "start %" G_GINT64_FORMAT "\nend %" G_GINT64_FORMAT "\n",
			oof->start_ms, oof->end_ms);
	for (int i = 0; i < OOF_AUDIENCE_COUNT; i++)
		append_message(out, (OofAudience)i, &oof->messages[i]);
	return g_string_free(out, FALSE);
}

static int index_of(const char *const *names, int count, const char *name)
{
	for (int i = 0; i < count; i++)
		if (g_strcmp0(names[i], name) == 0)
			return i;
	return -1;
}

bool oof_outside_parse(const char *name, OofOutside *ret_who)
{
	int who = index_of(outsides, OOF_OUTSIDE_COUNT, name);

	if (who < 0)
		return false;
	*ret_who = (OofOutside)who;
	return true;
}

static bool read_message(Oof *oof, char **words)
{
	int audience = index_of(audiences, OOF_AUDIENCE_COUNT, words[0]);

	if (audience < 0 || !words[1] || !words[2])
		return false;
	oof->messages[audience].is_on = strcmp(words[1], "on") == 0;
	oof->messages[audience].is_html = strcmp(words[2], "html") == 0;
	oof->messages[audience].is_untold = strcmp(words[2], "untold") == 0;
	return true;
}

static bool read_field(Oof *oof, char **words)
{
	int state = index_of(states, OOF_STATE_COUNT, words[1]);

	if (strcmp(words[0], "start") == 0)
		return text_to_int(words[1], 0, INT64_MAX, &oof->start_ms);
	if (strcmp(words[0], "end") == 0)
		return text_to_int(words[1], 0, INT64_MAX, &oof->end_ms);
	if (strcmp(words[0], "state") != 0)
		return read_message(oof, words);
	oof->state = state < 0 ? OOF_OFF : (OofState)state;
	return state >= 0;
}

/* The lines behind tabs, from @lines on. Returns how many. */
static size_t read_text(OofMessage *message, char **lines)
{
	GString *text = g_string_new(lines[0] + 1);
	size_t count = 1;

	for (; lines[count] && *lines[count] == '\t'; count++)
		g_string_append_printf(text, "\n%s", lines[count] + 1);
	g_free(message->text);
	message->text = g_string_free(text, FALSE);
	return count;
}

/* *audience: whose message the line speaks of; -1 none. */
static bool read_line(Oof *oof, const char *line, int *audience)
{
	g_auto(GStrv) words = g_strsplit(line, " ", 3);

	if (!words[0] || !words[1] || !read_field(oof, words))
		return false;
	*audience = index_of(audiences, OOF_AUDIENCE_COUNT, words[0]);
	return true;
}

Oof *oof_from_text(const char *text, GError **err)
{
	g_autoptr(Oof) oof = oof_new();
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	int audience = -1;

	for (size_t i = 0, count; lines[i]; i += count) {
		bool is_end = !*lines[i] && !lines[i + 1];
		bool is_text = *lines[i] == '\t' && audience >= 0;

		count = is_text ? read_text(&oof->messages[audience], lines + i) : 1;
		if (!is_text && !is_end && !read_line(oof, lines[i], &audience))
			return fail_null(err, ERR_CONFIG,
			                 _("line %zu of the out-of-office settings makes no sense"),
			                 i + 1);
	}
	return g_steal_pointer(&oof);
}
