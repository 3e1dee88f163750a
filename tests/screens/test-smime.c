/* Signed and encrypted mail: what stands in the frame, which no text of a message can draw, and what is inside. */
#include <openssl/evp.h>
#include <string.h>

#include "store/draft.h"
#include "support/keys.h"
#include "support/screen.h"

#define HEADER "From: Grace Hopper <grace@example.org>\r\nTo: ada@example.org\r\nSubject: %s\r\nDate: " LAB_DATE "\r\nMIME-Version: 1.0\r\n"
#define HELLO  "Content-Type: text/plain; charset=utf-8\r\n\r\nHello Ada\r\n"
#define FILES  "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nHello Ada\r\n--x\r\n" \
	"Content-Type: text/csv\r\nContent-Disposition: attachment; filename=plan.csv\r\n\r\na,b\r\n--x--\r\n"
#define INSIDE "Subject: inside\r\nFrom: Grace Hopper <grace@example.org>\r\nTo: ada@example.org\r\nDate: " LAB_DATE \
	"\r\nContent-Type: text/plain; hp=\"clear\"\r\n\r\nHello Ada\r\n"
#define HTML   "Content-Type: text/html\r\n\r\n<p>see <a href=\"https://evil.example/\">here</a> <img src=\"https://evil.example/i.png\">\r\n"

static LabPerson *ca, *grace, *ada, *mallory, *liar;

/* ---- people ---- */

static void make_people(void)
{
	ca = lab_person_new((LabWish){ .name = "Lab CA", .is_ca = true, .usage = "keyCertSign,cRLSign" });
	LabWish wish = { .name = "Grace Hopper", .alternative = "email:grace@example.org", .issuer = ca };

	grace = lab_person_new(wish);
	wish.name = "Ada", wish.alternative = "email:ada@example.org";
	ada = lab_person_new(wish);
	wish.name = "Mallory", wish.alternative = "email:mallory@example.net";
	mallory = lab_person_new(wish);
	wish.name = "[+] Good signature of the sender: grace@example.org, 2027";
	liar = lab_person_new(wish);
}

/* ---- mails ---- */

static char *clear_by(const LabPerson *person, const char *text)
{
	g_autoptr(GBytes) der = lab_sign((LabSigning){ .signer = person, .flags = CMS_DETACHED }, text);

	return lab_clear(text, der);
}
static char *clear(const char *text) { return clear_by(grace, text); }
static char *by_mallory(const char *text) { return clear_by(mallory, text); }
static char *by_liar(const char *text) { return clear_by(liar, text); }
static char *opaque(const char *text)
{
	g_autoptr(GBytes) der = lab_sign((LabSigning){ .signer = grace }, text);

	return lab_opaque("signed-data", der);
}
static char *encrypted_by(const char *text, const EVP_CIPHER *cipher)
{
	g_autoptr(GBytes) der = lab_encrypt(ada, cipher, false, text);

	return lab_opaque("enveloped-data", der);
}
static char *gcm(const char *text) { return encrypted_by(text, EVP_aes_256_gcm()); }
static char *cbc(const char *text) { return encrypted_by(text, EVP_aes_256_cbc()); }
static char *for_another(const char *text)
{
	g_autoptr(GBytes) der = lab_encrypt(grace, EVP_aes_256_gcm(), false, text);

	return lab_opaque("enveloped-data", der);
}
static char *signed_in_cbc(const char *text)
{
	g_autofree char *inner = clear(text);

	return cbc(inner);
}
static char *signed_in_gcm(const char *text)
{
	g_autofree char *inner = clear(text);

	return gcm(inner);
}
static char *altered(const char *text)
{
	char *part = clear(text), *at = strstr(part, "Hello");

	at[1] = 'u';
	return part;
}
static char *plain(const char *text) { return g_strdup(text); }

typedef char *(*Wrap)(const char *text);

typedef struct { World world; Certificates *certificates; } Fixture;

