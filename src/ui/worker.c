#include "ui/worker.h"

enum { THREADS = 2 };

struct Worker {
	Mailbox     *answers;
	Notary      *notary;
	GThreadPool *pool;
	gint         is_over;
};

void trial_free(Trial *trial)
{
	if (!trial)
		return;
	account_free(trial->account);
	secret_unref(trial->password);
	g_free(trial->report);
	g_free(trial->failure);
	g_free(trial);
}

void gathered_free(Gathered *gathered)
{
	if (!gathered)
		return;
	draft_free(gathered->draft);
	g_free(gathered->failure);
	g_free(gathered);
}

void ui_answer_free(UiAnswer *answer)
{
	if (!answer)
		return;
	page_free(answer->page);
	search_answer_free(answer->found);
	filing_answer_free(answer->filed);
	trial_free(answer->trial);
	gathered_free(answer->gathered);
	drawn_free(answer->drawn);
	g_free(answer->notice);
	g_free(answer);
}

static void render(gpointer data, gpointer user_data)
{
	g_autoptr(PageJob) job = data;
	Worker *worker = user_data;
	UiAnswer *answer;

	if (g_atomic_int_get(&worker->is_over))
		return;
	if (page_job_is_judged(job))
		job->certificates = notary_certificates(worker->notary);
	answer = g_new0(UiAnswer, 1);
	answer->page = page_render(job);
	mailbox_post(worker->answers, answer);
}

static int newest_first(gconstpointer a, gconstpointer b, gpointer user_data)
{
	const PageJob *x = a, *y = b;

	(void)user_data;
	return x->serial > y->serial ? -1 : x->serial < y->serial;
}

Worker *worker_new(Mailbox *answers, Notary *notary)
{
	Worker *worker = g_new0(Worker, 1);

	worker->answers = mailbox_ref(answers);
	worker->notary = notary;
	worker->pool = g_thread_pool_new(render, worker, THREADS, FALSE, NULL);
	g_thread_pool_set_sort_function(worker->pool, newest_first, NULL);
	return worker;
}

void worker_free(Worker *worker)
{
	if (!worker)
		return;
	g_atomic_int_set(&worker->is_over, 1);
	g_thread_pool_free(worker->pool, FALSE, TRUE);
	mailbox_unref(worker->answers);
	g_free(worker);
}

void worker_render(Worker *worker, PageJob *job)
{
	g_thread_pool_push(worker->pool, job, NULL);
}
