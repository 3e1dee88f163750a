/* Attachments in a tab of their own, and whole mails as files: what is listed, fetched, saved, piped and read. */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "support/screen.h"

/* The engine brings what was wished for last. */
static void fetched(World *world, const char *content)
{
	g_autoptr(GBytes) bytes = g_bytes_new(content, strlen(content));
	SyncEvent event = { .kind = SYNC_FETCHED, .wish_id = world->last_part_wish, .content = bytes };

	world_event(world, &event);
}

static int64_t newest(World *world)
{
	ListQuery query = { .folder_id = world->ids.inbox };
	ListPlace top = { 0, 0 };
	g_autoptr(GPtrArray) rows = NULL;

	g_assert_true(store_read_list(world->temp.reader, &query, &top, false, 1, &rows, NULL));
	return ((ListRow *)g_ptr_array_index(rows, 0))->id;
}

static void type_line(World *world, const char *text)
{
	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		Input input = { .kind = INPUT_KEY, .key = g_utf8_get_char(p) };
		mail_screen_input(world->mail, &input);
	}
	world_type(world, "Enter");
}

static void test_three_widths(void)
{
	static const struct { const char *name; int width, height; } sizes[] = {
		{ "attachments-80x24", 80, 24 }, { "attachments-100x30", 100, 30 }, { "attachments-140x45", 140, 45 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_auto(World) world;
		world_init(&world, sizes[i].width, sizes[i].height);
		world_type(&world, "v j Enter");
		fetched(&world, "a,b\n1,2\n");
		world_snapshot(&world, sizes[i].name);
	}
}

static void test_the_list(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_type(&world, "v");
	world_snapshot(&world, "files-80x24");
	world_assert_has(&world, "3 files");
	world_assert_has(&world, "report.pdf");
	world_assert_has(&world, "on server, inline");
	world_type(&world, "q");
	world_assert_has_not(&world, "on server");
	world_type(&world, "j j v");
	world_assert_has(&world, "This message has no attachments.");
	world_type(&world, "Enter s");
	world_assert_has(&world, "No message is selected.");
}

static void test_text_is_read_in_place(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_type(&world, "v j Enter");
	world_assert_asked(&world, "wish part ref1\n");
	world_assert_has(&world, "Downloading 1 file, 88K");
	fetched(&world, "first line\n\x1b[31mred\x1b[0m\nneedle\n");
	world_assert_has(&world, "File     plan");
	world_assert_has(&world, "first line");
	world_assert_has(&world, "[31mred");
	world_type(&world, "/ 'needle Enter");
	world_assert_has_not(&world, "is not in this text");
	world_type(&world, "/ 'thread Enter");
	world_assert_has(&world, "“thread” is not in this text.");
	world_type(&world, "q");
	world_assert_has(&world, "3 files");
	world_assert_has(&world, "here");
	world_type(&world, "Enter");
	world_assert_asked(&world, "");
	world_assert_has(&world, "first line");
}

static void test_other_files_are_described(void)
{
	static const char png[] = "\x89PNG\r\n\x1a\n";
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_type(&world, "v Enter");
	fetched(&world, png);
	world_assert_has(&world, "This file is no text.");
	world_type(&world, "q j j Enter");
	fetched(&world, "<p>x</p>");
	world_assert_has(&world, "image/png");
}

static void test_saving(void)
{
	g_auto(World) world;
	g_autofree char *dir = g_dir_make_tmp("files-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(dir, "report.pdf", NULL);
	g_autofree char *content = NULL;
	world_init(&world, 140, 45);

	world_type(&world, "v s");
	world_assert_has(&world, "Save as: report.pdf");
	world_type(&world, "^U");
	type_line(&world, dir);
	world_assert_asked(&world, "wish part ref0\n");
	fetched(&world, "%PDF");
	world_assert_has(&world, path);
	g_assert_true(g_file_get_contents(path, &content, NULL, NULL));
	g_assert_cmpstr(content, ==, "%PDF");
	world_type(&world, "y p");
	g_autofree char *copied = g_strdup_printf("copy %s\n", path);
	world_assert_asked(&world, copied);
	world_type(&world, "j y p");
	world_assert_has(&world, "This attachment is not saved yet");
	/* The folder is known now, and nothing that is here is fetched again. */
	world_type(&world, "k s");
	world_assert_has(&world, path);
	world_type(&world, "Enter");
	world_assert_asked(&world, "");
	world_assert_has(&world, "report (2).pdf");
	g_remove(path);
	g_autofree char *second = g_build_filename(dir, "report (2).pdf", NULL);
	g_assert_cmpint(g_remove(second), ==, 0);
	g_rmdir(dir);
}

static void test_saving_all(void)
{
	g_auto(World) world;
	g_autofree char *dir = g_dir_make_tmp("files-XXXXXX", NULL);
	world_init(&world, 140, 45);

	world_type(&world, "v S ^U");
	type_line(&world, dir);
	/* The picture inside the text is left out. */
	world_assert_asked(&world, "wish part ref0\nwish part ref1\n");
	SyncEvent first = { .kind = SYNC_FETCHED, .wish_id = 1, .content = g_bytes_new("1", 1) };
	world_event(&world, &first);
	g_bytes_unref(first.content);
	world_assert_has(&world, "Downloading 1 file");
	fetched(&world, "2");
	world_assert_has(&world, "Saved 2 files into");
	g_autoptr(GDir) saved = g_dir_open(dir, 0, NULL);
	int count = 0;
	for (const char *name; (name = g_dir_read_name(saved)); count++) {
		g_autofree char *path = g_build_filename(dir, name, NULL);
		g_assert_null(strstr(name, "\u202e"));
		g_remove(path);
	}
	g_assert_cmpint(count, ==, 2);
	g_rmdir(dir);
}

static void test_what_fails_is_said(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);

	world_type(&world, "v | 'wc Enter");
	world_assert_asked(&world, "wish part ref0\n");
	SyncEvent failed = { .kind = SYNC_FAILED, .wish_id = world.last_part_wish, .text = (char *)"the attachment is gone" };
	world_event(&world, &failed);
	world_assert_has(&world, "report.pdf: the attachment is gone");
	world_assert_has_not(&world, "coming");
	world_type(&world, ": 'save Enter Esc");
	world_type(&world, "s ^U");
	type_line(&world, "/dev/null/x");
	fetched(&world, "1");
	world_assert_has(&world, "cannot make /dev/null/x");
	world_type(&world, "|");
	type_line(&world, "cat | wc");
	world_assert_has(&world, "needs a shell");
}

static void test_a_program_is_fed(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);
	signal(SIGPIPE, SIG_IGN);

	world_type(&world, "v |");
	type_line(&world, "wc -c");
	fetched(&world, "12345");
	world_assert_has(&world, "wc -c: 5");
}

