/* The review screen of a mail that is being written: keys in, what it wishes and what it shows. */
#include <glib/gstdio.h>
#include <string.h>

#include "model/gal.h"
#include "support/budget.h"
#include "support/dump.h"
#include "ui/screen/writing.h"

#define NOW_MS INT64_C(1772622000000)      /* Wed 2026-03-04 11:00 UTC */

typedef struct {
	ManualClock clock;
	Writing    *writing;
	Canvas     *canvas;
	GPtrArray  *domains;
	bool        has_answered;      /* the directory */
} Desk;

static void add_offer(GPtrArray *offers, const char *name, const char *address, const char *detail)
{
	PeopleOffer *offer = g_new0(PeopleOffer, 1);

	*offer = (PeopleOffer){ g_strdup(name), g_strdup(address), g_strdup(detail), detail != NULL };
	g_ptr_array_add(offers, offer);
}

/* Bob is known here; the directory knows two of the name of Grace, once it has answered. */
static char *offer_people(const char *text, GPtrArray *offers, void *data)
{
	const Desk *desk = data;
	const char *entry = people_entry(text);

	if (g_str_has_prefix("bob", entry))
		add_offer(offers, "Bob Kowalski", "bob@example.test", NULL);
	if (!g_str_has_prefix("grace", entry))
		return NULL;
	add_offer(offers, "Grace Boss", "grace.boss@example.test", NULL);
	if (!desk->has_answered)
		return g_strdup("asking the directory…");
	add_offer(offers, "Grace Hopper", "grace.hopper@example.test", "Rear Admiral, Arlington 1, Example Ltd");
	add_offer(offers, "Grace Kelly", "grace.kelly@example.test", "Princess, Example Ltd");
	return NULL;
}

static Draft *draft_make(DraftKind kind, const char *to, const char *subject, const char *body)
{
	Draft *draft = draft_new();

	draft->kind = kind;
	draft->account = g_strdup("work");
	draft->from = g_strdup("Ada Example <ada@example.test>");
	draft->to = g_strdup(to);
	draft->subject = g_strdup(subject);
	g_free(draft->body);
	draft->body = g_strdup(body);
	return draft;
}

static void desk_open(Desk *desk, Draft *draft, bool has_editor, bool is_resumed)
{
	manual_clock_init(&desk->clock, NOW_MS);
	desk->domains = g_ptr_array_new();
	g_ptr_array_add(desk->domains, (gpointer)"example.test");
	WritingSetup setup = { .clock = &desk->clock.clock, .offer = offer_people, .offer_data = desk,
		               .has_directory = true, .domains = desk->domains, .has_editor = has_editor };
	desk->writing = writing_new(&setup, draft, is_resumed);
	desk->canvas = canvas_new(80, 20);
}

static void desk_close(Desk *desk)
{
	writing_free(desk->writing);
	canvas_free(desk->canvas);
	g_ptr_array_unref(desk->domains);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Desk, desk_close)

/* Keys by name; a word that begins with ' is typed letter by letter, "_" for a blank. */
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
			wish = writing_key(desk->writing, *p == '_' ? ' ' : (Key)*p);
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

/* A new mail asks for what it needs, one after the other; the text is written in place. */
static void test_new_mail(void)
{
	g_auto(Desk) desk = { 0 };

	desk_open(&desk, draft_make(DRAFT_NEW, NULL, NULL, ""), false, false);
	g_assert_cmpint(writing_begin(desk.writing), ==, WRITING_GOES_ON);
	assert_shows(&desk, "\nTo:");
	type(&desk, "'bo Tab Enter");
	assert_shows(&desk, "\nSubject:");
	type(&desk, "'Lunch Enter");
	g_assert_true(writing_takes_keys(desk.writing));
	type(&desk, "'At_noon? Enter 'Ada Esc");
	g_assert_false(writing_takes_keys(desk.writing));
	const Draft *draft = writing_draft(desk.writing);
	g_assert_cmpstr(draft->to, ==, "Bob Kowalski <bob@example.test>");
	g_assert_cmpstr(draft->subject, ==, "Lunch");
	g_assert_cmpstr(draft->body, ==, "At noon?\nAda");
	g_assert_cmpint(writing_act(desk.writing, WRITING_SEND, ""), ==, WRITING_SENDS);
}

