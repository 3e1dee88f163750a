#include <string.h>

#include "base/error.h"
#include "model/pim_text.h"
#include "store/address.h"
#include "store/item.h"
#include "store/pim.h"
#include "store/private.h"
#include "store/words.h"

void contact_row_free(ContactRow *row)
{
	if (!row)
		return;
	char *texts[] = { row->name,  row->key,     row->letter,    row->address,
		          row->phone, row->company, row->categories };
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
	g_free(row);
}

void contact_letter_free(ContactLetter *letter)
{
	if (!letter)
		return;
	g_free(letter->letter);
	g_free(letter);
}

static GPtrArray *rows_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)contact_row_free);
}

/* ---- rows ---- */

#define ROW_COLUMNS                                                                                \
	"SELECT c.id, c.folder_id, c.key, c.letter, c.name, c.address, c.phone, c.company, "       \
	"c.categories, c.has_picture FROM "

static ContactRow *row_get(Stmt *stmt, GError **err)
{
	g_autoptr(ContactRow) row = g_new0(ContactRow, 1);

	row->id = get_int(stmt);
	row->folder_id = get_int(stmt);
	char **texts[] = { &row->key,   &row->letter,  &row->name,      &row->address,
		           &row->phone, &row->company, &row->categories };
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		*texts[i] = get_text(stmt);
	row->has_picture = get_bool(stmt);
	return stmt_row_is_sound(stmt, err) ? g_steal_pointer(&row) : NULL;
}

static bool rows_get(Stmt *stmt, GPtrArray *rows, GError **err)
{
	bool has_row;

	while (stmt_step(stmt, &has_row, err)) {
		if (!has_row)
			return true;
		ContactRow *row = row_get(stmt, err);
		if (!row)
			return false;
		g_ptr_array_add(rows, row);
	}
	return false;
}

/* ---- the list ---- */

/* ?3: the category with a line break on either side; NULL any. */
#define IN_LIST                                                                                    \
	"?1 IN (0, c.folder_id) AND (?2 = 0 OR ?2 = "                                              \
	"(SELECT account_id FROM folder f WHERE f.id = c.folder_id)) AND (?3 IS NULL OR "          \
	"instr(char(10) || c.categories || char(10), ?3)) "

static const char down_sql[] =
	ROW_COLUMNS "contact c INDEXED BY contact_by_key WHERE (c.key, c.id) > (?4, ?5) AND " IN_LIST
		    "ORDER BY c.key, c.id LIMIT ?6";
static const char up_sql[] =
	ROW_COLUMNS "contact c INDEXED BY contact_by_key WHERE (c.key, c.id) < (?4, ?5) AND " IN_LIST
		    "ORDER BY c.key DESC, c.id DESC LIMIT ?6";
static const char bottom_sql[] =
	ROW_COLUMNS "contact c INDEXED BY contact_by_key WHERE " IN_LIST
		    "ORDER BY c.key DESC, c.id DESC LIMIT ?4";
static const char at_sql[] =
	ROW_COLUMNS "contact c INDEXED BY contact_by_key WHERE " IN_LIST
		    "AND c.letter = ?4 ORDER BY c.key, c.id LIMIT 1";
static const char letters_sql[] =
	"SELECT c.letter, count(*) FROM contact c INDEXED BY contact_by_key WHERE " IN_LIST
	"GROUP BY c.letter ORDER BY min(c.key)";

/* The category as the statements look for it; it has to outlive them. */
static char *category_of(const ContactQuery *query)
{
	return query->category ? g_strdup_printf("\n%s\n", query->category) : NULL;
}

static void put_query(Stmt *stmt, const ContactQuery *query, const char *category)
{
	put_int(stmt, query->scope.folder_id);
	put_int(stmt, query->scope.account_id);
	put_text(stmt, category);
}

typedef struct { const ContactRow *from; bool is_upwards; unsigned count; } Slice;

