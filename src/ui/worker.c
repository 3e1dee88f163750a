#include "ui/worker.h"

#include "app/certificate_rows.h"
#include "app/outgoing.h"
#include "base/i18n.h"
#include "store/draft.h"

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

void begun_free(Begun *begun)
{
	if (!begun)
		return;
	draft_free(begun->draft);
	g_free(begun->failure);
	pin_wish_free(begun->pin);
	g_free(begun);
}

void looked_free(Looked *looked)
{
	if (!looked)
		return;
	protection_free(looked->protection);
	g_free(looked->failure);
	g_free(looked);
}

void packed_free(Packed *packed)
{
	if (!packed)
		return;
	store_mail_clear(&packed->mail);
	g_free(packed->failure);
	pin_wish_free(packed->pin);
	g_free(packed);
}

void asked_free(Asked *asked)
{
	if (!asked)
		return;
	g_ptr_array_unref(asked->changes);
	g_free(asked->failure);
	g_free(asked);
}

void unlocking_free(Unlocking *unlocking)
{
	if (!unlocking)
		return;
	g_free(unlocking->failure);
	g_free(unlocking);
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
	begun_free(answer->begun);
	looked_free(answer->looked);
	packed_free(answer->packed);
	import_answer_free(answer->imported);
	g_clear_pointer(&answer->certificates, g_ptr_array_unref);
	asked_free(answer->asked);
	drawn_free(answer->drawn);
	unlocking_free(answer->unlocking);
	g_free(answer->notice);
	g_free(answer);
}

/* One of the six. */
typedef struct {
	int64_t       serial;
	PageJob      *page;
	AnsweringJob *answer;
	int64_t       packs;         /* id of a draft; 0 none */
	ImportJob    *import;
	bool          lists;         /* certificates */
	Draft        *looked_at;
	int64_t       now_ms;        /* of looked_at, and of the list */
} Task;

static void task_free(Task *task)
{
	page_job_free(task->page);
	answering_job_free(task->answer);
	import_job_free(task->import);
	draft_free(task->looked_at);
	g_free(task);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Task, task_free)

/* For whom it is to be kept and asked what a mail brought; for nobody where nobody can be named. */
static void name_account(Worker *worker, Page *page, int64_t folder_id)
{
	page->account_id = notary_account(worker->notary, folder_id);
	if (!page->account_id) {
		g_clear_pointer(&page->found, g_ptr_array_unref);
		g_clear_pointer(&page->questions, g_ptr_array_unref);
	}
	for (guint i = 0; page->found && i < page->found->len; i++) {
		const CertificateChange *change = g_ptr_array_index(page->found, i);
		change->certificate->account_id = page->account_id;
	}
}

static Page *render(Worker *worker, PageJob *job)
{
	if (page_job_is_judged(job))
		job->certificates = notary_certificates(worker->notary);
	Page *page = page_render(job);
	g_autoptr(PinWish) wish = pins_settle(notary_pins(worker->notary));
	if (page->is_closed)
		page->pin = g_steal_pointer(&wish);
	if (page->found || page->questions)
		name_account(worker, page, job->message->folder_id);
	return page;
}

static Begun *begin(Worker *worker, Task *task)
{
	g_autoptr(GError) err = NULL;
	Begun *begun = g_new0(Begun, 1);

	if (answering_job_wants_keys(task->answer))
		answering_job_give_keys(task->answer, notary_certificates(worker->notary));
	begun->serial = task->serial;
	begun->draft = answering_make(task->answer, &err);
	begun->pin = pins_settle(notary_pins(worker->notary));
	if (err)
		begun->failure = g_strdup(err->message);
	return begun;
}

static Looked *look(Worker *worker, const Task *task)
{
	g_autoptr(Certificates) certificates = notary_certificates(worker->notary);
	Looked *looked = g_new0(Looked, 1);

	looked->serial = task->serial;
	if (certificates)
		looked->protection =
			protection_look(certificates, task->looked_at, task->now_ms);
	else
		looked->failure = g_strdup(
			_("Your keys and certificates cannot be read; the log says why."));
	return looked;
}

