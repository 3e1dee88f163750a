#include "exsim/sample.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "exsim/sample-parts.h"

#define MINUTE_MS INT64_C(60000)
#define DAY_MS (1440 * MINUTE_MS)
enum { MAX_FILE = 8 << 20, BASE64_LINE = 57 };

/* ---- the source of a folder ---- */

typedef struct {
	Source     source;
	GPtrArray *mails;      /* of SampleMail, oldest first */
} SampleSource;

static void sample_mail_free(SampleMail *mail)
{
	g_bytes_unref(mail->mime);
	g_free(mail);
}

static const SampleMail *mail_at(const Source *source, guint n) { return g_ptr_array_index(((const SampleSource *)source)->mails, n); }

static guint count_of(const Source *source) { return ((const SampleSource *)source)->mails->len; }
static int64_t date_of(const Source *source, guint n) { return mail_at(source, n)->date_ms; }
static GBytes *mime_of(const Source *source, guint n) { return g_bytes_ref(mail_at(source, n)->mime); }
static Mail *mail_of(const Source *source, guint n) { return mail_from_mime(mail_at(source, n)->mime, date_of(source, n)); }
static ItemState state_of(const Source *source, guint n) { return mail_at(source, n)->state; }

static void free_source(Source *source)
{
	g_ptr_array_unref(((SampleSource *)source)->mails);
	g_free(source);
}

static gint by_date(gconstpointer a, gconstpointer b)
{
	const SampleMail *x = *(SampleMail *const *)a, *y = *(SampleMail *const *)b;
	return x->date_ms < y->date_ms ? -1 : x->date_ms > y->date_ms;
}

static Source *source_new(GPtrArray *mails)
{
	SampleSource *s = g_new0(SampleSource, 1);

	s->source = (Source){ .count = count_of, .date = date_of, .mail = mail_of, .mime = mime_of, .state = state_of, .free = free_source };
	s->mails = g_ptr_array_ref(mails);
	g_ptr_array_sort(s->mails, by_date);
	return &s->source;
}

/* ---- what the readers share ---- */

void sample_file(Sample *sample, const char *path, GBytes *mime, int64_t date_ms, ItemState state)
{
	GPtrArray *mails = g_hash_table_lookup(sample->folders, path);
	SampleMail *mail = g_new(SampleMail, 1);

	if (!mails) {
		mails = g_ptr_array_new_with_free_func((GDestroyNotify)sample_mail_free);
		g_hash_table_insert(sample->folders, g_strdup(path), mails);
	}
	*mail = (SampleMail){ .mime = mime, .date_ms = date_ms, .state = state };
	g_ptr_array_add(mails, mail);
}

static bool read_clock(const char *text, int64_t *ret_ms)
{
	int64_t hours, minutes;
	g_auto(GStrv) halves = g_strsplit(text, ":", 2);

	if (!halves[0] || !halves[1] || !text_to_int(halves[0], 0, 23, &hours) || !text_to_int(halves[1], 0, 59, &minutes))
		return false;
	*ret_ms = (hours * 60 + minutes) * MINUTE_MS;
	return true;
}

bool sample_time(const Sample *sample, const char *text, int64_t *ret_ms)
{
	g_auto(GStrv) words = g_strsplit(text, " ", 2);
	gsize len = words[0] ? strlen(words[0]) : 0;
	int64_t amount, clock_ms;

	if (len < 3 || (*text != '-' && *text != '+'))
		return false;
	char unit = words[0][len - 1];
	words[0][len - 1] = '\0';
	int64_t unit_ms = unit == 'm' ? MINUTE_MS : unit == 'h' ? 60 * MINUTE_MS : unit == 'd' ? DAY_MS : 0;
	if (!unit_ms || !text_to_int(words[0] + 1, 0, 100000, &amount))
		return false;
	*ret_ms = sample->now_ms + (*text == '-' ? -amount : amount) * unit_ms;
	if (!words[1])
		return true;
	if (unit != 'd' || !read_clock(words[1], &clock_ms))
		return false;
	*ret_ms = *ret_ms / DAY_MS * DAY_MS + clock_ms;
	return true;
}

char *sample_rfc_date(int64_t ms)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	g_autoptr(GDateTime) d = g_date_time_new_from_unix_utc(ms / 1000);

	return g_strdup_printf("%s, %02d %s %04d %02d:%02d:%02d +0000", days[g_date_time_get_day_of_week(d) - 1],
	                       g_date_time_get_day_of_month(d), months[g_date_time_get_month(d) - 1], g_date_time_get_year(d),
	                       g_date_time_get_hour(d), g_date_time_get_minute(d), g_date_time_get_second(d));
}

void sample_append_base64(GString *out, const void *bytes, gsize len)
{
	for (gsize at = 0; at < len; at += BASE64_LINE) {
		g_autofree char *line = g_base64_encode((const guchar *)bytes + at, MIN(len - at, BASE64_LINE));
		g_string_append_printf(out, "%s\r\n", line);
	}
}

