/* Pictures that a mail names on other servers: nobody is asked before the person has said so. */
#include <string.h>

#include "store/picture.h"
#include "support/picture.h"
#include "support/screen.h"
#include "ui/screen/reader.h"

#define ASKED_ENCRYPTED "wish picture https://img.test/a.png\nwish picture https://img.test/b.png\n"
#define ASKED_ALL       ASKED_ENCRYPTED "wish picture http://plain.test/c.png\n"

static const char html[] =
	"<p>Dear reader, this is the news.</p><p><img src='https://img.test/a.png' alt='A morning' width=300></p>"
	"<p><img src='//img.test/b.png' alt='An evening' width=300></p><p><img src='http://plain.test/c.png' alt='A night' width=300></p>"
	"<img src='https://count.test/open.gif?u=1' width=1 height=1>";

/* The newest mail of a folder, under the cursor. */
static void deliver(World *world, int64_t folder_id, const char *from)
{
	Message *message = temp_message("news", world->temp.clock.now_ms - 1000, MESSAGE_READ);
	SyncEvent changed = { .kind = SYNC_CHANGED };

	g_free(message->from);
	g_free(message->subject);
	message->from = g_strdup(from);
	message->subject = g_strdup("The news");
	message->body_kind = message->native_kind = BODY_HTML;
	g_bytes_unref(message->body);
	message->body = g_bytes_new_static(html, strlen(html));
	temp_store_add(&world->temp, folder_id, message);
	world_event(world, &changed);
	world_advance(world, 1000);
	world_type(world, "g g");
	world_advance(world, READER_REST_MS);
}

static void begin(World *world, const char *from)
{
	world_init(world, 200, 45);
	deliver(world, world->ids.inbox, from);
}

/* Away from the message and back to it. */
static void come_back(World *world)
{
	world_type(world, "j");
	world_advance(world, READER_REST_MS);
	world_type(world, "k");
	world_advance(world, READER_REST_MS);
}

/* The @back-th from the last wish. */
static void bring(World *world, int64_t back, int width)
{
	g_autoptr(GBytes) content = picture_png(width, 20);
	SyncEvent event = { .kind = SYNC_FETCHED, .wish_id = world->last_part_wish - back, .content = content };

	world_event(world, &event);
	world_settle(world);
}

static void fail_wish(World *world, int64_t back, const char *why)
{
	SyncEvent event = { .kind = SYNC_FAILED, .wish_id = world->last_part_wish - back, .text = (char *)why };

	world_event(world, &event);
	world_settle(world);
}

static void keep(World *world, const char *url, const char *failure)
{
	g_autoptr(GBytes) bytes = failure ? NULL : picture_png(40, 20);

	g_assert_true(store_write_picture(world->temp.writer, world->temp.account_id, url, bytes, failure, NULL));
}

static void test_on_demand(void)
{
	g_auto(World) world;

	begin(&world, "News <news@list.test>");
	world_assert_has(&world, "Images: 3 blocked (1 looks like a tracker)  gI Show");
	world_type(&world, "z q z q");
	world_assert_asked(&world, "");
	world_type(&world, "g I");
	world_assert_asked(&world, ASKED_ALL);
	world_assert_has(&world, "Images: 0 of 3 shown, the others are coming…  gI Hide");
	bring(&world, 2, 40);
	bring(&world, 1, 60);
	fail_wish(&world, 0, "plain.test answers 404 and no picture");
	world_assert_has(&world, "Images: 2 of 3 shown (1 looks like a tracker)  gI Hide");
	world_assert_has(&world, "plain.test answers 404 and no picture");
	g_assert_cmpuint(world.canvas->drawings->len, ==, 2);
	world_check_cells(&world);
	world_type(&world, "g I");
	world_assert_has(&world, "Images: 3 blocked");
	world_assert_asked(&world, "");
}

/* Another look begins anew; what is in the store asks nobody, with an engine or without. */
static void test_what_is_kept_asks_nobody(void)
{
	g_auto(World) world;

	begin(&world, "News <news@list.test>");
	keep(&world, "https://img.test/a.png", NULL);
	keep(&world, "https://img.test/b.png", NULL);
	keep(&world, "http://plain.test/c.png", NULL);
	world.is_deaf = true;
	world_type(&world, "g I");
	world_settle(&world);
	world_assert_asked(&world, "");
	world_assert_has(&world, "Images: 3 shown (1 looks like a tracker)  gI Hide");
	come_back(&world);
	world_assert_has(&world, "Images: 3 blocked");
}

static void test_without_a_connection(void)
{
	g_auto(World) world;

	begin(&world, "News <news@list.test>");
	world.is_deaf = true;
	world_type(&world, "g I");
	world_settle(&world);
	world_assert_has(&world, "This needs the server, and there is no connection to it now.");
	world_assert_has(&world, "Images: 0 of 3 shown");
}

static void test_always_of_this_sender(void)
{
	g_auto(World) world;

	begin(&world, "News <news@list.test>");
	world_type(&world, "g A");
	world_assert_asked(&world, "show pictures of news@list.test\n" ASKED_ALL);
	world_assert_has(&world, "Pictures of news@list.test are always shown; :remote-images ask ends that.");
	/* By itself only what is encrypted, and not what is known to be gone. */
	keep(&world, "https://img.test/b.png", "img.test answers 404 and no picture");
	come_back(&world);
	world_assert_asked(&world, "wish picture https://img.test/a.png\n");
	world_assert_has(&world, "plain.test sends pictures without encryption, which only you can ask for");
	world_assert_has(&world, "img.test answers 404");
	world_type(&world, ": 'remote-images Enter");
	world_assert_asked(&world, "wish picture https://img.test/b.png\nwish picture http://plain.test/c.png\n");
	world_type(&world, ": 'remote-images Space 'ask Enter");
	come_back(&world);
	world_assert_has(&world, "Images: 3 blocked");
}

