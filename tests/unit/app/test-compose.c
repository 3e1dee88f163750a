#include <glib/gstdio.h>
#include <string.h>

#include "app/compose.h"
#include "app/compose_check.h"
#include "base/error.h"
#include "mime/mime.h"

/* ---- who writes, and what is answered ---- */

static ComposeSelf self_of(GPtrArray *addresses)
{
	return (ComposeSelf){ .account = "work",
		              .from = "Ada Example <ada@example.test>",
		              .addresses = addresses,
		              .signature = "short",
		              .format = DRAFT_PLAIN };
}

static GPtrArray *own_addresses(void)
{
	GPtrArray *own = g_ptr_array_new();

	g_ptr_array_add(own, (char *)"ADA@example.test");
	g_ptr_array_add(own, (char *)"ada.alias@example.test");
	return own;
}

static Message *message_from(const char *from, const char *to, const char *cc, const char *reply_to)
{
	Message *m = message_new();

	m->id = 4711;
	m->server_id = g_strdup("5:1");
	m->from = g_strdup(from);
	m->to = g_strdup(to);
	m->cc = g_strdup(cc);
	m->reply_to = g_strdup(reply_to);
	m->subject = g_strdup("AW: Prices");
	return m;
}

static GBytes *bytes_of(const char *text) { return g_bytes_new(text, strlen(text)); }

static Draft *answer(const Message *message, BodyKind kind, const char *body, const char *mime, DraftKind how,
                     GError **err)
{
	g_autoptr(GPtrArray) own = own_addresses();
	g_autoptr(GBytes) bytes = body ? bytes_of(body) : NULL;
	g_autoptr(GBytes) header = mime ? bytes_of(mime) : NULL;
	ComposeSelf self = self_of(own);
	ComposeSource source = { .message = message,
		                 .kind = kind,
		                 .body = bytes,
		                 .mime = header,
		                 .folder_server_id = "5",
		                 .date_text = "Monday" };

	return compose_answer(&self, &source, how, err);
}

/* ---- who it goes to ---- */

static void test_recipients(void)
{
	static const struct {
		const char *why;
		DraftKind   kind;
		const char *from, *to, *cc, *reply_to, *want_to, *want_cc;
	} rows[] = {
		{ "to the sender", DRAFT_REPLY, "Bo <bo@x.test>", "ada@example.test", "cy@x.test", NULL,
		  "Bo <bo@x.test>", NULL },
		{ "Reply-To wins, all of it", DRAFT_REPLY, "bo@x.test", "ada@example.test", NULL,
		  "Team <team@x.test>; two@x.test", "Team <team@x.test>, two@x.test", NULL },
		{ "to all, not to oneself in any spelling", DRAFT_REPLY_ALL, "bo@x.test",
		  "Ada <Ada@Example.TEST>, cy@x.test", "ada.alias@example.test, Dee <dee@x.test>", NULL,
		  "bo@x.test, cy@x.test", "Dee <dee@x.test>" },
		{ "nobody twice", DRAFT_REPLY_ALL, "bo@x.test", "BO@x.test, cy@x.test, cy@x.test",
		  "cy@x.test, dee@x.test", NULL, "bo@x.test, cy@x.test", "dee@x.test" },
		{ "one's own mail goes on to its recipients", DRAFT_REPLY, "ada@example.test", "bo@x.test, cy@x.test",
		  "dee@x.test", NULL, "bo@x.test, cy@x.test", NULL },
		{ "likewise to all", DRAFT_REPLY_ALL, "ada@example.test", "bo@x.test", "dee@x.test", NULL,
		  "bo@x.test", "dee@x.test" },
		{ "to oneself alone", DRAFT_REPLY_ALL, "ada@example.test", "ada@example.test", NULL, NULL,
		  "ada@example.test", NULL },
		{ "forward", DRAFT_FORWARD, "bo@x.test", "ada@example.test", "cy@x.test", NULL, NULL, NULL },
		{ "resend", DRAFT_RESEND, "ada@example.test", "bo@x.test", "cy@x.test", NULL, "bo@x.test", "cy@x.test" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Message) m = message_from(rows[i].from, rows[i].to, rows[i].cc, rows[i].reply_to);
		GError *error = NULL;
		g_autoptr(Draft) draft = answer(m, BODY_TEXT, "Hi", NULL, rows[i].kind, &error);
		g_assert_no_error(error);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(draft->to, ==, rows[i].want_to);
		g_assert_cmpstr(draft->cc, ==, rows[i].want_cc);
		g_assert_cmpstr(draft->from, ==, "Ada Example <ada@example.test>");
		g_assert_null(draft->bcc);
	}
}

