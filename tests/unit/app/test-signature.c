#include <glib/gstdio.h>
#include <string.h>

#include "app/signature.h"
#include "base/error.h"

static char *dir;
static Paths paths;

static void write_file(const char *folder, const char *name, const char *text)
{
	g_autofree char *at = g_build_filename(dir, folder, NULL), *path = g_build_filename(at, name, NULL);

	g_assert_cmpint(g_mkdir_with_parents(at, 0700), ==, 0);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void fill(void)
{
	write_file("signatures", "work.txt", "Ada\n");
	write_file("signatures", "work.html",
	           "<p>Ada</p><img src=\"logo.png\"><img src=\"../secret\"><img src=\"gone.png\"><img src=\"file:///C:/x.jpg\">");
	write_file("signatures", "logo.png", "PNG");
	write_file("signatures", "plain.txt", "A.");
	write_file("signatures", "latin.txt", "gr\xfc\xdf");
	write_file("signatures", ".hidden.txt", "x");
	write_file(".", "secret", "secret");
	write_file("replies", "thanks.txt", "Thank you!\n");
	write_file("replies/work", "thanks.txt", "Kind regards\n");
	write_file("replies/work", "later.txt", "Tomorrow\n");
}

static void test_names(void)
{
	g_autoptr(GPtrArray) names = signature_names(&paths);
	g_autoptr(GPtrArray) quick = quick_reply_names(&paths, "home");
	Paths nowhere = { .config_dir = (char *)"/nonexistent" };

	g_ptr_array_add(names, NULL);
	g_autofree char *all = g_strjoinv(" ", (char **)names->pdata);
	g_assert_cmpstr(all, ==, "latin plain work");
	g_assert_cmpuint(quick->len, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(quick, 0), ==, "thanks");
	g_autoptr(GPtrArray) replies = quick_reply_names(&nowhere, "home");
	g_assert_cmpuint(replies->len, ==, 0);
}

static void test_load(void)
{
	g_autoptr(Signature) work = signature_load(&paths, "work", NULL);
	g_autoptr(Signature) plain = signature_load(&paths, "plain", NULL);
	g_autofree char *reply = quick_reply_load(&paths, "home", "thanks", NULL);

	g_assert_cmpstr(work->text, ==, "Ada\n");
	g_assert_cmpuint(work->pictures->len, ==, 1);
	const DraftPart *logo = g_ptr_array_index(work->pictures, 0);
	g_assert_cmpstr(logo->name, ==, "logo.png");
	g_assert_cmpuint(g_bytes_get_size(logo->bytes), ==, 3);
	ComposeSignature signature = signature_for_compose(plain);
	g_assert_cmpstr(signature.text, ==, "A.");
	g_assert_null(signature.html);
	g_assert_cmpstr(reply, ==, "Thank you!\n");
}

static void test_an_account_has_quick_replies_of_its_own(void)
{
	g_autoptr(GPtrArray) names = quick_reply_names(&paths, "work");
	g_autofree char *own = quick_reply_load(&paths, "work", "thanks", NULL);
	g_autofree char *only = quick_reply_load(&paths, "work", "later", NULL);
	g_autofree char *other = quick_reply_load(&paths, "home", "later", NULL);

	g_ptr_array_add(names, NULL);
	g_autofree char *all = g_strjoinv(" ", (char **)names->pdata);
	g_assert_cmpstr(all, ==, "later thanks");
	g_assert_cmpstr(own, ==, "Kind regards\n");
	g_assert_cmpstr(only, ==, "Tomorrow\n");
	g_assert_null(other);
}

/* One that is set is there at once, for whom it was set. */
static void test_quick_replies_are_set_and_removed(void)
{
	static const struct { const char *account, *name; ErrorKind kind; } refused[] = {
		{ NULL, "../keys", ERR_CONFIG },
		{ "work", "", ERR_CONFIG },
		{ "home", "thanks", ERR_NOT_FOUND },
		{ NULL, "none", ERR_NOT_FOUND },
	};
	g_autofree char *long_text = g_strnfill(300 << 10, 'x');
	g_autoptr(GError) err = NULL;

	g_assert_true(quick_reply_save(&paths, NULL, "soon", "Soon.\n", &err));
	g_assert_true(quick_reply_save(&paths, "home", "soon", "Now.\n", &err));
	g_autofree char *home = quick_reply_load(&paths, "home", "soon", &err);
	g_autofree char *work = quick_reply_load(&paths, "work", "soon", &err);
	g_assert_cmpstr(home, ==, "Now.\n");
	g_assert_cmpstr(work, ==, "Soon.\n");
	g_autoptr(GPtrArray) own = quick_reply_own_names(&paths, "home");
	g_assert_cmpuint(own->len, ==, 1);
	g_assert_true(quick_reply_remove(&paths, "home", "soon", &err));
	g_autofree char *common = quick_reply_load(&paths, "home", "soon", &err);
	g_assert_cmpstr(common, ==, "Soon.\n");
	g_assert_true(quick_reply_remove(&paths, NULL, "soon", &err));
	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
		g_autoptr(GError) why = NULL;
		g_assert_false(quick_reply_remove(&paths, refused[i].account, refused[i].name, &why));
		g_assert_true(error_is(why, refused[i].kind));
	}
	g_assert_false(quick_reply_save(&paths, NULL, "long", long_text, &err));
	g_assert_true(error_is(err, ERR_LIMIT));
}