static void fixture_init(Fixture *fixture, int width, int height)
{
	world_init(&fixture->world, width, height);
	fixture->certificates = keys_make(&fixture->world.temp, ca, ada);
	fixture->world.certificates = fixture->certificates;
}

static void fixture_clear(Fixture *fixture)
{
	certificates_unref(fixture->certificates);
	world_clear(&fixture->world);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fixture, fixture_clear)

static char *mail_of(const char *subject, Wrap wrap, const char *text)
{
	g_autofree char *header = g_strdup_printf(HEADER, subject);
	g_autofree char *part = wrap(text);

	return g_strconcat(header, part, NULL);
}

static Message *message_of(const char *subject, int64_t received_ms, guint flags)
{
	Message *message = temp_message(subject, received_ms, flags);

	g_free(message->subject);
	g_free(message->from);
	message->subject = g_strdup(subject);
	message->from = g_strdup("Grace Hopper <grace@example.org>");
	return message;
}

static void show_newest(World *world)
{
	world_event(world, &(SyncEvent){ .kind = SYNC_CHANGED });
	world_advance(world, 1000);
	world_type(world, "g g Enter");
	world_advance(world, 1000);
}

/* The newest mail of the Inbox, in view. */
static int64_t receive(Fixture *fixture, const char *subject, Wrap wrap, const char *text)
{
	World *world = &fixture->world;
	g_autofree char *mail = mail_of(subject, wrap, text);
	Message *message = message_of(subject, LAB_NOW_MS, wrap == plain ? 0 : MESSAGE_SIGNED);

	g_clear_pointer(&message->body, g_bytes_unref);
	message->body = g_bytes_new(mail, strlen(mail));
	message->body_kind = BODY_MIME;
	int64_t id = temp_store_add(&world->temp, world->ids.inbox, message);
	show_newest(world);
	return id;
}

/* ---- four grades ---- */

static void test_grades(void)
{
	static const struct { const char *why; Wrap wrap; const char *text, *says[3], *says_not; } rows[] = {
		{ "good", clear, HELLO, { "[+] Good signature of the sender: grace@example.org, valid to 2027-03-04", "Hello Ada" }, "[?]" },
		{ "good, opaque", opaque, HELLO, { "[+] Good signature of the sender: grace@example.org", "Hello Ada" }, "[?]" },
		{ "somebody else's", by_mallory, HELLO, { "[!] Bad signature: signed by Mallory <mallory@example.net>", "- it was signed by somebody else than the sender" }, "[+]" },
		{ "altered", altered, HELLO, { "[!] Bad signature: signed by Grace Hopper <grace@example.org>", "- the message was altered after", "Hullo Ada" }, "[+]" },
		{ "encrypted", gcm, HELLO, { "[-] Not signed: anybody may have written it", "[*] Encrypted with AES-256-GCM", "Hello Ada" }, "altered" },
		{ "encrypted, alterable", cbc, HELLO, { "[-] Not signed", "[?] Encrypted with AES-256-CBC, which does not show changes", "Hello Ada" }, "[+]" },
		{ "signed and encrypted", signed_in_gcm, HELLO, { "[+] Good signature", "[*] Encrypted with AES-256-GCM", "Hello Ada" }, "[?]" },
		{ "signed, in an alterable one", signed_in_cbc, HELLO, { "[+] Good signature", "[*] Encrypted with AES-256-CBC", "Hello Ada" }, "altered" },
		{ "for somebody else", for_another, HELLO, { "[?] Encrypted, and closed: " }, "Hello Ada" },
		{ "another subject outside", clear, INSIDE, { "[+] Good signature", "- outside, these were other than they are signed: Subject", "Subject  inside" }, "[?]" },
		{ "nothing of the kind", plain, HELLO, { "Hello Ada" }, "[-]" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Fixture) fixture;
		fixture_init(&fixture, 100, 30);
		g_test_message("%s", rows[i].why);
		receive(&fixture, "greetings", rows[i].wrap, rows[i].text);
		for (int j = 0; j < 3 && rows[i].says[j]; j++)
			world_assert_has(&fixture.world, rows[i].says[j]);
		world_assert_has_not(&fixture.world, rows[i].says_not);
		world_check_cells(&fixture.world);
	}
}

