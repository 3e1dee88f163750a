#include "exsim/ledger.h"

#include <stdbool.h>
#include <string.h>

struct Ledger { GString *text; char *watched; };

Ledger *ledger_new(void)
{
	Ledger *ledger = g_new0(Ledger, 1);

	ledger->text = g_string_new(NULL);
	return ledger;
}

void ledger_free(Ledger *ledger)
{
	if (!ledger)
		return;
	g_string_free(ledger->text, TRUE);
	g_free(ledger->watched);
	g_free(ledger);
}

static void append_string(GString *out, const char *utf8)
{
	g_autofree char *valid = g_utf8_make_valid(utf8, -1);

	g_string_append_c(out, '"');
	for (const char *p = valid; *p; p++) {
		if (*p == '"' || *p == '\\')
			g_string_append_printf(out, "\\%c", *p);
		else if ((unsigned char)*p < 0x20)
			g_string_append_printf(out, "\\u%04x", (unsigned)(unsigned char)*p);
		else
			g_string_append_c(out, *p);
	}
	g_string_append_c(out, '"');
}

static bool is_watched(const Ledger *ledger, const LedgerLine *line)
{
	return ledger->watched && line->body && memmem(line->body, line->bytes_in, ledger->watched, strlen(ledger->watched));
}

void ledger_write(Ledger *ledger, const LedgerLine *line)
{
	const struct { const char *name, *value; } texts[] = {
		{ "method", line->method }, { "cmd", line->cmd }, { "user", line->user }, { "device", line->device },
		{ "version", line->version }, { "user_agent", line->user_agent }, { "policy_key", line->policy_key },
		{ "sync_key", line->sync_key }, { "folders", line->folders }, { "fault", line->fault },
	};
	const struct { const char *name; int64_t value; } numbers[] = {
		{ "at_ms", line->at_ms }, { "http", line->http }, { "status", line->status }, { "bytes_in", (int64_t)line->bytes_in },
		{ "bytes_out", (int64_t)line->bytes_out }, { "bytes_wire", (int64_t)line->bytes_wire }, { "took_ms", line->took_ms },
	};
	GString *out = ledger->text;

	g_string_append_c(out, '{');
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
		g_string_append_printf(out, "%s\"%s\":%" G_GINT64_FORMAT, i ? "," : "", numbers[i].name, (gint64)numbers[i].value);
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_string_append_printf(out, ",\"%s\":", texts[i].name);
		if (texts[i].value)
			append_string(out, texts[i].value);
		else
			g_string_append(out, "null");
	}
	g_string_append(out, is_watched(ledger, line) ? ",\"watched\":true}\n" : "}\n");
}

void ledger_clear(Ledger *ledger) { g_string_truncate(ledger->text, 0); }

void ledger_watch(Ledger *ledger, const char *text)
{
	g_free(ledger->watched);
	ledger->watched = g_strdup(text);
}

const char *ledger_text(const Ledger *ledger) { return ledger->text->str; }
