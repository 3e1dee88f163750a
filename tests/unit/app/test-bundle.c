#include <glib/gstdio.h>
#include <string.h>

#include "app/bundle.h"
#include "base/error.h"
#include "support/profile.h"

static void put(const Profile *profile, const char *name, const char *text)
{
	g_autofree char *path = profile_write(profile, name, text, 0600);
}

static char *export_from(const Profile *profile)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(Settings) settings = settings_load(profile->paths, &err);
	char *text = bundle_export(profile->paths, settings, &err);

	g_assert_no_error(err);
	return text;
}

static void import_into(const Profile *profile, const char *text)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(Bundle) bundle = bundle_parse(text, strlen(text), &err);

	g_assert_no_error(err);
	g_assert_true(bundle_import(bundle, profile->paths, false, &err));
}

static const char picture[] = "\x89PNG\r\n\x1a\n and enough of it for more than one line of seventy-six characters\xff";

static void fill(const Profile *profile)
{
	put(profile, "config", "# mine\n[ui]\ntheme = night\nkeymap = default\n[store]\ndata_dir = /srv/mail\n[log]\nfile = /var/tmp/x\n");
	put(profile, "conf.d/more.conf", "[compose]\nsignature = work\n");
	put(profile, "keys", "list x quit\n\n# end\n");
	put(profile, "themes/night.conf", "base = dark\nlink = 75\n");
	put(profile, "signatures/work.txt", "Ada\r\n");
	put(profile, "signatures/logo.png", picture);
	put(profile, "replies/thanks.txt", "Thanks, file x\n");
	put(profile, "accounts/work.conf", "address = a@b.test\npassword_command = echo secret\n");
	put(profile, "themes/.swp", "no theme\n");
}

static void test_there_and_back(void)
{
	static const char *const same[] = { "keys", "themes/night.conf", "signatures/work.txt", "signatures/logo.png", "replies/thanks.txt" };
	Profile here, there;

	profile_init(&here);
	profile_init(&there);
	fill(&here);
	g_autofree char *text = export_from(&here);
	g_assert_true(g_str_has_prefix(text, "postern-config 1\nset compose.signature = work\nset ui.theme = night\nfile keys\n list x quit\n \n # end\n"));
	g_assert_null(strstr(text, "secret"));
	g_assert_null(strstr(text, "/srv/mail"));
	g_assert_null(strstr(text, "/var/tmp"));
	g_assert_null(strstr(text, ".swp"));

	put(&there, "config", "# theirs\n[ui]\n# soft\ntheme = light\n");
	import_into(&there, text);
	for (size_t i = 0; i < G_N_ELEMENTS(same); i++) {
		g_autofree char *left = profile_read(&here, same[i]);
		g_autofree char *right = profile_read(&there, same[i]);
		g_test_message("%s", same[i]);
		g_assert_cmpstr(left, ==, right);
	}
	g_autofree char *config = profile_read(&there, "config");
	g_assert_cmpstr(config, ==, "# theirs\n[ui]\n# soft\ntheme = night\n\n[compose]\nsignature = work\n");
	g_autofree char *again = export_from(&there);
	g_assert_cmpstr(again, ==, text);
	profile_clear(&here);
	profile_clear(&there);
}

static void test_what_differs_is_not_written_over(void)
{
	static const char text[] = "postern-config 1\nset ui.theme = light\nfile replies/new.txt\n new\nfile keys\n list x quit\n";
	Profile profile;
	g_autoptr(GError) err = NULL;
	g_autoptr(Bundle) bundle = bundle_parse(text, strlen(text), &err);

	profile_init(&profile);
	put(&profile, "keys", "list y quit\n");
	g_assert_cmpuint(bundle_count(bundle).settings, ==, 1);
	g_assert_cmpuint(bundle_count(bundle).files, ==, 2);
	g_assert_false(bundle_import(bundle, profile.paths, false, &err));
	g_assert_true(error_is(err, ERR_EXISTS));
	g_assert_nonnull(strstr(err->message, "/keys is there and says something else; --replace writes over it"));
	g_clear_error(&err);
	g_autofree char *new_path = g_build_filename(profile.paths->config_dir, "replies", "new.txt", NULL);
	g_assert_false(g_file_test(new_path, G_FILE_TEST_EXISTS));      /* nothing was written */
	g_autofree char *config = settings_file(profile.paths);
	g_assert_false(g_file_test(config, G_FILE_TEST_EXISTS));

	g_assert_true(bundle_import(bundle, profile.paths, true, &err));
	g_autofree char *keys = profile_read(&profile, "keys");
	g_assert_cmpstr(keys, ==, "list x quit\n");
	g_assert_true(bundle_import(bundle, profile.paths, false, &err));      /* the same again is no clash */
	profile_clear(&profile);
}

static void test_what_is_refused(void)
{
	static const struct { const char *text, *says; } rows[] = {
		{ "", "this is no configuration of Postern: it does not begin with “postern-config 1”" },
		{ "postern-config 2\n", "this is no configuration of Postern: it does not begin with “postern-config 1”" },
		{ "postern-config 1\nset ui.them = light\n", "line 2: there is no setting “ui.them”" },
		{ "postern-config 1\nset ui.keymap = emacs\n", "line 2: “emacs” is not possible for keymap: it takes default, mutt, vim or alpine" },
		{ "postern-config 1\nset ui.keymap\n", "line 2: a setting is “set NAME = VALUE”" },
		{ "postern-config 1\n\n x\n", "line 3: a line of a file stands before the first file" },
		{ "postern-config 1\nexec rm\n", "line 2: a line begins with “set”, “file” or a blank" },
		{ "postern-config 1\nfile accounts/work.conf\n", "line 2: “accounts/work.conf” does not belong into a configuration" },
		{ "postern-config 1\nfile config\n", "line 2: “config” does not belong into a configuration" },
		{ "postern-config 1\nfile ../keys\n", "line 2: “../keys” does not belong into a configuration" },
		{ "postern-config 1\nfile themes/../../x.conf\n", "line 2: “themes/../../x.conf” does not belong into a configuration" },
		{ "postern-config 1\nfile themes/x.sh\n", "line 2: “themes/x.sh” does not belong into a configuration" },
		{ "postern-config 1\nfile signatures/.bashrc\n", "line 2: “signatures/.bashrc” does not belong into a configuration" },
		{ "postern-config 1\nfile themesx/x.conf\n", "line 2: “themesx/x.conf” does not belong into a configuration" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		g_assert_null(bundle_parse(rows[i].text, strlen(rows[i].text), &err));
		g_assert_true(error_is(err, ERR_CONFIG));
		if (!g_str_has_prefix(err->message, rows[i].says))
			g_error("“%s” is not “%s”", err->message, rows[i].says);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/bundle/there-and-back", test_there_and_back);
	g_test_add_func("/bundle/nothing-is-written-over", test_what_differs_is_not_written_over);
	g_test_add_func("/bundle/refused", test_what_is_refused);
	return g_test_run();
}
