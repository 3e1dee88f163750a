#include "support/memory_server.h"

#include <string.h>

#include "model/pim.h"
#include "support/memory_line.h"

typedef enum { LOG_ADD, LOG_READ, LOG_GONE } LogKind;

typedef struct { LogKind kind; char *id; } LogEntry;

typedef struct {
	char   *id, *subject, *message_id, *categories;      /* @categories: with commas; "" none */
	int64_t received_ms;
	guint   flags;                          /* MESSAGE_READ, _FLAGGED, _DONE */
} Item;

typedef struct {
	char       *id, *name;
	FolderType  type;
	bool        is_gone;
	GHashTable *items;         /* id -> Item */
	GPtrArray  *log;           /* of LogEntry */
	ErrorKind   failure;
	guint       failures;
} Shelf;


/* A message that was sent; in Sent once so many pages of it have been asked for. */
typedef struct { char *client_id, *message_id; int copies; int late_pages; } Letter;

struct MemoryServer {
	GPtrArray *shelves;
	guint      seen[TASK_KIND_COUNT], failures[TASK_KIND_COUNT], losses[TASK_KIND_COUNT];
	ErrorKind  failure[TASK_KIND_COUNT];
	bool       needs_policy, wants_wipe, repeats_key, never_ends, cries_wolf;
	char      *moved_to, *policy;
	guint      moves, cuts, most_ping_folders;
	int        accepted_s;
	int64_t    next_received_ms, folder_key, next_name;
	GPtrArray *letters;        /* of Letter, as sent */
	guint      lost_sends, refused_sends;
	ErrorKind  send_refusal;
	bool       forgets_client_ids;
	int        late_pages;
};

static void log_entry_free(gpointer data)
{
	LogEntry *entry = data;

	g_free(entry->id);
	g_free(entry);
}

static void item_free(gpointer data)
{
	Item *item = data;

	g_free(item->id);
	g_free(item->subject);
	g_free(item->message_id);
	g_free(item->categories);
	g_free(item);
}

static void shelf_free(gpointer data)
{
	Shelf *shelf = data;

	g_free(shelf->id);
	g_free(shelf->name);
	g_hash_table_unref(shelf->items);
	g_ptr_array_unref(shelf->log);
	g_free(shelf);
}

static void letter_free(gpointer data)
{
	Letter *letter = data;

	g_free(letter->client_id);
	g_free(letter->message_id);
	g_free(letter);
}

MemoryServer *memory_server_new(void)
{
	MemoryServer *server = g_new0(MemoryServer, 1);

	server->shelves = g_ptr_array_new_with_free_func(shelf_free);
	server->letters = g_ptr_array_new_with_free_func(letter_free);
	server->most_ping_folders = G_MAXUINT;
	server->next_received_ms = 1700000000000;
	return server;
}

void memory_server_free(MemoryServer *server)
{
	if (!server)
		return;
	g_ptr_array_unref(server->shelves);
	g_ptr_array_unref(server->letters);
	g_free(server->moved_to);
	g_free(server->policy);
	g_free(server);
}

static Shelf *find_shelf(const MemoryServer *server, const char *id)
{
	for (guint i = 0; i < server->shelves->len; i++) {
		Shelf *shelf = g_ptr_array_index(server->shelves, i);
		if (!shelf->is_gone && g_str_equal(shelf->id, id))
			return shelf;
	}
	return NULL;
}

void memory_server_folder(MemoryServer *server, const char *id, const char *name, FolderType type)
{
	Shelf *shelf = g_new0(Shelf, 1);

	shelf->id = g_strdup(id);
	shelf->name = g_strdup(name);
	shelf->type = type;
	shelf->items = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, item_free);
	shelf->log = g_ptr_array_new_with_free_func(log_entry_free);
	g_ptr_array_add(server->shelves, shelf);
	server->folder_key++;
}

void memory_server_folder_gone(MemoryServer *server, const char *id)
{
	find_shelf(server, id)->is_gone = true;
	server->folder_key++;
}

static void shelf_log(Shelf *shelf, LogKind kind, const char *id)
{
	LogEntry *entry = g_new0(LogEntry, 1);

	entry->kind = kind;
	entry->id = g_strdup(id);
	g_ptr_array_add(shelf->log, entry);
}