static bool read_list(Db *db, const ContactQuery *query, const Slice *slice, GPtrArray *rows,
                      GError **err)
{
	bool is_bottom = slice->is_upwards && !slice->from;
	g_autofree char *category = category_of(query);
	g_auto(Stmt) stmt = stmt_begin(
		db, is_bottom ? bottom_sql : slice->is_upwards ? up_sql : down_sql);

	put_query(&stmt, query, category);
	if (!is_bottom) {
		put_text(&stmt, slice->from ? slice->from->key : "");
		put_int(&stmt, slice->from ? slice->from->id : INT64_MIN);
	}
	put_int(&stmt, slice->count);
	return rows_get(&stmt, rows, err);
}

static void reverse(GPtrArray *rows)
{
	for (guint i = 0; i < rows->len / 2; i++) {
		gpointer row = rows->pdata[i];
		rows->pdata[i] = rows->pdata[rows->len - 1 - i];
		rows->pdata[rows->len - 1 - i] = row;
	}
}

bool store_read_contacts(StoreReader *reader, const ContactQuery *query, const ContactRow *from,
                         bool is_upwards, unsigned count, GPtrArray **ret_rows, GError **err)
{
	g_autoptr(GPtrArray) rows = rows_new();
	Slice slice = { from, is_upwards, count };

	if (!reader_enter(reader, err) ||
	    !reader_leave(reader, read_list(reader->db, query, &slice, rows, err)))
		return false;
	if (is_upwards)
		reverse(rows);
	*ret_rows = g_steal_pointer(&rows);
	return true;
}

static bool read_letters(Db *db, const ContactQuery *query, GPtrArray *letters, GError **err)
{
	g_autofree char *category = category_of(query);
	g_auto(Stmt) stmt = stmt_begin(db, letters_sql);
	bool has_row;

	put_query(&stmt, query, category);
	while (stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		ContactLetter *letter = g_new0(ContactLetter, 1);
		g_ptr_array_add(letters, letter);
		letter->letter = get_text(&stmt);
		letter->count = get_int(&stmt);
		if (!stmt_row_is_sound(&stmt, err))
			return false;
	}
	return false;
}

bool store_read_contact_letters(StoreReader *reader, const ContactQuery *query,
                                GPtrArray **ret_letters, GError **err)
{
	g_autoptr(GPtrArray) letters =
		g_ptr_array_new_with_free_func((GDestroyNotify)contact_letter_free);

	if (!reader_enter(reader, err) ||
	    !reader_leave(reader, read_letters(reader->db, query, letters, err)))
		return false;
	*ret_letters = g_steal_pointer(&letters);
	return true;
}

static bool read_at(Db *db, const ContactQuery *query, const char *letter, GPtrArray *rows,
                    GError **err)
{
	g_autofree char *category = category_of(query);
	g_auto(Stmt) stmt = stmt_begin(db, at_sql);

	put_query(&stmt, query, category);
	put_text(&stmt, letter);
	return rows_get(&stmt, rows, err);
}

bool store_read_contact_at(StoreReader *reader, const ContactQuery *query, const char *letter,
                           ContactRow **ret_row, GError **err)
{
	g_autoptr(GPtrArray) rows = rows_new();

	if (!reader_enter(reader, err) ||
	    !reader_leave(reader, read_at(reader->db, query, letter, rows, err)))
		return false;
	*ret_row = rows->len ? g_ptr_array_steal_index(rows, 0) : NULL;
	return true;
}

/* ---- completion ---- */

/* So many of those that share one word are looked at for the others. */
enum { LOOKED_AT_MOST = 1000 };

/* The words that begin so: from the first string on, before the second. */
typedef struct { char *from, *to; } Range;

static void range_clear(void *data)
{
	Range *range = data;

	g_free(range->from);
	g_free(range->to);
}

/* Nothing in UTF-8 stands behind byte 0xf4, nor do all code points reach there. */
static void add_range(GArray *ranges, const char *prefix)
{
	Range range = { g_strdup(prefix), g_strconcat(prefix, "\xf4\x8f\xbf\xbf", NULL) };

	g_array_append_val(ranges, range);
}

