/* What is put together when a message is due. */
#include <glib/gstdio.h>
#include <string.h>

#include "app/outgoing.h"
#include "base/error.h"
#include "support/tempstore.h"

/* In a configuration folder of its own, which goes with clear_config(). */
static char *config_with(const char *name, const char *text)
{
	char *config = g_dir_make_tmp("postern-outgoing.XXXXXX", NULL);
	g_autofree char *folder = g_build_filename(config, "postern", "signatures", NULL);
	g_autofree char *path = g_build_filename(folder, name, NULL);

	g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	g_setenv("XDG_CONFIG_HOME", config, true);
	return config;
}

static void clear_config(char *config)
{
	g_autofree char *postern = g_build_filename(config, "postern", NULL);
	g_autofree char *folder = g_build_filename(postern, "signatures", NULL);

	temp_dir_remove(folder);
	g_rmdir(postern);
	g_rmdir(config);
	g_free(config);
}

static Draft *draft_to_bob(const char *signature)
{
	Draft *draft = draft_new();

	draft->from = g_strdup("ada@example.test");
	draft->to = g_strdup("bob@example.test");
	draft->message_id = g_strdup("<one@example.test>");
	draft->body = (g_free(draft->body), g_strdup("Hello Bob\n"));
	draft->signature = g_strdup(signature);
	return draft;
}

/* Put together. */
static GBytes *compose(TempStore *temp, const Draft *draft, GError **err)
{
	g_autoptr(StoreDraft) row = store_draft_new(temp->account_id, DRAFT_NEW, 0);
	g_auto(StoreMail) mail = { 0 };

	row->text = draft_to_text(draft);
	return outgoing_compose(temp->reader, row, false, &mail, err) ? g_bytes_ref(mail.mime) : NULL;
}

static void test_signature(void)
{
	static const struct { const char *why, *name, *text, *says; } rows[] = {
		{ "none is chosen", NULL, "Hello Bob\r\n", NULL },
		{ "one is", "work", "Hello Bob\r\n\r\n-- \r\nAda Example\r\n", NULL },
		{ "it is not there", "home", NULL, "there is no signature “home”: write home.txt or home.html in " },
		{ "it is elsewhere", "../work", NULL, "“../work” cannot be the name of a file" },
	};
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	char *config = config_with("work.txt", "Ada Example\n");
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		g_autoptr(Draft) draft = draft_to_bob(rows[i].name);
		g_autoptr(GBytes) mime = compose(&temp, draft, &err);

		g_test_message("%s", rows[i].why);
		if (rows[i].says) {
			g_assert_null(mime);
			g_assert_true(error_is(err, ERR_CONFIG));
			g_assert_true(g_str_has_prefix(err->message, rows[i].says));
			continue;
		}
		g_assert_no_error(err);
		g_autofree char *text = g_strndup(g_bytes_get_data(mime, NULL), g_bytes_get_size(mime));
		g_assert_true(g_str_has_suffix(text, rows[i].text));
	}
	clear_config(config);
}

/* Without key and certificates it stays here, and nothing of it is made. */
static void test_protected(void)
{
	static const struct { Signing signing; Encryption encryption; const char *says; } rows[] = {
		{ SIGNING_CLEAR, ENCRYPTION_NO, "there is no key to sign with as ada@example.test" },
		{ SIGNING_NO, ENCRYPTION_YES, "nothing can be encrypted to bob@example.test" },
		{ SIGNING_NO, ENCRYPTION_IF_POSSIBLE, NULL },
	};
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Draft) draft = draft_to_bob(NULL);
		g_autoptr(GError) err = NULL;
		draft->signing = rows[i].signing;
		draft->encryption = rows[i].encryption;
		g_autoptr(GBytes) mime = compose(&temp, draft, &err);
		g_assert_cmpint(mime != NULL, ==, rows[i].says == NULL);
		if (!rows[i].says)
			continue;
		g_assert_true(error_is(err, ERR_NOT_FOUND));
		g_assert_true(g_str_has_prefix(err->message, rows[i].says));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/outgoing/signature", test_signature);
	g_test_add_func("/outgoing/protected", test_protected);
	return g_test_run();
}
