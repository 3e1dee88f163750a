#include "ui/screen/directory.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "model/gal.h"

/* Bytes: two signs are enough in a script whose signs are words. Fewer letters fit half of the
 * organisation, and servers refuse them. */
enum { QUERY_BYTES_MIN = 3 };

typedef struct {
	GPtrArray *people;     /* NULL until it is answered */
	char      *failure;
} Answer;

struct Directory {
	ScreenHost *host;
	bool        is_offline;
	GHashTable *answers;   /* key_of() -> Answer */
	GHashTable *lacking;   /* account id -> char *: the sentence of a server without a directory */
	int64_t     wish_id;   /* of the question under way; 0 none */
	int64_t     account_id;
	char       *asked;     /* its key; NULL */
	int64_t     next_account_id;
	char       *next;      /* the query that waits; NULL none */
};

static void answer_free(Answer *answer)
{
	g_clear_pointer(&answer->people, g_ptr_array_unref);
	g_free(answer->failure);
	g_free(answer);
}

Directory *directory_new(ScreenHost *host, bool is_offline)
{
	Directory *directory = g_new0(Directory, 1);

	directory->host = host;
	directory->is_offline = is_offline;
	directory->answers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
	                                           (GDestroyNotify)answer_free);
	directory->lacking = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	return directory;
}

void directory_free(Directory *directory)
{
	if (!directory)
		return;
	g_hash_table_unref(directory->answers);
	g_hash_table_unref(directory->lacking);
	g_free(directory->asked);
	g_free(directory->next);
	g_free(directory);
}

/* Servers do not tell case apart. */
static char *key_of(int64_t account_id, const char *query)
{
	g_autofree char *folded = g_utf8_casefold(query, -1);

	return g_strdup_printf("%" G_GINT64_FORMAT " %s", account_id, folded);
}

bool directory_can_ask(const char *query)
{
	return strlen(query) >= QUERY_BYTES_MIN && !strpbrk(query, "@<>\"");
}

DirectoryWord directory_look(const Directory *directory, int64_t account_id, const char *query)
{
	g_autofree char *key = key_of(account_id, query);
	const Answer *answer = g_hash_table_lookup(directory->answers, key);
	const char *lacking = g_hash_table_lookup(directory->lacking, &account_id);
	bool waits = directory->next && directory->next_account_id == account_id &&
	             strcmp(directory->next, query) == 0;

	return (DirectoryWord){ answer ? answer->people : NULL,
		                lacking ? lacking : answer ? answer->failure : NULL,
		                waits || g_strcmp0(directory->asked, key) == 0 };
}

static void keep(Directory *directory, char *key, GPtrArray *people, const char *failure)
{
	Answer *answer = g_new0(Answer, 1);

	*answer = (Answer){ people, g_strdup(failure) };
	g_hash_table_replace(directory->answers, key, answer);
}

static void ask_now(Directory *directory, int64_t account_id, const char *query)
{
	char *key = key_of(account_id, query);

	if (!directory->is_offline)
		directory->wish_id =
			directory->host->ops->gal(directory->host, account_id, query);
	if (!directory->wish_id) {
		keep(directory, key, NULL, _("offline: only people known here"));
		return;
	}
	directory->account_id = account_id;
	directory->asked = key;
}

void directory_ask(Directory *directory, int64_t account_id, const char *query)
{
	DirectoryWord known = directory_look(directory, account_id, query);

	if (known.people || known.is_asked ||
	    g_hash_table_contains(directory->lacking, &account_id))
		return;
	if (!directory->wish_id) {
		ask_now(directory, account_id, query);
		return;
	}
	g_free(directory->next);
	directory->next = g_strdup(query);
	directory->next_account_id = account_id;
}

static void take_failure(Directory *directory, const SyncEvent *event)
{
	if (event->error_kind == ERR_UNSUPPORTED)
		g_hash_table_replace(directory->lacking,
		                     g_memdup2(&directory->account_id, sizeof(int64_t)),
		                     g_strdup(event->text));
	keep(directory, g_steal_pointer(&directory->asked), NULL, event->text);
}

bool directory_event(Directory *directory, const SyncEvent *event)
{
	if (!directory->wish_id || event->wish_id != directory->wish_id)
		return false;
	directory->wish_id = 0;
	if (event->kind == SYNC_FETCHED && event->content)
		keep(directory, g_steal_pointer(&directory->asked), gal_from_bytes(event->content), NULL);
	else
		take_failure(directory, event);
	g_autofree char *next = g_steal_pointer(&directory->next);
	if (next)
		directory_ask(directory, directory->next_account_id, next);
	return true;
}
