#include "cli/send.h"

#include <string.h>

#include "app/compose.h"
#include "app/outgoing.h"
#include "app/protection.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cli/engine.h"
#include "cli/errand.h"
#include "mime/recipients.h"
#include "store/draft.h"
#include "vault/lock.h"

enum { OPS_READ_MOST = 10000 };

static const OutputField fields[] = {
	{ "status", N_("Status"), FIELD_TEXT, 8 },
	{ "id", N_("Id"), FIELD_TEXT, 10 },
	{ "message_id", N_("Message-ID"), FIELD_TEXT, 40 },
	{ "to", N_("To"), FIELD_TEXT, 30 },
	{ "subject", N_("Subject"), FIELD_TEXT, WIDTH_REST },
	{ 0 },
};

/* ---- ids ---- */

char *send_id_format(char letter, int64_t id)
{
	return g_strdup_printf("%c%" G_GINT64_FORMAT, letter, id);
}

bool send_id_parse(const Cli *cli, char letter, const char *text, int64_t *ret_id, GError **err)
{
	g_autofree char *visible = text_visible(text);

	if (text[0] == letter && text_to_int(text + 1, 1, INT64_MAX, ret_id))
		return true;
	return fail(err, ERR_USAGE, _("%s: “%s” is no id; ids look like %c17"), cli->verb->name,
	            visible, letter);
}

/* ---- the message ---- */

static bool identify(Draft *draft, GError **err)
{
	g_autoptr(Secret) random = draft->message_id ? NULL : secret_new_random(16, err);

	if (!draft->message_id && !random)
		return false;
	if (random)
		compose_identify(draft, secret_bytes(random));
	return true;
}

static bool check_recipients(const Draft *draft, GError **err)
{
	const char *const lists[] = { draft->to, draft->cc, draft->bcc };
	guint count = 0;

	for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
		g_autoptr(GPtrArray) list = mime_recipients(lists[i], err);
		if (!list)
			return false;
		count += list->len;
	}
	return count > 0 ||
	       fail(err, ERR_USAGE, _("nobody is to get it: give --to, --cc or --bcc"));
}

/* ---- what S/MIME does with it ---- */

/* A person on the screen is asked; here nobody can be. */
static bool check_vouched(const Protection *protection, const Draft *draft, GError **err)
{
	g_autofree char *doubtful = protection_unreached(protection, true);

	return draft->encryption != ENCRYPTION_YES || !doubtful ||
	       fail(err, ERR_NOT_FOUND,
	            _("nobody who is trusted vouches for the certificate of %s: compare it and trust it (postern smime trust)"),
	            doubtful);
}

/* Said before it waits in the Outbox, where it would fail. */
static bool check_protection(Cli *cli, Draft *draft, bool *ret_needs_token, GError **err)
{
	int64_t now_ms = clock_now_ms(cli->clock);
	const Certificates *certificates =
		draft_is_protected(draft) ? cli_certificates(cli, err) : NULL;
	g_autoptr(Protection) protection =
		certificates ? protection_look(certificates, draft, now_ms) : NULL;

	if (!draft_is_protected(draft))
		return true;
	if (!protection)
		return false;
	protection_settle(protection, draft);
	*ret_needs_token = protection->needs_token;
	return protection_check(protection, draft, err) && check_vouched(protection, draft, err);
}

bool send_protect(Cli *cli, Draft *draft, GBytes *mime, StoreMail *ret_mail, GError **err)
{
	bool needs_token;

	return check_protection(cli, draft, &needs_token, err) &&
	       protection_apply(cli_certificates(cli, NULL), draft, mime,
	                        clock_now_ms(cli->clock), ret_mail, err);
}

/* ---- what is in the Outbox ---- */

/* What came of it, and the one that is named to the person. */
typedef struct { int64_t account_id, draft_id, op_id; GArray *op_ids; } Queued;

