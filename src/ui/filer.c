#include "ui/filer.h"

#include "ui/worker.h"

struct Filer {
	Mailbox     *answers;
	Notary      *notary;
	GThreadPool *pool;           /* of one thread */
	gint         is_over;
};

static void run(gpointer data, gpointer user_data)
{
	g_autoptr(FilingJob) job = data;
	Filer *filer = user_data;

	if (g_atomic_int_get(&filer->is_over))
		return;
	if (job->task == FILING_UNPACK && job->is_decrypting)
		job->certificates = notary_certificates(filer->notary);
	UiAnswer *answer = g_new0(UiAnswer, 1);
	answer->filed = filing_run(job);
	answer->filed->pin = pins_settle(notary_pins(filer->notary));
	mailbox_post(filer->answers, answer);
}

Filer *filer_new(Mailbox *answers, Notary *notary)
{
	Filer *filer = g_new0(Filer, 1);

	filer->answers = mailbox_ref(answers);
	filer->notary = notary;
	filer->pool = g_thread_pool_new(run, filer, 1, FALSE, NULL);
	return filer;
}

void filer_free(Filer *filer)
{
	if (!filer)
		return;
	g_atomic_int_set(&filer->is_over, 1);
	g_thread_pool_free(filer->pool, FALSE, TRUE);
	mailbox_unref(filer->answers);
	g_free(filer);
}

void filer_file(Filer *filer, FilingJob *job)
{
	g_thread_pool_push(filer->pool, job, NULL);
}
