#include "cli/output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/suggest.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cli/cells.h"
#include "cli/json.h"

enum { FIELDS_MAX = 40, REST_MIN = 10 };

struct Output {
	OutputForm         form;
	bool               has_color, is_terminal;
	int                columns;
	char             **wanted;            /* names of --fields; NULL: all */
	const OutputField *fields;
	int                shown[FIELDS_MAX]; /* indexes into fields, in order */
	int                shown_count;
	GString *line; /* JSON: the document so far; else the record under way */
	Json               json;
	GString           *meta;
	Json               meta_json;
	int64_t            count;
	int                write_error;       /* errno of the first write that failed; 0 none */
};

Output *output_new(const OutputSetup *setup)
{
	Output *output = g_new0(Output, 1);

	output->form = setup->form;
	output->has_color = setup->has_color;
	output->is_terminal = setup->is_terminal;
	output->columns = setup->columns;
	output->wanted = setup->fields ? g_strsplit(setup->fields, ",", FIELDS_MAX) : NULL;
	output->line = g_string_new(NULL);
	output->meta = g_string_new(NULL);
	json_init(&output->json, output->line);
	json_init(&output->meta_json, output->meta);
	return output;
}

void output_free(Output *output)
{
	if (!output)
		return;
	g_strfreev(output->wanted);
	g_string_free(output->line, TRUE);
	g_string_free(output->meta, TRUE);
	g_free(output);
}

OutputForm output_form(const Output *output)
{
	return output->form;
}

/* The first error is the one that tells; later ones are its echo. */
static void put(Output *output, const char *bytes, size_t len)
{
	if (fwrite(bytes, 1, len, stdout) < len && !output->write_error)
		output->write_error = errno;
}

static void flush(Output *output)
{
	if (fflush(stdout) != 0 && !output->write_error)
		output->write_error = errno;
}

static void flush_line(Output *output)
{
	put(output, output->line->str, output->line->len);
	g_string_truncate(output->line, 0);
	output->json.wants_comma = false;
}

/* ---- which fields ---- */

static int find_field(const OutputField *fields, const char *name)
{
	for (int i = 0; fields[i].name; i++)
		if (strcmp(fields[i].name, name) == 0)
			return i;
	return -1;
}

static bool refuse_field(const OutputField *fields, const char *name, GError **err)
{
	const char *names[FIELDS_MAX + 1] = { NULL };

	for (int i = 0; fields[i].name && i < FIELDS_MAX; i++)
		names[i] = fields[i].name;
	g_autofree char *list = g_strjoinv(", ", (char **)names);
	g_autofree char *hint = suggest_hint(name, names);
	return fail(err, ERR_USAGE, _("--fields: there is no field “%s”%s; there are %s"), name,
	            hint, list);
}

static bool choose_fields(Output *output, const OutputField *fields, GError **err)
{
	output->fields = fields;
	output->shown_count = 0;
	for (int i = 0; output->wanted && output->wanted[i]; i++) {
		int at = find_field(fields, output->wanted[i]);
		if (at < 0)
			return refuse_field(fields, output->wanted[i], err);
		output->shown[output->shown_count++] = at;
	}
	bool is_json = output->form == OUTPUT_JSON || output->form == OUTPUT_JSONL;
	for (int i = 0; !output->wanted && fields[i].name; i++) {
		g_assert(i < FIELDS_MAX);
		if (output->form == OUTPUT_NUL ? i == 0
		                               : is_json || fields[i].width != WIDTH_HIDDEN)
			output->shown[output->shown_count++] = i;
	}
	return true;
}

static const OutputField *shown_field(const Output *output, int i)
{
	return &output->fields[output->shown[i]];
}

/* ---- values ---- */

char *output_local_time(int64_t utc_ms)
{
	g_autoptr(GDateTime) when = utc_ms ? g_date_time_new_from_unix_local(utc_ms / 1000) : NULL;

	return when ? g_date_time_format(when, "%Y-%m-%d %H:%M") : g_strdup("");
}

static char *value_as_text(const OutputField *field, OutputValue value)
{
	switch (field->type) {
	case FIELD_INT:
		return g_strdup_printf("%" G_GINT64_FORMAT, value.number);
	case FIELD_BOOL:
		return g_strdup(value.number ? _("yes") : _("no"));
	case FIELD_TIME:
		return output_local_time(value.number);
	case FIELD_TEXT:
	case FIELD_LIST:
	case FIELD_VERDICT:
		break;
	}
	g_autofree char *line = text_one_line(value.text ? value.text : "");
	return text_visible(line);
}

static void json_list(Json *json, const char *lines)
{
	g_auto(GStrv) items = g_strsplit(lines ? lines : "", "\n", -1);

	json_begin_array(json);
	for (int i = 0; items[i]; i++)
		if (*items[i])
			json_text(json, items[i]);
	json_end_array(json);
}

