/*
 * ActiveSync against the simulated Exchange, command by command, and then the server's side is read: what we asked for is
 * what its mailbox holds.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "eas/eas.h"
#include "support/caller.h"

static void keep(char **slot, const char *text)
{
	g_free(*slot);
	*slot = g_strdup(text);
}

/* ---- drafts ---- */

static void open_drafts(Caller *caller)
{
	keep(&caller->scene.folder->server_id, "4");
	caller->scene.folder->type = FOLDER_DRAFTS;
	caller_run(caller, TASK_PAGE);
	keep(&caller->scene.folder->sync_key, caller->record.key);
}

static void use_draft_op(Caller *caller, const char *server_id)
{
	Op *op = op_new(OP_SAVE_DRAFT);

	op->id = 1;
	op->server_id = g_strdup(server_id);
	g_ptr_array_set_size(caller->scene.ops, 0);
	g_ptr_array_add(caller->scene.ops, op);
}

static void save_new_draft(Caller *caller)
{
	use_draft_op(caller, NULL);
	caller_run(caller, TASK_SAVE_DRAFT);
}

static void test_draft_is_made(void)
{
	g_auto(Caller) caller = { 0 };

	caller_open(&caller, "16.1");
	open_drafts(&caller);
	save_new_draft(&caller);
	caller_assert_heard(&caller, "draft_part 0 4%3a1%3a0\nop_named 1 4:1\npage_end");
	caller_assert_order(&caller, "show folder=Drafts item=4:1",
	             "from: Alice Example <alice@example.test>\nto: Bob Kowalski <bob@example.test>\ncc: carol@example.test\n"
	             "bcc: dave@example.test\nsubject: Lunch €\ntext: At noon?\\x0a\nimportance: 2\nattachment: agenda ü.txt 9\n");

	caller_take_key(&caller);
	caller_run(&caller, TASK_PAGE);
	g_assert_false(caller_heard(&caller, "message id="));
}

/* What is fetched by the reference that the answer gave is what was attached. */
static void test_draft_part_can_be_fetched(void)
{
	g_auto(Caller) caller = { 0 };

	caller_open(&caller, "16.1");
	open_drafts(&caller);
	save_new_draft(&caller);
	caller.scene.spec.reference = "4%3a1%3a0";
	caller_run(&caller, TASK_FETCH_PART);
	g_assert_cmpuint(g_bytes_get_size(caller.record.fetched), ==, 9);
	g_assert_cmpint(memcmp(g_bytes_get_data(caller.record.fetched, NULL), "1. Lunch\n", 9), ==, 0);
}

static void test_draft_is_changed(void)
{
	g_auto(Caller) caller = { 0 };

	caller_open(&caller, "16.1");
	open_drafts(&caller);
	save_new_draft(&caller);
	caller_take_key(&caller);
	use_draft_op(&caller, "4:1");
	caller.scene.draft = (DraftSpec){ .client_id = "2", .subject = "Dinner", .body_kind = BODY_HTML, .body = "<p>At six</p>",
	                                 .reply_to = "alice@example.org", .importance = 1, .gone_parts = caller.scene.ids };
	scene_set_ids(&caller.scene, "4%3a1%3a0");
	caller_run(&caller, TASK_SAVE_DRAFT);
	caller_assert_heard(&caller, "op_done 1\npage_end");
	caller_assert_order(&caller, "show folder=Drafts item=4:1",
	             "from: Alice Example <alice@example.test>\nreply-to: alice@example.org\nsubject: Dinner\n"
	             "html: <p>At six</p>\n");
	caller_assert_order(&caller, "list folder=Drafts", "4:1\tread\t0\tDinner\n");
}

/* The answer to an Add is lost: the same request again makes no second draft, and names the first. */
static void test_draft_is_made_once(void)
{
	g_auto(Caller) caller = { 0 };

	caller_open(&caller, "16.1");
	open_drafts(&caller);
	save_new_draft(&caller);
	save_new_draft(&caller);
	caller_assert_heard(&caller, "op_named 1 4:1\n");
	caller_assert_order(&caller, "list folder=Drafts", "4:1\tread\t0\tLunch €\n");
}