void memory_server_message(MemoryServer *server, const char *folder_id, const char *id,
                           const char *subject)
{
	Shelf *shelf = find_shelf(server, folder_id);
	Item *item = g_new0(Item, 1);

	item->id = g_strdup(id);
	item->subject = g_strdup(subject);
	item->categories = g_strdup("");
	item->received_ms = server->next_received_ms;
	server->next_received_ms += 60000;
	g_hash_table_replace(shelf->items, item->id, item);
	shelf_log(shelf, LOG_ADD, id);
}

void memory_server_item(MemoryServer *server, const char *folder_id, const char *id, const char *text)
{
	memory_server_message(server, folder_id, id, text);
}

const char *memory_server_item_text(const MemoryServer *server, const char *folder_id, const char *id)
{
	const Item *item = g_hash_table_lookup(find_shelf(server, folder_id)->items, id);

	return item ? item->subject : NULL;
}

char *memory_server_item_ids(const MemoryServer *server, const char *folder_id)
{
	g_autoptr(GList) ids = g_hash_table_get_keys(find_shelf(server, folder_id)->items);
	GString *text = g_string_new(NULL);

	ids = g_list_sort(ids, (GCompareFunc)g_strcmp0);
	for (GList *at = ids; at; at = at->next)
		g_string_append_printf(text, "%s%s", text->len ? " " : "", (char *)at->data);
	return g_string_free(text, FALSE);
}

void memory_server_message_gone(MemoryServer *server, const char *folder_id, const char *id)
{
	Shelf *shelf = find_shelf(server, folder_id);

	shelf_log(shelf, LOG_GONE, id);
	g_hash_table_remove(shelf->items, id);
}

void memory_server_read(MemoryServer *server, const char *folder_id, const char *id, bool is_read)
{
	Shelf *shelf = find_shelf(server, folder_id);
	Item *item = g_hash_table_lookup(shelf->items, id);

	item->flags = (item->flags & ~(guint)MESSAGE_READ) | (is_read ? MESSAGE_READ : 0);
	shelf_log(shelf, LOG_READ, id);
}

bool memory_server_is_read(const MemoryServer *server, const char *folder_id, const char *id)
{
	const Item *item = g_hash_table_lookup(find_shelf(server, folder_id)->items, id);

	return item && (item->flags & MESSAGE_READ);
}

static int compare_lines(const void *a, const void *b)
{
	return g_strcmp0(*(char *const *)a, *(char *const *)b);
}

char *memory_server_describe(const MemoryServer *server, const char *folder_id)
{
	const Shelf *shelf = find_shelf(server, folder_id);
	g_autoptr(GList) items = shelf ? g_hash_table_get_values(shelf->items) : NULL;
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	GString *text = g_string_new(shelf ? NULL : "none");

	for (GList *at = items; at; at = at->next) {
		const Item *item = at->data;
		g_ptr_array_add(lines,
		                g_strdup_printf("%s%s%s%s%s%s", item->subject,
		                                item->flags & MESSAGE_READ ? " read" : "",
		                                item->flags & MESSAGE_FLAGGED ? " flagged" : "",
		                                item->flags & MESSAGE_DONE ? " done" : "",
		                                *item->categories ? " " : "", item->categories));
	}
	g_ptr_array_sort(lines, compare_lines);
	for (guint i = 0; i < lines->len; i++)
		g_string_append_printf(text, "%s%s", i ? "; " : "", (char *)lines->pdata[i]);
	return g_string_free(text, FALSE);
}

const char *memory_server_folder_named(const MemoryServer *server, const char *name)
{
	for (guint i = 0; i < server->shelves->len; i++) {
		const Shelf *shelf = g_ptr_array_index(server->shelves, i);
		if (!shelf->is_gone && g_str_equal(shelf->name, name))
			return shelf->id;
	}
	return NULL;
}

void memory_server_fail(MemoryServer *server, TaskKind task, ErrorKind kind, guint times)
{
	server->failure[task] = kind;
	server->failures[task] = times;
}

void memory_server_lose_answers(MemoryServer *server, TaskKind task, guint times)
{
	server->losses[task] = times;
}

void memory_server_fail_folder(MemoryServer *server, const char *folder_id, ErrorKind kind,
                               guint times)
{
	Shelf *shelf = find_shelf(server, folder_id);

	shelf->failure = kind;
	shelf->failures = times;
}

