#include "store/people.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "store/address.h"
#include "store/private.h"
#include "store/words.h"

enum {
	NAME_BYTES_MAX = 200,
	RECIPIENTS_MAX = 50,         /* a mail to more says nothing about each */
};

void person_free(Person *person)
{
	if (!person)
		return;
	g_free(person->address);
	g_free(person->name);
	g_free(person);
}

/* ---- noting ---- */

struct People {
	int64_t     account_id;
	GHashTable *by_key;          /* char * -> Person */
};

People *people_new(int64_t account_id)
{
	People *people = g_new0(People, 1);

	people->account_id = account_id;
	people->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
	                                       (GDestroyNotify)person_free);
	return people;
}

void people_free(People *people)
{
	if (!people)
		return;
	g_hash_table_unref(people->by_key);
	g_free(people);
}

static Person *person_ensure(People *people, const char *address)
{
	g_autofree char *key = address_key(address);
	Person *person = g_hash_table_lookup(people->by_key, key);

	if (person)
		return person;
	person = g_new0(Person, 1);
	person->address = g_strdup(address);
	g_hash_table_insert(people->by_key, g_steal_pointer(&key), person);
	return person;
}

/* The newest name counts, and the address as it stands with it. */
static void person_see(Person *person, const char *name, const char *address, int64_t at_ms)
{
	bool has_name = *name && !text_equal_ascii_case(name, address);

	if (has_name && (!person->name || at_ms >= person->last_ms)) {
		g_free(person->name);
		g_free(person->address);
		person->name = text_cut(name, NAME_BYTES_MAX);
		person->address = g_strdup(address);
	}
	person->last_ms = MAX(person->last_ms, at_ms);
}

/* NULL: the first of @list is no address. */
static Person *note_first(People *people, const char *list, int64_t at_ms)
{
	g_autofree char *name = NULL, *address = NULL;

	address_split(list, &name, &address);
	if (!address_is_one(address))
		return NULL;
	Person *person = person_ensure(people, address);
	person_see(person, name, address, at_ms);
	return person;
}

static void note_recipients(People *people, const char *list, int64_t at_ms)
{
	for (int i = 0; list && *list && i < RECIPIENTS_MAX; i++) {
		Person *person = note_first(people, list, at_ms);
		if (person)
			person->written++;
		list += address_first_len(list);
		list += *list == ',';
	}
}

void people_note(People *people, const Message *message, FolderType type)
{
	const char *lists[] = { message->to, message->cc, message->bcc };

	if (message->flags & (MESSAGE_DRAFT | MESSAGE_BAD) || type == FOLDER_DRAFTS ||
	    type == FOLDER_OUTBOX || type == FOLDER_DELETED)
		return;
	if (type != FOLDER_SENT) {
		Person *sender = message->from
		                         ? note_first(people, message->from, message->received_ms)
		                         : NULL;
		if (sender)
			sender->heard++;
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
		note_recipients(people, lists[i], message->received_ms);
}

/* ---- writing ---- */

/* A name, once seen, stays until a newer one comes. */
static const char add_sql[] =
	"INSERT INTO person VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO UPDATE SET "
	"(address, name, words) = (SELECT excluded.address, excluded.name, excluded.words "
	" WHERE excluded.name IS NOT NULL AND (excluded.last_ms >= last_ms OR name IS NULL) "
	" UNION ALL SELECT address, name, words LIMIT 1), "
	"written = written + excluded.written, heard = heard + excluded.heard, "
	"last_ms = max(last_ms, excluded.last_ms)";

static bool person_write(Db *db, int64_t account_id, const char *key, const Person *person,
                         Tokenizer *tokenizer, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, add_sql);
	g_autoptr(GString) words = g_string_new(NULL);

	words_add(words, tokenizer, person->name);
	words_add(words, tokenizer, person->address);
	put_int(&stmt, account_id);
	put_text(&stmt, key);
	put_text(&stmt, person->address);
	put_text(&stmt, person->name);
	put_text(&stmt, words->str);
	put_int(&stmt, person->written);
	put_int(&stmt, person->heard);
	put_int(&stmt, person->last_ms);
	return stmt_run(&stmt, err);
}

bool people_write(const People *people, Db *db, GError **err)
{
	g_autoptr(Tokenizer) tokenizer = NULL;
	GHashTableIter each;
	gpointer key, person;

	if (g_hash_table_size(people->by_key) == 0)
		return true;
	tokenizer = tokenizer_new();
	g_hash_table_iter_init(&each, people->by_key);
	while (g_hash_table_iter_next(&each, &key, &person))
		if (!person_write(db, people->account_id, key, person, tokenizer, err))
			return false;
	return true;
}

/* ---- those of messages that are there ---- */

static Message *message_get(Stmt *stmt, FolderType *ret_type)
{
	Message *message = message_new();

	*ret_type = (FolderType)get_int(stmt);
	message->flags = (guint)get_int_in(stmt, 0, (MESSAGE_BAD << 1) - 1);
	message->received_ms = get_int(stmt);
	message->from = get_text(stmt);
	message->to = get_text(stmt);
	message->cc = get_text(stmt);
	message->bcc = get_text(stmt);
	return message;
}

static bool note_account(People *people, Db *db, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"SELECT f.type, m.flags, m.received_ms, m.from_list, m.to_list, m.cc_list, m.bcc_list "
		"FROM folder f JOIN message m ON m.folder_id = f.id WHERE f.account_id = ?");
	bool has_row;

	put_int(&stmt, people->account_id);
	while (stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		FolderType type;
		g_autoptr(Message) message = message_get(&stmt, &type);
		if (!stmt_row_is_sound(&stmt, err))
			return false;
		people_note(people, message, type);
	}
	return false;
}