/* Two thousand people in the original are two thousand people in the answer. */
static void test_many_recipients(void)
{
	g_autoptr(GString) to = g_string_new(NULL);

	for (int i = 0; i < 2000; i++)
		g_string_append_printf(to, "%s\"P, %d\" <p%d@x.test>", i ? ", " : "", i, i);
	g_autoptr(Message) m = message_from("bo@x.test", to->str, NULL, NULL);
	g_autoptr(Draft) draft = answer(m, BODY_NONE, NULL, NULL, DRAFT_REPLY_ALL, NULL);
	g_autoptr(GPtrArray) people = mime_addresses(draft->to);
	g_assert_cmpuint(people->len, ==, 2001);
}

static void test_mailto(void)
{
	g_autoptr(GPtrArray) own = own_addresses();
	g_autoptr(GError) error = NULL;
	ComposeSelf self = self_of(own);
	g_autoptr(Draft) draft = compose_mailto(&self, "mailto:bo@x.test?subject=Hi&from=evil@x.test", NULL);

	g_assert_cmpstr(draft->to, ==, "bo@x.test");
	g_assert_cmpstr(draft->subject, ==, "Hi");
	g_assert_cmpstr(draft->from, ==, "Ada Example <ada@example.test>");
	g_assert_cmpstr(draft->signature, ==, "short");
	g_assert_null(compose_mailto(&self, "https://x.test", &error));
	g_assert_true(error_is(error, ERR_USAGE));
}

static void test_list(void)
{
	static const struct { const char *why, *header, *to, *says; } rows[] = {
		{ "List-Post", "List-Post: <mailto:dev@lists.test?subject=x> (note)\n\n", "dev@lists.test", NULL },
		{ "Mail-Followup-To, without oneself",
		  "mail-followup-to: dev@lists.test, ada@example.test\nList-Post: <mailto:x@y.test>\n\n", "dev@lists.test", NULL },
		{ "nobody may post", "List-Post: NO\n\n", NULL,
		  "the mail names no list to write to; reply to its sender or to all" },
		{ "no list", "Subject: x\n\n", NULL,
		  "the mail names no list to write to; reply to its sender or to all" },
		{ "no header", NULL, NULL,
		  "the header of the mail is not here yet; fetch its source to answer to its list" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Message) m = message_from("bo@x.test", "dev@lists.test", NULL, NULL);
		g_autoptr(GError) error = NULL;
		g_autoptr(Draft) draft = answer(m, BODY_TEXT, "Hi", rows[i].header, DRAFT_REPLY_LIST, &error);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(draft ? draft->to : NULL, ==, rows[i].to);
		g_assert_cmpstr(error ? error->message : NULL, ==, rows[i].says);
		g_assert_true(draft || error_is(error, ERR_NOT_FOUND));
	}
}

/* ---- what it says ---- */

static void test_bodies(void)
{
	static const struct { const char *why; DraftKind kind; const char *body, *subject, *want; } rows[] = {
		{ "reply", DRAFT_REPLY, "One\n\n> Two\n", "Re: Prices", "\n\nOn Monday, Bo wrote:\n> One\n>\n> > Two\n" },
		{ "nothing to quote", DRAFT_REPLY, "", "Re: Prices", "" },
		{ "forward", DRAFT_FORWARD, "One\n", "Fwd: Prices",
		  "\n\n-------- Forwarded message --------\nFrom: Bo <bo@x.test>\nDate: Monday\nTo: ada@example.test\n"
		  "Subject: AW: Prices\n\nOne\n" },
		{ "as attachment", DRAFT_FORWARD_ATTACHED, "One\n", "Fwd: Prices", "" },
		{ "edit", DRAFT_EDIT, "One\n> Two\n", "AW: Prices", "One\n\n> Two\n" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Message) m = message_from("Bo <bo@x.test>", "ada@example.test", NULL, NULL);
		g_autoptr(Draft) draft = answer(m, BODY_TEXT, rows[i].body, NULL, rows[i].kind, NULL);
		size_t at;
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(draft->subject, ==, rows[i].subject);
		g_assert_cmpstr(draft->body, ==, rows[i].want);
		bool is_quoted = draft_quote_at(draft, &at);
		g_assert_true(is_quoted == (*rows[i].want != '\0'));
		if (is_quoted)
			g_assert_cmpuint(at, ==, rows[i].kind == DRAFT_EDIT ? 0 : 2);
	}
}

