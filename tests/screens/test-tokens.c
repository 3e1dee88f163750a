/* Keys on a token: the screens ask for the PIN, below all else, and never let a wrong one be tried twice. */
#include <openssl/evp.h>
#include <string.h>

#include "base/text.h"
#include "store/draft.h"
#include "support/keys.h"
#include "support/screen.h"
#include "support/softtoken.h"

#define HEADER "From: Grace Hopper <grace@example.org>\r\nTo: ada@example.org\r\nSubject: plans\r\nDate: " LAB_DATE "\r\nMIME-Version: 1.0\r\n"
#define FILES  "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nHello Ada\r\n--x\r\n" \
	"Content-Type: text/csv\r\nContent-Disposition: attachment; filename=plan.csv\r\n\r\na,b\r\n--x--\r\n"
#define WRONG_PIN "'654321 Enter"
#define RIGHT_PIN "'" SOFT_PIN " Enter"

static SoftToken token;
static LabPerson *ca, *ada, *bob;

typedef struct { World world; Certificates *certificates; Pins *pins; } Fixture;

static void fixture_init(Fixture *fixture, int width, int height)
{
	g_autoptr(GError) error = NULL;

	world_init(&fixture->world, width, height);
	fixture->certificates = keys_make(&fixture->world.temp, ca, NULL);
	fixture->pins = pins_new(token.module);
	g_assert_true(pins_add_tokens(fixture->pins, fixture->certificates, &error));
	g_assert_no_error(error);
	fixture->world.certificates = fixture->certificates;
	fixture->world.pins = fixture->pins;
}

static void fixture_clear(Fixture *fixture)
{
	world_clear(&fixture->world);
	certificates_unref(fixture->certificates);
	pins_free(fixture->pins);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fixture, fixture_clear)

/* An encrypted mail, the newest of the Inbox, under the cursor of the list. */
static void receive(World *world)
{
	g_autoptr(GBytes) der = lab_encrypt(ada, EVP_aes_256_gcm(), false, FILES);
	g_autofree char *part = lab_opaque("enveloped-data", der), *text = g_strconcat(HEADER, part, NULL);
	Message *message = temp_message("plans", LAB_NOW_MS, MESSAGE_ENCRYPTED);

	g_clear_pointer(&message->body, g_bytes_unref);
	message->body = g_bytes_new(text, strlen(text));
	message->body_kind = BODY_MIME;
	temp_store_add(&world->temp, world->ids.inbox, message);
	world_event(world, &(SyncEvent){ .kind = SYNC_CHANGED });
	world_advance(world, 1000);
	world_type(world, "g g");
	world_advance(world, 1000);
}

/* ---- reading ---- */

static void test_opened(void)
{
	g_auto(Fixture) fixture;
	fixture_init(&fixture, 100, 30);
	World *world = &fixture.world;

	receive(world);
	world_type(world, "Enter");
	world_assert_has(world, "The key is on the token “cards”, which asks for its PIN.");
	world_assert_has(world, "PIN of cards:");
	g_string_truncate(world->asked, 0);
	world_type(world, WRONG_PIN);
	world_assert_asked(world, "pin of cards\n");
	world_assert_has(world, "“cards” has refused a PIN. After a few wrong ones it locks itself.");
	world_assert_has(world, "Encrypted, and closed: “cards” refused the PIN");
	world_type(world, WRONG_PIN);
	world_assert_has(world, "“cards” refused this PIN before");
	world_type(world, RIGHT_PIN);
	world_assert_has(world, "[*] Encrypted with AES-256-GCM");
	world_assert_has(world, "Hello Ada");
	world_assert_has_not(world, "PIN");
	world_type(world, "q");
	world_type(world, "Enter");      /* the token knows */
	world_assert_has(world, "Hello Ada");
	world_assert_has_not(world, "PIN");
}

/* Who only passes by types into nothing. */
static void test_passing_by(void)
{
	g_auto(Fixture) fixture;
	fixture_init(&fixture, 100, 30);
	World *world = &fixture.world;

	receive(world);
	world_assert_has(world, "Encrypted, and closed: the PIN of “cards” is needed");
	world_assert_has(world, "Press gK to give the PIN.");
	world_assert_has_not(world, "PIN of cards:");
	world_type(world, "g K");
	world_assert_has(world, "PIN of cards:");
	world_type(world, RIGHT_PIN);
	world_assert_has(world, "Hello Ada");
	world_type(world, "g K");
	world_assert_has(world, "Nothing here waits for the PIN of a token.");
}

