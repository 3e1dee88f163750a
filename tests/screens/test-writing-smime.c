/* What S/MIME does with a mail that is being written: switched, shown, and what stops it before it leaves. */
#include <string.h>

#include "support/dump.h"
#include "support/screen.h"
#include "ui/screen/writing.h"

#define NOW_MS INT64_C(1772622000000)      /* Wed 2026-03-04 11:00 UTC */
#define UNTIL_MS (NOW_MS + INT64_C(200) * 24 * 60 * 60 * 1000)

typedef struct {
	ManualClock   clock;
	TempStore     temp;
	Certificates *certificates;      /* none: how somebody is reached is set by hand */
	Writing      *writing;
	Canvas       *canvas;
} Desk;

static Draft *draft_make(const char *to, Signing signing, Encryption encryption)
{
	Draft *draft = draft_new();

	draft->from = g_strdup("Ada Example <ada@example.test>");
	draft->to = g_strdup(to);
	draft->subject = g_strdup("Plans");
	g_free(draft->body);
	draft->body = g_strdup("We meet at noon.\n");
	draft->signing = signing;
	draft->encryption = encryption;
	return draft;
}

static void desk_open(Desk *desk, Draft *draft, bool has_smime)
{
	WritingSetup setup = { .clock = &desk->clock.clock, .has_smime = has_smime, .signing = SIGNING_OPAQUE };

	manual_clock_init(&desk->clock, NOW_MS);
	temp_store_init(&desk->temp);
	desk->certificates = certificates_load(desk->temp.reader, NULL);
	desk->writing = writing_new(&setup, draft, true);
	desk->canvas = canvas_new(80, 20);
}

static void desk_close(Desk *desk)
{
	writing_free(desk->writing);
	canvas_free(desk->canvas);
	certificates_unref(desk->certificates);
	temp_store_clear(&desk->temp);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Desk, desk_close)

/* By the name before the @. */
static Reach reach_of(const char *address)
{
	static const struct { const char *name; Reach reach; } people[] = {
		{ "soon", REACH_ENDS_SOON }, { "eve", REACH_UNVOUCHED }, { "weak", REACH_UNFIT }, { "nobody", REACH_NONE },
		{ "dave", REACH_NONE },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(people); i++)
		if (g_str_has_prefix(address, people[i].name))
			return people[i].reach;
	return REACH_GOOD;
}

static void person_set(ProtectionPerson *person)
{
	static const StandingKind standings[REACH_COUNT] = { STANDING_GOOD, STANDING_ENDS_SOON, STANDING_UNKNOWN, STANDING_WEAK };

	person->reach = reach_of(person->address);
	person->standing = standings[person->reach];
	person->until_ms = UNTIL_MS;
}

/* What a look finds now. */
static WritingWish look(Desk *desk, bool has_key)
{
	Protection *found = protection_look(desk->certificates, writing_draft(desk->writing), NOW_MS);

	person_set(&found->sender);
	for (guint i = 0; i < found->people->len; i++)
		person_set(found->people->pdata[i]);
	found->signer = has_key ? g_strdup("Ada Example") : NULL;
	return writing_looked(desk->writing, found, NULL);
}

static WritingWish type(Desk *desk, const char *names)
{
	g_auto(GStrv) words = g_strsplit(names, " ", -1);
	WritingWish wish = WRITING_GOES_ON;

	for (char **word = words; *word; word++) {
		Key key;
		if (**word != '\'') {
			g_assert_true(key_parse(*word, &key));
			wish = writing_key(desk->writing, key);
			continue;
		}
		for (const char *p = *word + 1; *p; p++)
			wish = writing_key(desk->writing, (Key)*p);
	}
	return wish;
}

static char *shows(Desk *desk)
{
	canvas_clear(desk->canvas);
	writing_draw(desk->writing, desk->canvas, (Rect){ 0, 0, desk->canvas->width, desk->canvas->height });
	return canvas_dump(desk->canvas);
}

static void assert_shows(Desk *desk, const char *text)
{
	g_autofree char *shown = shows(desk);

	if (!strstr(shown, text))
		g_error("“%s” is not on this screen:\n%s", text, shown);
}

