#include "model/policy.h"

#include <string.h>

#include "base/text.h"

enum { FILTER_MAX = 8 };

/* The number of an element that occurs once; 0 if it is not there, or none. */
static int number_of(const char *document_xml, const char *name)
{
	g_autofree char *open = g_strdup_printf("<%s>", name);
	const char *at = strstr(document_xml, open);
	int64_t number = 0;

	if (!at)
		return 0;
	at += strlen(open);
	g_autofree char *text = g_strndup(at, strcspn(at, "<"));
	text_to_int(text, 0, FILTER_MAX, &number);
	return (int)number;
}

/* Of each kind a greater FilterType goes further back, but 0 is everything. */
static void limit(int *filter, int most)
{
	if (most && (*filter == 0 || *filter > most))
		*filter = most;
}

void policy_limit(const char *document_xml, Account *account)
{
	if (!document_xml)
		return;
	limit(&account->filter, number_of(document_xml, "MaxEmailAgeFilter"));
	limit(&account->calendar_filter, number_of(document_xml, "MaxCalendarAgeFilter"));
}
