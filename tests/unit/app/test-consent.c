#include <string.h>

#include "app/consent.h"
#include "base/error.h"
#include "store/picture.h"
#include "support/tempstore.h"

static void test_judging(void)
{
	static const struct { const char *why; RemoteImages setting; bool is_known, is_junk; Consent consent; } rows[] = {
		{ "asked for, as it comes",     IMAGES_ASK,    false, false, CONSENT_ASK },
		{ "a sender who is known",      IMAGES_ASK,    true,  false, CONSENT_GIVEN },
		{ "one who says so, in Junk",   IMAGES_ASK,    true,  true,  CONSENT_ASK },
		{ "always",                     IMAGES_ALWAYS, false, false, CONSENT_GIVEN },
		{ "always, but not in Junk",    IMAGES_ALWAYS, true,  true,  CONSENT_ASK },
		{ "never",                      IMAGES_NEVER,  false, false, CONSENT_REFUSED },
		{ "never, whoever it is",       IMAGES_NEVER,  true,  false, CONSENT_REFUSED },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(consent_judge(rows[i].setting, rows[i].is_known, rows[i].is_junk), ==, rows[i].consent);
	}
}

static void test_senders(void)
{
	static const struct { const char *from, *sender, *address; } rows[] = {
		{ "News <news@list.test>", NULL, "news@list.test" },
		{ "news@list.test", "News <NEWS@list.test>", "news@list.test" },
		{ "news@list.test", "mailer@far.test", NULL },
		{ "news@list.test, boss@example.test", NULL, NULL },
		{ "\"boss@example.test\" <news@list.test>", NULL, "news@list.test" },
		{ "no address", NULL, NULL },
		{ "", NULL, NULL },
		{ NULL, NULL, NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Message) message = message_new();
		message->from = g_strdup(rows[i].from);
		message->sender = g_strdup(rows[i].sender);
		g_autofree char *address = consent_sender(message);
		g_test_message("%s / %s", rows[i].from, rows[i].sender);
		g_assert_cmpstr(address, ==, rows[i].address);
	}
}

static Consent consent(TempStore *temp, const Settings *settings, const char *from)
{
	g_autoptr(Message) message = message_new();
	g_autoptr(GError) err = NULL;
	Consent given = CONSENT_REFUSED;

	message->from = g_strdup(from);
	consent_of(temp->reader, settings, message, temp->account_id, false, &given, &err);
	g_assert_no_error(err);
	return given;
}

static void test_whose_pictures_are_shown(void)
{
	g_autoptr(Settings) settings = settings_new();
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	g_assert_true(store_write_picture_sender(temp.writer, temp.account_id, "news@list.test", true, NULL));
	g_assert_cmpint(consent(&temp, settings, "The News <News@List.test>"), ==, CONSENT_GIVEN);
	g_assert_cmpint(consent(&temp, settings, "news@list.test <news@evil.test>"), ==, CONSENT_ASK);
	g_assert_cmpint(consent(&temp, settings, "news@list.test, x@evil.test"), ==, CONSENT_ASK);
	g_assert_true(settings_set(settings, SETTING_READ_REMOTE_IMAGES, "never", NULL));
	g_assert_cmpint(consent(&temp, settings, "news@list.test"), ==, CONSENT_REFUSED);
}

static void test_addresses(void)
{
	static const struct { const char *reference; bool is_asked_for; const char *url, *says; } rows[] = {
		{ "https://img.test/a.gif", false, "https://img.test/a.gif", NULL },
		{ "//img.test/a.gif", false, "https://img.test/a.gif", NULL },
		{ "https://img.test/a b.gif#top", false, "https://img.test/a%20b.gif", NULL },
		{ " https://img.test/a.gif ", false, "https://img.test/a.gif", NULL },
		{ "http://img.test/a.gif", true, "http://img.test/a.gif", NULL },
		{ "http://img.test/a.gif", false, NULL, "img.test sends pictures without encryption" },
		{ "https://a:b@img.test/a.gif", true, NULL, "an address that is none" },
		{ "https:///a.gif", true, NULL, "an address that is none" },
		{ "ftp://img.test/a.gif", true, NULL, "an address that is none" },
		{ "file:///etc/passwd", true, NULL, "an address that is none" },
		{ "\\\\server\\share\\a.gif", true, NULL, "an address that is none" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		g_autofree char *url = consent_url(rows[i].reference, rows[i].is_asked_for, &err);
		g_test_message("%s", rows[i].reference);
		g_assert_cmpstr(url, ==, rows[i].url);
		if (rows[i].says)
			g_assert_nonnull(strstr(err->message, rows[i].says));
	}
	g_autofree char *tail = g_strnfill(4000, 'x'), *endless = g_strconcat("https://img.test/", tail, NULL);
	g_autoptr(GError) err = NULL;
	g_assert_null(consent_url(endless, true, &err));
	g_assert_true(error_is(err, ERR_LIMIT));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/consent/judging", test_judging);
	g_test_add_func("/consent/senders", test_senders);
	g_test_add_func("/consent/whose-pictures-are-shown", test_whose_pictures_are_shown);
	g_test_add_func("/consent/addresses", test_addresses);
	return g_test_run();
}
