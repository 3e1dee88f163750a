#include <string.h>

#include "app/indexer.h"
#include "app/key_folder.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/certificates.h"
#include "cli/errand.h"
#include "cli/index.h"
#include "cli/progress.h"

static const ArgOption options[] = {
	{ 0, "once", ARG_FLAG, NULL, NULL,
	  N_("bring everything up to date and end (the default)") },
	{ 0, "watch", ARG_FLAG, NULL, NULL, N_("and then stay in step by push until interrupted") },
	{ 0 },
};

typedef struct {
	char    *name;
	int64_t  id;               /* the store's; 0 until the engine has made it */
	bool     is_done;
	int      error_kind;
	char    *error;            /* one sentence; NULL: well */
	bool     is_partial;       /* of one folder; the others are in step */
} Outcome;

typedef struct {
	Cli         *cli;
	Errand      *errand;
	Progress    *progress;
	Indexer     *indexer;         /* once something came */
	GAsyncQueue *found;           /* of GPtrArray: certificates, from the indexer's thread */
	GPtrArray   *outcomes;        /* of Outcome, one an account */
	bool         is_watch;
} Run;

static void outcome_free(Outcome *outcome)
{
	g_free(outcome->name);
	g_free(outcome->error);
	g_free(outcome);
}

static GPtrArray *outcomes_of(const GPtrArray *accounts)
{
	GPtrArray *outcomes = g_ptr_array_new_with_free_func((GDestroyNotify)outcome_free);

	for (guint i = 0; i < accounts->len; i++) {
		Outcome *outcome = g_new0(Outcome, 1);
		outcome->name = g_strdup(((const Account *)g_ptr_array_index(accounts, i))->name);
		g_ptr_array_add(outcomes, outcome);
	}
	return outcomes;
}

/* Ids are the store's, and the engine makes the rows of new accounts: look again when an id is new
 * to us. */
static void learn_ids(Run *run)
{
	StoreReader *reader = cli_reader(run->cli, NULL);

	for (guint i = 0; reader && i < run->outcomes->len; i++) {
		Outcome *outcome = g_ptr_array_index(run->outcomes, i);
		g_autoptr(AccountState) state = NULL;
		if (!outcome->id && store_read_account(reader, outcome->name, &state, NULL))
			outcome->id = state->id;
	}
}

static Outcome *outcome_of(Run *run, int64_t account_id)
{
	for (int round = 0; round < 2; round++) {
		for (guint i = 0; i < run->outcomes->len; i++) {
			Outcome *outcome = g_ptr_array_index(run->outcomes, i);
			if (outcome->id == account_id)
				return outcome;
		}
		learn_ids(run);
	}
	return NULL;
}

static void note_state(Run *run, const SyncEvent *event)
{
	Outcome *outcome = outcome_of(run, event->account_id);
	bool is_bad = event->state == SYNC_ERROR || event->state == SYNC_PARKED ||
	              event->state == SYNC_WAITING;

	if (!outcome)
		return;
	/* That it is at rest says nothing about how it went. */
	if (is_bad || event->state == SYNC_WORKING || event->state == SYNC_WATCHING)
		g_clear_pointer(&outcome->error, g_free);
	if (!is_bad || !event->text)
		return;
	outcome->error = g_strdup(event->text);
	outcome->error_kind = event->error_kind;
	outcome->is_partial = event->folder_id && !error_is_of_network(event->error_kind);
	/* Parked on a question that nobody here can answer: this account is over. So is one that an
	 * engine that goes on and on puts off, or does not have. */
	outcome->is_done |= event->state == SYNC_PARKED ||
	                    (event->is_from_afar && event->state != SYNC_ERROR) ||
	                    event->error_kind == ERR_HELD;
	if (run->is_watch) {
		progress_clear(run->progress);
		output_message("%s: %s", outcome->name, outcome->error);
	}
}

static void note_idle(Run *run, int64_t account_id)
{
	for (guint i = 0; account_id == 0 && i < run->outcomes->len; i++)
		((Outcome *)g_ptr_array_index(run->outcomes, i))->is_done = true;
	Outcome *outcome = account_id ? outcome_of(run, account_id) : NULL;
	if (outcome)
		outcome->is_done = true;
}

static void note_progress(Run *run, const SyncEvent *event)
{
	g_autoptr(Folder) folder = NULL;
	StoreReader *reader = cli_reader(run->cli, NULL);

	if (reader && store_read_folder(reader, event->folder_id, &folder, NULL))
		progress_show(run->progress, folder->name, event->done, event->total);
}