/* With an editor of the person's own the text goes there and comes back. */
static void test_own_editor(void)
{
	g_auto(Desk) desk = { 0 };

	desk_open(&desk, draft_make(DRAFT_REPLY, "bob@example.test", "Re: Lunch", "> Noon?\n"), true, false);
	g_assert_cmpint(writing_begin(desk.writing), ==, WRITING_WANTS_EDITOR);
	g_autofree char *given = writing_editor_text(desk.writing);
	g_assert_nonnull(strstr(given, "Subject: Re: Lunch"));
	writing_edited(desk.writing, "To: bob@example.test\nNonsense\nSubject: Re: Lunch\n\nYes.\n");
	assert_shows(&desk, "2");
	g_assert_cmpint(writing_act(desk.writing, WRITING_SEND, ""), ==, WRITING_GOES_ON);
	assert_shows(&desk, "cannot be read yet");
	g_assert_cmpint(writing_act(desk.writing, WRITING_TEXT, ""), ==, WRITING_WANTS_EDITOR);
	g_autofree char *again = writing_editor_text(desk.writing);
	g_assert_nonnull(strstr(again, "Nonsense"));
	writing_edited(desk.writing, "To: bob@example.test\nSubject: Re: Lunch\n\nYes.\n");
	g_assert_cmpstr(writing_draft(desk.writing)->body, ==, "Yes.\n");
	g_assert_cmpint(writing_act(desk.writing, WRITING_SEND, ""), ==, WRITING_SENDS);
}

/* What is asked before a mail leaves, and what a no does. */
static void test_questions(void)
{
	static const struct { const char *why, *to, *subject, *body, *says, *keys; WritingWish wish; } rows[] = {
		{ "nobody",      NULL,                    "x", "x",              "Nobody is to get",    NULL, WRITING_GOES_ON },
		{ "no address",  "bob@example.test, bo",  "x", "x",              "bo",                  NULL, WRITING_GOES_ON },
		{ "no subject",  "bob@example.test",      NULL, "x",             "has no subject",      "y",  WRITING_SENDS },
		{ "rather not",  "bob@example.test",      NULL, "x",             "has no subject",      "n",  WRITING_GOES_ON },
		{ "forgotten",   "bob@example.test",      "x", "See attached.",  "speaks of an attach", "y",  WRITING_SENDS },
		{ "a stranger",  "eve@elsewhere.test",    "x", "x",              "eve@elsewhere.test is outside", "y", WRITING_SENDS },
		{ "two of them", "e@a.test, f@b.test",    "x", "x",              "2 recipients are outside", "y", WRITING_SENDS },
		{ "all of it",   "e@a.test",              NULL, "attached",      "has no subject",      "y y y", WRITING_SENDS },
		{ "later",       "e@a.test",              "x", "x",              "outside",             "Esc", WRITING_GOES_ON },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Desk) desk = { 0 };
		g_test_message("%s", rows[i].why);
		desk_open(&desk, draft_make(DRAFT_NEW, rows[i].to, rows[i].subject, rows[i].body), false, true);
		g_assert_cmpint(writing_act(desk.writing, WRITING_SEND, ""), ==, WRITING_GOES_ON);
		assert_shows(&desk, rows[i].says);
		if (rows[i].keys)
			g_assert_cmpint(type(&desk, rows[i].keys), ==, rows[i].wish);
		g_assert_false(writing_takes_keys(desk.writing));
	}
}

static void test_leaving(void)
{
	static const struct { const char *key; WritingWish wish; } rows[] = {
		{ "y", WRITING_POSTPONES }, { "n", WRITING_DISCARDS }, { "Esc", WRITING_GOES_ON },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Desk) desk = { 0 };
		desk_open(&desk, draft_make(DRAFT_NEW, "bob@example.test", "x", "x"), false, true);
		g_assert_cmpint(writing_act(desk.writing, WRITING_LEAVE, ""), ==, WRITING_GOES_ON);
		assert_shows(&desk, "Keep this mail");
		g_assert_cmpint(type(&desk, rows[i].key), ==, rows[i].wish);
	}
}

