/* Pictures drawn from another thread: by the real helper, and by helpers that fail in all ways. */
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "paper/paper.h"
#include "support/picture.h"
#include "ui/painter.h"
#include "ui/worker.h"

static const TermPictures blocks = { DRAWING_BLOCKS, 256, 10, 20 };

static void order(Painter *painter, int64_t serial, GBytes *picture, const TermPictures *pictures)
{
	DrawJob *job = g_new0(DrawJob, 1);

	*job = (DrawJob){ serial, g_bytes_ref(picture), 40, 20 };
	painter_draw(painter, job, pictures);
}

static Drawn *wait_for_one(Mailbox *answers)
{
	struct pollfd fd = { mailbox_fd(answers), POLLIN, 0 };
	UiAnswer *answer;

	while (!(answer = mailbox_take(answers)))
		poll(&fd, 1, -1);
	Drawn *drawn = g_steal_pointer(&answer->drawn);
	ui_answer_free(answer);
	return drawn;
}

static Mailbox *mailbox(void) { return mailbox_new((GDestroyNotify)ui_answer_free); }

static char *real_helper(void)
{
	return g_build_filename(g_getenv("POSTERN_BUILD"), "postern-paper", NULL);
}

static void test_draws(void)
{
	static const struct { const char *why; TermPictures how; } rows[] = {
		{ "blocks of 16 colours", { DRAWING_BLOCKS, 16, 10, 20 } },
		{ "blocks of all colours", { DRAWING_BLOCKS, STYLE_ALL_COLOURS, 10, 20 } },
		{ "pixels", { DRAWING_PIXELS, 256, 10, 20 } },
		{ "sixels", { DRAWING_SIXEL, 256, 9, 17 } },
	};
	g_autofree char *helper = real_helper();
	g_autoptr(GBytes) picture = picture_png(90, 68);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Mailbox *answers = mailbox();
		g_autoptr(Painter) painter = painter_new(answers, helper);
		order(painter, 7, picture, &rows[i].how);
		g_autoptr(Drawn) drawn = wait_for_one(answers);
		g_test_message("%s", rows[i].why);
		g_assert_null(drawn->sentence);
		g_assert_cmpint(drawn->serial, ==, 7);
		const Drawing *drawing = drawn->drawing;
		g_assert_cmpint(drawing->kind, ==, rows[i].how.kind);
		g_assert_cmpint(drawing->columns, ==, 90 / rows[i].how.cell_width);
		g_assert_cmpint(drawing->rows, ==, 4);
		g_assert_true((drawing->cells != NULL) == (drawing->kind == DRAWING_BLOCKS));
		g_assert_true((drawing->pixels != NULL) == (drawing->kind == DRAWING_PIXELS));
		g_assert_true(!drawing->strips || drawing->strips->len == 4);
		mailbox_unref(answers);
	}
}

/* The same for the same terminal is not drawn twice. */
static void test_remembers(void)
{
	Mailbox *answers = mailbox();
	g_autofree char *helper = real_helper();
	g_autoptr(Painter) painter = painter_new(answers, helper);
	g_autoptr(GBytes) picture = picture_png(30, 40), other = picture_png(30, 60);
	const TermPictures all = { DRAWING_BLOCKS, STYLE_ALL_COLOURS, 10, 20 };

	order(painter, 1, picture, &blocks);
	g_autoptr(Drawn) first = wait_for_one(answers);
	order(painter, 2, picture, &blocks);
	g_autoptr(Drawn) again = wait_for_one(answers);
	order(painter, 3, picture, &all);
	g_autoptr(Drawn) richer = wait_for_one(answers);
	order(painter, 4, other, &blocks);
	g_autoptr(Drawn) another = wait_for_one(answers);
	g_assert_true(first->drawing == again->drawing);
	g_assert_true(first->drawing != richer->drawing);
	g_assert_true(first->drawing != another->drawing);
	mailbox_unref(answers);
}

/* More at once than there are threads; and the end, while some are still to be drawn. */
static void test_many(void)
{
	Mailbox *answers = mailbox();
	g_autofree char *helper = real_helper();
	Painter *painter = painter_new(answers, helper);
	int64_t  sum = 0;

	for (int i = 1; i <= 8; i++) {
		g_autoptr(GBytes) picture = picture_png(10 * i, 20);
		order(painter, i, picture, &blocks);
	}
	for (int i = 1; i <= 8; i++) {
		g_autoptr(Drawn) drawn = wait_for_one(answers);
		g_assert_cmpint(drawn->drawing->columns, ==, drawn->serial);
		sum += drawn->serial;
	}
	g_assert_cmpint(sum, ==, 36);
	for (int i = 1; i <= 8; i++) {
		g_autoptr(GBytes) picture = picture_png(10 * i, 60);
		order(painter, i, picture, &blocks);
	}
	painter_free(painter);
	mailbox_unref(answers);
}

