#include "exsim/collection.h"

#include <string.h>

#include "base/text.h"

typedef struct {
	GBytes *mime;
	int64_t date_ms;
} Arrival;

static void arrival_free(Arrival *arrival)
{
	g_bytes_unref(arrival->mime);
	g_free(arrival);
}

Collection *collection_new(const char *id, const char *parent_id, const char *name, int type, Source *source)
{
	Collection *c = g_new0(Collection, 1);

	c->id = g_strdup(id);
	c->parent_id = g_strdup(parent_id);
	c->name = g_strdup(name);
	c->type = type;
	c->source = source;
	c->arrivals = g_ptr_array_new_with_free_func((GDestroyNotify)arrival_free);
	c->states = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	c->rewritten = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)arrival_free);
	c->journal = g_array_new(FALSE, FALSE, sizeof(JournalEntry));
	return c;
}

void collection_free(Collection *c)
{
	if (!c)
		return;
	if (c->source)
		c->source->free(c->source);
	g_ptr_array_unref(c->arrivals);
	g_hash_table_unref(c->states);
	g_hash_table_unref(c->rewritten);
	g_array_unref(c->journal);
	bits_clear(&c->gone);
	g_free(c->id);
	g_free(c->parent_id);
	g_free(c->name);
	g_free(c);
}

void collection_fill(Collection *c, Source *source)
{
	g_assert(!c->source && c->arrivals->len == 0);
	c->source = source;
}

static guint source_count(const Collection *c) { return c->source ? c->source->count(c->source) : 0; }

static const Arrival *arrival(const Collection *c, guint n)
{
	guint base = source_count(c);
	const Arrival *rewritten = g_hash_table_lookup(c->rewritten, GUINT_TO_POINTER(n));

	if (rewritten)
		return rewritten;
	return n < base ? NULL : g_ptr_array_index(c->arrivals, n - base);
}

guint collection_count(const Collection *c) { return source_count(c) + c->arrivals->len; }

bool collection_has(const Collection *c, guint n) { return n < collection_count(c) && !bits_has(&c->gone, n); }

int64_t collection_date(const Collection *c, guint n)
{
	const Arrival *late = arrival(c, n);
	return late ? late->date_ms : c->source->date(c->source, n);
}

Mail *collection_mail(const Collection *c, guint n)
{
	const Arrival *late = arrival(c, n);
	return late ? mail_from_mime(late->mime, late->date_ms) : c->source->mail(c->source, n);
}

GBytes *collection_mime(const Collection *c, guint n)
{
	const Arrival *late = arrival(c, n);
	return late ? g_bytes_ref(late->mime) : c->source->mime(c->source, n);
}

ItemState collection_state(const Collection *c, guint n)
{
	const ItemState *touched = g_hash_table_lookup(c->states, GUINT_TO_POINTER(n));
	return touched ? *touched : c->source->state(c->source, n);
}

bool collection_is_mail(const Collection *c)
{
	switch (c->type) {
	case FOLDER_GENERIC: case FOLDER_INBOX: case FOLDER_DRAFTS: case FOLDER_DELETED: case FOLDER_SENT: case FOLDER_OUTBOX:
	case FOLDER_USER_MAIL:
		return true;
	default:
		return false;
	}
}

char *collection_server_id(const Collection *c, guint n) { return g_strdup_printf("%s:%u", c->id, n + 1); }

bool collection_find(const Collection *c, const char *server_id, guint *ret_n)
{
	size_t  len = strlen(c->id);
	int64_t n;

	if (!server_id || strncmp(server_id, c->id, len) != 0 || server_id[len] != ':' ||
	    !text_to_int(server_id + len + 1, 1, G_MAXUINT, &n) || !collection_has(c, (guint)n - 1))
		return false;
	*ret_n = (guint)n - 1;
	return true;
}

static void write_journal(Collection *c, guint n, guint mask, const void *origin)
{
	JournalEntry entry = { .item = n, .mask = mask, .origin = origin };
	g_array_append_val(c->journal, entry);
}

static Arrival *arrival_new(GBytes *mime, int64_t date_ms)
{
	Arrival *late = g_new0(Arrival, 1);

	late->mime = g_bytes_ref(mime);
	late->date_ms = date_ms;
	return late;
}

guint collection_add(Collection *c, GBytes *mime, int64_t date_ms, ItemState state, const void *origin)
{
	guint n = collection_count(c);

	g_ptr_array_add(c->arrivals, arrival_new(mime, date_ms));
	g_hash_table_insert(c->states, GUINT_TO_POINTER(n), g_memdup2(&state, sizeof state));
	write_journal(c, n, ITEM_ADDED, origin);
	return n;
}

void collection_rewrite(Collection *c, guint n, GBytes *mime, int64_t date_ms, const void *origin)
{
	g_hash_table_insert(c->rewritten, GUINT_TO_POINTER(n), arrival_new(mime, date_ms));
	write_journal(c, n, ITEM_CONTENT, origin);
}

bool collection_is_rewritten(const Collection *c, guint n, guint since, const void *origin)
{
	for (guint i = since; i < c->journal->len; i++) {
		const JournalEntry *entry = &g_array_index(c->journal, JournalEntry, i);
		if (entry->item == n && entry->mask & ITEM_CONTENT && entry->origin != origin)
			return true;
	}
	return false;
}

void collection_remove(Collection *c, guint n, const void *origin)
{
	bits_add(&c->gone, n);
	write_journal(c, n, ITEM_REMOVED, origin);
}

void collection_set_state(Collection *c, guint n, ItemState state, guint mask, const void *origin)
{
	g_hash_table_insert(c->states, GUINT_TO_POINTER(n), g_memdup2(&state, sizeof state));
	write_journal(c, n, mask, origin);
}
