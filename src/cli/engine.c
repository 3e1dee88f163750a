#include "cli/engine.h"

#include "base/error.h"
#include "base/i18n.h"
#include "cli/errand.h"

enum { OPS_READ_MOST = 1000000 };

typedef struct {
	Cli        *cli;
	Errand     *errand;
	GHashTable *account_ids;      /* set of int64_t: whose ops we wait for */
	GHashTable *op_ids;           /* set of int64_t: those not confirmed */
	CliWritten *written;
} Waiting;

void cli_written_clear(CliWritten *written)
{
	g_clear_pointer(&written->ops, g_ptr_array_unref);
	g_clear_error(&written->refusal);
}

bool cli_engine_is_queue(const Cli *cli)
{
	return args_has(cli->args, "queue") || args_has(cli->args, "offline");
}

/* ---- what is left ---- */

static void add_id(GHashTable *set, int64_t id)
{
	if (id)
		g_hash_table_add(set, g_memdup2(&id, sizeof id));
}

static void note_written(Waiting *waiting)
{
	for (guint i = 0; i < waiting->written->ops->len; i++) {
		const Op *op = g_ptr_array_index(waiting->written->ops, i);
		add_id(waiting->op_ids, op->id);
		if (op->id)
			add_id(waiting->account_ids, op->account_id);
	}
}

static bool add_left(Waiting *waiting, int64_t account_id, GHashTable *left, char **ret_why,
                     GError **err)
{
	g_autoptr(GPtrArray) ops = NULL;

	if (!store_read_ops(waiting->cli->reader, account_id, OPS_READ_MOST, &ops, err))
		return false;
	for (guint i = 0; i < ops->len; i++) {
		const Op *op = g_ptr_array_index(ops, i);
		if (!g_hash_table_contains(waiting->op_ids, &op->id))
			continue;
		add_id(left, op->id);
		if (op->last_error && !*ret_why)
			*ret_why = g_strdup(op->last_error);
	}
	return true;
}

/* Leaves in op_ids what the store still has. *ret_why: what the server said last of one of them. */
static bool look(Waiting *waiting, char **ret_why, GError **err)
{
	g_autoptr(GHashTable) left =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	g_autofree char *why = NULL;
	GHashTableIter iter;
	gpointer id;

	g_hash_table_iter_init(&iter, waiting->account_ids);
	while (g_hash_table_iter_next(&iter, &id, NULL))
		if (!add_left(waiting, *(const int64_t *)id, left, &why, err))
			return false;
	g_hash_table_unref(waiting->op_ids);
	waiting->op_ids = g_steal_pointer(&left);
	g_free(*ret_why);
	*ret_why = g_steal_pointer(&why);
	return true;
}

/* ---- what happens meanwhile ---- */

static bool is_ours(const Waiting *waiting, const SyncEvent *event)
{
	return g_hash_table_contains(waiting->account_ids, &event->account_id);
}

/* The server refused a part, or found nothing to change any more. */
static void note_failure(Waiting *waiting, const SyncEvent *event)
{
	bool is_conflict = !event->group_id && !event->wish_id && event->error_kind == ERR_GONE;

	if (waiting->written->refusal || !is_ours(waiting, event) || !event->text)
		return;
	if (is_conflict || event->group_id == waiting->written->group_id)
		fail(&waiting->written->refusal, (ErrorKind)event->error_kind, "%s", event->text);
}

/* An account that gets no further now. An engine that goes on would keep us waiting. */
static bool is_stuck(const SyncEvent *event)
{
	return event->kind == SYNC_IDLE || errand_is_stuck(event);
}

static bool fail_waiting(const SyncEvent *event, const char *why, GError **err)
{
	ErrorKind kind = event->error_kind ? (ErrorKind)event->error_kind : ERR_SERVER;
	const char *text = event->text                   ? event->text
	                   : why                         ? why
	                   : event->kind == SYNC_STOPPED ? _("the engine has stopped")
	                                                 : _("the server has not answered");

	return fail(err, kind, _("stored here, and not confirmed yet: %s"), text);
}

static bool wait_confirmed(Waiting *waiting, GError **err)
{
	g_autofree char *why = NULL;

	if (!look(waiting, &why, err))
		return false;
	while (g_hash_table_size(waiting->op_ids) > 0) {
		g_autoptr(SyncEvent) event = NULL;
		if (!errand_next(waiting->errand, &event, err))
			return false;
		if (event->kind == SYNC_FAILED)
			note_failure(waiting, event);
		if (!look(waiting, &why, err))
			return false;
		bool is_end = event->kind == SYNC_STOPPED ||
		              (is_stuck(event) && is_ours(waiting, event));
		if (is_end && g_hash_table_size(waiting->op_ids) > 0)
			return fail_waiting(event, why, err);
	}
	return true;
}

/* What is gone on the server is here until the folder is looked at again: only then can be told
 * which of many it was. An account that gets no further leaves it to the next sync. */
