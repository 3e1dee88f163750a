/*
 * The search that a server does in all its mail, on demand: what it finds takes the place of the
 * hits that are here, newest first, as far as it was asked for. Several accounts answer side by side.
 */
#include "app/server_query.h"
#include "base/i18n.h"
#include "mime/mime.h"
#include "ui/screen/mail_state.h"
#include "ui/screen/show.h"

enum { NEIGHBOURS = 8 };

/* What was asked of one account. */
typedef struct {
	int64_t account_id, folder_id;       /* @folder_id 0: all folders */
	int64_t wish_id;                     /* awaited; 0 not */
	int64_t next, total;                 /* how many it has told, of how many; total -1: not yet */
} Errand;

typedef struct {
	Found  *found;
	int64_t account_id, folder_id;       /* @folder_id 0: of none that is here */
	int64_t here_id;                     /* it was seen here, as this message; 0 not */
	int64_t letter_id;                   /* under which it is read if it is not here; 0 not yet */
} Hit;

struct ServerSearch {
	ServerQuery *query;
	char        *text;
	GPtrArray   *errands;                /* of Errand */
	GPtrArray   *hits;                   /* of Hit, those that fit the query, newest first */
};

static void hit_free(Hit *hit)
{
	found_free(hit->found);
	g_free(hit);
}

void server_search_free(ServerSearch *server)
{
	if (!server)
		return;
	server_query_free(server->query);
	g_ptr_array_unref(server->errands);
	g_ptr_array_unref(server->hits);
	g_free(server->text);
	g_free(server);
}

static Errand *errand_at(const ServerSearch *server, guint i)
{
	return g_ptr_array_index(server->errands, i);
}

static bool is_waiting(const ServerSearch *server)
{
	bool waits = false;

	for (guint i = 0; i < server->errands->len; i++)
		waits |= errand_at(server, i)->wish_id != 0;
	return waits;
}

/* ---- asking ---- */

/* False: no folder of this account is meant. */
static bool add_errand(MailScreen *mail, ServerSearch *server, int64_t account_id, int64_t folder_id)
{
	const char *name = server->query->folder;
	const Folder *named = name ? folders_named(mail->folders, account_id, name) : NULL;

	if (name && !named)
		return false;
	Errand *errand = g_new0(Errand, 1);
	*errand = (Errand){ .account_id = account_id,
		        .folder_id = named ? named->id : folder_id,
		        .total = -1 };
	g_ptr_array_add(server->errands, errand);
	return true;
}

/* A list that is limited is searched where it is; a search everywhere, in every account. */
static void add_errands(MailScreen *mail, ServerSearch *server)
{
	const GPtrArray *accounts = folders_accounts(mail->folders);
	const Folder *folder =
		mail->hits_kind == HITS_FILTER
			? folders_find(mail->folders, messages_query(mail->messages)->folder_id)
			: NULL;

	if (folder) {
		add_errand(mail, server, folder->account_id, folder->id);
		return;
	}
	for (guint i = 0; i < accounts->len; i++)
		add_errand(mail, server, ((const AccountState *)accounts->pdata[i])->id, 0);
}

static void ask_for_errand(MailScreen *mail, const ServerSearch *server, Errand *errand)
{
	Lookup lookup = server->query->lookup;

	if (errand->wish_id || (errand->total >= 0 && errand->next >= errand->total))
		return;
	lookup.first = errand->next;
	errand->wish_id = mail->setup.host->ops->find(mail->setup.host, errand->account_id,
	                                            errand->folder_id, &lookup);
}

static void ask(MailScreen *mail)
{
	for (guint i = 0; i < mail->server->errands->len; i++)
		ask_for_errand(mail, mail->server, errand_at(mail->server, i));
	if (is_waiting(mail->server))
		screen_say(mail, STYLE_NORMAL, "%s", _("The server searches… Esc stops waiting."));
	else
		screen_say(mail, STYLE_WARNING, "%s",
		           _("This needs the server, and there is no connection to it now."));
}

