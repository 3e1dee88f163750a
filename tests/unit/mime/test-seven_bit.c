/* What a mail becomes for roads that do not keep every byte. */
#include <glib.h>
#include <string.h>

#include "mime/seven_bit.h"

#define HEAD "From:  Odd   Spaces <a@b.test>\r\nX-Long: one\r\n two\r\nMIME-Version: 1.0\r\n"
#define MIXED "Content-Type: multipart/mixed; boundary=\"b b\"\r\n\r\nBefore.\r\n--b b\r\n"
#define SIGNED "Content-Type: multipart/signed; boundary=s; protocol=\"application/pkcs7-signature\"; micalg=sha-256\r\n\r\n--s\r\n"

static const struct { const char *why, *message, *wanted; } rows[] = {
	{ "one part", HEAD "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\nWith many kind gr\xfc\xdf" "e\r\n.\r\n",
	  HEAD "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nWith many kind gr=FC=DFe\r\n.\r\n" },
	{ "one that is hardly text", HEAD "Content-Type: text/plain; charset=koi8-r\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xf0\xd2\xd9\r\n",
	  HEAD "Content-Type: text/plain; charset=koi8-r\r\nContent-Transfer-Encoding: base64\r\n\r\n8NLZDQo=\r\n" },
	{ "a part among others",
	  HEAD MIXED "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\nTwenty or more \xa4\r\n"
	  "--b b\r\nContent-Type: text/plain\r\n\r\nplain \r\n--b b--\r\n",
	  HEAD MIXED "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nTwenty or more =A4\r\n"
	  "--b b\r\nContent-Type: text/plain\r\n\r\nplain \r\n--b b--\r\n" },
	{ "what is signed is not touched", HEAD SIGNED "Content-Type: text/plain\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xa4\r\n--s--\r\n",
	  HEAD SIGNED "Content-Type: text/plain\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xa4\r\n--s--\r\n" },
	{ "an embedded message is never encoded, its parts are", HEAD MIXED "Content-Type: message/rfc822\r\n\r\n" HEAD
	  "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nMostly ASCII, so that it stays readable: \xc3\xbc\r\n--b b--\r\n",
	  HEAD MIXED "Content-Type: message/rfc822\r\n\r\n" HEAD
	  "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nMostly ASCII, so that it stays readable: =C3=BC\r\n--b b--\r\n" },
	{ "a signed one in it neither", HEAD MIXED "Content-Type: message/rfc822\r\n\r\n" HEAD SIGNED
	  "Content-Type: text/plain\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xa4\r\n--s--\r\n--b b--\r\n",
	  HEAD MIXED "Content-Type: message/rfc822\r\n\r\n" HEAD SIGNED
	  "Content-Type: text/plain\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xa4\r\n--s--\r\n--b b--\r\n" },
	{ "no line end behind the last delimiter", HEAD SIGNED "Content-Type: text/plain\r\n\r\nx\r\n--s--",
	  HEAD SIGNED "Content-Type: text/plain\r\n\r\nx\r\n--s--" },
	{ "nothing to do", HEAD "\r\nHello\r\n", HEAD "\r\nHello\r\n" },
};

static void test_messages(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) message = g_bytes_new_static(rows[i].message, strlen(rows[i].message));
		g_autoptr(GBytes) out = mime_seven_bit(message);
		g_autofree char *text = g_strndup(g_bytes_get_data(out, NULL), g_bytes_get_size(out));

		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(text, ==, rows[i].wanted);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/seven-bit/messages", test_messages);
	return g_test_run();
}