static bool look_again(Waiting *waiting, GError **err)
{
	guint left = g_hash_table_size(waiting->account_ids);
	int64_t begun = 0;
	GHashTableIter iter;
	gpointer id;

	g_hash_table_iter_init(&iter, waiting->account_ids);
	while (g_hash_table_iter_next(&iter, &id, NULL))
		begun = sync_now(errand_client(waiting->errand), *(const int64_t *)id);
	while (left > 0) {
		g_autoptr(SyncEvent) event = NULL;
		if (!errand_next(waiting->errand, &event, err))
			return false;
		if (event->kind == SYNC_STOPPED)
			return true;
		if (event->wish_id == begun)
			begun = 0;
		left -= !begun && is_stuck(event) && is_ours(waiting, event);
	}
	return true;
}

/* ---- the two verbs ---- */

/* What was refused is told before the store is without it. */
static void drain(Waiting *waiting)
{
	SyncEvent *event;

	while ((event = errand_poll(waiting->errand))) {
		if (event->kind == SYNC_FAILED)
			note_failure(waiting, event);
		sync_event_free(event);
	}
}

static bool confirm(Waiting *waiting, GError **err)
{
	bool ok;

	waiting->account_ids = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	waiting->op_ids = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	note_written(waiting);
	ok = wait_confirmed(waiting, err);
	drain(waiting);
	if (ok && error_is(waiting->written->refusal, ERR_GONE))
		ok = look_again(waiting, err);
	g_hash_table_unref(waiting->account_ids);
	g_hash_table_unref(waiting->op_ids);
	return ok;
}

bool cli_engine_write(Cli *cli, const CliChange *change, CliWritten *ret_written, GError **err)
{
	SyncMode mode = change->is_queued ? SYNC_STILL : SYNC_ON_DEMAND;
	g_autoptr(GPtrArray) taken = change->ops;
	g_autoptr(SyncEvent) answer = NULL;
	g_autoptr(Errand) errand =
		cli_reader(cli, err) ? errand_start(cli, mode, change->accounts, err) : NULL;

	if (!errand)
		return false;
	int64_t wish_id = sync_ops(errand_client(errand), g_steal_pointer(&taken));
	if (!errand_answer(errand, wish_id, &answer, err))
		return false;
	ret_written->ops = g_steal_pointer(&answer->ops);
	ret_written->group_id = answer->group_id;
	if (change->is_queued)
		return true;
	Waiting waiting = { .cli = cli, .errand = errand, .written = ret_written };
	return confirm(&waiting, err);
}

/* ---- what needs no server ---- */

Errand *cli_engine_still(Cli *cli, GError **err)
{
	const GPtrArray *accounts = cli_accounts(cli, err);

	return accounts ? errand_start(cli, SYNC_STILL, accounts, err) : NULL;
}

bool cli_engine_account_id(Cli *cli, const Account *account, int64_t *ret_id, GError **err)
{
	g_autoptr(AccountState) state = NULL;

	if (!cli_account_state(cli, account, &state, err))
		return false;
	if (!state) {
		g_autoptr(Errand) errand = cli_engine_still(cli, err);
		if (!errand || !cli_account_state(cli, account, &state, err))
			return false;
	}
	if (!state)
		return fail(
			err, ERR_HELD,
			_("the Postern that is running does not look after %s; end it, or run it for all accounts"),
			account->name);
	*ret_id = state->id;
	return true;
}

bool cli_engine_erase(Cli *cli, const Account *account, GError **err)
{
	g_autoptr(Errand) errand = cli_engine_still(cli, err);
	g_autoptr(SyncEvent) answer = NULL;

	if (!errand)
		return false;
	int64_t wish_id = sync_account_gone(errand_client(errand), account->name);
	return errand_answer(errand, wish_id, &answer, err);
}

typedef int64_t (*OutboxAsk)(SyncClient *client, int64_t op_id, int64_t group_id);

static bool ask_outbox(Cli *cli, OutboxAsk ask, const GArray *group_ids, int64_t *ret_group_id,
                       GError **err)
{
	g_autoptr(Errand) errand = cli_engine_still(cli, err);

	for (guint i = 0; errand && i < group_ids->len; i++) {
		int64_t group_id = g_array_index(group_ids, int64_t, i);
		int64_t wish_id = ask(errand_client(errand), 0, group_id);
		g_autoptr(SyncEvent) answer = NULL;
		*ret_group_id = group_id;
		if (!errand_answer(errand, wish_id, &answer, err))
			return false;
	}
	return errand != NULL;
}

bool cli_engine_cancel(Cli *cli, const GArray *group_ids, int64_t *ret_group_id, GError **err)
{
	return ask_outbox(cli, sync_outbox_cancel, group_ids, ret_group_id, err);
}

bool cli_engine_retry(Cli *cli, const GArray *group_ids, int64_t *ret_group_id, GError **err)
{
	return ask_outbox(cli, sync_outbox_retry, group_ids, ret_group_id, err);
}
