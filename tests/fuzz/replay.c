/*
 * replay: gives a fuzz entry every file of a corpus, and mutations of each that are the same in every
 * run. usage: fuzz-NAME CORPUS. One TAP line a file; an entry that finds something aborts.
 * POSTERN_TIER=torture mutates a hundred times as often.
 */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { MUTATIONS = 200, MUTATIONS_TORTURE = 20000, EDITS_MAX = 8 };

/* The entry gets a block of exactly @len bytes, so that a sanitizer sees one read too many. */
static void run_copy(const uint8_t *bytes, size_t len)
{
	g_autofree uint8_t *copy = g_memdup2(bytes, len);

	LLVMFuzzerTestOneInput(copy, len);
}

static void edit(GRand *dice, GByteArray *bytes)
{
	guint at = (guint)g_rand_int_range(dice, 0, (gint32)bytes->len);
	guint left = bytes->len - at, run = 1 + g_rand_int(dice) % MIN(left, 16);

	switch (g_rand_int(dice) % 6) {
	case 0:
		bytes->data[at] ^= (uint8_t)(1u << g_rand_int(dice) % 8);
		return;
	case 1:
		bytes->data[at] = (uint8_t)g_rand_int(dice);
		return;
	case 2:
		memset(bytes->data + at, g_rand_boolean(dice) ? 0xff : 0x00, run);
		return;
	case 3:
		if (run < bytes->len)
			g_byte_array_remove_range(bytes, at, run);
		return;
	case 4:
		g_byte_array_set_size(bytes, at + 1);
		return;
	default: {
		g_autofree uint8_t *piece = g_memdup2(bytes->data + at, run);
		g_byte_array_append(bytes, piece, run);
	}
	}
}

static void run_mutations(GRand *dice, const uint8_t *bytes, size_t len, int count)
{
	for (int i = 0; i < count && len; i++) {
		g_autoptr(GByteArray) mutant = g_byte_array_new();

		g_byte_array_append(mutant, bytes, (guint)len);
		for (guint edits = 1 + g_rand_int(dice) % EDITS_MAX; edits; edits--)
			edit(dice, mutant);
		run_copy(mutant->data, mutant->len);
	}
}

static int by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All files of the folder, sorted, so that the seed of each stays the same. */
static GPtrArray *corpus(const char *folder)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

	for (const char *name; dir && (name = g_dir_read_name(dir));)
		g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
	g_ptr_array_sort(paths, by_name);
	return paths;
}

int main(int argc, char **argv)
{
	g_autoptr(GPtrArray) paths = corpus(argc > 1 ? argv[1] : ".");
	int mutations = g_strcmp0(g_getenv("POSTERN_TIER"), "torture") ? MUTATIONS : MUTATIONS_TORTURE;

	printf("1..%u\n", paths->len);
	run_copy((const uint8_t *)"", 0);
	for (guint i = 0; i < paths->len; i++) {
		g_autoptr(GRand) dice = g_rand_new_with_seed(i);
		g_autofree char *bytes = NULL;
		gsize len;

		if (!g_file_get_contents(paths->pdata[i], &bytes, &len, NULL))
			return 1;
		run_copy((const uint8_t *)bytes, len);
		run_mutations(dice, (const uint8_t *)bytes, len, mutations);
		printf("ok %u - %s\n", i + 1, (const char *)paths->pdata[i]);
		fflush(stdout);
	}
	return paths->len ? 0 : 1;
}
