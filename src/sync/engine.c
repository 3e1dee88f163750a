#include "sync/engine.h"

#include "base/i18n.h"
#include "base/log.h"
#include "store/certificate.h"
#include "store/people.h"
#include "store/picture.h"
#include "store/pim.h"
#include "sync/desk.h"
#include "sync/event.h"
#include "sync/telling.h"
#include "vault/lock.h"

/* A turn of the loop is never longer, so that a machine that slept is noticed; a clock that ran on
 * by more was suspended. */
enum { TURN_MOST_MS = 60 * 1000, SUSPEND_MS = 30 * 1000 };

struct SyncEngine {
	Core       core;
	SyncSetup  setup;           /* accounts and events are not used from here */
	Store     *store;
	GPtrArray *desks;           /* of Desk */
	bool       is_over;
	bool       is_idle_told;
	GPtrArray *held;            /* of Command: text for the store, which is locked */
};

static Desk *desk_at(const SyncEngine *engine, guint i)
{
	return g_ptr_array_index(engine->desks, i);
}

static Desk *find_desk(const SyncEngine *engine, int64_t account_id)
{
	for (guint i = 0; i < engine->desks->len; i++)
		if (desk_account_id(desk_at(engine, i)) == account_id)
			return desk_at(engine, i);
	return NULL;
}

/* ---- accounts ---- */

/* NULL: it cannot be looked after, which was told. */
static Desk *add_account(SyncEngine *engine, const Account *account)
{
	g_autoptr(GError) error = NULL;
	Desk *desk = desk_new(&engine->core, &engine->setup, account, &error);

	if (desk) {
		g_ptr_array_add(engine->desks, desk);
		return desk;
	}
	log_error("sync", "%s: %s", account->name, error->message);
	event_tell(&engine->core,
	           (SyncEvent){ .kind = SYNC_STATE,
	                        .state = SYNC_ERROR,
	                        .error_kind = (int)error_kind(error),
	                        .text = g_strdup_printf("%s: %s", account->name, error->message) });
	return NULL;
}

static Desk *find_desk_named(const SyncEngine *engine, const char *name)
{
	for (guint i = 0; i < engine->desks->len; i++)
		if (g_strcmp0(desk_at(engine, i)->session->account->name, name) == 0)
			return desk_at(engine, i);
	return NULL;
}

/* Of one that is not there nothing is left either: *ret_id 0. */
static bool erase_account(SyncEngine *engine, const char *name, int64_t *ret_id, GError **err)
{
	g_autoptr(AccountState) state = NULL;
	g_autoptr(GError) why = NULL;

	*ret_id = 0;
	if (store_read_account(engine->core.reader, name, &state, &why)) {
		*ret_id = state->id;
		return store_write_account_gone(engine->core.writer, state->id, err);
	}
	if (error_is(why, ERR_NOT_FOUND))
		return true;
	g_propagate_error(err, g_steal_pointer(&why));
	return false;
}

/* The desk goes first, for it may be in the middle of a page. */
static bool remove_account(SyncEngine *engine, const char *name, int64_t *ret_id, GError **err)
{
	Desk *desk = find_desk_named(engine, name);
	g_autoptr(Account) account = desk ? account_copy(desk->session->account) : NULL;

	if (desk)
		g_ptr_array_remove(engine->desks, desk);
	if (erase_account(engine, name, ret_id, err))
		return true;
	if (account)
		add_account(engine, account);
	return false;
}

/* Of one without rows there is nothing to rename. */
static bool rename_rows(SyncEngine *engine, const char *former, const char *name, GError **err)
{
	g_autoptr(AccountState) state = NULL;
	g_autoptr(GError) why = NULL;

	if (store_read_account(engine->core.reader, former, &state, &why))
		return store_write_account_name(engine->core.writer, state->id, name, err);
	if (error_is(why, ERR_NOT_FOUND))
		return true;
	g_propagate_error(err, g_steal_pointer(&why));
	return false;
}

