/* A visit for one command, by a process that has no key to the store. */
#include <poll.h>

#include "base/error.h"
#include "base/i18n.h"
#include "sync/command.h"
#include "sync/door.h"
#include "sync/visit.h"

typedef struct {
	Mailbox *commands, *events;
	Visit   *visit;
} Call;

static gpointer run(gpointer data)
{
	Call *call = data;

	visit_run(call->visit, NULL);
	return NULL;
}

/* *ret_is_over: it is locked, or never will be. */
static bool take_event(const SyncEvent *event, bool *ret_is_over, GError **err)
{
	*ret_is_over = event->kind == SYNC_LOCKED || event->kind == SYNC_FAILED ||
	               event->kind == SYNC_STOPPED;
	return event->kind != SYNC_FAILED ||
	       fail(err, (ErrorKind)event->error_kind, "%s", event->text);
}

static bool wait_for_lock(Mailbox *events, int patience_ms, GError **err)
{
	int64_t until_ms = clock_uptime_ms(clock_system()) + patience_ms;

	for (;;) {
		int64_t left_ms = until_ms - clock_uptime_ms(clock_system());
		struct pollfd fd = { mailbox_fd(events), POLLIN, 0 };
		g_autoptr(SyncEvent) event = mailbox_take(events);
		bool is_over = false;
		if (event && (!take_event(event, &is_over, err) || is_over))
			return is_over && !(err && *err);
		if (left_ms <= 0)
			return fail(err, ERR_NETWORK,
			            _("the Postern that is at work does not answer; it locks when it "
			              "begins anew"));
		if (!event)
			poll(&fd, 1, (int)left_ms);
	}
}

static bool call_door(Call *call, int patience_ms, GError **err)
{
	GThread *thread = g_thread_new("lock", run, call);
	bool ok = wait_for_lock(call->events, patience_ms, err);

	mailbox_post(call->commands, command_new(COMMAND_STOP));
	g_thread_join(thread);
	return ok;
}

bool sync_tell_lock(const char *runtime_dir, const char *store_dir, int patience_ms, GError **err)
{
	g_autofree char *path = door_path(runtime_dir, store_dir);
	g_autoptr(GPtrArray) nobody = g_ptr_array_new();
	Call call = { .commands = mailbox_new((GDestroyNotify)command_free),
		      .events = mailbox_new((GDestroyNotify)sync_event_free) };
	SyncSetup setup = { .accounts = nobody, .events = call.events, .mode = SYNC_STILL };
	bool ok = true;

	call.visit = visit_new(path, &setup, call.commands, NULL);
	if (call.visit) {
		Command *command = command_new(COMMAND_LOCK);
		command->wish_id = 1;
		mailbox_post(call.commands, command);
		ok = call_door(&call, patience_ms, err);
		visit_free(call.visit);
	}
	mailbox_unref(call.commands);
	mailbox_unref(call.events);
	return ok;
}
