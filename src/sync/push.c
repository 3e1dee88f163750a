#include "sync/push.h"

enum { CORRECTIONS_MOST = 3, EARLY_ENDS_MOST = 3, EARLY_MS = 2000 };

static int clamp(const Push *push, int heartbeat_s)
{
	int longest_s = push->accepted_s ? push->accepted_s : push->longest_s;

	return CLAMP(heartbeat_s, 1, MIN(longest_s, PUSH_MOST_S));
}

void push_init(Push *push, int remembered_s, int longest_s)
{
	*push = (Push){ .longest_s = longest_s,
		        .folder_limit = G_MAXUINT,
		        .is_refused = longest_s <= 0 };
	if (!push->is_refused)
		push->heartbeat_s = clamp(push, remembered_s > 0 ? remembered_s : PUSH_FIRST_S);
}

void push_note_limit(Push *push, int accepted_s)
{
	push->corrections++;
	push->accepted_s = CLAMP(accepted_s, 1, PUSH_MOST_S);
	push->heartbeat_s = push->accepted_s;
	push->is_refused = push->corrections >= CORRECTIONS_MOST;
}

void push_note_end(Push *push, int64_t lasted_ms, bool has_news)
{
	push->corrections = 0;
	if (has_news) {
		push->early_ends = 0;
		return;
	}
	push->early_ends = push_is_early(lasted_ms) ? push->early_ends + 1 : 0;
	/* Some servers end every Ping after their own time: then a longer wish means nothing. */
	if (lasted_ms >= (int64_t)push->heartbeat_s * 900)
		push->heartbeat_s = clamp(push, push->heartbeat_s + PUSH_STEP_S);
}

void push_note_cut(Push *push)
{
	int shorter_s = push->heartbeat_s - PUSH_STEP_S;

	push->heartbeat_s = clamp(push, MAX(shorter_s, MIN(PUSH_LEAST_S, push->heartbeat_s)));
}

void push_note_crowd(Push *push, guint named)
{
	push->folder_limit = named / 2;
	push->is_refused = push->folder_limit == 0;
}

bool push_is_early(int64_t lasted_ms) { return lasted_ms < EARLY_MS; }

bool push_is_spinning(const Push *push) { return push->early_ends >= EARLY_ENDS_MOST; }
