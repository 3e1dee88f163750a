/* Fields: each row of query.def becomes a node. Dates are those of the process's time zone. */
#include <inttypes.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "store/query-tree.h"

/* ---- dates ---- */

/* The local day, month or year that begins at @from. */
typedef struct { GDateTime *from, *to; } Period;

static void period_clear(Period *period)
{
	g_clear_pointer(&period->from, g_date_time_unref);
	g_clear_pointer(&period->to, g_date_time_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Period, period_clear)

static int64_t time_ms(GDateTime *time)
{
	return g_date_time_to_unix(time) * 1000;
}

static GDateTime *time_local(int64_t ms)
{
	return g_date_time_new_from_unix_local(ms / 1000);
}

/* "2d" as days before now; false if @text is no span. */
static GDateTime *span_before(const char *text, int64_t now_ms)
{
	static const char units[] = "hdwmy";
	size_t            len = strlen(text);
	const char       *unit = len > 1 ? strchr(units, text[len - 1]) : NULL;
	g_autofree char  *digits = g_strndup(text, len ? len - 1 : 0);
	int64_t           count;

	if (!unit || !*unit || !text_to_int(digits, 0, 10000, &count))
		return NULL;
	g_autoptr(GDateTime) now = time_local(now_ms);
	int                  back = -(int)count;
	switch (*unit) {
	case 'h':
		return g_date_time_add_hours(now, back);
	case 'd':
		return g_date_time_add_days(now, back);
	case 'w':
		return g_date_time_add_weeks(now, back);
	case 'm':
		return g_date_time_add_months(now, back);
	default:
		return g_date_time_add_years(now, back);
	}
}

static GDateTime *day_of(GDateTime *time)
{
	int year, month, day;

	g_date_time_get_ymd(time, &year, &month, &day);
	return g_date_time_new_local(year, month, day, 0, 0, 0);
}

static bool period_of_day(GDateTime *time, Period *ret_period)
{
	ret_period->from = day_of(time);
	g_autoptr(GDateTime) next = g_date_time_add_days(time, 1);
	ret_period->to = day_of(next);
	return ret_period->from && ret_period->to;
}

/* 2026, 2026-11 or 2026-11-24. */
static bool period_of_date(const char *text, Period *ret_period)
{
	g_auto(GStrv) parts = g_strsplit(text, "-", -1);
	guint         count = g_strv_length(parts);
	int64_t       year, month = 1, day = 1;

	if (count < 1 || count > 3 || strlen(parts[0]) != 4 ||
	    !text_to_int(parts[0], 1, 9998, &year) ||
	    (count > 1 && !text_to_int(parts[1], 1, 12, &month)) ||
	    (count > 2 && !text_to_int(parts[2], 1, 31, &day)))
		return false;
	ret_period->from = g_date_time_new_local((int)year, (int)month, (int)day, 0, 0, 0);
	if (!ret_period->from)
		return false;
	ret_period->to = count == 1   ? g_date_time_add_years(ret_period->from, 1)
	                 : count == 2 ? g_date_time_add_months(ret_period->from, 1)
	                              : g_date_time_add_days(ret_period->from, 1);
	return ret_period->to != NULL;
}

static bool period_read(const char *text, int64_t now_ms, Period *ret_period)
{
	g_autoptr(GDateTime) now = time_local(now_ms);

	if (g_str_equal(text, "today"))
		return period_of_day(now, ret_period);
	if (g_str_equal(text, "yesterday")) {
		g_autoptr(GDateTime) before = g_date_time_add_days(now, -1);
		return period_of_day(before, ret_period);
	}
	return period_of_date(text, ret_period);
}

/* Ids are received times, shifted: model/message.h. */
static int64_t id_of_ms(int64_t ms)
{
	return CLAMP(ms, 0, G_MAXINT64 >> 20) << 20;
}

static Node *span_new(int64_t first_ms, int64_t end_ms)
{
	Node *node = node_new(NODE_SPAN, NULL);

	node->first_id = first_ms == G_MININT64 ? G_MININT64 : id_of_ms(first_ms);
	node->end_id = end_ms == G_MAXINT64 ? G_MAXINT64 : id_of_ms(end_ms);
	return node;
}

/* ---- fields ---- */

static Node *field_date(Parser *parser, const Field *field, GError **err)
{
	g_auto(Period)       period = { 0 };
	g_autoptr(GDateTime) span = span_before(field->value, parser->now_ms);

	if (span && g_str_equal(field->name, "on"))
		period_of_day(span, &period);
	else if (span)
		period = (Period){ g_date_time_ref(span), g_date_time_ref(span) };
	else if (!period_read(field->value, parser->now_ms, &period))
		return fail_at(
			parser, field->at, err,
			_("expected a date like 2026-11-24, 2026-11, today, yesterday or 2d, not \"%s\""),
			field->value);
	if (g_str_equal(field->name, "before"))
		return span_new(G_MININT64, time_ms(period.from));
	if (g_str_equal(field->name, "after"))
		return span_new(time_ms(period.from), G_MAXINT64);
	return span_new(time_ms(period.from), time_ms(period.to));
}

static Node *field_age(Parser *parser, const Field *field, GError **err)
{
	g_autoptr(GDateTime) then = span_before(field->value, parser->now_ms);

	if (!then)
		return fail_at(parser, field->at, err,
		               _("expected a span like 12h, 2d, 3w, 6m or 1y, not \"%s\""),
		               field->value);
	if (g_str_equal(field->name, "newer"))
		return span_new(time_ms(then), G_MAXINT64);
	return span_new(G_MININT64, time_ms(then));
}

#define DRAFT_BIT  16
#define DRAFT_TYPE 3
G_STATIC_ASSERT(DRAFT_BIT == MESSAGE_DRAFT && DRAFT_TYPE == FOLDER_DRAFTS);
#define SQL_DRAFT                                                                                  \
	"((m.flags & " G_STRINGIFY(DRAFT_BIT) ") <> 0 OR m.folder_id IN "                          \
	"(SELECT id FROM folder WHERE type = " G_STRINGIFY(DRAFT_TYPE) "))"

static const struct { const char *field, *word; guint flag; const char *sql; } states[] = {
#define FIELD(name, column, read, value, help)
#define STATE(field, word, flag, sql, help) { #field, #word, flag, sql },
#include "store/query.def"
#undef FIELD
#undef STATE
};

/* NULL: @field has no such word. */
static Node *state_node(const Field *field)
{
	for (size_t i = 0; i < G_N_ELEMENTS(states); i++)
		if (g_str_equal(states[i].field, field->name) &&
		    text_equal_ascii_case(states[i].word, field->value))
			return node_new(NODE_WHERE,
			                states[i].sql ? g_strdup(states[i].sql)
			                              : g_strdup_printf("(m.flags & %u) <> 0",
			                                                states[i].flag));
	return NULL;
}

/* "unread, read, flagged" of @field. */
static char *words_of(const char *field)
{
	g_autoptr(GString) words = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(states); i++)
		if (g_str_equal(states[i].field, field))
			g_string_append_printf(words, "%s%s", words->len ? ", " : "",
			                       states[i].word);
	return g_string_free(g_steal_pointer(&words), FALSE);
}

