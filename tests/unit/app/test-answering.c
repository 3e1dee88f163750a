#include <string.h>

#include "app/answering.h"
#include "base/error.h"
#include "store/draft.h"
#include "support/tempstore.h"

static const AnsweringSelf self = {
	.account = "work",
	.address = "ada@example.test",
	.addresses = "ada.example@sub.example.test\nADA@other.test",
};

static int64_t keep(TempStore *temp, Message *message)
{
	return temp_store_add(temp, temp_store_folder(temp, "5", FOLDER_INBOX), message);
}

static Message *letter(guint flags, const char *body)
{
	Message *message = temp_message("5:1", 1772622000000, flags);

	g_free(message->to);
	message->to = g_strdup(
		"Ada <ada@example.test>, Ada <ada.example@sub.example.test>, bob@example.test");
	if (message->body)
		g_bytes_unref(message->body);
	message->body = g_bytes_new(body, strlen(body));
	message->body_kind = BODY_TEXT;
	return message;
}

static void test_addresses(void)
{
	g_autoptr(GPtrArray) addresses = answering_addresses(&self);
	g_autoptr(GPtrArray) domains = answering_domains(&self);

	g_assert_cmpuint(addresses->len, ==, 3);
	g_assert_cmpuint(domains->len, ==, 3);
	g_assert_cmpstr(domains->pdata[0], ==, "sub.example.test");
	g_assert_cmpstr(domains->pdata[2], ==, "example.test");
}

/* Own addresses, whichever, are not answered; the original is quoted; its place goes along for the
 * mark. */
static void test_reply_all(void)
{
	g_auto(TempStore) temp = { 0 };
	g_autoptr(GError) err = NULL;
	temp_store_init(&temp);
	int64_t id = keep(&temp, letter(0, "Noon?"));

	g_autoptr(Draft) draft =
		answering_begin(temp.reader, &self, &(AnsweringWish){ id, DRAFT_REPLY_ALL, "Tue 3 Mar" }, &err);
	g_assert_no_error(err);
	g_autofree char *all = g_strconcat(draft->to, " ", draft->cc, NULL);
	g_assert_nonnull(strstr(all, "bob@example.test"));
	g_assert_null(strstr(all, "ada"));
	g_assert_nonnull(strstr(draft->body, "> Noon?"));
	g_assert_nonnull(strstr(draft->body, "Tue 3 Mar"));
	g_assert_cmpstr(draft->source_folder, ==, "5");
	g_assert_cmpstr(draft->source_server_id, ==, "5:1");
	g_assert_cmpint(draft->source_id, ==, id);
}

/* A body that was cut is quoted from the source, if that is here; its header gives the references.
 */
static void test_source_is_preferred(void)
{
	static const char mime[] =
		"Message-ID: <1@example.test>\r\nReferences: <0@example.test>\r\nContent-Type: text/plain\r\n\r\nThe whole of it.\r\n";
	g_auto(TempStore) temp = { 0 };
	g_autoptr(GBytes) bytes = g_bytes_new_static(mime, sizeof mime - 1);
	g_autoptr(GError) err = NULL;
	temp_store_init(&temp);
	int64_t id = keep(&temp, letter(MESSAGE_TRUNCATED, "The who"));

	g_autoptr(Draft) before = answering_begin(temp.reader, &self, &(AnsweringWish){ id, DRAFT_REPLY, NULL }, &err);
	g_assert_nonnull(strstr(before->body, "> The who\n"));
	g_assert_null(before->in_reply_to);
	g_assert_true(store_write_mime(temp.writer, id, bytes, NULL));
	g_autoptr(Draft) after = answering_begin(temp.reader, &self, &(AnsweringWish){ id, DRAFT_REPLY, NULL }, &err);
	g_assert_nonnull(strstr(after->body, "> The whole of it."));
	g_assert_cmpstr(after->in_reply_to, ==, "<1@example.test>");
	g_assert_nonnull(strstr(after->references, "<0@example.test>"));
}

