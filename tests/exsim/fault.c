#include "exsim/fault.h"

#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

typedef struct {
	Fault fault;
	int   seen;
} Entry;

struct FaultList { GPtrArray *entries; };

typedef enum { KEY_TEXT, KEY_INT, KEY_INT64, KEY_BOOL } KeyType;
static const struct { const char *name; KeyType type; size_t at; } keys[] = {
	{ "cmd",          KEY_TEXT,  offsetof(Fault, cmd) },
	{ "user",         KEY_TEXT,  offsetof(Fault, user) },
	{ "device",       KEY_TEXT,  offsetof(Fault, device) },
	{ "nth",          KEY_INT,   offsetof(Fault, nth) },
	{ "count",        KEY_INT,   offsetof(Fault, count) },
	{ "http",         KEY_INT,   offsetof(Fault, http) },
	{ "retry-after",  KEY_TEXT,  offsetof(Fault, retry_after) },
	{ "location",     KEY_TEXT,  offsetof(Fault, location) },
	{ "throttle",     KEY_TEXT,  offsetof(Fault, throttle) },
	{ "status",       KEY_INT,   offsetof(Fault, status) },
	{ "cut",          KEY_INT64, offsetof(Fault, cut) },
	{ "cut-in",       KEY_INT64, offsetof(Fault, cut_in) },
	{ "delay-ms",     KEY_INT,   offsetof(Fault, delay_ms) },
	{ "drip-ms",      KEY_INT,   offsetof(Fault, drip_ms) },
	{ "wrong-length", KEY_INT64, offsetof(Fault, wrong_length) },
	{ "bomb-mib",     KEY_INT,   offsetof(Fault, bomb_mib) },
	{ "flood-kib",    KEY_INT,   offsetof(Fault, flood_kib) },
	{ "endless",      KEY_BOOL,  offsetof(Fault, endless) },
	{ "garbage",      KEY_BOOL,  offsetof(Fault, garbage) },
	{ "html",         KEY_BOOL,  offsetof(Fault, html) },
	{ "empty",        KEY_BOOL,  offsetof(Fault, empty) },
	{ "anew",         KEY_BOOL,  offsetof(Fault, anew) },
	{ "reset",        KEY_BOOL,  offsetof(Fault, reset) },
	{ "lose",         KEY_BOOL,  offsetof(Fault, lose) },
	{ "repeat-key",   KEY_BOOL,  offsetof(Fault, repeat_key) },
	{ "more-forever", KEY_BOOL,  offsetof(Fault, more_forever) },
};

Fault *fault_copy(const Fault *fault)
{
	if (!fault)
		return NULL;
	Fault *copy = g_memdup2(fault, sizeof *fault);
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		char **text = (char **)(void *)((char *)copy + keys[i].at);
		if (keys[i].type == KEY_TEXT)
			*text = g_strdup(*text);
	}
	return copy;
}

void fault_free(Fault *fault)
{
	if (!fault)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
		if (keys[i].type == KEY_TEXT)
			g_free(*(char **)(void *)((char *)fault + keys[i].at));
	g_free(fault);
}

/* The fault comes first, so freeing it frees the entry. */
G_STATIC_ASSERT(offsetof(Entry, fault) == 0);
static void entry_free(Entry *entry) { fault_free(&entry->fault); }

FaultList *fault_list_new(void)
{
	FaultList *list = g_new0(FaultList, 1);

	list->entries = g_ptr_array_new_with_free_func((GDestroyNotify)entry_free);
	return list;
}

void fault_list_free(FaultList *list)
{
	if (!list)
		return;
	g_ptr_array_unref(list->entries);
	g_free(list);
}

void fault_list_clear(FaultList *list) { g_ptr_array_set_size(list->entries, 0); }

static bool set_number(void *field, KeyType type, const char *value)
{
	int64_t number;

	if (!value || !text_to_int(value, 0, type == KEY_INT ? G_MAXINT : INT64_MAX, &number))
		return false;
	if (type == KEY_INT)
		*(int *)field = (int)number;
	else
		*(int64_t *)field = number;
	return true;
}

/* @word is "name=value", or "name" alone for a switch. */
static bool set_key(Fault *fault, const char *word, GError **err)
{
	g_auto(GStrv) halves = g_strsplit(word, "=", 2);

	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		void *field = (char *)fault + keys[i].at;
		if (!g_str_equal(halves[0], keys[i].name))
			continue;
		if (keys[i].type == KEY_BOOL) {
			*(bool *)field = !halves[1] || !g_str_equal(halves[1], "0");
			return true;
		}
		if (keys[i].type == KEY_TEXT && halves[1]) {
			g_free(*(char **)field);
			*(char **)field = g_strdup(halves[1]);
			return true;
		}
		if (keys[i].type != KEY_TEXT && set_number(field, keys[i].type, halves[1]))
			return true;
		return fail(err, ERR_USAGE, "fault: %s needs a %s", halves[0], keys[i].type == KEY_TEXT ? "value" : "number");
	}
	return fail(err, ERR_USAGE, "fault: there is no “%s”", halves[0]);
}

bool fault_list_add(FaultList *list, const char *text, GError **err)
{
	Entry *entry = g_new0(Entry, 1);
	g_auto(GStrv) words = NULL;

	entry->fault.nth = entry->fault.count = 1;
	entry->fault.cut = entry->fault.cut_in = -1;
	if (!g_shell_parse_argv(text, NULL, &words, err)) {
		entry_free(entry);
		return false;
	}
	for (guint i = 0; words[i]; i++) {
		if (!set_key(&entry->fault, words[i], err)) {
			entry_free(entry);
			return false;
		}
	}
	g_ptr_array_add(list->entries, entry);
	return true;
}

static bool matches(const char *wanted, const char *value)
{
	return !wanted || g_str_equal(wanted, "*") || text_equal_ascii_case(wanted, value);
}

const Fault *fault_list_meet(FaultList *list, const char *cmd, const char *user, const char *device)
{
	const Fault *met = NULL;

	for (guint i = 0; i < list->entries->len; i++) {
		Entry *entry = g_ptr_array_index(list->entries, i);
		const Fault *f = &entry->fault;
		if (!matches(f->cmd, cmd) || !matches(f->user, user) || !matches(f->device, device))
			continue;
		entry->seen++;
		if (!met && entry->seen >= f->nth && (f->count == 0 || entry->seen < f->nth + f->count))
			met = f;
	}
	return met;
}
