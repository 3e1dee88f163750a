#include <string.h>

#include "base/error.h"
#include "model/draft.h"
#include "store/draft.h"
#include "support/screen.h"

static void make_folder(World *world, const char *name)
{
	g_autofree char *keys = g_strdup_printf(": 'create-folder Space '%s Enter", name);

	world_steps(world, keys);
	g_string_truncate(world->asked, 0);
}

typedef struct { const char *keys, *says; } Saying;

/* In the sample mailbox, from the start. */
static void check_says(const Saying *row)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	g_test_message("%s", row->keys);
	world_steps(&world, row->keys);
	world_assert_has(&world, row->says);
}

/* ---- selecting ---- */

static void select_some(World *world)
{
	world_steps(world, ": 'categories Space 'Red, Space 'Infra Enter");
	world_steps(world, "t j V j j");
}

static void test_selection_in_three_widths(void)
{
	world_snapshot_widths("selection", select_some);
}

static void test_rows_are_selected(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_steps(&world, "t");
	world_assert_has(&world, "4 selected");
	world_steps(&world, "k t");
	world_assert_has_not(&world, "selected");
	world_steps(&world, "g g z a j t");
	world_assert_has(&world, "1 selected");
	world_steps(&world, "g g z a");
	world_assert_has(&world, "+N!");
	world_steps(&world, "Esc");
	world_assert_has_not(&world, "selected");
	world_assert_has(&world, "4 Architecture");
}