/* Changed on both sides: the server's stands and comes with the next page. */
static void test_draft_conflict(void)
{
	g_auto(Caller) caller = { 0 };

	caller_open(&caller, "16.1");
	open_drafts(&caller);
	save_new_draft(&caller);
	caller_take_key(&caller);
	caller_assert_order(&caller, "rewrite folder=Drafts item=4:1 to=bob@example.test new-subject=Supper text=Eight", "");
	use_draft_op(&caller, "4:1");
	caller.scene.draft.parts = NULL;
	caller_run(&caller, TASK_SAVE_DRAFT);
	caller_assert_heard(&caller, "op_failed 1 exists\n");
	caller_take_key(&caller);
	caller_run(&caller, TASK_PAGE);
	caller_assert_heard(&caller, "message id=4:1 has=all\n  subject: Supper\n");
}

static void test_draft_is_deleted(void)
{
	g_auto(Caller) caller = { 0 };
	Op *op = op_new(OP_DELETE);

	caller_open(&caller, "16.1");
	open_drafts(&caller);
	save_new_draft(&caller);
	caller_take_key(&caller);
	op->id = 7;
	op->server_id = g_strdup("4:1");
	g_ptr_array_set_size(caller.scene.ops, 0);
	g_ptr_array_add(caller.scene.ops, op);
	caller_run(&caller, TASK_PUSH_OPS);
	caller_assert_heard(&caller, "op_done 7\n");
	caller_assert_order(&caller, "list folder=Drafts", "");
	caller_take_key(&caller);
	use_draft_op(&caller, "4:1");
	caller_run(&caller, TASK_SAVE_DRAFT);
	caller_assert_heard(&caller, "op_failed 1 gone\n");
}

static void test_no_drafts_on_old_servers(void)
{
	static const char *const versions[] = { "12.1", "14.0", "14.1" };

	for (size_t i = 0; i < G_N_ELEMENTS(versions); i++) {
		g_auto(Caller) caller = { 0 };
		g_autoptr(GError) error = NULL;

		caller_open(&caller, versions[i]);
		keep(&caller.scene.folder->sync_key, "7");
		use_draft_op(&caller, NULL);
		caller_try(&caller, TASK_SAVE_DRAFT, &error);
		g_assert_error(error, POSTERN_ERROR, ERR_UNSUPPORTED);
	}
}

/* ---- out of office ---- */

static void set_oof(Caller *caller, const Oof *oof)
{
	Op *op = op_new(OP_OOF);

	op->id = 9;
	op->value.text = oof_to_text(oof);
	g_ptr_array_set_size(caller->scene.ops, 0);
	g_ptr_array_add(caller->scene.ops, op);
	caller_run(caller, TASK_OOF_SET);
}

static Oof *oof_of_may(void)
{
	Oof *oof = oof_new();

	oof->state = OOF_TIMED;
	oof->start_ms = 1777852800000;
	oof->end_ms = 1778457600000;
	oof_set_message(oof, OOF_INTERNAL, "Back on Monday.\n\nAlice", false);
	oof_set_message(oof, OOF_KNOWN, "<p>Away &amp; <b>offline</b></p>", true);
	oof_set_message(oof, OOF_UNKNOWN, "<p>Away &amp; <b>offline</b></p>", true);
	return oof;
}

static const char *const all_versions[] = { "12.1", "14.0", "14.1", "16.1" };

static void test_oof_is_set(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(all_versions); i++) {
		g_auto(Caller) caller = { 0 };
		g_autoptr(Oof) oof = oof_of_may();

		caller_open(&caller, all_versions[i]);
		set_oof(&caller, oof);
		g_assert_cmpstr(caller.record.log->str, ==, "op_done 9\n");
		caller_assert_order(&caller, "oof",
		             "state: 2\nfrom: 2026-05-04T00:00:00.000Z\nuntil: 2026-05-11T00:00:00.000Z\n"
		             "internal: on Text Back on Monday.\\x0a\\x0aAlice\nknown: on HTML <p>Away &amp; <b>offline</b></p>\n"
		             "unknown: on HTML <p>Away &amp; <b>offline</b></p>\n");
		caller_run(&caller, TASK_OOF_GET);
		g_assert_cmpstr(caller.record.log->str, ==,
		                "oof\nstate timed\nstart 1777852800000\nend 1778457600000\ninternal on text\n\tBack on Monday.\n\t\n"
		                "\tAlice\nknown on text\n\tAway & offline\nunknown on text\n\tAway & offline\n");
	}
}

