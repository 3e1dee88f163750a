#include "model/policy.h"

static void test_limits(void)
{
	static const struct { const char *why, *document; int mail, calendar, limited_mail, limited_calendar; } rows[] = {
		{ "no policy", NULL, 0, 0, 0, 0 },
		{ "says nothing", "<EASProvisionDoc/>", 0, 7, 0, 7 },
		{ "allows all", "<MaxCalendarAgeFilter>0</MaxCalendarAgeFilter><MaxEmailAgeFilter>0</MaxEmailAgeFilter>", 0, 6, 0, 6 },
		{ "narrower than wished", "<MaxCalendarAgeFilter>4</MaxCalendarAgeFilter><MaxEmailAgeFilter>3</MaxEmailAgeFilter>", 0, 6, 3, 4 },
		{ "wider than wished", "<MaxCalendarAgeFilter>7</MaxCalendarAgeFilter><MaxEmailAgeFilter>5</MaxEmailAgeFilter>", 2, 5, 2, 5 },
		{ "of one alone", "<MaxEmailAgeFilter>1</MaxEmailAgeFilter>", 5, 0, 1, 0 },
		{ "nonsense", "<MaxEmailAgeFilter>x</MaxEmailAgeFilter><MaxCalendarAgeFilter>99</MaxCalendarAgeFilter>", 5, 0, 5, 0 },
		{ "cut", "<MaxEmailAgeFilter>", 5, 0, 5, 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Account) account = account_new();
		g_test_message("%s", rows[i].why);
		account->filter = rows[i].mail;
		account->calendar_filter = rows[i].calendar;
		policy_limit(rows[i].document, account);
		g_assert_cmpint(account->filter, ==, rows[i].limited_mail);
		g_assert_cmpint(account->calendar_filter, ==, rows[i].limited_calendar);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/policy/limits", test_limits);
	return g_test_run();
}
