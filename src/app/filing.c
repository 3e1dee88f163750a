#include "app/filing.h"

#include <string.h>

#include "app/file_type.h"
#include "app/opening.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/paths.h"
#include "base/process.h"
#include "base/text.h"
#include "export/eml.h"
#include "mime/mime.h"

enum { PIPE_TIMEOUT_S = 60, NUMBERS_MAX = 999, WORDS_MAX = 500 };

FileItem *file_item_new(void) { return g_new0(FileItem, 1); }

FileItem *file_item_copy(const FileItem *item)
{
	FileItem *copy = file_item_new();

	*copy = (FileItem){ .name = g_strdup(item->name),
		            .content_type = g_strdup(item->content_type),
		            .reference = g_strdup(item->reference),
		            .size_bytes = item->size_bytes,
		            .is_inline = item->is_inline,
		            .content = item->content ? g_bytes_ref(item->content) : NULL };
	return copy;
}

void file_item_free(FileItem *item)
{
	if (!item)
		return;
	g_free(item->name);
	g_free(item->content_type);
	g_free(item->reference);
	g_clear_pointer(&item->content, g_bytes_unref);
	g_free(item);
}

GPtrArray *file_items_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)file_item_free);
}

void filing_job_free(FilingJob *job)
{
	if (!job)
		return;
	g_free(job->target);
	certificates_unref(job->certificates);
	g_clear_pointer(&job->items, g_ptr_array_unref);
	g_free(job);
}

void filing_answer_free(FilingAnswer *answer)
{
	if (!answer)
		return;
	g_clear_pointer(&answer->items, g_ptr_array_unref);
	g_clear_pointer(&answer->paths, g_ptr_array_unref);
	g_free(answer->sentence);
	pin_wish_free(answer->pin);
	g_free(answer);
}

/* ---- what there is ---- */

GPtrArray *filing_list(const Message *message)
{
	GPtrArray *items = file_items_new();

	for (guint i = 0; message->parts && i < message->parts->len; i++) {
		const Part *part = g_ptr_array_index(message->parts, i);
		FileItem   *item = file_item_new();
		item->name = part->name ? text_one_line(part->name) : NULL;
		item->content_type =
			part->content_type ? text_lower_ascii(part->content_type) : NULL;
		item->reference = g_strdup(part->reference);
		item->size_bytes = part->size_bytes;
		item->is_inline = part->is_inline;
		g_ptr_array_add(items, item);
	}
	return items;
}

static bool is_file(const MimePart *part)
{
	return !part->is_embedded && (part->role == MIME_ATTACHMENT || part->role == MIME_INLINE ||
	                              part->role == MIME_MESSAGE);
}

static GBytes *open_whole(GBytes *mime, const Certificates *certificates)
{
	g_autoptr(Message) nobody = message_new();
	OpeningMail mail = { .message = nobody, .kind = BODY_MIME, .source = mime };
	g_autoptr(Opening) opening = opening_new(&mail, certificates);

	return g_bytes_ref(opening->body ? opening->body : mime);
}

GPtrArray *filing_unpack(GBytes *mime, const Certificates *certificates)
{
	g_autoptr(GBytes) inside = open_whole(mime, certificates);
	g_autoptr(MimeMessage) message = mime_read(inside);
	GPtrArray *items = file_items_new();

	for (guint i = 0; i < message->parts->len; i++) {
		const MimePart *part = g_ptr_array_index(message->parts, i);
		g_autoptr(GBytes) content = NULL;
		if (!is_file(part) || !(content = mime_part_content(message, part->index, NULL)))
			continue;
		FileItem *item = file_item_new();
		item->name = g_strdup(part->name);
		item->content_type = g_strdup(part->content_type);
		item->is_inline = part->role == MIME_INLINE;
		item->size_bytes = (int64_t)g_bytes_get_size(content);
		item->content = g_steal_pointer(&content);
		g_ptr_array_add(items, item);
	}
	return items;
}

