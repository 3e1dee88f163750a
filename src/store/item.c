#include "store/item.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "model/pim_text.h"
#include "store/address.h"
#include "store/event-span.h"
#include "store/words.h"

void item_row_clear(ItemRow *row)
{
	g_free(row->text);
	*row = (ItemRow){ 0 };
}

/* ---- reading ---- */

/* The parts of a text begin with the same line, which names the kind. */
static char *join(const char *brief, const char *rest)
{
	const char *lines = rest ? strchr(rest, '\n') : NULL;

	return g_strconcat(brief, lines ? lines + 1 : "", NULL);
}

/* As the text of one would be: what brief and rest say, in the order of the fields. */
static char *whole_text(const char *brief, const char *rest, GError **err)
{
	g_autofree char *joined = join(brief, rest);
	g_autoptr(PimItem) item = rest ? pim_from_text(joined, err) : NULL;

	if (!rest)
		return g_steal_pointer(&joined);
	return item ? pim_to_text(item, PIM_TEXT_WHOLE) : NULL;
}

static bool row_get(Stmt *stmt, ItemRow *ret_row, GError **err)
{
	ItemRow row = { .id = get_int(stmt) };

	row.kind = (PimKind)get_int_in(stmt, 0, PIM_KIND_COUNT - 1);
	row.is_hidden = get_bool(stmt);
	g_autofree char *brief = get_text(stmt), *rest = get_text(stmt);
	if (!stmt_row_is_sound(stmt, err) ||
	    !(row.text = whole_text(brief ? brief : "", rest, err)))
		return false;
	*ret_row = row;
	return true;
}

#define ROW_COLUMNS "SELECT id, kind, is_hidden, brief, rest FROM item "

static bool row_step(Stmt *stmt, ItemRow *ret_row, GError **err)
{
	bool has_row;

	if (!stmt_step(stmt, &has_row, err))
		return false;
	*ret_row = (ItemRow){ 0 };
	return !has_row || row_get(stmt, ret_row, err);
}

bool item_row_find(Db *db, int64_t folder_id, const char *server_id, ItemRow *ret_row,
                   GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, ROW_COLUMNS "WHERE folder_id = ? AND server_id = ?");

	put_int(&stmt, folder_id);
	put_text(&stmt, server_id);
	return row_step(&stmt, ret_row, err);
}

bool item_row_read(Db *db, int64_t id, ItemRow *ret_row, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, ROW_COLUMNS "WHERE id = ?");

	put_int(&stmt, id);
	return row_step(&stmt, ret_row, err);
}

/* ---- what lists know: events ---- */

static char *event_words(const Event *event)
{
	g_autoptr(Tokenizer) tokenizer = tokenizer_new();
	GString *words = g_string_new(NULL);
	const char *texts[] = { event->subject, event->location, event->categories,
		                event->organizer_name, event->organizer_address };

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		words_add(words, tokenizer, texts[i]);
	for (guint i = 0; event->attendees && i < event->attendees->len; i++) {
		const Attendee *attendee = g_ptr_array_index(event->attendees, i);
		words_add(words, tokenizer, attendee->name);
		words_add(words, tokenizer, attendee->address);
	}
	return g_string_free(words, FALSE);
}

static bool list_event(Db *db, int64_t id, const void *item, GError **err)
{
	const Event *event = item;
	EventSpan span = event_span(event);
	g_autofree char *words = event_words(event);
	g_auto(Stmt) stmt = stmt_begin(
		db, "INSERT INTO event VALUES "
		    "(?1, (SELECT folder_id FROM item WHERE id = ?1), ?2, ?3, ?4, ?5, ?6)");

	put_int(&stmt, id);
	put_text(&stmt, event->uid);
	put_int(&stmt, span.reach);
	put_int(&stmt, span.from_ms);
	put_int(&stmt, span.until_ms);
	put_text(&stmt, words);
	return stmt_run(&stmt, err);
}

/* ---- contacts ---- */

static char *sort_key(const char *name)
{
	g_autoptr(Tokenizer) tokenizer = tokenizer_new();
	g_autoptr(GString) words = g_string_new(NULL);

	words_add(words, tokenizer, name);
	return g_strdup(words->len ? words->str + 1 : "");
}

/* Under which a name stands. */
static char *letter_of(const char *key)
{
	gunichar first = g_utf8_get_char(key);
	char text[8] = { 0 };

	if (!g_unichar_isalpha(first))
		return g_strdup("#");
	g_unichar_to_utf8(g_unichar_totitle(first), text);
	return g_strdup(text);
}

static const char *first_of(const Contact *contact, ContactGroup group)
{
	for (ContactText text = 0; text < CONTACT_TEXT_COUNT; text++)
		if (contact_text_info(text)->group == group && contact->texts[text])
			return contact->texts[text];
	return NULL;
}

/* The bare address of one that may come with a name: "Ada" <ada@example.org>. */
static char *bare_address(const char *text)
{
	g_autofree char *name = NULL;
	char *address = NULL;

	address_split(text, &name, &address);
	return address;
}