static void begin(MailScreen *mail, const char *text)
{
	GError *err = NULL;
	ServerQuery *query = server_query_new(text, clock_now_ms(mail->setup.clock), &err);

	screen_check(mail, query != NULL, &err);
	if (!query)
		return;
	ServerSearch *server = g_new0(ServerSearch, 1);
	*server = (ServerSearch){ query, g_strdup(text),
		                  g_ptr_array_new_with_free_func(g_free),
		                  g_ptr_array_new_with_free_func((GDestroyNotify)hit_free) };
	add_errands(mail, server);
	if (server->errands->len == 0) {
		screen_say(mail, STYLE_WARNING, _("There is no folder %s."), query->folder);
		server_search_free(server);
		return;
	}
	server_search_free(mail->server);
	mail->server = server;
	ask(mail);
}

static bool has_more(const ServerSearch *server)
{
	bool has = false;

	for (guint i = 0; i < server->errands->len; i++)
		has |= errand_at(server, i)->next < errand_at(server, i)->total;
	return has;
}

static void ask_for_more(MailScreen *mail)
{
	if (is_waiting(mail->server) || has_more(mail->server))
		ask(mail);
	else
		screen_say(mail, STYLE_NORMAL, "%s", _("That is all the server has found."));
}

void do_search_server(void *target, const CommandCall *call)
{
	MailScreen *mail = target;

	if (*call->argument)
		begin(mail, call->argument);
	else if (mail->hits_kind == HITS_SERVER)
		ask_for_more(mail);
	else if (mail->hits_kind != HITS_NONE && mail->hits_text && *mail->hits_text)
		begin(mail, mail->hits_text);
	else
		screen_ask_line(mail, COMMAND_search_server, _("Search the server: "), "");
}

/* ---- where it is here ---- */

/* Search tells no name, but the moment to the millisecond, with which ids begin (model/message.h),
 * and the subject. */
static int64_t find_by_moment(StoreReader *reader, const Hit *hit)
{
	ListQuery query = { .folder_id = hit->folder_id, .order = ORDER_DATE };
	int64_t next_ms = CLAMP(hit->found->received_ms, 0, (G_MAXINT64 >> 20) - 1) + 1;
	ListPlace from = { 1, next_ms << 20 };
	g_autoptr(GPtrArray) rows = NULL;

	if (!store_read_list(reader, &query, &from, false, NEIGHBOURS, &rows, NULL))
		return 0;
	for (guint i = 0; i < rows->len; i++) {
		const ListRow *row = g_ptr_array_index(rows, i);
		if (row->received_ms == hit->found->received_ms &&
		    g_strcmp0(row->subject, hit->found->subject) == 0)
			return row->id;
	}
	return 0;
}

static int64_t find_here(StoreReader *reader, const Hit *hit)
{
	int64_t id = 0;

	if (!hit->folder_id)
		return 0;
	if (!hit->found->server_id)
		return find_by_moment(reader, hit);
	store_read_named(reader, hit->folder_id, hit->found->server_id, &id, NULL);
	return id;
}

/* NULL: it has gone. It may have been moved since. */
static ListRow *row_here(StoreReader *reader, int64_t id)
{
	g_autoptr(Message) message = NULL;
	ListRow *row = NULL;

	if (!store_read_message(reader, id, &message, NULL))
		return NULL;
	ListQuery query = { .folder_id = message->folder_id, .order = ORDER_DATE };
	store_read_list_row(reader, &query, id, &row, NULL);
	return row;
}