static void test_quote_is_watched(void)
{
	g_autoptr(Message) m = message_from("Bo <bo@x.test>", "ada@example.test", NULL, NULL);
	g_autoptr(Draft) draft = answer(m, BODY_TEXT, "One\nTwo\n", NULL, DRAFT_REPLY, NULL);
	g_autofree char *quote = g_strdup(draft->body + 2), *above = g_strconcat("Yes!\n\n", quote, " \n\n", NULL);
	g_autofree char *within = g_strconcat("Yes!\n\n", quote, "No.\n", NULL);
	size_t at = 0;

	g_free(draft->body);
	draft->body = g_strdup(above);
	g_assert_true(draft_quote_at(draft, &at));
	g_assert_cmpuint(at, ==, 6);
	g_free(draft->body);
	draft->body = g_strdup(within);
	g_assert_false(draft_quote_at(draft, &at));
	g_free(draft->body);
	draft->body = g_strdup("");
	g_assert_false(draft_quote_at(draft, &at));
}

static const char thread_header[] = "Message-ID: <3@x.test>\nReferences: <1@x.test> <2@x.test>\n"
				    "In-Reply-To: <2@x.test>\nThread-Topic: Prices\n\n";

static void test_thread(void)
{
	g_autoptr(Message) m = message_from("bo@x.test", "ada@example.test", NULL, NULL);

	m->conversation_key = g_bytes_new("0123456789abcdef", 16);
	m->conversation_index = g_bytes_new("\1\2\3\4\5", 5);
	g_autoptr(Draft) draft = answer(m, BODY_TEXT, "x", thread_header, DRAFT_REPLY, NULL);
	g_assert_cmpstr(draft->in_reply_to, ==, "<3@x.test>");
	g_assert_cmpstr(draft->references, ==, "<1@x.test> <2@x.test> <3@x.test>");
	g_assert_cmpstr(draft->thread_topic, ==, "Prices");
	g_assert_cmpuint(g_bytes_get_size(draft->thread_index), ==, 22);
	g_assert_cmpint(draft->source_id, ==, 4711);
	g_assert_cmpstr(draft->source_server_id, ==, "5:1");
	g_assert_cmpstr(draft->source_folder, ==, "5");

	g_autoptr(Draft) unknown = answer(m, BODY_TEXT, "x", NULL, DRAFT_REPLY, NULL);
	g_assert_null(unknown->references);
	g_assert_cmpstr(unknown->thread_topic, ==, "Prices");
	g_autoptr(Draft) again = answer(m, BODY_TEXT, "x", thread_header, DRAFT_RESEND, NULL);
	g_assert_null(again->in_reply_to);
	g_assert_null(again->thread_index);
}

/* ---- bytes ---- */

static const char rich_mail[] =
	"From: Bo <bo@x.test>\nTo: ada@example.test\nSubject: Prices\nMessage-ID: <3@x.test>\n"
	"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=m\n\n"
	"--m\nContent-Type: multipart/related; boundary=r\n\n"
	"--r\nContent-Type: text/html; charset=utf-8\n\n"
	"<html><head><style>p { color: red }</style></head><body bgcolor=\"#eee\"><p>Gr\xc3\xbc\xc3\x9f" "e</p>"
	"<img src=\"cid:pic@x\"></body></html>\n"
	"--r\nContent-Type: image/png\nContent-ID: <pic@x>\nContent-Disposition: inline; filename=pic.png\n"
	"Content-Transfer-Encoding: base64\n\niVBORw==\n--r--\n"
	"--m\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=\"list.pdf\"\n"
	"Content-Transfer-Encoding: base64\n\nJVBERg==\n--m--\n";

