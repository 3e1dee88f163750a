/*
 * bench: rows of figures. Each states what it measured, the limit or peer of the same run, and their ratio.
 * A row never fails the run: a row that falls short is printed as it is.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef double (*BenchWork)(void *data);      /* returns units of work done: bytes, messages */

/* CPU seconds of this thread. */
double bench_cpu_s(void);

/* Runs @work until 0.5 s of CPU are used, three times; the best rate in units per CPU second. */
double bench_rate(BenchWork work, void *data);

/* "D1  wbxml decode  812 MB/s  must >= 200  ratio 4.06  ok": @ratio is value / limit, or limit / value when @is_less_better. */
void bench_row(const char *id, const char *what, double value, const char *unit, double must, bool is_less_better);

/* Every regular file under @dir, whole, sorted by path; at most @max. */
GPtrArray *bench_read_files(const char *dir, guint max);      /* of GBytes */
