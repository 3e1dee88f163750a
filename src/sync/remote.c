/*
 * An errand is one URL, for all who wish it. It waits until fewer than AT_ONCE are under way, goes
 * out by a line of its kind's own (net's guest), and ends in an event to everybody. A message has
 * us fetch so many pictures and no more, however often it is opened.
 */
#include "sync/remote.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/log.h"
#include "net/picture.h"
#include "store/picture.h"
#include "store/revocation.h"
#include "sync/event.h"

enum { AT_ONCE = 4, SILENCE_S = 20, URL_MOST_BYTES = 4096 };

typedef struct { int64_t id, message_id; } Wish;

typedef enum { PICTURE, REVOCATION, ERRAND_KINDS } ErrandKind;

typedef struct {
	Remote  *remote;
	ErrandKind kind;
	char    *url;
	int64_t  message_id;       /* of the first who wished it: it pays */
	GArray  *wishes;           /* of Wish */
	uint64_t request_id;       /* 0: it waits */
} Errand;

/* What one message has cost. */
typedef struct { uint64_t bytes; guint count; } Spent;

struct Remote {
	Core          *core;
	const Account *account;
	int64_t        account_id;
	CarrierLine   *lines[ERRAND_KINDS];       /* NULL: nothing was asked yet */
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
	g_array_unref(errand->wishes);
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

/* What came of it is in the store. */
static void tell_known(const Remote *remote, const Wish *wish)
{
	SyncEvent event = event_for(remote, SYNC_FETCHED, wish->id);

	event.message_id = wish->message_id;
	event_tell(remote->core, event);
}

static void tell_failed(const Remote *remote, int64_t wish_id, const GError *error)
{
	SyncEvent event = event_for(remote, SYNC_FAILED, wish_id);

	event.error_kind = (int)error_kind(error);
	event.text = g_strdup(error->message);
	event_tell(remote->core, event);
}

/* The errand is gone afterwards. @error NULL: it has ended well, with @bytes or, known to the
 * store, with NULL. */
static void end_errand(Remote *remote, Errand *errand, GBytes *bytes, const GError *error)
{
	for (guint i = 0; i < errand->wishes->len; i++) {
		const Wish *wish = &g_array_index(errand->wishes, Wish, i);
		if (error)
			tell_failed(remote, wish->id, error);
		else if (bytes)
			tell_here(remote, wish->id, bytes);
		else
			tell_known(remote, wish);
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

static void take_picture(Remote *remote, Errand *errand, const HttpResponse *answer,
                         const GError *error)
{
	g_autoptr(GError) why = NULL;

	if (!answer)
		end_badly(remote, errand, error);
	else if (picture_check(answer, &why))
		end_well(remote, errand, answer->body);
	else
		end_badly(remote, errand, why);
}

/* Whether it tells anything is found by who judges; here it was asked, which is told in any case.
 */
static void take_revocation(Remote *remote, Errand *errand, const HttpResponse *answer,
                            const GError *error)
{
	bool is_answered = answer && answer->status == 200 && g_bytes_get_size(answer->body) > 0;
	g_autoptr(GError) why = NULL;

	if (error)
		log_info("sync", "%s: about a certificate: %s", remote->account->name,
		         error->message);
	store_write_revocation(remote->core->writer, remote->account_id, errand->url,
	                       is_answered ? answer->body : NULL, &why);
	end_errand(remote, errand, NULL, why);
}

/* ---- going out ---- */

static void pump(Remote *remote);

static void on_answer(void *data, HttpResponse *response, const GError *error)
{
	g_autoptr(HttpResponse) answer = response;
	Errand *errand = data;
	Remote *remote = errand->remote;

	errand->request_id = 0;
	remote->under_way--;
	(errand->kind == PICTURE ? take_picture : take_revocation)(remote, errand, answer, error);
	pump(remote);
}

static NetGuestRules rules_of(const Core *core, ErrandKind kind)
{
	const char *hosts = core->revocation_hosts ? core->revocation_hosts : "";

	return (NetGuestRules){ .internal_hosts = core->internal_hosts,
		                .only_hosts = kind == REVOCATION ? hosts : NULL,
		                .only_setting = "smime.revocation_hosts" };
}

static bool ensure_line(Remote *remote, ErrandKind kind, GError **err)
{
	NetGuestRules rules = rules_of(remote->core, kind);
	Carrier *carrier = remote->core->carrier;

	if (!remote->lines[kind])
		remote->lines[kind] =
			carrier->ops->open_guest(carrier, remote->account, &rules, err);
	return remote->lines[kind] != NULL;
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
	bool is_picture = errand->kind == PICTURE;

	http_request_header(request, "Accept",
	                    is_picture ? picture_accept()
	                               : "application/ocsp-response, application/pkix-crl, */*");
	request->lane = LANE_PICTURE;
	request->timeout_s = SILENCE_S;
	request->max_bytes = is_picture ? LIMIT_PICTURE_BYTES : LIMIT_REVOCATION_BYTES;
	return request;
}

static bool begin(Remote *remote, Errand *errand, GError **err)
{
	Spent *spent = spent_of(remote, errand->message_id);

	if ((errand->kind == PICTURE && !is_within_limits(spent, err)) ||
	    !ensure_line(remote, errand->kind, err))
		return false;
	spent->count += errand->kind == PICTURE;
	remote->under_way++;
	errand->request_id = remote->core->carrier->ops->send(
		remote->lines[errand->kind], request_new(errand), on_answer, errand);
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
	errand->kind = command->kind == COMMAND_PICTURE ? PICTURE : REVOCATION;
	errand->url = g_strdup(command->text);
	errand->message_id = command->message_id;
	errand->wishes = g_array_new(FALSE, FALSE, sizeof(Wish));
	g_ptr_array_add(remote->errands, errand);
	return errand;
}

static bool read_kept(const Remote *remote, const Command *command, GBytes **ret_bytes,
                      GError **err)
{
	g_autofree char *failure = NULL;

	if (strlen(command->text) > URL_MOST_BYTES)
		return fail(err, ERR_LIMIT, _("the address of what is to be fetched is too long"));
	return command->kind != COMMAND_PICTURE ||
	       store_read_picture(remote->core->reader, remote->account_id, command->text,
	                          ret_bytes, &failure, err);
}

void remote_take(Remote *remote, const Command *command)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) kept = NULL;
	Wish wish = { command->wish_id, command->message_id };
	Errand *errand;

	if (!read_kept(remote, command, &kept, &error)) {
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
	g_array_append_val(errand->wishes, wish);
	pump(remote);
}

static void cancel(Remote *remote, Errand *errand)
{
	g_autoptr(GError) error = NULL;

	fail(&error, ERR_CANCELLED, _("it was not fetched to its end"));
	if (errand->request_id) {
		remote->under_way--;
		remote->core->carrier->ops->cancel(remote->lines[errand->kind],
		                                   errand->request_id);
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
	for (int kind = 0; kind < ERRAND_KINDS; kind++)
		if (remote->lines[kind])
			remote->core->carrier->ops->reset(remote->lines[kind]);
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
	for (int kind = 0; kind < ERRAND_KINDS; kind++)
		if (remote->lines[kind])
			remote->core->carrier->ops->close(remote->lines[kind]);
	g_ptr_array_unref(remote->errands);
	g_hash_table_unref(remote->spent);
	g_free(remote);
}
