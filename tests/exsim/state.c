#include "exsim/state.h"

#include <string.h>

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

/* ---- states ---- */

SyncState *sync_state_copy(const SyncState *state)
{
	SyncState *copy = g_memdup2(state, sizeof *state);

	copy->has = bits_copy(&state->has);
	return copy;
}

void sync_state_free(SyncState *state)
{
	if (!state)
		return;
	bits_clear(&state->has);
	g_free(state);
}

int64_t sync_filter_cutoff(int filter, int64_t now_ms)
{
	/* [MS-ASCMD] FilterType: all, 1 day, 3 days, 1 week, 2 weeks, 1 month, 3 months, 6 months. */
	static const int days[] = { 0, 1, 3, 7, 14, 30, 90, 180 };

	if (filter <= 0 || filter >= (int)G_N_ELEMENTS(days))
		return INT64_MIN;
	return (now_ms / DAY_MS - days[filter]) * DAY_MS;
}

static void look_again(SyncState *state, const Collection *collection)
{
	state->scan_at = (int64_t)collection_count(collection) - 1;
}

void sync_state_set_options(SyncState *state, const Collection *collection, const SyncOptions *options, int64_t now_ms)
{
	int64_t cutoff_ms = sync_filter_cutoff(options->filter, now_ms);

	state->options = *options;
	if (cutoff_ms == state->cutoff_ms)
		return;
	state->cutoff_ms = cutoff_ms;
	look_again(state, collection);
}

static bool is_in_window(const SyncState *state, const Collection *c, guint n)
{
	return state->cutoff_ms == INT64_MIN || collection_date(c, n) >= state->cutoff_ms;
}

/* What the device must be told about item @n, as it stands now. False: nothing. */
static bool step_for_item(const SyncState *state, const Collection *c, guint n, guint mask, PlanStep *ret_step)
{
	bool has = bits_has(&state->has, n), exists = collection_has(c, n);

	if (!has && exists && is_in_window(state, c, n))
		*ret_step = (PlanStep){ .kind = PLAN_ADD, .item = n };
	else if (has && !exists)
		*ret_step = (PlanStep){ .kind = PLAN_DELETE, .item = n };
	else if (has && !is_in_window(state, c, n))
		*ret_step = (PlanStep){ .kind = PLAN_SOFT_DELETE, .item = n };
	else if (has && mask)
		*ret_step = (PlanStep){ .kind = PLAN_CHANGE, .item = n, .mask = mask };
	else
		return false;
	return true;
}

static bool next_from_journal(SyncState *state, const Collection *c, const void *device, PlanStep *ret_step)
{
	while (state->journal_at < c->journal->len) {
		const JournalEntry *entry = &g_array_index(c->journal, JournalEntry, state->journal_at++);
		guint mask = entry->mask & (ITEM_READ | ITEM_FLAG | ITEM_CATEGORIES | ITEM_VERB | ITEM_CONTENT);

		if (entry->origin && entry->origin == device)
			mask = 0;
		if (step_for_item(state, c, entry->item, mask, ret_step))
			return true;
	}
	return false;
}

static bool next_from_scan(SyncState *state, const Collection *c, PlanStep *ret_step)
{
	while (state->scan_at >= 0)
		if (step_for_item(state, c, (guint)state->scan_at--, 0, ret_step))
			return true;
	return false;
}

static bool next_step(SyncState *state, const Collection *c, const void *device, PlanStep *ret_step)
{
	return next_from_journal(state, c, device, ret_step) || next_from_scan(state, c, ret_step);
}

static void note_step(SyncState *state, const PlanStep *step)
{
	if (step->kind == PLAN_ADD)
		bits_add(&state->has, step->item);
	else if (step->kind != PLAN_CHANGE)
		bits_remove(&state->has, step->item);
}

/* A second change of an item joins the first one; after an Add it is told already. */
static bool merge_step(GArray *plan, GHashTable *places, const PlanStep *step)
{
	gpointer place;

	if (step->kind != PLAN_CHANGE || !g_hash_table_lookup_extended(places, GUINT_TO_POINTER(step->item), NULL, &place))
		return false;
	PlanStep *first = &g_array_index(plan, PlanStep, GPOINTER_TO_UINT(place));
	if (first->kind == PLAN_CHANGE)
		first->mask |= step->mask;
	return first->kind == PLAN_CHANGE || first->kind == PLAN_ADD;
}