static bool rename_account(SyncEngine *engine, const char *former, const char *name, GError **err)
{
	if (g_str_equal(former, name))
		return true;
	if (!rename_rows(engine, former, name, err))
		return false;
	event_tell(&engine->core,
	           (SyncEvent){ .kind = SYNC_ACCOUNT_RENAMED, .text = g_strdup(former) });
	return true;
}

/* The person changed its settings: the desk starts afresh with them, the rows stay. */
static void replace_account(SyncEngine *engine, const Command *command)
{
	guint at;
	Desk *desk = find_desk_named(engine, command->text);
	g_autoptr(Desk) former =
		desk && g_ptr_array_find(engine->desks, desk, &at)
			? g_ptr_array_steal_index(engine->desks, at)
			: NULL;

	if (former)
		desk_end(former);
	desk = add_account(engine, command->account);
	if (desk && former)
		desk_take_over(desk, former);
	if (desk && command->secret)
		desk_use_password(desk, command->secret);
}

/* ---- wishes and operations ---- */

static bool has_whole_body(const Message *message)
{
	return message->body_hash && !(message->flags & MESSAGE_TRUNCATED);
}

/* True if the store has what is wished already. */
static bool is_fulfilled(SyncEngine *engine, TaskKind task, const Message *message)
{
	g_autoptr(GBytes) mime = NULL;

	if (task == TASK_FETCH_BODY)
		return has_whole_body(message);
	return task == TASK_FETCH_MIME &&
	       store_read_mime(engine->core.reader, message->id, &mime, NULL) && mime;
}

/* What is asked of the account, not of a message. */
static bool pass_question(SyncEngine *engine, const Command *command, GError **err)
{
	Desk *desk = find_desk(engine, command->account_id);

	if (!desk)
		return fail(err, ERR_NOT_FOUND, _("this account is not set up"));
	Wish *wish = wish_new(command->wish_task, command->wish_id, 0);
	wish->folder_id = command->folder_id;
	wish->reference = g_strdup(command->text);
	desk_take_wish(desk, wish);
	return true;
}

/* Takes @wish. */
static bool give_wish(SyncEngine *engine, int64_t account_id, Wish *wish, GError **err)
{
	Desk *desk = find_desk(engine, account_id);

	if (desk) {
		desk_take_wish(desk, wish);
		return true;
	}
	wish_free(wish);
	return fail(err, ERR_NOT_FOUND, _("the account of this message is not set up"));
}

/* Of what is no mail; only the event knows what is attached to it. */
static bool pass_item_wish(SyncEngine *engine, const Command *command, GError **err)
{
	StoreReader *reader = engine->core.reader;
	g_autoptr(PimItem) item = NULL;
	int64_t account_id;

	if (!store_read_item(reader, PIM_EVENT, command->item_id, &item, err) ||
	    !store_read_item_account(reader, command->item_id, &account_id, err))
		return false;
	Wish *wish = wish_new(command->wish_task, command->wish_id, 0);
	wish->folder_id = item->event->folder_id;
	wish->server_id = g_strdup(item->event->server_id);
	wish->reference = g_strdup(command->text);
	return give_wish(engine, account_id, wish, err);
}

static bool pass_wish(SyncEngine *engine, const Command *command, GError **err)
{
	g_autoptr(Message) message = NULL;
	g_autoptr(Folder) folder = NULL;

	if (!store_read_message(engine->core.reader, command->message_id, &message, err) ||
	    !store_read_folder(engine->core.reader, message->home_id, &folder, err))
		return false;
	if (is_fulfilled(engine, command->wish_task, message)) {
		event_tell(&engine->core, (SyncEvent){ .kind = SYNC_FETCHED,
		                                             .account_id = folder->account_id,
		                                             .folder_id = folder->id,
		                                             .message_id = command->message_id,
		                                             .wish_id = command->wish_id });
		return true;
	}

	Wish *wish = wish_new(command->wish_task, command->wish_id, command->message_id);
	wish->folder_id = folder->id;
	wish->server_id = g_strdup(message->server_id);
	wish->reference = g_strdup(command->text);
	return give_wish(engine, folder->account_id, wish, err);
}