/* Who has said no is left alone until asking for it. */
static void test_declined(void)
{
	g_auto(Fixture) fixture;
	fixture_init(&fixture, 100, 30);
	World *world = &fixture.world;

	receive(world);
	world_steps(world, "Enter Esc");
	world_assert_has_not(world, "PIN of cards:");
	world_resize(world, 120, 40);
	world_assert_has_not(world, "PIN of cards:");
	world_type(world, "g K");
	world_assert_has(world, "PIN of cards:");
	world_type(world, RIGHT_PIN);
	world_assert_has(world, "Hello Ada");
}

static void test_every_place(void)
{
	static const char *const keys[] = { "Enter", "g Enter", "P", "v" };

	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_auto(Fixture) fixture;
		fixture_init(&fixture, 80, 24);
		receive(&fixture.world);
		world_type(&fixture.world, keys[i]);
		g_test_message("%s", keys[i]);
		world_assert_has(&fixture.world, "PIN of cards:");
		world_type(&fixture.world, RIGHT_PIN);
		world_assert_has(&fixture.world, i == 3 ? "1 file," : "Hello Ada");
		world_assert_has(&fixture.world, "plan.csv");
	}
}

static void test_three_widths(void)
{
	static const struct { int width, height; } sizes[] = { { 80, 24 }, { 100, 30 }, { 140, 45 } };

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autofree char *name = g_strdup_printf("pin-%dx%d", sizes[i].width, sizes[i].height);
		g_auto(Fixture) fixture;
		fixture_init(&fixture, sizes[i].width, sizes[i].height);
		receive(&fixture.world);
		world_type(&fixture.world, "Enter");
		world_type(&fixture.world, "'6543");
		world_snapshot(&fixture.world, name);
	}
}

/* ---- answering ---- */

static void answer(World *world)
{
	receive(world);
	world_type(world, "r");
	world_event(world, &(SyncEvent){ .kind = SYNC_FETCHED, .wish_id = 77 });
	world_assert_has(world, "PIN of cards:");
}

static void test_answered(void)
{
	g_auto(Fixture) fixture;
	fixture_init(&fixture, 100, 30);

	answer(&fixture.world);
	world_type(&fixture.world, RIGHT_PIN);
	world_assert_has(&fixture.world, "> Hello Ada");
}

static void test_not_answered(void)
{
	g_auto(Fixture) fixture;
	fixture_init(&fixture, 100, 30);

	answer(&fixture.world);
	world_type(&fixture.world, "Esc");
	world_assert_has(&fixture.world, "Without the PIN the message cannot be read, and not be answered.");
	world_assert_has_not(&fixture.world, "> Hello Ada");
}

/* ---- sending ---- */

static Draft *draft_make(const char *bcc)
{
	Draft *draft = draft_new();

	draft->from = g_strdup("Ada <ada@example.org>");
	draft->to = g_strdup("ada@example.org");
	draft->bcc = g_strdup(bcc);
	draft->subject = g_strdup("Noon");
	g_free(draft->body);
	draft->body = g_strdup("We meet at noon.\n");
	draft->signing = SIGNING_CLEAR;
	draft->signing_by = DECIDED_BY_PERSON;
	draft->encryption = bcc ? ENCRYPTION_YES : ENCRYPTION_NO;
	draft->encryption_by = DECIDED_BY_PERSON;
	return draft;
}

/* One that was postponed is gone on with, and sent. */
static void send(World *world, const char *bcc)
{
	g_autoptr(Draft) draft = draft_make(bcc);
	int64_t id = 0;

	g_assert_true(store_save_draft(world->temp.writer, world->temp.account_id, draft, &id, NULL));
	world_steps(world, "g P Enter");
	g_string_truncate(world->asked, 0);
	world_type(world, "y");
}

static GPtrArray *drafts_of(World *world)
{
	GPtrArray *rows = NULL;

	g_assert_true(store_read_drafts(world->temp.reader, 0, 10, &rows, NULL));
	return rows;
}

