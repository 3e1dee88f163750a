#include "cli/pick.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/i18n.h"
#include "cli/mail.h"

enum { INPUT_MOST_BYTES = 64 << 20 };

typedef struct {
	Cli        *cli;
	GPtrArray  *messages;     /* of Message */
	GHashTable *seen;         /* set of int64_t, the messages' */
} Pick;

static void add_message(Pick *pick, Message *message)
{
	if (g_hash_table_add(pick->seen, &message->id))
		g_ptr_array_add(pick->messages, message);
	else
		message_free(message);
}

static bool add_named(Pick *pick, const char *id, GError **err)
{
	Message *message = NULL;

	if (!mail_read(pick->cli, id, &message, err))
		return false;
	/* The set keeps the first one's id: a second one would take it away. */
	if (g_hash_table_contains(pick->seen, &message->id))
		message_free(message);
	else
		add_message(pick, message);
	return true;
}

/* ---- the standard input ---- */

static GByteArray *read_input(GError **err)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	guint8 buffer[65536];

	for (;;) {
		ssize_t n = read(STDIN_FILENO, buffer, sizeof buffer);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			fail_errno(err, errno, _("cannot read the ids from the standard input"));
			return NULL;
		}
		if (n == 0)
			return g_steal_pointer(&bytes);
		if (bytes->len + (gsize)n > INPUT_MOST_BYTES)
			return fail_null(err, ERR_LIMIT,
			                 _("the standard input is larger than %d MiB"),
			                 INPUT_MOST_BYTES >> 20);
		g_byte_array_append(bytes, buffer, (guint)n);
	}
}

static bool add_input(Pick *pick, GError **err)
{
	g_autoptr(GByteArray) bytes = read_input(err);

	if (!bytes)
		return false;
	g_byte_array_append(bytes, (const guint8 *)"", 1);
	for (guint at = 0; at + 1 < bytes->len;) {
		const char *id = (const char *)bytes->data + at;
		if (*id && !add_named(pick, id, err))
			return false;
		at += (guint)strlen(id) + 1;
	}
	return true;
}

/* ---- a query ---- */

/* A message that is gone since it was found is left out. */
static bool add_found(Pick *pick, int64_t id, GError **err)
{
	g_autoptr(GError) why = NULL;
	Message *message = NULL;

	if (store_read_message(pick->cli->reader, id, &message, &why)) {
		add_message(pick, message);
		return true;
	}
	if (error_is(why, ERR_NOT_FOUND))
		return true;
	g_propagate_error(err, g_steal_pointer(&why));
	return false;
}

static bool add_query(Pick *pick, GError **err)
{
	g_auto(Scope) scope = { 0 };
	g_autofree char *query = mail_query_text(pick->cli);
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	MailSelection selection = { .cli = pick->cli, .scope = &scope, .query = query,
		                    .limit = args_int(pick->cli->args, "limit", 0) };

	if (!scope_find_wide(pick->cli, &scope, err))
		return false;
	if (!query && !scope.folder)
		return fail(err, ERR_USAGE,
		            _("%s: --all needs a query, or a folder (-f) to act on as a whole"),
		            pick->cli->verb->name);
	if (!mail_ids(&selection, ids, err))
		return false;
	for (guint i = 0; i < ids->len; i++)
		if (!add_found(pick, g_array_index(ids, int64_t, i), err))
			return false;
	return true;
}

/* ---- all ways ---- */

static bool add_operands(Pick *pick, GError **err)
{
	for (const char *const *id = args_operands(pick->cli->args); *id; id++)
		if (!add_named(pick, *id, err))
			return false;
	return true;
}

static bool pick_by_args(Pick *pick, GError **err)
{
	const Args *args = pick->cli->args;

	if (!cli_reader(pick->cli, err))
		return false;
	if (args_has(args, "all") || args_has(args, "limit"))
		return add_query(pick, err);
	if (args_operand_count(args) > 0)
		return add_operands(pick, err);
	if (args_has(args, "null"))
		return add_input(pick, err);
	return fail(
		err, ERR_USAGE,
		_("%s: name mail by its ids, or give -0 and ids on the standard input, or --all and a query"),
		pick->cli->verb->name);
}

GPtrArray *pick_messages(Cli *cli, GError **err)
{
	g_autoptr(GPtrArray) messages =
		g_ptr_array_new_with_free_func((GDestroyNotify)message_free);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_int64_hash, g_int64_equal);
	Pick pick = { cli, messages, seen };

	if (!pick_by_args(&pick, err))
		return NULL;
	if (messages->len == 0)
		return fail_null(err, ERR_NOT_FOUND, _("nothing matched"));
	return g_steal_pointer(&messages);
}
