#include "doc/word.h"

#include <glib.h>
#include <string.h>

void word_cut_conditions(char *text)
{
	char *to = text;

	for (const char *p = text; *p;) {
		size_t len = strcspn(p, "<");
		memmove(to, p, len);
		to += len;
		p += len;
		size_t condition = g_str_has_prefix(p, "<![") ? 1 + strcspn(p + 1, "]><\n") : 0;
		if (condition > 0 && p[condition] == ']' && p[condition + 1] == '>')
			p += condition + 2;
		else if (*p)
			*to++ = *p++;
	}
	*to = '\0';
}