static GArray *ranges_of(const char *typed)
{
	GArray *ranges = g_array_new(FALSE, FALSE, sizeof(Range));
	bool is_number = strspn(typed, "+0123456789 -./()") == strlen(typed);
	g_autofree char *digits = is_number ? number_digits(typed) : NULL;
	g_autoptr(GPtrArray) words = words_of_typed(typed);

	g_array_set_clear_func(ranges, range_clear);
	if (digits && *digits) {
		add_range(ranges, digits);
		return ranges;
	}
	for (guint i = 0; i < words->len; i++)
		add_range(ranges, (const char *)words->pdata[i] + 1);
	return ranges;
}

/* How many have the word, counted no further than needed. */
static bool range_count(Db *db, const Range *range, int64_t *ret_count, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "SELECT count(*) FROM (SELECT 1 FROM contact_word WHERE word >= ? AND word < ? "
		    "LIMIT ?)");
	bool has_row;

	put_text(&stmt, range->from);
	put_text(&stmt, range->to);
	put_int(&stmt, LOOKED_AT_MOST);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	*ret_count = get_int(&stmt);
	return true;
}

/* The rarest word comes first. */
static bool put_rarest_first(Db *db, GArray *ranges, GError **err)
{
	int64_t least = INT64_MAX, count;

	for (guint i = 0; i < ranges->len && ranges->len > 1; i++) {
		Range range = g_array_index(ranges, Range, i);
		if (!range_count(db, &range, &count, err))
			return false;
		if (count >= least)
			continue;
		least = count;
		g_array_index(ranges, Range, i) = g_array_index(ranges, Range, 0);
		g_array_index(ranges, Range, 0) = range;
	}
	return true;
}

static bool has_word(Db *db, int64_t contact_id, const Range *range, bool *ret_has, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "SELECT 1 FROM contact_word INDEXED BY contact_word_by_contact "
		    "WHERE contact_id = ?1 AND word >= ?2 AND word < ?3");

	put_int(&stmt, contact_id);
	put_text(&stmt, range->from);
	put_text(&stmt, range->to);
	return stmt_step(&stmt, ret_has, err);
}

static bool has_words(Db *db, int64_t contact_id, const GArray *ranges, bool *ret_has, GError **err)
{
	*ret_has = true;
	for (guint i = 1; i < ranges->len && *ret_has; i++)
		if (!has_word(db, contact_id, &g_array_index(ranges, Range, i), ret_has, err))
			return false;
	return true;
}

/* Ids of those that have all the words, in the order of the first, each once. */
static bool find_like(Db *db, const GArray *ranges, unsigned limit, GArray *ids, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "SELECT contact_id FROM contact_word WHERE word >= ? AND word < ? LIMIT ?");
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	bool has_row, has;

	put_text(&stmt, g_array_index(ranges, Range, 0).from);
	put_text(&stmt, g_array_index(ranges, Range, 0).to);
	put_int(&stmt, LOOKED_AT_MOST);
	while (ids->len < limit && stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		int64_t id = get_int(&stmt);
		if (!g_hash_table_add(seen, g_memdup2(&id, sizeof id)))
			continue;
		if (!has_words(db, id, ranges, &has, err))
			return false;
		if (has)
			g_array_append_val(ids, id);
	}
	return ids->len == limit;
}

static bool read_rows(Db *db, const GArray *ids, GPtrArray *rows, GError **err)
{
	for (guint i = 0; i < ids->len; i++) {
		g_auto(Stmt) stmt = stmt_begin(db, ROW_COLUMNS "contact c WHERE c.id = ?");
		put_int(&stmt, g_array_index(ids, int64_t, i));
		if (!rows_get(&stmt, rows, err))
			return false;
	}
	return true;
}

static int by_name(gconstpointer a, gconstpointer b)
{
	const ContactRow *x = *(ContactRow *const *)a, *y = *(ContactRow *const *)b;
	int order = strcmp(x->key, y->key);

	return order ? order : (x->id > y->id) - (x->id < y->id);
}

