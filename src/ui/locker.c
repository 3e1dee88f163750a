#include "ui/locker.h"

#include "base/i18n.h"
#include "ui/worker.h"
#include "vault/lock.h"

/* A clock on the wall that runs ahead by more than this was not set: the computer slept. */
enum { SLEPT_MS = 30 * 1000, LOOK_EVERY_MS = 20 * 1000 };
/* Of events that are kept while nobody can be shown them. */
enum { KEPT_MAX = 200 };

struct Locker {
	LockerSetup setup;
	int64_t     input_ms;        /* uptime of the last key */
	int64_t     ahead_ms;        /* the wall's clock before the uptime, when last looked at */
	LockPage   *page;            /* NULL: open */
	bool        is_dirty;
	GThread    *trying;          /* NULL: no passphrase is tried */
	GPtrArray  *events;          /* of SyncEvent */
	int         count;           /* of new messages */
};

static int64_t ahead_of(const Locker *locker)
{
	return clock_now_ms(locker->setup.clock) - clock_uptime_ms(locker->setup.clock);
}

static GPtrArray *events_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)sync_event_free);
}

Locker *locker_new(const LockerSetup *setup)
{
	Locker *locker = g_new0(Locker, 1);

	locker->setup = *setup;
	mailbox_ref(setup->answers);
	locker->events = events_new();
	locker->ahead_ms = ahead_of(locker);
	locker_note_input(locker);
	return locker;
}

static void join(Locker *locker)
{
	if (locker->trying)
		g_thread_join(g_steal_pointer(&locker->trying));
}

void locker_free(Locker *locker)
{
	if (!locker)
		return;
	join(locker);
	lock_page_free(locker->page);
	g_ptr_array_unref(locker->events);
	mailbox_unref(locker->setup.answers);
	g_free(locker);
}

/* ---- when ---- */

bool locker_may_lock(const Locker *locker, GError **err)
{
	return vault_can_lock(store_vault(locker->setup.store), err);
}

void locker_note_input(Locker *locker)
{
	locker->input_ms = clock_uptime_ms(locker->setup.clock);
}

bool locker_locks_on_suspend(const Locker *locker)
{
	return settings_bool(locker->setup.settings, SETTING_VAULT_LOCK_ON_SUSPEND) &&
	       locker_may_lock(locker, NULL);
}

static int64_t idle_until(const Locker *locker)
{
	int64_t minutes = settings_int(locker->setup.settings, SETTING_VAULT_LOCK_IDLE_MIN);

	return minutes && locker_may_lock(locker, NULL) ? locker->input_ms + minutes * 60000
	                                                : INT64_MAX;
}

/* Of a sleep nobody tells us: it is looked for. */
int64_t locker_deadline(const Locker *locker)
{
	int64_t look_ms = clock_uptime_ms(locker->setup.clock) + LOOK_EVERY_MS;

	if (locker->page)
		return INT64_MAX;
	return MIN(idle_until(locker), locker_locks_on_suspend(locker) ? look_ms : INT64_MAX);
}

const char *locker_reason(Locker *locker)
{
	int64_t before_ms = locker->ahead_ms;

	locker->ahead_ms = ahead_of(locker);
	if (locker->page)
		return NULL;
	if (locker->ahead_ms - before_ms > SLEPT_MS && locker_locks_on_suspend(locker))
		return _("This computer slept.");
	if (clock_uptime_ms(locker->setup.clock) >= idle_until(locker))
		return _("Nobody typed for a while.");
	return NULL;
}

/* ---- closed and open ---- */

void locker_close(Locker *locker, const char *reason)
{
	if (locker->page)
		return;
	locker->page = lock_page_new(reason);
	locker->count = 0;
	locker->is_dirty = true;
}

void locker_open(Locker *locker)
{
	join(locker);
	g_clear_pointer(&locker->page, lock_page_free);
	locker_note_input(locker);
}

bool locker_is_closed(const Locker *locker) { return locker->page != NULL; }

/* ---- the passphrase ---- */