static void test_switches(void)
{
	g_auto(Desk) desk = { 0 };

	desk_open(&desk, draft_make("bob@example.test", SIGNING_NO, ENCRYPTION_NO), true);
	const Draft *draft = writing_draft(desk.writing);
	assert_shows(&desk, "not signed, not encrypted");
	g_assert_false(writing_wants_certificates(desk.writing));
	writing_act(desk.writing, WRITING_SIGN, "");
	g_assert_cmpint(draft->signing, ==, SIGNING_OPAQUE);
	g_assert_cmpint(draft->signing_by, ==, DECIDED_BY_PERSON);
	assert_shows(&desk, "signed, not encrypted");
	g_assert_true(writing_wants_certificates(desk.writing));
	look(&desk, true);
	assert_shows(&desk, "signed by Ada Example, not encrypted");
	g_assert_false(writing_wants_certificates(desk.writing));
	writing_act(desk.writing, WRITING_ENCRYPT, "");
	assert_shows(&desk, "signed by Ada Example, encrypted");
	assert_shows(&desk, "certificate valid until");
	g_assert_true(writing_take_change(desk.writing));
	writing_act(desk.writing, WRITING_CC, "eve@example.test");
	g_assert_true(writing_wants_certificates(desk.writing));
	look(&desk, false);
	assert_shows(&desk, "to be signed, but there is no key of ada@example.test, encrypted");
	writing_act(desk.writing, WRITING_ENCRYPT, "");
	writing_act(desk.writing, WRITING_SIGN, "");
	assert_shows(&desk, "not signed, not encrypted");
}

static void test_what_cannot_be_switched(void)
{
	static const struct { const char *why; bool has_smime; Decider by; Encryption encryption, after; const char *says; } rows[] = {
		{ "an answer", true, DECIDED_BY_ORIGINAL, ENCRYPTION_YES, ENCRYPTION_YES, "This answers an encrypted mail" },
		{ "without S/MIME", false, DECIDED_BY_SETTINGS, ENCRYPTION_NO, ENCRYPTION_NO, "S/MIME is switched off here" },
		{ "by the settings", true, DECIDED_BY_SETTINGS, ENCRYPTION_YES, ENCRYPTION_NO, "not encrypted" },
		{ "if possible", true, DECIDED_BY_SETTINGS, ENCRYPTION_IF_POSSIBLE, ENCRYPTION_YES, "encrypted" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Desk) desk = { 0 };
		Draft *draft = draft_make("bob@example.test", SIGNING_NO, rows[i].encryption);
		g_test_message("%s", rows[i].why);
		draft->encryption_by = rows[i].by;
		desk_open(&desk, draft, rows[i].has_smime);
		writing_act(desk.writing, WRITING_ENCRYPT, "");
		g_assert_cmpint(writing_draft(desk.writing)->encryption, ==, rows[i].after);
		assert_shows(&desk, rows[i].says);
	}
}