GArray *sync_state_advance(SyncState *state, const Collection *c, const void *device, guint window, bool *ret_more)
{
	g_autoptr(GHashTable) places = g_hash_table_new(NULL, NULL);
	GArray  *plan = g_array_new(FALSE, FALSE, sizeof(PlanStep));
	PlanStep step;

	*ret_more = false;
	for (;;) {
		guint   journal_at = state->journal_at;
		int64_t scan_at = state->scan_at;
		if (!next_step(state, c, device, &step))
			return plan;
		if (merge_step(plan, places, &step))
			continue;
		if (plan->len >= window) {
			state->journal_at = journal_at;
			state->scan_at = scan_at;
			*ret_more = true;
			return plan;
		}
		note_step(state, &step);
		g_hash_table_insert(places, GUINT_TO_POINTER(step.item), GUINT_TO_POINTER(plan->len));
		g_array_append_val(plan, step);
	}
}

guint sync_state_left(const SyncState *state, const Collection *c, const void *device)
{
	g_autoptr(SyncState) copy = sync_state_copy(state);
	bool more;
	g_autoptr(GArray) plan = sync_state_advance(copy, c, device, G_MAXUINT, &more);

	return plan->len;
}

/* ---- channels ---- */

void sync_outcome_clear(SyncOutcome *outcome)
{
	g_clear_pointer(&outcome->plan, g_array_unref);
	g_clear_pointer(&outcome->responses, g_ptr_array_unref);
}

SyncChannel *sync_channel_new(void) { return g_new0(SyncChannel, 1); }

static void forget(SyncChannel *channel)
{
	g_clear_pointer(&channel->before, sync_state_free);
	g_clear_pointer(&channel->now, sync_state_free);
	sync_outcome_clear(&channel->last);
	g_clear_pointer(&channel->digest, g_free);
	g_clear_pointer(&channel->id, g_free);
}

void sync_channel_free(SyncChannel *channel)
{
	if (!channel)
		return;
	forget(channel);
	g_free(channel);
}

void sync_channel_start(SyncChannel *channel, const Collection *collection)
{
	SyncState *state = g_new0(SyncState, 1);

	forget(channel);
	channel->id = g_strdup_printf("%08x", g_random_int());
	state->number = 1;
	state->cutoff_ms = INT64_MIN;
	state->journal_at = collection->journal->len;
	look_again(state, collection);
	channel->now = state;
}

char *sync_channel_key(const SyncChannel *channel, const SyncState *state)
{
	return g_strdup_printf("%s.%u", channel->id, state->number);
}

KeyVerdict sync_channel_judge(const SyncChannel *channel, const char *key, const char *digest)
{
	if (!channel || !channel->now)
		return KEY_UNKNOWN;

	g_autofree char *now = sync_channel_key(channel, channel->now);
	if (g_strcmp0(key, now) == 0)
		return KEY_NOW;
	if (!channel->before)
		return KEY_UNKNOWN;

	g_autofree char *before = sync_channel_key(channel, channel->before);
	if (g_strcmp0(key, before) != 0)
		return KEY_UNKNOWN;
	return g_strcmp0(digest, channel->digest) == 0 ? KEY_REPEATED : KEY_BEFORE;
}

void sync_channel_commit(SyncChannel *channel, KeyVerdict verdict, SyncState *next, SyncOutcome *outcome, const char *digest)
{
	next->number = channel->now->number + 1;
	/* A key that comes again with another request replaces the answer that was lost. */
	if (verdict == KEY_BEFORE) {
		sync_state_free(channel->now);
	} else {
		sync_state_free(channel->before);
		channel->before = channel->now;
	}
	channel->now = next;
	sync_outcome_clear(&channel->last);
	channel->last = *outcome;
	*outcome = (SyncOutcome){ 0 };
	g_free(channel->digest);
	channel->digest = g_strdup(digest);
}
