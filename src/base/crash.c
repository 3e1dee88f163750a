#include "base/crash.h"

#include <glib.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"

static struct {
	gint    mode;       /* 0 not looked yet, 1 off, 2 counting or armed */
	gint    passed;
	int64_t at;
} points;

static void write_count(void)
{
	FILE *file = fopen(g_getenv("POSTERN_CRASH_COUNT"), "w");

	if (!file)
		return;
	fprintf(file, "%d\n", g_atomic_int_get(&points.passed));
	fclose(file);
}

static void look_at_environment(void)
{
	bool is_armed = text_to_int(g_getenv("POSTERN_CRASH_AT"), 1, INT32_MAX, &points.at);
	bool is_counting = g_getenv("POSTERN_CRASH_COUNT") != NULL;

	if (is_counting)
		atexit(write_count);
	g_atomic_int_set(&points.mode, is_armed || is_counting ? 2 : 1);
}

void crash_point(const char *where)
{
	static gsize looked;

	if (g_once_init_enter(&looked)) {
		look_at_environment();
		g_once_init_leave(&looked, 1);
	}
	if (g_atomic_int_get(&points.mode) != 2)
		return;
	if (g_atomic_int_add(&points.passed, 1) + 1 == points.at) {
		dprintf(STDERR_FILENO, "crash point %d: %s\n", (int)points.at, where);
		kill(getpid(), SIGKILL);
	}
}