/* What happens between the key that sends and the mail that leaves. */
static void test_sending(void)
{
	static const struct {
		const char *why, *to; Signing signing; Encryption encryption; bool has_key;
		const char *says, *keys; WritingWish wish; Encryption after; const char *to_after;
	} rows[] = {
		{ "everybody is reached", "bob@example.test, soon@example.test", SIGNING_CLEAR, ENCRYPTION_YES, true,
		  NULL, NULL, WRITING_SENDS, ENCRYPTION_YES, NULL },
		{ "nobody to sign", "bob@example.test", SIGNING_CLEAR, ENCRYPTION_NO, false,
		  "there is no key to sign with as ada@example.test", NULL, WRITING_GOES_ON, ENCRYPTION_NO, NULL },
		{ "no key for one who is not reached", "nobody@example.test", SIGNING_CLEAR, ENCRYPTION_YES, false,
		  "there is no key to sign with", NULL, WRITING_GOES_ON, ENCRYPTION_YES, NULL },
		{ "go back", "bob@example.test, nobody@example.test, weak@example.test", SIGNING_NO, ENCRYPTION_YES, false,
		  "No certificate to encrypt to nobody@example.test, weak@example.test", "Enter", WRITING_GOES_ON, ENCRYPTION_YES,
		  "bob@example.test, nobody@example.test, weak@example.test" },
		{ "Esc", "nobody@example.test", SIGNING_NO, ENCRYPTION_YES, false,
		  "No certificate to encrypt to", "Esc", WRITING_GOES_ON, ENCRYPTION_YES, NULL },
		{ "without them", "Bob <bob@example.test>, nobody@example.test", SIGNING_NO, ENCRYPTION_YES, false,
		  "Do not send it to them", "Down Enter", WRITING_WANTS_CERTIFICATES, ENCRYPTION_YES, "Bob <bob@example.test>" },
		{ "without anybody", "nobody@example.test", SIGNING_NO, ENCRYPTION_YES, false,
		  "Do not send it to them", "Down Enter", WRITING_GOES_ON, ENCRYPTION_YES, NULL },
		{ "in clear", "nobody@example.test", SIGNING_NO, ENCRYPTION_YES, false,
		  "Send it to everybody in clear", "Down Down Enter 'yes Enter", WRITING_SENDS, ENCRYPTION_NO, NULL },
		{ "in clear, and signed", "nobody@example.test", SIGNING_CLEAR, ENCRYPTION_YES, true,
		  "Send it to everybody in clear", "Down Down Enter 'yes Enter", WRITING_WANTS_CERTIFICATES, ENCRYPTION_NO, NULL },
		{ "almost in clear", "nobody@example.test", SIGNING_NO, ENCRYPTION_YES, false,
		  "Send it to everybody in clear", "Down Down Enter 'y Enter", WRITING_GOES_ON, ENCRYPTION_YES, NULL },
		{ "rather not", "nobody@example.test", SIGNING_NO, ENCRYPTION_YES, false,
		  "Send it to everybody in clear", "Down Down Enter Esc", WRITING_GOES_ON, ENCRYPTION_YES, NULL },
		{ "nobody vouches", "eve@example.test", SIGNING_NO, ENCRYPTION_YES, false,
		  "Nobody you trust vouches for the certificate of", "y", WRITING_SENDS, ENCRYPTION_YES, NULL },
		{ "nobody vouches: no", "eve@example.test", SIGNING_NO, ENCRYPTION_YES, false,
		  "Nobody you trust vouches", "n", WRITING_GOES_ON, ENCRYPTION_YES, NULL },
		{ "it is possible", "bob@example.test", SIGNING_NO, ENCRYPTION_IF_POSSIBLE, false,
		  NULL, NULL, WRITING_SENDS, ENCRYPTION_YES, NULL },
		{ "it is not", "bob@example.test, nobody@example.test", SIGNING_NO, ENCRYPTION_IF_POSSIBLE, false,
		  NULL, NULL, WRITING_SENDS, ENCRYPTION_NO, NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Desk) desk = { 0 };
		g_test_message("%s", rows[i].why);
		desk_open(&desk, draft_make(rows[i].to, rows[i].signing, rows[i].encryption), true);
		g_assert_cmpint(writing_act(desk.writing, WRITING_SEND, ""), ==, WRITING_WANTS_CERTIFICATES);
		g_assert_true(writing_takes_keys(desk.writing));
		WritingWish wish = look(&desk, rows[i].has_key);
		if (rows[i].says)
			assert_shows(&desk, rows[i].says);
		if (rows[i].keys) {
			g_assert_cmpint(wish, ==, WRITING_GOES_ON);
			wish = type(&desk, rows[i].keys);
		}
		g_assert_cmpint(wish, ==, rows[i].wish);
		g_assert_cmpint(writing_draft(desk.writing)->encryption, ==, rows[i].after);
		if (rows[i].to_after)
			g_assert_cmpstr(writing_draft(desk.writing)->to, ==, rows[i].to_after);
	}
}

/* An answer to what came encrypted has no way out in clear. */
static void test_forced(void)
{
	g_auto(Desk) desk = { 0 };
	Draft *draft = draft_make("nobody@example.test", SIGNING_NO, ENCRYPTION_YES);

	draft->encryption_by = DECIDED_BY_ORIGINAL;
	desk_open(&desk, draft, true);
	assert_shows(&desk, "encrypted, for it answers what came encrypted");
	writing_act(desk.writing, WRITING_SEND, "");
	look(&desk, false);
	g_autofree char *shown = shows(&desk);
	g_assert_nonnull(strstr(shown, "Do not send it to them"));
	g_assert_null(strstr(shown, "in clear"));
}

