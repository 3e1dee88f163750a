/* The pictures of a mail: what there is to show, and how far it is. */
#include <string.h>

#include "app/pictures.h"
#include "app/reading.h"

#define PNG "iVBORw0KGgo="       /* the eight bytes that every PNG begins with */

static GBytes *bytes_of(const char *text) { return g_bytes_new(text, strlen(text)); }

static Picture *at(const GPtrArray *pictures, guint i) { return g_ptr_array_index(pictures, i); }

/* "reference alt state" of each, in one line. */
static char *told(const GPtrArray *pictures)
{
	static const char *const states[] = { "hidden", "fetching", "ready", "refused" };
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < pictures->len; i++) {
		const Picture *picture = at(pictures, i);
		g_assert_true((picture->state == PICTURE_READY) == (picture->bytes != NULL));
		g_assert_true((picture->state == PICTURE_REFUSED) == (picture->sentence != NULL));
		g_string_append_printf(out, "%s%.12s '%s' %s%s%s", i ? ", " : "",
		                       picture->reference, picture->alt, states[picture->state],
		                       picture->is_remote ? " remote" : "",
		                       picture->is_container ? " container" : "");
	}
	return g_string_free(out, FALSE);
}

static Message *message_with(const char *name, const char *content_id, int method)
{
	Message *message = message_new();
	Part *part = part_new();

	part->name = g_strdup(name);
	part->content_id = g_strdup(content_id);
	part->reference = g_strdup("7:1");
	part->method = method;
	message->parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_free);
	g_ptr_array_add(message->parts, part);
	return message;
}

/* What a mail shows, by the form it is in. */
static void test_list(void)
{
	static const struct { const char *why, *html, *name, *content_id; int method; const char *says, *part; } rows[] = {
		{ "nothing", "<p>a", "a.pdf", NULL, 1, "", NULL },
		{ "one by its Content-ID", "<img src='cid:a@b' alt=chart>", "x", "a@b", 1, "cid:a@b 'chart' hidden", "7:1" },
		{ "the server keeps the brackets", "<img src='CID:a%40b'>", "x", "<a@b>", 1, "CID:a%40b '' hidden", "7:1" },
		{ "nobody has it", "<img src='cid:other'>", "x", "a@b", 1, "cid:other '' hidden", NULL },
		{ "of the web", "<img src='https://example.org/a.png'>", "x", NULL, 1, "https://exam '' hidden remote", NULL },
		{ "attached, by its name", "<p>a", "chart.PNG", NULL, 1, "part:7:1 'chart.PNG' hidden", "7:1" },
		{ "an attached mail may hold some", "<p>a", "digest", NULL, 5, "part:7:1 'digest' hidden container", "7:1" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Doc) doc = doc_from_html(rows[i].html, strlen(rows[i].html));
		g_autoptr(Message) message =
			message_with(rows[i].name, rows[i].content_id, rows[i].method);
		g_autoptr(GPtrArray) pictures = pictures_list(doc, message, NULL);
		g_autofree char *says = told(pictures);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(says, ==, rows[i].says);
		if (pictures->len > 0)
			g_assert_cmpstr(at(pictures, 0)->part, ==, rows[i].part);
	}
}

static const char RELATED[] =
	"Content-Type: multipart/related; boundary=r\n\n"
	"--r\nContent-Type: text/html\n\n<p>hi<p><img src='cid:one' width=40 height=30><img src='cid:gone'>\n"
	"--r\nContent-Type: image/png\nContent-ID: <one>\nContent-Transfer-Encoding: base64\n\n" PNG "\n"
	"--r--\n";

static const char DIGEST[] =
	"Content-Type: multipart/mixed; boundary=m\n\n"
	"--m\n\nsee below\n"
	"--m\nContent-Type: multipart/digest; boundary=d\n\n"
	"--d\n\n"
	"Subject: first\nContent-Type: multipart/mixed; boundary=e\n\n"
	"--e\n\ntext\n"
	"--e\nContent-Type: image/png; name=inner.png\nContent-Transfer-Encoding: base64\n\n" PNG "\n"
	"--e--\n"
	"--d--\n"
	"--m--\n";