static void test_refuses(void)
{
	static const struct { const char *name; ErrorKind kind; } rows[] = {
		{ "none", ERR_NOT_FOUND },
		{ "../signatures/work", ERR_CONFIG },
		{ "", ERR_CONFIG },
		{ "latin", ERR_CONFIG },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL, other = NULL;
		g_test_message("%s", rows[i].name);
		g_assert_null(signature_load(&paths, rows[i].name, &error));
		g_assert_true(error_is(error, rows[i].kind));
		g_assert_null(quick_reply_load(&paths, "home", rows[i].name, &other));
	}
	g_autoptr(GError) error = NULL;
	g_assert_null(signature_load(&paths, "none", &error));
	g_assert_nonnull(strstr(error->message, "write none.txt or none.html in "));
}

/* What no recipient would see is said with what to do; a signature that is sound is not spoken of. */
static void test_complaints(void)
{
	static const struct { const char *name, *says; } rows[] = {
		{ "plain", NULL },
		{ "whole", NULL },
		{ "none", "write none.txt or none.html in " },
		{ "local", "The picture “file:///C:/Users/ada/logo.jpg” of the signature lies on a disk that no recipient has: put it into " },
	};

	write_file("signatures", "whole.html", "<p>Ada</p><img src=\"logo.png\">");
	write_file("signatures", "local.html", "<p>Ada</p><img src=\"file:///C:/Users/ada/logo.jpg\">");
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *says = signature_complaint(&paths, rows[i].name);
		g_test_message("%s", rows[i].name);
		if (rows[i].says)
			g_assert_nonnull(strstr(says, rows[i].says));
		else
			g_assert_null(says);
	}
}

static void sweep(const char *folder)
{
	g_autofree char *at = g_build_filename(dir, folder, NULL);
	g_autoptr(GDir) files = g_dir_open(at, 0, NULL);

	for (const char *name; files && (name = g_dir_read_name(files));) {
		g_autofree char *path = g_build_filename(at, name, NULL);
		g_unlink(path);
	}
	g_rmdir(at);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	dir = g_dir_make_tmp("signature-XXXXXX", NULL);
	paths.config_dir = dir;
	fill();
	g_test_add_func("/signature/names", test_names);
	g_test_add_func("/signature/load", test_load);
	g_test_add_func("/signature/replies-of-an-account", test_an_account_has_quick_replies_of_its_own);
	g_test_add_func("/signature/quick-replies-are-set-and-removed", test_quick_replies_are_set_and_removed);
	g_test_add_func("/signature/refuses", test_refuses);
	g_test_add_func("/signature/complaints", test_complaints);
	int status = g_test_run();
	sweep("signatures");
	sweep("replies/work");
	sweep("replies/home");
	sweep("replies");
	sweep(".");
	g_free(dir);
	return status;
}
