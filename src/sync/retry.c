#include "sync/retry.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR };
enum { HURRIED_FIRST = SECOND / 2, HURRIED_CAP = 8 * SECOND };

/* ---- reactions ---- */

/* A failure of these says something of the whole account; of all others, of one item first. */
static bool is_of_account(TaskKind task)
{
	return task == TASK_CONNECT || task == TASK_PROVISION || task == TASK_FOLDERS;
}

static bool is_keyed(TaskKind task)
{
	return task == TASK_PAGE || task == TASK_PUSH_OPS || task == TASK_PUSH_ITEMS ||
	       task == TASK_FOLDERS || task == TASK_FOLDER || task == TASK_SAVE_DRAFT;
}

static Reaction waiting(TaskKind task)
{
	return is_of_account(task) ? REACT_WAIT_ACCOUNT : REACT_WAIT_ITEM;
}

/* The network is everybody's. But a Ping dies of a router's impatience and a wish of its size, so
 * these say nothing of it. */
static Reaction network(TaskKind task)
{
	return task_is_wish(task) || task == TASK_LISTEN ? REACT_WAIT_ITEM : REACT_WAIT_ACCOUNT;
}

static Reaction gone(TaskKind task)
{
	if (task == TASK_PAGE || task == TASK_PUSH_OPS || task == TASK_PUSH_ITEMS)
		return REACT_REFOLDER;
	return task_is_wish(task) ? REACT_DROP : waiting(task);
}

static Reaction never(TaskKind task)
{
	return is_of_account(task) ? REACT_WAIT_ACCOUNT : REACT_DROP;
}

Reaction retry_reaction(ErrorKind kind, TaskKind task)
{
	switch (kind) {
	case ERR_CANCELLED:
		return REACT_STOP;
	case ERR_NETWORK:
	case ERR_UNREACHED:
		return network(task);
	case ERR_THROTTLED:
	case ERR_OVERLOADED:
	case ERR_FULL:
	case ERR_STORE:
	case ERR_IO:
		return REACT_WAIT_ACCOUNT;
	case ERR_TLS:
		return REACT_CERTIFICATE;
	case ERR_SIGN_IN:
		return REACT_SIGN_IN;
	case ERR_PROVISION:
		return REACT_PROVISION;
	case ERR_WIPE:
		return REACT_WIPE;
	case ERR_MOVED:
		return REACT_MOVED;
	case ERR_RESYNC:
		return is_keyed(task) ? REACT_RESYNC : waiting(task);
	case ERR_REFOLDER:
		return task == TASK_FOLDERS ? REACT_RESYNC : REACT_REFOLDER;
	case ERR_GONE:
	case ERR_NOT_FOUND:
		return gone(task);
	case ERR_UNSUPPORTED:
		return never(task);
	case ERR_REQUEST:
	case ERR_LIMIT:
	case ERR_FORBIDDEN:
		return task_is_wish(task) ? REACT_DROP : waiting(task);
	default:
		return waiting(task);
	}
}

/* ---- delays ---- */

static void delay_bounds(ErrorKind kind, int64_t *ret_first_ms, int64_t *ret_cap_ms)
{
	static const struct { ErrorKind kind; int64_t first_ms, cap_ms; } rows[] = {
		{ ERR_NETWORK,    2 * SECOND, 10 * MINUTE },
		{ ERR_UNREACHED,  2 * SECOND, 10 * MINUTE },
		{ ERR_THROTTLED,      MINUTE,       HOUR },
		{ ERR_OVERLOADED, 30 * MINUTE,      HOUR },
		{ ERR_SERVER,    30 * SECOND, 30 * MINUTE },
		{ ERR_FORBIDDEN,        HOUR,       HOUR },
		{ ERR_REQUEST,   15 * MINUTE,   6 * HOUR },
		{ ERR_RESYNC,    15 * MINUTE,       HOUR },
		{ ERR_PROVISION, 10 * MINUTE,       HOUR },
		{ ERR_STORE,            HOUR,       HOUR },
	};

	*ret_first_ms = MINUTE;
	*ret_cap_ms = HOUR;
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		if (rows[i].kind == kind) {
			*ret_first_ms = rows[i].first_ms;
			*ret_cap_ms = rows[i].cap_ms;
		}
}

static int64_t doubled(int64_t first_ms, int64_t cap_ms, int failures)
{
	int64_t delay_ms = first_ms;

	for (int i = 1; i < failures && delay_ms < cap_ms; i++)
		delay_ms *= 2;
	return MIN(delay_ms, cap_ms);
}

/* @delay_ms, moved by up to a quarter either way. */
static int64_t spread(int64_t delay_ms, guint32 random)
{
	return delay_ms * 3 / 4 + delay_ms / 2 * (random % 1024) / 1024;
}

int64_t retry_delay_ms(const Failure *failure, int failures)
{
	int64_t first_ms = HURRIED_FIRST, cap_ms = HURRIED_CAP;
	int64_t wished_ms = MIN(failure->retry_after_ms, DAY);

	if (!failure->is_hurried || failure->kind == ERR_OVERLOADED)
		delay_bounds(failure->kind, &first_ms, &cap_ms);

	int64_t delay_ms = spread(doubled(first_ms, cap_ms, failures), failure->random);

	if (wished_ms < 0)
		return delay_ms;
	/* A kind that waits for minutes anyway need not, when the server says how long it takes. */
	return wished_ms + MIN(wished_ms / 16, 10 * SECOND) * (failure->random % 1024) / 1024;
}

void backoff_note(Backoff *backoff, const Failure *failure, int64_t uptime_ms)
{
	backoff->failures++;
	backoff->kind = failure->kind;
	backoff->until_ms = uptime_ms + retry_delay_ms(failure, backoff->failures);
}

/* ---- the storm guard ---- */

void guard_note_sent(Guard *guard, int64_t uptime_ms)
{
	guard->sent_ms[guard->sent++ % GUARD_REQUESTS] = uptime_ms;
}

void guard_note_failed(Guard *guard, int64_t uptime_ms)
{
	guard->failed_ms[guard->failed++ % GUARD_FAILURES] = uptime_ms;
}

/* All slots of the ring hold failures of the last minute. */
static bool is_failing(const Guard *guard, int64_t uptime_ms)
{
	return guard->failed >= GUARD_FAILURES &&
	       guard->failed_ms[guard->failed % GUARD_FAILURES] + GUARD_WINDOW_MS > uptime_ms;
}

int64_t guard_free_at(const Guard *guard, int64_t uptime_ms)
{
	if (!is_failing(guard, uptime_ms) || guard->sent < GUARD_REQUESTS - 1)
		return uptime_ms;
	/* The last but one of the ring: a task may need two requests, and the second must fit as
	 * well. */
	return guard->sent_ms[(guard->sent + 1) % GUARD_REQUESTS] + GUARD_WINDOW_MS;
}