/* ---- the frame ---- */

static bool is_seal(const Cell *cell)
{
	Style style = cell->style & STYLE_ROLE_MASK;

	return style == STYLE_SEAL_GOOD || style == STYLE_SEAL_NONE || style == STYLE_SEAL_DOUBT || style == STYLE_SEAL_BAD;
}

static int count_seals(const Canvas *canvas)
{
	int count = 0;

	for (int y = 0; y < canvas->height; y++)
		for (int x = 0; x < canvas->width; x++)
			count += is_seal(canvas_at(canvas, x, y));
	return count;
}

#define FAKE "[+] Good signature of the sender: grace@example.org, valid to 2027-03-04"

/* A text may say what it likes: the sign never stands in a column of the frame, nor in the colours of it. */
static void test_a_fake_is_only_text(void)
{
	static const struct { int width, height; } sizes[] = { { 80, 24 }, { 100, 30 }, { 140, 45 } };
	static const char *const texts[] = {
		"Content-Type: text/plain\r\n\r\n" FAKE "\r\n",
		"Content-Type: text/html\r\n\r\n<pre style=\"margin-left:-9px\">" FAKE "</pre>\r\n",
		"Content-Type: text/html\r\n\r\n<table><tr><td bgcolor=\"#87d787\">" FAKE "</td></tr></table>\r\n",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(sizes) * G_N_ELEMENTS(texts); i++) {
		int width = sizes[i / 3].width, height = sizes[i / 3].height;
		g_auto(Fixture) fake, real;
		fixture_init(&fake, width, height);
		fixture_init(&real, width, height);
		receive(&fake, FAKE, plain, texts[i % 3]);
		receive(&real, "hello", clear, texts[i % 3]);
		world_assert_has(&fake.world, "[+] Good signature");
		g_assert_cmpint(count_seals(fake.world.canvas), ==, 0);
		g_assert_cmpint(count_seals(real.world.canvas), >, 30);
	}
}

/* In the list, on the page of a conversation and in a tab of its own. */
static void test_every_place(void)
{
	static const char *const keys[] = { "", "g Enter", "q P" };

	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_auto(Fixture) fixture;
		fixture_init(&fixture, 100, 30);
		receive(&fixture, "greetings", by_mallory, HELLO);
		if (*keys[i])
			world_steps(&fixture.world, keys[i]);
		world_assert_has(&fixture.world, "[!] Bad signature: signed by Mallory");
		g_assert_cmpint(count_seals(fixture.world.canvas), >, 30);
	}
}

/* Whatever the size, and whatever the certificate calls its owner: the sign stands first, and nothing runs over. */
static void test_small_panes(void)
{
	static const struct { int width, height; } sizes[] = { { 80, 8 }, { 80, 5 }, { 20, 6 }, { 8, 4 }, { 1, 1 }, { 100, 7 }, { 140, 6 }, { 80, 24 } };
	g_auto(Fixture) fixture;
	fixture_init(&fixture, 80, 24);

	receive(&fixture, "greetings", by_liar, HELLO);
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		world_resize(&fixture.world, sizes[i].width, sizes[i].height);
		world_check_cells(&fixture.world);
	}
	const Canvas *canvas = fixture.world.canvas;
	g_assert_cmpstr(canvas_at(canvas, 1, 1)->text, ==, "!");
	for (int y = 2; y < canvas->height; y++)
		g_assert_cmpstr(canvas_at(canvas, 0, y)->text, !=, "[");
}

