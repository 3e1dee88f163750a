/*
 * An errand is one look. It is in the worker's hands, then in the directory's, then its certificates
 * are in the engine's, then in the worker's again; each hands it back by its serial or wish.
 */
#include "ui/inquiry.h"

#include "app/protection.h"

enum { ASK_AGAIN_MS = 60000 };

typedef struct {
	int64_t               serial, account_id;
	Draft                *draft;
	CertificateDirectory *directory;     /* NULL: nobody is to be asked, or was asked */
	Looked               *looked;        /* before it was asked; NULL: not yet */
	int64_t               wish_id;       /* what it had is being kept; 0: not */
} Errand;

struct Inquiry {
	Mailbox     *answers;
	Worker      *worker;
	const Clock *clock;
	GPtrArray   *errands;                /* of Errand */
	GHashTable  *asked;                  /* "account address" -> int64_t, the uptime */
};

static void errand_free(Errand *errand)
{
	draft_free(errand->draft);
	certificate_directory_unref(errand->directory);
	looked_free(errand->looked);
	g_free(errand);
}

Inquiry *inquiry_new(Mailbox *answers, Worker *worker, const Clock *clock)
{
	Inquiry *inquiry = g_new0(Inquiry, 1);

	inquiry->answers = mailbox_ref(answers);
	inquiry->worker = worker;
	inquiry->clock = clock;
	inquiry->errands = g_ptr_array_new_with_free_func((GDestroyNotify)errand_free);
	inquiry->asked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return inquiry;
}

void inquiry_free(Inquiry *inquiry)
{
	if (!inquiry)
		return;
	mailbox_unref(inquiry->answers);
	g_ptr_array_unref(inquiry->errands);
	g_hash_table_unref(inquiry->asked);
	g_free(inquiry);
}

static Errand *find(const Inquiry *inquiry, int64_t serial)
{
	for (guint i = 0; i < inquiry->errands->len; i++) {
		Errand *errand = g_ptr_array_index(inquiry->errands, i);
		if (errand->serial == serial)
			return errand;
	}
	return NULL;
}

/* ---- here ---- */

static void look(Inquiry *inquiry, const Errand *errand)
{
	worker_look(inquiry->worker, errand->serial, draft_copy(errand->draft),
	            clock_now_ms(inquiry->clock));
}

void inquiry_begin(Inquiry *inquiry, int64_t serial, int64_t account_id, Draft *draft,
                   CertificateDirectory *directory)
{
	Errand *errand = g_new0(Errand, 1);

	*errand = (Errand){ .serial = serial, .account_id = account_id, .draft = draft,
		            .directory = directory };
	g_ptr_array_add(inquiry->errands, errand);
	look(inquiry, errand);
}

/* ---- whom to ask for ---- */

/* True if it is to be asked for now, which is noted. */
static bool may_ask(Inquiry *inquiry, int64_t account_id, const char *address)
{
	char *key = g_strdup_printf("%" G_GINT64_FORMAT " %s", account_id, address);
	int64_t now_ms = clock_uptime_ms(inquiry->clock);
	const int64_t *last_ms = g_hash_table_lookup(inquiry->asked, key);

	if (last_ms && now_ms < *last_ms + ASK_AGAIN_MS) {
		g_free(key);
		return false;
	}
	g_hash_table_replace(inquiry->asked, key, g_memdup2(&now_ms, sizeof now_ms));
	return true;
}

/* Of char *. */
static GPtrArray *to_ask_for(Inquiry *inquiry, const Errand *errand, const Protection *protection)
{
	GPtrArray *addresses = protection_unknown(protection);

	for (guint i = addresses->len; i > 0; i--)
		if (!may_ask(inquiry, errand->account_id, addresses->pdata[i - 1]))
			g_ptr_array_remove_index(addresses, i - 1);
	return addresses;
}

/* ---- the directory ---- */

typedef struct {
	Mailbox              *answers;
	CertificateDirectory *directory;
	GPtrArray            *addresses;
	int64_t               serial, account_id;
	const Clock          *clock;
} Asking;

static gpointer ask(gpointer data)
{
	Asking *asking = data;
	CertificateQuestion what = { .addresses = asking->addresses,
		                     .account_id = asking->account_id,
		                     .clock = asking->clock };
	g_autoptr(GError) err = NULL;
	UiAnswer *answer = g_new0(UiAnswer, 1);

	answer->asked = g_new0(Asked, 1);
	answer->asked->serial = asking->serial;
	answer->asked->changes = certificate_changes_new();
	if (!certificate_directory_ask(asking->directory, &what, answer->asked->changes, &err))
		answer->asked->failure = g_strdup(err->message);
	mailbox_post(asking->answers, answer);
	mailbox_unref(asking->answers);
	certificate_directory_unref(asking->directory);
	g_ptr_array_unref(asking->addresses);
	g_free(asking);
	return NULL;
}

static void begin_asking(Inquiry *inquiry, Errand *errand, GPtrArray *addresses)
{
	Asking *asking = g_new0(Asking, 1);

	*asking = (Asking){ mailbox_ref(inquiry->answers), g_steal_pointer(&errand->directory),
		                addresses, errand->serial, errand->account_id, inquiry->clock };
	g_thread_unref(g_thread_new("directory", ask, asking));
}

/* ---- what came ---- */

static bool is_worth_asking(const Errand *errand, const Looked *looked)
{
	return errand->directory && looked->protection && draft_is_secret(errand->draft);
}

Looked *inquiry_looked(Inquiry *inquiry, Looked *looked)
{
	Errand *errand = find(inquiry, looked->serial);
	g_autoptr(GPtrArray) addresses = errand && is_worth_asking(errand, looked)
	                                         ? to_ask_for(inquiry, errand, looked->protection)
	                                         : NULL;

	if (addresses && addresses->len) {
		errand->looked = looked;
		begin_asking(inquiry, errand, g_steal_pointer(&addresses));
		return NULL;
	}
	g_ptr_array_remove(inquiry->errands, errand);
	return looked;
}

/* What was seen before is all there is. */
static Looked *end(Inquiry *inquiry, Errand *errand)
{
	Looked *looked = g_steal_pointer(&errand->looked);

	g_ptr_array_remove(inquiry->errands, errand);
	return looked;
}

Looked *inquiry_asked(Inquiry *inquiry, Asked *asked, SyncClient *client)
{
	Errand *errand = find(inquiry, asked->serial);
	Looked *looked = NULL;

	if (errand && asked->changes->len && client)
		errand->wish_id = sync_certificates(client, asked->changes);
	else if (errand)
		looked = end(inquiry, errand);
	asked_free(asked);
	return looked;
}

void inquiry_event(Inquiry *inquiry, const SyncEvent *event)
{
	for (guint i = 0; i < inquiry->errands->len; i++) {
		Errand *errand = g_ptr_array_index(inquiry->errands, i);
		if (!errand->wish_id ||
		    (errand->wish_id != event->wish_id && event->kind != SYNC_STOPPED))
			continue;
		errand->wish_id = 0;
		look(inquiry, errand);
	}
}