void memory_server_require_policy(MemoryServer *server) { server->needs_policy = true; }

void memory_server_policy(MemoryServer *server, const char *document_xml)
{
	g_free(server->policy);
	server->policy = g_strdup(document_xml);
}

void memory_server_wipe(MemoryServer *server)
{
	server->wants_wipe = true;
	server->needs_policy = true;
}

void memory_server_move(MemoryServer *server, const char *url, guint times)
{
	g_free(server->moved_to);
	server->moved_to = g_strdup(url);
	server->moves = times;
}

void memory_server_limit_heartbeat(MemoryServer *server, int accepted_s)
{
	server->accepted_s = accepted_s;
}
void memory_server_limit_ping_folders(MemoryServer *server, guint most)
{
	server->most_ping_folders = most;
}
void memory_server_repeat_key(MemoryServer *server, bool is_on) { server->repeats_key = is_on; }
void memory_server_never_end(MemoryServer *server, bool is_on) { server->never_ends = is_on; }
void memory_server_cry_wolf(MemoryServer *server, bool is_on) { server->cries_wolf = is_on; }
void memory_server_cut_pages(MemoryServer *server, guint times) { server->cuts = times; }

void memory_server_lose_sends(MemoryServer *server, guint times) { server->lost_sends = times; }

void memory_server_refuse_sends(MemoryServer *server, ErrorKind kind, guint times)
{
	server->send_refusal = kind;
	server->refused_sends = times;
}

void memory_server_forget_client_ids(MemoryServer *server, bool is_on)
{
	server->forgets_client_ids = is_on;
}

void memory_server_file_late(MemoryServer *server, int pages) { server->late_pages = pages; }

static Letter *find_letter(const MemoryServer *server, const char *message_id)
{
	for (guint i = 0; i < server->letters->len; i++) {
		Letter *letter = g_ptr_array_index(server->letters, i);
		if (g_str_equal(letter->message_id, message_id))
			return letter;
	}
	return NULL;
}

int memory_server_copies(const MemoryServer *server, const char *message_id)
{
	const Letter *letter = find_letter(server, message_id);

	return letter ? letter->copies : 0;
}

guint memory_server_seen(const MemoryServer *server, TaskKind task) { return server->seen[task]; }

/* ---- answers ---- */

static HttpResponse *failure(ErrorKind kind)
{
	HttpResponse *response = http_response_new(200, NULL);

	g_hash_table_replace(response->headers, g_strdup("x-failure"),
	                     g_strdup_printf("%d", (int)kind));
	return response;
}

static bool takes_failure(ErrorKind kind, guint *failures, HttpResponse **ret_response)
{
	if (!*failures)
		return false;
	--*failures;
	*ret_response = failure(kind);
	return true;
}

static HttpResponse *answer_text(const GString *text)
{
	g_autoptr(GBytes) body = g_bytes_new(text->str, text->len);

	return http_response_new(200, body);
}

static void answer_provision(MemoryServer *server, GString *text)
{
	if (server->wants_wipe)
		g_string_append(text, "wipe");
	else
		g_string_append_printf(text, "policy|1|%s", server->policy ? server->policy : "<policy/>");
	server->wants_wipe = false;
}

/* The whole list, unless the client has it. */
static void answer_folders(const MemoryServer *server, const char *folder_key, GString *text)
{
	bool is_known = memory_line_number(folder_key) == server->folder_key;

	for (guint i = 0; !is_known && i < server->shelves->len; i++) {
		const Shelf *shelf = g_ptr_array_index(server->shelves, i);
		if (!shelf->is_gone)
			g_string_append_printf(text, "folder|%s|%s|%d\n", shelf->id, shelf->name,
			                       (int)shelf->type);
	}
	g_string_append_printf(text, "folders|%" G_GINT64_FORMAT "|%d", server->folder_key,
	                       !is_known);
}

/* A key is the place in the log plus one, since "0" means none. */
static guint place_of(const Shelf *shelf, const char *key)
{
	return (guint)CLAMP(memory_line_number(key) - 1, 0, (int64_t)shelf->log->len);
}

