#include "app/probe.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/process.h"
#include "net/net.h"

enum { COMMAND_TIMEOUT_S = 60, BUDGET_ITEMS = 1000 };

struct Probe {
	Sink           sink;             /* must be first */
	ProbeSetup     setup;
	AccountState  *state;
	NetLoop       *loop;
	NetClient     *client;
	ProbeFacts     facts;
	/* of the request under way */
	bool           is_answered;
	HttpResponse  *response;
	GError        *failure;
};

/* ---- what the backend tells ---- */

static Probe *probe_of(Sink *sink)
{
	return (Probe *)sink;
}

static void take_text(char **field, const char *value)
{
	g_free(*field);
	*field = g_strdup(value);
}

static void take_server(Sink *sink, const char *versions, const char *commands)
{
	take_text(&probe_of(sink)->facts.versions, versions);
	take_text(&probe_of(sink)->facts.commands, commands);
}

static void take_version(Sink *sink, const char *version)
{
	take_text(&probe_of(sink)->facts.version, version);
	take_text(&probe_of(sink)->state->version, version);
}

static void take_policy(Sink *sink, const char *policy_key, const char *policy_hash,
                        const char *document_xml)
{
	(void)policy_hash;
	probe_of(sink)->facts.has_policy = document_xml != NULL;
	take_text(&probe_of(sink)->state->policy_key, policy_key);
}

static void take_moved(Sink *sink, const char *url)
{
	take_text(&probe_of(sink)->facts.moved_to, url);
}

static void take_expiry(Sink *sink, int days)
{
	probe_of(sink)->facts.password_days = days;
}

static void take_folder(Sink *sink, Folder *folder)
{
	probe_of(sink)->facts.folder_count++;
	folder_free(folder);
}

static void ignore(Sink *sink)
{
	(void)sink;
}

static void ignore_text(Sink *sink, const char *text)
{
	(void)sink;
	(void)text;
}

/* Looking is not obeying: a server that heard our yes would believe the mail gone. */
static bool refuse_wipe(Sink *sink, bool is_account_only, GError **err)
{
	(void)is_account_only;
	return fail(err, ERR_WIPE,
	            _("the server orders all mail of %s erased from this computer; the next sync "
	              "does that"),
	            probe_of(sink)->setup.account->name);
}

static void ignore_list_end(Sink *sink, const char *folder_key, bool was_full)
{
	(void)sink;
	(void)folder_key;
	(void)was_full;
}

/* The rest belongs to tasks that a probe never begins. */
static const SinkOps sink_ops = {
	.server = take_server,
	.version = take_version,
	.policy = take_policy,
	.device_told = ignore,
	.addresses = ignore_text,
	.moved = take_moved,
	.begin_anew = ignore,
	.password_expires = take_expiry,
	.wipe = refuse_wipe,
	.folder_give = take_folder,
	.folder_gone = ignore_text,
	.folder_list_end = ignore_list_end,
};

/* ---- lives ---- */

static AccountState *state_of_nothing(void)
{
	AccountState *state = g_new0(AccountState, 1);

	/* CONNECT names no device, and is all that may be asked without a state. */
	state->device_id = g_strnfill(32, '0');
	state->policy_key = g_strdup("0");
	state->folder_key = g_strdup("0");
	return state;
}

Probe *probe_new(const ProbeSetup *setup, GError **err)
{
	g_autoptr(Probe) probe = g_new0(Probe, 1);

	probe->sink.ops = &sink_ops;
	probe->setup = *setup;
	probe->state = setup->state ? account_state_copy(setup->state) : state_of_nothing();
	probe->loop = net_loop_new(setup->clock, err);
	if (!probe->loop)
		return NULL;
	probe->client =
		net_client_new(probe->loop, setup->account, setup->password, net_user_agent(), err);
	return probe->client ? g_steal_pointer(&probe) : NULL;
}

