#include "cli/mark.h"

#include "base/error.h"
#include "base/i18n.h"
#include "cli/errand.h"
#include "cli/mail.h"
#include "store/write.h"

typedef struct {
	Cli       *cli;
	GPtrArray *messages;      /* of Message: those that are to change */
	GPtrArray *accounts;      /* of borrowed Account: theirs */
	bool       is_read;
} Marking;

static void marking_clear(Marking *marking)
{
	g_clear_pointer(&marking->messages, g_ptr_array_unref);
	g_clear_pointer(&marking->accounts, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Marking, marking_clear)

static bool is_marked(const Message *message, bool is_read)
{
	return ((message->flags & MESSAGE_READ) != 0) == is_read;
}

static bool find_messages(Marking *marking, const char *const *ids, guint count, GError **err)
{
	for (guint i = 0; i < count; i++) {
		g_autoptr(Message) message = NULL;
		if (!mail_read(marking->cli, ids[i], &message, err))
			return false;
		if (is_marked(message, marking->is_read))
			continue;
		const Account *account = mail_account(marking->cli, message, err);
		if (!account)
			return false;
		if (!g_ptr_array_find(marking->accounts, account, NULL))
			g_ptr_array_add(marking->accounts, (void *)account);
		g_ptr_array_add(marking->messages, g_steal_pointer(&message));
	}
	return true;
}

static GPtrArray *ops_of(const Marking *marking)
{
	GPtrArray *ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);

	for (guint i = 0; i < marking->messages->len; i++) {
		const Message *message = g_ptr_array_index(marking->messages, i);
		g_ptr_array_add(ops, op_new_mark_read(message->id, marking->is_read));
	}
	return ops;
}

static bool write_ops(const Marking *marking, GError **err)
{
	Store *store = cli_store(marking->cli, err);
	g_autoptr(StoreWriter) writer = store ? store_open_writer(store, err) : NULL;
	g_autoptr(GPtrArray) ops = ops_of(marking);

	return writer && store_write_ops(writer, ops, NULL, err);
}

/* True when each message has its mark and no operation waits: written, sent and confirmed. */
static bool is_settled(const Marking *marking, bool *ret_is_settled, GError **err)
{
	StoreReader *reader = marking->cli->reader;

	*ret_is_settled = false;
	for (guint i = 0; i < marking->messages->len; i++) {
		const Message *message = g_ptr_array_index(marking->messages, i);
		g_autoptr(Message) now = NULL;
		if (!store_read_message(reader, message->id, &now, err))
			return false;
		if (!is_marked(now, marking->is_read))
			return true;
	}
	for (guint i = 0; i < marking->accounts->len; i++) {
		const Account *account = g_ptr_array_index(marking->accounts, i);
		g_autoptr(AccountState) state = NULL;
		g_autoptr(GPtrArray) ops = NULL;
		if (!store_read_account(reader, account->name, &state, err) ||
		    !store_read_ops(reader, state->id, 1, &ops, err))
			return false;
		if (ops->len > 0)
			return true;
	}
	*ret_is_settled = true;
	return true;
}

static bool take_event(const SyncEvent *event, GError **err)
{
	bool is_bad = event->kind == SYNC_FAILED || event->kind == SYNC_STOPPED ||
	              (event->kind == SYNC_STATE &&
	               (event->state == SYNC_PARKED || event->state == SYNC_ERROR));

	if (!is_bad)
		return true;
	return fail(err, event->error_kind ? (ErrorKind)event->error_kind : ERR_SERVER,
	            _("not confirmed yet: %s"),
	            event->text ? event->text : _("the engine has stopped"));
}

static bool send_ops(const Marking *marking, GError **err)
{
	g_autoptr(Errand) errand =
		errand_start(marking->cli, SYNC_ON_DEMAND, marking->accounts, err);
	bool is_over = false;

	if (!errand)
		return false;
	sync_ops(errand_client(errand), ops_of(marking));
	while (!is_over) {
		g_autoptr(SyncEvent) event = NULL;
		if (!errand_next(errand, &event, err) || !take_event(event, err) ||
		    !is_settled(marking, &is_over, err))
			return false;
	}
	return true;
}

bool mark_messages(Cli *cli, const char *const *ids, guint count, bool is_read, GError **err)
{
	g_auto(Marking) marking = { .cli = cli, .is_read = is_read };

	marking.messages = g_ptr_array_new_with_free_func((GDestroyNotify)message_free);
	marking.accounts = g_ptr_array_new();
	if (!find_messages(&marking, ids, count, err))
		return false;
	if (marking.messages->len == 0 || args_has(cli->args, "dry-run"))
		return true;
	return args_has(cli->args, "offline") ? write_ops(&marking, err) : send_ops(&marking, err);
}