/* Files are added by path, with completion, and taken away again. */
static void test_attachments(void)
{
	g_auto(Desk) desk = { 0 };
	g_autofree char *dir = g_dir_make_tmp("postern-writing-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(dir, "report.pdf", NULL);
	g_autofree char *missing = g_build_filename(dir, "gone.pdf", NULL);

	g_assert_true(g_file_set_contents(path, "pdf", 3, NULL));
	desk_open(&desk, draft_make(DRAFT_NEW, "bob@example.test", "x", "x"), false, true);
	writing_act(desk.writing, WRITING_DETACH, "");
	assert_shows(&desk, "Nothing is attached.");
	writing_act(desk.writing, WRITING_ATTACH, missing);
	assert_shows(&desk, "there is no file");
	writing_act(desk.writing, WRITING_ATTACH, dir);
	assert_shows(&desk, "no file that can be attached");
	writing_act(desk.writing, WRITING_ATTACH, "~/there is none.pdf");
	assert_shows(&desk, "there is no file /");
	g_assert_cmpuint(writing_draft(desk.writing)->parts->len, ==, 0);
	writing_act(desk.writing, WRITING_ATTACH, "");
	writing_paste(desk.writing, dir);
	type(&desk, "'/rep Tab Enter");
	g_assert_cmpuint(writing_draft(desk.writing)->parts->len, ==, 1);
	const DraftPart *part = g_ptr_array_index(writing_draft(desk.writing)->parts, 0);
	g_assert_cmpstr(part->path, ==, path);
	assert_shows(&desk, " 1 report.pdf");
	writing_act(desk.writing, WRITING_DETACH, "");
	g_assert_cmpuint(writing_draft(desk.writing)->parts->len, ==, 0);
	g_unlink(path);
	g_rmdir(dir);
}

static void test_options(void)
{
	g_auto(Desk) desk = { 0 };

	desk_open(&desk, draft_make(DRAFT_NEW, "bob@example.test", "x", "x"), false, true);
	assert_shows(&desk, "plain text");
	writing_act(desk.writing, WRITING_FORMAT, "");
	writing_act(desk.writing, WRITING_IMPORTANCE, "");
	writing_act(desk.writing, WRITING_RECEIPT, "");
	writing_act(desk.writing, WRITING_SENSITIVITY, "");
	writing_act(desk.writing, WRITING_LATER, "fri 9:30");
	assert_shows(&desk, "Markdown  importance high  personal  asks for a receipt  not before");
	g_assert_cmpint(writing_draft(desk.writing)->send_after_ms, ==, NOW_MS + (46 * 60 + 30) * INT64_C(60000));
	writing_act(desk.writing, WRITING_LATER, "soon");
	assert_shows(&desk, "is no time");
	writing_act(desk.writing, WRITING_LATER, "");
	type(&desk, "Enter");
	g_assert_cmpint(writing_draft(desk.writing)->send_after_ms, ==, 0);
}

/* Every change is told once, letter by letter in the text too. */
static void test_changes_are_told(void)
{
	g_auto(Desk) desk = { 0 };

	desk_open(&desk, draft_make(DRAFT_NEW, "bob@example.test", "x", ""), false, true);
	g_assert_false(writing_take_change(desk.writing));
	writing_act(desk.writing, WRITING_TEXT, "");
	type(&desk, "'a");
	g_assert_true(writing_take_change(desk.writing));
	g_assert_false(writing_take_change(desk.writing));
	type(&desk, "Left");
	g_assert_false(writing_take_change(desk.writing));
	writing_paste(desk.writing, "pasted");
	g_assert_true(writing_take_change(desk.writing));
}

static DraftPart *part_make(const char *name, const char *type, gsize size)
{
	DraftPart *part = draft_part_new();

	part->name = g_strdup(name);
	part->content_type = g_strdup(type);
	part->bytes = g_bytes_new_take(g_malloc0(size), size);
	return part;
}

/* People known here are there at once, others come behind them, and what was taken stays taken. */
static void test_offers(void)
{
	g_auto(Desk) desk = { 0 };

	desk_open(&desk, draft_make(DRAFT_NEW, "bob@example.test", "x", ""), false, true);
	writing_act(desk.writing, WRITING_CC, "");
	g_assert_null(writing_wanted(desk.writing));
	type(&desk, "'gr");
	g_assert_null(writing_wanted(desk.writing));
	assert_shows(&desk, "grace.boss@example.test");
	type(&desk, "'a");
	g_assert_cmpstr(writing_wanted(desk.writing), ==, "gra");
	assert_shows(&desk, "asking the directory…");
	type(&desk, "Tab");
	g_assert_null(writing_wanted(desk.writing));
	desk.has_answered = true;
	writing_offers_came(desk.writing);
	assert_shows(&desk, "Rear Admiral");
	assert_shows(&desk, "Cc: Grace Boss <grace.boss@example.test>");
	type(&desk, "Tab Down Up Enter");
	g_assert_cmpstr(writing_draft(desk.writing)->cc, ==, "Grace Hopper <grace.hopper@example.test>");
	writing_act(desk.writing, WRITING_CC, "");
	type(&desk, "', 'bob@example.test");
	g_assert_null(writing_wanted(desk.writing));
}

/* What a name becomes before the mail leaves: never a guess. */
static void test_names(void)
{
	static const struct { const char *why, *cc, *people, *failure, *says, *keys, *after; WritingWish wish; } rows[] = {
		{ "one of just this name", "grace hopper", "grace hopper\tGrace Hopper\tgrace.hopper@example.test\n", NULL,
		  NULL, NULL, "Grace Hopper <grace.hopper@example.test>", WRITING_SENDS },
		{ "by the mailbox", "ghopper", "ghopper\tGrace Hopper\tghopper@example.test\n", NULL,
		  NULL, NULL, "Grace Hopper <ghopper@example.test>", WRITING_SENDS },
		{ "one of another name", "hopp", "hopp\tGrace Hopper\tgrace.hopper@example.test\n", NULL,
		  "Who is “hopp”?", "Enter", "Grace Hopper <grace.hopper@example.test>", WRITING_SENDS },
		{ "several", "grace", "grace\tGrace Hopper\tgrace.hopper@example.test\ngrace\tGrace Kelly\tgrace.kelly@example.test\n", NULL,
		  "Who is “grace”?", "Down Down Enter", "Grace Kelly <grace.kelly@example.test>", WRITING_SENDS },
		{ "rather not", "grace", "grace\tGrace Hopper\tgrace.hopper@example.test\n", NULL,
		  "Who is “grace”?", "Esc", "grace", WRITING_GOES_ON },
		{ "nobody", "zzz", "", NULL, "“zzz” is no address, and nobody is known by that name", NULL, "zzz", WRITING_GOES_ON },
		{ "no answer, nobody here", "zzz", NULL, "the server is busy", "cannot be told: the server is busy", NULL, "zzz",
		  WRITING_GOES_ON },
		{ "no answer, somebody here", "bob", NULL, "the server is busy", "Who is “bob”?", "Enter",
		  "Bob Kowalski <bob@example.test>", WRITING_SENDS },
		{ "another name with it", "a@example.test, ghopper, zzz", "ghopper\tGrace Hopper\tghopper@example.test\n", NULL,
		  "“zzz” is no address", NULL, "a@example.test, Grace Hopper <ghopper@example.test>, zzz", WRITING_GOES_ON },
		{ "nothing to write to", "room", "room\tRoom\tEX:/o=Example\n", NULL, "“room” is no address", NULL, "room", WRITING_GOES_ON },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Desk) desk = { 0 };
		g_autoptr(GPtrArray) people = rows[i].people ? gal_from_text(rows[i].people) : NULL;
		Draft *draft = draft_make(DRAFT_NEW, "bob@example.test", "x", "x");
		g_test_message("%s", rows[i].why);
		draft->cc = g_strdup(rows[i].cc);
		desk_open(&desk, draft, false, true);
		g_assert_cmpint(writing_act(desk.writing, WRITING_SEND, ""), ==, WRITING_WANTS_NAMES);
		g_assert_true(writing_takes_keys(desk.writing));
		assert_shows(&desk, "Asking the directory");
		WritingWish wish = writing_named(desk.writing, people, rows[i].failure);
		if (rows[i].says)
			assert_shows(&desk, rows[i].says);
		if (rows[i].keys)
			wish = type(&desk, rows[i].keys);
		g_assert_cmpint(wish, ==, rows[i].wish);
		g_assert_cmpstr(writing_draft(desk.writing)->cc, ==, rows[i].after);
	}
}