static void append_item(const Item *item, GString *text)
{
	g_autofree char *code = g_base64_encode((const guchar *)item->subject, strlen(item->subject));

	g_string_append_printf(text, "pim|%s|%s\n", item->id, code);
}

static void answer_entry(const Shelf *shelf, const LogEntry *entry, GString *text)
{
	const Item *item = g_hash_table_lookup(shelf->items, entry->id);

	if (!item)
		g_string_append_printf(text, "gone|%s\n", entry->id);
	else if (pim_kind_of_folder(shelf->type) >= 0)
		append_item(item, text);
	else
		g_string_append_printf(text, "%s|%s|%" G_GINT64_FORMAT "|%u|%s|%s\n",
		                       entry->kind == LOG_ADD ? "add" : "read", item->id,
		                       item->received_ms, item->flags, item->subject,
		                       item->categories);
}

/* ---- sending ---- */

static Shelf *find_sent(const MemoryServer *server)
{
	for (guint i = 0; i < server->shelves->len; i++) {
		Shelf *shelf = g_ptr_array_index(server->shelves, i);
		if (shelf->type == FOLDER_SENT && !shelf->is_gone)
			return shelf;
	}
	return NULL;
}

static void file_letter(MemoryServer *server, Shelf *sent, Letter *letter)
{
	g_autofree char *id = g_strdup_printf("sent-%u", g_hash_table_size(sent->items));

	memory_server_message(server, sent->id, id, letter->message_id);
	((Item *)g_hash_table_lookup(sent->items, id))->message_id = g_strdup(letter->message_id);
	letter->late_pages = -1;
}

/* Before a page of Sent is read: what is filed by now. */
static void file_what_is_due(MemoryServer *server, Shelf *shelf)
{
	for (guint i = 0; shelf->type == FOLDER_SENT && i < server->letters->len; i++) {
		Letter *letter = g_ptr_array_index(server->letters, i);
		if (letter->late_pages >= 0 && letter->late_pages-- == 0)
			file_letter(server, shelf, letter);
	}
}

static char *message_id_of(const char *base64)
{
	gsize len;
	g_autofree guchar *bytes = g_base64_decode(base64, &len);
	g_autofree char *mime = g_strndup((const char *)bytes, len);
	const char *at = strstr(mime, "Message-ID: ");
	const char *end = at ? strpbrk(at, "\r\n") : NULL;

	at = at ? at + strlen("Message-ID: ") : "";
	return end ? g_strndup(at, (gsize)(end - at)) : g_strdup(at);
}

static bool is_repeat(const MemoryServer *server, const char *client_id)
{
	for (guint i = 0; !server->forgets_client_ids && i < server->letters->len; i++)
		if (g_str_equal(((Letter *)g_ptr_array_index(server->letters, i))->client_id,
		                client_id))
			return true;
	return false;
}

static void post_letter(MemoryServer *server, char **fields)
{
	g_autofree char *message_id = message_id_of(fields[4]);
	Letter *letter = find_letter(server, message_id);

	if (!letter) {
		letter = g_new0(Letter, 1);
		letter->client_id = g_strdup(fields[0]);
		letter->message_id = g_steal_pointer(&message_id);
		letter->late_pages = memory_line_number(fields[2]) ? server->late_pages : -1;
		g_ptr_array_add(server->letters, letter);
	}
	letter->copies++;
	if (letter->late_pages == 0 && find_sent(server))
		file_letter(server, find_sent(server), letter);
}

static HttpResponse *answer_send(MemoryServer *server, char **lines)
{
	g_auto(GStrv) fields = memory_line_fields(lines[1]);
	g_autoptr(GString) text = g_string_new(NULL);

	if (server->refused_sends) {
		server->refused_sends--;
		g_string_printf(text, "refused|%d", (int)server->send_refusal);
	} else if (is_repeat(server, fields[0])) {
		g_string_printf(text, "refused|%d", (int)ERR_EXISTS);
	} else {
		post_letter(server, fields);
	}
	if (!server->lost_sends)
		return answer_text(text);
	server->lost_sends--;
	return failure(ERR_NETWORK);
}

static void answer_ids(const Shelf *shelf, char **lines, GString *text)
{
	for (guint i = 1; lines[i]; i++) {
		const Item *item = g_hash_table_lookup(shelf->items, lines[i]);
		if (item && item->message_id)
			g_string_append_printf(text, "message-id|%s|%s\n", item->id,
			                       item->message_id);
	}
}

