#include <string.h>

#include "base/error.h"
#include "store/private.h"
#include "support/tempstore.h"

static Message *full_message(void)
{
	Message *message = temp_message("5:1", 1700000000123, MESSAGE_READ | MESSAGE_ATTACHMENT | MESSAGE_INVITATION);
	Part *part = part_new();

	message->cc = g_strdup("Zoë <z@example.test>");
	message->categories = g_strdup("Red\nBlue");
	message->topic = g_strdup("About 5:1");
	message->importance = 2;
	message->due_ms = 42;
	message->last_verb = 1;
	message->size_bytes = 5000;
	message->code_page = 65001;
	message->conversation_key = g_bytes_new("\0\1\2", 3);
	part->name = g_strdup("plan.pdf");
	part->reference = g_strdup("5%3a1%3a0");
	part->size_bytes = 4096;
	part->is_inline = true;
	message->parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_free);
	g_ptr_array_add(message->parts, part);
	message->meeting = g_new0(Meeting, 1);
	message->meeting->start_ms = 1700001000000;
	message->meeting->location = g_strdup("Room 1");
	return message;
}

static void test_a_message_comes_back_whole(void)
{
	g_auto(TempStore) temp;
	g_autoptr(Message) sent = full_message(), got = NULL;
	g_autoptr(GError) err = NULL;
	g_autoptr(GBytes) body = NULL;
	BodyKind kind;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	int64_t id = temp_store_add(&temp, folder, full_message());
	store_read_message(temp.reader, id, &got, &err);
	g_assert_no_error(err);
	g_assert_cmpint(id >> 20, ==, sent->received_ms);
	g_assert_cmpint(got->received_ms, ==, sent->received_ms);
	g_assert_cmpuint(got->flags, ==, sent->flags);
	g_assert_cmpstr(got->subject, ==, sent->subject);
	g_assert_cmpstr(got->from, ==, sent->from);
	g_assert_cmpstr(got->cc, ==, sent->cc);
	g_assert_null(got->bcc);
	g_assert_cmpstr(got->categories, ==, sent->categories);
	g_assert_cmpint(got->importance, ==, 2);
	g_assert_cmpint(got->due_ms, ==, 42);
	g_assert_cmpint(got->code_page, ==, 65001);
	g_assert_true(g_bytes_equal(got->conversation_key, sent->conversation_key));
	g_assert_cmpuint(strlen(got->body_hash), ==, 64);
	g_assert_cmpuint(got->parts->len, ==, 1);
	g_assert_cmpstr(((Part *)got->parts->pdata[0])->name, ==, "plan.pdf");
	g_assert_true(((Part *)got->parts->pdata[0])->is_inline);
	g_assert_cmpstr(got->meeting->location, ==, "Room 1");
	store_read_body(temp.reader, id, &kind, &body, &err);
	g_assert_no_error(err);
	g_assert_cmpint(kind, ==, BODY_HTML);
	g_assert_true(g_bytes_equal(body, sent->body));
}

static void test_a_page_counts(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;
	StorePageCount count;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "5", FOLDER_INBOX);
	g_autoptr(StorePage) page = store_page_begin(temp.writer, folder);
	for (int i = 0; i < 100; i++) {
		g_autofree char *id = g_strdup_printf("5:%d", i);
		store_page_add(page, temp_message(id, 1000 + i, i % 4 ? MESSAGE_READ : 0), HAS_ALL, &err);
		g_assert_no_error(err);
	}
	temp_assert_counts(&temp, folder, 0, 0);
	store_page_commit(page, "k1", 3, true, &count, &err);
	g_assert_no_error(err);
	g_assert_cmpint(count.added, ==, 100);
	g_assert_cmpint(count.added_unread, ==, 25);
	temp_assert_counts(&temp, folder, 100, 25);
	g_autoptr(Folder) after = temp_folder(&temp, folder);
	g_assert_cmpstr(after->sync_key, ==, "k1");
	g_assert_cmpint(after->filter, ==, 3);
	g_assert_true(after->is_behind);
	g_assert_cmpint(after->last_sync_ms, ==, temp.clock.now_ms);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/page/a-message-comes-back-whole", test_a_message_comes_back_whole);
	g_test_add_func("/page/a-page-counts", test_a_page_counts);
	return g_test_run();
}
