/* What leaves the store for files and programs: names, what is never overwritten, what is said. */
#include "app/filing.h"
#include "base/paths.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

static FileItem *item_new(const char *name, const char *type, const char *content)
{
	FileItem *item = file_item_new();

	item->name = g_strdup(name);
	item->content_type = g_strdup(type);
	item->content = g_bytes_new(content, strlen(content));
	return item;
}

static void test_names(void)
{
	static const struct { const char *name, *type, *file, *shown_type; } rows[] = {
		{ "report.pdf", "application/octet-stream", "report.pdf", "application/pdf" },
		{ "../../etc/passwd", NULL, ".._etc_passwd", "" },
		{ "NOTES.TXT", NULL, "NOTES.TXT", "text/plain" },
		{ "plan.md", NULL, "plan.md", "text/markdown" },
		{ "a.json", "application/octet-stream", "a.json", "application/json" },
		{ "0001-fix.patch", NULL, "0001-fix.patch", "text/x-diff" },
		{ "favicon.ico", NULL, "favicon.ico", "image/x-icon" },
		{ NULL, "text/plain", "part-3.txt", "text/plain" },
		{ NULL, "image/jpeg", "part-3.jpg", "image/jpeg" },
		{ NULL, "text/html", "part-3.html", "text/html" },
		{ NULL, "text/calendar", "part-3.ics", "text/calendar" },
		{ "", "image/x-odd", "part-3", "image/x-odd" },
		{ "Re: a mail", "message/rfc822", "Re_ a mail.eml", "message/rfc822" },
		{ "a mail.eml", "message/rfc822", "a mail.eml", "message/rfc822" },
		{ "a.png", "text/html", "a.png", "text/html" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(FileItem) item = item_new(rows[i].name, rows[i].type, "");
		g_autofree char *file = filing_name(item, 3);
		g_assert_null(strchr(file, '/'));
		g_assert_cmpint(*file, !=, '.');
		if (!g_str_has_prefix(rows[i].file, "."))
			g_assert_cmpstr(file, ==, rows[i].file);
		g_assert_cmpstr(filing_type(item), ==, rows[i].shown_type);
	}
}

typedef struct { char *dir; GPtrArray *items; } Place;

static void place_init(Place *place)
{
	place->dir = g_dir_make_tmp("filing-XXXXXX", NULL);
	place->items = file_items_new();
}

static void place_clear(Place *place)
{
	g_autoptr(GDir) dir = g_dir_open(place->dir, 0, NULL);

	for (const char *name; dir && (name = g_dir_read_name(dir));) {
		g_autofree char *path = g_build_filename(place->dir, name, NULL);
		g_remove(path);
	}
	g_rmdir(place->dir);
	g_free(place->dir);
	g_ptr_array_unref(place->items);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

static FilingAnswer *run(const Place *place, FilingTask task, const char *target)
{
	FilingJob job = { 7, task, (char *)target, place->items };

	return filing_run(&job);
}

static void test_nothing_is_overwritten(void)
{
	static const char *const names[] = { "report.pdf", "report (2).pdf", "report (3).pdf" };
	g_auto(Place) place;

	place_init(&place);
	g_ptr_array_add(place.items, item_new("report.pdf", NULL, "one"));
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(FilingAnswer) answer = run(&place, FILING_SAVE, place.dir);
		g_autofree char *path = g_build_filename(place.dir, names[i], NULL);
		g_autofree char *says = g_strconcat("Saved as ", path, NULL);
		g_autofree char *content = NULL;
		struct stat st;
		g_assert_false(answer->is_failure);
		g_assert_cmpint(answer->serial, ==, 7);
		g_assert_cmpstr(answer->sentence, ==, says);
		g_assert_cmpstr(g_ptr_array_index(answer->paths, 0), ==, path);
		g_assert_true(g_file_get_contents(path, &content, NULL, NULL));
		g_assert_cmpstr(content, ==, "one");
		g_assert_cmpint(stat(path, &st), ==, 0);
		g_assert_cmpint(st.st_mode & 0777, ==, 0600);
	}
}

static void test_all_into_a_folder(void)
{
	g_auto(Place) place;

	place_init(&place);
	g_ptr_array_add(place.items, item_new("a.txt", NULL, "1"));
	g_ptr_array_add(place.items, item_new("a.txt", NULL, "2"));
	g_autoptr(FilingAnswer) answer = run(&place, FILING_SAVE_ALL, place.dir);
	g_assert_false(answer->is_failure);
	g_assert_cmpuint(answer->paths->len, ==, 2);
	g_assert_true(g_str_has_prefix(answer->sentence, "Saved 2 files into "));
	g_assert_true(g_str_has_suffix(g_ptr_array_index(answer->paths, 1), "/a (2).txt"));
}

static void test_what_fails_is_said(void)
{
	static const struct { FilingTask task; const char *target, *says; } rows[] = {
		{ FILING_SAVE, "", "the file has no name" },
		{ FILING_SAVE, "/dev/null/x", "cannot make /dev/null/x" },
		{ FILING_SAVE_ALL, "/dev/null/x", "cannot make the folder /dev/null/x" },
		{ FILING_PIPE, "cat | wc", "“cat | wc” needs a shell" },
		{ FILING_PIPE, "false", "false failed (exit code 1)" },
		{ FILING_PIPE, "no-such-program", "no-such-program cannot be started" },
	};
	g_auto(Place) place;

	place_init(&place);
	g_ptr_array_add(place.items, item_new("a.txt", NULL, "1"));
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(FilingAnswer) answer = run(&place, rows[i].task, rows[i].target);
		g_assert_true(answer->is_failure);
		g_assert_cmpuint(answer->paths->len, ==, 0);
		if (!g_str_has_prefix(answer->sentence, rows[i].says))
			g_error("“%s” is not “%s”", answer->sentence, rows[i].says);
	}
}