static void answer_page(MemoryServer *server, const Shelf *shelf, char **fields, GString *text)
{
	guint from = place_of(shelf, fields[2]);
	guint to = MIN(from + (guint)memory_line_number(fields[3]), shelf->log->len);

	if (g_str_equal(fields[2], "0")) {
		g_string_append(text, "key|1");
		return;
	}
	for (guint i = from; i < to; i++)
		answer_entry(shelf, g_ptr_array_index(shelf->log, i), text);
	if (server->cuts && to > from) {
		server->cuts--;
		g_string_append(text, "cut");
		return;
	}
	g_string_append_printf(text, "end|%u|%d", server->repeats_key ? from + 1 : to + 1,
	                       server->never_ends || server->repeats_key || to < shelf->log->len);
}

/* The fields of an op's line. */
enum { OP_ID, OP_ITEM, OP_KIND_FIELD, OP_NUMBER, OP_FOLDER, OP_TARGET, OP_TEXT };

static void answer_op_failed(char **op, ErrorKind kind, GString *text)
{
	g_string_append_printf(text, "failed|%s|%d\n", op[OP_ID], (int)kind);
}

static void set_flag(Item *item, int64_t state)
{
	item->flags &= ~(guint)(MESSAGE_FLAGGED | MESSAGE_DONE);
	if (state != FLAG_NONE)
		item->flags |= state == FLAG_DONE ? MESSAGE_DONE : MESSAGE_FLAGGED;
}

/* What is to be read and is gone needs no word. */
static bool change_item(MemoryServer *server, Shelf *shelf, char **op)
{
	Item *item = g_hash_table_lookup(shelf->items, op[OP_ITEM]);
	OpKind kind = (OpKind)memory_line_number(op[OP_KIND_FIELD]);

	if (!item)
		return kind == OP_MARK_READ || kind == OP_DELETE;
	if (kind == OP_DELETE) {
		memory_server_message_gone(server, shelf->id, op[OP_ITEM]);
		return true;
	}
	if (kind == OP_FLAG)
		set_flag(item, memory_line_number(op[OP_NUMBER]));
	if (kind == OP_CATEGORIES) {
		g_free(item->categories);
		item->categories = g_strdup(op[OP_TEXT]);
	}
	if (kind == OP_MARK_READ)
		item->flags = (item->flags & ~(guint)MESSAGE_READ) |
		              (memory_line_number(op[OP_NUMBER]) ? MESSAGE_READ : 0);
	shelf_log(shelf, LOG_READ, op[OP_ITEM]);
	return true;
}

/* What the client did itself is no news to it. */
static void append_end_of_own(const Shelf *shelf, const char *key, bool was_current, GString *text)
{
	if (was_current)
		g_string_append_printf(text, "end|%u|0", shelf->log->len + 1);
	else
		g_string_append_printf(text, "end|%s|1", key);
}

static void answer_ops(MemoryServer *server, Shelf *shelf, char **lines, const char *key,
                       GString *text)
{
	bool is_current = place_of(shelf, key) == shelf->log->len;

	for (guint i = 1; lines[i]; i++) {
		g_auto(GStrv) op = memory_line_fields(lines[i]);
		if (change_item(server, shelf, op))
			g_string_append_printf(text, "done|%s\n", op[OP_ID]);
		else
			answer_op_failed(op, ERR_GONE, text);
	}
	append_end_of_own(shelf, key, is_current, text);
}

/* The fields of a change's line. */
enum { CHANGE_OP, CHANGE_ITEM, CHANGE_KIND, CHANGE_CLIENT_ID, CHANGE_TEXT, CHANGE_WAS };

static char *decode(const char *code)
{
	gsize len;
	g_autofree guchar *bytes = g_base64_decode(code, &len);

	return g_strndup((const char *)bytes, len);
}

/* A repeat of the request that made an item makes no other: its id is the client's. */
static void make_item(MemoryServer *server, Shelf *shelf, char **change, GString *text)
{
	const char *id = change[CHANGE_CLIENT_ID];
	g_autofree char *said = decode(change[CHANGE_TEXT]);

	if (!g_hash_table_contains(shelf->items, id))
		memory_server_item(server, shelf->id, id, said);
	g_string_append_printf(text, "named|%s|%s\n", change[CHANGE_OP], id);
}