static void take_wish(SyncEngine *engine, Command *command)
{
	g_autoptr(GError) error = NULL;

	if (task_is_question(command->wish_task) ? pass_question(engine, command, &error)
	    : command->item_id                   ? pass_item_wish(engine, command, &error)
	                                         : pass_wish(engine, command, &error))
		return;
	event_tell(&engine->core, (SyncEvent){
		.kind = SYNC_FAILED, .message_id = command->message_id, .wish_id = command->wish_id,
		.error_kind = (int)error_kind(error), .text = g_strdup(error->message) });
}

static void tell_desks(SyncEngine *engine, const GPtrArray *ops)
{
	for (guint i = 0; i < engine->desks->len; i++) {
		Desk *desk = desk_at(engine, i);
		for (guint j = 0; j < ops->len; j++)
			if (((const Op *)g_ptr_array_index(ops, j))->account_id ==
			    desk_account_id(desk)) {
				desk_ops_changed(desk);
				break;
			}
	}
}

/* Of @ops the first account without a desk; 0 if there is none. */
static int64_t find_stranger(const SyncEngine *engine, const GPtrArray *ops)
{
	for (guint i = 0; i < ops->len; i++) {
		const Op *op = g_ptr_array_index(ops, i);
		if (op->account_id && !find_desk(engine, op->account_id))
			return op->account_id;
	}
	return 0;
}

/* An engine that goes on and on, without the account that is meant: the one who asked would wait
 * for ever. One that ends soon leaves it to him. */
static void tell_no_desk(SyncEngine *engine, int64_t wish_id, int64_t account_id)
{
	if (engine->core.mode != SYNC_WATCH || !door_wish_is_of_peer(wish_id))
		return;
	event_tell(
		&engine->core,
		(SyncEvent){
			.kind = SYNC_STATE,
			.wish_id = wish_id,
			.account_id = account_id,
			.state = SYNC_ERROR,
			.error_kind = ERR_HELD,
			.text = g_strdup(_(
				"the Postern that is running does not look after this account")) });
}

static void tell_failed(SyncEngine *engine, const Command *command, const GError *error)
{
	event_tell(&engine->core, (SyncEvent){ .kind = SYNC_FAILED,
	                                       .wish_id = command->wish_id,
	                                       .error_kind = (int)error_kind(error),
	                                       .text = g_strdup(error->message) });
}

/* What was asked for is in the store. @account_id 0: of no one account. */
static void tell_changed(SyncEngine *engine, const Command *command, int64_t account_id)
{
	event_tell(&engine->core, (SyncEvent){ .kind = SYNC_CHANGED,
	                                       .account_id = account_id,
	                                       .wish_id = command->wish_id });
}

/* The ops and their effect are in the store before anything else happens. */
static void take_ops(SyncEngine *engine, Command *command)
{
	g_autoptr(GError) error = NULL;
	SyncEvent event = { .kind = SYNC_WRITTEN, .wish_id = command->wish_id };

	if (!store_write_ops(engine->core.writer, command->ops, &event.group_id, &error)) {
		tell_failed(engine, command, error);
		return;
	}
	/* Who looks at the screen need not wait for the plans that follow. */
	event_tell(&engine->core, (SyncEvent){ .kind = SYNC_CHANGED });
	tell_desks(engine, command->ops);
	int64_t stranger_id = find_stranger(engine, command->ops);
	event.ops = g_steal_pointer(&command->ops);
	event_tell(&engine->core, event);
	if (stranger_id)
		tell_no_desk(engine, command->wish_id, stranger_id);
}

/* What an editor gave while the store is locked; true if @command waits, and is not the caller's.
 */
static bool hold(SyncEngine *engine, Command *command)
{
	if (!vault_is_locked(engine->core.vault))
		return false;
	Command *held = command_new(command->kind);
	Command  taken = *command;

	*command = *held;
	*held = taken;
	g_ptr_array_add(engine->held, held);
	return true;
}