static bool make_mail(Worker *worker, int64_t draft_id, StoreMail *ret_mail, GError **err)
{
	g_autoptr(StoreReader) reader = notary_open_reader(worker->notary, err);
	g_autoptr(Certificates) certificates = notary_certificates(worker->notary);
	g_autoptr(StoreDraft) row = NULL;

	return reader && store_read_draft(reader, draft_id, &row, err) &&
	       outgoing_compose_with(reader, certificates, row, ret_mail, err);
}

static Packed *pack(Worker *worker, const Task *task)
{
	g_autoptr(GError) err = NULL;
	Packed *packed = g_new0(Packed, 1);

	packed->serial = task->serial;
	if (!make_mail(worker, task->packs, &packed->mail, &err))
		packed->failure = g_strdup(err->message);
	packed->pin = pins_settle(notary_pins(worker->notary));
	return packed;
}

static ImportAnswer *import(Worker *worker, Task *task)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(StoreReader) reader = notary_open_reader(worker->notary, &err);
	ImportAnswer *answer;

	if (reader)
		return import_run(g_steal_pointer(&task->import), notary_store(worker->notary),
		                  reader);
	answer = g_new0(ImportAnswer, 1);
	answer->turn = IMPORT_FAILED;
	answer->sentence = g_strdup(err->message);
	return answer;
}

static void list_certificates(Worker *worker, const Task *task, UiAnswer *answer)
{
	g_autoptr(Certificates) certificates = notary_certificates(worker->notary);

	if (certificates)
		answer->certificates = certificate_rows(certificates, task->now_ms);
	else
		answer->notice = g_strdup(
			_("Your keys and certificates cannot be read; the log says why."));
}

static void work(gpointer data, gpointer user_data)
{
	g_autoptr(Task) task = data;
	Worker *worker = user_data;

	if (g_atomic_int_get(&worker->is_over))
		return;
	UiAnswer *answer = g_new0(UiAnswer, 1);
	if (task->page)
		answer->page = render(worker, task->page);
	else if (task->answer)
		answer->begun = begin(worker, task);
	else if (task->lists)
		list_certificates(worker, task, answer);
	else if (task->import)
		answer->imported = import(worker, task);
	else if (task->packs)
		answer->packed = pack(worker, task);
	else
		answer->looked = look(worker, task);
	mailbox_post(worker->answers, answer);
}

static int newest_first(gconstpointer a, gconstpointer b, gpointer user_data)
{
	const Task *x = a, *y = b;

	(void)user_data;
	return x->serial > y->serial ? -1 : x->serial < y->serial;
}

Worker *worker_new(Mailbox *answers, Notary *notary)
{
	Worker *worker = g_new0(Worker, 1);

	worker->answers = mailbox_ref(answers);
	worker->notary = notary;
	worker->pool = g_thread_pool_new(work, worker, THREADS, FALSE, NULL);
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

static void push(Worker *worker, Task task)
{
	g_thread_pool_push(worker->pool, g_memdup2(&task, sizeof task), NULL);
}

void worker_render(Worker *worker, PageJob *job)
{
	push(worker, (Task){ .serial = job->serial, .page = job });
}

void worker_answer(Worker *worker, int64_t serial, AnsweringJob *job)
{
	push(worker, (Task){ .serial = serial, .answer = job });
}

void worker_look(Worker *worker, int64_t serial, Draft *draft, int64_t now_ms)
{
	push(worker, (Task){ .serial = serial, .looked_at = draft, .now_ms = now_ms });
}

void worker_pack(Worker *worker, int64_t serial, int64_t draft_id)
{
	push(worker, (Task){ .serial = serial, .packs = draft_id });
}

void worker_import(Worker *worker, int64_t serial, ImportJob *job)
{
	push(worker, (Task){ .serial = serial, .import = job });
}

void worker_list_certificates(Worker *worker, int64_t now_ms)
{
	push(worker, (Task){ .lists = true, .now_ms = now_ms });
}