/* One that says something else than the client believes is in conflict. */
static void replace_item(MemoryServer *server, Shelf *shelf, char **change, GString *text)
{
	const char *there = memory_server_item_text(server, shelf->id, change[CHANGE_ITEM]);
	bool is_deletion = memory_line_number(change[CHANGE_KIND]) == OP_ITEM_DELETE;
	g_autofree char *was = decode(change[CHANGE_WAS]), *said = decode(change[CHANGE_TEXT]);

	if (!there && !is_deletion) {
		answer_op_failed(change, ERR_GONE, text);
		return;
	}
	if (there && !is_deletion && !g_str_equal(there, was)) {
		answer_op_failed(change, ERR_EXISTS, text);
		return;
	}
	if (there && is_deletion)
		memory_server_message_gone(server, shelf->id, change[CHANGE_ITEM]);
	else if (there)
		memory_server_item(server, shelf->id, change[CHANGE_ITEM], said);
	g_string_append_printf(text, "done|%s\n", change[CHANGE_OP]);
}

static void answer_changes(MemoryServer *server, Shelf *shelf, char **lines, const char *key,
                           GString *text)
{
	bool is_current = place_of(shelf, key) == shelf->log->len;

	for (guint i = 1; lines[i]; i++) {
		g_auto(GStrv) change = memory_line_fields(lines[i]);
		if (*change[CHANGE_ITEM])
			replace_item(server, shelf, change, text);
		else
			make_item(server, shelf, change, text);
	}
	append_end_of_own(shelf, key, is_current, text);
}

static void answer_answer(char **lines, GString *text)
{
	g_auto(GStrv) op = memory_line_fields(lines[1]);

	g_string_append_printf(text, "done|%s", op[OP_ID]);
}

static void answer_parts(const char *id, guint count, GString *text)
{
	for (guint i = 0; i < count; i++)
		g_string_append_printf(text, "part|%u|%s-%u\n", i, id, i);
}

/* A repeat of the request that made a draft makes no other: its id is the client's. */
static void answer_draft(MemoryServer *server, Shelf *shelf, char **lines, const char *key,
                         GString *text)
{
	bool was_current = place_of(shelf, key) == shelf->log->len;
	g_auto(GStrv) op = memory_line_fields(lines[1]);
	g_auto(GStrv) draft = memory_line_fields(lines[2]);
	bool is_new = !*op[OP_ITEM];
	g_autofree char *id = is_new ? g_strdup_printf("draft-%s", draft[0])
	                             : g_strdup(op[OP_ITEM]);
	bool is_here = g_hash_table_lookup(shelf->items, id) != NULL;

	if (!is_new && !is_here) {
		answer_op_failed(op, ERR_GONE, text);
	} else {
		if (!is_new || !is_here)
			memory_server_message(server, shelf->id, id, draft[2]);
		answer_parts(id, (guint)memory_line_number(draft[1]), text);
		g_string_append_printf(text, is_new ? "named|%s|%s\n" : "done|%s\n", op[OP_ID],
		                       id);
	}
	append_end_of_own(shelf, key, was_current, text);
}

static void move_item(MemoryServer *server, Shelf *from, Shelf *to, char **op, GString *text)
{
	Item *item = from ? g_hash_table_lookup(from->items, op[OP_ITEM]) : NULL;

	if (!item || !to) {
		answer_op_failed(op, item ? ERR_REFOLDER : ERR_GONE, text);
		return;
	}
	g_hash_table_steal(from->items, op[OP_ITEM]);
	shelf_log(from, LOG_GONE, op[OP_ITEM]);
	g_free(item->id);
	item->id = g_strdup_printf("moved%" G_GINT64_FORMAT, ++server->next_name);
	g_hash_table_replace(to->items, item->id, item);
	shelf_log(to, LOG_ADD, item->id);
	g_string_append_printf(text, "named|%s|%s\n", op[OP_ID], item->id);
}

static void answer_moves(MemoryServer *server, char **lines, GString *text)
{
	for (guint i = 1; lines[i]; i++) {
		g_auto(GStrv) op = memory_line_fields(lines[i]);
		move_item(server, find_shelf(server, op[OP_FOLDER]),
		          find_shelf(server, op[OP_TARGET]), op, text);
	}
}