static bool insert_contact(Db *db, int64_t id, const Contact *contact, GError **err)
{
	const char *mail = first_of(contact, CONTACT_GROUP_EMAIL);
	g_autofree char *name = contact_display_name(contact), *key = sort_key(name);
	g_autofree char *letter = letter_of(key), *address = mail ? bare_address(mail) : NULL;
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"INSERT INTO contact VALUES "
		"(?1, (SELECT folder_id FROM item WHERE id = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");

	put_int(&stmt, id);
	put_text(&stmt, key);
	put_text(&stmt, letter);
	put_text(&stmt, name);
	put_text(&stmt, address);
	put_text(&stmt, first_of(contact, CONTACT_GROUP_PHONE));
	put_text(&stmt, contact->texts[CONTACT_COMPANY]);
	put_text(&stmt, contact->categories);
	put_int(&stmt, contact->picture != NULL);
	return stmt_run(&stmt, err);
}

/* A set of words. */
static void note_words(GHashTable *words, const char *text, Tokenizer *tokenizer)
{
	g_autoptr(GString) found = g_string_new(NULL);

	words_add(found, tokenizer, text);
	g_auto(GStrv) list = g_strsplit(found->str, " ", -1);
	for (char **word = list; *word; word++)
		if (**word)
			g_hash_table_add(words, g_strdup(*word));
}

static void note_address(GHashTable *words, const char *text)
{
	g_autofree char *address = bare_address(text), *key = address_key(address);

	g_hash_table_add(words, g_strconcat("@", key, NULL));
}

/* As it is dialled, without the zeros of its beginning, and the same from its last digit on. Behind
 * a country's code it is dialled in that country. */
static void note_number(GHashTable *words, const char *text)
{
	g_autofree char *digits = number_digits(text);
	const char *behind = text[0] == '+' ? strpbrk(text, " -./(") : NULL;
	g_autofree char *national = behind ? number_digits(behind) : NULL;

	if (*digits)
		g_hash_table_add(words, g_strdup(digits));
	if (national && *national)
		g_hash_table_add(words, g_strdup(national));
	if (*digits)
		g_hash_table_add(words, g_strconcat("#", g_strreverse(digits), NULL));
}

static bool is_name(ContactText text)
{
	return contact_text_info(text)->group == CONTACT_GROUP_NAME || text == CONTACT_COMPANY ||
	       text == CONTACT_YOMI_COMPANY;
}

static GHashTable *words_of(const Contact *contact)
{
	GHashTable *words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(Tokenizer) tokenizer = tokenizer_new();

	for (ContactText text = 0; text < CONTACT_TEXT_COUNT; text++) {
		const char *value = contact->texts[text];
		ContactGroup group = contact_text_info(text)->group;
		if (!value)
			continue;
		if (is_name(text) || group == CONTACT_GROUP_EMAIL)
			note_words(words, value, tokenizer);
		if (group == CONTACT_GROUP_EMAIL)
			note_address(words, value);
		if (group == CONTACT_GROUP_PHONE)
			note_number(words, value);
	}
	return words;
}

static bool insert_words(Db *db, int64_t id, GHashTable *words, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "INSERT INTO contact_word VALUES (?, ?)");
	GHashTableIter each;
	gpointer word;

	g_hash_table_iter_init(&each, words);
	while (g_hash_table_iter_next(&each, &word, NULL)) {
		put_text(&stmt, word);
		put_int(&stmt, id);
		if (!stmt_run(&stmt, err))
			return false;
	}
	return true;
}

static bool list_contact(Db *db, int64_t id, const void *item, GError **err)
{
	g_autoptr(GHashTable) words = words_of(item);

	return insert_contact(db, id, item, err) && insert_words(db, id, words, err);
}

/* ---- tasks and notes ---- */

static bool list_todo(Db *db, int64_t id, const void *item, GError **err)
{
	const Todo *todo = item;
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"INSERT INTO todo VALUES (?1, (SELECT folder_id FROM item WHERE id = ?1), ?2, ?3, ?4)");

	put_int(&stmt, id);
	put_int(&stmt, todo->is_done);
	put_int(&stmt, todo->due_date_ms == TODO_NO_DATE ? INT64_MAX : todo->due_date_ms);
	put_int(&stmt, CLAMP(todo->importance, 0, 2));
	return stmt_run(&stmt, err);
}

static bool list_note(Db *db, int64_t id, const void *item, GError **err)
{
	const Note *note = item;
	g_auto(Stmt) stmt = stmt_begin(
		db, "INSERT INTO note VALUES (?1, (SELECT folder_id FROM item WHERE id = ?1), ?2)");

	put_int(&stmt, id);
	put_int(&stmt, note->changed_ms);
	return stmt_run(&stmt, err);
}

/* ---- all kinds ---- */

static char *title_of_contact(const void *item) { return contact_display_name(item); }
static char *title_of_event(const void *item) { return g_strdup(((const Event *)item)->subject); }
static char *title_of_todo(const void *item) { return g_strdup(((const Todo *)item)->subject); }
static char *title_of_note(const void *item) { return g_strdup(((const Note *)item)->subject); }

