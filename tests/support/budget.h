/*
 * budget: how much CPU time hostile input may cost. Time of this thread, so that a busy machine changes nothing.
 * A sanitizer makes every step dearer and gets ten times as much; under valgrind, a hundred (POSTERN_BUDGET=100).
 */
#pragma once
#include <glib.h>
#include <time.h>

#include "base/text.h"

static inline gint64 budget_us(void)
{
	int64_t times = 1;

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
	times = 10;
#endif
	text_to_int(g_getenv("POSTERN_BUDGET"), 1, 1000, &times);
	return times * 2 * G_USEC_PER_SEC;
}

static inline gint64 budget_cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (gint64)t.tv_sec * G_USEC_PER_SEC + t.tv_nsec / 1000;
}

#define budget_assert_kept(begin_us) g_assert_cmpint(budget_cpu_us() - (begin_us), <, budget_us())