static char *script(const char *dir, const char *text)
{
	char *path = g_build_filename(dir, "helper", NULL);

	g_assert_true(g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_NONE, 0700, NULL));
	return path;
}

static void test_helpers_that_fail(void)
{
	static const struct { const char *why, *text, *says; } rows[] = {
		{ "it ends at once", "#!/bin/sh\nexit 1\n", "The picture could not be drawn." },
		{ "it crashes", "#!/bin/sh\nkill -SEGV $$\n", "The picture could not be drawn." },
		{ "it is killed", "#!/bin/sh\nkill -KILL $$\n", "The picture could not be drawn." },
		{ "it says nothing", "#!/bin/sh\ncat >/dev/null\n", "The picture could not be drawn." },
		{ "it gives back what it was given", "#!/bin/sh\ncat\n", "The picture could not be drawn." },
		{ "it never stops talking", "#!/bin/sh\nyes\n", "The picture could not be drawn." },
		{ "it is no program", "not a program", "The picture could not be drawn." },
		{ "it is not there", NULL, "Pictures need the program " },
	};
	g_autofree char *dir = g_dir_make_tmp("painter-XXXXXX", NULL);
	g_autoptr(GBytes) picture = picture_png(30, 40);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Mailbox *answers = mailbox();
		g_autofree char *helper = rows[i].text ? script(dir, rows[i].text)
		                                       : g_build_filename(dir, "none", NULL);
		g_autoptr(Painter) painter = painter_new(answers, helper);
		order(painter, 1, picture, &blocks);
		g_autoptr(Drawn) drawn = wait_for_one(answers);
		g_test_message("%s", rows[i].why);
		g_assert_null(drawn->drawing);
		g_assert_true(g_str_has_prefix(drawn->sentence, rows[i].says));
		g_unlink(helper);
		mailbox_unref(answers);
	}
	g_rmdir(dir);
}

/* A helper that says what a picture might want it to say. */
static void test_helper_that_lies(void)
{
	static const struct { const char *why; PaperOutput output; DrawingKind kind; const char *content; } rows[] = {
		{ "a title inside a sixel", PAPER_SIXEL, DRAWING_SIXEL, "~\x1b\\\x1b]2;owned\x07" },
		{ "a sixel that leaves its box", PAPER_SIXEL, DRAWING_SIXEL, "!999~" },
		{ "a control as a block", PAPER_BLOCKS, DRAWING_BLOCKS, NULL },
	};
	g_autofree char *dir = g_dir_make_tmp("painter-XXXXXX", NULL);
	g_autofree char *answer_path = g_build_filename(dir, "answer", NULL);
	g_autoptr(GBytes) picture = picture_png(10, 20);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Mailbox *answers = mailbox();
		GByteArray *content = g_byte_array_new();
		if (rows[i].content)
			paper_strip_append(content, rows[i].content, strlen(rows[i].content));
		else
			paper_cell_append(content, &(PaperCell){ 0x9b, 0, 0 });
		g_autoptr(GBytes) told = g_byte_array_free_to_bytes(content);
		const PaperAnswer lie = { PAPER_DRAWN, rows[i].output, 1, 1, 10, 20, 10, 20, told };
		g_autoptr(GBytes) frame = paper_answer_bytes(&lie);
		g_assert_true(g_file_set_contents(answer_path, g_bytes_get_data(frame, NULL),
		                                  (gssize)g_bytes_get_size(frame), NULL));
		g_autofree char *text =
			g_strdup_printf("#!/bin/sh\n/bin/cat >/dev/null\n/bin/cat '%s'\n", answer_path);
		g_autofree char *helper = script(dir, text);
		g_autoptr(Painter) painter = painter_new(answers, helper);
		order(painter, 1, picture, &(TermPictures){ rows[i].kind, 256, 10, 20 });
		g_autoptr(Drawn) drawn = wait_for_one(answers);
		g_test_message("%s", rows[i].why);
		g_assert_null(drawn->drawing);
		g_assert_cmpstr(drawn->sentence, ==, "The picture could not be drawn.");
		g_unlink(helper);
		mailbox_unref(answers);
	}
	g_unlink(answer_path);
	g_rmdir(dir);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	signal(SIGPIPE, SIG_IGN);
	g_test_add_func("/painter/draws", test_draws);
	g_test_add_func("/painter/remembers", test_remembers);
	g_test_add_func("/painter/many", test_many);
	g_test_add_func("/painter/helpers-that-fail", test_helpers_that_fail);
	g_test_add_func("/painter/helper-that-lies", test_helper_that_lies);
	return g_test_run();
}
