#include <glib.h>
#include <string.h>

#include "app/rawmail.h"
#include "base/error.h"

#define ADDED "Date: Tue, 24 Nov 2026 11:00:00 +0100\r\nMessage-ID: <new@id>\r\n"

typedef struct {
	const char *why, *raw;
	const char *recipients[4];
	bool        reads_header;
	const char *wanted;      /* or the message of ERR_USAGE */
	bool        is_refused;
} Row;

static const Row rows[] = {
	{ "complete, byte for byte",
	  "Date: Mon, 1 Jan 2001 00:00:00 +0000\r\nFrom:  Odd   Spaces <a@b.test>\r\nMessage-ID: <old@id>\r\nTo: c@d.test\r\n\r\nA\r\n\r\n.\r\nB",
	  { NULL }, true,
	  "Date: Mon, 1 Jan 2001 00:00:00 +0000\r\nFrom:  Odd   Spaces <a@b.test>\r\nMessage-ID: <old@id>\r\nTo: c@d.test\r\n\r\nA\r\n\r\n.\r\nB",
	  false },
	{ "bare line feeds", "To: c@d.test\nSubject: x\n folded\n\nbody\n\nend\n", { NULL }, true,
	  "To: c@d.test\r\nSubject: x\r\n folded\r\nFrom: me@own.test\r\n" ADDED "\r\nbody\r\n\r\nend\r\n", false },
	{ "recipients beside the header become Bcc", "To: c@d.test\nBcc: lost@d.test\n\nbody\n",
	  { "c@d.test", "e@f.test", "E@f.test" }, false,
	  "To: c@d.test\r\nBcc: e@f.test\r\nFrom: me@own.test\r\n" ADDED "\r\nbody\r\n", false },
	{ "-t keeps Bcc and adds to it", "To: c@d.test\nBcc: g@h.test\n\n", { "e@f.test" }, true,
	  "To: c@d.test\r\nBcc: g@h.test, e@f.test\r\nFrom: me@own.test\r\n" ADDED "\r\n", false },
	{ "as cron writes it", "From: root (Cron Daemon)\nTo: root\nSubject: Cron\n\nout\n", { "root" }, false,
	  "Subject: Cron\r\nFrom: Cron Daemon <me@own.test>\r\nTo: me@own.test\r\n" ADDED "\r\nout\r\n", false },
	{ "no header at all", "hello\nworld\n", { "c@d.test" }, false,
	  "Bcc: c@d.test\r\nFrom: me@own.test\r\n" ADDED "\r\nhello\r\nworld\r\n", false },
	{ "an mbox line", "From me Tue Nov 24\nTo: c@d.test\n\nbody\n", { "c@d.test" }, false,
	  "To: c@d.test\r\nFrom: me@own.test\r\n" ADDED "\r\nbody\r\n", false },
	{ "text beyond ASCII gets its label", "To: c@d.test\n\nGr\xc3\xbc\xc3\x9f" "e\n", { NULL }, true,
	  "To: c@d.test\r\nFrom: me@own.test\r\n" ADDED
	  "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGr\xc3\xbc\xc3\x9f" "e\r\n",
	  false },
	{ "other charsets are encoded, for a server may take all for UTF-8",
	  "To: c@d.test\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n\nWith many kind gr\xfc\xdf" "e\n", { NULL }, true,
	  "To: c@d.test\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n"
	  "From: me@own.test\r\n" ADDED "\r\nWith many kind gr=FC=DFe\r\n", false },
	{ "nobody to send it to", "Subject: x\n\nbody\n", { NULL }, true, "has no recipient", true },
	{ "nothing at all", "", { NULL }, false, "has no recipient", true },
	{ "To names more than the recipients", "To: c@d.test, z@y.test\n\nbody\n", { "c@d.test" }, false,
	  "z@y.test stands in To or Cc", true },
	{ "a recipient that is none", "To: c@d.test\n\nbody\n", { "c@" }, false, "c@", true },
};

static void test_messages(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) raw = g_bytes_new(rows[i].raw, strlen(rows[i].raw));
		g_autoptr(Draft) summary = NULL;
		g_autoptr(GError) err = NULL;
		RawMailHow how = { .recipients = rows[i].recipients, .reads_header = rows[i].reads_header,
			           .own_address = "me@own.test", .message_id = "<new@id>",
			           .now_ms = 1795514400000, .offset_min = 60 };
		g_autoptr(GBytes) mime = rawmail_prepare(raw, &how, &summary, &err);

		g_test_message("%s", rows[i].why);
		if (rows[i].is_refused) {
			g_assert_null(mime);
			g_assert_true(error_is(err, ERR_USAGE));
			g_assert_nonnull(strstr(err->message, rows[i].wanted));
			continue;
		}
		g_assert_no_error(err);
		g_autofree char *text = g_strndup(g_bytes_get_data(mime, NULL), g_bytes_get_size(mime));
		g_assert_cmpstr(text, ==, rows[i].wanted);
		g_assert_nonnull(summary->message_id);
	}
}

static void test_the_summary_is_for_the_outbox(void)
{
	static const char raw[] = "To: =?utf-8?q?J=C3=BCrgen?= <j@d.test>\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nMessage-ID: <x@y>\n\n";
	static const char *const nobody[] = { NULL };
	g_autoptr(GBytes) bytes = g_bytes_new(raw, strlen(raw));
	g_autoptr(Draft) summary = NULL;
	RawMailHow how = { .recipients = nobody, .reads_header = true, .own_address = "me@own.test",
		           .from_name = "Me Myself", .message_id = "<new@id>" };
	g_autoptr(GBytes) mime = rawmail_prepare(bytes, &how, &summary, NULL);

	g_assert_nonnull(mime);
	g_assert_cmpstr(summary->subject, ==, "Grüße");
	g_assert_cmpstr(summary->to, ==, "Jürgen <j@d.test>");
	g_assert_cmpstr(summary->message_id, ==, "<x@y>");
	g_assert_nonnull(strstr(summary->from, "Me Myself"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rawmail/messages", test_messages);
	g_test_add_func("/rawmail/summary", test_the_summary_is_for_the_outbox);
	return g_test_run();
}