static bool save(Cli *cli, Errand *errand, const Letter *letter, Queued *queued, GError **err)
{
	SyncClient *client = errand_client(errand);
	g_autoptr(SyncEvent) saved = NULL, kept = NULL;

	/* The engine would keep it until the lock is open, and we would wait. */
	if (vault_is_locked(store_vault(cli->store)))
		return vault_fail_locked(err);
	queued->draft_id = letter->draft_id;
	/* Bytes that are kept are all there is of it, and saving would drop them. */
	if (letter->mime && letter->draft_id && !letter->is_new)
		return true;
	if (!cli_engine_account_id(cli, letter->account, &queued->account_id, err) ||
	    !errand_answer(errand,
	                   sync_draft_save(client, queued->account_id, draft_copy(letter->draft),
	                                   queued->draft_id),
	                   &saved, err))
		return false;
	queued->draft_id = saved->draft_id;
	return !letter->mime ||
	       errand_answer(errand, sync_draft_bytes(client, queued->draft_id, letter->mime),
	                     &kept, err);
}

static int64_t due_ms(const Cli *cli)
{
	int64_t minutes = args_int(cli->args, "hold", 0);

	return minutes ? clock_now_ms(cli->clock) + minutes * 60 * 1000 : 0;
}

static Op *op_for(const Cli *cli, int64_t draft_id)
{
	Op *op = op_new(OP_SEND);

	op->draft_id = draft_id;
	op->due_ms = due_ms(cli);
	return op;
}

/* One op, or one for each of the copies. */
static bool save_all(Cli *cli, Errand *errand, const Letter *letter, Queued *queued, GPtrArray *ops,
                     GError **err)
{
	if (!letter->copies) {
		if (!save(cli, errand, letter, queued, err))
			return false;
		g_ptr_array_add(ops, op_for(cli, queued->draft_id));
	}
	for (guint i = 0; letter->copies && i < letter->copies->len; i++) {
		const StoreCopy *copy = g_ptr_array_index(letter->copies, i);
		Letter one = { .account = letter->account,
			       .draft = copy->draft,
			       .mime = copy->mime,
			       .draft_id = i == 0 ? letter->draft_id : 0,
			       .is_new = true };
		if (!save(cli, errand, &one, queued, err))
			return false;
		g_ptr_array_add(ops, op_for(cli, queued->draft_id));
	}
	return true;
}

/* All of them by one action: a program that hears of a failure may send again. */
static bool queue(Cli *cli, const Letter *letter, Queued *queued, GError **err)
{
	g_autoptr(Errand) errand = cli_engine_still(cli, err);
	g_autoptr(GPtrArray) ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);
	g_autoptr(SyncEvent) written = NULL;

	if (!errand || !save_all(cli, errand, letter, queued, ops, err) ||
	    !errand_answer(errand, sync_ops(errand_client(errand), g_steal_pointer(&ops)), &written,
	                   err))
		return false;
	for (guint i = 0; i < written->ops->len; i++)
		g_array_append_val(queued->op_ids, ((const Op *)written->ops->pdata[i])->id);
	queued->op_id = ((const Op *)written->ops->pdata[0])->group_id;
	return true;
}

/* The next sync brings it to the server, if that keeps drafts. */
static bool save_on_server(Cli *cli, Errand *errand, const Account *account, int64_t draft_id,
                           GError **err)
{
	g_autoptr(AccountState) state = NULL;
	g_autoptr(SyncEvent) written = NULL;
	Op *op;

	if (!cli_account_state(cli, account, &state, err))
		return false;
	if (!state || !account_keeps_drafts(state))
		return true;
	op = op_new(OP_SAVE_DRAFT);
	op->draft_id = draft_id;
	return errand_answer(errand, sync_op(errand_client(errand), op), &written, err);
}

bool send_save(Cli *cli, const Letter *letter, int64_t *ret_draft_id, GError **err)
{
	StoreReader *reader = cli_reader(cli, err);
	g_autoptr(Errand) errand = NULL;
	Queued queued = { 0 };

	if (!reader || !outgoing_gather(letter->draft, reader, err) ||
	    !(errand = cli_engine_still(cli, err)) || !save(cli, errand, letter, &queued, err) ||
	    !save_on_server(cli, errand, letter->account, queued.draft_id, err))
		return false;
	*ret_draft_id = queued.draft_id;
	return true;
}

