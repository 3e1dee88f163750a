#include <glib/gstdio.h>
#include <string.h>

#include "app/editing.h"
#include "base/error.h"

typedef struct { char *dir; Paths *paths; } World;

static void world_open(World *world)
{
	world->dir = g_dir_make_tmp("postern-editing-XXXXXX", NULL);
	g_setenv("XDG_RUNTIME_DIR", world->dir, TRUE);
	world->paths = paths_new();
}

static void world_close(World *world)
{
	g_autofree char *editing = g_build_filename(world->paths->runtime_dir, "editing", NULL);

	g_rmdir(editing);
	g_rmdir(world->paths->runtime_dir);
	g_rmdir(world->dir);
	paths_free(world->paths);
	g_free(world->dir);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(World, world_close)

static void test_command(void)
{
	static const struct { const char *setting, *visual, *editor, *first, *says; } rows[] = {
		{ NULL,        NULL,    NULL,  NULL,    NULL },
		{ NULL,        NULL,    "ed",  "ed",    NULL },
		{ NULL,        "vim",   "ed",  "vim",   NULL },
		{ "nano -w",   "vim",   "ed",  "nano",  NULL },
		{ "builtin",   "vim",   "ed",  NULL,    NULL },
		{ "",          "",      "ed",  "ed",    NULL },
		{ "vi; rm x",  NULL,    NULL,  NULL,    "needs a shell" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		g_auto(GStrv) argv = NULL;
		g_unsetenv("VISUAL");
		g_unsetenv("EDITOR");
		if (rows[i].visual)
			g_setenv("VISUAL", rows[i].visual, TRUE);
		if (rows[i].editor)
			g_setenv("EDITOR", rows[i].editor, TRUE);
		g_assert_cmpint(editing_command(rows[i].setting, &argv, &err), ==,
		                rows[i].says == NULL);
		g_assert_cmpstr(argv ? argv[0] : NULL, ==, rows[i].first);
		if (rows[i].says)
			g_assert_nonnull(strstr(err->message, rows[i].says));
	}
}

/* What the editor leaves is taken, however it ended; the file stays until it is safe elsewhere. */
static void test_run(void)
{
	static const struct { const char *why, *argv[4], *text, *warning, *fails;
	} rows[] = {
		{ "changes it", { "sed", "-i", "s/one/two/" }, "two\n", NULL, NULL },
		{ "changes nothing", { "true" }, "one\n", NULL, NULL },
		{ "dies",
		  { "sh", "-c", "echo new > $0; kill -9 $$" },
		  "new\n",
		  "ended with 137",
		  NULL },
		{ "no UTF-8", { "sh", "-c", "printf 'a\\377' > $0" }, "a\ufffd", NULL, NULL },
		{ "removes it", { "rm" }, NULL, NULL, "No such file" },
		{ "is not there", { "/no/such/editor" }, NULL, NULL, "cannot be started" },
	};

	static const EditingOwner owners[] = {
		{ EDITING_DRAFT, 7 }, { EDITING_OOF_INSIDE, 7 }, { EDITING_OOF_OUTSIDE, 7 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(World) world = { 0 };
		g_autoptr(GError) err = NULL;
		g_autofree char *text = NULL, *warning = NULL;
		const EditingOwner *owner = &owners[i % G_N_ELEMENTS(owners)];
		world_open(&world);
		g_test_message("%s", rows[i].why);
		bool ok = editing_run(world.paths, (char *const *)rows[i].argv, owner, "one\n", &text,
		                      &warning, &err);
		g_assert_cmpint(ok, ==, rows[i].fails == NULL);
		g_assert_cmpstr(text, ==, rows[i].text);
		if (rows[i].warning)
			g_assert_nonnull(strstr(warning, rows[i].warning));
		else
			g_assert_null(warning);
		g_autoptr(GPtrArray) left = editing_left(world.paths);
		g_assert_cmpuint(left->len, ==, ok ? 1 : 0);
		const EditingLeft *found = ok ? left->pdata[0] : NULL;
		g_assert_true(!found || (found->owner.kind == owner->kind && found->owner.id == 7));
		editing_forget(world.paths, owner);
		g_autoptr(GPtrArray) none = editing_left(world.paths);
		g_assert_cmpuint(none->len, ==, 0);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/editing/command", test_command);
	g_test_add_func("/editing/run", test_run);
	return g_test_run();
}
