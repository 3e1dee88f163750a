/*
 * A request waits in the queue of its lane until the lane has room, goes out on the carrier, and
 * waits again, finished, until the loop delivers it. A carrier is one curl multi with its pool of
 * connections; net_client_reset() puts a new one in its place, and the old one lives until its last
 * transfer has ended. The caller is called back only from delivery, with nothing of ours on the
 * stack that he could free under us.
 */
#include <curl/curl.h>
#include <poll.h>

#include "base/error.h"
#include "base/i18n.h"
#include "net/transfer.h"

/* One long push, one command, two fetches: what a server allows a telephone. Pictures come from
 * many servers. */
static const guint lane_room[] = {
	[LANE_COMMAND] = 1, [LANE_FETCH] = 2, [LANE_PUSH] = 1, [LANE_PICTURE] = 4
};
enum { LANES = G_N_ELEMENTS(lane_room), CONNECTIONS = 4 };

typedef struct {
	NetClient *client;
	CURLM     *multi;
	LoopTimer  timer;
} Carrier;

/*
 * What the server has said of the password. Servers lock an account after a few wrong ones, so
 * until it has let one request in they go one at a time, and after a refusal none goes. A guest
 * has none to lose.
 */
typedef enum {
	PASSWORD_UNTRIED,
	PASSWORD_ACCEPTED,
	PASSWORD_REFUSED,
	PASSWORD_NOT_ASKED,
} PasswordStanding;

struct NetClient {
	NetLoop      *loop;
	Account      *account;
	Secret       *password;
	PasswordStanding standing;
	char         *user_agent;
	Guest        *guest;              /* NULL: the client is the account's own */
	TransferSetup setup;
	GPtrArray    *carriers;           /* the last one takes new transfers */
	GPtrArray    *idle;               /* of CURL: reset, ready for use */
	GQueue        queued[LANES];
	GPtrArray    *running;            /* of Transfer */
	GQueue        finished;
	LoopTimer     delivery;
	uint64_t      next_id;
};

const char *net_user_agent(void) { return "Postern/1"; }

static void client_settle(NetClient *client, Transfer *transfer, CURLcode code);

/* ---- carriers ---- */

static void carrier_collect(Carrier *carrier)
{
	CURLMsg *message;
	int      left;

	while ((message = curl_multi_info_read(carrier->multi, &left))) {
		char    *transfer;
		CURLcode code = message->data.result;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
		client_settle(carrier->client, (Transfer *)(void *)transfer, code);
	}
}

static bool carrier_is_used(const Carrier *carrier)
{
	const NetClient *client = carrier->client;

	if (carrier == g_ptr_array_index(client->carriers, client->carriers->len - 1))
		return true;
	for (guint i = 0; i < client->running->len; i++)
		if (((Transfer *)g_ptr_array_index(client->running, i))->multi == carrier->multi)
			return true;
	return false;
}

static void carrier_act(Carrier *carrier, curl_socket_t fd, int events)
{
	int running;

	curl_multi_socket_action(carrier->multi, fd, events, &running);
	carrier_collect(carrier);
	if (!carrier_is_used(carrier))
		g_ptr_array_remove(carrier->client->carriers, carrier);
}

static void on_ready(void *data, int fd, short revents)
{
	int events = (revents & (POLLIN | POLLHUP) ? CURL_CSELECT_IN : 0) |
	             (revents & POLLOUT ? CURL_CSELECT_OUT : 0) |
	             (revents & (POLLERR | POLLNVAL) ? CURL_CSELECT_ERR : 0);

	carrier_act(data, fd, events);
}

static void on_timer(void *data) { carrier_act(data, CURL_SOCKET_TIMEOUT, 0); }

static int on_socket_change(CURL *easy, curl_socket_t fd, int what, void *data, void *unused)
{
	Carrier *carrier = data;
	short events =
		(short)((what & CURL_POLL_IN ? POLLIN : 0) | (what & CURL_POLL_OUT ? POLLOUT : 0));

	(void)easy;
	(void)unused;
	loop_descriptor_set(carrier->client->loop, fd, what == CURL_POLL_REMOVE ? 0 : events,
	                    on_ready, carrier);
	return 0;
}