/* Of a mail that is here whole nothing has to be asked for: those of a digest's mails included. */
static void test_whole_mail(void)
{
	static const struct { const char *why, *mime, *before, *after; } rows[] = {
		{ "by Content-ID", RELATED, "cid:one '' hidden, cid:gone '' hidden", "cid:one '' ready, cid:gone '' hidden" },
		{ "a digest", DIGEST, "part:3 'inner.png' hidden", "part:3 'inner.png' ready" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Message) message = message_new();
		g_autoptr(GBytes) body = bytes_of(rows[i].mime);
		g_autoptr(Reading) reading = reading_new(message, BODY_MIME, body);
		g_autoptr(GPtrArray) pictures = pictures_list(reading->doc, message, reading->mime);
		g_autofree char *before = told(pictures);
		pictures_fill(pictures, reading->mime);
		g_autofree char *after = told(pictures);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(before, ==, rows[i].before);
		g_assert_cmpstr(after, ==, rows[i].after);
		g_assert_cmpuint(g_bytes_get_size(at(pictures, 0)->bytes), ==, 8);
	}
}

static void test_data_urls(void)
{
	static const struct { const char *url, *says; } rows[] = {
		{ "data:image/png;base64," PNG, "ready" },
		{ "data:image/png;base64,iVBORw0KGgo%3D", "ready" },
		{ "data:image/png,abc%20", "ready" },
		{ "data:image/png;base64,", "refused" },
		{ "data:image/png", "refused" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *html = g_strdup_printf("<img alt=x src='%s'>", rows[i].url);
		g_autoptr(Doc) doc = doc_from_html(html, strlen(html));
		g_autoptr(Message) message = message_new();
		g_autoptr(GPtrArray) pictures = pictures_list(doc, message, NULL);
		pictures_fill(pictures, NULL);
		g_autofree char *says = told(pictures);
		g_test_message("%s", rows[i].url);
		g_assert_true(g_str_has_suffix(says, rows[i].says));
	}
}

/* One that is asked for, comes, or does not; and the list that is made anew for another width. */
static void test_states(void)
{
	static const char html[] = "<p><img src='cid:a'><p><img src='cid:a'><p><img src='cid:b'>"
				   "<p><img src='http://x/' width=1 height=1>";
	g_autoptr(Doc) doc = doc_from_html(html, strlen(html));
	g_autoptr(Message) message = message_new();
	g_autoptr(GPtrArray) pictures = pictures_list(doc, message, NULL);
	g_autoptr(GPtrArray) anew = pictures_list(doc, message, NULL);
	g_autoptr(GBytes) bytes = bytes_of("x");

	g_assert_true(pictures_ask(pictures, "cid:a"));
	g_assert_cmpint(at(pictures, 1)->state, ==, PICTURE_FETCHING);
	g_assert_true(pictures_take(pictures, "cid:a", bytes));
	g_assert_true(pictures_refuse(pictures, "cid:b", "Gone."));
	g_assert_false(pictures_take(pictures, "cid:c", bytes));
	pictures_keep(anew, pictures);
	g_autofree char *says = told(anew);
	g_assert_cmpstr(says, ==, "cid:a '' ready, cid:a '' ready, cid:b '' refused, "
	                          "http://x/ '' hidden remote");
	PictureCount count = pictures_count(anew);
	g_assert_cmpuint(count.all, ==, 3);
	g_assert_cmpuint(count.settled, ==, 3);
	g_assert_cmpuint(count.trackers, ==, 1);
}

/* An attached mail that the server sends gives way to what it holds, for every list to come. */
static void test_container(void)
{
	g_autoptr(Doc) doc = doc_from_text("x", 1);
	g_autoptr(Message) message = message_with("digest", NULL, 5);
	g_autoptr(GPtrArray) pictures = pictures_list(doc, message, NULL);
	g_autoptr(GPtrArray) anew = pictures_list(doc, message, NULL);
	g_autoptr(GBytes) mail = bytes_of(DIGEST);

	g_assert_cmpuint(pictures_count(pictures).all, ==, 0);
	g_assert_true(pictures_take(pictures, "part:7:1", mail));
	g_autofree char *says = told(pictures);
	g_assert_cmpstr(says, ==, "part:7:1/par 'inner.png' ready");
	pictures_keep(anew, pictures);
	g_autofree char *again = told(anew);
	g_assert_cmpstr(again, ==, says);
	g_assert_cmpuint(pictures_count(anew).all, ==, 1);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pictures/list", test_list);
	g_test_add_func("/pictures/whole-mail", test_whole_mail);
	g_test_add_func("/pictures/data-urls", test_data_urls);
	g_test_add_func("/pictures/states", test_states);
	g_test_add_func("/pictures/container", test_container);
	return g_test_run();
}