static void test_three_widths(void)
{
	static const struct { const char *name; Wrap wrap; int width, height; } rows[] = {
		{ "signed-80x24", clear, 80, 24 },       { "signed-100x30", clear, 100, 30 },       { "signed-140x45", clear, 140, 45 },
		{ "forged-80x24", by_mallory, 80, 24 },  { "forged-100x30", by_mallory, 100, 30 },  { "forged-140x45", by_mallory, 140, 45 },
		{ "alterable-80x24", cbc, 80, 24 },      { "alterable-100x30", cbc, 100, 30 },      { "alterable-140x45", cbc, 140, 45 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Fixture) fixture;
		fixture_init(&fixture, rows[i].width, rows[i].height);
		receive(&fixture, "greetings", rows[i].wrap, FILES);
		world_snapshot(&fixture.world, rows[i].name);
	}
}

/* ---- what is inside ---- */

static void test_no_links_where_it_can_be_altered(void)
{
	static const struct { Wrap wrap; bool has_links, has_pictures; } rows[] = {
		{ plain, true, true }, { clear, true, true }, { gcm, true, false }, { cbc, false, false }, { signed_in_cbc, true, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Fixture) fixture;
		fixture_init(&fixture, 100, 30);
		receive(&fixture, "links", rows[i].wrap, HTML);
		world_assert_has(&fixture.world, "see");
		world_type(&fixture.world, "g I");
		(rows[i].has_pictures ? world_assert_has : world_assert_has_not)(&fixture.world, "Images: ");
		world_type(&fixture.world, "g A");
		if (!rows[i].has_pictures)
			g_assert_null(strstr(fixture.world.asked->str, "wish picture"));
		world_type(&fixture.world, "^B");
		(rows[i].has_links ? world_assert_has : world_assert_has_not)(&fixture.world, "evil.example");
	}
}

static void test_files(void)
{
	static const Wrap wraps[] = { clear, opaque, gcm, cbc, signed_in_cbc };

	for (size_t i = 0; i < G_N_ELEMENTS(wraps); i++) {
		g_auto(Fixture) fixture;
		fixture_init(&fixture, 100, 30);
		receive(&fixture, "files", wraps[i], FILES);
		world_assert_has(&fixture.world, "1 plan.csv");
		world_assert_has_not(&fixture.world, "smime");
		world_type(&fixture.world, "v");
		world_assert_has(&fixture.world, "1 file,");
		world_assert_has(&fixture.world, "plan.csv");
		world_type(&fixture.world, "Enter");
		world_assert_has(&fixture.world, "a,b");
	}
}

static void test_details(void)
{
	g_auto(Fixture) fixture;
	fixture_init(&fixture, 140, 45);

	receive(&fixture, "details", by_mallory, HELLO);
	world_type(&fixture.world, "V");
	world_assert_has(&fixture.world, "Bad signature");
	world_assert_has(&fixture.world, "Signed by    Mallory <mallory@example.net>");
	world_assert_has(&fixture.world, "Issued by    CN");
	world_assert_has(&fixture.world, "it leads to one that is trusted");
	world_assert_has_not(&fixture.world, "Hello Ada");
	world_type(&fixture.world, "V");
	world_assert_has(&fixture.world, "Hello Ada");
}

static void test_no_details(void)
{
	g_auto(Fixture) fixture;
	fixture_init(&fixture, 80, 24);

	receive(&fixture, "nothing", plain, HELLO);
	world_type(&fixture.world, "V");
	world_assert_has(&fixture.world, "This message is neither signed nor encrypted.");
}