/* The parts of the mail that is answered, by their index; not picture 1 if @data says so. */
static GBytes *content_of(const DraftPart *part, void *data, GError **err)
{
	g_autoptr(GBytes) mail = bytes_of(rich_mail);

	g_assert_cmpint(part->message_id, ==, 4711);
	if (part->part < 0)
		return g_bytes_ref(mail);
	if (data && strcmp(data, part->name) == 0)
		return fail_null(err, ERR_NOT_FOUND, "“%s” is not here", part->name);
	g_autoptr(MimeMessage) mime = mime_read(mail);
	return mime_part_content(mime, part->part, err);
}

static ComposeMail *build(Draft *draft, const Message *message, const ComposeSignature *signature, const char *missing,
                          GError **err)
{
	static const uint8_t random[16] = { 1 };
	g_autoptr(GBytes) body = bytes_of(rich_mail);
	ComposeSource source = { .message = message, .kind = BODY_MIME, .body = body };
	ComposeHow how = { .now_ms = INT64_C(1795512345000),
		           .source = message ? &source : NULL,
		           .signature = signature,
		           .content = content_of,
		           .data = (void *)missing };

	compose_identify(draft, random);
	return compose_build(draft, &how, err);
}

static Draft *rich_answer(Message **ret_message, DraftKind kind)
{
	*ret_message = message_from("Bo <bo@x.test>", "ada@example.test", NULL, NULL);
	return answer(*ret_message, BODY_MIME, rich_mail, NULL, kind, NULL);
}

/* The part's content with '\n' for the "\r\n" of the wire. */
static char *part_text(const MimeMessage *mime, int index)
{
	g_autoptr(GBytes) bytes = mime_part_content(mime, index, NULL);

	g_assert_nonnull(bytes);
	g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);
	return g_strjoinv("\n", lines);
}

/* "text/plain text/html …", in order. */
static char *types(const MimeMessage *mime)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < mime->parts->len; i++)
		g_string_append_printf(out, "%s%s", i ? " " : "", ((MimePart *)g_ptr_array_index(mime->parts, i))->content_type);
	return g_string_free(out, FALSE);
}

static void type_above(Draft *draft, const char *words)
{
	char *body = g_strconcat(words, draft->body, NULL);

	g_free(draft->body);
	draft->body = body;
}

static void test_own_quote_header(void)
{
	static const struct { const char *header, *want; } rows[] = {
		{ "{name} <{from}> schrieb am {date} ({subject}):", "\n\nBo <bo@x.test> schrieb am Monday ({name} asks):\n> x\n" },
		{ "{who}{", "\n\n{who}{\n> x\n" },
		{ "", "\n\nOn Monday, Bo wrote:\n> x\n" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Message) m = message_from("Bo <bo@x.test>", "ada@example.test", NULL, NULL);
		g_autoptr(GBytes) body = g_bytes_new_static("x\n", 2);
		g_autoptr(GError) error = NULL;
		ComposeSelf self = { .account = "work", .from = "ada@example.test", .quote_header = rows[i].header };
		ComposeSource source = { .message = m, .kind = BODY_TEXT, .body = body, .date_text = "Monday" };
		g_free(m->subject);
		m->subject = g_strdup("{name} asks");
		g_autoptr(Draft) draft = compose_answer(&self, &source, DRAFT_REPLY, &error);
		g_assert_no_error(error);
		g_assert_cmpstr(draft->body, ==, rows[i].want);
	}
}

static void test_reply_keeps_the_original(void)
{
	g_autoptr(Message) m = NULL;
	g_autoptr(Draft) draft = rich_answer(&m, DRAFT_REPLY);
	GError *error = NULL;

	type_above(draft, "5 < 6 €");
	g_autoptr(ComposeMail) mail = build(draft, m, NULL, NULL, &error);
	g_assert_no_error(error);
	g_assert_null(mail->warning);
	g_autoptr(MimeMessage) mime = mime_read(mail->bytes);
	g_autofree char *kinds = types(mime), *html = part_text(mime, 1), *text = part_text(mime, 0);
	g_assert_cmpstr(kinds, ==, "text/plain text/html image/png");
	g_assert_cmpstr(text, ==, "5 < 6 €\n\nOn Monday, Bo wrote:\n> Grüße\n>\n> [picture]\n");
	g_assert_cmpstr(html, ==,
	                "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\">\n<style>p { color: red }</style>\n"
	                "</head><body>\n<div>5 &lt; 6 €<br>\n</div>\n<br>\n"
	                "<div>On Monday, Bo wrote:<br>\n</div>\n"
	                "<blockquote type=\"cite\" style=\"margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex\">\n"
	                "<div bgcolor=\"#eee\"><p>Grüße</p><img src=\"cid:pic@x\"></div>\n</blockquote>\n</body></html>\n");
	const MimePart *picture = g_ptr_array_index(mime->parts, 2);
	g_assert_cmpstr(picture->content_id, ==, "pic@x");
	g_assert_cmpstr(mime->in_reply_to, ==, "<3@x.test>");
	g_assert_cmpstr(mime->message_id, ==, draft->message_id);
}