/* A letter in Cc is nobody, whoever begins with it; it is not even asked about. */
static void test_one_letter(void)
{
	static const char *const entries[] = { "g", "gr", "bob@", "\"Grace", "grace@example..test" };

	for (size_t i = 0; i < G_N_ELEMENTS(entries); i++) {
		g_auto(Desk) desk = { 0 };
		Draft *draft = draft_make(DRAFT_NEW, "bob@example.test", "x", "x");
		g_autofree char *says = g_strdup_printf("“%s” is no address", entries[i]);
		desk_open(&desk, draft, false, true);
		writing_act(desk.writing, WRITING_CC, "");
		writing_paste(desk.writing, entries[i]);
		type(&desk, "Enter");
		assert_shows(&desk, says);
		g_assert_cmpint(writing_act(desk.writing, WRITING_SEND, ""), ==, WRITING_GOES_ON);
		assert_shows(&desk, says);
		g_assert_cmpstr(writing_draft(desk.writing)->cc, ==, entries[i]);
	}
}

/* Whoever does not want to wait goes on; an answer that comes later changes nothing. */
static void test_not_waiting(void)
{
	g_auto(Desk) desk = { 0 };
	g_autoptr(GPtrArray) people = gal_from_text("hopp\tHopp\thopp@example.test\n");

	desk_open(&desk, draft_make(DRAFT_NEW, "hopp", "x", "x"), false, true);
	g_assert_cmpint(writing_act(desk.writing, WRITING_SEND, ""), ==, WRITING_WANTS_NAMES);
	type(&desk, "'x Esc");
	g_assert_false(writing_takes_keys(desk.writing));
	g_assert_cmpint(writing_named(desk.writing, people, NULL), ==, WRITING_GOES_ON);
	g_assert_cmpstr(writing_draft(desk.writing)->to, ==, "hopp");
}

