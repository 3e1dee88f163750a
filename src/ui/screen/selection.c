#include "ui/screen/selection.h"

struct Selection {
	GHashTable *conversations;   /* message id -> the conversation's */
	GHashTable *counts;          /* conversation id -> how many of it, never 0 */
};

static GHashTable *table_new(void)
{
	return g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
}

static void put(GHashTable *table, int64_t key, int64_t value)
{
	g_hash_table_insert(table, g_memdup2(&key, sizeof key), g_memdup2(&value, sizeof value));
}

static int64_t get(const GHashTable *table, int64_t key)
{
	const int64_t *value = g_hash_table_lookup((GHashTable *)table, &key);

	return value ? *value : 0;
}

Selection *selection_new(void)
{
	Selection *selection = g_new0(Selection, 1);

	selection->conversations = table_new();
	selection->counts = table_new();
	return selection;
}

void selection_free(Selection *selection)
{
	if (!selection)
		return;
	g_hash_table_unref(selection->conversations);
	g_hash_table_unref(selection->counts);
	g_free(selection);
}

void selection_add(Selection *selection, int64_t message_id, int64_t conversation_id)
{
	if (selection_has(selection, message_id))
		return;
	put(selection->conversations, message_id, conversation_id);
	put(selection->counts, conversation_id, get(selection->counts, conversation_id) + 1);
}

void selection_drop(Selection *selection, int64_t message_id)
{
	int64_t conversation_id = get(selection->conversations, message_id);
	int64_t left = get(selection->counts, conversation_id) - 1;

	if (!g_hash_table_remove(selection->conversations, &message_id))
		return;
	if (left > 0)
		put(selection->counts, conversation_id, left);
	else
		g_hash_table_remove(selection->counts, &conversation_id);
}

void selection_clear(Selection *selection)
{
	g_hash_table_remove_all(selection->conversations);
	g_hash_table_remove_all(selection->counts);
}

bool selection_has(const Selection *selection, int64_t message_id)
{
	return g_hash_table_contains(selection->conversations, &message_id);
}

int selection_count(const Selection *selection)
{
	return (int)g_hash_table_size(selection->conversations);
}

int selection_count_of(const Selection *selection, int64_t conversation_id)
{
	return (int)get(selection->counts, conversation_id);
}

static int newest_first(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x < y) - (x > y);
}

GArray *selection_ids(const Selection *selection)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	GHashTableIter all;
	gpointer key;

	g_hash_table_iter_init(&all, selection->conversations);
	while (g_hash_table_iter_next(&all, &key, NULL))
		g_array_append_vals(ids, key, 1);
	g_array_sort(ids, newest_first);
	return ids;
}