static void test_settings(void)
{
	static const struct { const char *value, *at_sight, *by_key, *says; } rows[] = {
		{ "always", "wish part ref2\n" ASKED_ENCRYPTED, "", "gI Show" },
		{ "ask", "", ASKED_ALL, "coming" },
		{ "never", "", "", "Nothing is fetched from other servers: read.remote_images is never." },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(World) world;
		world_init(&world, 200, 45);
		g_assert_true(settings_set(world.settings, SETTING_READ_REMOTE_IMAGES, rows[i].value, NULL));
		deliver(&world, world.ids.inbox, "News <news@list.test>");
		g_test_message("%s", rows[i].value);
		world_assert_asked(&world, rows[i].at_sight);
		world_type(&world, "g I");
		world_assert_asked(&world, rows[i].by_key);
		world_assert_has(&world, rows[i].says);
	}
}

/* Whoever says to be somebody else, or several, is not known. */
static void test_who_is_not_known(void)
{
	static const struct { const char *from, *says; } rows[] = {
		{ "News <news@list.test>, Boss <boss@example.test>", "This mail does not say in one address who it is from." },
		{ "nobody", "This mail does not say in one address who it is from." },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(World) world;
		begin(&world, rows[i].from);
		world_type(&world, "g A");
		world_assert_asked(&world, "");
		world_assert_has(&world, rows[i].says);
	}
}

/* In the junk folder nobody is known, whatever was said elsewhere, but the person may look. */
static void test_junk(void)
{
	g_auto(World) world;

	world_init(&world, 200, 45);
	g_assert_true(store_write_picture_sender(world.temp.writer, world.temp.account_id, "news@list.test", true, NULL));
	g_assert_true(settings_set(world.settings, SETTING_MAIL_JUNK_FOLDER, "Inbox", NULL));
	deliver(&world, world.ids.inbox, "News <news@list.test>");
	world_assert_asked(&world, "");
	world_type(&world, "g A");
	world_assert_asked(&world, "");
	world_assert_has(&world, "Of mail in the junk folder no sender is known.");
	world_type(&world, "g I");
	world_assert_asked(&world, ASKED_ALL);
}

static void test_hosts(void)
{
	g_auto(World) world;

	begin(&world, "News <news@list.test>");
	world_type(&world, ": 'remote-images Space 'hosts Enter");
	world_assert_has(&world, "Pictures on other servers: img.test, plain.test, count.test (tracker)");
	world_assert_asked(&world, "");
}

static void test_conversation(void)
{
	g_auto(World) world;

	begin(&world, "News <news@list.test>");
	world_type(&world, "P");
	world_assert_has(&world, "Images: 3 blocked");
	world_assert_asked(&world, "");
	world_type(&world, "g I");
	world_assert_asked(&world, ASKED_ALL);
	bring(&world, 2, 40);
	world_assert_has(&world, "Images: 1 of 3 shown, the others are coming…");
}

/* Whoever has gone on is not told. */
static void test_too_late(void)
{
	g_auto(World) world;

	begin(&world, "News <news@list.test>");
	world_type(&world, "g I");
	world_assert_asked(&world, ASKED_ALL);
	world_type(&world, "j");
	world_advance(&world, READER_REST_MS);
	bring(&world, 2, 40);
	fail_wish(&world, 1, "img.test answers 404 and no picture");
	world_assert_has_not(&world, "404");
	g_assert_cmpuint(world.canvas->drawings->len, ==, 0);
}

/* An answer and what is passed on quote the mail as it is. */
static void test_answering_asks_nobody(void)
{
	static const char *const keys[] = { "r", "R", "f", "g E" };

	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_auto(World) world;
		begin(&world, "News <news@list.test>");
		world_type(&world, keys[i]);
		world_advance(&world, 10000);
		g_test_message("%s: %s", keys[i], world.asked->str);
		g_assert_null(strstr(world.asked->str, "wish picture"));
	}
}

static void read_shown(World *world)
{
	deliver(world, world->ids.inbox, "News <news@list.test>");
	world_type(world, "g Enter g I");
	bring(world, 2, 40);
	bring(world, 1, 60);
	fail_wish(world, 0, "plain.test lies in this network, where no message sends us unless read.internal_hosts names it");
	world_type(world, "G");
}

static void test_three_widths(void) { world_snapshot_widths("remote-pictures", read_shown); }

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/remote-pictures/on-demand", test_on_demand);
	g_test_add_func("/remote-pictures/what-is-kept-asks-nobody", test_what_is_kept_asks_nobody);
	g_test_add_func("/remote-pictures/without-a-connection", test_without_a_connection);
	g_test_add_func("/remote-pictures/always-of-this-sender", test_always_of_this_sender);
	g_test_add_func("/remote-pictures/settings", test_settings);
	g_test_add_func("/remote-pictures/who-is-not-known", test_who_is_not_known);
	g_test_add_func("/remote-pictures/junk", test_junk);
	g_test_add_func("/remote-pictures/hosts", test_hosts);
	g_test_add_func("/remote-pictures/conversation", test_conversation);
	g_test_add_func("/remote-pictures/too-late", test_too_late);
	g_test_add_func("/remote-pictures/answering-asks-nobody", test_answering_asks_nobody);
	g_test_add_func("/remote-pictures/three-widths", test_three_widths);
	return g_test_run();
}