/* Off, 14.1 still tells the internal text, and 16.1 no more; it comes back with the answer. */
static void test_oof_is_off(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(all_versions); i++) {
		g_auto(Caller) caller = { 0 };
		g_autoptr(Oof) oof = oof_of_may();

		caller_open(&caller, all_versions[i]);
		set_oof(&caller, oof);
		oof->state = OOF_OFF;
		set_oof(&caller, oof);
		caller_run(&caller, TASK_OOF_GET);
		caller_assert_heard(&caller, "state off\n");
		g_assert_cmpint(caller_heard(&caller, "internal on none\n"), ==, i == 3);
		g_assert_cmpint(caller_heard(&caller, "\tBack on Monday."), ==, i != 3);
	}
}

static void test_oof_is_refused(void)
{
	g_auto(Caller) caller = { 0 };
	g_autoptr(Oof) oof = oof_of_may();

	caller_open(&caller, "14.1");
	oof->end_ms = oof->start_ms;
	set_oof(&caller, oof);
	g_assert_cmpstr(caller.record.log->str, ==, "op_failed 9 request\n");
	caller_assert_order(&caller, "oof", "state: 0\ninternal: off \nknown: off \nunknown: off \n");
}

/* ---- the directory ---- */

#define ALICE "|Alice Example|alice@example.test|alice|||||\n"
#define HOPPER "|Grace Hopper|grace.hopper@example.test|ghopper|Rear Admiral|Example Ltd|Arlington 1|+1 555 0100|+1 555 0199\n"
#define KELLY "|Grace Kelly|grace.kelly@example.test|gkelly|Princess|Example Ltd||+377 555 1|\n"

static void test_people(void)
{
	static const struct { const char *query, *found; } rows[] = {
		{ "alice", "people 1\n" ALICE },
		{ "grace", "people 2\n" HOPPER KELLY },
		{ "HOP", "people 1\n" HOPPER },
		{ "nobody", "people 0\n" },
		{ "zzz", "people 0\n" },
	};

	for (size_t v = 0; v < G_N_ELEMENTS(all_versions); v++)
		for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
			g_auto(Caller) caller = { 0 };

			caller_open(&caller, all_versions[v]);
			caller.scene.spec.query = rows[i].query;
			caller_run(&caller, TASK_GAL);
			g_assert_cmpstr(caller.record.log->str, ==, rows[i].found);
		}
}

/* grommunio has Find, and no directory there. */
static void test_people_without_find(void)
{
	g_auto(Caller) caller = { 0 };

	caller_open(&caller, "16.1");
	g_free(exsim_order(caller.exsim, "searching gal-by-find=off"));
	caller.scene.spec.query = "hopper";
	caller_run(&caller, TASK_GAL);
	g_assert_cmpstr(caller.record.log->str, ==, "people 1\n" HOPPER);
}

static void test_resolve(void)
{
	g_auto(Caller) caller = { 0 };

	caller_open(&caller, "14.1");
	caller.scene.spec.query = "alice\ngrace\nzzz";
	caller_run(&caller, TASK_RESOLVE);
	g_assert_cmpstr(caller.record.log->str, ==,
	                "people 3\nalice|Alice Example|alice@example.test||||||\n"
	                "grace|Grace Hopper|grace.hopper@example.test||||||\n"
	                "grace|Grace Kelly|grace.kelly@example.test||||||\n");
}