/* On the disk when this is told: the person may go on typing, and the power may fail. */
static void take_draft(SyncEngine *engine, Command *command)
{
	g_autoptr(GError) error = NULL;
	SyncEvent event = { .kind = SYNC_DRAFT_SAVED,
		            .wish_id = command->wish_id,
		            .account_id = command->account_id,
		            .draft_id = command->draft_id };

	if (hold(engine, command))
		return;
	if (!store_save_draft(engine->core.writer, command->account_id, command->draft,
	                      &event.draft_id, &error)) {
		tell_failed(engine, command, error);
		return;
	}
	event.draft = g_steal_pointer(&command->draft);
	event_tell(&engine->core, event);
}

static bool change_draft(SyncEngine *engine, const Command *command, GError **err)
{
	StoreWriter *writer = engine->core.writer;

	if (command->kind == COMMAND_DRAFT_DROP)
		return store_write_draft_gone(writer, command->draft_id, err);
	return store_write_draft_bytes(writer, command->draft_id, command->content, false, err);
}

/* What @command asks of the store was done, or @error says why not. */
static void tell_written(SyncEngine *engine, const Command *command, const GError *error)
{
	if (error)
		tell_failed(engine, command, error);
	else
		tell_changed(engine, command, command->account_id);
}

static void take_draft_change(SyncEngine *engine, Command *command)
{
	g_autoptr(GError) error = NULL;

	if (command->kind == COMMAND_DRAFT_BYTES && hold(engine, command))
		return;
	change_draft(engine, command, &error);
	tell_written(engine, command, error);
}

static bool act_on_outbox(SyncEngine *engine, const Command *command, GError **err)
{
	StoreOpChoice choice = { command->op_id, command->group_id };
	bool is_cancel = command->kind == COMMAND_OUTBOX_CANCEL;
	guint count;

	if (is_cancel ? !store_write_ops_cancel(engine->core.writer, &choice, &count, err)
	              : !store_write_ops_retry(engine->core.writer, &choice, &count, err))
		return false;
	return count > 0 ||
	       fail(err, ERR_GONE, _("it is on its way already, or has arrived"));
}

static void take_outbox(SyncEngine *engine, Command *command)
{
	g_autoptr(GError) error = NULL;

	if (!act_on_outbox(engine, command, &error)) {
		tell_failed(engine, command, error);
		return;
	}
	for (guint i = 0; i < engine->desks->len; i++)
		desk_ops_changed(desk_at(engine, i));
	tell_changed(engine, command, 0);
}

static bool pass_remote(SyncEngine *engine, const Command *command, GError **err)
{
	Desk *desk = find_desk(engine, command->account_id);

	return desk ? desk_take_remote(desk, command, err)
	            : fail(err, ERR_NOT_FOUND, _("this account is not set up"));
}

static void take_remote(SyncEngine *engine, Command *command)
{
	g_autoptr(GError) error = NULL;

	if (!pass_remote(engine, command, &error))
		tell_failed(engine, command, error);
}

/* Of one account, whose pictures are shown. */
static void take_picture_sender(SyncEngine *engine, Command *command)
{
	g_autoptr(GError) error = NULL;

	store_write_picture_sender(engine->core.writer, command->account_id, command->text,
	                           command->kind == COMMAND_PICTURE_SENDER, &error);
	tell_written(engine, command, error);
}

static void take_vip(SyncEngine *engine, Command *command)
{
	g_autoptr(GError) error = NULL;

	store_write_vip(engine->core.writer, command->text, command->kind == COMMAND_VIP, &error);
	tell_written(engine, command, error);
}

static bool write_certificates(SyncEngine *engine, const Command *command, GError **err)
{
	g_autoptr(GPtrArray) changes = certificate_changes_from_bytes(command->content, err);

	return changes && store_write_certificates(engine->core.writer, changes, err);
}

static void take_certificates(SyncEngine *engine, Command *command)
{
	g_autoptr(GError) error = NULL;

	if (!write_certificates(engine, command, &error))
		log_info("sync", "certificates: %s", error->message);
	if (!error || command->wish_id)
		tell_written(engine, command, error);
}

static void take_account_gone(SyncEngine *engine, Command *command)
{
	g_autoptr(GError) error = NULL;
	SyncEvent event = { .kind = SYNC_ACCOUNT_GONE };

	if (!remove_account(engine, command->text, &event.account_id, &error)) {
		tell_failed(engine, command, error);
		return;
	}
	event.text = g_strdup(command->text);
	event_tell(&engine->core, event);
	tell_changed(engine, command, 0);
}

