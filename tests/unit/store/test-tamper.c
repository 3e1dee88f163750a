/*
 * T-51: what lies on the disk is changed at random: bits, blocks, pages swapped, cut, grown, of another store. Every change is
 * found, by the open or by the doctor, or changes nothing that can be read. What only takes the end of the log away is an older
 * state, and is that state exactly. Never is anything read that was not once committed.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "store/draft.h"
#include "store/index.h"
#include "store/private.h"
#include "support/tempstore.h"

enum { PAGE = 4096, FRAME = PAGE + 24, STATES = 4, MOST = 64 << 20 };

/* ---- a store of four states: one in the database, three more in its log ---- */

typedef struct {
	TempStore temp;
	int64_t   folder_id;
	char     *states[STATES];
	GBytes   *files[4];
} Victim;

static const char *const names[] = { "store.db", "store.db-wal", "slots", "index.db" };
enum { STORE, LOG, SLOTS, INDEX };

static char *path_of(const Victim *victim, const char *name) { return g_build_filename(victim->temp.dir, name, NULL); }

/* Each row of what a person would miss. NULL and *err if it cannot be read. */
static char *dump(Store *store, GError **err)
{
	static const char *const sql[] = {
		"SELECT group_concat(quote(subject) || quote(is_unread) || quote(preview) || quote(body_id), ';') FROM message",
		"SELECT group_concat(hex(content), ';') FROM body",
		"SELECT group_concat(quote(text), ';') FROM draft",
		"SELECT group_concat(key, ';') FROM picture_sender",
	};
	g_autoptr(StoreReader) reader = store_open_reader(store, err);
	g_autoptr(GString) text = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(sql); i++) {
		bool has_row;
		if (!reader)
			return NULL;
		g_auto(Stmt) stmt = stmt_begin(reader->db, sql[i]);
		if (!stmt_step(&stmt, &has_row, err))
			return NULL;
		g_autofree char *line = get_text(&stmt);
		g_string_append_printf(text, "%s\n", line ? line : "");
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static void add_draft(Victim *victim, const char *text)
{
	g_autoptr(Draft) draft = draft_new();
	g_autoptr(GError) err = NULL;
	int64_t id = 0;

	g_free(draft->body);
	draft->body = g_strdup(text);
	store_save_draft(victim->temp.writer, victim->temp.account_id, draft, &id, &err);
	g_assert_no_error(err);
}

static void note_state(Victim *victim, int state)
{
	g_autoptr(GError) err = NULL;

	victim->states[state] = dump(victim->temp.store, &err);
	g_assert_no_error(err);
}

static void victim_init(Victim *victim)
{
	*victim = (Victim){ 0 };
	temp_store_init(&victim->temp);
	victim->folder_id = temp_store_folder(&victim->temp, "5", FOLDER_INBOX);
	for (int i = 0; i < 40; i++) {
		g_autofree char *name = g_strdup_printf("mail %d", i);
		temp_store_add(&victim->temp, victim->folder_id, temp_message(name, 1000 * i, 0));
	}
	g_assert_true(store_write_picture_sender(victim->temp.writer, victim->temp.account_id, "bob@example.test", true, NULL));
	g_assert_true(store_write_keep(victim->temp.writer, true, NULL));
	note_state(victim, 0);
	for (int i = 1; i < STATES; i++) {
		g_autofree char *name = g_strdup_printf("draft %d", i);
		add_draft(victim, name);
		note_state(victim, i);
	}
	g_autoptr(Db) index = index_open(victim->temp.store->vault, NULL);
	g_assert_true(db_begin(index, DB_LAZY, NULL) && db_end(index, index_make(index, 1, 1, NULL), NULL));
	g_assert_cmpint(sqlite3_wal_checkpoint_v2(db_handle(index), "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL), ==, SQLITE_OK);
	db_close(g_steal_pointer(&index));
	temp_store_close(&victim->temp);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = path_of(victim, names[i]);
		victim->files[i] = file_read(path, MOST, NULL);
		g_assert_nonnull(victim->files[i]);
	}
}

static void victim_clear(Victim *victim)
{
	for (int i = 0; i < STATES; i++)
		g_free(victim->states[i]);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		g_bytes_unref(victim->files[i]);
	temp_store_clear(&victim->temp);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Victim, victim_clear)

static void put(const Victim *victim, int file, const GByteArray *bytes)
{
	g_autofree char *path = path_of(victim, names[file]);

	/* GLib would write over it and leave what is longer. */
	g_unlink(path);
	g_assert_true(g_file_set_contents_full(path, (const char *)bytes->data, (gssize)bytes->len,
	                                       G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static GByteArray *copy_of(const Victim *victim, int file)
{
	GByteArray *bytes = g_byte_array_new();

	g_byte_array_append(bytes, g_bytes_get_data(victim->files[file], NULL), (guint)g_bytes_get_size(victim->files[file]));
	return bytes;
}

static void restore(const Victim *victim)
{
	static const char *const beside[] = { "store.db-shm", "index.db-shm", "index.db-wal" };

	for (size_t i = 0; i < G_N_ELEMENTS(beside); i++) {
		g_autofree char *path = path_of(victim, beside[i]);
		g_unlink(path);
	}
	for (int i = 0; i < (int)G_N_ELEMENTS(names); i++) {
		g_autoptr(GByteArray) bytes = copy_of(victim, i);
		put(victim, i, bytes);
	}
}

/* ---- changes ---- */

static guint pick(guint below) { return (guint)g_test_rand_int_range(0, (gint32)below); }

static void flip_bit(GByteArray *bytes, guint unit)
{
	(void)unit;
	bytes->data[pick(bytes->len)] ^= (guint8)(1 << pick(8));
}

static void fill_block(GByteArray *bytes, guint unit)
{
	guint at = pick(bytes->len), most = 1 + pick(512), len = MIN(most, bytes->len - at);
	guint8 byte = (guint8)pick(256);

	(void)unit;
	memset(bytes->data + at, byte, len);
}

static void swap_units(GByteArray *bytes, guint unit)
{
	guint count = bytes->len / unit;

	if (count < 2)
		return;
	guint8 *a = bytes->data + bytes->len % unit + pick(count) * unit;
	guint8 *b = bytes->data + bytes->len % unit + pick(count) * unit;
	g_autofree guint8 *spare = g_memdup2(a, unit);
	memmove(a, b, unit);
	memcpy(b, spare, unit);
}

static void zero_unit(GByteArray *bytes, guint unit)
{
	memset(bytes->data + bytes->len % unit + pick(MAX(bytes->len / unit, 1)) * unit, 0, MIN(unit, bytes->len));
}

static void cut(GByteArray *bytes, guint unit)
{
	(void)unit;
	g_byte_array_set_size(bytes, pick(bytes->len));
}

static void cut_unit(GByteArray *bytes, guint unit) { g_byte_array_set_size(bytes, bytes->len > unit ? bytes->len - unit : 0); }

static void grow(GByteArray *bytes, guint unit)
{
	guint end = bytes->len;

	g_byte_array_set_size(bytes, end + unit);
	for (guint at = end; at < bytes->len; at++)
		bytes->data[at] = (guint8)pick(256);
}

/* What was sound elsewhere in the file. */
static void double_unit(GByteArray *bytes, guint unit)
{
	guint count = bytes->len / unit, from = pick(MAX(count, 1)), to = pick(MAX(count, 1));

	if (count > 0)
		memmove(bytes->data + bytes->len % unit + to * unit, bytes->data + bytes->len % unit + from * unit, unit);
}

static const struct {
	const char *why;
	void (*change)(GByteArray *bytes, guint unit);
	bool takes_end_only;       /* of a log: the same as an older copy of it */
} changes[] = {
	{ "a bit flipped", flip_bit, false },         { "a block filled", fill_block, false },
	{ "two pages swapped", swap_units, false },   { "a page of zeros", zero_unit, false },
	{ "a page doubled", double_unit, false },     { "grown by a page", grow, false },
	{ "cut anywhere", cut, true },                { "cut by a page", cut_unit, true },
};

/* ---- judging ---- */

/* Who found it; NULL: nobody. *ret_text: what can be read then. */
static char *find(const Victim *victim, char **ret_text)
{
	g_autoptr(GError) err = NULL;
	g_autofree char *report = NULL;
	g_autoptr(Store) store = store_open(victim->temp.dir, clock_system(), &err);

	if (store && store_verify(store, &report, &err) && *report == '\0')
		*ret_text = dump(store, &err);
	if (err) {
		/* No damage of ours is a bug, a wait, or somebody else's. */
		if (!error_is(err, ERR_STORE))
			g_error("\"%s\" is a %s", err->message, error_kind_name(error_kind(err)));
		return g_strdup(err->message);
	}
	return *report ? g_steal_pointer(&report) : NULL;
}

static bool is_state(const Victim *victim, const char *text, int from)
{
	for (int i = from; i < STATES; i++)
		if (g_str_equal(text, victim->states[i]))
			return true;
	return false;
}

/* Without a finding all is there; of a log the last commit may have been torn, or its end taken. */
static void judge(const Victim *victim, int file, size_t kind)
{
	g_autofree char *text = NULL;
	g_autofree char *found = find(victim, &text);
	int from = file != LOG ? STATES - 1 : changes[kind].takes_end_only ? 0 : STATES - 2;

	if (!found && !is_state(victim, text, from))
		g_error("%s: %s: nobody found it, and something else is read", names[file], changes[kind].why);
}

static int rounds(void) { return g_strcmp0(g_getenv("POSTERN_TIER"), "torture") == 0 ? 10000 : 200; }

static void test_every_change_is_found(void)
{
	static const guint units[] = { [STORE] = PAGE, [LOG] = FRAME, [SLOTS] = 16, [INDEX] = PAGE };
	g_auto(Victim) victim;

	victim_init(&victim);
	for (int round = 0; round < rounds(); round++) {
		int file = round % 4;
		size_t kind = (size_t)(round / 4) % G_N_ELEMENTS(changes);
		g_autoptr(GByteArray) bytes = copy_of(&victim, file);
		restore(&victim);
		changes[kind].change(bytes, units[file]);
		put(&victim, file, bytes);
		judge(&victim, file, kind);
	}
	restore(&victim);
	g_autofree char *text = NULL;
	g_autofree char *found = find(&victim, &text);
	g_assert_cmpstr(found, ==, NULL);
	g_assert_cmpstr(text, ==, victim.states[STATES - 1]);
}

/* Every byte of the frames but for those of the last commit: found by the doctor, not taken for a crash. */
static void test_a_log_that_was_changed_is_no_torn_one(void)
{
	static const guint places[] = { 0, 5, 9, 13, 17, 21, 30, 2000, 4119 };
	g_auto(Victim) victim;

	victim_init(&victim);
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autoptr(GByteArray) bytes = copy_of(&victim, LOG);
		g_autofree char *text = NULL;
		restore(&victim);
		bytes->data[32 + FRAME + places[i]] ^= 4;
		put(&victim, LOG, bytes);
		g_autofree char *found = find(&victim, &text);
		if (!found || !strstr(found, "the log is damaged at frame 2"))
			g_error("byte %u of a frame: %s", places[i], found ? found : "not found");
	}
	g_autoptr(GByteArray) torn = copy_of(&victim, LOG);
	g_autofree char *text = NULL;
	restore(&victim);
	torn->data[torn->len - 100] ^= 4;
	put(&victim, LOG, torn);
	g_autofree char *found = find(&victim, &text);
	g_assert_cmpstr(found, ==, NULL);
	g_assert_cmpstr(text, ==, victim.states[STATES - 2]);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tamper/every-change-is-found", test_every_change_is_found);
	g_test_add_func("/tamper/a-log-that-was-changed-is-no-torn-one", test_a_log_that_was_changed_is_no_torn_one);
	return g_test_run();
}
