#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "export/eml.h"

static const EmlFacts ada = {
	.id = "m1abc", .date_ms = 1764000000000, .from = "\"Example, Ada\" <ada@example.test>", .to = "bob@example.test",
	.subject = "Re: plan/B", .folder = "Inbox", .account = "work",
};

static void test_names(void)
{
	static const struct { const char *name_template, *name; } rows[] = {
		{ EML_DEFAULT_NAME, "2025-11-24_Example, Ada_Re_ plan_B.eml" },
		{ "{id}", "m1abc.eml" },
		{ "{folder}-{account}-{to}", "Inbox-work-bob@example.test.eml" },
		{ "{date:%Y%m%d-%H%M%S}", "20251124-160000.eml" },
		{ "{date}", "2025-11-24.eml" },
		{ "../{id}.eml", "_.._m1abc.eml" },
		{ "-{id}", "_-m1abc.eml" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *name = eml_name(rows[i].name_template, &ada);
		g_assert_cmpstr(name, ==, rows[i].name);
		g_assert_true(eml_template_check(rows[i].name_template, NULL));
	}
}

static void test_names_of_nothing_and_too_much(void)
{
	g_autofree char *subject = g_strnfill(100000, 'x');
	EmlFacts empty = { .id = "m1" }, endless = { .id = "m1", .subject = subject };
	g_autofree char *bare = eml_name(EML_DEFAULT_NAME, &empty);
	g_autofree char *many = eml_name("{subject}{subject}{subject}{subject}", &endless);

	g_assert_cmpstr(bare, ==, "_-_-_-.eml");
	g_assert_cmpuint(strlen(many), <=, LIMIT_FILE_NAME_BYTES);
	g_assert_true(g_str_has_suffix(many, ".eml"));
}

static void test_time_zone(void)
{
	EmlFacts facts = ada;
	g_autoptr(GTimeZone) tokyo = g_time_zone_new_offset(9 * 3600);

	facts.zone = tokyo;
	g_autofree char *name = eml_name("{date:%F %H}", &facts);
	g_assert_cmpstr(name, ==, "2025-11-25 01.eml");
}

static void test_bad_templates(void)
{
	static const struct { const char *name_template, *says; } rows[] = {
		{ "", "empty" }, { "{date", "closing brace" }, { "{sender}", "{sender}" }, { "{from:%F}", "{from}" },
		{ "{}", "unknown field" }, { "{date:%Q}", "%Q" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		g_assert_false(eml_template_check(rows[i].name_template, &err));
		g_assert_true(error_is(err, ERR_USAGE));
		g_assert_nonnull(strstr(err->message, rows[i].says));
	}
}

/* ---- the writer ---- */

static char *new_dir(void)
{
	return g_dir_make_tmp("postern-eml-XXXXXX", NULL);
}

static void remove_dir(const char *dir)
{
	g_autoptr(GDir) files = g_dir_open(dir, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(files))) {
		g_autofree char *path = g_build_filename(dir, name, NULL);
		g_unlink(path);
	}
	g_rmdir(dir);
}

static guint count_mails(const char *dir)
{
	g_autoptr(GDir) files = g_dir_open(dir, 0, NULL);
	const char *name;
	guint count = 0;

	while ((name = g_dir_read_name(files)))
		count += g_str_has_suffix(name, ".eml");
	return count;
}

static char *write_mail(EmlExport *export, const char *id, const char *mime)
{
	EmlFacts facts = ada;
	g_autoptr(GBytes) bytes = g_bytes_new(mime, strlen(mime));
	g_autoptr(GError) err = NULL;
	char *path = NULL;

	facts.id = id;
	g_assert_true(eml_export_write(export, &facts, bytes, &path, &err));
	g_assert_no_error(err);
	return path;
}

static void test_bytes_are_kept(void)
{
	static const char mime[] = "Subject: x\r\n\r\nbare\nLF, \0 NUL and \xff\r\n";
	g_autofree char *dir = new_dir(), *content = NULL, *path = NULL;
	g_autoptr(EmlExport) export = eml_export_open(dir, "{id}", false, NULL);
	g_autoptr(GBytes) bytes = g_bytes_new(mime, sizeof mime - 1);
	gsize len;

	g_assert_true(eml_export_write(export, &ada, bytes, &path, NULL));
	g_assert_true(g_file_get_contents(path, &content, &len, NULL));
	g_assert_cmpmem(content, (int)len, mime, (int)sizeof mime - 1);
	remove_dir(dir);
}

/* Three mails that want one name, two of them equal to the byte: three files. */
static void test_never_overwrites(void)
{
	g_autofree char *dir = new_dir(), *a = NULL, *b = NULL, *c = NULL;
	g_autoptr(EmlExport) export = eml_export_open(dir, "{subject}", false, NULL);

	a = write_mail(export, "ma", "one");
	b = write_mail(export, "mb", "two");
	c = write_mail(export, "mc", "one");
	g_assert_true(g_str_has_suffix(a, "/Re_ plan_B.eml"));
	g_assert_true(g_str_has_suffix(b, "/Re_ plan_B_mb.eml"));
	g_assert_true(g_str_has_suffix(c, "/Re_ plan_B_mc.eml"));
	g_assert_cmpuint(count_mails(dir), ==, 3);
	remove_dir(dir);
}

static void test_manifest_is_what_sha256sum_reads(void)
{
	g_autofree char *dir = new_dir(), *path = NULL, *text = NULL, *manifest = NULL;
	g_autoptr(EmlExport) export = eml_export_open(dir, "{id}", false, NULL);

	path = write_mail(export, "ma", "abc");
	manifest = g_build_filename(dir, "manifest.sha256", NULL);
	g_assert_true(g_file_get_contents(manifest, &text, NULL, NULL));
	g_assert_cmpstr(text, ==, "# ma\nba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  ma.eml\n");
	remove_dir(dir);
}

static void test_resume(void)
{
	g_autofree char *dir = new_dir(), *a = NULL, *b = NULL, *again = NULL;
	g_autoptr(EmlExport) first = eml_export_open(dir, "{id}", false, NULL);
	g_autoptr(GError) err = NULL;

	a = write_mail(first, "ma", "abc");
	b = write_mail(first, "mb", "def");
	g_assert_true(g_file_set_contents(b, "altered", -1, NULL));
	g_assert_null(eml_export_open(dir, "{id}", false, &err));
	g_assert_true(error_is(err, ERR_EXISTS));

	g_autoptr(EmlExport) second = eml_export_open(dir, "{id}", true, NULL);
	g_assert_true(eml_export_has(second, "ma"));
	g_assert_false(eml_export_has(second, "mb"));
	g_assert_false(eml_export_has(second, "mc"));
	again = write_mail(second, "mb", "def");
	g_assert_true(g_str_has_suffix(again, "/mb_mb.eml"));
	g_assert_true(eml_export_has(second, "mb"));
	remove_dir(dir);
}

/* Killed between the file and its line, and in the middle of a line: the file is adopted, the line dropped. */
static void test_resume_after_a_kill(void)
{
	g_autofree char *dir = new_dir(), *manifest = g_build_filename(dir, "manifest.sha256", NULL);
	g_autofree char *orphan = g_build_filename(dir, "ma.eml", NULL), *path = NULL, *text = NULL;

	g_assert_true(g_file_set_contents(orphan, "abc", -1, NULL));
	g_assert_true(g_file_set_contents(manifest, "# mx\n# ma\nba7816bf", -1, NULL));
	g_autoptr(EmlExport) export = eml_export_open(dir, "{id}", true, NULL);
	g_assert_false(eml_export_has(export, "ma"));
	path = write_mail(export, "ma", "abc");
	g_assert_cmpstr(path, ==, orphan);
	g_assert_cmpuint(count_mails(dir), ==, 1);
	g_assert_true(g_file_get_contents(manifest, &text, NULL, NULL));
	g_assert_cmpstr(text, ==, "# mx\n# ma\n# ma\nba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  ma.eml\n");
	remove_dir(dir);
}

static void test_manifest_leads_nowhere_else(void)
{
	g_autofree char *dir = new_dir(), *manifest = g_build_filename(dir, "manifest.sha256", NULL);
	g_autofree char *inner = g_build_filename(dir, "inner", NULL), *outside = g_build_filename(dir, "x.eml", NULL);

	g_assert_true(file_ensure_dir(inner, NULL));
	g_free(manifest);
	manifest = g_build_filename(inner, "manifest.sha256", NULL);
	g_assert_true(g_file_set_contents(outside, "abc", -1, NULL));
	g_assert_true(g_file_set_contents(manifest,
		"# ma\nba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  ../x.eml\n", -1, NULL));
	g_autoptr(EmlExport) export = eml_export_open(inner, "{id}", true, NULL);
	g_assert_false(eml_export_has(export, "ma"));
	remove_dir(inner);
	remove_dir(dir);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/eml/names", test_names);
	g_test_add_func("/eml/names-of-nothing-and-too-much", test_names_of_nothing_and_too_much);
	g_test_add_func("/eml/time-zone", test_time_zone);
	g_test_add_func("/eml/bad-templates", test_bad_templates);
	g_test_add_func("/eml/bytes-are-kept", test_bytes_are_kept);
	g_test_add_func("/eml/never-overwrites", test_never_overwrites);
	g_test_add_func("/eml/manifest-is-what-sha256sum-reads", test_manifest_is_what_sha256sum_reads);
	g_test_add_func("/eml/resume", test_resume);
	g_test_add_func("/eml/resume-after-a-kill", test_resume_after_a_kill);
	g_test_add_func("/eml/manifest-leads-nowhere-else", test_manifest_leads_nowhere_else);
	return g_test_run();
}