/* Words between the quoted lines are in both halves, or there is one half. */
static void test_changed_quote_is_text(void)
{
	g_autoptr(Message) m = NULL;
	g_autoptr(Draft) draft = rich_answer(&m, DRAFT_REPLY);

	draft->body = (g_free(draft->body), g_strdup("On Monday, Bo wrote:\n> Grüße\nGern!\n"));
	g_autoptr(ComposeMail) mail = build(draft, m, NULL, NULL, NULL);
	g_autoptr(MimeMessage) mime = mime_read(mail->bytes);
	g_autofree char *kinds = types(mime);
	g_assert_cmpstr(kinds, ==, "text/plain");
}

static void test_markdown(void)
{
	g_autoptr(Message) m = NULL;
	g_autoptr(Draft) draft = rich_answer(&m, DRAFT_REPLY);

	draft->body = (g_free(draft->body), g_strdup("> Grüße\n\n*Gern!*\n"));
	draft->format = DRAFT_MARKDOWN;
	g_autoptr(ComposeMail) mail = build(draft, m, NULL, NULL, NULL);
	g_autoptr(MimeMessage) mime = mime_read(mail->bytes);
	g_autofree char *html = part_text(mime, 1);
	g_assert_nonnull(strstr(html, "<blockquote>\n<p>Grüße</p>\n</blockquote>\n<p><em>Gern!</em></p>\n"));
}

static void test_forward_takes_all(void)
{
	g_autoptr(Message) m = NULL;
	g_autoptr(Draft) draft = rich_answer(&m, DRAFT_FORWARD);
	GError *error = NULL;

	draft->to = g_strdup("cy@x.test");
	g_autoptr(ComposeMail) mail = build(draft, m, NULL, NULL, &error);
	g_assert_no_error(error);
	g_autoptr(MimeMessage) mime = mime_read(mail->bytes);
	g_autofree char *kinds = types(mime), *pdf = part_text(mime, 3);
	g_assert_cmpstr(kinds, ==, "text/plain text/html image/png application/pdf");
	g_assert_cmpstr(pdf, ==, "%PDF");
	g_assert_cmpstr(((MimePart *)g_ptr_array_index(mime->parts, 3))->name, ==, "list.pdf");
}

/* Sent again untouched, a mail keeps its looks; changed, it is the text that was changed. */
static void test_resend(void)
{
	g_autoptr(Message) m = NULL;
	g_autoptr(Draft) draft = rich_answer(&m, DRAFT_RESEND);

	draft->to = (g_free(draft->to), g_strdup("cy@x.test"));
	g_assert_null(draft->signature);
	g_autoptr(ComposeMail) mail = build(draft, m, NULL, NULL, NULL);
	g_autoptr(MimeMessage) mime = mime_read(mail->bytes);
	g_autofree char *kinds = types(mime), *html = part_text(mime, 1);
	g_assert_cmpstr(kinds, ==, "text/plain text/html image/png application/pdf");
	g_assert_nonnull(strstr(html, "</head><body>\n<div bgcolor=\"#eee\"><p>Grüße</p><img src=\"cid:pic@x\"></div>\n</body>"));
	g_assert_null(mime->in_reply_to);

	type_above(draft, "Corrected: ");
	draft->body[strlen(draft->body) - 2] = '!';
	g_autoptr(ComposeMail) changed = build(draft, m, NULL, NULL, NULL);
	g_autoptr(MimeMessage) again = mime_read(changed->bytes);
	g_autofree char *changed_kinds = types(again);
	g_assert_cmpstr(changed_kinds, ==, "text/plain image/png application/pdf");
}

