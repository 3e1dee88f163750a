#include "app/searches.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"

/* A line of the file: a search, or what is kept as it stands. */
typedef struct { SavedSearch *search; char *raw; } Line;

struct Searches {
	char      *path;             /* NULL: no file */
	GPtrArray *lines;            /* of Line */
	GPtrArray *all;              /* of SavedSearch, the lines' */
};

static void search_free(SavedSearch *search)
{
	if (!search)
		return;
	g_free(search->name);
	g_free(search->query);
	g_free(search);
}

static void line_free(Line *line)
{
	search_free(line->search);
	g_free(line->raw);
	g_free(line);
}

static SavedSearch *search_new(const char *name, const char *query)
{
	SavedSearch *search = g_new0(SavedSearch, 1);

	search->name = text_one_line(name);
	search->query = text_one_line(query);
	return search;
}

static void add_line(Searches *searches, SavedSearch *search, const char *raw)
{
	Line *line = g_new0(Line, 1);

	line->search = search;
	line->raw = g_strdup(raw);
	g_ptr_array_add(searches->lines, line);
	if (search)
		g_ptr_array_add(searches->all, search);
}

static bool take_line(Searches *searches, const char *raw, guint number, GError **err)
{
	g_autofree char *line = text_one_line(raw);
	char *equals = strstr(line, " = ");

	if (!*line || *line == '#') {
		add_line(searches, NULL, raw);
		return true;
	}
	if (!equals || equals == line || !equals[3])
		return fail(err, ERR_CONFIG, _("%s, line %u: this is no “NAME = QUERY”"),
		            searches->path, number);
	*equals = '\0';
	add_line(searches, search_new(line, equals + 3), NULL);
	return true;
}

static bool read_lines(Searches *searches, GBytes *content, GError **err)
{
	gsize len;
	const char *bytes = g_bytes_get_data(content, &len);
	g_autofree char *text = text_to_utf8(bytes, len);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (guint i = 0; lines[i]; i++) {
		bool is_last = !lines[i + 1] && !*lines[i];
		if (!is_last && !take_line(searches, lines[i], i + 1, err))
			return false;
	}
	return true;
}

Searches *searches_load(const char *path, GError **err)
{
	g_autoptr(Searches) searches = g_new0(Searches, 1);
	g_autoptr(GError) why = NULL;

	searches->path = g_strdup(path);
	searches->lines = g_ptr_array_new_with_free_func((GDestroyNotify)line_free);
	searches->all = g_ptr_array_new();
	g_autoptr(GBytes) content = path ? file_read_trusted(path, LIMIT_CONFIG_BYTES, &why) : NULL;
	if (!content && path && !error_is(why, ERR_NOT_FOUND)) {
		g_propagate_error(err, g_steal_pointer(&why));
		return NULL;
	}
	if (content && !read_lines(searches, content, err))
		return NULL;
	return g_steal_pointer(&searches);
}

void searches_free(Searches *searches)
{
	if (!searches)
		return;
	g_ptr_array_unref(searches->all);
	g_ptr_array_unref(searches->lines);
	g_free(searches->path);
	g_free(searches);
}

const GPtrArray *searches_all(const Searches *searches) { return searches->all; }

/* The file as it would be without @without (NULL: all), and with @with at its place or at the end. */
static char *file_text(const Searches *searches, const SavedSearch *without, const SavedSearch *with)
{
	GString *text = g_string_new(NULL);
	bool     is_placed = !with;

	for (guint i = 0; i < searches->lines->len; i++) {
		const Line *line = g_ptr_array_index(searches->lines, i);
		const SavedSearch *search = line->search;
		if (search && search == without) {
			search = with;
			is_placed = true;
		}
		if (search)
			g_string_append_printf(text, "%s = %s\n", search->name, search->query);
		else if (!line->search)
			g_string_append_printf(text, "%s\n", line->raw);
	}
	if (!is_placed)
		g_string_append_printf(text, "%s = %s\n", with->name, with->query);
	return g_string_free(text, FALSE);
}

static bool write_file(const Searches *searches, const SavedSearch *without,
                       const SavedSearch *with, GError **err)
{
	g_autofree char *text = file_text(searches, without, with);

	if (!searches->path)
		return true;
	g_autofree char *dir = g_path_get_dirname(searches->path);
	return file_ensure_dir(dir, err) &&
	       file_write_atomic(searches->path, text, strlen(text), err);
}

static guint index_of(const Searches *searches, const char *name)
{
	guint i = 0;

	while (i < searches->lines->len) {
		const Line *line = g_ptr_array_index(searches->lines, i);
		if (line->search && strcmp(line->search->name, name) == 0)
			break;
		i++;
	}
	return i;
}

static bool is_possible(const SavedSearch *search, GError **err)
{
	if (*search->name && *search->query && *search->name != '#' && !strstr(search->name, " = "))
		return true;
	return fail(err, ERR_USAGE,
	            _("a search needs a query, and a name without “ = ” that does not begin with #"));
}

bool searches_keep(Searches *searches, const char *name, const char *query, GError **err)
{
	SavedSearch *search = search_new(name, query);
	guint at = index_of(searches, search->name);
	Line *was = at < searches->lines->len ? g_ptr_array_index(searches->lines, at) : NULL;

	if (!is_possible(search, err) ||
	    !write_file(searches, was ? was->search : NULL, search, err)) {
		search_free(search);
		return false;
	}
	if (!was) {
		add_line(searches, search, NULL);
		return true;
	}
	g_free(was->search->query);
	was->search->query = g_steal_pointer(&search->query);
	search_free(search);
	return true;
}

bool searches_drop(Searches *searches, const char *name, GError **err)
{
	guint at = index_of(searches, name);

	if (at == searches->lines->len)
		return fail(err, ERR_NOT_FOUND, _("There is no saved search “%s”."), name);
	Line *line = g_ptr_array_index(searches->lines, at);
	if (!write_file(searches, line->search, NULL, err))
		return false;
	g_ptr_array_remove(searches->all, line->search);
	g_ptr_array_remove_index(searches->lines, at);
	return true;
}