static void test_a_range_goes_either_way(void)
{
	static const Saying rows[] = {
		{ "V V", "4 messages are selected." },           { "V j V", "6 messages are selected." },
		{ "j j V k k V", "7 messages are selected." },   { "V G V", "14 messages are selected." },
		{ "G V g g V", "14 messages are selected." },    { "z R j V j j V", "3 messages are selected." },
		{ "o V j V", "2 messages are selected." },       { "/ 'example Enter V j j V", "3 messages are selected." },
		{ "G V k V ;", "2 messages are selected." },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		check_says(&rows[i]);
}

static void test_a_pattern_selects_in_the_folder_or_among_hits(void)
{
	static const Saying rows[] = {
		{ "T '* Enter", "14 messages are selected." },
		{ "T 'from:grace Enter", "3 messages are selected." },
		{ "T 'nonsense Enter", "Nothing matches." },
		{ "T 'before:yesteryear Enter", "expected a date" },
		{ "l 'from:ada Enter T '* Enter", "2 messages are selected." },
		{ "/ 'quarterly Enter T 'from:ada Enter", "1 message is selected." },
		{ "T Esc ;", "Nothing is selected" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		check_says(&rows[i]);
}

/* ---- moving and deleting ---- */

static void test_delete_goes_to_trash_and_back(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_steps(&world, "j j d");
	world_assert_asked(&world, "move\n");
	world_assert_has(&world, "Moved 1 message to Trash; u takes it back");
	world_assert_has_not(&world, "Release planning");
	world_steps(&world, "Enter");
	world_assert_has(&world, "certificate renewal");
	world_steps(&world, "q u");
	world_assert_has(&world, "Taken back: Moved 1 message to Trash");
	world_assert_has(&world, "Release planning");
	world_steps(&world, "^R");
	world_assert_has_not(&world, "Release planning");
	world_steps(&world, "u u");
	world_assert_has(&world, "there is nothing to undo");
}

static void test_a_folded_conversation_is_deleted_as_one(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_steps(&world, "d");
	world_assert_asked(&world, "move\nmove\nmove\nmove\n");
	world_assert_has(&world, "Moved 4 messages to Trash");
	world_steps(&world, "u");
	world_assert_has(&world, "4 Architecture");
	world_steps(&world, "Enter");
	g_string_truncate(world.asked, 0);
	world_steps(&world, "d");
	world_assert_asked(&world, "move\n");      /* in the reader the message that one reads */
}

static void test_trash_is_emptied_for_good_with_ten_seconds_to_think(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_steps(&world, "j j d c 'trash Enter");
	g_string_truncate(world.asked, 0);
	world_steps(&world, "d");
	world_assert_asked(&world, "delete\n");
	world_assert_has(&world, "Deleted 1 message for good; u takes it back for ten seconds");
	world_assert_has(&world, "No messages here.");
	world_steps(&world, "u");
	world_assert_asked(&world, "cancel\n");
	world_assert_has(&world, "Release planning");
	world_steps(&world, "D g o");
	world_assert_has(&world, "held");
	world_assert_has(&world, "Delete 1 message for good");
	world_assert_has(&world, "till 16:00");
}

static void test_archive_and_junk_are_found_by_name(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_steps(&world, "a");
	world_assert_asked(&world, "");
	world_assert_has(&world, "There is no folder for the archive");
	make_folder(&world, "Archiv");
	make_folder(&world, "Spam");
	world_steps(&world, "j a");
	world_assert_has(&world, "Moved 2 messages to Archiv;");
	world_steps(&world, ": 'junk Enter");
	world_assert_has(&world, "Moved 1 message to Spam;");
	world_steps(&world, ".");
	world_assert_has(&world, "Moved 1 message to Spam;");
}

static void pick_again(World *world) { world_steps(world, "j s 'infra Enter s"); }

static void test_the_folder_picker_in_three_widths(void)
{
	world_snapshot_widths("picker", pick_again);
}

static void test_move_and_repeat(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_steps(&world, "j j s 'proj Enter");
	world_assert_has(&world, "Moved 1 message to Projects;");
	world_steps(&world, ".");
	world_assert_has(&world, "Moved 1 message to Projects;");
	world_assert_asked(&world, "move\nmove\n");
	world_steps(&world, ": 'move Space 'nowhere Enter");
	world_assert_has(&world, "This account has no folder “nowhere”.");
	world_steps(&world, ": 'move Space 'inbox Enter");
	world_assert_has(&world, "That lies in Inbox already.");
	world_steps(&world, "C");
	world_assert_has(&world, "cannot copy");
	world_assert_asked(&world, "");
}

/* ---- into another account ---- */

/* No server takes mail from another: what would have been moved goes there by mail, whole. */
static void pick_among_accounts(World *world)
{
	world_add_bob(world);
	world_steps(world, "j s");
}

static void pick_bob(World *world)
{
	pick_among_accounts(world);
	world_steps(world, "'bob Enter");
}

static void test_other_accounts_are_at_the_end_of_the_picker(void)
{
	world_snapshot_widths("picker-accounts", pick_among_accounts);
	world_snapshot_widths("picker-passed-on", pick_bob);
}

static void test_what_goes_to_another_account_goes_attached(void)
{
	static const struct { const char *why, *keys, *has, *also; } rows[] = {
		{ "a conversation, folded", ": 'move Space 'bob Enter", "bob@example.org", "4 Architecture review.eml" },
		{ "a folder of it", ": 'move Space 'Bob/Infra Enter", "bob@example.org", "ActiveSync files nothing in bob" },
		{ "a copy", "C 'bob Enter", "bob@example.org", "ActiveSync files nothing in bob" },
		{ "a copy, typed", ": 'copy Space 'bob/inbox Enter", "bob@example.org", "the originals stay" },
		{ "to anybody", ": 'forward-attached Space 'eve@example.net Enter", "eve@example.net", "4 Architecture review.eml" },
		{ "a name of no account", ": 'move Space 'rob/Infra Enter", "This account has no folder “rob/Infra”.", "" },
		{ "a copy to no account", ": 'copy Space 'Infra Enter", "cannot copy messages", "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(World) world;
		world_init(&world, 100, 30);
		world_add_bob(&world);
		g_test_message("%s", rows[i].why);
		world_steps(&world, rows[i].keys);
		world_assert_has(&world, rows[i].has);
		world_assert_has(&world, rows[i].also);
		world_assert_asked(&world, "");
	}
}

/* Sent, it is one mail in the Outbox, and what it carries is still in its folder. */
static void test_what_went_to_another_account_is_still_here(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);
	world_add_bob(&world);

	world_steps(&world, "s 'bob Enter y");
	world_assert_has(&world, "In the Outbox");
	world_assert_asked(&world, "keep Fwd: Architecture review moved to Thursday\nsend\n");
	world_steps(&world, "q");
	world_assert_has(&world, "4 Architecture");
}

static void test_a_hit_that_goes_leaves_the_cursor_on_the_next(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_steps(&world, "/ 'example Enter j");
	world_steps(&world, "d d");
	world_assert_has(&world, "Moved 1 message to Trash");
	world_assert_asked(&world, "move\nmove\n");
	world_steps(&world, "q");
	world_assert_has_not(&world, "Ada Example");
}

/* ---- marks ---- */

static void test_flags(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_steps(&world, "j j F");
	world_assert_has(&world, "Flagged 1 message;");
	world_assert_has(&world, " NIF ");
	world_steps(&world, "F");
	world_assert_has(&world, "Unflagged 1 message;");
	world_steps(&world, "g F");
	world_assert_has(&world, "Due (today");
	world_steps(&world, "'someday Enter");
	world_assert_has(&world, "“someday” is no time");
	world_steps(&world, "g F 'fri Enter");
	world_assert_has(&world, "Flagged 1 message, due Fri 28 Nov 2025;");
	world_steps(&world, "j .");
	world_assert_has(&world, "Flagged 1 message, due Fri 28 Nov 2025;");
	world_steps(&world, ": 'done Enter");
	world_assert_has(&world, "Marked 1 message as done;");
	world_assert_has(&world, "  v   \u5c71\u7530");
	world_assert_asked(&world, "flag\nflag\nflag\nflag\nflag\n");
}

/* By the address: who only has the same name is not marked. The mark goes as it came. */
static void test_vip(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_assert_has_not(&world, "* Grace Boss");
	world_steps(&world, "g g : 'vip Enter");
	world_assert_has(&world, "Grace Boss is a VIP: is:vip finds the mail.");
	world_assert_has(&world, "@ * Grace Boss");
	world_assert_has_not(&world, "* Grace Boss <");
	world_steps(&world, "j");
	world_assert_has_not(&world, "* Ada");
	world_steps(&world, "k : 'vip Enter");
	world_assert_has(&world, "Grace Boss is no longer a VIP.");
	world_assert_has_not(&world, "* Grace Boss");
}

static void test_categories(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);

	world_steps(&world, "j j Enter : 'flag-due Space '2d Enter : 'categories Space 'Work Enter");
	world_assert_has(&world, "Due      Wed 26 Nov 2025");
	world_assert_has(&world, "Category Work");
	world_steps(&world, "u q Y 'Red Enter");
	world_assert_has(&world, "Categories of 1 message: +Red;");
	world_assert_has(&world, "Invitation: Release planning");
	world_assert_has(&world, "#Red");
	world_steps(&world, "Y 'Infra Enter");
	world_assert_has(&world, "#Red #Infra");
	/* completed from what was seen; repeated, it is added to what others have */
	world_steps(&world, "j Y 're Tab Enter");
	world_assert_has(&world, "Categories of 1 message: +Red;");
	world_steps(&world, "j .");
	world_steps(&world, "k k V j j Y");
	world_assert_has(&world, "Categories: Red,");
	world_steps(&world, "^U 'Late Enter");
	world_assert_has(&world, "Categories of 3 messages: +Late, -Red;");
	world_assert_has(&world, "#Infra #Late");
	world_assert_has_not(&world, "#Red");
	world_steps(&world, "u");
	world_assert_has(&world, "#Red #Infra");
	world_assert_has_not(&world, "#Late");
}

static void test_read_for_many(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_steps(&world, "T '* Enter U");
	world_assert_has(&world, "Marked 14 messages as read;");
	world_assert_has_not(&world, "Mail:Inbox*");
	world_steps(&world, "u");
	world_assert_has(&world, "Mail:Inbox*2");
	world_steps(&world, "Esc : 'read-all Enter");
	world_assert_has(&world, "Marked 2 messages as read;");
	world_steps(&world, ": 'read-all Enter");
	world_assert_has(&world, "Nothing is unread in Inbox.");
}

/* ---- many ---- */

static void add_many(World *world, int count)
{
	g_autoptr(StorePage) page = store_page_begin(world->temp.writer, world->ids.inbox);

	for (int i = 0; i < count; i++) {
		g_autofree char *id = g_strdup_printf("many:%d", i);
		Message *message = temp_message(id, (int64_t)1700000000 * 1000 + i * 1000, MESSAGE_READ);
		message->conversation_key = g_bytes_new(&i, sizeof i);
		g_assert_true(store_page_add(page, message, HAS_ALL, NULL));
	}
	g_assert_true(store_page_commit(page, "many", 5, false, NULL, NULL));
}

static void test_ten_thousand(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	add_many(&world, 10000);
	world_steps(&world, "V G V");
	world_assert_has(&world, "10,014 messages are selected.");
	world_steps(&world, "Esc T '* Enter");
	world_assert_has(&world, "10,014 messages are selected.");
	world_steps(&world, "F");
	world_assert_has(&world, "Flagged 10,014 messages; u takes it back");
	world_steps(&world, "u");
	world_assert_has(&world, "Taken back: Flagged 10,014 messages");
	world_assert_has_not(&world, "  F  ");
}

/* ---- folders ---- */

static void test_folders_are_made_changed_and_deleted(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);

	world_steps(&world, ": 'create-folder Enter 'Projects/Tokyo Enter");
	world_assert_has(&world, "Made the folder Tokyo; u takes it back");
	world_assert_has(&world, "    Tokyo");
	world_steps(&world, ": 'create-folder Space 'Nowhere/X Enter");
	world_assert_has(&world, "This account has no folder “Nowhere”.");
	world_steps(&world, "c 'tokyo Enter : 'rename-folder Enter ^U 'Kyoto Enter");
	world_assert_has(&world, "Renamed Tokyo to Kyoto;");
	world_assert_has(&world, "    Kyoto");
	world_steps(&world, ": 'move-folder Enter Enter");
	world_assert_has(&world, "Put Kyoto at the top;");
	world_steps(&world, "u");
	world_assert_has(&world, "    Kyoto");
	world_steps(&world, ": 'delete-folder Enter");
	world_assert_has(&world, "Delete the folder Kyoto with all that is in it?");
	world_steps(&world, "n");
	world_assert_has(&world, "    Kyoto");
	world_steps(&world, ": 'delete-folder Enter y");
	world_assert_has_not(&world, "    Kyoto");
	world_assert_has(&world, "Mail:Inbox");
	world_steps(&world, "g i : 'rename-folder Space 'Mine Enter");
	world_assert_has(&world, "the server keeps this folder for itself");
}

static void test_a_folder_is_emptied(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_steps(&world, ": 'empty-folder Enter");
	world_assert_has(&world, "Delete 14 messages in Inbox for good?");
	world_steps(&world, "y");
	world_assert_asked(&world, "empty\n");
	world_assert_has(&world, "Emptied Inbox; u takes it back for ten seconds");
	world_assert_has(&world, "No messages here.");
	world_steps(&world, "u");
	world_assert_has(&world, "Architecture review");
}

/* ---- the outbox ---- */

static void end_op(World *world, StoreOpEnd end)
{
	g_autoptr(GArray) ends = g_array_new(FALSE, FALSE, sizeof end);

	g_array_append_val(ends, end);
	g_assert_true(store_write_op_ends(world->temp.writer, ends, NULL));
	world_event(world, &(SyncEvent){ .kind = SYNC_CHANGED });
}

static void fail_group(World *world, int64_t op_id, ErrorKind kind, const char *sentence)
{
	int64_t next_ms = clock_now_ms(&world->temp.clock.clock) + 300000;

	end_op(world, (StoreOpEnd){ .op_id = op_id, .fate = OP_END_AGAIN, .error_kind = (int)kind,
		                    .sentence = sentence, .next_ms = next_ms });
}

static int64_t first_op(World *world)
{
	g_autoptr(GPtrArray) ops = NULL;

	g_assert_true(store_read_ops(world->temp.reader, world->temp.account_id, 1, &ops, NULL));
	return ((Op *)g_ptr_array_index(ops, 0))->id;
}

static void fill_outbox(World *world)
{
	world_steps(world, "j j s 'proj Enter F D");
	fail_group(world, first_op(world), ERR_UNREACHED, "mail.example.test cannot be reached: connection refused");
	world_steps(world, "g o");
}

static void test_the_outbox_in_three_widths(void)
{
	world_snapshot_widths("outbox", fill_outbox);
}

static void test_the_outbox_acts_on_its_rows(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_steps(&world, "j j s 'proj Enter j F Esc");
	world_assert_has(&world, "2 queued, 0 failed");
	fail_group(&world, first_op(&world), ERR_UNREACHED, "the server cannot be reached");
	world_steps(&world, "g o Enter");
	world_assert_has(&world, "the server cannot be reached");
	world_assert_has(&world, "Nothing needs to be done");
	world_assert_has(&world, "Next try");
	world_steps(&world, "q");
	g_string_truncate(world.asked, 0);
	world_steps(&world, "r");
	world_assert_asked(&world, "retry\nsync\n");
	world_assert_has(&world, "Trying again now.");
	world_assert_has_not(&world, "the server cannot be reached");
	world_steps(&world, "d");
	world_assert_asked(&world, "cancel\n");
	world_assert_has(&world, "Cancelled: Move 1 message to Projects");
	world_assert_has_not(&world, "waiting      Move");
	world_steps(&world, "q");
	world_assert_has(&world, "Release planning");
	world_assert_has(&world, "1 queued, 0 failed");
}

/* ---- mail that is being sent ---- */

static int64_t send_a_mail(World *world)
{
	g_autoptr(Draft) draft = draft_new();
	g_autoptr(Op) op = op_new(OP_SEND);

	draft->subject = g_strdup("Lunch on Friday");
	draft->to = g_strdup("bob@example.org");
	g_assert_true(store_save_draft(world->temp.writer, world->temp.account_id, draft,
	                               &op->draft_id, NULL));
	g_assert_true(store_write_op(world->temp.writer, op, NULL));
	return op->id;
}

static void test_a_mail_that_was_perhaps_sent_asks(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);

	end_op(&world, (StoreOpEnd){ .op_id = send_a_mail(&world), .fate = OP_END_UNSURE, .error_kind = ERR_ASK,
		                     .sentence = "perhaps sent: the server broke off" });
	world_advance(&world, 500);
	world_assert_has(&world, "0 queued, 1 failed");
	world_steps(&world, "g o");
	world_assert_has(&world, "perhaps sent");
	world_assert_has(&world, "To        bob@example.org");
	world_assert_has(&world, "Subject   Lunch on Friday");
	world_steps(&world, "r");
	world_assert_has(&world, "y Send again  n It was sent  l Later");
	world_steps(&world, "l Enter n");
	world_assert_asked(&world, "answer 4 2 -\nanswer 4 1 -\n");
}

