#include "cli/args.h"

#include <string.h>

#include "app/suggest.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"

typedef struct { int count; GPtrArray *values; } Given;      /* NULL-ended */

struct Args {
	const ArgOption *const *tables;
	GHashTable *given;             /* const ArgOption * -> Given */
	GPtrArray  *operands;          /* of char *, NULL-ended once parsed */
};

typedef struct {
	const char             *context;
	const char *const      *argv;       /* the word that comes next */
	Args                   *args;
} Parser;

static void given_free(Given *given)
{
	g_ptr_array_unref(given->values);
	g_free(given);
}

void args_free(Args *args)
{
	if (!args)
		return;
	g_hash_table_unref(args->given);
	g_ptr_array_unref(args->operands);
	g_free(args);
}

/* @len bytes of @name, so that "--name=value" needs no copy. */
static const ArgOption *find_long(const ArgOption *const *tables, const char *name, size_t len)
{
	for (; *tables; tables++)
		for (const ArgOption *option = *tables; option->name; option++)
			if (strlen(option->name) == len && memcmp(option->name, name, len) == 0)
				return option;
	return NULL;
}

static const ArgOption *find_letter(const ArgOption *const *tables, char letter)
{
	for (; *tables; tables++)
		for (const ArgOption *option = *tables; option->name; option++)
			if (option->letter == letter)
				return option;
	return NULL;
}

const ArgOption *args_find(const ArgOption *const *tables, const char *word)
{
	if (g_str_has_prefix(word, "--"))
		return find_long(tables, word + 2, strcspn(word + 2, "="));
	return word[0] == '-' && word[1] ? find_letter(tables, word[1]) : NULL;
}

static bool refuse_unknown(const Parser *parser, const char *word, GError **err)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	for (const ArgOption *const *table = parser->args->tables; *table; table++)
		for (const ArgOption *option = *table; option->name; option++)
			g_ptr_array_add(names, g_strconcat("--", option->name, NULL));
	g_ptr_array_add(names, NULL);
	g_autofree char *bare = g_strndup(word, strcspn(word, "="));
	g_autofree char *hint = suggest_hint(bare, (const char *const *)names->pdata);
	g_autofree char *visible = text_visible(bare);
	return fail(err, ERR_USAGE, _("%s: there is no option %s%s; see: postern %s --help"),
	            parser->context, visible, hint, parser->context);
}

/* ---- values ---- */

static bool is_choice(const char *range, const char *value)
{
	g_auto(GStrv) choices = g_strsplit(range, "|", -1);

	return g_strv_contains((const char *const *)choices, value);
}

static bool is_in_range(const char *range, const char *value)
{
	g_auto(GStrv) ends = g_strsplit(range, "-", 2);
	int64_t min = 0, max = 0, number;
	bool ok = text_to_int(ends[0], 0, INT64_MAX, &min) &&
	          text_to_int(ends[1], 0, INT64_MAX, &max);

	g_assert(ok);
	return text_to_int(value, min, max, &number);
}

static bool check_value(const Parser *parser, const ArgOption *option, const char *value,
                        GError **err)
{
	g_autofree char *visible = text_visible(value);

	if (option->type == ARG_CHOICE && !is_choice(option->range, value)) {
		g_auto(GStrv) choices = g_strsplit(option->range, "|", -1);
		g_autofree char *list = g_strjoinv(", ", choices);
		g_autofree char *hint = suggest_hint(value, (const char *const *)choices);
		return fail(err, ERR_USAGE, _("%s: --%s takes one of %s, not “%s”%s"),
		            parser->context, option->name, list, visible, hint);
	}
	if (option->type == ARG_INT && !is_in_range(option->range, value)) {
		g_auto(GStrv) ends = g_strsplit(option->range, "-", 2);
		return fail(err, ERR_USAGE, _("%s: --%s takes a number from %s to %s, not “%s”"),
		            parser->context, option->name, ends[0], ends[1], visible);
	}
	if (!g_utf8_validate(value, -1, NULL) && option->type != ARG_FILE &&
	    option->type != ARG_DIR)
		return fail(err, ERR_USAGE, _("%s: the value of --%s is not UTF-8"),
		            parser->context, option->name);
	return true;
}