static void test_a_program_answers(void)
{
	g_auto(Place) place;

	place_init(&place);
	g_ptr_array_add(place.items, item_new("a.txt", NULL, "three words here"));
	g_autoptr(FilingAnswer) counted = run(&place, FILING_PIPE, "wc -w");
	g_assert_cmpstr(counted->sentence, ==, "wc -w: 3");
	g_autoptr(FilingAnswer) silent = run(&place, FILING_PIPE, "true");
	g_assert_cmpstr(silent->sentence, ==, "Piped to true.");
}

static void test_a_whole_mail_is_unpacked(void)
{
	static const char mime[] =
		"From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
		"--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n"
		"--b\r\nContent-Type: text/csv; name=figures.csv\r\nContent-Disposition: attachment\r\n"
		"Content-Transfer-Encoding: base64\r\n\r\nMSwyCg==\r\n"
		"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n"
		"--c\r\nContent-Type: image/png; name=deep.png\r\nContent-Disposition: attachment\r\n\r\nx\r\n--c--\r\n"
		"--b--\r\n";
	g_autoptr(GBytes) bytes = g_bytes_new_static(mime, sizeof mime - 1);
	g_autoptr(GPtrArray) items = filing_unpack(bytes, NULL);

	g_assert_cmpuint(items->len, ==, 2);
	const FileItem *csv = g_ptr_array_index(items, 0), *inner = g_ptr_array_index(items, 1);
	g_assert_cmpstr(csv->name, ==, "figures.csv");
	g_assert_cmpint(csv->size_bytes, ==, 4);
	g_assert_cmpint(memcmp(g_bytes_get_data(csv->content, NULL), "1,2\n", 4), ==, 0);
	g_assert_cmpstr(inner->content_type, ==, "message/rfc822");
}

static void test_paths_are_completed(void)
{
	g_auto(Place) place;

	place_init(&place);
	for (const char *const *name = (const char *const[]){ "alpha", "alpine", "beta", ".hidden", NULL }; *name; name++) {
		g_autofree char *path = g_build_filename(place.dir, *name, NULL);
		g_assert_true(g_file_set_contents(path, "", 0, NULL));
	}
	static const struct { const char *typed; guint count; const char *first; } rows[] = {
		{ "al", 2, "alpha" }, { "b", 1, "beta" }, { "", 3, "alpha" }, { ".", 1, ".hidden" }, { "zz", 0, NULL },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
		g_autofree char *typed = g_strconcat(place.dir, "/", rows[i].typed, NULL);
		filing_complete(typed, words);
		g_assert_cmpuint(words->len, ==, rows[i].count);
		if (words->len)
			g_assert_true(g_str_has_suffix(g_ptr_array_index(words, 0), rows[i].first));
	}
	g_autofree char *home = paths_expand_home("~/x");
	g_assert_true(g_str_has_prefix(home, g_get_home_dir()));
	g_autofree char *other = paths_expand_home("~bob/x");
	g_assert_cmpstr(other, ==, "~bob/x");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	signal(SIGPIPE, SIG_IGN);      /* as the program does */
	g_test_add_func("/filing/names", test_names);
	g_test_add_func("/filing/nothing-is-overwritten", test_nothing_is_overwritten);
	g_test_add_func("/filing/all-into-a-folder", test_all_into_a_folder);
	g_test_add_func("/filing/what-fails-is-said", test_what_fails_is_said);
	g_test_add_func("/filing/a-program-answers", test_a_program_answers);
	g_test_add_func("/filing/a-whole-mail-is-unpacked", test_a_whole_mail_is_unpacked);
	g_test_add_func("/filing/paths-are-completed", test_paths_are_completed);
	return g_test_run();
}
