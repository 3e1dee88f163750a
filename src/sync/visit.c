#include "sync/visit.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/socket.h"
#include "sync/event.h"
#include "sync/frame.h"
#include "vault/lock.h"

enum { READ_BYTES = 64 * 1024 };

struct Visit {
	int         fd;
	Store      *store;           /* NULL: not open here */
	Mailbox    *commands, *events;
	GByteArray *in, *out;
	guint       sent;            /* of @out */
	GQueue      unanswered;      /* of Command: the engine is still to speak of their wish */
	GPtrArray  *gone;            /* of char *: names of accounts that were erased */
	bool        is_served, is_over, is_lost;
};

/* ---- what is asked ---- */

static void unanswered_remove(Visit *visit, int64_t wish_id)
{
	for (GList *link = visit->unanswered.head; link; link = link->next) {
		Command *command = link->data;
		if (command->wish_id != wish_id)
			continue;
		command_free(command);
		g_queue_delete_link(&visit->unanswered, link);
		return;
	}
}

/* What has no frame cannot be done from here. */
static void tell_unfit(Visit *visit, const Command *command)
{
	bool is_large = command->kind == COMMAND_OPS || command->kind == COMMAND_DRAFT_SAVE ||
	                command->kind == COMMAND_CERTIFICATES;

	event_post(visit->events, (SyncEvent){
		.kind = SYNC_FAILED, .wish_id = command->wish_id, .is_from_afar = true,
		.error_kind = is_large ? ERR_LIMIT : ERR_HELD,
		.text = g_strdup(is_large
		                 ? _("this is too large to be handed from one Postern to another")
		                 : _("only the Postern that runs already can do this")) });
}

/* Sent again as it is to whoever comes after: the first engine that answers has done it. */
static void take_command(Visit *visit, Command *command)
{
	g_autoptr(Command) taken = command;
	g_autoptr(GBytes) frame = NULL;

	if (command->kind == COMMAND_STOP) {
		visit->is_over = true;
		return;
	}
	/* What the screen shows is the other's business. */
	if (command->kind == COMMAND_SCREEN_FOLDER)
		return;
	frame = frame_of_command(command);
	if (!frame) {
		tell_unfit(visit, command);
		return;
	}
	g_byte_array_append(visit->out, g_bytes_get_data(frame, NULL),
	                    (guint)g_bytes_get_size(frame));
	if (command->wish_id)
		g_queue_push_tail(&visit->unanswered, g_steal_pointer(&taken));
}

static void take_commands(Visit *visit)
{
	Command *command;

	while (!visit->is_over && (command = mailbox_take(visit->commands)))
		take_command(visit, command);
}

static guint unsent(const Visit *visit) { return visit->out->len - visit->sent; }

static void forget_sent(Visit *visit)
{
	g_byte_array_set_size(visit->out, 0);
	visit->sent = 0;
}

