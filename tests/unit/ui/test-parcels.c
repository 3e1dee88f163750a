/* A mail whose bytes were made here, on its way to the store: the draft that was written comes last, and nothing half done stays. */
#include "ui/screen/parcels.h"

#include <string.h>

enum { WRITTEN = 9, ACCOUNT = 3 };

typedef struct {
	ScreenHost host;             /* first: the parcels hold a pointer to it */
	GString   *asked;
	int64_t    wish;
	bool       is_deaf;          /* there is no engine */
} Desk;

static int64_t host_draft_save(ScreenHost *host, int64_t account_id, Draft *draft, int64_t draft_id)
{
	Desk *desk = (Desk *)host;

	g_assert_cmpint(account_id, ==, ACCOUNT);
	g_string_append_printf(desk->asked, "save %s as %d\n", draft->subject, (int)draft_id);
	draft_free(draft);
	return desk->is_deaf ? 0 : ++desk->wish;
}

static int64_t host_draft_bytes(ScreenHost *host, int64_t draft_id, GBytes *mime)
{
	Desk *desk = (Desk *)host;

	g_string_append_printf(desk->asked, "%s for %d\n", (const char *)g_bytes_get_data(mime, NULL), (int)draft_id);
	return desk->is_deaf ? 0 : ++desk->wish;
}

static void host_draft_drop(ScreenHost *host, int64_t draft_id)
{
	g_string_append_printf(((Desk *)host)->asked, "drop %d\n", (int)draft_id);
}

static const ScreenHostOps ops = { .draft_save = host_draft_save, .draft_bytes = host_draft_bytes, .draft_drop = host_draft_drop };

static void desk_init(Desk *desk)
{
	*desk = (Desk){ .host = { &ops }, .asked = g_string_new(NULL), .wish = 100 };
}

static void desk_clear(Desk *desk) { g_string_free(desk->asked, TRUE); }
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Desk, desk_clear)

static GBytes *bytes_of(const char *text) { return g_bytes_new_static(text, strlen(text) + 1); }

static void add_copy(StoreMail *mail, const char *name)
{
	Draft *draft = draft_new();

	draft->subject = g_strdup(name);
	g_ptr_array_add(mail->copies, store_copy_new(draft, bytes_of(name)));
}

static Parcels *parcels_of(Desk *desk, int copies)
{
	static const char *const names[] = { "first", "second", "third" };
	g_auto(StoreMail) mail = { 0 };

	if (copies)
		mail.copies = g_ptr_array_new_with_free_func((GDestroyNotify)store_copy_free);
	else
		mail.mime = bytes_of("alone");
	for (int i = 0; i < copies; i++)
		add_copy(&mail, names[i]);
	return parcels_new(&(ParcelsSetup){ &desk->host, ACCOUNT, WRITTEN }, &mail);
}

static ParcelsTurn happens(Desk *desk, Parcels *parcels, SyncEventKind kind, int64_t draft_id)
{
	const SyncEvent event = { .kind = kind, .wish_id = desk->wish, .draft_id = draft_id, .text = (char *)"the disk is full" };
	bool is_mine;
	ParcelsTurn turn = parcels_event(parcels, &event, &is_mine);

	g_assert_true(is_mine);
	return turn;
}

static void expect(Desk *desk, const char *lines)
{
	g_assert_cmpstr(desk->asked->str, ==, lines);
	g_string_truncate(desk->asked, 0);
}

static void test_one(void)
{
	g_auto(Desk) desk;
	desk_init(&desk);
	g_autoptr(Parcels) parcels = parcels_of(&desk, 0);

	g_assert_cmpint(parcels_begin(parcels), ==, PARCELS_GO_ON);
	expect(&desk, "alone for 9\n");
	g_assert_cmpint(happens(&desk, parcels, SYNC_CHANGED, 0), ==, PARCELS_DONE);
	g_assert_cmpuint(parcels_drafts(parcels)->len, ==, 1);
	g_assert_cmpint(g_array_index(parcels_drafts(parcels), int64_t, 0), ==, WRITTEN);
}

static void test_three(void)
{
	g_auto(Desk) desk;
	desk_init(&desk);
	g_autoptr(Parcels) parcels = parcels_of(&desk, 3);

	parcels_begin(parcels);
	happens(&desk, parcels, SYNC_DRAFT_SAVED, 21);
	happens(&desk, parcels, SYNC_CHANGED, 0);
	happens(&desk, parcels, SYNC_DRAFT_SAVED, 22);
	happens(&desk, parcels, SYNC_CHANGED, 0);
	g_assert_cmpint(happens(&desk, parcels, SYNC_DRAFT_SAVED, WRITTEN), ==, PARCELS_GO_ON);
	expect(&desk, "save third as 0\nthird for 21\nsave second as 0\nsecond for 22\nsave first as 9\nfirst for 9\n");
	g_assert_cmpint(happens(&desk, parcels, SYNC_CHANGED, 0), ==, PARCELS_DONE);
	g_assert_cmpuint(parcels_drafts(parcels)->len, ==, 3);
}

/* Whenever it fails, what was written stays as it was but for the last step, and no copy of it is left. */
static void test_fails(void)
{
	static const struct { int steps; const char *dropped; } rows[] = {
		{ 0, "" }, { 1, "drop 21\n" }, { 2, "drop 21\n" }, { 3, "drop 21\ndrop 22\n" }, { 5, "drop 21\ndrop 22\n" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Desk) desk;
		desk_init(&desk);
		g_autoptr(Parcels) parcels = parcels_of(&desk, 3);
		parcels_begin(parcels);
		for (int step = 0; step < rows[i].steps; step++)
			happens(&desk, parcels, step % 2 ? SYNC_CHANGED : SYNC_DRAFT_SAVED, step == 4 ? WRITTEN : 21 + step / 2);
		g_string_truncate(desk.asked, 0);
		g_assert_cmpint(happens(&desk, parcels, SYNC_FAILED, 0), ==, PARCELS_FAILED);
		g_assert_cmpstr(parcels_failure(parcels), ==, "the disk is full");
		expect(&desk, rows[i].dropped);
	}
}

static void test_without_an_engine(void)
{
	g_auto(Desk) desk;
	desk_init(&desk);
	g_autoptr(Parcels) one = parcels_of(&desk, 0), several = parcels_of(&desk, 2);

	desk.is_deaf = true;
	g_assert_cmpint(parcels_begin(one), ==, PARCELS_FAILED);
	g_assert_cmpint(parcels_begin(several), ==, PARCELS_FAILED);
	g_assert_nonnull(strstr(parcels_failure(several), "no engine"));
}

static void test_of_others(void)
{
	const SyncEvent event = { .kind = SYNC_CHANGED, .wish_id = 55 }, none = { .kind = SYNC_CHANGED };
	g_auto(Desk) desk;
	bool is_mine;
	desk_init(&desk);
	g_autoptr(Parcels) parcels = parcels_of(&desk, 0);

	parcels_begin(parcels);
	parcels_event(parcels, &event, &is_mine);
	g_assert_false(is_mine);
	parcels_event(parcels, &none, &is_mine);
	g_assert_false(is_mine);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/parcels/one", test_one);
	g_test_add_func("/parcels/three", test_three);
	g_test_add_func("/parcels/fails", test_fails);
	g_test_add_func("/parcels/without an engine", test_without_an_engine);
	g_test_add_func("/parcels/of others", test_of_others);
	return g_test_run();
}
