/*
 * An errand is one URL, for all who wish it. It waits until fewer than AT_ONCE are under way, goes
 * out by a line of its own (net's guest), and ends in an event to everybody. A message has us fetch
 * so much and no more, however often it is opened.
 */
#include "sync/remote.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/log.h"
#include "net/picture.h"
#include "store/picture.h"
#include "sync/event.h"

enum { AT_ONCE = 4, SILENCE_S = 20, URL_MOST_BYTES = 4096 };

typedef struct {
	Remote  *remote;
	char    *url;
	int64_t  message_id;
	GArray  *wish_ids;         /* of int64_t */
	uint64_t request_id;       /* 0: it waits */
} Errand;

/* What one message has cost. */
typedef struct { uint64_t bytes; guint count; } Spent;

struct Remote {
	Core          *core;
	const Account *account;
	int64_t        account_id;
	CarrierLine   *line;       /* NULL: nothing was asked yet */
	GPtrArray     *errands;    /* of Errand, oldest first */
	guint          under_way;
	GHashTable    *spent;      /* message id -> Spent */
};

static Errand *errand_at(const Remote *remote, guint i)
{
	return g_ptr_array_index(remote->errands, i);
}

static void errand_free(Errand *errand)
{
	g_free(errand->url);
	g_array_unref(errand->wish_ids);
	g_free(errand);
}

static Spent *spent_of(Remote *remote, int64_t message_id)
{
	Spent *spent = g_hash_table_lookup(remote->spent, &message_id);

	if (!spent) {
		spent = g_new0(Spent, 1);
		g_hash_table_insert(remote->spent, g_memdup2(&message_id, sizeof message_id),
		                    spent);
	}
	return spent;
}

/* ---- telling ---- */

static SyncEvent event_for(const Remote *remote, SyncEventKind kind, int64_t wish_id)
{
	return (SyncEvent){ .kind = kind, .account_id = remote->account_id, .wish_id = wish_id };
}

static void tell_here(const Remote *remote, int64_t wish_id, GBytes *bytes)
{
	SyncEvent event = event_for(remote, SYNC_FETCHED, wish_id);

	event.content = g_bytes_ref(bytes);
	event_tell(remote->core, event);
}

static void tell_failed(const Remote *remote, int64_t wish_id, const GError *error)
{
	SyncEvent event = event_for(remote, SYNC_FAILED, wish_id);

	event.error_kind = (int)error_kind(error);
	event.text = g_strdup(error->message);
	event_tell(remote->core, event);
}

/* The errand is gone afterwards. Exactly one of @bytes and @error is NULL. */
static void end_errand(Remote *remote, Errand *errand, GBytes *bytes, const GError *error)
{
	for (guint i = 0; i < errand->wish_ids->len; i++) {
		int64_t wish_id = g_array_index(errand->wish_ids, int64_t, i);
		if (bytes)
			tell_here(remote, wish_id, bytes);
		else
			tell_failed(remote, wish_id, error);
	}
	g_ptr_array_remove(remote->errands, errand);
}

/* ---- keeping ---- */

static void keep(const Remote *remote, const char *url, GBytes *bytes, const char *failure)
{
	g_autoptr(GError) error = NULL;

	if (!store_write_picture(remote->core->writer, remote->account_id, url, bytes, failure,
	                         &error))
		log_error("sync", "%s: %s", remote->account->name, error->message);
}

static void end_well(Remote *remote, Errand *errand, GBytes *bytes)
{
	spent_of(remote, errand->message_id)->bytes += g_bytes_get_size(bytes);
	keep(remote, errand->url, bytes, NULL);
	end_errand(remote, errand, bytes, NULL);
}

static void end_badly(Remote *remote, Errand *errand, const GError *error)
{
	log_info("sync", "%s: a picture: %s", remote->account->name, error->message);
	if (!error_is_passing(error_kind(error)))
		keep(remote, errand->url, NULL, error->message);
	end_errand(remote, errand, NULL, error);
}

/* ---- going out ---- */

static void pump(Remote *remote);

static void on_answer(void *data, HttpResponse *response, const GError *error)
{
	g_autoptr(HttpResponse) answer = response;
	g_autoptr(GError) why = NULL;
	Errand *errand = data;
	Remote *remote = errand->remote;

	errand->request_id = 0;
	remote->under_way--;
	if (!answer)
		end_badly(remote, errand, error);
	else if (picture_check(answer, &why))
		end_well(remote, errand, answer->body);
	else
		end_badly(remote, errand, why);
	pump(remote);
}