static void test_a_mail_is_taken_back_to_be_changed(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);

	send_a_mail(&world);
	world_steps(&world, "g o e");
	world_assert_asked(&world, "cancel\n");
	world_assert_has(&world, "Lunch on Friday");
	world_assert_has(&world, "bob@example.org");
	world_assert_has_not(&world, "Outbox          1");
	world_steps(&world, "Alt-1 g i j F g o e");
	world_assert_has(&world, "Only a mail can be changed");
}

static void test_what_is_parked_is_in_the_outbox(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);
	SyncEvent refused = { .kind = SYNC_FAILED, .group_id = 7, .text = (char *)"the server does not know bob@example.org" };

	end_op(&world, (StoreOpEnd){ .op_id = send_a_mail(&world), .fate = OP_END_REFUSED, .error_kind = ERR_REQUEST,
		                     .sentence = refused.text });
	world_event(&world, &refused);
	world_assert_has(&world, "the server does not know bob@example.org; it is in the Outbox (go)");
	world_steps(&world, "g o Enter");
	world_assert_has(&world, "cancel it, or change and retry it");
}

static void test_what_is_refused_is_said(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);
	SyncEvent refused = { .kind = SYNC_FAILED, .group_id = 7, .text = (char *)"the server does not let you flag this" };

	world_event(&world, &refused);
	world_assert_has(&world, "the server does not let you flag this");
	world_assert_has_not(&world, "(go)");
}