void probe_free(Probe *probe)
{
	if (!probe)
		return;
	net_client_free(probe->client);
	net_loop_free(probe->loop);
	account_state_free(probe->state);
	http_response_free(probe->response);
	g_clear_error(&probe->failure);
	g_free(probe->facts.versions);
	g_free(probe->facts.commands);
	g_free(probe->facts.version);
	g_free(probe->facts.moved_to);
	g_free(probe);
}

const ProbeFacts *probe_facts(const Probe *probe)
{
	return &probe->facts;
}

/* ---- asking ---- */

/* [RFC 9110] 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT"; the two old forms are not worth a line. 0: not
 * a date. */
static int64_t http_date_ms(const char *text)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char month[4] = "";
	int day, year, hour, minute, second;

	if (sscanf(text, "%*3s, %2d %3s %4d %2d:%2d:%2d GMT", &day, month, &year, &hour, &minute,
	           &second) != 6)
		return 0;
	const char *at = strlen(month) == 3 ? strstr(months, month) : NULL;
	if (!at)
		return 0;
	g_autoptr(GDateTime) when =
		g_date_time_new_utc(year, (int)(at - months) / 3 + 1, day, hour, minute, second);
	return when ? g_date_time_to_unix(when) * 1000 : 0;
}

static void note_answer(Probe *probe, const HttpResponse *response)
{
	const char *date = http_response_header(response, "date");
	int64_t date_ms = date ? http_date_ms(date) : 0;

	probe->facts.http_status = response->status;
	if (date_ms) {
		probe->facts.server_date_ms = date_ms;
		probe->facts.asked_ms = clock_now_ms(probe->setup.clock);
	}
}

static void on_done(void *data, HttpResponse *response, const GError *error)
{
	Probe *probe = data;

	probe->is_answered = true;
	probe->response = response;
	if (error)
		probe->failure = g_error_copy(error);
	else
		note_answer(probe, response);
}

/* Sends and waits; the answer is in probe->response. */
static bool carry(Probe *probe, HttpRequest *request, int64_t deadline_ms, GError **err)
{
	g_clear_pointer(&probe->response, http_response_free);
	probe->is_answered = false;
	uint64_t id = net_client_send(probe->client, request, on_done, probe);
	while (!probe->is_answered && clock_uptime_ms(probe->setup.clock) < deadline_ms)
		net_loop_turn(probe->loop, deadline_ms);
	if (!probe->is_answered) {
		net_client_cancel(probe->client, id);
		return fail(err, ERR_NETWORK, _("%s: the server gave no answer in time"),
		            probe->setup.account->name);
	}
	if (probe->failure) {
		g_propagate_error(err, g_steal_pointer(&probe->failure));
		return false;
	}
	return true;
}

static bool take_all(Probe *probe, Task *task, Step *ret_step, GError **err)
{
	if (!task->ops->take(task, probe->response, &probe->sink, ret_step, err))
		return false;
	while (*ret_step == STEP_MORE)
		if (!task->ops->chunk(task, &probe->sink, BUDGET_ITEMS, ret_step, err))
			return false;
	return true;
}

bool probe_run(Probe *probe, TaskKind kind, int64_t deadline_ms, GError **err)
{
	TaskSpec spec = { .kind = kind, .account = probe->setup.account, .state = probe->state };
	g_autoptr(Task) task = probe->setup.backend->begin(probe->setup.backend, &spec, err);
	Step step = STEP_ASK;

	while (task && step == STEP_ASK) {
		HttpRequest *request = task->ops->ask(task, err);
		if (!request || !carry(probe, request, deadline_ms, err) ||
		    !take_all(probe, task, &step, err))
			return false;
	}
	return task != NULL;
}

Secret *probe_password(const Account *account, Secret *given, GError **err)
{
	if (given)
		return secret_ref(given);
	if (!account->password_command)
		return fail_null(
			err, ERR_SIGN_IN,
			_("%s: a password is needed; set password_command, or give --password-fd"),
			account->name);
	g_auto(GStrv) argv = process_split(account->password_command, err);
	return argv ? process_read_secret(argv, COMMAND_TIMEOUT_S, err) : NULL;
}
