#include "app/suggest.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/i18n.h"

/* Longer words are typed by nobody. */
enum { WORD_MAX = 64 };

static bool is_same(char a, char b)
{
	return g_ascii_tolower(a) == g_ascii_tolower(b);
}

/* Edits (insert, delete, replace, swap of neighbours) that turn @a into @b, by bytes, the case of
 * ASCII aside; the rows of the usual table. */
static size_t distance(const char *a, const char *b)
{
	size_t rows[3][WORD_MAX + 1];
	size_t a_len = strlen(a), b_len = strlen(b);

	if (a_len > WORD_MAX || b_len > WORD_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *now = rows[i % 3], *last = rows[(i - 1) % 3], *before = rows[(i + 1) % 3];
		now[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			now[j] = MIN(MIN(now[j - 1], last[j]) + 1,
			             last[j - 1] + !is_same(a[i - 1], b[j - 1]));
			if (i > 1 && j > 1 && is_same(a[i - 1], b[j - 2]) &&
			    is_same(a[i - 2], b[j - 1]))
				now[j] = MIN(now[j], before[j - 2] + 1);
		}
	}
	return rows[a_len % 3][b_len];
}

const char *suggest_nearest(const char *word, const char *const *candidates)
{
	size_t best = MAX(strlen(word) / 3, 1);
	const char *nearest = NULL;

	for (; *candidates; candidates++) {
		size_t edits = distance(word, *candidates);
		if (edits < best || (edits == best && !nearest)) {
			best = edits;
			nearest = *candidates;
		}
	}
	return nearest;
}

char *suggest_hint(const char *word, const char *const *candidates)
{
	const char *nearest = suggest_nearest(word, candidates);

	return nearest ? g_strdup_printf(_(" (did you mean “%s”?)"), nearest) : g_strdup("");
}