static void take_account_set(SyncEngine *engine, Command *command)
{
	g_autoptr(GError) error = NULL;

	if (rename_account(engine, command->text, command->account->name, &error))
		replace_account(engine, command);
	tell_written(engine, command, error);
}

/* ---- commands ---- */

static void take_stop(SyncEngine *engine, Command *command)
{
	(void)command;
	engine->is_over = true;
}

static void take_now(SyncEngine *engine, Command *command)
{
	int64_t account_id = command->account_id;

	for (guint i = 0; i < engine->desks->len; i++)
		if (!account_id || desk_account_id(desk_at(engine, i)) == account_id)
			desk_now(desk_at(engine, i));
	if (command->wish_id)
		tell_changed(engine, command, account_id);
}

static void sync_named(SyncEngine *engine, const char *name, int64_t wish_id)
{
	Desk *desk = find_desk_named(engine, name);
	g_autoptr(AccountState) state = NULL;

	if (desk)
		desk_now(desk);
	else if (store_read_account(engine->core.reader, name, &state, NULL))
		tell_no_desk(engine, wish_id, state->id);
	else
		tell_no_desk(engine, wish_id, 0);
}

/* Without the mark somebody has unlocked it elsewhere, and is about to tell. */
static bool is_locked_for_all(const SyncEngine *engine)
{
	return vault_is_locked(engine->core.vault) && vault_is_marked(store_dir(engine->store));
}

/* What a peer missed: how each account is doing. What it wants synced is begun before anything else
 * happens, so that the IDLE it waits for is none of before. */
static void take_greeting(SyncEngine *engine, Command *command)
{
	g_auto(GStrv) names = g_strsplit(command->text ? command->text : "", "\n", -1);

	event_tell(&engine->core,
	           (SyncEvent){ .kind = SYNC_JOINED, .wish_id = command->wish_id });
	for (int i = 0; names[i]; i++)
		if (*names[i])
			sync_named(engine, names[i], command->wish_id);
	if (is_locked_for_all(engine))
		event_tell(&engine->core,
		           (SyncEvent){ .kind = SYNC_LOCKED, .wish_id = command->wish_id });
	for (guint i = 0; i < engine->desks->len; i++)
		telling_repeat(desk_at(engine, i), command->wish_id, names[0] && *names[0]);
}

static void take_screen_folder(SyncEngine *engine, Command *command)
{
	for (guint i = 0; i < engine->desks->len; i++)
		desk_show_folder(desk_at(engine, i), command->folder_id);
}

static void take_command(SyncEngine *engine, Command *command);

static void take_for_desk(SyncEngine *engine, Command *command)
{
	int64_t account_id =
		command->question ? command->question->account_id : command->account_id;
	Desk *desk = find_desk(engine, account_id);

	if (!desk)
		return;
	if (command->kind == COMMAND_ANSWER)
		desk_take_answer(desk, command);
	else
		desk_take_password(desk, command);
}

/* ---- the lock ---- */

static void take_lock(SyncEngine *engine, Command *command)
{
	g_autoptr(GError) error = NULL;
	bool is_done = vault_lock(engine->core.vault, &error);

	if (!is_done && !vault_is_locked(engine->core.vault)) {
		tell_failed(engine, command, error);
		return;
	}
	if (!is_done)
		log_error("sync", "lock: %s", error->message);
	event_tell(&engine->core, (SyncEvent){ .kind = SYNC_LOCKED });
	tell_changed(engine, command, 0);
}

/* In this process whoever unlocked has the same vault. */
static bool unlock(SyncEngine *engine, const Command *command, GBytes **ret_handed, GError **err)
{
	Vault *vault = engine->core.vault;

	if (!command->content)
		return vault_fail_locked(err);
	if (vault_is_locked(vault) && !vault_take_over(vault, command->content, err))
		return false;
	*ret_handed = vault_hand_over(vault, err);
	return *ret_handed != NULL;
}

