/*
 * budget: how much CPU time hostile input may cost. Time of this thread, so that a busy machine changes nothing;
 * a sanitizer makes every step dearer and gets ten times as much.
 */
#pragma once
#include <glib.h>
#include <time.h>

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
enum { BUDGET_US = 20 * G_USEC_PER_SEC };
#else
enum { BUDGET_US = 2 * G_USEC_PER_SEC };
#endif

static inline gint64 budget_cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (gint64)t.tv_sec * G_USEC_PER_SEC + t.tv_nsec / 1000;
}

#define budget_assert_kept(begin_us) g_assert_cmpint(budget_cpu_us() - (begin_us), <, BUDGET_US)