static void give(Parser *parser, const ArgOption *option, const char *value)
{
	Given *given = g_hash_table_lookup(parser->args->given, option);

	if (!given) {
		given = g_new0(Given, 1);
		given->values = g_ptr_array_new_with_free_func(g_free);
		g_ptr_array_add(given->values, NULL);
		g_hash_table_insert(parser->args->given, (void *)option, given);
	}
	given->count++;
	if (value)
		g_ptr_array_insert(given->values, (gint)given->values->len - 1, g_strdup(value));
}

/* @inline_value: what stands in the same word, NULL if nothing. */
static bool take_option(Parser *parser, const ArgOption *option, const char *inline_value,
                        GError **err)
{
	const char *value = inline_value;

	if (option->type == ARG_FLAG && value)
		return fail(err, ERR_USAGE, _("%s: --%s takes no value"), parser->context,
		            option->name);
	if (option->type != ARG_FLAG && !value) {
		value = *parser->argv;
		if (!value)
			return fail(err, ERR_USAGE, _("%s: --%s needs a value: %s"),
			            parser->context, option->name, option->value);
		parser->argv++;
	}
	if (value && !check_value(parser, option, value, err))
		return false;
	give(parser, option, value);
	return true;
}

/* ---- words ---- */

static bool take_long(Parser *parser, const char *word, GError **err)
{
	const ArgOption *option = args_find(parser->args->tables, word);
	const char *equals = strchr(word, '=');

	if (!option)
		return refuse_unknown(parser, word, err);
	return take_option(parser, option, equals ? equals + 1 : NULL, err);
}

static bool take_letters(Parser *parser, const char *word, GError **err)
{
	for (const char *p = word + 1; *p; p++) {
		const ArgOption *option = find_letter(parser->args->tables, *p);
		if (!option)
			return refuse_unknown(parser, word, err);
		if (option->type != ARG_FLAG)
			return take_option(parser, option, p[1] ? p + 1 : NULL, err);
		give(parser, option, NULL);
	}
	return true;
}

Args *args_parse(const char *context, const ArgOption *const *tables, const char *const *argv,
                 GError **err)
{
	g_autoptr(Args) args = g_new0(Args, 1);
	Parser parser = { context, argv, args };
	bool is_options_end = false;

	args->tables = tables;
	args->given = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)given_free);
	args->operands = g_ptr_array_new_with_free_func(g_free);
	while (*parser.argv) {
		const char *word = *parser.argv++;
		bool ok = true;
		if (is_options_end || word[0] != '-' || !word[1])
			g_ptr_array_add(args->operands, g_strdup(word));
		else if (strcmp(word, "--") == 0)
			is_options_end = true;
		else
			ok = word[1] == '-' ? take_long(&parser, word, err)
			                    : take_letters(&parser, word, err);
		if (!ok)
			return NULL;
	}
	g_ptr_array_add(args->operands, NULL);
	return g_steal_pointer(&args);
}

/* ---- asking ---- */

static const Given *given_of(const Args *args, const char *name)
{
	const ArgOption *option = find_long(args->tables, name, strlen(name));

	g_assert(option);
	return g_hash_table_lookup(args->given, option);
}

bool args_has(const Args *args, const char *name)
{
	return given_of(args, name) != NULL;
}

int args_count(const Args *args, const char *name)
{
	const Given *given = given_of(args, name);

	return given ? given->count : 0;
}

const char *args_text(const Args *args, const char *name)
{
	const Given *given = given_of(args, name);

	return given && given->values->len > 1 ? given->values->pdata[given->values->len - 2]
	                                       : NULL;
}

const char *const *args_texts(const Args *args, const char *name)
{
	static const char *const none[] = { NULL };
	const Given *given = given_of(args, name);

	return given ? (const char *const *)given->values->pdata : none;
}

int64_t args_int(const Args *args, const char *name, int64_t otherwise)
{
	const char *value = args_text(args, name);
	int64_t number = otherwise;
	bool ok = !value || text_to_int(value, INT64_MIN, INT64_MAX, &number);

	g_assert(ok);
	return number;
}

const char *const *args_operands(const Args *args)
{
	return (const char *const *)args->operands->pdata;
}

guint args_operand_count(const Args *args)
{
	return args->operands->len - 1;
}