static void take_held(SyncEngine *engine)
{
	g_autoptr(GPtrArray) held = engine->held;

	engine->held = g_ptr_array_new_with_free_func((GDestroyNotify)command_free);
	for (guint i = 0; i < held->len; i++)
		take_command(engine, g_ptr_array_index(held, i));
}

static void take_unlock(SyncEngine *engine, Command *command)
{
	g_autoptr(GError) error = NULL;
	SyncEvent event = { .kind = SYNC_UNLOCKED };

	if (!unlock(engine, command, &event.content, &error)) {
		tell_failed(engine, command, error);
		return;
	}
	event_tell(&engine->core, event);
	for (guint i = 0; i < engine->desks->len; i++)
		desk_ops_changed(desk_at(engine, i));
	take_held(engine);
	tell_changed(engine, command, 0);
}

static void take_command(SyncEngine *engine, Command *command)
{
	static void (*const takers[COMMAND_KIND_COUNT])(SyncEngine *, Command *) = {
		[COMMAND_STOP] = take_stop,
		[COMMAND_GREET] = take_greeting,
		[COMMAND_NOW] = take_now,
		[COMMAND_SCREEN_FOLDER] = take_screen_folder,
		[COMMAND_WISH] = take_wish,
		[COMMAND_OPS] = take_ops,
		[COMMAND_DRAFT_SAVE] = take_draft,
		[COMMAND_DRAFT_BYTES] = take_draft_change,
		[COMMAND_DRAFT_DROP] = take_draft_change,
		[COMMAND_OUTBOX_CANCEL] = take_outbox,
		[COMMAND_OUTBOX_RETRY] = take_outbox,
		[COMMAND_ANSWER] = take_for_desk,
		[COMMAND_ACCOUNT_SET] = take_account_set,
		[COMMAND_ACCOUNT_GONE] = take_account_gone,
		[COMMAND_PASSWORD] = take_for_desk,
		[COMMAND_VIP] = take_vip,
		[COMMAND_NOT_VIP] = take_vip,
		[COMMAND_PICTURE] = take_remote,
		[COMMAND_REVOCATION] = take_remote,
		[COMMAND_PICTURE_SENDER] = take_picture_sender,
		[COMMAND_NOT_PICTURE_SENDER] = take_picture_sender,
		[COMMAND_CERTIFICATES] = take_certificates,
		[COMMAND_LOCK] = take_lock,
		[COMMAND_UNLOCK] = take_unlock,
	};

	takers[command->kind](engine, command);
}

/* From the carrier's turn: the mailbox has something. The commands are taken between turns, when no
 * answer is half read. */
static void on_commands(void *data) { (void)data; }

static void take_commands(SyncEngine *engine)
{
	Command *command;

	while (!engine->is_over && (command = mailbox_take(engine->core.commands))) {
		take_command(engine, command);
		command_free(command);
	}
}

/* ---- the loop ---- */

static bool is_idle(const SyncEngine *engine)
{
	for (guint i = 0; i < engine->desks->len; i++)
		if (!desk_at(engine, i)->is_idle)
			return false;
	return true;
}

static void keep_store(SyncEngine *engine, bool is_at_rest)
{
	g_autoptr(GError) error = NULL;

	if (!store_write_keep(engine->core.writer, is_at_rest, &error))
		log_error("sync", "store: %s", error->message);
}

static void tell_idle(SyncEngine *engine)
{
	bool is_at_rest = is_idle(engine);

	if (is_at_rest && !engine->is_idle_told) {
		keep_store(engine, true);
		event_tell(&engine->core, (SyncEvent){ .kind = SYNC_IDLE });
	}
	engine->is_idle_told = is_at_rest;
}

static int64_t turn_desks(SyncEngine *engine)
{
	int64_t wake_ms = INT64_MAX;

	for (guint i = 0; i < engine->desks->len; i++) {
		int64_t desk_ms = desk_turn(desk_at(engine, i));
		wake_ms = MIN(wake_ms, desk_ms);
	}
	return wake_ms;
}