static void make_shelf(MemoryServer *server, char **op, GString *text)
{
	g_autofree char *id = g_strdup_printf("made%" G_GINT64_FORMAT, ++server->next_name);

	if (memory_server_folder_named(server, op[OP_TEXT])) {
		answer_op_failed(op, ERR_EXISTS, text);
		return;
	}
	memory_server_folder(server, id, op[OP_TEXT], FOLDER_USER_MAIL);
	g_string_append_printf(text, "named|%s|%s\n", op[OP_ID], id);
}

static void change_shelf(MemoryServer *server, char **op, GString *text)
{
	Shelf *shelf = find_shelf(server, op[OP_FOLDER]);

	if (!shelf) {
		answer_op_failed(op, ERR_GONE, text);
		return;
	}
	if (memory_line_number(op[OP_KIND_FIELD]) == OP_FOLDER_DELETE) {
		memory_server_folder_gone(server, shelf->id);
	} else {
		g_free(shelf->name);
		shelf->name = g_strdup(op[OP_TEXT]);
		server->folder_key++;
	}
	g_string_append_printf(text, "done|%s\n", op[OP_ID]);
}

/* Whoever has changed the list has all of it. */
static void answer_folder_op(MemoryServer *server, char **lines, GString *text)
{
	g_auto(GStrv) op = memory_line_fields(lines[1]);

	if (memory_line_number(op[OP_KIND_FIELD]) == OP_FOLDER_CREATE)
		make_shelf(server, op, text);
	else
		change_shelf(server, op, text);
	if (!g_str_has_prefix(text->str, "failed"))
		g_string_append_printf(text, "folders|%" G_GINT64_FORMAT "|0", server->folder_key);
}

static void answer_empty(MemoryServer *server, char **lines, GString *text)
{
	g_auto(GStrv) op = memory_line_fields(lines[1]);
	Shelf *shelf = find_shelf(server, op[OP_FOLDER]);
	g_autoptr(GList) ids = shelf ? g_hash_table_get_keys(shelf->items) : NULL;

	for (GList *at = ids; at; at = at->next)
		memory_server_message_gone(server, shelf->id, at->data);
	if (shelf)
		g_string_append_printf(text, "done|%s\n", op[OP_ID]);
	else
		answer_op_failed(op, ERR_GONE, text);
}

static void answer_fetch(const Shelf *shelf, const char *id, const char *reference, GString *text)
{
	const Item *item = g_hash_table_lookup(shelf->items, id);

	g_string_append_printf(text, "content|%s of %s", *reference ? reference : "the whole",
	                       item ? item->subject : id);
}

static void answer_estimate(const MemoryServer *server, char **lines, GString *text)
{
	for (guint i = 1; lines[i]; i++) {
		g_auto(GStrv) folder = memory_line_fields(lines[i]);
		const Shelf *shelf = find_shelf(server, folder[0]);
		if (shelf)
			g_string_append_printf(text, "estimate|%s|%u\n", folder[0],
			                       shelf->log->len - place_of(shelf, folder[1]));
	}
}

static bool is_behind(const MemoryServer *server, char **folder)
{
	const Shelf *shelf = find_shelf(server, folder[0]);

	return shelf && (server->cries_wolf || place_of(shelf, folder[1]) < shelf->log->len);
}

static HttpResponse *answer_listen(const MemoryServer *server, char **lines, int heartbeat_s,
                                   bool is_over)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (g_strv_length(lines) - 1 > server->most_ping_folders)
		return failure(ERR_LIMIT);
	if (server->accepted_s && heartbeat_s > server->accepted_s)
		g_string_append_printf(text, "heartbeat|%d", server->accepted_s);
	for (guint i = 1; !text->len && lines[i]; i++) {
		g_auto(GStrv) folder = memory_line_fields(lines[i]);
		if (is_behind(server, folder))
			g_string_append_printf(text, "behind|%s\n", folder[0]);
	}
	return text->len || is_over ? answer_text(text) : NULL;
}

