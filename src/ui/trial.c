#include "ui/trial.h"

#include <string.h>

#include "app/account_setup.h"
#include "base/i18n.h"
#include "ui/worker.h"

enum { PATIENCE_MS = 30000 };

typedef struct {
	TrialSetup setup;
	Trial     *trial;
} Errand;

static const Backend *backend_of(const Errand *errand)
{
	for (const Backend *const *backend = errand->setup.backends; *backend; backend++)
		if (strcmp((*backend)->name, errand->trial->account->protocol) == 0)
			return *backend;
	return NULL;
}

static gpointer run(gpointer data)
{
	g_autofree Errand *errand = data;
	Trial    *trial = errand->trial;
	UiAnswer *answer = g_new0(UiAnswer, 1);
	g_autoptr(GError) err = NULL;
	SetupTest test = {
		.account = trial->account,
		.password = trial->password,
		.backend = backend_of(errand),
		.clock = errand->setup.clock,
		.deadline_ms = clock_uptime_ms(errand->setup.clock) + PATIENCE_MS,
	};

	if (!test.backend)
		trial->failure = g_strdup_printf(_("This Postern does not speak “%s”."),
		                                 trial->account->protocol);
	else if (!account_setup_test(&test, &trial->report, &err))
		trial->failure = g_strdup(err->message);
	answer->trial = trial;
	mailbox_post(errand->setup.answers, answer);
	mailbox_unref(errand->setup.answers);
	return NULL;
}

void trial_begin(const TrialSetup *setup, Account *account, Secret *password)
{
	Errand *errand = g_new0(Errand, 1);

	errand->setup = *setup;
	errand->setup.answers = mailbox_ref(setup->answers);
	errand->trial = g_new0(Trial, 1);
	errand->trial->account = account;
	errand->trial->password = password;
	g_thread_unref(g_thread_new("trial", run, errand));
}