/* A list of any length is pasted, shown, typed on and read in no time. */
static void test_long_list(void)
{
	g_auto(Desk) desk = { 0 };
	g_autoptr(GString) list = g_string_new(NULL);

	for (int i = 0; i < 5000; i++)
		g_string_append_printf(list, "Person %d <person%d@example.test>;\r\n", i, i);
	desk_open(&desk, draft_make(DRAFT_NEW, "bob@example.test", "x", "x"), false, true);
	gint64 begin = budget_cpu_us();
	writing_act(desk.writing, WRITING_TO, "");
	type(&desk, "^U");
	writing_paste(desk.writing, list->str);
	for (int i = 0; i < 20; i++) {
		type(&desk, "'x Left Backspace Right");
		g_autofree char *shown = shows(&desk);
	}
	type(&desk, "Backspace Enter");
	g_assert_cmpint(writing_act(desk.writing, WRITING_SEND, ""), ==, WRITING_SENDS);
	budget_assert_kept(begin);
	g_assert_nonnull(strstr(writing_draft(desk.writing)->to, "person4999@example.test"));
}

static void test_offer_snapshots(void)
{
	static const struct { const char *name; int width, height; } sizes[] = {
		{ "offers-80x24", 80, 21 }, { "offers-100x30", 100, 27 }, { "offers-140x45", 140, 42 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_auto(Desk) desk = { 0 };
		desk_open(&desk, draft_make(DRAFT_NEW, "bob@example.test", "Lunch", "At noon?\n"), false, true);
		canvas_resize(desk.canvas, sizes[i].width, sizes[i].height);
		desk.has_answered = i > 0;
		writing_act(desk.writing, WRITING_TO, "");
		type(&desk, "', 'gra");
		if (desk.has_answered)
			type(&desk, "Tab Tab");
		g_autofree char *drawn = shows(&desk);
		canvas_snapshot(desk.canvas, sizes[i].name);
	}
}

static void test_snapshots(void)
{
	static const struct { const char *name; int width, height; } sizes[] = {
		{ "writing-80x24", 80, 21 }, { "writing-100x30", 100, 27 }, { "writing-140x45", 140, 42 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_auto(Desk) desk = { 0 };
		Draft *draft = draft_make(DRAFT_REPLY, "Bob Kowalski <bob@example.test>, Björn Müller <bjorn@example.test>, gra",
		                          "Re: quarterly figures", "Table 2 is fixed, see the new version.\n\nAda\n\n"
		                          "Bob wrote on Tue 3 Mar:\n> The second table does not add up. Could you look at it before the "
		                          "meeting on Thursday? Grace wants to see it.\n> Bob\n");
		g_ptr_array_add(draft->parts, part_make("figures-v2.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 93184));
		g_ptr_array_add(draft->parts, part_make("報告.pdf", "application/pdf", 245760));
		desk_open(&desk, draft, false, true);
		canvas_resize(desk.canvas, sizes[i].width, sizes[i].height);
		desk.has_answered = true;
		writing_act(desk.writing, WRITING_SEND, "");
		writing_named(desk.writing, NULL, "the server is busy");
		g_autofree char *drawn = shows(&desk);
		canvas_snapshot(desk.canvas, sizes[i].name);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/writing/new-mail", test_new_mail);
	g_test_add_func("/writing/own-editor", test_own_editor);
	g_test_add_func("/writing/questions", test_questions);
	g_test_add_func("/writing/leaving", test_leaving);
	g_test_add_func("/writing/attachments", test_attachments);
	g_test_add_func("/writing/options", test_options);
	g_test_add_func("/writing/changes-are-told", test_changes_are_told);
	g_test_add_func("/writing/offers", test_offers);
	g_test_add_func("/writing/names", test_names);
	g_test_add_func("/writing/one-letter", test_one_letter);
	g_test_add_func("/writing/not-waiting", test_not_waiting);
	g_test_add_func("/writing/long-list", test_long_list);
	g_test_add_func("/writing/snapshots", test_snapshots);
	g_test_add_func("/writing/offer-snapshots", test_offer_snapshots);
	return g_test_run();
}
