/* PINs of a token of SoftHSM's, between threads that work with its keys and a person who is asked afterwards. */
#include "app/pins.h"

#include <string.h>

#include "base/error.h"
#include "support/keys.h"
#include "support/softtoken.h"

static SoftToken token;
static LabPerson *ca, *ada, *wary;

typedef struct { TempStore temp; Pins *pins; Certificates *certificates; } Desk;

static void desk_init(Desk *desk)
{
	g_autoptr(GError) error = NULL;

	temp_store_init(&desk->temp);
	desk->certificates = keys_make(&desk->temp, ca, NULL);
	desk->pins = pins_new(token.module);
	g_assert_true(pins_add_tokens(desk->pins, desk->certificates, &error));
	g_assert_no_error(error);
}

static void desk_clear(Desk *desk)
{
	certificates_unref(desk->certificates);
	pins_free(desk->pins);
	temp_store_clear(&desk->temp);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Desk, desk_clear)

/* True if it opens. */
static bool opens(const Desk *desk, const LabPerson *to)
{
	g_autoptr(GBytes) der = lab_encrypt(to, EVP_aes_256_gcm(), false, "Content-Type: text/plain\r\n\r\nHello\r\n");
	g_autofree char *part = lab_opaque("enveloped-data", der), *text = g_strconcat("From: a@b.c\r\n", part, NULL);
	g_autoptr(GBytes) mail = g_bytes_new(text, strlen(text));
	SmimeSetup setup = certificates_setup(desk->certificates, LAB_NOW_MS);
	g_autoptr(SmimeMessage) message = smime_message_open(mail, &setup);

	return !message->trouble;
}

static void give(const Desk *desk, const char *pin)
{
	g_autoptr(Secret) secret = secret_new(pin, strlen(pin));

	pins_give(desk->pins, "cards", secret);
}

static void expect_wish(const Desk *desk, bool was_refused, const char *says)
{
	g_autoptr(PinWish) wish = pins_settle(desk->pins);

	g_assert_nonnull(wish);
	g_assert_cmpstr(wish->token, ==, "cards");
	g_assert_cmpint(wish->was_refused, ==, was_refused);
	g_autofree char *text = pin_wish_text(wish);
	g_test_message("%s", text);
	g_assert_nonnull(strstr(text, says));
}

static void expect_none(const Desk *desk) { g_assert_null(pins_settle(desk->pins)); }

static void test_lacks_and_goes_on(void)
{
	g_auto(Desk) desk;

	desk_init(&desk);
	expect_none(&desk);
	g_assert_false(opens(&desk, ada));
	expect_wish(&desk, false, "The key is on the token “cards”");
	expect_none(&desk);
	give(&desk, SOFT_PIN);
	g_assert_true(opens(&desk, ada));
	expect_none(&desk);
	g_assert_true(opens(&desk, ada));      /* the token knows */
	pins_forget(desk.pins);
	g_assert_false(opens(&desk, ada));
	expect_wish(&desk, false, "asks for its PIN");
}

/* However often it is worked with: one try each, and none that was refused is left behind. */
static void test_a_wrong_one_is_tried_once(void)
{
	g_auto(Desk) desk;

	desk_init(&desk);
	give(&desk, "654321");
	g_assert_false(opens(&desk, ada));
	expect_wish(&desk, true, "“cards” has refused a PIN");
	for (int i = 0; i < 20; i++)
		g_assert_false(opens(&desk, ada));
	expect_wish(&desk, true, "has refused a PIN");
	for (int i = 0; i < 20; i++) {
		give(&desk, i % 2 ? "654321" : "1");      /* the same again, and what can be none */
		g_assert_false(opens(&desk, ada));
		expect_wish(&desk, true, "has refused a PIN");
	}
	give(&desk, SOFT_PIN);
	g_assert_true(opens(&desk, ada));
	expect_none(&desk);
}

static void test_for_one_work_alone(void)
{
	g_auto(Desk) desk;

	desk_init(&desk);
	for (int i = 0; i < 2; i++) {
		give(&desk, SOFT_PIN);
		g_assert_true(opens(&desk, wary));      /* for the token, and for the key */
		expect_none(&desk);
		g_assert_false(opens(&desk, wary));
		expect_wish(&desk, false, "asks for its PIN");
	}
}

static void test_for_one_token_alone(void)
{
	g_autoptr(Secret) secret = secret_new(SOFT_PIN, strlen(SOFT_PIN));
	g_auto(Desk) desk;

	desk_init(&desk);
	pins_give(desk.pins, "another", secret);
	g_assert_false(opens(&desk, ada));
	expect_wish(&desk, false, "“cards”");
}

static void test_without(void)
{
	g_autoptr(Pins) none = pins_new(NULL), wrong = pins_new("/nowhere/module.so");
	g_autoptr(GError) error = NULL;
	TempStore temp;

	temp_store_init(&temp);
	Certificates *certificates = keys_make(&temp, ca, NULL);
	g_assert_true(pins_add_tokens(none, certificates, NULL));
	g_assert_false(pins_have_others(none));
	g_assert_false(pins_add_tokens(wrong, certificates, &error));
	g_assert_error(error, POSTERN_ERROR, ERR_CONFIG);
	g_assert_true(pins_add_tokens(wrong, certificates, NULL));      /* said once */
	g_assert_false(pins_have_others(wrong));
	certificates_unref(certificates);
	temp_store_clear(&temp);
}

static void test_without_softhsm(void) { g_test_skip("SoftHSM is not installed"); }

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ca = lab_person_new((LabWish){ .name = "Lab CA", .is_ca = true, .usage = "keyCertSign,cRLSign" });
	LabWish wish = { .name = "Ada", .alternative = "email:ada@example.org", .issuer = ca };
	ada = lab_person_new(wish);
	wish.key = EVP_RSA_gen(2048);
	wary = lab_person_new(wish);
	const SoftKey keys[] = { { ada, SOFT_KEY }, { wary, SOFT_WARY_KEY } };
	g_test_add_func("/pins/without", test_without);
	if (soft_token_init(&token, keys, G_N_ELEMENTS(keys))) {
		g_test_add_func("/pins/lacks and goes on", test_lacks_and_goes_on);
		g_test_add_func("/pins/a wrong one is tried once", test_a_wrong_one_is_tried_once);
		g_test_add_func("/pins/for one work alone", test_for_one_work_alone);
		g_test_add_func("/pins/for one token alone", test_for_one_token_alone);
	} else {
		g_test_add_func("/pins/all", test_without_softhsm);
	}
	int failed = g_test_run();
	soft_token_clear(&token);
	lab_person_free(ca);
	lab_person_free(ada);
	lab_person_free(wary);
	return failed;
}
