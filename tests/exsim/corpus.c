#include "exsim/corpus.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"

enum { MAX_FILE = 256 << 20, HEAD_BYTES = 64 << 10 };

typedef struct {
	char   *path;
	int64_t date_ms;
	bool    is_seen;      /* a Maildir flag says so */
} File;

typedef struct {
	Source     source;
	GPtrArray *files;     /* of File, oldest first */
} Corpus;

static void file_free(File *file)
{
	g_free(file->path);
	g_free(file);
}

static const File *file_at(const Source *source, guint n) { return g_ptr_array_index(((const Corpus *)source)->files, n); }

static guint count_of(const Source *source) { return ((const Corpus *)source)->files->len; }
static int64_t date_of(const Source *source, guint n) { return file_at(source, n)->date_ms; }

/* A file that went away meanwhile is an empty message. */
static GBytes *mime_of(const Source *source, guint n)
{
	GBytes *bytes = file_read(file_at(source, n)->path, MAX_FILE, NULL);
	return bytes ? bytes : g_bytes_new(NULL, 0);
}

static Mail *mail_of(const Source *source, guint n)
{
	g_autoptr(GBytes) bytes = mime_of(source, n);
	return mail_from_mime(bytes, date_of(source, n));
}

static ItemState state_of(const Source *source, guint n) { return (ItemState){ .is_read = file_at(source, n)->is_seen }; }

static void free_source(Source *source)
{
	g_ptr_array_unref(((Corpus *)source)->files);
	g_free(source);
}

static gint by_date(gconstpointer a, gconstpointer b)
{
	const File *x = *(File *const *)a, *y = *(File *const *)b;

	if (x->date_ms != y->date_ms)
		return x->date_ms < y->date_ms ? -1 : 1;
	return strcmp(x->path, y->path);
}

static Source *source_new(void)
{
	Corpus *corpus = g_new0(Corpus, 1);

	corpus->source = (Source){ .count = count_of, .date = date_of, .mail = mail_of, .mime = mime_of, .state = state_of, .free = free_source };
	corpus->files = g_ptr_array_new_with_free_func((GDestroyNotify)file_free);
	return &corpus->source;
}

/* The Date header, found in the head of the file only; 0 none. */
static int64_t date_in_head(const char *path)
{
	g_autofree char *head = g_malloc(HEAD_BYTES);
	FILE *file = fopen(path, "rb");

	if (!file)
		return 0;
	gsize len = fread(head, 1, HEAD_BYTES, file);
	fclose(file);
	g_autoptr(GBytes) bytes = g_bytes_new_static(head, len);
	return mail_date_of_mime(bytes);
}

static void add_file(Source *source, const char *path, const struct stat *info)
{
	File *file = g_new0(File, 1);
	const char *flags = strstr(path, ":2,");

	file->path = g_strdup(path);
	file->date_ms = date_in_head(path);
	file->is_seen = flags && strchr(flags, 'S');
	if (file->date_ms <= 0)
		file->date_ms = (int64_t)info->st_mtime * 1000;
	g_ptr_array_add(((Corpus *)source)->files, file);
}

static bool is_maildir_part(const char *name)
{
	return g_str_equal(name, "cur") || g_str_equal(name, "new") || g_str_equal(name, "tmp");
}

/* Reads @dir into @source; sub-directories become folders below @folder (NULL: beside the Inbox). */
static bool read_dir(User *user, Collection *folder, Source *source, const char *dir, GError **err);

static bool read_folder(User *user, Collection *parent, const char *name, const char *dir, GError **err)
{
	Source *source = source_new();
	Collection *folder = user_add_folder(user, parent, *name == '.' ? name + 1 : name, FOLDER_USER_MAIL, source);
	bool ok = read_dir(user, folder, source, dir, err);

	g_ptr_array_sort(((Corpus *)source)->files, by_date);
	return ok;
}

static bool read_dir(User *user, Collection *folder, Source *source, const char *dir, GError **err)
{
	g_autoptr(GDir) open_dir = g_dir_open(dir, 0, NULL);
	const char *name;
	bool ok = true;

	if (!open_dir)
		return fail(err, ERR_IO, "cannot read the folder %s", dir);
	while (ok && (name = g_dir_read_name(open_dir))) {
		g_autofree char *path = g_build_filename(dir, name, NULL);
		struct stat info;
		if (stat(path, &info) != 0)
			continue;
		if (S_ISREG(info.st_mode))
			add_file(source, path, &info);
		else if (S_ISDIR(info.st_mode) && is_maildir_part(name))
			ok = read_dir(user, folder, source, path, err);
		else if (S_ISDIR(info.st_mode))
			ok = read_folder(user, folder, name, path, err);
	}
	return ok;
}

bool corpus_load(User *user, const char *dir, GError **err)
{
	Source *source = source_new();

	collection_fill(user_folder_of_type(user, FOLDER_INBOX), source);
	bool ok = read_dir(user, NULL, source, dir, err);
	g_ptr_array_sort(((Corpus *)source)->files, by_date);
	return ok;
}