/* What the directory has of those who are asked for, and what the server thinks of it. */
static void test_certificates(void)
{
	static const struct { const char *name, *says; } rows[] = {
		{ "grace.hopper@example.test", "people 1\ngrace.hopper@example.test|Grace Hopper|grace.hopper@example.test|||||||TUlJQmFzZTY0 TUlJTW9yZQ==\n" },
		{ "alice", "people 1\nalice|Alice Example|alice@example.test||||||\n" },
		{ "zzz", "people 0\n" },
	};
	static const char *const pems[] = { "-----BEGIN CERTIFICATE-----\nTUlJQmFz\nZTY0\n-----END CERTIFICATE-----\n", "TUlJTW9yZQ==\n" };
	g_autofree char *dir = g_dir_make_tmp("postern-contract-XXXXXX", NULL), *path = g_build_filename(dir, "one.pem", NULL);

	for (size_t v = 0; v < G_N_ELEMENTS(all_versions); v++) {
		g_auto(Caller) caller = { 0 };
		caller_open(&caller, all_versions[v]);
		for (size_t i = 0; i < G_N_ELEMENTS(pems); i++) {
			g_autofree char *order = g_strdup_printf("certificate address=grace.hopper@example.test file=%s", path);
			g_assert_true(g_file_set_contents(path, pems[i], -1, NULL));
			g_free(exsim_order(caller.exsim, order));
		}
		for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
			g_string_truncate(caller.record.log, 0);
			caller.scene.spec.query = rows[i].name;
			caller_run(&caller, TASK_CERTIFICATES);
			g_assert_cmpstr(caller.record.log->str, ==, rows[i].says);
		}
		g_string_truncate(caller.record.log, 0);
		g_free(exsim_order(caller.exsim, "opinion status=13"));
		caller.scene.spec.query = "TUlJQmFzZTY0\nTUlJTW9yZQ==";
		caller_run(&caller, TASK_VALIDATE);
		g_assert_cmpstr(caller.record.log->str, ==, "opinions revoked revoked\n");
	}
	g_unlink(path);
	g_rmdir(dir);
}

/* ---- searching the mailbox ---- */

static void deliver_some(Caller *caller)
{
	g_free(exsim_order(caller->exsim,
	                   "deliver subject='Offer one' text='Price: 10 €' from=bob@example.test read=1\n"
	                   "deliver folder=Archive subject='Offer two' text='Preis: zehn'\n"
	                   "deliver folder=Calendar subject='Offer three' text=Price\n"
	                   "deliver subject=Lunch text='Noon offer?'"));
}

static void search(Caller *caller, const char *words, int64_t after_ms, int64_t before_ms)
{
	Lookup lookup = { .words = (char *)words, .after_ms = after_ms, .before_ms = before_ms };
	g_autofree char *query = lookup_to_text(&lookup);

	caller->scene.spec.query = query;
	caller_run(caller, TASK_SEARCH);
	caller->scene.spec.query = NULL;
}

static void test_search(void)
{
	static const struct { const char *words; int found; } rows[] = {
		{ "offer", 3 }, { "PRICE", 1 }, { "offer preis", 1 }, { "bob", 3 }, { "€", 1 }, { "tomorrow", 0 },
	};

	for (size_t v = 0; v < G_N_ELEMENTS(all_versions); v++) {
		g_auto(Caller) caller = { 0 };

		caller_open(&caller, all_versions[v]);
		caller.scene.spec.folder = NULL;
		deliver_some(&caller);
		for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
			g_autofree char *head = g_strdup_printf("found %d\n", rows[i].found);
			search(&caller, rows[i].words, 0, 0);
			caller_assert_heard(&caller, head);
		}
	}
}

/* Find tells where each is, Search how it can be fetched; both tell what a list shows. */
static void test_search_result(void)
{
	g_auto(Caller) new = { 0 }, old = { 0 };

	caller_open(&new, "16.1");
	deliver_some(&new);
	search(&new, "price", 0, 0);
	caller_assert_heard(&new, "found 1\n5|5:1||bob@example.test|alice@example.test|Offer one|Price: 10 €|");
	caller_assert_heard(&new, "|1|0|1\n");
	caller_open(&old, "14.1");
	deliver_some(&old);
	search(&old, "price", 0, 0);
	caller_assert_heard(&old, "found 1\n5||Rg5:1|bob@example.test|alice@example.test|Offer one|Price: 10 €|");
	caller_assert_heard(&old, "|1|0|1\n");
}

