/*
 * progress: one line at the bottom of the standard error that says how far things are; only on a
 * terminal, and not with
 * --quiet. Messages go through progress_clear(). One thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Progress Progress;

Progress *progress_new(bool is_wanted);
void      progress_free(Progress *progress);      /* takes the line away */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Progress, progress_free)

/* @total 0: unknown, a count without a bar. */
void progress_show(Progress *progress, const char *what, int64_t done, int64_t total);
void progress_clear(Progress *progress);