static void json_value(Json *json, const OutputField *field, OutputValue value)
{
	switch (field->type) {
	case FIELD_INT:
		json_int(json, value.number);
		break;
	case FIELD_BOOL:
		json_bool(json, value.number != 0);
		break;
	case FIELD_TIME:
		json_time(json, value.number);
		break;
	case FIELD_LIST:
		json_list(json, value.text);
		break;
	case FIELD_TEXT:
	case FIELD_VERDICT:
		json_text(json, value.text);
		break;
	}
}

static void json_record(Output *output, const OutputValue *values)
{
	json_begin_object(&output->json);
	for (int i = 0; i < output->shown_count; i++) {
		json_key(&output->json, shown_field(output, i)->name);
		json_value(&output->json, shown_field(output, i), values[output->shown[i]]);
	}
	json_end_object(&output->json);
}

/* ---- columns ---- */

/* What is left for the one flexible column. */
static int rest_width(const Output *output)
{
	int left = output->columns;

	for (int i = 0; i < output->shown_count; i++)
		left -= MAX(shown_field(output, i)->width, 0) + (i > 0 ? 2 : 0);
	return MAX(left, REST_MIN);
}

static void append_colored(const Output *output, const char *code, const char *text)
{
	if (output->has_color)
		g_string_append_printf(output->line, "\033[%sm%s\033[0m", code, text);
	else
		g_string_append(output->line, text);
}

static void append_cell(const Output *output, const OutputField *field, const char *text)
{
	static const struct {
		const char *verdict, *code;
	} colors[] = { { "ok", "32" }, { "warn", "33" }, { "fail", "31" } };
	int width = field->width == WIDTH_REST ? rest_width(output) : field->width;
	bool is_whole = output->columns == 0 && field->width == WIDTH_REST;
	g_autofree char *cell = is_whole ? g_strdup(text) : cells_fit(text, width);

	for (size_t i = 0; field->type == FIELD_VERDICT && i < G_N_ELEMENTS(colors); i++) {
		if (strcmp(text, colors[i].verdict) == 0) {
			append_colored(output, colors[i].code, cell);
			return;
		}
	}
	g_string_append(output->line, cell);
}

static void end_text_line(Output *output)
{
	while (output->line->len && output->line->str[output->line->len - 1] == ' ')
		g_string_truncate(output->line, output->line->len - 1);
	g_string_append_c(output->line, '\n');
	flush_line(output);
}

static void put_heading(Output *output)
{
	g_autoptr(GString) heading = g_string_new(NULL);

	for (int i = 0; i < output->shown_count; i++) {
		const OutputField *field = shown_field(output, i);
		g_autofree char *cell = field->width > 0 ? cells_fit(_(field->title), field->width)
		                                         : g_strdup(_(field->title));
		g_string_append_printf(heading, "%s%s", i ? "  " : "", cell);
	}
	append_colored(output, "1", g_strchomp(heading->str));
	end_text_line(output);
}

static void put_columns(Output *output, const OutputValue *values)
{
	for (int i = 0; i < output->shown_count; i++) {
		const OutputField *field = shown_field(output, i);
		g_autofree char *text = value_as_text(field, values[output->shown[i]]);
		g_string_append(output->line, i ? "  " : "");
		append_cell(output, field, text);
	}
	end_text_line(output);
}

static void put_separated(Output *output, const OutputValue *values, char end)
{
	for (int i = 0; i < output->shown_count; i++) {
		g_autofree char *text =
			value_as_text(shown_field(output, i), values[output->shown[i]]);
		g_string_append_printf(output->line, "%s%s", i ? "\t" : "", text);
	}
	g_string_append_c(output->line, end);
	flush_line(output);
}

/* ---- records ---- */

static void begin_document(Output *output)
{
	json_begin_object(&output->json);
	json_key(&output->json, "ok");
	json_bool(&output->json, true);
	json_key(&output->json, "schema_version");
	json_int(&output->json, OUTPUT_SCHEMA_VERSION);
	json_key(&output->json, "data");
}

bool output_begin(Output *output, const OutputField *fields, GError **err)
{
	if (!choose_fields(output, fields, err))
		return false;
	if (output->form == OUTPUT_JSON) {
		begin_document(output);
		json_begin_array(&output->json);
	}
	return true;
}

bool output_shows(const Output *output, int index)
{
	for (int i = 0; i < output->shown_count; i++)
		if (output->shown[i] == index)
			return true;
	return false;
}

void output_record(Output *output, const OutputValue *values)
{
	bool is_first = output->count++ == 0;

	switch (output->form) {
	case OUTPUT_JSON:
		json_record(output, values);
		break;
	case OUTPUT_JSONL:
		json_record(output, values);
		g_string_append_c(output->line, '\n');
		flush_line(output);
		break;
	case OUTPUT_NUL:
		put_separated(output, values, '\0');
		break;
	case OUTPUT_TEXT:
		if (output->wanted) {
			put_separated(output, values, '\n');
			break;
		}
		if (is_first)
			put_heading(output);
		put_columns(output, values);
		break;
	}
}

