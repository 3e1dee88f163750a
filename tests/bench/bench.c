#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RUNS = 3 };

double bench_cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double bench_rate(BenchWork work, void *data)
{
	double best = 0;

	for (int run = 0; run < RUNS; run++) {
		double start = bench_cpu_s(), done = 0, used;
		do {
			done += work(data);
			used = bench_cpu_s() - start;
		} while (used < 0.5);
		best = MAX(best, done / used);
	}
	return best;
}

void bench_row(const char *id, const char *what, double value, const char *unit, double must, bool is_less_better)
{
	double ratio = is_less_better ? must / value : value / must;

	printf("%-4s %-56s %8.2f %-10s must %s %-10.2f ratio %6.2f  %s\n", id, what, value, unit,
	       is_less_better ? "<=" : ">=", must, ratio, ratio >= 1 ? "ok" : "SHORT");
	fflush(stdout);
}

static void collect(const char *dir, GPtrArray *paths)
{
	g_autoptr(GDir) entries = g_dir_open(dir, 0, NULL);

	for (const char *name; entries && (name = g_dir_read_name(entries));) {
		char *path = g_build_filename(dir, name, NULL);
		if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
			collect(path, paths);
			g_free(path);
		} else {
			g_ptr_array_add(paths, path);
		}
	}
}

static gint by_path(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

GPtrArray *bench_read_files(const char *dir, guint max)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	GPtrArray *files = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);

	collect(dir, paths);
	g_ptr_array_sort(paths, by_path);
	for (guint i = 0; i < paths->len && files->len < max; i++) {
		char *bytes;
		gsize len;
		if (g_file_get_contents(g_ptr_array_index(paths, i), &bytes, &len, NULL))
			g_ptr_array_add(files, g_bytes_new_take(bytes, len));
	}
	return files;
}