char *sample_header(const char *utf8)
{
	g_autoptr(GString) out = g_string_new(NULL);

	if (g_str_is_ascii(utf8))
		return g_strdup(utf8);
	/* 45 bytes make an encoded word of 72 characters; a word ends between two characters. */
	for (const char *p = utf8; *p;) {
		g_autofree char *piece = text_cut(p, 45);
		g_autofree char *base64 = g_base64_encode((const guchar *)piece, strlen(piece));
		g_string_append_printf(out, "%s=?utf-8?B?%s?=", out->len ? "\r\n " : "", base64);
		p += strlen(piece);
	}
	return g_strdup(out->str);
}

GBytes *sample_attachment(const Sample *sample, const char *name, GError **err)
{
	g_autofree char *path = g_build_filename(sample->dir, "files", name, NULL);
	return file_read(path, MAX_FILE, err);
}

bool sample_state_word(const Sample *sample, const char *word, ItemState *state)
{
	if (g_str_equal(word, "read")) {
		state->is_read = true;
	} else if (g_str_equal(word, "unread")) {
		state->is_read = false;
	} else if (g_str_equal(word, "flag")) {
		state->flag = 2;
		state->flag_type = "Flag for follow up";
		state->flag_start_ms = sample->now_ms / DAY_MS * DAY_MS;
		state->flag_due_ms = state->flag_start_ms + 3 * DAY_MS;
	} else if (g_str_equal(word, "done")) {
		state->flag = 1;
		state->flag_type = "Flag for follow up";
		state->flag_done_ms = sample->now_ms - DAY_MS;
	} else if (g_str_equal(word, "draft")) {
		state->is_draft = true;
	} else if (g_str_has_prefix(word, "categories=")) {
		g_autofree char *joined = g_strdelimit(g_strdup(word + strlen("categories=")), ",", '\n');
		state->categories = g_intern_string(joined);
	} else {
		return false;
	}
	return true;
}

/* ---- folders ---- */

static Collection *ensure_folder(User *user, const char *path)
{
	Collection *folder = user_folder(user, path);
	const char *slash = strrchr(path, '/');

	if (folder)
		return folder;
	g_autofree char *parent = slash ? g_strndup(path, (gsize)(slash - path)) : NULL;
	return user_add_folder(user, parent ? ensure_folder(user, parent) : NULL, slash ? slash + 1 : path, FOLDER_USER_MAIL, NULL);
}

static gint by_name(gconstpointer a, gconstpointer b) { return strcmp(a, b); }

static void fill_folders(Sample *sample)
{
	GList *paths = g_list_sort(g_hash_table_get_keys(sample->folders), by_name);

	for (GList *at = paths; at; at = at->next)
		collection_fill(ensure_folder(sample->user, at->data), source_new(g_hash_table_lookup(sample->folders, at->data)));
	g_list_free(paths);
}

/* ---- files ---- */

/* "bob = Bob Kowalski <bob@example.test>" */
static bool read_people(Sample *sample, GError **err)
{
	g_autofree char *path = g_build_filename(sample->dir, "people", NULL);
	g_autoptr(GBytes) bytes = file_read(path, MAX_FILE, err);

	if (!bytes)
		return false;
	g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i]; i++) {
		g_auto(GStrv) halves = g_strsplit(lines[i], "=", 2);
		if (!*g_strstrip(lines[i]) || *lines[i] == '#')
			continue;
		if (!halves[1])
			return fail(err, ERR_CONFIG, "%s:%u: a line is NICK = Name <address>", path, i + 1);
		g_hash_table_insert(sample->people, g_strdup(g_strstrip(halves[0])), g_strdup(g_strstrip(halves[1])));
	}
	return true;
}

static gint by_text(gconstpointer a, gconstpointer b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static bool read_all_threads(Sample *sample, GError **err)
{
	g_autofree char *path = g_build_filename(sample->dir, "threads", NULL);
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	if (!dir)
		return fail(err, ERR_NOT_FOUND, "the sample mailbox is not at %s; name its place with --sample-dir", sample->dir);
	while ((name = g_dir_read_name(dir)))
		if (g_str_has_suffix(name, ".txt"))
			g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, by_text);
	for (guint i = 0; i < names->len; i++)
		if (!sample_read_threads(sample, g_ptr_array_index(names, i), err))
			return false;
	return true;
}

/* build/exsim lies one step below the top of the source tree. */
static char *default_dir(void)
{
	g_autofree char *exe = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *build = g_path_get_dirname(exe ? exe : "build/exsim");
	g_autofree char *joined = g_build_filename(build, "..", "tests", "exsim", "sample", NULL);

	return g_canonicalize_filename(joined, NULL);
}

bool sample_load(World *world, User *user, const char *dir, GError **err)
{
	g_autofree char *place = dir ? g_strdup(dir) : default_dir();
	Sample sample = { .world = world, .user = user, .dir = place, .now_ms = world_now_ms(world) / MINUTE_MS * MINUTE_MS };

	sample.people = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	sample.folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	bool ok = read_people(&sample, err) && read_all_threads(&sample, err) && sample_read_index(&sample, err) && sample_read_pim(&sample, err);
	if (ok)
		fill_folders(&sample);
	g_hash_table_unref(sample.people);
	g_hash_table_unref(sample.folders);
	return ok;
}