/* ---- names ---- */

const char *filing_type(const FileItem *item)
{
	bool is_told = item->content_type && strchr(item->content_type, '/') &&
	               strcmp(item->content_type, "application/octet-stream") != 0;
	const char *by_name = is_told ? NULL : file_type_of_name(item->name);

	if (by_name)
		return by_name;
	return item->content_type ? item->content_type : "";
}

char *filing_name(const FileItem *item, int number)
{
	/* A mail inside a mail is named by its subject, and is a file for all that. */
	bool is_mail = strcmp(filing_type(item), "message/rfc822") == 0;
	bool has_name = item->name && *item->name;

	if (has_name && is_mail && !g_str_has_suffix(item->name, ".eml")) {
		g_autofree char *cut = text_cut(item->name, LIMIT_FILE_NAME_BYTES - strlen(".eml"));
		g_autofree char *name = g_strconcat(cut, ".eml", NULL);
		return text_safe_file_name(name);
	}
	if (has_name)
		return text_safe_file_name(item->name);
	return g_strdup_printf(_("part-%d%s"), number, file_type_ending(filing_type(item)));
}

char *filing_mail_name(const Message *message)
{
	g_autofree char *id = message_id_format(message->id);
	g_autoptr(GTimeZone) zone = g_time_zone_new_local();
	EmlFacts facts = {
		.id = id,
		.date_ms = message->received_ms,
		.zone = zone,
		.from = message->from,
		.to = message->to,
		.subject = message->subject,
	};

	return eml_name(EML_DEFAULT_NAME, &facts);
}

/* "report (2).pdf": what follows the last dot stays last. */
static char *numbered(const char *path, int number)
{
	const char *base = strrchr(path, '/'), *dot = strrchr(base ? base + 1 : path, '.');
	size_t len = dot ? (size_t)(dot - path) : strlen(path);

	if (number == 1)
		return g_strdup(path);
	return g_strdup_printf("%.*s (%d)%s", (int)len, path, number, dot ? dot : "");
}

/* ---- saving ---- */

/* Under the first name that is free. */
static char *save_as(const char *path, GBytes *content, GError **err)
{
	gsize len;
	const void *bytes = g_bytes_get_data(content, &len);

	for (int number = 1; number <= NUMBERS_MAX; number++) {
		g_autofree char *name = numbered(path, number);
		g_autoptr(GError) why = NULL;
		if (g_file_test(name, G_FILE_TEST_EXISTS))
			continue;
		if (file_write_new_private(name, bytes, len, &why))
			return g_steal_pointer(&name);
		if (!error_is(why, ERR_EXISTS)) {
			g_propagate_error(err, g_steal_pointer(&why));
			return NULL;
		}
	}
	return fail_null(err, ERR_EXISTS, _("%s is there already, and so are %d of its kind"), path,
	                 NUMBERS_MAX);
}

static char *save_one(const FilingJob *job, GError **err)
{
	const FileItem  *item = g_ptr_array_index(job->items, 0);
	g_autofree char *path = paths_expand_home(job->target);
	size_t len = strlen(path);

	if (len == 0)
		return fail_null(err, ERR_USAGE, _("the file has no name"));
	if (path[len - 1] != '/' && !g_file_test(path, G_FILE_TEST_IS_DIR))
		return save_as(path, item->content, err);
	g_autofree char *name = filing_name(item, 1);
	g_autofree char *whole = g_build_filename(path, name, NULL);
	if (!file_ensure_dir(path, err))
		return NULL;
	return save_as(whole, item->content, err);
}

static void run_save(const FilingJob *job, FilingAnswer *answer)
{
	g_autoptr(GError) err = NULL;
	char *path = save_one(job, &err);

	answer->is_failure = !path;
	answer->sentence = path ? g_strdup_printf(_("Saved as %s"), path) : g_strdup(err->message);
	if (path)
		g_ptr_array_add(answer->paths, path);
}