static void test_text_only(void)
{
	static const uint8_t random[16] = { 4 };
	g_autoptr(Message) m = NULL;
	g_autoptr(Draft) draft = rich_answer(&m, DRAFT_REPLY);
	g_autoptr(GBytes) body = bytes_of(rich_mail);
	ComposeSource source = { .message = m, .kind = BODY_MIME, .body = body };
	ComposeHow how = { .source = &source, .is_text_only = true, .content = content_of };

	compose_identify(draft, random);
	g_autoptr(ComposeMail) mail = compose_build(draft, &how, NULL);
	g_autoptr(MimeMessage) mime = mime_read(mail->bytes);
	g_autofree char *kinds = types(mime);
	g_assert_cmpstr(kinds, ==, "text/plain");
}

static void test_forward_as_attachment(void)
{
	g_autoptr(Message) m = NULL;
	g_autoptr(Draft) draft = rich_answer(&m, DRAFT_FORWARD_ATTACHED);

	draft->to = g_strdup("cy@x.test");
	g_autoptr(ComposeMail) mail = build(draft, m, NULL, NULL, NULL);
	g_autoptr(MimeMessage) mime = mime_read(mail->bytes);
	const MimePart *whole = g_ptr_array_index(mime->parts, 1);
	g_assert_cmpint(whole->role, ==, MIME_MESSAGE);
	g_autofree char *source = part_text(mime, 1);
	/* The last newline belongs to the boundary that follows. */
	g_assert_cmpint(strncmp(source, rich_mail, strlen(rich_mail) - 1), ==, 0);
}

static void test_what_is_missing(void)
{
	g_autoptr(Message) m = NULL, other = NULL;
	g_autoptr(Draft) draft = rich_answer(&m, DRAFT_REPLY);
	g_autoptr(GError) error = NULL;

	g_autoptr(ComposeMail) mail = build(draft, m, NULL, "pic.png", NULL);
	g_assert_cmpstr(mail->warning, ==, "The picture “pic.png” of the quoted mail could not be loaded; it was left out.");

	g_autoptr(Draft) forward = rich_answer(&other, DRAFT_FORWARD);
	forward->to = g_strdup("cy@x.test");
	g_assert_null(build(forward, other, NULL, "list.pdf", &error));
	g_assert_true(error_is(error, ERR_NOT_FOUND));
	g_assert_cmpstr(error->message, ==, "“list.pdf” is not here");
}

static void test_types_of_files(void)
{
	static const struct { const char *name, *type; } rows[] = {
		{ "a.PDF", "application/pdf" }, { "b.tar.gz", "application/gzip" }, { "c", "application/octet-stream" },
		{ "d.unknown", "application/octet-stream" }, { "e.eml", "application/octet-stream" },
	};
	g_autoptr(Draft) draft = draft_new();

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		DraftPart *part = draft_part_new();
		part->name = g_strdup(rows[i].name);
		part->bytes = g_bytes_new("a\0b", 3);
		g_ptr_array_add(draft->parts, part);
	}
	draft->from = g_strdup("ada@example.test");
	draft->to = g_strdup("bo@x.test");
	g_autoptr(ComposeMail) mail = build(draft, NULL, NULL, NULL, NULL);
	g_autoptr(MimeMessage) mime = mime_read(mail->bytes);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpstr(((MimePart *)g_ptr_array_index(mime->parts, i + 1))->content_type, ==, rows[i].type);
}

/* ---- signatures ---- */

static void test_signatures(void)
{
	static const struct { const char *why; SignaturePlace place; const char *text, *want; } rows[] = {
		{ "above the quote", SIGNED_ABOVE, "Ada\n\n", "Yes\n\n-- \nAda\n\nOn Monday, Bo wrote:\n> x\n" },
		{ "below it", SIGNED_BELOW, "Ada\n", "Yes\n\nOn Monday, Bo wrote:\n> x\n\n-- \nAda\n" },
		{ "none", SIGNED_ABOVE, NULL, "Yes\n\nOn Monday, Bo wrote:\n> x\n" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Message) m = message_from("Bo <bo@x.test>", "ada@example.test", NULL, NULL);
		g_autoptr(Draft) draft = answer(m, BODY_TEXT, "x", NULL, DRAFT_REPLY, NULL);
		ComposeSignature signature = { .text = rows[i].text };
		ComposeHow how = { .signature = &signature };
		static const uint8_t random[16] = { 2 };
		type_above(draft, "Yes");
		draft->signature_place = rows[i].place;
		compose_identify(draft, random);
		g_autoptr(ComposeMail) mail = compose_build(draft, &how, NULL);
		g_autoptr(MimeMessage) mime = mime_read(mail->bytes);
		g_autofree char *text = part_text(mime, 0);
		g_test_message("%s", rows[i].why);
		g_assert_cmpuint(mime->parts->len, ==, 1);
		g_assert_cmpstr(text, ==, rows[i].want);
	}
}