/* A draft with its files is many pieces: none of them has the rest move up. */
static void write_out(Visit *visit)
{
	ssize_t n = unsent(visit) > 0 ? send(visit->fd, visit->out->data + visit->sent,
	                                     unsent(visit), MSG_NOSIGNAL)
	                              : 0;

	if (n > 0)
		visit->sent += (guint)n;
	/* It may have said something before it went: reading finds out. */
	if (unsent(visit) == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		forget_sent(visit);
}

/* ---- what is told ---- */

/* The other process is the one that ends, or does not take us. */
static bool take_end(Visit *visit, const SyncEvent *event, GError **err)
{
	visit->is_lost = true;
	return !event->text || fail(err, (ErrorKind)event->error_kind, "%s", event->text);
}

/* Before it is told. A vault that does not follow is logged: it stays as it was. */
static void follow_lock(const Visit *visit, const SyncEvent *event)
{
	g_autoptr(GError) error = NULL;
	Vault *vault = visit->store ? store_vault(visit->store) : NULL;

	if (!vault)
		return;
	if (event->kind == SYNC_LOCKED)
		vault_lock(vault, &error);
	else
		vault_take_over(vault, event->content, &error);
	if (error)
		log_error("sync", "lock: %s", error->message);
}

static bool take_frame(Visit *visit, GBytes *frame, GError **err)
{
	g_autoptr(SyncEvent) event = NULL;

	if (!frame_read_event(frame, &event, err))
		return false;
	if (event->kind == SYNC_STOPPED)
		return take_end(visit, event, err);
	if (event->kind == SYNC_ACCOUNT_GONE || event->kind == SYNC_ACCOUNT_RENAMED)
		g_ptr_array_add(visit->gone, g_strdup(event->text));
	if (event->kind == SYNC_LOCKED || event->kind == SYNC_UNLOCKED)
		follow_lock(visit, event);
	if (event->wish_id)
		unanswered_remove(visit, event->wish_id);
	visit->is_served |= event->kind == SYNC_JOINED;
	event->is_from_afar = true;
	mailbox_post(visit->events, g_steal_pointer(&event));
	return true;
}

static bool take_frames(Visit *visit, GError **err)
{
	for (;;) {
		size_t len = 0;
		if (!frame_measure(visit->in->data, visit->in->len, &len, err))
			return false;
		if (len == 0 || len > visit->in->len)
			return true;
		g_autoptr(GBytes) frame = g_bytes_new(visit->in->data, len);
		g_byte_array_remove_range(visit->in, 0, (guint)len);
		if (!take_frame(visit, frame, err))
			return false;
	}
}

static bool read_in(Visit *visit, GError **err)
{
	guint8 bytes[READ_BYTES];
	ssize_t n = recv(visit->fd, bytes, sizeof bytes, 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n <= 0) {
		visit->is_lost = true;
		return true;
	}
	g_byte_array_append(visit->in, bytes, (guint)n);
	return take_frames(visit, err);
}

static void wait_for_something(const Visit *visit, short *ret_events)
{
	short wanted = unsent(visit) > 0 ? POLLIN | POLLOUT : POLLIN;
	struct pollfd fds[] = { { visit->fd, wanted, 0 },
		                { mailbox_fd(visit->commands), POLLIN, 0 } };

	poll(fds, G_N_ELEMENTS(fds), -1);
	*ret_events = fds[0].revents;
}

static void return_unanswered(Visit *visit)
{
	Command *command;

	while ((command = g_queue_pop_head(&visit->unanswered)))
		mailbox_post(visit->commands, command);
}

VisitEnd visit_run(Visit *visit, GError **err)
{
	while (!visit->is_over && !visit->is_lost) {
		short events = 0;
		take_commands(visit);
		write_out(visit);
		if (visit->is_over)
			break;
		wait_for_something(visit, &events);
		if (events & ~POLLOUT && !read_in(visit, err))
			return VISIT_REFUSED;
	}
	if (visit->is_over)
		return VISIT_OVER;
	log_info("sync", "the other process has ended");
	return_unanswered(visit);
	return VISIT_LOST;
}

const GPtrArray *visit_accounts_gone(const Visit *visit) { return visit->gone; }

bool visit_was_served(const Visit *visit) { return visit->is_served; }

/* ---- its life ---- */

/* A run that syncs by itself asks for it at once. */
static char *accounts_to_sync(const SyncSetup *setup)
{
	GString *names = g_string_new(NULL);

	for (guint i = 0; sync_mode_is_eager(setup->mode) && i < setup->accounts->len; i++) {
		const Account *account = g_ptr_array_index(setup->accounts, i);
		g_string_append_printf(names, "%s\n", account->name);
	}
	return g_string_free(names, FALSE);
}

static void greet(Visit *visit, const SyncSetup *setup)
{
	Command *command = command_new(COMMAND_GREET);

	command->text = accounts_to_sync(setup);
	take_command(visit, command);
}

Visit *visit_new(const char *path, const SyncSetup *setup, Mailbox *commands, GError **err)
{
	int fd = socket_connect(path, err);
	Visit *visit;

	if (fd < 0)
		return NULL;
	visit = g_new0(Visit, 1);
	visit->fd = fd;
	visit->store = setup->store ? store_ref(setup->store) : NULL;
	visit->commands = mailbox_ref(commands);
	visit->events = mailbox_ref(setup->events);
	visit->in = g_byte_array_new();
	visit->out = g_byte_array_new();
	visit->gone = g_ptr_array_new_with_free_func(g_free);
	g_queue_init(&visit->unanswered);
	greet(visit, setup);
	return visit;
}

void visit_free(Visit *visit)
{
	if (!visit)
		return;
	close(visit->fd);
	store_unref(visit->store);
	g_queue_clear_full(&visit->unanswered, (GDestroyNotify)command_free);
	mailbox_unref(visit->commands);
	mailbox_unref(visit->events);
	g_byte_array_unref(visit->in);
	g_byte_array_unref(visit->out);
	g_ptr_array_unref(visit->gone);
	g_free(visit);
}