static bool read_like(Db *db, GArray *ranges, unsigned limit, GPtrArray *rows, GError **err)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	if (ranges->len == 0 || limit == 0)
		return true;
	if (!put_rarest_first(db, ranges, err) || !find_like(db, ranges, limit, ids, err) ||
	    !read_rows(db, ids, rows, err))
		return false;
	g_ptr_array_sort(rows, by_name);
	return true;
}

static bool read_ranges(StoreReader *reader, GArray *ranges, unsigned limit, GPtrArray **ret_rows,
                        GError **err)
{
	g_autoptr(GPtrArray) rows = rows_new();

	if (!reader_enter(reader, err) ||
	    !reader_leave(reader, read_like(reader->db, ranges, limit, rows, err)))
		return false;
	*ret_rows = g_steal_pointer(&rows);
	return true;
}

bool store_read_contacts_like(StoreReader *reader, const char *typed, unsigned limit,
                              GPtrArray **ret_rows, GError **err)
{
	g_autoptr(GArray) ranges = ranges_of(typed);

	return read_ranges(reader, ranges, limit, ret_rows, err);
}

/* ---- by address, by number ---- */

bool store_read_contacts_of_address(StoreReader *reader, const char *address, unsigned limit,
                                    GPtrArray **ret_rows, GError **err)
{
	g_autofree char *key = address_key(address), *word = g_strconcat("@", key, NULL);
	g_autoptr(GArray) ranges = g_array_new(FALSE, FALSE, sizeof(Range));
	Range range = { g_strdup(word), g_strconcat(word, "\1", NULL) };

	g_array_set_clear_func(ranges, range_clear);
	g_array_append_val(ranges, range);
	return read_ranges(reader, ranges, limit, ret_rows, err);
}

/* So many of the last digits are one's own everywhere. */
enum { OWN_DIGITS = 8, OWN_DIGITS_LEAST = 4 };

bool store_read_contacts_of_number(StoreReader *reader, const char *number, unsigned limit,
                                   GPtrArray **ret_rows, GError **err)
{
	g_autofree char *digits = number_digits(number);
	g_autoptr(GArray) ranges = g_array_new(FALSE, FALSE, sizeof(Range));

	g_array_set_clear_func(ranges, range_clear);
	if (strlen(digits) >= OWN_DIGITS_LEAST) {
		g_autofree char *own = g_strndup(g_strreverse(digits), OWN_DIGITS);
		g_autofree char *word = g_strconcat("#", own, NULL);
		add_range(ranges, word);
	}
	return read_ranges(reader, ranges, limit, ret_rows, err);
}

/* ---- whole cards ---- */

static const char after_sql[] =
	"SELECT i.id, i.folder_id, i.brief || ifnull(substr(i.rest, 9), '') FROM contact c "
	"JOIN item i ON i.id = c.id JOIN folder f ON f.id = c.folder_id WHERE c.id > ?1 "
	"AND ?2 IN (0, c.folder_id) AND ?3 IN (0, f.account_id) ORDER BY c.id LIMIT ?4";

static bool read_after(Db *db, PimScope scope, int64_t after_id, unsigned count,
                       GPtrArray *contacts, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, after_sql);

	put_int(&stmt, after_id);
	put_int(&stmt, scope.folder_id);
	put_int(&stmt, scope.account_id);
	put_int(&stmt, count);
	return item_briefs_get(&stmt, PIM_CONTACT, contacts, err);
}

bool store_read_contacts_after(StoreReader *reader, PimScope scope, int64_t after_id,
                               unsigned count, GPtrArray **ret_contacts, GError **err)
{
	g_autoptr(GPtrArray) contacts =
		g_ptr_array_new_with_free_func((GDestroyNotify)contact_free);

	if (!reader_enter(reader, err) ||
	    !reader_leave(reader, read_after(reader->db, scope, after_id, count, contacts, err)))
		return false;
	*ret_contacts = g_steal_pointer(&contacts);
	return true;
}