/* ---- waiting ---- */

static bool has_id(const GArray *ids, int64_t id)
{
	for (guint i = 0; i < ids->len; i++)
		if (g_array_index(ids, int64_t, i) == id)
			return true;
	return false;
}

/* Also one of those that a mail with people in Bcc left as. */
static bool is_awaited(const Op *op, const GArray *op_ids)
{
	return has_id(op_ids, op->id) ||
	       (op->kind == OP_SEND && has_id(op_ids, op->value.done_ms));
}

static bool fail_op(const Op *op, GError **err)
{
	ErrorKind kind = op->state == OP_UNSURE ? ERR_NETWORK : (ErrorKind)op->error_kind;

	return fail(err, kind, _("not sent: %s (it is in the Outbox as o%lld)"),
	            op->last_error ? op->last_error : _("the server refuses it"),
	            (long long)op->group_id);
}

/* *ret_left: how many wait yet. Fails with the first that will not go by itself. */
static bool look(Cli *cli, const GArray *op_ids, guint *ret_left, Op **ret_waiting, GError **err)
{
	g_autoptr(GPtrArray) accounts = NULL;

	*ret_left = 0;
	if (!store_read_accounts(cli->reader, &accounts, err))
		return false;
	for (guint i = 0; i < accounts->len; i++) {
		const AccountState *state = g_ptr_array_index(accounts, i);
		g_autoptr(GPtrArray) ops = NULL;
		if (!store_read_ops(cli->reader, state->id, OPS_READ_MOST, &ops, err))
			return false;
		for (guint j = 0; j < ops->len; j++) {
			const Op *op = g_ptr_array_index(ops, j);
			if (!is_awaited(op, op_ids))
				continue;
			if (op->state == OP_FAILED || op->state == OP_UNSURE)
				return fail_op(op, err);
			op_free(*ret_waiting);
			*ret_waiting = op_copy(op);
			++*ret_left;
		}
	}
	return true;
}

/* An account that gets no further takes its messages along. An engine in another process goes on by
 * itself, idle or not, and does not end for a server that cannot be reached. */
static bool is_end(const SyncEvent *event, const Op *waiting)
{
	bool is_other = waiting && event->account_id && event->account_id != waiting->account_id;

	if (event->kind == SYNC_IDLE)
		return !event->is_from_afar && event->account_id && !is_other;
	return event->kind == SYNC_STOPPED || (errand_is_stuck(event) && !is_other);
}

static bool take_event(const SyncEvent *event, const Op *waiting, GError **err)
{
	const char *text = event->text                          ? event->text
	                   : waiting && waiting->last_error     ? waiting->last_error
	                   : event->kind == SYNC_STOPPED        ? _("the engine has stopped")
	                                                        : _("it has to wait");

	if (!is_end(event, waiting))
		return true;
	return fail(err, event->error_kind ? (ErrorKind)event->error_kind : ERR_NETWORK,
	            _("not sent yet: %s (it waits in the Outbox, and the next sync tries again)"),
	            text);
}

bool send_wait(Cli *cli, const GPtrArray *accounts, const GArray *op_ids, GError **err)
{
	g_autoptr(Errand) errand = errand_start(cli, SYNC_ON_DEMAND, accounts, err);
	Op *waiting = NULL;
	guint left = op_ids->len;
	bool ok = errand != NULL && cli_reader(cli, err);

	while (ok && left) {
		g_autoptr(SyncEvent) event = NULL;
		ok = errand_next(errand, &event, err) && look(cli, op_ids, &left, &waiting, err) &&
		     (left == 0 || take_event(event, waiting, err));
	}
	op_free(waiting);
	return ok;
}

/* ---- the whole ---- */

