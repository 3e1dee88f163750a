#include "ui/gather.h"

#include "app/outgoing.h"
#include "store/read.h"
#include "ui/worker.h"

typedef struct {
	GatherSetup setup;
	Gathered   *gathered;
} Errand;

static bool gather(const Errand *errand, GError **err)
{
	g_autoptr(StoreReader) reader = store_open_reader(errand->setup.store, err);

	return reader && outgoing_gather(errand->gathered->draft, reader, err);
}

static gpointer run(gpointer data)
{
	g_autofree Errand *errand = data;
	UiAnswer *answer = g_new0(UiAnswer, 1);
	g_autoptr(GError) err = NULL;

	if (!gather(errand, &err)) {
		errand->gathered->failure = g_strdup(err->message);
		g_clear_pointer(&errand->gathered->draft, draft_free);
	}
	answer->gathered = errand->gathered;
	mailbox_post(errand->setup.answers, answer);
	mailbox_unref(errand->setup.answers);
	store_unref(errand->setup.store);
	return NULL;
}

void gather_begin(const GatherSetup *setup, int64_t serial, Draft *draft)
{
	Errand *errand = g_new0(Errand, 1);

	errand->setup = (GatherSetup){ store_ref(setup->store), mailbox_ref(setup->answers) };
	errand->gathered = g_new0(Gathered, 1);
	errand->gathered->serial = serial;
	errand->gathered->draft = draft;
	g_thread_unref(g_thread_new("gather", run, errand));
}