/* A whole mail is fetched as the server has it, then saved or piped. */
static void test_a_whole_mail(void)
{
	static const char source[] = "From: grace@example.org\r\nSubject: x\r\n\r\nHello\r\n";
	g_auto(World) world;
	g_autofree char *dir = g_dir_make_tmp("files-XXXXXX", NULL);
	g_autoptr(GBytes) mime = g_bytes_new_static(source, sizeof source - 1);
	world_init(&world, 100, 30);

	world_type(&world, "E");
	world_assert_has(&world, "Architecture review moved to Thursday.eml");
	world_type(&world, "^U");
	type_line(&world, dir);
	world_assert_asked(&world, "wish source\n");
	world_assert_has(&world, "Asking the server for the source");
	g_assert_true(store_write_mime(world.temp.writer, newest(&world), mime, NULL));
	SyncEvent event = { .kind = SYNC_FETCHED, .wish_id = 77, .message_id = newest(&world) };
	world_event(&world, &event);
	world_assert_has(&world, "Saved as ");
	g_autoptr(GDir) saved = g_dir_open(dir, 0, NULL);
	g_autofree char *path = g_build_filename(dir, g_dir_read_name(saved), NULL);
	g_autofree char *content = NULL;
	g_assert_true(g_file_get_contents(path, &content, NULL, NULL));
	g_assert_cmpstr(content, ==, source);
	signal(SIGPIPE, SIG_IGN);
	world_type(&world, ": 'pipe Space 'wc Space '-l Enter");
	world_assert_asked(&world, "");
	world_assert_has(&world, "wc -l: 4");
	g_remove(path);
	g_rmdir(dir);
}

/* Of a mail that is here as a whole nothing is fetched. */
static void test_a_whole_mail_has_its_parts(void)
{
	static const char source[] =
		"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHi\r\n"
		"--b\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment; filename=inner.eml\r\n\r\n"
		"From: Li <li@example.org>\r\nSubject: Inside\r\n\r\nThe inner text.\r\n--b--\r\n";
	g_auto(World) world;
	g_autoptr(GBytes) mime = g_bytes_new_static(source, sizeof source - 1);
	world_init(&world, 80, 24);

	g_assert_true(store_write_mime(world.temp.writer, newest(&world), mime, NULL));
	world_type(&world, "v");
	world_assert_has(&world, "1 file");
	world_assert_has(&world, "Inside.eml");
	world_type(&world, "Enter");
	world_assert_has(&world, "<li@example.org>");
	world_assert_has(&world, "The inner text.");
	world_assert_asked(&world, "");
}

/* How to leave a list is said where the source is here; nothing is opened. */
static void test_a_list_can_be_left(void)
{
	static const char source[] =
		"From: List <list@example.org>\r\nSubject: News\r\nList-Unsubscribe: <mailto:leave@example.org?subject=off>,\r\n"
		" <https://example.org/leave?u=1>, <javascript:alert(1)>\r\n\r\nHello\r\n";
	g_auto(World) world;
	g_autoptr(GBytes) mime = g_bytes_new_static(source, sizeof source - 1);
	world_init(&world, 100, 30);

	g_assert_true(store_write_mime(world.temp.writer, newest(&world), mime, NULL));
	world_type(&world, "j");
	world_advance(&world, 200);
	world_assert_has_not(&world, "Leave");
	world_type(&world, "k");
	world_advance(&world, 200);
	world_assert_has(&world, "Leave    mailto:leave@example.org?subject=off   https://example.org/leave?u=1");
	world_assert_has_not(&world, "javascript");
	world_type(&world, "^B");
	world_assert_has(&world, "[4] unsubscribe");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/files/three-widths", test_three_widths);
	g_test_add_func("/files/the-list", test_the_list);
	g_test_add_func("/files/text-is-read-in-place", test_text_is_read_in_place);
	g_test_add_func("/files/other-files-are-described", test_other_files_are_described);
	g_test_add_func("/files/saving", test_saving);
	g_test_add_func("/files/saving-all", test_saving_all);
	g_test_add_func("/files/what-fails-is-said", test_what_fails_is_said);
	g_test_add_func("/files/a-program-is-fed", test_a_program_is_fed);
	g_test_add_func("/files/a-whole-mail", test_a_whole_mail);
	g_test_add_func("/files/a-whole-mail-has-its-parts", test_a_whole_mail_has_its_parts);
	g_test_add_func("/files/a-list-can-be-left", test_a_list_can_be_left);
	return g_test_run();
}