/* What it leaves as is what was made here, and is good. */
static void expect_signed(World *world, int64_t draft_id, bool is_encrypted)
{
	g_autoptr(GBytes) mime = NULL;
	bool refers;

	g_assert_true(store_read_draft_bytes(world->temp.reader, draft_id, &mime, &refers, NULL));
	g_assert_nonnull(mime);
	SmimeSetup setup = certificates_setup(world->certificates, LAB_NOW_MS);
	g_autoptr(SmimeMessage) message = smime_message_open(mime, &setup);
	g_assert_no_error(message->trouble);
	g_assert_cmpuint(message->layers->len, ==, is_encrypted ? 2 : 1);
	g_assert_cmpint(((SmimeLayer *)message->layers->pdata[is_encrypted])->is_encryption, ==, false);
}

static void test_sent(void)
{
	g_auto(Fixture) fixture;
	fixture_init(&fixture, 100, 30);
	World *world = &fixture.world;

	send(world, NULL);
	world_assert_has(world, "PIN of cards:");
	world_type(world, WRONG_PIN);
	world_assert_has(world, "has refused a PIN");
	g_assert_null(strstr(world->asked->str, "send\n"));
	world_type(world, RIGHT_PIN);
	g_assert_nonnull(strstr(world->asked->str, "bytes\nsend\n"));
	world_assert_has(world, "In the Outbox");
	g_autoptr(GPtrArray) rows = drafts_of(world);
	g_assert_cmpuint(rows->len, ==, 1);
	expect_signed(world, ((StoreDraft *)rows->pdata[0])->id, false);
}

static void test_sent_to_somebody_in_bcc(void)
{
	g_auto(Fixture) fixture;
	fixture_init(&fixture, 100, 30);
	World *world = &fixture.world;

	send(world, "bob@example.org");
	world_type(world, RIGHT_PIN);
	g_assert_nonnull(strstr(world->asked->str, "bytes\nkeep Noon\nbytes\nsend\nsend\n"));
	g_autoptr(GPtrArray) rows = drafts_of(world);
	g_assert_cmpuint(rows->len, ==, 2);
	for (guint i = 0; i < rows->len; i++) {
		g_assert_true(((StoreDraft *)rows->pdata[i])->is_queued);
		expect_signed(world, ((StoreDraft *)rows->pdata[i])->id, true);
	}
}

static void test_not_sent(void)
{
	g_auto(Fixture) fixture;
	fixture_init(&fixture, 100, 30);
	World *world = &fixture.world;

	send(world, NULL);
	world_type(world, "Esc");
	world_assert_has(world, "Without the PIN it cannot be signed: it is kept as a draft.");
	g_assert_null(strstr(world->asked->str, "send\n"));
	world_type(world, "y");
	world_assert_has(world, "PIN of cards:");
	world_type(world, RIGHT_PIN);
	g_assert_nonnull(strstr(world->asked->str, "send\n"));
}

static void test_without_softhsm(void) { g_test_skip("SoftHSM is not installed"); }

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	/* When a mail leaves is the computer's own time. */
	LabWish wish = { .name = "Lab CA", .is_ca = true, .usage = "keyCertSign,cRLSign", .from_days = -3650, .to_days = 36500 };
	ca = lab_person_new(wish);
	wish = (LabWish){ .name = "Ada", .alternative = "email:ada@example.org", .issuer = ca, .from_days = -3650, .to_days = 36500 };
	ada = lab_person_new(wish);
	wish.name = "Bob", wish.alternative = "email:bob@example.org";
	bob = lab_person_new(wish);
	const SoftKey keys[] = { { ada, SOFT_KEY }, { bob, SOFT_CERTIFICATE } };
	if (!soft_token_init(&token, keys, G_N_ELEMENTS(keys))) {
		g_test_add_func("/screens/tokens/all", test_without_softhsm);
		return g_test_run();
	}
	g_test_add_func("/screens/tokens/opened", test_opened);
	g_test_add_func("/screens/tokens/passing-by", test_passing_by);
	g_test_add_func("/screens/tokens/declined", test_declined);
	g_test_add_func("/screens/tokens/every-place", test_every_place);
	g_test_add_func("/screens/tokens/three-widths", test_three_widths);
	g_test_add_func("/screens/tokens/answered", test_answered);
	g_test_add_func("/screens/tokens/not-answered", test_not_answered);
	g_test_add_func("/screens/tokens/sent", test_sent);
	g_test_add_func("/screens/tokens/sent-to-somebody-in-bcc", test_sent_to_somebody_in_bcc);
	g_test_add_func("/screens/tokens/not-sent", test_not_sent);
	int failed = g_test_run();
	soft_token_clear(&token);
	lab_person_free(ca);
	lab_person_free(ada);
	lab_person_free(bob);
	return failed;
}
