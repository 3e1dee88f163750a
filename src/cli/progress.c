#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "cli/cells.h"

enum { BAR_CELLS = 30, WHAT_CELLS = 24 };

struct Progress {
	bool is_wanted;
	bool is_shown;
};

Progress *progress_new(bool is_wanted)
{
	Progress *progress = g_new0(Progress, 1);

	progress->is_wanted = is_wanted && isatty(STDERR_FILENO);
	return progress;
}

void progress_free(Progress *progress)
{
	if (!progress)
		return;
	progress_clear(progress);
	g_free(progress);
}

void progress_show(Progress *progress, const char *what, int64_t done, int64_t total)
{
	char bar[BAR_CELLS + 1];
	g_autofree char *name = cells_fit(what, WHAT_CELLS);
	int filled = total > 0 ? (int)(MIN(done, total) * BAR_CELLS / total) : 0;

	if (!progress->is_wanted)
		return;
	for (int i = 0; i < BAR_CELLS; i++)
		bar[i] = i < filled ? '#' : '-';
	bar[BAR_CELLS] = '\0';
	if (total > 0)
		fprintf(stderr, "\r%s [%s] %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "\033[K", name,
		        bar, done, total);
	else
		fprintf(stderr, "\r%s %" G_GINT64_FORMAT "\033[K", name, done);
	fflush(stderr);
	progress->is_shown = true;
}

void progress_clear(Progress *progress)
{
	if (!progress->is_shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	progress->is_shown = false;
}