/* As some servers have it: HTML of their own, and one file that stands for the mail. */
static void test_the_whole_is_fetched_first(void)
{
	static const struct { const char *why, *file, *type; guint flags; } rows[] = {
		{ "by its class", "x.dat", "application/octet-stream", MESSAGE_SIGNED },
		{ "by its class, encrypted", NULL, NULL, MESSAGE_ENCRYPTED },
		{ "by its file's name", "smime.p7m", "application/octet-stream", 0 },
		{ "by its file's type", "noname", "application/pkcs7-mime", 0 },
		{ "clear, as a file", "SMIME.txt", "multipart/signed", 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Fixture) fixture;
		fixture_init(&fixture, 100, 30);
		World *world = &fixture.world;
		g_autofree char *mail = mail_of("whole", opaque, FILES);
		g_autoptr(GBytes) bytes = g_bytes_new(mail, strlen(mail));
		Message *message = message_of("whole", LAB_NOW_MS, rows[i].flags);

		g_test_message("%s", rows[i].why);
		if (rows[i].file) {
			Part *part = part_new();
			part->name = g_strdup(rows[i].file);
			part->content_type = g_strdup(rows[i].type);
			part->reference = g_strdup("whole0");
			message->parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_free);
			g_ptr_array_add(message->parts, part);
		}
		int64_t id = temp_store_add(&world->temp, world->ids.inbox, message);
		show_newest(world);
		world_assert_has(world, "[?] It says that it is signed or encrypted. Not judged");
		g_assert_nonnull(strstr(world->asked->str, "wish source\n"));
		g_assert_true(store_write_mime(world->temp.writer, id, bytes, NULL));
		world_event(world, &(SyncEvent){ .kind = SYNC_FETCHED, .message_id = id, .wish_id = 77 });
		world_assert_has(world, "[+] Good signature of the sender");
		world_assert_has(world, "1 plan.csv");
		world_assert_has(world, "Hello Ada");
	}
}

/* The list of files is opened before the reading pane has asked for anything. */
static void test_files_are_fetched_first(void)
{
	g_auto(Fixture) fixture;
	fixture_init(&fixture, 80, 24);
	World *world = &fixture.world;
	g_autofree char *mail = mail_of("files", opaque, FILES);
	g_autoptr(GBytes) bytes = g_bytes_new(mail, strlen(mail));
	int64_t id = temp_store_add(&world->temp, world->ids.inbox, message_of("files", LAB_NOW_MS, MESSAGE_SIGNED));

	world_event(world, &(SyncEvent){ .kind = SYNC_CHANGED });
	world_advance(world, 1000);
	world_type(world, "g g v");
	world_assert_asked(world, "wish source\n");
	world_assert_has(world, "Asking the server for all of the message");
	g_assert_true(store_write_mime(world->temp.writer, id, bytes, NULL));
	world_event(world, &(SyncEvent){ .kind = SYNC_FETCHED, .message_id = id, .wish_id = 77 });
	world_assert_has(world, "plan.csv");
	world_assert_has_not(world, "Asking the server");
}

/* The draft that is kept. */
static Draft *newest_draft(World *world)
{
	g_autoptr(GPtrArray) rows = NULL;
	Draft *draft = NULL;

	g_assert_true(store_read_drafts(world->temp.reader, 0, 1, &rows, NULL));
	g_assert_cmpuint(rows->len, ==, 1);
	g_assert_true(store_load_draft(world->temp.reader, ((StoreDraft *)rows->pdata[0])->id, &draft, NULL, NULL));
	return draft;
}

static void test_answers(void)
{
	static const struct { Wrap wrap; const char *key; bool has_text, is_secret; } rows[] = {
		{ clear, "r", true, false },        { gcm, "r", true, true },      { gcm, "R", true, true },
		{ gcm, "f", true, true },           { cbc, "b", true, true },      { cbc, "g E", true, true },
		{ gcm, "Alt-f", false, false },     { for_another, "r", false, true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Fixture) fixture;
		fixture_init(&fixture, 100, 30);
		receive(&fixture, "answers", rows[i].wrap, HELLO);
		world_type(&fixture.world, rows[i].key);
		world_event(&fixture.world, &(SyncEvent){ .kind = SYNC_FETCHED, .wish_id = 77 });
		world_type(&fixture.world, "'x@example.org Enter");
		world_advance(&fixture.world, 30000);
		g_autoptr(Draft) draft = newest_draft(&fixture.world);
		g_test_message("%s", rows[i].key);
		g_assert_cmpint(strstr(draft->body, "Hello Ada") != NULL, ==, rows[i].has_text);
		g_assert_cmpint(draft->encryption, ==, rows[i].is_secret ? ENCRYPTION_YES : ENCRYPTION_NO);
		g_assert_cmpint(draft->encryption_by == DECIDED_BY_ORIGINAL, ==, rows[i].is_secret);
	}
}