static Node *field_state(Parser *parser, const Field *field, GError **err)
{
	Node *node = state_node(field);
	g_autofree char *words = words_of(field->name);

	return node ? node
	            : fail_at(parser, field->at, err, _("expected one of %s, not \"%s\""), words,
	                      field->value);
}

static guint name_number(Parser *parser, const char *name)
{
	g_ptr_array_add(parser->names, g_strdup(name));
	return parser->names->len;
}

/* "pdf", "docx", "7z". */
static bool is_ending(const char *value)
{
	enum { ENDING_MAX = 5 };
	size_t len = 0;

	while (g_ascii_isalnum(value[len]))
		len++;
	return len > 0 && len <= ENDING_MAX && !value[len];
}

static Node *field_has(Parser *parser, const Field *field, GError **err)
{
	Node *node = state_node(field);
	g_autofree char *words = words_of(field->name), *like = NULL;

	if (node)
		return node;
	if (!is_ending(field->value))
		return fail_at(parser, field->at, err,
		               _("expected %s, or an ending of file names like pdf, not \"%s\""),
		               words, field->value);
	like = g_strconcat("%.", field->value, NULL);
	return node_new(
		NODE_WHERE,
		g_strdup_printf("EXISTS (SELECT 1 FROM part p WHERE p.message_id = m.id AND "
	                        "NOT p.is_inline AND p.name LIKE ?%u)",
	                        name_number(parser, like)));
}