static void test_rich_signature(void)
{
	g_autoptr(Draft) draft = draft_new();
	g_autoptr(GPtrArray) pictures = g_ptr_array_new_with_free_func((GDestroyNotify)draft_part_free);
	DraftPart *logo = draft_part_new();

	logo->name = g_strdup("logo.png");
	logo->content_type = g_strdup("image/png");
	logo->bytes = bytes_of("PNG");
	g_ptr_array_add(pictures, logo);
	ComposeSignature signature = {
		.html = "<p>Ada <a href=\"https://x.test\">Home</a><img src=\"logo.png\"><img src=\"file:///C:/Logo.jpg\"></p>",
		.pictures = pictures
	};
	draft->from = g_strdup("ada@example.test");
	draft->to = g_strdup("bo@x.test");
	draft->body = (g_free(draft->body), g_strdup("Hi"));
	g_autoptr(ComposeMail) mail = build(draft, NULL, &signature, NULL, NULL);
	g_assert_cmpstr(mail->warning, ==,
	                "The picture “file:///C:/Logo.jpg” of the signature lies on a disk that no recipient has; it was left out.");
	g_autoptr(MimeMessage) mime = mime_read(mail->bytes);
	g_autofree char *kinds = types(mime), *text = part_text(mime, 0), *html = part_text(mime, 1);
	g_assert_cmpstr(kinds, ==, "text/plain text/html image/png");
	g_assert_nonnull(strstr(text, "Hi\n\n-- \nAda Home <https://x.test>"));
	const MimePart *picture = g_ptr_array_index(mime->parts, 2);
	g_autofree char *shown = g_strdup_printf("<img src=\"cid:%s\">", picture->content_id);
	g_assert_nonnull(strstr(html, shown));
	g_assert_null(strstr(html, "file:"));
}

/* As text alone, also where there is HTML to take it from. */
static void test_plain_signature(void)
{
	g_autoptr(Draft) draft = draft_new();
	ComposeSignature signature = { .html = "<p>Ada <a href=\"https://x.test\">Home</a></p>" };

	draft->from = g_strdup("ada@example.test");
	draft->to = g_strdup("bo@x.test");
	draft->body = (g_free(draft->body), g_strdup("Hi"));
	draft->signature_format = SIGNATURE_TEXT;
	g_autoptr(ComposeMail) mail = build(draft, NULL, &signature, NULL, NULL);
	g_autoptr(MimeMessage) mime = mime_read(mail->bytes);
	g_autofree char *kinds = types(mime), *text = part_text(mime, 0);
	g_assert_cmpstr(kinds, ==, "text/plain");
	g_assert_nonnull(strstr(text, "Hi\n\n-- \nAda Home <https://x.test>"));
}

/* ---- files ---- */