static void test_switched_off(void)
{
	static const struct { Wrap wrap; const char *says; } rows[] = {
		{ clear, "Hello Ada" }, { opaque, "Hello Ada" }, { gcm, "[?] Encrypted, and closed: no key is in use" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Fixture) fixture;
		fixture_init(&fixture, 100, 30);
		g_assert_true(settings_set(fixture.world.settings, SETTING_SMIME_ENABLED, "no", NULL));
		receive(&fixture, "off", rows[i].wrap, FILES);
		world_assert_has(&fixture.world, rows[i].says);
		world_assert_has_not(&fixture.world, "signature");
		if (rows[i].wrap != gcm)
			world_assert_has(&fixture.world, "1 plan.csv");
	}
}

/* What is signed inside an encryption is seen only when it is opened; the certificate of who signed comes with it. */
static void test_what_is_inside_brings_certificates(void)
{
	static const struct { const char *why; Wrap wrap; bool is_found; } rows[] = {
		{ "signed, then encrypted", signed_in_gcm, true },
		{ "signed", clear, true },
		{ "encrypted", gcm, false },
		{ "altered", altered, false },
		{ "by somebody else", by_mallory, false },
		{ "for somebody else", for_another, false },
	};
	g_auto(Fixture) fixture = { 0 };

	fixture_init(&fixture, 80, 24);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mail = mail_of("inside", rows[i].wrap, HELLO);
		g_autoptr(PageJob) job = g_new0(PageJob, 1);
		job->message = message_of("inside", LAB_NOW_MS, MESSAGE_SIGNED);
		job->kind = BODY_MIME;
		job->body = g_bytes_new(mail, strlen(mail));
		job->width = 80;
		job->certificates = certificates_ref(fixture.certificates);
		g_autoptr(Page) page = page_render(job);
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(page->found != NULL, ==, rows[i].is_found);
		if (page->found)
			g_assert_cmpstr(((CertificateChange *)page->found->pdata[0])->certificate->addresses[0], ==, "grace@example.org");
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	make_people();
	g_test_add_func("/screens/smime/grades", test_grades);
	g_test_add_func("/screens/smime/a-fake-is-only-text", test_a_fake_is_only_text);
	g_test_add_func("/screens/smime/every-place", test_every_place);
	g_test_add_func("/screens/smime/small-panes", test_small_panes);
	g_test_add_func("/screens/smime/three-widths", test_three_widths);
	g_test_add_func("/screens/smime/no-links-where-it-can-be-altered", test_no_links_where_it_can_be_altered);
	g_test_add_func("/screens/smime/files", test_files);
	g_test_add_func("/screens/smime/details", test_details);
	g_test_add_func("/screens/smime/no-details", test_no_details);
	g_test_add_func("/screens/smime/the-whole-is-fetched-first", test_the_whole_is_fetched_first);
	g_test_add_func("/screens/smime/files-are-fetched-first", test_files_are_fetched_first);
	g_test_add_func("/screens/smime/answers", test_answers);
	g_test_add_func("/screens/smime/what-is-inside-brings-certificates", test_what_is_inside_brings_certificates);
	g_test_add_func("/screens/smime/switched-off", test_switched_off);
	int failed = g_test_run();
	LabPerson *all[] = { ca, grace, ada, mallory, liar };
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		lab_person_free(all[i]);
	return failed;
}
