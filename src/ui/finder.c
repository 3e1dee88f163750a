#include "ui/finder.h"

#include <string.h>

#include "base/error.h"
#include "store/search.h"
#include "ui/worker.h"

/* Shorter beginnings are those of too many words: the index would be read in long stretches. */
enum { PREFIX_MIN = 3 };

struct Finder {
	Store       *store;
	const Clock *clock;
	Mailbox     *answers;
	GThread     *thread;
	GMutex       lock;
	GCond        wake;
	SearchJob   *next[2];        /* the newest for rows, and for ids; under the lock */
	bool         finds_ids;      /* what is under way; under the lock */
	StoreSearch *search;         /* the thread's; set once, under the lock */
	bool         is_over;        /* under the lock */
};

/* What stands behind the name of a field that holds words; @word itself when none is named. */
static const char *behind_field(const char *word)
{
	static const char *const fields[] = { "from:", "to:", "cc:", "subject:", "body:" };

	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		if (g_str_has_prefix(word, fields[i]))
			return word + strlen(fields[i]);
	return word;
}

static bool may_go_on(const char *word)
{
	return g_utf8_strlen(word, -1) >= PREFIX_MIN && !strpbrk(word, "\":*()") &&
	       strcmp(word, "NOT") != 0;
}

char *finder_query_of(const char *text)
{
	const char *blank = strrchr(text, ' ');
	int quotes = 0;

	/* Inside a phrase the last word is not a word of its own. */
	for (const char *p = text; *p; p++)
		quotes += *p == '"';
	bool goes_on = quotes % 2 == 0 && may_go_on(behind_field(blank ? blank + 1 : text));
	return g_strconcat(text, goes_on ? "*" : "", NULL);
}

/* The next job; NULL when it is over. */
static SearchJob *next_job(Finder *finder)
{
	g_mutex_lock(&finder->lock);
	while (!finder->next[0] && !finder->next[1] && !finder->is_over)
		g_cond_wait(&finder->wake, &finder->lock);
	finder->finds_ids = !finder->next[0];
	SearchJob *job =
		finder->is_over ? NULL : g_steal_pointer(&finder->next[finder->finds_ids]);
	g_mutex_unlock(&finder->lock);
	return job;
}

static bool open_search(Finder *finder, GError **err)
{
	if (finder->search)
		return true;
	StoreSearch *search = store_search_open(finder->store, err);
	g_mutex_lock(&finder->lock);
	finder->search = search;
	g_mutex_unlock(&finder->lock);
	return search != NULL;
}

/* One hit more than wanted says that there are more. */
static bool find(Finder *finder, const SearchJob *job, SearchAnswer *answer, GError **err)
{
	g_autofree char *text =
		job->wants_ids ? g_strdup(job->text) : finder_query_of(job->text);
	g_autoptr(Query)   query = NULL;
	g_autoptr(GArray)  ids = NULL;
	bool has_scope = job->scope.folder_id || job->scope.account_id;

	if (!open_search(finder, err) ||
	    !(query = query_parse(text, clock_now_ms(finder->clock), err)))
		return false;
	if (!store_search_run(finder->search, query, has_scope ? &job->scope : NULL, 0,
	                      job->wants_ids ? 0 : job->limit + 1, &ids, &answer->is_behind,
	                      err))
		return false;
	if (job->wants_ids) {
		answer->ids = g_steal_pointer(&ids);
		return true;
	}
	answer->is_cut = ids->len > job->limit;
	return store_search_rows(finder->search, (const int64_t *)(void *)ids->data,
	                         MIN(ids->len, job->limit), &answer->rows, err);
}

static gpointer run(gpointer data)
{
	Finder *finder = data;

	for (SearchJob *job; (job = next_job(finder)); search_job_free(job)) {
		g_autoptr(GError) err = NULL;
		SearchAnswer *found = g_new0(SearchAnswer, 1);
		UiAnswer *answer = g_new0(UiAnswer, 1);
		answer->found = found;
		found->serial = job->serial;
		if (!find(finder, job, found, &err)) {
			if (error_is(err, ERR_CANCELLED)) {
				ui_answer_free(answer);
				continue;
			}
			found->failure = g_strdup(err->message);
		}
		mailbox_post(finder->answers, answer);
	}
	return NULL;
}

Finder *finder_new(Store *store, const Clock *clock, Mailbox *answers)
{
	Finder *finder = g_new0(Finder, 1);

	finder->store = store_ref(store);
	finder->clock = clock;
	finder->answers = mailbox_ref(answers);
	g_mutex_init(&finder->lock);
	g_cond_init(&finder->wake);
	finder->thread = g_thread_new("finder", run, finder);
	return finder;
}

/* Under the lock. */
static void interrupt(Finder *finder)
{
	if (finder->search)
		store_search_interrupt(finder->search);
	g_cond_signal(&finder->wake);
}

void finder_free(Finder *finder)
{
	if (!finder)
		return;
	g_mutex_lock(&finder->lock);
	finder->is_over = true;
	interrupt(finder);
	g_mutex_unlock(&finder->lock);
	g_thread_join(finder->thread);
	search_job_free(finder->next[0]);
	search_job_free(finder->next[1]);
	store_search_free(finder->search);
	mailbox_unref(finder->answers);
	store_unref(finder->store);
	g_mutex_clear(&finder->lock);
	g_cond_clear(&finder->wake);
	g_free(finder);
}

void finder_search(Finder *finder, SearchJob *job)
{
	SearchJob **next = &finder->next[job->wants_ids];

	g_mutex_lock(&finder->lock);
	search_job_free(*next);
	*next = job;
	if (finder->finds_ids == job->wants_ids)
		interrupt(finder);
	else
		g_cond_signal(&finder->wake);
	g_mutex_unlock(&finder->lock);
}
