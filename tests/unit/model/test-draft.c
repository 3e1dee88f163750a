#include <string.h>

#include "base/error.h"
#include "model/draft.h"

/* A draft with something in every field. */
static Draft *full_draft(void)
{
	Draft *draft = draft_new();

	draft->kind = DRAFT_REPLY_ALL;
	draft->format = DRAFT_MARKDOWN;
	draft->account = g_strdup("work");
	draft->from = g_strdup("Ada Bär <ada@example.test>");
	draft->to = g_strdup("bo@example.test;\nCy <cy@example.test>");
	draft->cc = g_strdup(" blank in front");
	draft->bcc = g_strdup("x@y.test");
	draft->reply_to = g_strdup("team@example.test");
	draft->subject = g_strdup("Prices: 10 €");
	draft->body = (g_free(draft->body), g_strdup("Hello\n\nTo: not a field\n.\n-- \nAda\r\n"));
	draft->signature = g_strdup("long one");
	draft->importance = 2;
	draft->sensitivity = SENSITIVITY_CONFIDENTIAL;
	draft->receipts = RECEIPT_READ | RECEIPT_DELIVERY;
	draft->signing = SIGNING_OPAQUE;
	draft->signing_by = DECIDED_BY_PERSON;
	draft->subject_place = SUBJECT_INSIDE;
	draft->encryption = ENCRYPTION_IF_POSSIBLE;
	draft->encryption_by = DECIDED_BY_ORIGINAL;
	draft->send_after_ms = 1795500000123;
	draft->source_id = 4711;
	draft->source_server_id = g_strdup("5:101");
	draft->source_folder = g_strdup("5");
	draft->in_reply_to = g_strdup("<a@b>");
	draft->references = g_strdup("<1@b> <a@b>");
	draft->thread_topic = g_strdup("Prices");
	draft->thread_index = g_bytes_new("\1\0\2", 3);
	draft->message_id = g_strdup("<new@example.test>");
	draft->quote_bytes = 12;
	draft->quote_hash = g_strdup("00ff");
	return draft;
}

static DraftPart *add_part(Draft *draft, const char *name)
{
	DraftPart *part = draft_part_new();

	part->name = g_strdup(name);
	g_ptr_array_add(draft->parts, part);
	return part;
}

static void add_parts(Draft *draft)
{
	DraftPart *part = add_part(draft, "a b=c%20\n.pdf");
	part->path = g_strdup("/tmp/a b=c%20\n.pdf");
	part->content_type = g_strdup("application/pdf");
	part = add_part(draft, "logo.png");
	part->is_inline = true;
	part->content_id = g_strdup("logo@x");
	part->bytes = g_bytes_new("\0\xff", 2);
	part = add_part(draft, "Ärger.txt");
	part->message_id = 99;
	part->part = 3;
	part = add_part(draft, "c");
	part->message_id = 98;
	part->reference = g_strdup("5%3a101:0");
}

static void test_text_is_lossless(void)
{
	g_autoptr(Draft) draft = full_draft();
	GError *error = NULL;

	add_parts(draft);
	g_autofree char *text = draft_to_text(draft);
	g_autoptr(Draft) again = draft_from_text(text, &error);
	g_assert_no_error(error);
	g_assert_true(draft_equal(draft, again));
	g_assert_cmpstr(again->to, ==, "bo@example.test;\nCy <cy@example.test>");
	g_assert_cmpstr(again->cc, ==, " blank in front");
	g_assert_cmpstr(again->body, ==, draft->body);
	g_assert_cmpint(again->send_after_ms, ==, 1795500000123);
	g_assert_cmpint(again->signing, ==, SIGNING_OPAQUE);
	g_assert_cmpint(again->encryption, ==, ENCRYPTION_IF_POSSIBLE);
	g_assert_cmpint(again->encryption_by, ==, DECIDED_BY_ORIGINAL);
	g_assert_cmpuint(again->parts->len, ==, 4);
	const DraftPart *part = g_ptr_array_index(again->parts, 0);
	g_assert_cmpstr(part->path, ==, "/tmp/a b=c%20\n.pdf");
	part = g_ptr_array_index(again->parts, 1);
	g_autoptr(GBytes) two = g_bytes_new("\0\xff", 2);
	g_assert_true(g_bytes_equal(part->bytes, two));
	g_assert_true(part->is_inline);
	part = g_ptr_array_index(again->parts, 2);
	g_assert_cmpint(part->part, ==, 3);
	g_assert_cmpint(part->message_id, ==, 99);
	part = g_ptr_array_index(again->parts, 3);
	g_assert_cmpstr(part->reference, ==, "5%3a101:0");
	g_assert_cmpint(part->part, ==, -1);

	g_autoptr(Draft) copy = draft_copy(draft);
	g_assert_true(draft_equal(draft, copy));
	copy->importance = 0;
	g_assert_false(draft_equal(draft, copy));
}