static void test_files(void)
{
	g_autofree char *dir = g_dir_make_tmp("compose-XXXXXX", NULL), *path = g_build_filename(dir, "a.txt", NULL);
	g_autofree char *none = g_build_filename(dir, "none", NULL);
	const struct { const char *why, *path; size_t max; ErrorKind kind; } rows[] = {
		{ "a folder", dir, 100, ERR_USAGE },
		{ "gone", none, 100, ERR_NOT_FOUND },
		{ "too large", path, 3, ERR_LIMIT },
		{ "no file at all", NULL, 100, ERR_USAGE },
	};

	g_assert_true(g_file_set_contents(path, "hello", 5, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		DraftPart part = { .path = (char *)rows[i].path };
		g_autoptr(GError) error = NULL;
		g_test_message("%s", rows[i].why);
		g_assert_null(compose_read_file(&part, rows[i].max, &error));
		g_assert_true(error_is(error, rows[i].kind));
	}
	DraftPart part = { .path = path };
	g_autoptr(GBytes) bytes = compose_read_file(&part, 5, NULL);
	g_assert_cmpuint(g_bytes_get_size(bytes), ==, 5);
	g_unlink(path);
	g_rmdir(dir);
}

/* ---- questions before it leaves ---- */

static void test_forgotten_attachment(void)
{
	static const struct { const char *why, *body; bool is_forgotten; } rows[] = {
		{ "English", "Please see the attached list.", true },
		{ "German", "Die Liste ist im Anhang.", true },
		{ "capital umlaut", "ANGEHÄNGT ist die Liste", true },
		{ "decomposed umlaut", "angeha\xcc\x88ngt", true },
		{ "French", "Voir la pièce jointe", true },
		{ "Polish", "W załączniku lista", true },
		{ "Russian", "Список прикреплён", true },
		{ "Japanese", "リストを添付します", true },
		{ "inside a word", "unattached, Zusammenhang", false },
		{ "in a quote", "Yes\n> see the attached list", false },
		{ "in the signature", "Yes\n-- \nattached to Ada", false },
		{ "nothing", "Hello", false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Draft) draft = draft_new();
		draft->body = (g_free(draft->body), g_strdup(rows[i].body));
		g_test_message("%s", rows[i].why);
		g_assert_true(compose_forgot_attachment(draft) == rows[i].is_forgotten);
		g_ptr_array_add(draft->parts, draft_part_new());
		g_assert_false(compose_forgot_attachment(draft));
	}
	g_autoptr(Message) m = message_from("bo@x.test", "ada@example.test", NULL, NULL);
	g_autoptr(Draft) reply = answer(m, BODY_TEXT, "see attached", NULL, DRAFT_FORWARD, NULL);
	g_assert_false(compose_forgot_attachment(reply));
}

static void test_external(void)
{
	g_autoptr(Draft) draft = draft_new();
	g_autoptr(GPtrArray) domains = g_ptr_array_new();

	g_ptr_array_add(domains, (char *)"example.test");
	g_ptr_array_add(domains, (char *)"bücher.test");
	draft->to = g_strdup("a@example.test, B@EXAMPLE.test\nc@sub.example.test");
	draft->cc = g_strdup("d@notexample.test; e@xn--bcher-kva.test; nonsense");
	draft->bcc = g_strdup("f@x.test, D@notexample.test");
	g_autoptr(GPtrArray) outside = compose_external(draft, domains);
	g_assert_cmpuint(outside->len, ==, 2);
	g_assert_cmpstr(g_ptr_array_index(outside, 0), ==, "d@notexample.test");
	g_assert_cmpstr(g_ptr_array_index(outside, 1), ==, "f@x.test");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/compose/own-quote-header", test_own_quote_header);
	g_test_add_func("/compose/recipients", test_recipients);
	g_test_add_func("/compose/many-recipients", test_many_recipients);
	g_test_add_func("/compose/list", test_list);
	g_test_add_func("/compose/mailto", test_mailto);
	g_test_add_func("/compose/bodies", test_bodies);
	g_test_add_func("/compose/quote-is-watched", test_quote_is_watched);
	g_test_add_func("/compose/thread", test_thread);
	g_test_add_func("/compose/reply-keeps-the-original", test_reply_keeps_the_original);
	g_test_add_func("/compose/changed-quote-is-text", test_changed_quote_is_text);
	g_test_add_func("/compose/markdown", test_markdown);
	g_test_add_func("/compose/forward-takes-all", test_forward_takes_all);
	g_test_add_func("/compose/resend", test_resend);
	g_test_add_func("/compose/text-only", test_text_only);
	g_test_add_func("/compose/forward-as-attachment", test_forward_as_attachment);
	g_test_add_func("/compose/what-is-missing", test_what_is_missing);
	g_test_add_func("/compose/types-of-files", test_types_of_files);
	g_test_add_func("/compose/signatures", test_signatures);
	g_test_add_func("/compose/rich-signature", test_rich_signature);
	g_test_add_func("/compose/plain-signature", test_plain_signature);
	g_test_add_func("/compose/files", test_files);
	g_test_add_func("/compose/forgotten-attachment", test_forgotten_attachment);
	g_test_add_func("/compose/external", test_external);
	return g_test_run();
}