static void notice_suspend(SyncEngine *engine, int64_t deadline_ms)
{
	if (core_uptime_ms(&engine->core) <= deadline_ms + SUSPEND_MS)
		return;
	log_info("sync", "the machine was suspended; connecting anew");
	for (guint i = 0; i < engine->desks->len; i++)
		desk_reset(desk_at(engine, i));
}

/* While it is locked, no page of the store stays in memory longer than it is needed. */
static void forget_pages(SyncEngine *engine)
{
	if (!vault_is_locked(engine->core.vault))
		return;
	store_reader_forget(engine->core.reader);
	store_writer_forget(engine->core.writer);
}

bool sync_engine_turn(SyncEngine *engine)
{
	int64_t wake_ms, deadline_ms;

	take_commands(engine);
	if (engine->is_over)
		return false;
	engine->is_idle_told = engine->is_idle_told && is_idle(engine);
	wake_ms = turn_desks(engine);
	keep_store(engine, false);
	tell_idle(engine);
	forget_pages(engine);
	deadline_ms = MIN(wake_ms, core_uptime_ms(&engine->core) + TURN_MOST_MS);
	engine->core.carrier->ops->turn(engine->core.carrier, deadline_ms);
	notice_suspend(engine, deadline_ms);
	return true;
}

/* ---- its life ---- */

static bool open_store(SyncEngine *engine, GError **err)
{
	engine->core.writer = store_open_writer(engine->store, err);
	engine->core.reader = engine->core.writer ? store_open_reader(engine->store, err) : NULL;
	return engine->core.reader;
}

/* Without it the engine works, and other processes wait for its end. */
static void open_door(SyncEngine *engine, const char *runtime_dir)
{
	g_autofree char *path =
		runtime_dir ? door_path(runtime_dir, store_dir(engine->store)) : NULL;
	g_autoptr(GError) error = NULL;

	if (!path)
		return;
	engine->core.door = door_open(path, engine->core.clock, engine->core.commands, &error);
	if (!engine->core.door)
		log_error("sync", "other processes are not served: %s", error->message);
}

SyncEngine *sync_engine_new(const SyncSetup *setup, Carrier *carrier, Mailbox *commands,
                            GError **err)
{
	g_autoptr(SyncEngine) engine = g_new0(SyncEngine, 1);

	engine->setup = *setup;
	engine->store = store_ref(setup->store);
	engine->desks = g_ptr_array_new_with_free_func((GDestroyNotify)desk_free);
	engine->core.vault = store_vault(engine->store);
	engine->held = g_ptr_array_new_with_free_func((GDestroyNotify)command_free);
	engine->core.carrier = carrier;
	engine->core.clock = setup->clock;
	engine->core.events = mailbox_ref(setup->events);
	engine->core.commands = mailbox_ref(commands);
	engine->core.mode = setup->mode;
	engine->core.compose = setup->compose;
	engine->core.random = g_rand_new();
	engine->core.internal_hosts = g_strdup(setup->internal_hosts);
	engine->core.revocation_hosts = g_strdup(setup->revocation_hosts);
	if (!open_store(engine, err))
		return NULL;
	carrier->ops->watch(carrier, mailbox_fd(commands), on_commands, engine);
	open_door(engine, setup->runtime_dir);
	for (guint i = 0; i < setup->accounts->len; i++)
		add_account(engine, g_ptr_array_index(setup->accounts, i));
	engine->setup.accounts = NULL;
	engine->setup.runtime_dir = engine->setup.internal_hosts = NULL;
	engine->setup.revocation_hosts = NULL;
	return g_steal_pointer(&engine);
}

void sync_engine_free(SyncEngine *engine)
{
	if (!engine)
		return;
	g_ptr_array_unref(engine->desks);
	g_ptr_array_unref(engine->held);
	carrier_free(engine->core.carrier);
	door_free(engine->core.door);
	store_reader_free(engine->core.reader);
	store_writer_free(engine->core.writer);
	mailbox_unref(engine->core.events);
	mailbox_unref(engine->core.commands);
	g_rand_free(engine->core.random);
	g_free(engine->core.internal_hosts);
	g_free(engine->core.revocation_hosts);
	store_unref(engine->store);
	g_free(engine);
}