static void test_search_narrowed(void)
{
	for (size_t v = 0; v < G_N_ELEMENTS(all_versions); v++) {
		g_auto(Caller) caller = { 0 };
		int64_t now_ms = g_get_real_time() / 1000, hour_ms = 3600 * 1000;

		caller_open(&caller, all_versions[v]);
		deliver_some(&caller);
		search(&caller, "offer", 0, 0);
		caller_assert_heard(&caller, "found 2\n5|");
		search(&caller, "offer", now_ms - hour_ms, now_ms + hour_ms);
		caller_assert_heard(&caller, "found 2\n");
		search(&caller, "offer", now_ms + hour_ms, 0);
		caller_assert_heard(&caller, "found 0\n");
		search(&caller, "offer", 0, now_ms - hour_ms);
		caller_assert_heard(&caller, "found 0\n");
	}
}

/* What was found is fetched by its name, whichever the server gives; what has gone meanwhile says so. */
static void test_fetch_found(void)
{
	for (size_t v = 0; v < G_N_ELEMENTS(all_versions); v++) {
		g_auto(Caller) caller = { 0 };
		bool is_new = g_str_equal(all_versions[v], "16.1");
		g_autoptr(GError) error = NULL;

		caller_open(&caller, all_versions[v]);
		deliver_some(&caller);
		caller.scene.spec.query = is_new ? "1\n5\t5:1\t\t\t\t\t\t0\t0\t0\t1\n" : "1\n5\t\tRg5:1\t\t\t\t\t0\t0\t0\t1\n";
		caller_run(&caller, TASK_FETCH_FOUND);
		caller_assert_heard(&caller, "type=message/rfc822");
		caller.scene.spec.query = is_new ? "1\n5\t5:99\t\t\t\t\t\t0\t0\t0\t1\n" : "1\n5\t\tRg5:99\t\t\t\t\t0\t0\t0\t1\n";
		caller_try(&caller, TASK_FETCH_FOUND, &error);
		g_assert_true(error_is(error, ERR_GONE));
		caller.scene.spec.query = NULL;
	}
}

/* More than a hundred come in pieces, and each says how many there are. */
static void test_search_range(void)
{
	for (size_t v = 0; v < G_N_ELEMENTS(all_versions); v++) {
		g_auto(Caller) caller = { 0 };
		Lookup lookup = { .words = (char *)"many" };

		caller_open(&caller, all_versions[v]);
		g_free(exsim_order(caller.exsim, "deliver subject='Many' count=130"));
		for (int64_t first = 0; first < 200; first += 100) {
			lookup.first = first;
			g_autofree char *query = lookup_to_text(&lookup);
			caller.scene.spec.query = query;
			caller_run(&caller, TASK_SEARCH);
			caller_assert_heard(&caller, first ? "found 30 of 130\n" : "found 100 of 130\n");
		}
		caller.scene.spec.query = NULL;
	}
}

/* ---- other servers' manners ---- */

static char *order_manners(const char *server) { return g_strdup_printf("manners of=%s", server); }

static void caller_server(Caller *caller, const char *server)
{
	g_autofree char *order = order_manners(server);

	caller_open(caller, NULL);
	g_free(exsim_order(caller->exsim, order));
	caller_run(caller, TASK_CONNECT);
	caller->scene.state->version = g_strdup(caller->record.version);
}

static void test_manners_of_connecting(void)
{
	static const struct { const char *server, *version; bool has_find, has_provision; } rows[] = {
		{ "exchange", "16.1", true, true }, { "sogo", "14.1", false, false },
		{ "grommunio", "16.1", true, true }, { "traveler", "14.1", false, true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Caller) caller = { 0 };

		caller_server(&caller, rows[i].server);
		g_assert_cmpstr(caller.scene.state->version, ==, rows[i].version);
		g_assert_cmpint(caller_heard(&caller, "Find"), ==, rows[i].has_find);
		g_assert_cmpint(caller_heard(&caller, "Provision"), ==, rows[i].has_provision);
		caller_run(&caller, TASK_PROVISION);
		caller.scene.spec.query = "hopper";
		caller_run(&caller, TASK_GAL);
		g_assert_cmpstr(caller.record.log->str, ==, "people 1\n" HOPPER);
	}
}