static Node *field_category(Parser *parser, const Field *field, GError **err)
{
	(void)err;
	return node_new(NODE_WHERE, g_strdup_printf("has_line(m.categories, ?%u)",
	                                            name_number(parser, field->value)));
}

/* "1M", "20k", "300"; false if @text is no size. */
static bool size_read(const char *text, int64_t *ret_bytes)
{
	static const char units[] = "KMG";
	size_t           len = strlen(text);
	const char      *unit = len ? strchr(units, g_ascii_toupper(text[len - 1])) : NULL;
	g_autofree char *digits = g_strndup(text, len - (unit != NULL));
	int64_t          count;

	if (!text_to_int(digits, 0, 1 << 30, &count))
		return false;
	*ret_bytes = unit ? count << (10 * (unit - units + 1)) : count;
	return true;
}

static Node *field_size(Parser *parser, const Field *field, GError **err)
{
	char    sign = *field->value;
	int64_t bytes;

	if ((sign != '<' && sign != '>') || !size_read(field->value + 1, &bytes))
		return fail_at(parser, field->at, err,
		               _("expected a size like >1M or <20K, not \"%s\""), field->value);
	return node_new(NODE_WHERE, g_strdup_printf("m.size_bytes %c %" PRId64, sign, bytes));
}

/* The name that the server gave, or the English word for a folder that has a type. */
static Node *field_in(Parser *parser, const Field *field, GError **err)
{
	static const struct { const char *word; FolderType type;
	} special[] = {
		{ "inbox", FOLDER_INBOX },   { "drafts", FOLDER_DRAFTS },
		{ "sent", FOLDER_SENT },     { "outbox", FOLDER_OUTBOX },
		{ "trash", FOLDER_DELETED }, { "deleted", FOLDER_DELETED },
	};
	int type = 0;

	(void)err;
	for (size_t i = 0; i < G_N_ELEMENTS(special); i++)
		if (text_equal_ascii_case(special[i].word, field->value))
			type = (int)special[i].type;
	return node_new(
		NODE_FOLDER,
		g_strdup_printf(
			"IN (SELECT id FROM folder WHERE same_name(name, ?%u) OR type = %d)",
			name_number(parser, field->value), type));
}

static Node *field_account(Parser *parser, const Field *field, GError **err)
{
	(void)err;
	return node_new(
		NODE_FOLDER,
		g_strdup_printf(
			"IN (SELECT g.id FROM folder g JOIN account a ON a.id = g.account_id "
			"WHERE same_name(a.name, ?%u))",
			name_number(parser, field->value)));
}

static Node *field_id(Parser *parser, const Field *field, GError **err)
{
	int64_t id;

	if (!message_id_parse(field->value, &id))
		return fail_at(parser, field->at, err,
		               _("expected the id of a message, not \"%s\""), field->value);
	Node *node = node_new(NODE_SPAN, NULL);
	node->first_id = id;
	node->end_id = id + 1;
	return node;
}

/* ---- the table ---- */

static const FieldRow fields[] = {
#define FIELD(name, column, read, value, help) { #name, column, read },
#define STATE(field, word, flag, sql, help)
#include "store/query.def"
#undef FIELD
#undef STATE
};

const FieldRow *field_find(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		if (text_equal_ascii_case(fields[i].name, name))
			return &fields[i];
	return NULL;
}

static const QueryTerm terms[] = {
#define FIELD(name, column, read, value, help) { #name ":", value, help },
#define STATE(field, word, flag, sql, help) { #field ":" #word, "", help },
#include "store/query.def"
#undef FIELD
#undef STATE
};

const QueryTerm *query_terms(size_t *ret_count)
{
	*ret_count = G_N_ELEMENTS(terms);
	return terms;
}