typedef struct {
	Store       *store;
	const Clock *clock;
	Mailbox     *answers;
	Secret      *typed;
} Try;

static gpointer try_it(gpointer data)
{
	g_autofree Try *try = data;
	g_autoptr(GError) err = NULL;
	UiAnswer *answer = g_new0(UiAnswer, 1);

	answer->unlocking = g_new0(Unlocking, 1);
	if (!vault_unlock(store_vault(try->store), try->typed, clock_uptime_ms(try->clock), &err))
		answer->unlocking->failure = g_strdup(err->message);
	mailbox_post(try->answers, answer);
	mailbox_unref(try->answers);
	store_unref(try->store);
	secret_unref(try->typed);
	return NULL;
}

static void begin_try(Locker *locker)
{
	Try *try = g_new0(Try, 1);

	join(locker);
	try->store = store_ref(locker->setup.store);
	try->clock = locker->setup.clock;
	try->answers = mailbox_ref(locker->setup.answers);
	try->typed = lock_page_typed(locker->page);
	locker->trying = g_thread_new("unlock", try_it, try);
}

bool locker_input(Locker *locker, const Input *input)
{
	locker->is_dirty = true;
	if (input->kind == INPUT_PASTE)
		lock_page_paste(locker->page, input->paste);
	if (input->kind != INPUT_KEY)
		return true;
	switch (lock_page_key(locker->page, input->key)) {
	case LOCK_PAGE_QUITS:
		return false;
	case LOCK_PAGE_TRIES:
		begin_try(locker);
		break;
	case LOCK_PAGE_STAYS:
		break;
	}
	return true;
}

void locker_answer(Locker *locker, const char *failure)
{
	if (!locker->page || !failure)
		return;
	lock_page_refused(locker->page, failure);
	locker->is_dirty = true;
}

/* ---- what happens meanwhile ---- */

static bool is_worth_keeping(const SyncEvent *event)
{
	return event->kind == SYNC_STATE || event->kind == SYNC_FAILED ||
	       event->kind == SYNC_QUESTION || event->kind == SYNC_ACCOUNT_GONE ||
	       event->kind == SYNC_STOPPED || event->kind == SYNC_JOINED;
}

/* Of an account's states only the last one counts. */
static void drop_state(GPtrArray *events, int64_t account_id)
{
	for (guint i = events->len; i-- > 0;) {
		const SyncEvent *event = events->pdata[i];
		if (event->kind == SYNC_STATE && event->account_id == account_id)
			g_ptr_array_remove_index(events, i);
	}
}

static SyncEvent *copy_of(const SyncEvent *event)
{
	SyncEvent *copy = g_new0(SyncEvent, 1);

	*copy = (SyncEvent){ .kind = event->kind,
		             .account_id = event->account_id,
		             .folder_id = event->folder_id,
		             .state = event->state,
		             .error_kind = event->error_kind,
		             .group_id = event->group_id,
		             .is_from_afar = event->is_from_afar,
		             .text = g_strdup(event->text),
		             .question = event->question ? question_copy(event->question) : NULL };
	return copy;
}

void locker_event(Locker *locker, const SyncEvent *event)
{
	if (event->kind == SYNC_NEW_MAIL) {
		locker->count += event->count;
		lock_page_count(locker->page, locker->count);
		locker->is_dirty = true;
	}
	if (!is_worth_keeping(event))
		return;
	if (event->kind == SYNC_STATE)
		drop_state(locker->events, event->account_id);
	if (locker->events->len == KEPT_MAX)
		g_ptr_array_remove_index(locker->events, 0);
	g_ptr_array_add(locker->events, copy_of(event));
}

GPtrArray *locker_take_events(Locker *locker)
{
	GPtrArray *events = locker->events;

	locker->events = events_new();
	return events;
}

void locker_redraw(Locker *locker) { locker->is_dirty = true; }

bool locker_draw(Locker *locker, Canvas *canvas)
{
	if (!locker->is_dirty)
		return false;
	locker->is_dirty = false;
	lock_page_draw(locker->page, canvas);
	return true;
}
