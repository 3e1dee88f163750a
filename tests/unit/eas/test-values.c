#include <string.h>

#include "base/error.h"
#include "eas/date.h"
#include "eas/globalobjid.h"
#include "eas/multipart.h"
#include "eas/status.h"
#include "support/xmlwb.h"

static void test_dates(void)
{
	static const struct { const char *text; int64_t ms; } rows[] = {
		{ "1970-01-01T00:00:00.000Z", 0 },
		{ "2026-01-14T09:00:00.000Z", 1768381200000 },
		{ "20260114T090000Z",         1768381200000 },
		{ "2026-01-14T09:00:00Z",     1768381200000 },
		{ "2026-01-14T09:00:00",      1768381200000 },
		{ "2026-01-14T09:00:00.5Z",   1768381200500 },
		{ "2026-01-14T09:00:00.1234567Z", 1768381200123 },
		{ "2024-02-29T23:59:59.999Z", 1709251199999 },
		{ "1969-12-31T23:59:59.000Z", -1000 },
		{ "1600-03-01T00:00:00Z",     -11670912000000 },
		{ "9999-12-30T23:59:59.999Z", 253402214399999 },
		{ "2016-12-31T23:59:60Z",     1483228800000 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		int64_t ms = 77;
		g_test_message("%s", rows[i].text);
		g_assert_true(date_parse(rows[i].text, &ms));
		g_assert_cmpint(ms, ==, rows[i].ms);
	}
}

static void test_dates_that_are_none(void)
{
	static const char *const rows[] = {
		NULL, "", "2026", "2026-01-14", "2026-02-30T09:00:00Z", "2026-13-01T09:00:00Z", "2026-00-01T09:00:00Z",
		"2026-01-14T24:00:00Z", "2026-01-14T09:60:00Z", "2026-01-14T09:00:61Z", "2026-01-14 09:00:00Z",
		"2026-01-14T09:00:00+01:00", "2026-01-14T09:00:00ZZ", "2026-01-14T09:00:0", "0000-01-01T00:00:00Z",
		"-026-01-14T09:00:00Z", "yesterday", "2026-01-14T09:00:00.000Z and more", "20260",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		int64_t ms = 77;
		g_test_message("%s", rows[i] ? rows[i] : "NULL");
		g_assert_false(date_parse(rows[i], &ms));
		g_assert_cmpint(ms, ==, 77);
	}
}

static void test_global_ids(void)
{
	g_autofree char *path = xmlwb_path("wire/samples/globalobjid.tsv");
	g_autofree char *text = NULL;
	unsigned seen = 0;

	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_auto(GStrv) rows = g_strsplit(text, "\n", -1);
	for (char **row = rows; *row; row++) {
		g_auto(GStrv) cell = g_strsplit(*row, "\t", 3);
		if (**row == '#' || g_strv_length(cell) < 2)
			continue;
		g_autofree char *uid = globalobjid_to_uid(cell[0]);
		g_assert_cmpstr(uid, ==, cell[1]);
		seen++;
	}
	g_assert_cmpuint(seen, ==, 4);
	g_assert_null(globalobjid_to_uid("aGVsbG8="));
	g_assert_null(globalobjid_to_uid(""));
}

static GBytes *multipart_sample(void)
{
	g_autofree char *path = xmlwb_path("wire/samples/21-itemoperations-multipart.hex");
	g_autofree char *hex = NULL;

	g_assert_true(g_file_get_contents(path, &hex, NULL, NULL));
	return xmlwb_unhex(hex);
}

static void test_multipart(void)
{
	g_autoptr(GBytes) body = multipart_sample(), head = NULL, text = NULL, data = NULL, none = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *path = xmlwb_path("wire/samples/21-itemoperations-multipart-part0.xml");
	g_autoptr(GBytes) want_head = xmlwb_encode_file(path);

	g_assert_true(multipart_get(body, 0, &head, &error) && g_bytes_equal(head, want_head));
	g_assert_true(multipart_get(body, 1, &text, &error));
	g_assert_cmpuint(g_bytes_get_size(text), ==, 12);
	g_assert_cmpint(memcmp(g_bytes_get_data(text, NULL), "Hello body\r\n", 12), ==, 0);
	g_assert_true(multipart_get(body, 2, &data, &error));
	g_assert_cmpuint(g_bytes_get_size(data), ==, 16);
	g_assert_false(multipart_get(body, 3, &none, &error));
	g_assert_cmpstr(error->message, ==, "the server's answer has no part 3");
	g_assert_null(none);
}

/* Cut anywhere, a part is either whole or refused. */
static void test_multipart_cut(void)
{
	g_autoptr(GBytes) body = multipart_sample(), whole = NULL;

	g_assert_true(multipart_get(body, 2, &whole, NULL));
	for (gsize len = 0; len < g_bytes_get_size(body); len++) {
		g_autoptr(GBytes) cut = g_bytes_new(g_bytes_get_data(body, NULL), len), part = NULL;
		g_autoptr(GError) error = NULL;
		g_assert_false(multipart_get(cut, 2, &part, &error));
		g_assert_true(error_is(error, ERR_PROTOCOL));
	}
}

static void test_multipart_lies(void)
{
	static const struct { const char *why, *hex; } rows[] = {
		{ "no parts",           "00000000" },
		{ "2^32-1 parts",       "ffffffff 0000000000000000" },
		{ "offset outside",     "01000000 ffffff7f 00000000" },
		{ "length outside",     "01000000 0c000000 ffffffff" },
		{ "one byte too many",  "01000000 0c000000 01000000" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) body = xmlwb_unhex(rows[i].hex), part = NULL;
		g_autoptr(GError) error = NULL;
		g_test_message("%s", rows[i].why);
		g_assert_false(multipart_get(body, 0, &part, &error));
		g_assert_true(error_is(error, ERR_PROTOCOL));
	}
}

static void test_status_rows_are_unique(void)
{
	static const struct { StatusFamily family; int code; } rows[] = {
#define STATUS(family, code, kind, reach, text) { FAMILY_##family, code },
#include "eas/status.def"
#undef STATUS
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		for (size_t j = 0; j < i; j++)
			g_assert_true(rows[i].family != rows[j].family || rows[i].code != rows[j].code);
}

static void test_status_check(void)
{
	static const struct { StatusFamily family; int code; ErrorKind kind; const char *says; } rows[] = {
		{ FAMILY_SYNC,      3,   ERR_RESYNC,    "the server has lost its place in this folder; we read it again (Sync status 3)" },
		{ FAMILY_SYNC,      142, ERR_PROVISION, "the server wants its policies accepted first (Sync status 142)" },
		{ FAMILY_SYNC,      140, ERR_PROVISION, "(Sync status 140)" },
		{ FAMILY_FOLDERS,   129, ERR_FORBIDDEN, "ask its administrator to allow it (FolderSync status 129)" },
		{ FAMILY_PING,      7,   ERR_REFOLDER,  "(Ping status 7)" },
		{ FAMILY_ITEMS,     15,  ERR_GONE,      "(ItemOperations status 15)" },
		{ FAMILY_HTTP,      503, ERR_THROTTLED, "the server is busy; we wait (HTTP 503)" },
		{ FAMILY_HTTP,      142, ERR_SERVER,    "a number we do not know (HTTP 142)" },
		{ FAMILY_SYNC,      999, ERR_SERVER,    "a number we do not know (Sync status 999)" },
		{ FAMILY_SYNC,      0,   ERR_SERVER,    "a number we do not know (Sync status 0)" },
	};

	g_assert_true(status_check(FAMILY_SYNC, 1, NULL));
	g_assert_true(status_check(FAMILY_HTTP, 200, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_false(status_check(rows[i].family, rows[i].code, &error));
		g_test_message("%s", error->message);
		g_assert_true(error_is(error, rows[i].kind));
		g_assert_nonnull(strstr(error->message, rows[i].says));
	}
}

static void test_date_format(void)
{
	static const struct { int64_t ms; const char *text; } rows[] = {
		{ 0,               "1970-01-01T00:00:00.000Z" },
		{ 1772625600500,   "2026-03-04T12:00:00.500Z" },
		{ -1,              "1969-12-31T23:59:59.999Z" },
		{ 253402300799999, "9999-12-31T23:59:59.999Z" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = date_format(rows[i].ms), *local = date_format_local(rows[i].ms);
		int64_t ms = 1;
		g_assert_cmpstr(text, ==, rows[i].text);
		g_assert_cmpstr(local, ==, rows[i].text);      /* tests run in UTC */
		g_assert_true(date_parse(text, &ms));
		g_assert_cmpint(ms, ==, rows[i].ms);
	}
	g_autofree char *nowhere = date_format(INT64_MAX);
	g_assert_true(g_str_has_prefix(nowhere, "1970-01-01T00:00:00."));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/eas/dates", test_dates);
	g_test_add_func("/eas/date-format", test_date_format);
	g_test_add_func("/eas/dates-that-are-none", test_dates_that_are_none);
	g_test_add_func("/eas/global-ids", test_global_ids);
	g_test_add_func("/eas/multipart", test_multipart);
	g_test_add_func("/eas/multipart-cut", test_multipart_cut);
	g_test_add_func("/eas/multipart-lies", test_multipart_lies);
	g_test_add_func("/eas/status-rows-are-unique", test_status_rows_are_unique);
	g_test_add_func("/eas/status-check", test_status_check);
	return g_test_run();
}