void output_meta_int(Output *output, const char *key, int64_t number)
{
	json_key(&output->meta_json, key);
	json_int(&output->meta_json, number);
}

void output_meta_bool(Output *output, const char *key, bool truth)
{
	json_key(&output->meta_json, key);
	json_bool(&output->meta_json, truth);
}

static void put_titled(Output *output, const OutputValue *values)
{
	for (int i = 0; i < output->shown_count; i++) {
		const OutputField *field = shown_field(output, i);
		g_autofree char *text = value_as_text(field, values[output->shown[i]]);
		g_autofree char *title = g_strconcat(_(field->title), ":", NULL);
		g_autofree char *cell = cells_fit(title, 18);
		if (!*text)
			continue;
		append_colored(output, "1", cell);
		g_string_append_printf(output->line, " %s", text);
		end_text_line(output);
	}
}

bool output_single(Output *output, const OutputField *fields, const OutputValue *values,
                   GError **err)
{
	if (!choose_fields(output, fields, err))
		return false;
	if (output->form == OUTPUT_JSON)
		begin_document(output);
	if (output->form == OUTPUT_TEXT && !output->wanted)
		put_titled(output, values);
	else
		output_record(output, values);
	output->fields = NULL;
	return true;
}

void output_text(Output *output, const char *text)
{
	switch (output->form) {
	case OUTPUT_JSON:
		begin_document(output);
		json_text(&output->json, text);
		break;
	case OUTPUT_JSONL:
		json_text(&output->json, text);
		g_string_append_c(output->line, '\n');
		flush_line(output);
		break;
	case OUTPUT_NUL:
	case OUTPUT_TEXT:
		put(output, text, strlen(text));
		break;
	}
}

/* As the screens show it, line by line; what would steer the terminal is a sign of its own. */
static void put_visible(Output *output, const char *bytes, size_t len)
{
	g_autofree char *text = text_to_utf8(bytes, len);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_autoptr(GString) shown = g_string_new(NULL);

	for (guint i = 0; lines[i]; i++) {
		if (g_str_has_suffix(lines[i], "\r"))
			lines[i][strlen(lines[i]) - 1] = '\0';
		cells_append(shown, lines[i]);
		if (lines[i + 1])
			g_string_append_c(shown, '\n');
	}
	put(output, shown->str, shown->len);
}

bool output_bytes(Output *output, GBytes *bytes, GError **err)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);

	if (output->form == OUTPUT_JSON || output->form == OUTPUT_JSONL)
		return fail(err, ERR_USAGE, _("raw bytes have no place in JSON; leave out --json"));
	if (output->is_terminal)
		put_visible(output, data, len);
	else
		put(output, data, len);
	return true;
}

static void end_document(Output *output)
{
	if (output->fields) {
		json_end_array(&output->json);
		output_meta_int(output, "count", output->count);
	}
	json_key(&output->json, "meta");
	g_string_append_printf(output->line, "{%s}", output->meta->str);
	output->json.wants_comma = true;
	json_end_object(&output->json);
	g_string_append_c(output->line, '\n');
	flush_line(output);
}

bool output_end(Output *output, GError **err)
{
	if (output->form == OUTPUT_JSON && output->line->len)
		end_document(output);
	flush(output);
	/* A reader that has seen enough, as head does, is no failure of ours. */
	if (output->write_error && output->write_error != EPIPE)
		return fail_errno(err, output->write_error,
		                  _("cannot write to the standard output"));
	return true;
}

/* ---- messages ---- */

void output_message(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	g_autofree char *line = text_one_line(text);
	g_autofree char *visible = text_visible(line);
	/* Where both go to one place, it stands behind what was said before, and not within a sign. */
	fflush(stdout);
	fprintf(stderr, "postern: %s\n", visible);
}

void output_failure(OutputForm form, const GError *error)
{
	ErrorKind kind = error_kind(error);

	if (form == OUTPUT_JSON || form == OUTPUT_JSONL) {
		g_autoptr(GString) text = g_string_new(NULL);
		Json json;
		json_init(&json, text);
		json_begin_object(&json);
		json_key(&json, "ok");
		json_bool(&json, false);
		json_key(&json, "error");
		json_begin_object(&json);
		json_key(&json, "code");
		json_text(&json, error_kind_name(kind));
		json_key(&json, "message");
		json_text(&json, error->message);
		json_key(&json, "retryable");
		json_bool(&json, error_is_passing(kind));
		json_end_object(&json);
		json_end_object(&json);
		printf("%s\n", text->str);
		fflush(stdout);
	}
	output_message("%s", error->message);
}
