#include <glib.h>

#include "mime/subject.h"
#include "support/budget.h"

static void test_subjects(void)
{
	static const struct { const char *why, *subject, *base, *reply, *forward; } rows[] = {
		{ "plain", "Prices", "Prices", "Re: Prices", "Fwd: Prices" },
		{ "none", NULL, "", "Re:", "Fwd:" },
		{ "once", "Re: Prices", "Prices", "Re: Prices", "Fwd: Prices" },
		{ "many, of many languages", "AW: Re: SV:  Odp: RE: WG: Antw: Prices", "Prices", "Re: Prices", "Fwd: Prices" },
		{ "no blank", "re:Prices", "Prices", "Re: Prices", "Fwd: Prices" },
		{ "French blank", "RE : TR : Prix", "Prix", "Re: Prix", "Fwd: Prix" },
		{ "counted", "Re[2]: Re (3): x", "x", "Re: x", "Fwd: x" },
		{ "wide colon", "回复：答复: 价格", "价格", "Re: 价格", "Fwd: 价格" },
		{ "Russian", "ОТВЕТ: Цены", "Цены", "Re: Цены", "Fwd: Цены" },
		{ "Greek", "ΑΠ: ΣΧΕΤ: x", "x", "Re: x", "Fwd: x" },
		{ "Turkish", "YNT: İLT: x", "x", "Re: x", "Fwd: x" },
		{ "list tag", "Re: [dev] Re: Prices", "[dev] Prices", "Re: [dev] Prices", "Fwd: [dev] Prices" },
		{ "tag alone", "[dev]", "[dev]", "Re: [dev]", "Fwd: [dev]" },
		{ "a word with a colon", "Prices: new", "Prices: new", "Re: Prices: new", "Fwd: Prices: new" },
		{ "begins like one", "Regarding: x", "Regarding: x", "Re: Regarding: x", "Fwd: Regarding: x" },
		{ "only prefixes", "Re: Fwd:", "", "Re:", "Fwd:" },
		{ "unclosed count", "Re[: x", "Re[: x", "Re: Re[: x", "Fwd: Re[: x" },
		{ "lines", "Re:\r\n  Bcc: x", "Bcc: x", "Re: Bcc: x", "Fwd: Bcc: x" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *base = subject_base(rows[i].subject);
		g_autofree char *reply = subject_reply(rows[i].subject);
		g_autofree char *forward = subject_forward(rows[i].subject);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(base, ==, rows[i].base);
		g_assert_cmpstr(reply, ==, rows[i].reply);
		g_assert_cmpstr(forward, ==, rows[i].forward);
	}
}

static void test_a_million_prefixes(void)
{
	g_autoptr(GString) subject = g_string_new(NULL);
	gint64 begin = budget_cpu_us();

	while (subject->len < 7000000)
		g_string_append(subject, "転送:");
	g_autofree char *base = subject_base(subject->str);
	g_assert_cmpstr(base, ==, "");
	budget_assert_kept(begin);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/subject/subjects", test_subjects);
	g_test_add_func("/subject/a-million-prefixes", test_a_million_prefixes);
	return g_test_run();
}
