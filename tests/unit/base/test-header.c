#include <string.h>

#include "base/header.h"

static void test_message_ids(void)
{
	static const struct { const char *why, *mime, *id; } rows[] = {
		{ "plain", "From: a\r\nMessage-ID: <a@b>\r\n\r\nbody", "<a@b>" },
		{ "other case, no blank", "message-id:<a@b>\n\n", "<a@b>" },
		{ "folded", "Message-ID:\r\n <a@b>\r\nTo: c\r\n\r\n", "<a@b>" },
		{ "the first of two", "Message-ID: <a@b>\nMessage-ID: <c@d>\n\n", "<a@b>" },
		{ "what follows is no part of it", "Message-ID: <a@b> (1)\r\n\r\n", "<a@b>" },
		{ "in a folded line of another", "Subject: x\r\n Message-ID: <a@b>\r\n\r\n", NULL },
		{ "of another name", "Old-Message-ID: <a@b>\r\n\r\n", NULL },
		{ "none", "From: a\r\n\r\nMessage-ID: <a@b>", NULL },
		{ "empty", "Message-ID: \r\nFrom: a\r\n\r\n", NULL },
		{ "no angle brackets", "Message-ID: a@b\r\n\r\n", NULL },
		{ "nothing at all", "", NULL },
		{ "cut in the id", "Message-ID: <a@", NULL },
		{ "cut behind it", "Message-ID: <a@b>", "<a@b>" },
		{ "cut in the name", "Message-I", NULL },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) mime = g_bytes_new(rows[i].mime, strlen(rows[i].mime));
		g_autofree char *id = header_message_id(mime);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(id, ==, rows[i].id);
	}
}

static void test_values(void)
{
	static const struct { const char *why, *mime, *value; } rows[] = {
		{ "as it stands", "Subject: a \r\n", " a " },
		{ "folds too", "Subject: a\r\n\tb\r\nTo: c\r\n", " a\r\n\tb" },
		{ "empty", "Subject:\r\n\r\n", "" },
		{ "in the body", "To: c\r\n\r\nSubject: a\r\n", NULL },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) mime = g_bytes_new(rows[i].mime, strlen(rows[i].mime));
		g_autofree char *value = header_value(mime, "subject:");
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(value, ==, rows[i].value);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/header/message-ids", test_message_ids);
	g_test_add_func("/header/values", test_values);
	return g_test_run();
}