static bool fill_account(Db *db, int64_t account_id, GError **err)
{
	g_autoptr(People) people = people_new(account_id);

	return note_account(people, db, err) && people_write(people, db, err);
}

bool people_fill(Db *db, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "SELECT id FROM account");
	bool has_row;

	while (stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		if (!fill_account(db, get_int(&stmt), err))
			return false;
	}
	return false;
}

bool people_erase(Db *db, int64_t account_id, GError **err)
{
	return db_run_with(
		       db,
		       "DELETE FROM vip WHERE key IN (SELECT key FROM person WHERE account_id = ?1) "
		       "AND key NOT IN (SELECT key FROM person WHERE account_id <> ?1)",
		       account_id, err) &&
	       db_run_with(db, "DELETE FROM person WHERE account_id = ?", account_id, err) &&
	       db_exec(db, "DELETE FROM vip WHERE NOT EXISTS (SELECT 1 FROM person)", err);
}

/* ---- reading ---- */

/*
 * Twenty mails to somebody weigh more than any number from them: a list writes often. What is a
 * month old weighs half.
 */
static const char find_sql[] =
	"SELECT address, name, sum(written), sum(heard), max(last_ms), "
	"EXISTS (SELECT 1 FROM vip WHERE vip.key = person.key) FROM person "
	"WHERE instr(words, ?1) AND instr(words, ?2) AND instr(words, ?3) AND instr(words, ?4) "
	"AND instr(words, ?5) AND instr(words, ?6) GROUP BY key ORDER BY "
	"(8.0 * min(sum(written), 50) + min(sum(heard), 20)) / "
	"(1 + max(?7 - max(last_ms), 0) / (30 * 86400000.0)) DESC, key LIMIT ?8";

static Person *person_get(Stmt *stmt, GError **err)
{
	g_autoptr(Person) person = g_new0(Person, 1);

	person->address = get_text(stmt);
	person->name = get_text(stmt);
	person->written = get_int(stmt);
	person->heard = get_int(stmt);
	person->last_ms = get_int(stmt);
	person->is_vip = get_bool(stmt);
	return stmt_row_is_sound(stmt, err) ? g_steal_pointer(&person) : NULL;
}

/* The keys of one's own addresses, of all accounts. */
static bool read_own(Db *db, GHashTable *own, GError **err)
{
	g_auto(Stmt) stmt =
		stmt_begin(db, "SELECT addresses FROM account WHERE addresses IS NOT NULL");
	bool has_row;

	while (stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		g_autofree char *list = get_text(&stmt);
		g_auto(GStrv) addresses = g_strsplit(list, "\n", -1);
		for (char **address = addresses; *address; address++)
			g_hash_table_add(own, address_key(*address));
	}
	return false;
}

static bool is_own(GHashTable *own, const Person *person)
{
	g_autofree char *key = address_key(person->address);

	return g_hash_table_contains(own, key);
}

typedef struct { const GPtrArray *words; unsigned limit; GHashTable *own; } Wanted;

static bool find(Db *db, const Wanted *wanted, int64_t now_ms, GPtrArray *people, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, find_sql);
	bool has_row;

	for (guint i = 0; i < WORDS_MAX; i++)
		put_text(&stmt, i < wanted->words->len ? wanted->words->pdata[i] : "");
	put_int(&stmt, now_ms);
	put_int(&stmt, (int64_t)wanted->limit + g_hash_table_size(wanted->own));
	while (people->len < wanted->limit && stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		g_autoptr(Person) person = person_get(&stmt, err);
		if (!person)
			return false;
		if (!is_own(wanted->own, person))
			g_ptr_array_add(people, g_steal_pointer(&person));
	}
	return people->len == wanted->limit;
}

bool store_read_people(StoreReader *reader, const char *typed, unsigned limit,
                       GPtrArray **ret_people, GError **err)
{
	g_autoptr(GPtrArray) people = g_ptr_array_new_with_free_func((GDestroyNotify)person_free);
	g_autoptr(GPtrArray) words = words_of_typed(typed);
	g_autoptr(GHashTable) own = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Wanted wanted = { words, limit, own };
	int64_t now_ms = clock_now_ms(reader->store->clock);

	if (!reader_enter(reader, err) ||
	    !reader_leave(reader, read_own(reader->db, own, err) &&
	                                  find(reader->db, &wanted, now_ms, people, err)))
		return false;
	*ret_people = g_steal_pointer(&people);
	return true;
}

/* ---- VIPs ---- */

bool store_read_is_vip(StoreReader *reader, const char *address, bool *ret_is_vip, GError **err)
{
	return reader_enter(reader, err) &&
	       reader_leave(reader, vip_has(reader->db, address, ret_is_vip, err));
}

static bool write_vip(Db *db, const char *address, bool is_vip, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, is_vip ? "INSERT OR IGNORE INTO vip VALUES (?)"
	                                          : "DELETE FROM vip WHERE key = ?");
	g_autofree char *key = address_key(address);

	put_text(&stmt, key);
	return stmt_run(&stmt, err);
}

bool store_write_vip(StoreWriter *writer, const char *address, bool is_vip, GError **err)
{
	if (!address_is_one(address))
		return fail(err, ERR_USAGE, _("“%s” is no address"), address);
	return db_begin(writer->db, DB_DURABLE, err) &&
	       db_end(writer->db, write_vip(writer->db, address, is_vip, err), err);
}

bool vip_has(Db *db, const char *address, bool *ret_is_vip, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "SELECT 1 FROM vip WHERE key = ?");
	g_autofree char *key = address_key(address);
	bool has_row;

	put_text(&stmt, key);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	*ret_is_vip = has_row;
	return true;
}