/* One that is attached is a forward, with its original marked; several are a mail of their own. */
static void test_attach(void)
{
	g_auto(TempStore) temp = { 0 };
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autoptr(GError) err = NULL, gone = NULL;
	temp_store_init(&temp);
	int64_t id = keep(&temp, letter(0, "Noon?")), other = keep(&temp, temp_message("5:2", 1772622000001, 0));

	g_array_append_val(ids, id);
	g_autoptr(Draft) one = answering_attach(temp.reader, &self, ids, &err);
	g_assert_no_error(err);
	g_assert_cmpint(one->source_id, ==, id);
	g_assert_cmpuint(one->parts->len, ==, 1);
	g_array_append_val(ids, other);
	g_autoptr(Draft) both = answering_attach(temp.reader, &self, ids, &err);
	g_assert_no_error(err);
	g_assert_cmpint(both->source_id, ==, 0);
	g_assert_null(both->source_server_id);
	g_assert_null(both->references);
	g_assert_cmpuint(both->parts->len, ==, 2);
	for (guint i = 0; i < 2; i++) {
		const DraftPart *part = g_ptr_array_index(both->parts, i);
		g_assert_cmpstr(part->content_type, ==, "message/rfc822");
		g_assert_cmpint(part->message_id, ==, i == 0 ? id : other);
	}
	id = 99;
	g_array_append_val(ids, id);
	g_assert_null(answering_attach(temp.reader, &self, ids, &gone));
	g_assert_true(error_is(gone, ERR_NOT_FOUND));
}

/* It says what the server's draft says, names its parts as the server does, and knows its state. One that was cut, and whose
 * source is not here, would be cut on the server too. */
static void test_resume(void)
{
	g_auto(TempStore) temp = { 0 };
	g_autoptr(GError) err = NULL, cut = NULL;
	g_autoptr(Message) kept = NULL;
	temp_store_init(&temp);
	int64_t drafts = temp_store_folder(&temp, "3", FOLDER_DRAFTS);
	Message *message = letter(MESSAGE_DRAFT, "As it was.");
	Part *part = part_new();
	part->name = g_strdup("plan.pdf");
	part->reference = g_strdup("3:1:0");
	message->parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_free);
	g_ptr_array_add(message->parts, part);
	int64_t id = temp_store_add(&temp, drafts, message);

	g_autoptr(Draft) draft = answering_begin(temp.reader, &self, &(AnsweringWish){ id, DRAFT_RESUME, NULL }, &err);
	g_assert_no_error(err);
	g_assert_cmpint(draft->kind, ==, DRAFT_RESUME);
	g_assert_nonnull(strstr(draft->to, "bob@example.test"));
	g_assert_true(g_str_has_prefix(draft->body, "As it was."));
	g_assert_cmpint(draft->source_id, ==, id);
	g_assert_cmpuint(draft->parts->len, ==, 1);
	g_assert_cmpstr(((DraftPart *)draft->parts->pdata[0])->reference, ==, "3:1:0");
	g_assert_true(store_read_message(temp.reader, id, &kept, NULL));
	g_autoptr(GBytes) hash = store_draft_hash(kept);
	g_assert_true(g_bytes_equal(draft->base_hash, hash));

	int64_t short_id = keep(&temp, letter(MESSAGE_TRUNCATED, "As it"));
	g_assert_null(answering_begin(temp.reader, &self, &(AnsweringWish){ short_id, DRAFT_RESUME, NULL }, &cut));
	g_assert_true(error_is(cut, ERR_NOT_FOUND));
	g_assert_nonnull(strstr(cut->message, "not all of this draft is here"));
}

static void test_refuses(void)
{
	g_auto(TempStore) temp = { 0 };
	g_autoptr(GError) gone = NULL, none = NULL;
	temp_store_init(&temp);
	int64_t id = keep(&temp, letter(0, "x"));

	g_assert_null(answering_begin(temp.reader, &self, &(AnsweringWish){ 99, DRAFT_REPLY, NULL }, &gone));
	g_assert_true(error_is(gone, ERR_NOT_FOUND));
	g_assert_null(answering_begin(temp.reader, &self, &(AnsweringWish){ id, DRAFT_REPLY_LIST, NULL }, &none));
	g_assert_true(error_is(none, ERR_NOT_FOUND));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/answering/addresses", test_addresses);
	g_test_add_func("/answering/reply-all", test_reply_all);
	g_test_add_func("/answering/source-is-preferred", test_source_is_preferred);
	g_test_add_func("/answering/attach", test_attach);
	g_test_add_func("/answering/resume", test_resume);
	g_test_add_func("/answering/refuses", test_refuses);
	return g_test_run();
}