static void note_new_mail(Run *run, const SyncEvent *event)
{
	const Outcome *outcome = outcome_of(run, event->account_id);

	if (!run->is_watch || cli_is_quiet(run->cli) || !outcome)
		return;
	progress_clear(run->progress);
	output_message(ngettext_("%s: %d new message", "%s: %d new messages", event->count),
	               outcome->name, event->count);
}

static bool is_over(const Run *run)
{
	for (guint i = 0; i < run->outcomes->len; i++)
		if (!((const Outcome *)g_ptr_array_index(run->outcomes, i))->is_done)
			return false;
	return !run->is_watch;
}

/* A folder or an operation failed, and the account goes on. */
static void note_failure(Run *run, const SyncEvent *event)
{
	progress_clear(run->progress);
	output_message("%s", event->text ? event->text : _("something failed"));
	cli_set_exit(run->cli, EXIT_PARTIAL);
}

/* Watching ends when nobody is left to be watched. */
static bool is_hopeless(const Run *run)
{
	for (guint i = 0; i < run->outcomes->len; i++) {
		const Outcome *outcome = g_ptr_array_index(run->outcomes, i);
		if (!outcome->error || !outcome->is_done)
			return false;
	}
	return true;
}

/* On the indexer's thread, which outlives the engine of this run. */
static void note_found(GPtrArray *changes, void *data) { g_async_queue_push(data, changes); }

static void keep_found(Run *run)
{
	GPtrArray *changes;

	while ((changes = g_async_queue_try_pop(run->found))) {
		sync_certificates_found(errand_client(run->errand), changes);
		g_ptr_array_unref(changes);
	}
}

/* What was found when the engine was over. */
static bool keep_rest(Run *run, GError **err)
{
	g_autoptr(GPtrArray) changes = NULL;
	bool ok = true;

	while (ok && (changes = g_async_queue_try_pop(run->found))) {
		ok = certificates_change(run->cli, changes, err);
		g_clear_pointer(&changes, g_ptr_array_unref);
	}
	return ok;
}

/* The index follows while the next page is on its way. */
static void index_behind(Run *run)
{
	IndexerFinder finder = { run->cli->clock, note_found, run->found };
	Store *store = run->indexer ? NULL : cli_store(run->cli, NULL);

	if (run->indexer)
		indexer_wake(run->indexer);
	else if (store)
		run->indexer = indexer_new(store, &finder);
}

static bool pump(Run *run, GError **err)
{
	while (!is_over(run) && !is_hopeless(run)) {
		g_autoptr(SyncEvent) event = NULL;
		if (!errand_next(run->errand, &event, err))
			return false;
		keep_found(run);
		switch (event->kind) {
		case SYNC_STATE:
			note_state(run, event);
			break;
		case SYNC_IDLE:
			note_idle(run, event->account_id);
			progress_clear(run->progress);
			if (run->is_watch)
				index_behind(run);
			break;
		case SYNC_PROGRESS:
			note_progress(run, event);
			break;
		case SYNC_NEW_MAIL:
			note_new_mail(run, event);
			break;
		case SYNC_STOPPED:
			return fail(err, ERR_STORE, "%s",
			            event->text ? event->text : _("the engine has stopped"));
		case SYNC_FAILED:
			note_failure(run, event);
			break;
		case SYNC_CHANGED:
		case SYNC_ACCOUNT_GONE:
		case SYNC_ACCOUNT_RENAMED:
			index_behind(run);
			break;
		case SYNC_FETCHED:
		case SYNC_JOINED:
		case SYNC_WRITTEN:
		case SYNC_DRAFT_SAVED:
		case SYNC_QUESTION:
		case SYNC_LOCKED:
		case SYNC_UNLOCKED:
			break;
		}
	}
	return true;
}

/* The engine is over before the rest of the index is waited for: a signal then ends us as it would
 * anybody. */
static bool work(Run *run, const GPtrArray *accounts, GError **err)
{
	run->errand = errand_start(run->cli, run->is_watch ? SYNC_WATCH : SYNC_ONCE, accounts, err);
	bool ok = run->errand && pump(run, err);
	g_clear_pointer(&run->errand, errand_free);
	if (ok && run->indexer)
		indexer_finish(run->indexer);
	g_clear_pointer(&run->indexer, indexer_free);
	return ok && keep_rest(run, err);
}

/* ---- the end ---- */

static bool is_report_shown(const Run *run)
{
	return !cli_is_quiet(run->cli) || output_form(run->cli->output) != OUTPUT_TEXT;
}

