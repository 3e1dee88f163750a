/* Pictures on the screens: hidden, asked for, drawn where they stand, and gone again. */
#include <string.h>

#include "support/picture.h"
#include "support/screen.h"
#include "ui/screen/reader.h"

static void fetched(World *world, GBytes *content)
{
	SyncEvent event = { .kind = SYNC_FETCHED, .wish_id = world->last_part_wish, .content = content };

	world_event(world, &event);
}

static void bring_chart(World *world)
{
	g_autoptr(GBytes) chart = picture_png(200, 100);

	fetched(world, chart);
}

static bool is_drawn(World *world)
{
	world_settle(world);
	return world->canvas->drawings->len > 0;
}

static void read_with_picture(World *world)
{
	world_type(world, "g Enter g I");
	world_assert_asked(world, "wish part ref2\n");
	bring_chart(world);
	world_type(world, "j j j j");
}

static void test_three_widths(void)
{
	world_snapshot_widths("pictures", read_with_picture);
}

/* Nothing is asked for by itself; the key asks once, and hides again what is here. */
static void test_on_demand(void)
{
	g_auto(World) world;
	world_init(&world, 140, 50);

	world_advance(&world, READER_REST_MS);
	world_assert_has(&world, "Images: 1 hidden (1 looks like a tracker)  gI Show");
	world_assert_asked(&world, "");
	world_type(&world, "g I");
	world_assert_asked(&world, "wish part ref2\n");
	world_assert_has(&world, "Images: 0 of 1 shown, the others are coming…");
	bring_chart(&world);
	world_assert_has(&world, "Images: 1 shown (1 looks like a tracker)  gI Hide");
	g_assert_true(is_drawn(&world));
	world_check_cells(&world);
	world_type(&world, "g I");
	world_assert_has(&world, "Images: 1 hidden");
	g_assert_false(is_drawn(&world));
	world_type(&world, "g I");
	world_assert_asked(&world, "");
	g_assert_true(is_drawn(&world));
	world_type(&world, "j");
	world_advance(&world, READER_REST_MS);
	g_assert_false(is_drawn(&world));
	world_type(&world, "k");
	world_advance(&world, READER_REST_MS);
	world_assert_has(&world, "Images: 1 hidden");
}

/* A popup covers what is drawn, and leaves it whole. */
static void test_popup(void)
{
	g_auto(World) world;
	world_init(&world, 80, 50);

	read_with_picture(&world);
	g_autofree char *before = world_shows(&world);
	world_type(&world, "?");
	world_assert_has(&world, "Show the pictures of the message");
	world_type(&world, "Esc");
	g_autofree char *after = world_shows(&world);
	g_assert_cmpstr(after, ==, before);
}

/* For another width it is drawn anew: a picture is never wider than its pane. */
static void test_resize(void)
{
	g_auto(World) world;
	world_init(&world, 80, 50);

	read_with_picture(&world);
	for (int width = 140; width >= 12; width -= 32) {
		world_resize(&world, width, 50);
		const Drawing *drawing = world.canvas->drawings->len
		                                 ? g_ptr_array_index(world.canvas->drawings, 0)
		                                 : NULL;
		g_test_message("%d columns", width);
		g_assert_true(!drawing || drawing->columns <= width - 2);
		g_assert_true(drawing || width < 60);
		world_check_cells(&world);
	}
}

static void test_what_goes_wrong(void)
{
	static const struct { const char *why, *content, *says; } rows[] = {
		{ "no picture", "<svg/>", "This kind of picture cannot be shown" },
		{ "damaged", "\x89PNG\r\n\x1a\n", "The picture is damaged." },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(World) world;
		world_init(&world, 80, 50);
		g_autoptr(GBytes) content = g_bytes_new(rows[i].content, strlen(rows[i].content));
		world_type(&world, "g Enter g I");
		fetched(&world, content);
		g_test_message("%s", rows[i].why);
		world_assert_has(&world, rows[i].says);
		world_assert_has(&world, "Images: 0 of 1 shown");
	}
	g_auto(World) world;
	world_init(&world, 80, 50);
	world_type(&world, "g Enter g I");
	SyncEvent event = { .kind = SYNC_FAILED, .wish_id = world.last_part_wish, .text = (char *)"The part is gone." };
	world_event(&world, &event);
	world_assert_has(&world, "The part is gone.");
}

static void test_conversation(void)
{
	g_auto(World) world;
	world_init(&world, 100, 60);

	world_type(&world, "Enter");
	world_assert_has(&world, "Images: 1 hidden");
	world_type(&world, "g I");
	bring_chart(&world);
	world_assert_has(&world, "Images: 1 shown");
	g_assert_true(is_drawn(&world));
	world_type(&world, "Enter");
	g_assert_false(is_drawn(&world));
}

static void view_attached(World *world)
{
	world_type(world, "v j j Enter");
	bring_chart(world);
}

/* In the list of files it has the whole pane. */
static void test_attachment(void)
{
	world_snapshot_widths("picture-file", view_attached);
	g_auto(World) world;
	world_init(&world, 80, 24);
	view_attached(&world);
	g_assert_true(is_drawn(&world));
	world_type(&world, "q");
	g_assert_false(is_drawn(&world));
}

static void read_chart(World *world)
{
	world_type(world, "g Enter g I");
	bring_chart(world);
}

static void read_chart_among_others(World *world)
{
	world_type(world, "Enter g I");
	bring_chart(world);
}

/* What is drawn follows the setting at once, and nothing is fetched again for it. */
static void test_setting(void)
{
	static const struct { const char *why; void (*read)(World *world); } rows[] = {
		{ "alone", read_chart },
		{ "in its conversation", read_chart_among_others },
		{ "as a file", view_attached },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(World) world;
		world_init(&world, 100, 60);
		g_test_message("%s", rows[i].why);
		rows[i].read(&world);
		g_assert_true(is_drawn(&world));
		g_string_truncate(world.asked, 0);
		world_type(&world, ": s e t Space u i . p i c t u r e s = o f f Enter");
		g_assert_false(is_drawn(&world));
		world_assert_has(&world, "This terminal shows no pictures");
		world_type(&world, ": s e t Space u i . p i c t u r e s = b l o c k s Enter");
		g_assert_true(is_drawn(&world));
		world_assert_asked(&world, "changed ui.pictures\nchanged ui.pictures\n");
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pictures/three-widths", test_three_widths);
	g_test_add_func("/pictures/on-demand", test_on_demand);
	g_test_add_func("/pictures/popup", test_popup);
	g_test_add_func("/pictures/resize", test_resize);
	g_test_add_func("/pictures/what-goes-wrong", test_what_goes_wrong);
	g_test_add_func("/pictures/conversation", test_conversation);
	g_test_add_func("/pictures/attachment", test_attachment);
	g_test_add_func("/pictures/setting", test_setting);
	return g_test_run();
}