static bool save_all(const FilingJob *job, const char *dir, GPtrArray *paths, GError **err)
{
	if (!file_ensure_dir(dir, err))
		return false;
	for (guint i = 0; i < job->items->len; i++) {
		const FileItem  *item = g_ptr_array_index(job->items, i);
		g_autofree char *name = filing_name(item, (int)i + 1);
		g_autofree char *whole = g_build_filename(dir, name, NULL);
		char *path = save_as(whole, item->content, err);
		if (!path)
			return false;
		g_ptr_array_add(paths, path);
	}
	return true;
}

static void run_save_all(const FilingJob *job, FilingAnswer *answer)
{
	g_autofree char *dir = paths_expand_home(job->target);
	g_autoptr(GError) err = NULL;

	answer->is_failure = !save_all(job, dir, answer->paths, &err);
	guint count = answer->paths->len;
	if (answer->is_failure)
		answer->sentence = g_strdup_printf(_("%s (%u of %u files were saved)"),
		                                   err->message, count, job->items->len);
	else
		answer->sentence = g_strdup_printf(
			ngettext_("Saved %u file into %s", "Saved %u files into %s", count), count,
			dir);
}

static bool pipe_all(const FilingJob *job, char **ret_said, GError **err)
{
	g_auto(GStrv) argv = process_split(job->target, err);

	for (guint i = 0; argv && i < job->items->len; i++) {
		const FileItem *item = g_ptr_array_index(job->items, i);
		g_clear_pointer(ret_said, g_free);
		if (!process_feed(argv, item->content, PIPE_TIMEOUT_S, ret_said, err))
			return false;
	}
	return argv != NULL;
}

static void run_pipe(const FilingJob *job, FilingAnswer *answer)
{
	g_autofree char *said = NULL;
	g_autoptr(GError) err = NULL;

	answer->is_failure = !pipe_all(job, &said, &err);
	if (answer->is_failure)
		answer->sentence = g_strdup(err->message);
	else
		answer->sentence = said && *said
		                           ? g_strdup_printf("%s: %s", job->target, said)
		                           : g_strdup_printf(_("Piped to %s."), job->target);
}

FilingAnswer *filing_run(const FilingJob *job)
{
	FilingAnswer *answer = g_new0(FilingAnswer, 1);

	answer->serial = job->serial;
	answer->paths = g_ptr_array_new_with_free_func(g_free);
	switch (job->task) {
	case FILING_UNPACK:
		answer->items = filing_unpack(
			((FileItem *)g_ptr_array_index(job->items, 0))->content, job->certificates);
		break;
	case FILING_SAVE:     run_save(job, answer); break;
	case FILING_SAVE_ALL: run_save_all(job, answer); break;
	case FILING_PIPE:     run_pipe(job, answer); break;
	}
	return answer;
}

/* ---- typing a path ---- */

static int by_bytes(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void filing_complete(const char *text, GPtrArray *words)
{
	const char *slash = strrchr(text, '/'), *base = slash ? slash + 1 : text;
	g_autofree char *typed_dir = g_strndup(text, (gsize)(base - text));
	g_autofree char *dir_path = paths_expand_home(*typed_dir ? typed_dir : ".");
	g_autoptr(GDir) dir = g_dir_open(dir_path, 0, NULL);
	const char *name;

	while (dir && words->len < WORDS_MAX && (name = g_dir_read_name(dir))) {
		if (!g_str_has_prefix(name, base) || (*name == '.' && *base != '.') ||
		    !g_utf8_validate(name, -1, NULL))
			continue;
		g_autofree char *whole = g_build_filename(dir_path, name, NULL);
		bool is_dir = g_file_test(whole, G_FILE_TEST_IS_DIR);
		g_ptr_array_add(words, g_strconcat(typed_dir, name, is_dir ? "/" : "", NULL));
	}
	g_ptr_array_sort(words, by_bytes);
}