static ListRow *row_elsewhere(MailScreen *mail, Hit *hit)
{
	const Found *found = hit->found;
	g_autoptr(MimeAddress) from = mime_address_first(found->from ? found->from : "");
	ListRow *row = g_new0(ListRow, 1);

	if (!hit->letter_id)
		hit->letter_id =
			letters_add(mail->letters, hit->account_id, hit->folder_id, found);
	row->id = hit->letter_id;
	row->folder_id = hit->folder_id;
	row->received_ms = found->received_ms;
	row->from_name = g_strdup(from ? from->name : NULL);
	row->from_address = g_strdup(from ? from->address : NULL);
	row->to_list = g_strdup(found->to);
	row->subject = g_strdup(found->subject);
	row->flags = (found->is_read ? MESSAGE_READ : 0u) |
	             (found->has_attachment ? MESSAGE_ATTACHMENT : 0u);
	row->importance = found->importance;
	row->conversation_size = 1;
	return row;
}

static GPtrArray *rows_of(MailScreen *mail)
{
	GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)list_row_free);

	for (guint i = 0; i < mail->server->hits->len; i++) {
		Hit *hit = g_ptr_array_index(mail->server->hits, i);
		if (!hit->here_id)
			hit->here_id = find_here(mail->setup.reader, hit);
		ListRow *row = hit->here_id ? row_here(mail->setup.reader, hit->here_id)
		                            : row_elsewhere(mail, hit);
		if (row)
			g_ptr_array_add(rows, row);
	}
	return rows;
}

void screen_server_rows(MailScreen *mail)
{
	g_autoptr(GPtrArray) rows = rows_of(mail);
	GError *err = NULL;

	messages_show_hits(mail->messages, rows, 0);
	screen_check(mail, list_reload(mail->list, &err), &err);
	screen_follow(mail);
	mail->is_dirty = true;
}

/* ---- what comes ---- */

static const Folder *folder_of(const MailScreen *mail, int64_t account_id, const char *server_id)
{
	g_autoptr(GPtrArray) folders = folders_of_account(mail->folders, account_id);

	for (guint i = 0; i < folders->len; i++)
		if (g_strcmp0(((const Folder *)folders->pdata[i])->server_id, server_id) == 0)
			return folders->pdata[i];
	return NULL;
}

static int by_date(gconstpointer a, gconstpointer b)
{
	int64_t at_a = (*(Hit *const *)a)->found->received_ms;
	int64_t at_b = (*(Hit *const *)b)->found->received_ms;

	return at_a < at_b ? 1 : at_a > at_b ? -1 : 0;
}

static void take_hits(MailScreen *mail, Errand *errand, const char *answer)
{
	g_autoptr(GPtrArray) list = found_from_text(answer, &errand->total);

	errand->next += list->len;
	if (list->len == 0)
		errand->total = errand->next;        /* it has promised more than it has */
	while (list->len > 0) {
		Found *found = g_ptr_array_steal_index(list, 0);
		const Folder *folder = folder_of(mail, errand->account_id, found->folder_id);
		if (!server_query_fits(mail->server->query, found)) {
			found_free(found);
			continue;
		}
		Hit *hit = g_new0(Hit, 1);
		*hit = (Hit){ .found = found,
			      .account_id = errand->account_id,
			      .folder_id = folder ? folder->id : 0 };
		g_ptr_array_add(mail->server->hits, hit);
	}
	g_ptr_array_sort(mail->server->hits, by_date);
}

static void show_first_time(MailScreen *mail)
{
	const MessageRow *row = list_current(mail->list);

	if (mail->hits_kind == HITS_SERVER)
		return;
	if (mail->hits_kind == HITS_NONE)
		mail->before_hits_id = row ? row->id : 0;
	mail->hits_kind = HITS_SERVER;
	mail->search_serial = 0;
	screen_forget_range(mail);
	screen_select_none(mail);
	if (mail->focus != PANE_LIST)
		screen_set_focus(mail, PANE_LIST);
}

static void say_ignored(MailScreen *mail)
{
	if (mail->server->query->ignored)
		screen_say(mail, STYLE_WARNING, _("The server's search does not judge: %s"),
		           mail->server->query->ignored);
	else
		g_clear_pointer(&mail->message, g_free);
}