static void test_empty(void)
{
	g_autoptr(Draft) draft = draft_new();
	g_autofree char *text = draft_to_text(draft), *edit = draft_to_editor(draft);

	g_assert_cmpstr(text, ==, "\n");
	g_assert_cmpstr(edit, ==, "To: \nCc: \nBcc: \nSubject: \n\n");
	g_autoptr(Draft) again = draft_from_text("", NULL);
	g_assert_true(draft_equal(draft, again));
}

static void test_editor_keeps_the_rest(void)
{
	g_autoptr(Draft) draft = full_draft();
	GError *error = NULL;

	add_parts(draft);
	g_autoptr(Draft) before = draft_copy(draft);
	g_autofree char *text = draft_to_editor(draft);
	g_assert_null(strstr(text, "Thread-Index"));
	g_assert_null(strstr(text, "Encrypt"));
	g_assert_nonnull(strstr(text, "Attach: #2 logo.png\n"));
	g_assert_true(draft_edit(draft, text, &error));
	g_assert_cmpstr(draft->cc, ==, "blank in front");
	g_assert_cmpstr(draft->message_id, ==, before->message_id);
	g_assert_cmpuint(draft->parts->len, ==, 4);
}

static void test_edit(void)
{
	g_autoptr(Draft) draft = full_draft();
	GError *error = NULL;

	add_parts(draft);
	g_assert_true(draft_edit(draft,
	                         "to:  bo@example.test,\r\n  cy@example.test \r\nSubject: New\r\n"
	                         "Attach: #3 whatever\r\nAttach: /tmp/new file.txt\r\nAttach: \r\n\r\nHi\r\n",
	                         &error));
	g_assert_no_error(error);
	g_assert_cmpstr(draft->to, ==, "bo@example.test,\n cy@example.test");
	g_assert_cmpstr(draft->subject, ==, "New");
	g_assert_cmpstr(draft->body, ==, "Hi\n");
	g_assert_null(draft->from);
	g_assert_cmpint(draft->importance, ==, 1);
	g_assert_cmpuint(draft->receipts, ==, 0);
	g_assert_cmpint(draft->encryption, ==, ENCRYPTION_IF_POSSIBLE);
	g_assert_cmpuint(draft->parts->len, ==, 2);
	const DraftPart *part = g_ptr_array_index(draft->parts, 0);
	g_assert_cmpstr(part->name, ==, "Ärger.txt");
	part = g_ptr_array_index(draft->parts, 1);
	g_assert_cmpstr(part->path, ==, "/tmp/new file.txt");
	g_assert_cmpstr(part->name, ==, "new file.txt");
	g_assert_cmpstr(draft->account, ==, "work");
}

