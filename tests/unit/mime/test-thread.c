#include <string.h>

#include "base/text.h"
#include "mime/thread.h"
#include "support/budget.h"

static const uint8_t chance[THREAD_RANDOM_BYTES] = { 0xde, 0xad, [15] = 0x0f };

static void test_message_id(void)
{
	static const struct { const char *from, *id; } rows[] = {
		{ "Ada <ada@example.test>", "<dead000000000000000000000000000f@example.test>" },
		{ "ada@bücher.test", "<dead000000000000000000000000000f@xn--bcher-kva.test>" },
		{ "nonsense", "<dead000000000000000000000000000f@localhost>" },
		{ "a@b>\r\nBcc: c", "<dead000000000000000000000000000f@localhost>" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *id = thread_message_id(chance, rows[i].from);
		g_assert_cmpstr(id, ==, rows[i].id);
	}
}

static void test_references(void)
{
	static const struct { const char *why, *references, *in_reply_to, *message_id, *want; } rows[] = {
		{ "first answer", NULL, NULL, "<a@b>", "<a@b>" },
		{ "grown", "<1@b>\r\n <2@b>", "<2@b>", "<a@b>", "<1@b> <2@b> <a@b>" },
		{ "by In-Reply-To", NULL, "<1@b>", "<a@b>", "<1@b> <a@b>" },
		{ "In-Reply-To names two", NULL, "<1@b> <2@b>", "<a@b>", "<a@b>" },
		{ "brackets missing", "1@b", NULL, "a@b", "<1@b> <a@b>" },
		{ "no blank between", "<1@b><2@b>", NULL, "<a@b>", "<1@b> <2@b> <a@b>" },
		{ "each once", "<1@b> <a@b> <1@b>", NULL, "<a@b>", "<1@b> <a@b>" },
		{ "words", "your mail of Monday", NULL, NULL, NULL },
		{ "nothing", NULL, NULL, NULL, NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got =
			thread_references(rows[i].references, rows[i].in_reply_to, rows[i].message_id);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(got, ==, rows[i].want);
	}
}

static void test_references_are_trimmed(void)
{
	g_autoptr(GString) many = g_string_new(NULL);

	for (int i = 1; i <= 50; i++)
		g_string_append_printf(many, "<%d@b> ", i);
	g_autofree char *got = thread_references(many->str, NULL, "<new@b>");
	g_auto(GStrv) ids = g_strsplit(got, " ", -1);
	g_assert_cmpuint(g_strv_length(ids), ==, 20);
	g_assert_cmpstr(ids[0], ==, "<1@b>");
	g_assert_cmpstr(ids[1], ==, "<33@b>");
	g_assert_cmpstr(ids[19], ==, "<new@b>");
}

static void test_references_bomb(void)
{
	g_autoptr(GString) many = g_string_new(NULL);
	gint64 begin = budget_cpu_us();

	for (int i = 1; many->len < 1000000; i++)
		g_string_append_printf(many, "<%d@b>", i);
	g_autofree char *got = thread_references(many->str, NULL, "<new@b>");
	g_assert_true(g_str_has_prefix(got, "<1@b> "));
	budget_assert_kept(begin);
}

static char *hex(GBytes *bytes)
{
	return text_hex(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

/* The parts of a FILETIME that each block keeps, told apart from the code by 64-bit arithmetic. */
static void test_index(void)
{
	const int64_t begin = INT64_C(1795512345000), day = INT64_C(86400000);
	g_autoptr(GBytes) index = thread_index_new(begin, chance);
	g_autofree char *first = hex(index);
	g_assert_cmpuint(g_bytes_get_size(index), ==, 22);
	uint64_t filetime = (uint64_t)(begin * 10000 + INT64_C(116444736000000000));
	g_autofree char *time = g_strdup_printf("01%010" G_GINT64_MODIFIER "x", filetime >> 24);
	g_autofree char *want = g_strconcat(time, "dead000000000000000000000000000f", NULL);
	g_assert_cmpstr(first, ==, want);
	g_assert_true(g_str_has_prefix(first, "0101dd"));

	g_autoptr(GBytes) answer = thread_index_answer(index, begin + day, 0x2a);
	g_autofree char *second = hex(answer);
	g_assert_true(g_str_has_prefix(second, first));
	uint64_t delta = (filetime + (uint64_t)day * 10000 - (filetime >> 24 << 24)) >> 18;
	g_autofree char *child = g_strdup_printf("%08" G_GINT64_MODIFIER "xa0", delta);
	g_assert_cmpstr(second + 44, ==, child);

	g_autoptr(GBytes) late = thread_index_answer(answer, begin + 3 * 365 * day, 0);
	g_autofree char *third = hex(late);
	delta = (filetime + (uint64_t)(3 * 365 * day) * 10000 - (filetime >> 24 << 24)) >> 23;
	g_autofree char *far = g_strdup_printf("%08" G_GINT64_MODIFIER "x00", delta | UINT64_C(0x80000000));
	g_assert_cmpstr(third + 54, ==, far);

	g_autoptr(GBytes) early = thread_index_answer(index, begin - day, 0);
	g_autofree char *zero = hex(early);
	g_assert_cmpstr(zero + 44, ==, "0000000000");
}

/* Outlook's own form, without the time's highest byte: 01 DB44 7800 … */
static void test_index_of_old_outlook(void)
{
	const uint8_t old[22] = { 0x01, 0xdd, 0x5b, 0xad, 0x12, 0x34 };
	g_autoptr(GBytes) parent = g_bytes_new(old, sizeof old);
	uint64_t begin = UINT64_C(0x01dd5bad12340000);
	int64_t later_ms = (int64_t)((begin - UINT64_C(116444736000000000)) / 10000) + 60000;
	g_autoptr(GBytes) answer = thread_index_answer(parent, later_ms, 0);
	g_autofree char *text = hex(answer);
	g_autofree char *want = g_strdup_printf("%08x00", (guint)(UINT64_C(600000000) >> 18));

	g_assert_cmpstr(text + 44, ==, want);
}

static void test_index_from_elsewhere(void)
{
	g_autoptr(GBytes) id = g_bytes_new(chance, 16);
	g_autoptr(GBytes) ten = g_bytes_new("\1\2\3\4\5\6\7\10\11\12", 10);
	g_autoptr(GBytes) joined = thread_index_join(id, ten);
	g_autofree char *text = hex(joined);
	g_assert_cmpstr(text, ==, "010102030405dead000000000000000000000000000f060708090a");
	g_assert_null(thread_index_join(ten, id));
	g_assert_null(thread_index_join(NULL, NULL));

	g_autofree char *base64 = thread_index_format(joined);
	g_autoptr(GBytes) again = thread_index_parse(base64);
	g_assert_true(g_bytes_equal(again, joined));
	g_assert_null(thread_index_parse("AQID"));
	g_assert_null(thread_index_parse(NULL));
	g_assert_null(thread_index_format(ten));
	g_assert_null(thread_index_answer(ten, 0, 0));
	g_assert_null(thread_index_answer(NULL, 0, 0));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/thread/message-id", test_message_id);
	g_test_add_func("/thread/references", test_references);
	g_test_add_func("/thread/references-are-trimmed", test_references_are_trimmed);
	g_test_add_func("/thread/references-bomb", test_references_bomb);
	g_test_add_func("/thread/index", test_index);
	g_test_add_func("/thread/index-of-old-outlook", test_index_of_old_outlook);
	g_test_add_func("/thread/index-from-elsewhere", test_index_from_elsewhere);
	return g_test_run();
}