static HttpResponse *answer_moved(MemoryServer *server)
{
	HttpResponse *response = failure(ERR_MOVED);

	server->moves--;
	g_hash_table_replace(response->headers, g_strdup("x-ms-location"),
	                     g_strdup(server->moved_to));
	return response;
}

static HttpResponse *answer_folder_task(MemoryServer *server, TaskKind task, char **fields,
                                        char **lines)
{
	g_autoptr(GString) text = g_string_new(NULL);
	Shelf *shelf = find_shelf(server, fields[1]);
	HttpResponse *refused;

	if (!shelf)
		return failure(ERR_REFOLDER);
	if (takes_failure(shelf->failure, &shelf->failures, &refused))
		return refused;
	if (task == TASK_PAGE && server->moves)
		return answer_moved(server);
	if (task == TASK_PAGE)
		file_what_is_due(server, shelf);
	if (task == TASK_PAGE)
		answer_page(server, shelf, fields, text);
	else if (task == TASK_MESSAGE_IDS)
		answer_ids(shelf, lines, text);
	else if (task == TASK_PUSH_OPS)
		answer_ops(server, shelf, lines, fields[2], text);
	else if (task == TASK_SAVE_DRAFT)
		answer_draft(server, shelf, lines, fields[2], text);
	else if (task == TASK_PUSH_ITEMS)
		answer_changes(server, shelf, lines, fields[2], text);
	else if (task == TASK_RESPOND)
		answer_answer(lines, text);
	else
		answer_fetch(shelf, fields[4], fields[5], text);
	return answer_text(text);
}

static HttpResponse *answer_account_task(MemoryServer *server, TaskKind task, char **fields,
                                         char **lines)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (task == TASK_CONNECT)
		g_string_append(
			text,
			"server|Sync,FolderSync,Ping,Settings,GetItemEstimate,Provision,ItemOperations\nversion|1");
	else if (task == TASK_PROVISION)
		answer_provision(server, text);
	else if (task == TASK_DEVICE)
		g_string_append(text, "device");
	else if (task == TASK_FOLDERS)
		answer_folders(server, fields[7], text);
	else if (task == TASK_MOVE)
		answer_moves(server, lines, text);
	else if (task == TASK_FOLDER)
		answer_folder_op(server, lines, text);
	else if (task == TASK_EMPTY)
		answer_empty(server, lines, text);
	else
		answer_estimate(server, lines, text);
	return answer_text(text);
}

static bool is_folder_task(TaskKind task)
{
	return task == TASK_PAGE || task == TASK_PUSH_OPS || task == TASK_FETCH_BODY ||
	       task == TASK_FETCH_MIME || task == TASK_FETCH_PART || task == TASK_MESSAGE_IDS ||
	       task == TASK_SAVE_DRAFT || task == TASK_PUSH_ITEMS || task == TASK_RESPOND;
}

static HttpResponse *answer(MemoryServer *server, TaskKind task, char **fields, char **lines,
                            bool is_over)
{
	bool is_entrance = task == TASK_CONNECT || task == TASK_PROVISION;
	HttpResponse *refused;

	if (takes_failure(server->failure[task], &server->failures[task], &refused))
		return refused;
	if (server->needs_policy && !is_entrance && !g_str_equal(fields[6], "1"))
		return failure(ERR_PROVISION);
	if (task == TASK_LISTEN)
		return answer_listen(server, lines, (int)memory_line_number(fields[3]), is_over);
	if (task == TASK_SEND)
		return answer_send(server, lines);
	return is_folder_task(task) ? answer_folder_task(server, task, fields, lines)
	                            : answer_account_task(server, task, fields, lines);
}

HttpResponse *memory_server_answer(MemoryServer *server, const HttpRequest *request, bool is_over)
{
	gsize len;
	const char *bytes = g_bytes_get_data(request->body, &len);
	g_autofree char *body = g_strndup(bytes, len);
	g_auto(GStrv) lines = g_strsplit(body, "\n", -1);
	g_auto(GStrv) fields = memory_line_fields(lines[0]);
	TaskKind task = (TaskKind)memory_line_number(fields[0]);
	HttpResponse *response = answer(server, task, fields, lines, is_over);

	if (response)
		server->seen[task]++;
	if (response && server->losses[task]) {
		server->losses[task]--;
		http_response_free(response);
		response = failure(ERR_NETWORK);
	}
	return response;
}