static void test_without_an_engine_nothing_changes(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world.is_deaf = true;
	world_steps(&world, "d");
	world_assert_has(&world, "no engine runs in this window");
	world_assert_has(&world, "Architecture review");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/organise/selection-in-three-widths", test_selection_in_three_widths);
	g_test_add_func("/organise/rows-are-selected", test_rows_are_selected);
	g_test_add_func("/organise/a-range-goes-either-way", test_a_range_goes_either_way);
	g_test_add_func("/organise/a-pattern", test_a_pattern_selects_in_the_folder_or_among_hits);
	g_test_add_func("/organise/delete-and-back", test_delete_goes_to_trash_and_back);
	g_test_add_func("/organise/a-folded-conversation", test_a_folded_conversation_is_deleted_as_one);
	g_test_add_func("/organise/for-good", test_trash_is_emptied_for_good_with_ten_seconds_to_think);
	g_test_add_func("/organise/archive-and-junk", test_archive_and_junk_are_found_by_name);
	g_test_add_func("/organise/picker-in-three-widths", test_the_folder_picker_in_three_widths);
	g_test_add_func("/organise/move-and-repeat", test_move_and_repeat);
	g_test_add_func("/organise/picker-accounts", test_other_accounts_are_at_the_end_of_the_picker);
	g_test_add_func("/organise/to-another-account", test_what_goes_to_another_account_goes_attached);
	g_test_add_func("/organise/and-is-still-here", test_what_went_to_another_account_is_still_here);
	g_test_add_func("/organise/a-hit-that-goes", test_a_hit_that_goes_leaves_the_cursor_on_the_next);
	g_test_add_func("/organise/flags", test_flags);
	g_test_add_func("/organise/vip", test_vip);
	g_test_add_func("/organise/categories", test_categories);
	g_test_add_func("/organise/read-for-many", test_read_for_many);
	g_test_add_func("/organise/ten-thousand", test_ten_thousand);
	g_test_add_func("/organise/folders", test_folders_are_made_changed_and_deleted);
	g_test_add_func("/organise/a-folder-is-emptied", test_a_folder_is_emptied);
	g_test_add_func("/organise/outbox-in-three-widths", test_the_outbox_in_three_widths);
	g_test_add_func("/organise/outbox-acts", test_the_outbox_acts_on_its_rows);
	g_test_add_func("/organise/perhaps-sent", test_a_mail_that_was_perhaps_sent_asks);
	g_test_add_func("/organise/taken-back-to-be-changed", test_a_mail_is_taken_back_to_be_changed);
	g_test_add_func("/organise/parked", test_what_is_parked_is_in_the_outbox);
	g_test_add_func("/organise/refused", test_what_is_refused_is_said);
	g_test_add_func("/organise/no-engine", test_without_an_engine_nothing_changes);
	return g_test_run();
}