static guint submissions(const Caller *caller)
{
	g_autofree char *all = exsim_order(caller->exsim, "submissions");
	g_auto(GStrv) lines = g_strsplit(all, "\n", -1);

	return MAX(g_strv_length(lines), 1) - 1;
}

/* The same message again: some know it by its ClientId, some send it twice. */
static void test_manners_of_sending(void)
{
	static const struct { const char *server; guint sent; } rows[] = {
		{ "exchange", 1 }, { "sogo", 2 }, { "grommunio", 1 }, { "traveler", 2 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Caller) caller = { 0 };

		caller_server(&caller, rows[i].server);
		caller_run(&caller, TASK_SEND);
		g_assert_cmpstr(caller.record.log->str, ==, "");
		caller_run(&caller, TASK_SEND);
		g_assert_cmpint(caller_heard(&caller, "send_refused exists"), ==, rows[i].sent == 1);
		g_assert_cmpuint(submissions(&caller), ==, rows[i].sent);
	}
}

/* Traveler's word on what is too large is a verdict: the message is not sent, and not tried for ever. */
static void test_manners_of_large_mail(void)
{
	g_auto(Caller) caller = { 0 };
	GString *mail = g_string_new("From: alice@example.test\r\nTo: bob@example.test\r\nSubject: Large\r\n\r\n");

	while (mail->len < 16 * 1000 * 1000)
		g_string_append(mail, "Sixteen megabytes of the same line, which is more than fifteen.\r\n");
	caller_server(&caller, "traveler");
	g_bytes_unref(caller.scene.send.mime);
	caller.scene.send.mime = g_string_free_to_bytes(mail);
	caller_run(&caller, TASK_SEND);
	caller_assert_heard(&caller, "send_refused limit: this is too large for the server");
	g_assert_cmpuint(submissions(&caller), ==, 0);
}

static void test_manners_of_oof(void)
{
	g_auto(Caller) caller = { 0 };
	g_autoptr(Oof) oof = oof_of_may();

	caller_server(&caller, "sogo");
	set_oof(&caller, oof);
	caller_run(&caller, TASK_OOF_GET);
	caller_assert_heard(&caller, "internal on text\n\tBack on Monday.");
	caller_assert_heard(&caller, "known off untold\nunknown off untold\n");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/exchange/draft/is made", test_draft_is_made);
	g_test_add_func("/exchange/draft/part can be fetched", test_draft_part_can_be_fetched);
	g_test_add_func("/exchange/draft/is changed", test_draft_is_changed);
	g_test_add_func("/exchange/draft/is made once", test_draft_is_made_once);
	g_test_add_func("/exchange/draft/conflict", test_draft_conflict);
	g_test_add_func("/exchange/draft/is deleted", test_draft_is_deleted);
	g_test_add_func("/exchange/draft/none on old servers", test_no_drafts_on_old_servers);
	g_test_add_func("/exchange/oof/is set", test_oof_is_set);
	g_test_add_func("/exchange/oof/is off", test_oof_is_off);
	g_test_add_func("/exchange/oof/is refused", test_oof_is_refused);
	g_test_add_func("/exchange/people/search", test_people);
	g_test_add_func("/exchange/people/without Find", test_people_without_find);
	g_test_add_func("/exchange/people/resolve", test_resolve);
	g_test_add_func("/exchange/people/certificates", test_certificates);
	g_test_add_func("/exchange/search/words", test_search);
	g_test_add_func("/exchange/search/result", test_search_result);
	g_test_add_func("/exchange/search/narrowed", test_search_narrowed);
	g_test_add_func("/exchange/search/range", test_search_range);
	g_test_add_func("/exchange/search/fetch", test_fetch_found);
	g_test_add_func("/exchange/manners/connecting", test_manners_of_connecting);
	g_test_add_func("/exchange/manners/sending", test_manners_of_sending);
	g_test_add_func("/exchange/manners/large mail", test_manners_of_large_mail);
	g_test_add_func("/exchange/manners/out of office", test_manners_of_oof);
	return g_test_run();
}