static const struct {
	bool (*list)(Db *db, int64_t id, const void *item, GError **err);
	const char *unlist;
	char *(*title)(const void *item);
} kinds[PIM_KIND_COUNT] = {
	[PIM_EVENT] = { list_event, "DELETE FROM event WHERE id = ?", title_of_event },
	[PIM_CONTACT] = { list_contact, "DELETE FROM contact WHERE id = ?", title_of_contact },
	[PIM_TODO] = { list_todo, "DELETE FROM todo WHERE id = ?", title_of_todo },
	[PIM_NOTE] = { list_note, "DELETE FROM note WHERE id = ?", title_of_note },
};

bool item_row_set_name(Db *db, int64_t id, const char *server_id, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"UPDATE item SET server_id = ifnull(?1, char(1) || 'item' || ?2) WHERE id = ?2");

	put_text(&stmt, server_id);
	put_int(&stmt, id);
	return stmt_run(&stmt, err);
}

/* NULL: the brief part is all. */
static char *rest_of(const PimItem *item)
{
	g_autofree char *rest = pim_to_text(item, PIM_TEXT_REST);
	const char *lines = strchr(rest, '\n') + 1;

	return *lines ? g_steal_pointer(&rest) : NULL;
}

static bool insert(Db *db, const ItemPlace *place, const PimItem *item, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "INSERT INTO item (folder_id, generation, server_id, kind, title, brief, rest) "
		    "VALUES (?, ?, ifnull(?, char(1) || 'new'), ?, ?, ?, ?)");
	g_autofree char *title = kinds[item->kind].title(item->any);
	g_autofree char *brief = pim_to_text(item, PIM_TEXT_BRIEF), *rest = rest_of(item);

	put_int(&stmt, place->folder_id);
	put_int(&stmt, place->generation);
	put_text(&stmt, place->server_id);
	put_int(&stmt, item->kind);
	put_text(&stmt, title ? title : "");
	put_text(&stmt, brief);
	put_text(&stmt, rest);
	return stmt_run(&stmt, err);
}

bool item_row_insert(Db *db, const ItemPlace *place, const PimItem *item, int64_t *ret_id,
                     GError **err)
{
	if (!insert(db, place, item, err))
		return false;
	int64_t id = sqlite3_last_insert_rowid(db_handle(db));
	if ((!place->server_id && !item_row_set_name(db, id, NULL, err)) ||
	    !kinds[item->kind].list(db, id, item->any, err))
		return false;
	*ret_id = id;
	return true;
}

static bool update(Db *db, int64_t id, const PimItem *item, GError **err)
{
	g_auto(Stmt) stmt =
		stmt_begin(db, "UPDATE item SET title = ?, brief = ?, rest = ? WHERE id = ?");
	g_autofree char *title = kinds[item->kind].title(item->any);
	g_autofree char *brief = pim_to_text(item, PIM_TEXT_BRIEF), *rest = rest_of(item);

	put_text(&stmt, title ? title : "");
	put_text(&stmt, brief);
	put_text(&stmt, rest);
	put_int(&stmt, id);
	return stmt_run(&stmt, err);
}

static bool is_hidden(Db *db, int64_t id, bool *ret_is_hidden, GError **err)
{
	int64_t hidden;

	if (!db_number(db, "SELECT is_hidden FROM item WHERE id = ?", id, 1, &hidden, err))
		return false;
	*ret_is_hidden = hidden != 0;
	return true;
}

bool item_row_write(Db *db, int64_t id, const PimItem *item, GError **err)
{
	bool hidden;

	return update(db, id, item, err) && db_run_with(db, kinds[item->kind].unlist, id, err) &&
	       is_hidden(db, id, &hidden, err) &&
	       (hidden || kinds[item->kind].list(db, id, item->any, err));
}

bool item_row_write_text(Db *db, int64_t id, const char *text, GError **err)
{
	g_autoptr(PimItem) item = pim_from_text(text, err);

	return item && item_row_write(db, id, item, err);
}

static bool set_number(Db *db, const char *sql, int64_t number, int64_t id, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, sql);

	put_int(&stmt, number);
	put_int(&stmt, id);
	return stmt_run(&stmt, err);
}

bool item_row_set_generation(Db *db, int64_t id, int64_t generation, GError **err)
{
	return set_number(db, "UPDATE item SET generation = ? WHERE id = ?", generation, id, err);
}

bool item_row_set_hidden(Db *db, int64_t id, bool is_hidden, GError **err)
{
	g_auto(ItemRow) row = { 0 };

	return set_number(db, "UPDATE item SET is_hidden = ? WHERE id = ?", is_hidden, id, err) &&
	       item_row_read(db, id, &row, err) &&
	       (!row.id || item_row_write_text(db, id, row.text, err));
}

bool item_row_delete(Db *db, int64_t id, GError **err)
{
	return db_run_with(db, "DELETE FROM item WHERE id = ?", id, err);
}
