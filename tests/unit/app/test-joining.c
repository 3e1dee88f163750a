#include "app/joining.h"

/* ---- invitations as services write them ---- */

static void test_services(void)
{
	static const struct {
		const char *name, *text, *service, *url, *number, *code, *pin, *meeting_id, *password;
	} rows[] = {
		{ "Teams",
		  "________________\nMicrosoft Teams meeting\nJoin the meeting now<https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%7d>\n"
		  "Meeting ID: 312 456 789 012\nPasscode: aB3xYz\nDial in by phone\n+49 69 365057577,,123456789# Germany, Frankfurt\nPhone conference ID: 123 456 789#\n",
		  "Teams", "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%7d",
		  "+49 69 365057577", "123456789", NULL, "312456789012", "aB3xYz" },
		{ "Teams in German",
		  "Besprechungs-ID: 312 456\nKenncode: q1\n+49 69 1234567,,55555# Deutschland\nTelefonkonferenz-ID: 555 55#\nhttps://teams.microsoft.com/meet/312?p=x\n",
		  "Teams", "https://teams.microsoft.com/meet/312?p=x", "+49 69 1234567", "55555", NULL, "312456", "q1" },
		{ "behind a mail gateway",
		  "Join: https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fteams.microsoft.com%2Fl%2Fmeetup-join%2Fx&data=05",
		  "Teams", "https://teams.microsoft.com/l/meetup-join/x", NULL, NULL, NULL, NULL, NULL },
		{ "Zoom",
		  "Join Zoom Meeting\nhttps://example.zoom.us/j/98765432101?pwd=abc\n\nMeeting ID: 987 6543 2101\nPasscode: 123456\nOne tap mobile\n"
		  "+16699006833,,98765432101#,,,,*123456# US (San Jose)\n",
		  "Zoom", "https://example.zoom.us/j/98765432101?pwd=abc", "+16699006833", "98765432101", NULL, "98765432101", "123456" },
		{ "Webex, whose password a telephone cannot type",
		  "Meeting link: https://example.webex.com/example/j.php?MTID=m1234\nMeeting number (access code): 2345 678 9012\n"
		  "Meeting password: aBc123 (22212312 from phones)\nJoin by phone\n+1-415-655-0001 US Toll\n",
		  "Webex", "https://example.webex.com/example/j.php?MTID=m1234", "+1-415-655-0001", "23456789012", "22212312", NULL, "aBc123" },
		{ "GoTo",
		  "Please join my meeting.\nhttps://meet.goto.com/123456789\nYou can also dial in.\nUnited States: +1 (571) 317-3122\nAccess Code: 123-456-789\n",
		  "GoTo", "https://meet.goto.com/123456789", "+1 (571) 317-3122", "123456789", NULL, NULL, NULL },
		{ "Skype", "Join Skype Meeting<https://meet.lync.com/example/ada/ABC123>\nConference ID: 1234567 (same as above)\n",
		  "Skype", "https://meet.lync.com/example/ada/ABC123", NULL, "1234567", NULL, NULL, NULL },
		{ "with a PIN", "https://meet.google.com/abc-defg-hij\nJoin by phone\n+1 650-555-0100 PIN below\nPIN: 123 456 789#\n",
		  "Meet", "https://meet.google.com/abc-defg-hij", "+1 650-555-0100", NULL, "123456789", NULL, NULL },
		{ "a number alone", "Call +44 20 7946 0000,,4711#", NULL, NULL, "+44 20 7946 0000", "4711", NULL, NULL, NULL },
		{ "in a sentence", "See (https://zoom.us/j/1234567890).", "Zoom", "https://zoom.us/j/1234567890", NULL, NULL, NULL, NULL, NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *texts[] = { "", rows[i].text, NULL };
		g_auto(Joining) joining = { 0 };
		g_test_message("%s", rows[i].name);
		g_assert_true(joining_find(texts, &joining));
		g_assert_cmpstr(joining.service, ==, rows[i].service);
		g_assert_cmpstr(joining.url, ==, rows[i].url);
		g_assert_cmpstr(joining.number, ==, rows[i].number);
		g_assert_cmpstr(joining.code, ==, rows[i].code);
		g_assert_cmpstr(joining.pin, ==, rows[i].pin);
		g_assert_cmpstr(joining.meeting_id, ==, rows[i].meeting_id);
		g_assert_cmpstr(joining.password, ==, rows[i].password);
	}
}

/* What only looks like it. */
static void test_nothing(void)
{
	static const char *const rows[] = {
		"", "Room 4", "https://teams.microsoft.com.evil.example/l/meetup-join/x", "https://evil.example/?u=teams.microsoft.com/l/meetup-join/",
		"https://teams.microsoft.com@evil.example/l/meetup-join/x", "https://evil.example\\teams.microsoft.com/l/meetup-join/x",
		"http://zoom.us/j/1", "https://zoom.us/", "https://support.zoom.us/hc/en-us", "https://help.webex.com/article/1",
		"Call +44 20 7946 0000", "PIN: 1234", "+12,,34#", "https://", "https://zoom.us", "notzoom.us/j/1 https://notzoom.us/j/1",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *texts[] = { rows[i], NULL };
		g_auto(Joining) joining = { 0 };
		g_test_message("%s", rows[i]);
		g_assert_false(joining_find(texts, &joining));
		g_assert_null(joining.number);
	}
}

static void test_event(void)
{
	g_autoptr(Event) event = event_new();
	g_auto(Joining) joining = { 0 };

	event->location = g_strdup("https://zoom.us/j/111");
	event->body = g_strdup("https://teams.microsoft.com/meet/222\n+49 69 1234567,,99#");
	g_assert_true(joining_of_event(event, &joining));
	g_assert_cmpstr(joining.url, ==, "https://zoom.us/j/111");
	g_autofree char *dial = joining_dial(&joining);
	g_assert_cmpstr(dial, ==, "+49 69 1234567,,99#");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/joining/services", test_services);
	g_test_add_func("/joining/nothing", test_nothing);
	g_test_add_func("/joining/event", test_event);
	return g_test_run();
}