static void take_answer(MailScreen *mail, Errand *errand, GBytes *content)
{
	bool is_first = mail->hits_kind != HITS_SERVER;
	gsize len;
	const char *bytes = g_bytes_get_data(content, &len);
	g_autofree char *text = g_strndup(bytes ? bytes : "", len);
	GError *err = NULL;

	take_hits(mail, errand, text);
	show_first_time(mail);
	screen_server_rows(mail);
	if (is_first)
		screen_check(mail, list_first(mail->list, &err), &err);
	say_ignored(mail);
}

static Errand *errand_that_waits(const MailScreen *mail, int64_t wish_id)
{
	for (guint i = 0; mail->server && wish_id && i < mail->server->errands->len; i++)
		if (errand_at(mail->server, i)->wish_id == wish_id)
			return errand_at(mail->server, i);
	return NULL;
}

bool screen_server_event(MailScreen *mail, const SyncEvent *event)
{
	Errand *errand = errand_that_waits(mail, event->wish_id);

	if (!errand)
		return false;
	errand->wish_id = 0;
	if (event->kind == SYNC_FETCHED && event->content)
		take_answer(mail, errand, event->content);
	else
		screen_say(mail, STYLE_ERROR, "%s", event->text ? event->text : "");
	if (!is_waiting(mail->server) && mail->hits_kind != HITS_SERVER)
		g_clear_pointer(&mail->server, server_search_free);
	return true;
}

/* ---- leaving ---- */

bool screen_server_cancel(MailScreen *mail)
{
	if (!mail->server || !is_waiting(mail->server))
		return false;
	for (guint i = 0; i < mail->server->errands->len; i++)
		errand_at(mail->server, i)->wish_id = 0;
	if (mail->hits_kind != HITS_SERVER)
		g_clear_pointer(&mail->server, server_search_free);
	screen_say(mail, STYLE_NORMAL, "%s", _("The server's answer is not waited for any more."));
	return true;
}

static void keep_id(GHashTable *ids, int64_t id) { g_hash_table_add(ids, g_memdup2(&id, sizeof id)); }

/* What stands in a tab, or is to be answered or saved, is still read. */
static GHashTable *ids_in_use(const MailScreen *mail)
{
	GHashTable *ids = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

	for (guint i = 0; i < mail->tabs->len; i++) {
		const ScreenTab *tab = g_ptr_array_index(mail->tabs, i);
		if (tab->reader)
			keep_id(ids, reader_message(tab->reader));
		if (tab->attachments)
			keep_id(ids, attachments_message(tab->attachments));
	}
	for (guint i = 0; i < mail->errands->len; i++)
		keep_id(ids, ((SourceErrand *)g_ptr_array_index(mail->errands, i))->message_id);
	keep_id(ids, mail->answer.message_id);
	return ids;
}

void screen_server_end(MailScreen *mail)
{
	g_autoptr(GHashTable) ids = ids_in_use(mail);

	g_clear_pointer(&mail->server, server_search_free);
	letters_keep_only(mail->letters, ids);
}

/* ---- the status line ---- */

void screen_server_status(const MailScreen *mail, GString *text)
{
	const ServerSearch *server = mail->server;
	int64_t seen = 0, total = 0;

	for (guint i = 0; i < server->errands->len; i++) {
		seen += errand_at(server, i)->next;
		total += MAX(errand_at(server, i)->total, 0);
	}
	g_autofree char *shown = show_count(server->hits->len), *of = show_count(total);
	g_autofree char *looked_at = show_count(seen);
	g_string_printf(text, _("On the server: %s  "), server->text);
	if (server->query->checks->len)
		g_string_append_printf(text, _("%s fit, %s of %s looked at"), shown, looked_at, of);
	else
		g_string_append_printf(text, _("%s of %s"), shown, of);
}