static void test_edit_refuses(void)
{
	static const struct { const char *why, *text, *says; } rows[] = {
		{ "a typing error", "To: a@b.test\nSubjct: x\n\nHi",
		  "line 2: “Subjct: x” is no field of a draft; a blank line must stand between the fields and the text" },
		{ "no blank line", "To: a@b.test,\n\tc@d.test\nHello Bo,\n",
		  "line 3: “Hello Bo,” is no field of a draft; a blank line must stand between the fields and the text" },
		{ "not for the editor", "Message-ID: <a@b>\n\n",
		  "line 1: “Message-ID: <a@b>” is no field of a draft; a blank line must stand between the fields and the text" },
		{ "in clear", "Encrypt: no\n\n",
		  "line 1: “Encrypt: no” is no field of a draft; a blank line must stand between the fields and the text" },
		{ "twice", "To: a\nCc: b\nTo: c\n\n", "line 3: a second “To:”; put both into one line" },
		{ "a word", "Importance: urgent\n\n", "line 1: “Importance: urgent” is none of: low, normal, high" },
		{ "a flag", "Receipts: read, seen\n\n", "line 1: “Receipts: read, seen” is none of: read, delivery" },
		{ "no such part", "Attach: #7 x\n\n",
		  "line 1: there is no attachment #7; write the path of a file to add one" },
		{ "latin 1", "Subject: gr\xfc\xdf\n\n", "the draft is not UTF-8; save it in that encoding" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Draft) draft = full_draft();
		g_autoptr(Draft) before = draft_copy(draft);
		g_autoptr(GError) error = NULL;
		g_test_message("%s", rows[i].why);
		g_assert_false(draft_edit(draft, rows[i].text, &error));
		g_assert_true(error_is(error, ERR_CONFIG));
		g_assert_cmpstr(error->message, ==, rows[i].says);
		g_assert_true(draft_equal(draft, before));
	}
}

static void test_text_refuses(void)
{
	static const struct { const char *text, *says; } rows[] = {
		{ "Source: x\n\n", "line 1: “Source” must be a number" },
		{ "Attach: name=%zz\n\n", "line 1: the attachment cannot be understood" },
		{ "Attach: colour=red\n\n", "line 1: “colour” is nothing that can be said of an attachment" },
		{ "To: a\nAttach: part=x\n\n", "line 2: “part” must be a number" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(draft_from_text(rows[i].text, &error));
		g_assert_nonnull(error);
		g_assert_cmpstr(error->message, ==, rows[i].says);
	}
}

static void test_leaves_formatting(void)
{
	static const struct { const char *body; DraftKind kind; SourceFormat format; bool leaves; } rows[] = {
		{ "Bold.\n", DRAFT_RESUME, SOURCE_HTML, false },
		{ "Bold.", DRAFT_RESUME, SOURCE_HTML, false },
		{ "Mine. Bold.", DRAFT_RESUME, SOURCE_HTML, true },
		{ "Bald.", DRAFT_RESUME, SOURCE_HTML, true },
		{ "", DRAFT_RESUME, SOURCE_HTML, true },
		{ "Bald.", DRAFT_RESUME, SOURCE_TEXT, false },
		{ "Bald.", DRAFT_EDIT, SOURCE_HTML, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Draft) draft = draft_new();
		draft->kind = rows[i].kind;
		draft->source_format = rows[i].format;
		g_free(draft->body);
		draft->body = g_strdup(rows[i].body);
		draft->quote_bytes = strlen("Bold.");
		draft->quote_hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, "Bold.", -1);
		g_assert_cmpint(draft_leaves_formatting(draft), ==, rows[i].leaves);
		g_autofree char *text = draft_to_text(draft);
		g_autoptr(Draft) read = draft_from_text(text, NULL);
		g_assert_cmpint(read->source_format, ==, rows[i].format);
	}
}

static void test_say_above(void)
{
	static const struct { const char *body, *words, *result; } rows[] = {
		{ "", "Yes.\n\n", "Yes.\n" },
		{ "\n\n> Noon?\n", "Yes.", "Yes.\n\n> Noon?\n" },
		{ "\n> Noon?\n", " \n", "> Noon?\n" },
		{ "", "", "\n" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Draft) draft = draft_new();
		g_free(draft->body);
		draft->body = g_strdup(rows[i].body);
		draft_say_above(draft, rows[i].words);
		g_assert_cmpstr(draft->body, ==, rows[i].result);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/draft/leaves formatting", test_leaves_formatting);
	g_test_add_func("/draft/say-above", test_say_above);
	g_test_add_func("/draft/text-is-lossless", test_text_is_lossless);
	g_test_add_func("/draft/empty", test_empty);
	g_test_add_func("/draft/editor-keeps-the-rest", test_editor_keeps_the_rest);
	g_test_add_func("/draft/edit", test_edit);
	g_test_add_func("/draft/edit-refuses", test_edit_refuses);
	g_test_add_func("/draft/text-refuses", test_text_refuses);
	return g_test_run();
}