static bool ensure_line(Remote *remote, GError **err)
{
	NetGuestRules rules = { .internal_hosts = remote->core->internal_hosts };
	Carrier *carrier = remote->core->carrier;

	if (!remote->line)
		remote->line = carrier->ops->open_guest(carrier, remote->account, &rules, err);
	return remote->line != NULL;
}

static bool is_within_limits(const Spent *spent, GError **err)
{
	return (spent->bytes < LIMIT_PICTURES_BYTES && spent->count < LIMIT_PICTURES) ||
	       fail(err, ERR_LIMIT,
	            _("this message has more pictures than %u MiB or %d, which are not fetched"),
	            LIMIT_PICTURES_BYTES >> 20, LIMIT_PICTURES);
}

static HttpRequest *request_new(const Errand *errand)
{
	HttpRequest *request = http_request_new("GET", errand->url);

	http_request_header(request, "Accept", picture_accept());
	request->lane = LANE_PICTURE;
	request->timeout_s = SILENCE_S;
	request->max_bytes = LIMIT_PICTURE_BYTES;
	return request;
}

static bool begin(Remote *remote, Errand *errand, GError **err)
{
	Spent *spent = spent_of(remote, errand->message_id);

	if (!is_within_limits(spent, err) || !ensure_line(remote, err))
		return false;
	spent->count++;
	remote->under_way++;
	errand->request_id = remote->core->carrier->ops->send(remote->line, request_new(errand),
	                                                      on_answer, errand);
	return true;
}

static Errand *next_waiting(const Remote *remote)
{
	for (guint i = 0; i < remote->errands->len; i++)
		if (!errand_at(remote, i)->request_id)
			return errand_at(remote, i);
	return NULL;
}

static void pump(Remote *remote)
{
	Errand *errand;

	while (remote->under_way < AT_ONCE && (errand = next_waiting(remote))) {
		g_autoptr(GError) error = NULL;
		if (!begin(remote, errand, &error))
			end_errand(remote, errand, NULL, error);
	}
}

/* ---- what is asked of it ---- */

static Errand *find_errand(const Remote *remote, const char *url)
{
	for (guint i = 0; i < remote->errands->len; i++)
		if (g_str_equal(errand_at(remote, i)->url, url))
			return errand_at(remote, i);
	return NULL;
}

static Errand *add_errand(Remote *remote, const Command *command)
{
	Errand *errand = g_new0(Errand, 1);

	errand->remote = remote;
	errand->url = g_strdup(command->text);
	errand->message_id = command->message_id;
	errand->wish_ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_ptr_array_add(remote->errands, errand);
	return errand;
}

static bool read_kept(const Remote *remote, const char *url, GBytes **ret_bytes, GError **err)
{
	g_autofree char *failure = NULL;

	if (strlen(url) > URL_MOST_BYTES)
		return fail(err, ERR_LIMIT, _("the address of the picture is too long"));
	return store_read_picture(remote->core->reader, remote->account_id, url, ret_bytes,
	                          &failure, err);
}

void remote_take(Remote *remote, const Command *command)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) kept = NULL;
	Errand *errand;

	if (!read_kept(remote, command->text, &kept, &error)) {
		tell_failed(remote, command->wish_id, error);
		return;
	}
	if (kept) {
		tell_here(remote, command->wish_id, kept);
		return;
	}
	errand = find_errand(remote, command->text);
	if (!errand)
		errand = add_errand(remote, command);
	g_array_append_val(errand->wish_ids, command->wish_id);
	pump(remote);
}

static void cancel(Remote *remote, Errand *errand)
{
	g_autoptr(GError) error = NULL;

	fail(&error, ERR_CANCELLED, _("the picture was not fetched to its end"));
	if (errand->request_id) {
		remote->under_way--;
		remote->core->carrier->ops->cancel(remote->line, errand->request_id);
	}
	end_errand(remote, errand, NULL, error);
}

void remote_cancel(Remote *remote)
{
	while (remote->errands->len > 0)
		cancel(remote, errand_at(remote, 0));
}

void remote_reset(Remote *remote)
{
	if (remote->line)
		remote->core->carrier->ops->reset(remote->line);
}

/* ---- its life ---- */

Remote *remote_new(Core *core, const Account *account, int64_t account_id)
{
	Remote *remote = g_new0(Remote, 1);

	remote->core = core;
	remote->account = account;
	remote->account_id = account_id;
	remote->errands = g_ptr_array_new_with_free_func((GDestroyNotify)errand_free);
	remote->spent = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	return remote;
}

void remote_free(Remote *remote)
{
	if (!remote)
		return;
	remote_cancel(remote);
	if (remote->line)
		remote->core->carrier->ops->close(remote->line);
	g_ptr_array_unref(remote->errands);
	g_hash_table_unref(remote->spent);
	g_free(remote);
}