static int on_timer_change(CURLM *multi, long timeout_ms, void *data)
{
	Carrier *carrier = data;

	(void)multi;
	carrier->timer.due_ms =
		timeout_ms < 0 ? -1
			       : clock_uptime_ms(loop_clock(carrier->client->loop)) + timeout_ms;
	return 0;
}

static void carrier_free(void *data)
{
	Carrier *carrier = data;

	curl_multi_cleanup(carrier->multi);
	loop_timer_remove(carrier->client->loop, &carrier->timer);
	g_free(carrier);
}

static Carrier *carrier_new(NetClient *client)
{
	Carrier *carrier = g_new0(Carrier, 1);

	carrier->client = client;
	carrier->timer = (LoopTimer){ .due_ms = -1, .fire = on_timer, .data = carrier };
	loop_timer_add(client->loop, &carrier->timer);
	carrier->multi = curl_multi_init();
	curl_multi_setopt(carrier->multi, CURLMOPT_SOCKETFUNCTION, on_socket_change);
	curl_multi_setopt(carrier->multi, CURLMOPT_SOCKETDATA, carrier);
	curl_multi_setopt(carrier->multi, CURLMOPT_TIMERFUNCTION, on_timer_change);
	curl_multi_setopt(carrier->multi, CURLMOPT_TIMERDATA, carrier);
	curl_multi_setopt(carrier->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
	curl_multi_setopt(carrier->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS);
	return carrier;
}

/* ---- transfers ---- */

static void transfer_start(NetClient *client, Transfer *transfer)
{
	const Carrier *carrier = g_ptr_array_index(client->carriers, client->carriers->len - 1);
	CURL *easy = client->idle->len
	                     ? g_ptr_array_steal_index_fast(client->idle, client->idle->len - 1)
	                     : curl_easy_init();

	transfer_dress(transfer, easy, &client->setup);
	transfer->multi = carrier->multi;
	g_ptr_array_add(client->running, transfer);
	loop_timer_add(client->loop, &transfer->stall);
	curl_multi_add_handle(carrier->multi, easy);
}

static void transfer_stop(NetClient *client, Transfer *transfer)
{
	curl_multi_remove_handle(transfer->multi, transfer->easy);
	loop_timer_remove(client->loop, &transfer->stall);
	g_ptr_array_remove_fast(client->running, transfer);
	g_ptr_array_add(client->idle, transfer_undress(transfer));
}

static void client_finish(NetClient *client, Transfer *transfer)
{
	g_queue_push_tail(&client->finished, transfer);
	client->delivery.due_ms = 0;
}

/* False, with the transfer's error set, if it cannot go out at all. */
static bool client_launch(NetClient *client, Transfer *transfer)
{
	if (!client->password && client->standing != PASSWORD_NOT_ASKED)
		fail(&transfer->error, ERR_SIGN_IN, _("no password is known for account %s"),
		     client->account->name);
	else if (client->standing == PASSWORD_REFUSED)
		fail(&transfer->error, ERR_SIGN_IN,
		     _("the server refused the name or password of account %s; it is not tried "
		       "again"),
		     client->account->name);
	else if (transfer_aim(transfer, &client->setup, &transfer->error))
		transfer_start(client, transfer);
	return !transfer->error;
}

static guint lane_running(const NetClient *client, HttpLane lane)
{
	guint count = 0;

	for (guint i = 0; i < client->running->len; i++)
		count += ((Transfer *)g_ptr_array_index(client->running, i))->request->lane == lane;
	return count;
}

/* A push may hang for half an hour before it says anything of the password, so it holds nobody up.
 */
static bool is_on_trial(const NetClient *client)
{
	return client->standing == PASSWORD_UNTRIED &&
	       client->running->len > lane_running(client, LANE_PUSH);
}

static bool lane_has_room(const NetClient *client, HttpLane lane)
{
	return lane_running(client, lane) < lane_room[lane] && !is_on_trial(client);
}

static void lane_fill(NetClient *client, HttpLane lane)
{
	while (lane_has_room(client, lane) && !g_queue_is_empty(&client->queued[lane])) {
		Transfer *transfer = g_queue_pop_head(&client->queued[lane]);
		if (!client_launch(client, transfer))
			client_finish(client, transfer);
	}
}

static void lanes_fill(NetClient *client)
{
	for (int lane = 0; lane < (int)LANES; lane++)
		lane_fill(client, (HttpLane)lane);
}

/* A server that is down or overloaded says nothing of the password. */
static void standing_note(NetClient *client, const Transfer *transfer)
{
	int status = transfer->response ? transfer->response->status : 0;

	if (client->standing == PASSWORD_NOT_ASKED ||
	    !transfer_is_of_today(transfer, &client->setup))
		return;
	if (status == 401)
		client->standing = PASSWORD_REFUSED;
	else if (status && status < 500 && client->standing == PASSWORD_UNTRIED)
		client->standing = PASSWORD_ACCEPTED;
}

/* The charset that got us in is used from the start from now on. */
static void charset_remember(NetClient *client, const Transfer *transfer)
{
	if (transfer->response && transfer->response->status != 401 &&
	    transfer_is_of_today(transfer, &client->setup))
		client->setup.charset = transfer->charset;
}

static void client_settle(NetClient *client, Transfer *transfer, CURLcode code)
{
	bool goes_on = transfer_judge(transfer, code, &client->setup);

	transfer_stop(client, transfer);
	if (!goes_on || !client_launch(client, transfer)) {
		charset_remember(client, transfer);
		standing_note(client, transfer);
		client_finish(client, transfer);
	}
	lanes_fill(client);
}

static void on_stall(void *data)
{
	Transfer *transfer = data;

	transfer->is_stalled = true;
	client_settle(transfer->client, transfer, CURLE_OPERATION_TIMEDOUT);
}

/* One a turn; the callee may do anything, even free the client. */
static void on_delivery(void *data)
{
	NetClient *client = data;
	Transfer  *transfer = g_queue_pop_head(&client->finished);

	if (!g_queue_is_empty(&client->finished))
		client->delivery.due_ms = 0;
	if (transfer)
		transfer->done(transfer->data, g_steal_pointer(&transfer->response),
		               transfer->error);
	transfer_free(transfer);
}

/* ---- the client ---- */

static bool client_check(const Account *account, GError **err)
{
	g_auto(HttpUrl) url = { 0 };

	if (!http_url_parse(account->server_url, &url, err) ||
	    !transfer_check_encrypted(&url, account, err))
		return false;
	if (!basic_is_name(account->user_name))
		return fail(err, ERR_CONFIG,
		            _("the user name of account %s contains ':' or a control character"),
		            account->name);
	return true;
}

static CURLSH *share_new(void)
{
	CURLSH *share = curl_share_init();

	curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
	curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
	curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
	return share;
}

static NetClient *client_new(NetLoop *loop, const Account *account, GError **err)
{
	Tls *tls = tls_new(account->ca_file, account->tls_min, err);

	if (!tls)
		return NULL;

	NetClient *client = g_new0(NetClient, 1);
	client->loop = loop;
	client->account = account_copy(account);
	client->setup = (TransferSetup){ .account = client->account,
		                         .clock = loop_clock(loop),
		                         .tls = tls,
		                         .share = share_new() };
	client->carriers = g_ptr_array_new_with_free_func(carrier_free);
	client->idle = g_ptr_array_new_with_free_func(curl_easy_cleanup);
	client->running = g_ptr_array_new();
	client->next_id = 1;
	client->delivery = (LoopTimer){ .due_ms = -1, .fire = on_delivery, .data = client };
	loop_timer_add(loop, &client->delivery);
	g_ptr_array_add(client->carriers, carrier_new(client));
	return client;
}

NetClient *net_client_new(NetLoop *loop, const Account *account, Secret *password,
                          const char *user_agent, GError **err)
{
	NetClient *client = client_check(account, err) ? client_new(loop, account, err) : NULL;

	if (!client)
		return NULL;
	client->password = password ? secret_ref(password) : NULL;
	client->user_agent = g_strdup(user_agent);
	client->setup.password = client->password;
	client->setup.user_agent = client->user_agent;
	return client;
}

NetClient *net_guest_new(NetLoop *loop, const Account *account, const NetGuestRules *rules,
                         GError **err)
{
	NetClient *client = client_new(loop, account, err);

	if (!client)
		return NULL;
	client->guest = guest_new(rules);
	client->setup.guest = client->guest;
	client->standing = PASSWORD_NOT_ASKED;
	return client;
}

static void queue_free_all(GQueue *queue)
{
	Transfer *transfer;

	while ((transfer = g_queue_pop_head(queue)))
		transfer_free(transfer);
}

void net_client_free(NetClient *client)
{
	if (!client)
		return;
	while (client->running->len) {
		Transfer *transfer = g_ptr_array_index(client->running, 0);
		transfer_stop(client, transfer);
		transfer_free(transfer);
	}
	for (int lane = 0; lane < (int)LANES; lane++)
		queue_free_all(&client->queued[lane]);
	queue_free_all(&client->finished);
	g_ptr_array_unref(client->carriers);
	g_ptr_array_unref(client->idle);
	g_ptr_array_unref(client->running);
	curl_share_cleanup(client->setup.share);
	loop_timer_remove(client->loop, &client->delivery);
	tls_free(client->setup.tls);
	guest_free(client->guest);
	secret_unref(client->password);
	account_free(client->account);
	g_free(client->user_agent);
	g_free(client);
}

void net_client_set_password(NetClient *client, Secret *password)
{
	Secret *before = client->password;

	client->password = password ? secret_ref(password) : NULL;
	client->setup.password = client->password;
	client->setup.password_turn++;
	client->setup.charset = BASIC_UTF8;
	client->standing = PASSWORD_UNTRIED;
	secret_unref(before);
}

uint64_t net_client_send(NetClient *client, HttpRequest *request, NetDone done, void *data)
{
	Transfer *transfer = transfer_new(client, request, done, data);
	uint64_t  id = client->next_id++;

	transfer->id = id;
	transfer->stall.fire = on_stall;
	transfer->stall.data = transfer;
	g_queue_push_tail(&client->queued[request->lane], transfer);
	lane_fill(client, request->lane);
	return id;
}

static Transfer *queue_take(GQueue *queue, uint64_t id)
{
	for (GList *at = queue->head; at; at = at->next) {
		Transfer *transfer = at->data;
		if (transfer->id == id) {
			g_queue_delete_link(queue, at);
			return transfer;
		}
	}
	return NULL;
}

static Transfer *running_take(NetClient *client, uint64_t id)
{
	for (guint i = 0; i < client->running->len; i++) {
		Transfer *transfer = g_ptr_array_index(client->running, i);
		if (transfer->id == id) {
			transfer_stop(client, transfer);
			return transfer;
		}
	}
	return NULL;
}

void net_client_cancel(NetClient *client, uint64_t id)
{
	Transfer *transfer = running_take(client, id);

	if (!transfer)
		transfer = queue_take(&client->finished, id);
	for (int lane = 0; lane < (int)LANES && !transfer; lane++)
		transfer = queue_take(&client->queued[lane], id);
	if (!transfer)
		return;
	transfer_free(transfer);
	lanes_fill(client);
}

/* Old carriers in use stay until their last transfer ends; idle ones go now, and their connections
 * with them. */
void net_client_reset(NetClient *client)
{
	g_ptr_array_add(client->carriers, carrier_new(client));
	for (guint i = client->carriers->len; i-- > 0;)
		if (!carrier_is_used(g_ptr_array_index(client->carriers, i)))
			g_ptr_array_remove_index(client->carriers, i);
}