/* Found for others than are there now, or not found at all, it is looked again before anything leaves. */
static void test_stale_looks(void)
{
	g_auto(Desk) desk = { 0 };

	desk_open(&desk, draft_make("bob@example.test", SIGNING_NO, ENCRYPTION_YES), true);
	g_assert_cmpint(writing_act(desk.writing, WRITING_SEND, ""), ==, WRITING_WANTS_CERTIFICATES);
	g_assert_cmpint(writing_looked(desk.writing, NULL, "They cannot be read."), ==, WRITING_GOES_ON);
	assert_shows(&desk, "They cannot be read.");
	g_assert_false(writing_wants_certificates(desk.writing));
	g_assert_cmpint(writing_act(desk.writing, WRITING_SEND, ""), ==, WRITING_WANTS_CERTIFICATES);
	type(&desk, "Esc");
	g_assert_false(writing_takes_keys(desk.writing));
	g_assert_cmpint(look(&desk, false), ==, WRITING_GOES_ON);
	g_assert_cmpint(writing_act(desk.writing, WRITING_SEND, ""), ==, WRITING_WANTS_CERTIFICATES);
	Protection *old = protection_look(desk.certificates, writing_draft(desk.writing), NOW_MS);
	writing_act(desk.writing, WRITING_CC, "dave@example.test");
	g_assert_cmpint(writing_looked(desk.writing, old, NULL), ==, WRITING_WANTS_CERTIFICATES);
	g_assert_cmpint(look(&desk, false), ==, WRITING_GOES_ON);
	assert_shows(&desk, "No certificate to encrypt to dave@example.test");
}

static void test_snapshots(void)
{
	static const struct { const char *name; int width, height; } sizes[] = {
		{ "encrypting-80x24", 80, 21 }, { "encrypting-100x30", 100, 27 }, { "encrypting-140x45", 140, 42 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_auto(Desk) desk = { 0 };
		desk_open(&desk, draft_make("Bob Kowalski <bob@example.test>, soon@example.test, eve@example.test, "
		                            "nobody.with.a.very.long.name@example.test, carol@example.test", SIGNING_CLEAR, ENCRYPTION_YES), true);
		canvas_resize(desk.canvas, sizes[i].width, sizes[i].height);
		look(&desk, true);
		if (i > 0)
			writing_act(desk.writing, WRITING_SEND, "");
		if (i > 0)
			look(&desk, true);
		g_autofree char *drawn = shows(&desk);
		canvas_snapshot(desk.canvas, sizes[i].name);
	}
}

/* By keys, in the mail screen, with what a store without certificates has. */
static void test_in_the_screen(void)
{
	g_auto(World) world = { 0 };

	world_init(&world, 100, 30);
	g_autoptr(Certificates) none = certificates_load(world.temp.reader, NULL);
	world.certificates = none;
	world_type(&world, "m 'bob@example.test Enter 'Plans Enter 'Noon. Esc");
	world_assert_has(&world, "not signed, not encrypted");
	world_type(&world, "x");
	world_assert_has(&world, "to be encrypted, but you could not read it");
	world_assert_has(&world, "no certificate");
	world_type(&world, "y");
	world_assert_has(&world, "No certificate to encrypt to bob@example.test");
	world_type(&world, "Esc p");
	world_assert_has(&world, "Kept as a draft, here alone");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/writing-smime/switches", test_switches);
	g_test_add_func("/writing-smime/not-switched", test_what_cannot_be_switched);
	g_test_add_func("/writing-smime/sending", test_sending);
	g_test_add_func("/writing-smime/forced", test_forced);
	g_test_add_func("/writing-smime/stale-looks", test_stale_looks);
	g_test_add_func("/writing-smime/snapshots", test_snapshots);
	g_test_add_func("/writing-smime/in-the-screen", test_in_the_screen);
	return g_test_run();
}