static bool report(Cli *cli, const Letter *letter, const char *status, const Queued *queued,
                   GError **err)
{
	bool is_sent = g_str_equal(status, "sent");
	g_autofree char *id = is_sent ? NULL : send_id_format('o', queued->op_id);
	const Draft *draft = letter->draft;
	const OutputValue values[] = { { .text = status }, { .text = id },
	                               { .text = draft->message_id }, { .text = draft->to },
	                               { .text = draft->subject } };

	if (output_form(cli->output) != OUTPUT_TEXT)
		return output_single(cli->output, fields, values, err);
	if (!cli_is_quiet(cli) && !is_sent)
		output_message(_("in the Outbox as %s"), id);
	return true;
}

/* One after the other, and whom each is for beside it. */
static bool print_copies(Cli *cli, const GPtrArray *copies, GError **err)
{
	for (guint i = 0; i < copies->len; i++) {
		const StoreCopy *copy = g_ptr_array_index(copies, i);
		const char *bcc = copy->draft->bcc;
		output_message(_("mail %u of %u, for %s"), i + 1, copies->len,
		               bcc ? bcc : _("To and Cc"));
		if (!output_bytes(cli->output, copy->mime, err))
			return false;
	}
	return true;
}

static bool print(Cli *cli, const Letter *letter, GError **err)
{
	g_autoptr(StoreDraft) row = store_draft_new(0, (int)letter->draft->kind, 0);
	g_auto(StoreMail) mail = { 0 };

	row->text = draft_to_text(letter->draft);
	if (letter->mime)
		return output_bytes(cli->output, letter->mime, err);
	if (letter->copies)
		return print_copies(cli, letter->copies, err);
	if (!outgoing_compose(cli->reader, row, false, &mail, err))
		return false;
	return mail.copies ? print_copies(cli, mail.copies, err)
	                   : output_bytes(cli->output, mail.mime, err);
}

static bool deliver(Cli *cli, const Letter *letter, GError **err)
{
	g_autoptr(GPtrArray) accounts = g_ptr_array_new();
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	Queued queued = { .op_ids = ids };
	bool stays = args_has(cli->args, "queue") || args_has(cli->args, "hold") ||
	             args_has(cli->args, "offline");

	if (!queue(cli, letter, &queued, err))
		return false;
	g_ptr_array_add(accounts, (void *)letter->account);
	if (!stays && !send_wait(cli, accounts, ids, err))
		return false;
	return report(cli, letter, stays ? "queued" : "sent", &queued, err);
}

static bool finish(Cli *cli, const Letter *letter, GError **err)
{
	return args_has(cli->args, "dry-run") ? print(cli, letter, err)
	                                      : deliver(cli, letter, err);
}

/* With a token, whose PIN is asked for while the person is there: no engine could. */
static bool finish_here(Cli *cli, const Letter *letter, GError **err)
{
	g_autoptr(StoreDraft) row =
		store_draft_new(0, (int)letter->draft->kind, letter->draft->source_id);
	const Certificates *certificates = cli_certificates(cli, err);
	g_auto(StoreMail) mail = { 0 };
	Letter protected = *letter;

	row->text = draft_to_text(letter->draft);
	if (!certificates || !outgoing_compose_with(cli->reader, certificates, row, &mail, err))
		return false;
	protected.mime = mail.mime;
	protected.copies = mail.copies;
	protected.is_new = true;
	return finish(cli, &protected, err);
}

bool send_letter(Cli *cli, const Letter *letter, GError **err)
{
	StoreReader *reader = cli_reader(cli, err);
	bool needs_token = false;

	if (!reader || !identify(letter->draft, err) ||
	    (!letter->mime && !check_recipients(letter->draft, err)) ||
	    (!letter->mime && !letter->copies &&
	     !check_protection(cli, letter->draft, &needs_token, err)) ||
	    !outgoing_gather(letter->draft, reader, err))
		return false;
	return needs_token ? finish_here(cli, letter, err) : finish(cli, letter, err);
}