static bool report_outcomes(const Run *run, GError **err)
{
	static const OutputField fields[] = {
		{ "account", N_("Account"), FIELD_TEXT, 28 },
		{ "ok", N_("Ok"), FIELD_BOOL, 3 },
		{ "error", N_("Error"), FIELD_TEXT, WIDTH_REST },
		{ 0 },
	};

	if (!is_report_shown(run))
		return true;
	if (!output_begin(run->cli->output, fields, err))
		return false;
	for (guint i = 0; i < run->outcomes->len; i++) {
		const Outcome *outcome = g_ptr_array_index(run->outcomes, i);
		const OutputValue values[] = { { .text = outcome->name },
			                       { .number = !outcome->error },
			                       { .text = outcome->error } };
		output_record(run->cli->output, values);
	}
	return true;
}

/* The last that failed, if every account has failed as a whole; else NULL. */
static const Outcome *find_failure_of_all(const Run *run)
{
	const Outcome *last = NULL;

	for (guint i = 0; i < run->outcomes->len; i++) {
		last = g_ptr_array_index(run->outcomes, i);
		if (!last->error || last->is_partial)
			return NULL;
	}
	return last;
}

static bool judge(Run *run, GError **err)
{
	const Outcome *failure = find_failure_of_all(run);
	bool is_told = !failure && is_report_shown(run);

	if (failure && run->outcomes->len == 1)
		return fail(err, (ErrorKind)failure->error_kind, "%s", failure->error);
	if (!report_outcomes(run, err))
		return false;
	for (guint i = 0; i < run->outcomes->len; i++) {
		const Outcome *outcome = g_ptr_array_index(run->outcomes, i);
		if (!outcome->error || outcome == failure)
			continue;
		if (!is_told)
			output_message("%s: %s", outcome->name, outcome->error);
		cli_set_exit(run->cli, EXIT_PARTIAL);
	}
	return !failure || fail(err, (ErrorKind)failure->error_kind, "%s: %s", failure->name,
	                        failure->error);
}

/* What was put into the folder that is watched. A folder that is not to be read stops no sync. */
static bool take_keys(Cli *cli, GError **err)
{
	g_autofree char *dir = settings_path(cli->settings, SETTING_SMIME_WATCH_FOLDER);
	g_autofree char *seen = key_folder_seen_file(cli->paths);
	g_autoptr(GPtrArray) changes = certificate_changes_new();
	g_autoptr(GPtrArray) notices = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) why = NULL;

	if (!dir)
		return true;
	KeyFolder folder = { dir, settings_text(cli->settings, SETTING_SMIME_WATCH_PASSWORD_COMMAND),
		             seen, cli->accounts, cli_store(cli, err) };
	if (!folder.store)
		return false;
	if (!key_folder_look(&folder, changes, notices, &why))
		output_message("%s", why->message);
	for (guint i = 0; i < notices->len && !cli_is_quiet(cli); i++)
		output_message("%s", (const char *)g_ptr_array_index(notices, i));
	return changes->len == 0 || why || certificates_change(cli, changes, err);
}

static bool run(Cli *cli, GError **err)
{
	bool is_watch = args_has(cli->args, "watch");
	g_autoptr(GPtrArray) accounts = NULL;

	if (is_watch && args_has(cli->args, "once"))
		return fail(err, ERR_USAGE, _("sync: --once and --watch exclude each other"));
	accounts = cli_chosen_accounts(cli, err);
	if (!accounts)
		return false;
	g_autoptr(GPtrArray) outcomes = outcomes_of(accounts);
	g_autoptr(Progress) progress = progress_new(!cli_is_quiet(cli));
	g_autoptr(GAsyncQueue) found =
		g_async_queue_new_full((GDestroyNotify)g_ptr_array_unref);
	Run state = { .cli = cli,
		      .progress = progress,
		      .found = found,
		      .outcomes = outcomes,
		      .is_watch = is_watch };
	bool ok = take_keys(cli, err) && work(&state, accounts, err);
	progress_clear(progress);
	return ok && index_feed(cli, err) && judge(&state, err);
}

const Verb verb_sync = {
	.name = "sync",
	.summary = N_("Bring the mailbox here in step with the server"),
	.description = N_("Sends what was changed here and fetches what is new there, for one account or all. With --watch it "
	                  "goes on until interrupted. A progress bar shows on a terminal. When some accounts or folders "
	                  "fail and others do not, the exit code is 6 and the output says which."),
	.uses = USES_ACCOUNT | USES_ENGINE,
	.options = options,
	.examples = {
		{ "sync --once", N_("All accounts") },
		{ "sync --once --quiet --no-input", N_("From a timer: silent unless something is wrong") },
		{ "sync --watch -a work", N_("Stay in step by push") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_PARTIAL, EXIT_REFUSED, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
