#include "support/caller.h"

#include <string.h>

#include "eas/eas.h"

static void keep(char **slot, const char *text)
{
	g_free(*slot);
	*slot = g_strdup(text);
}

void caller_open(Caller *caller, const char *version)
{
	*caller = (Caller){ .exsim = exsim_new(version) };
	record_sink_init(&caller->record);
	scene_init(&caller->scene, TASK_CONNECT, version);
}

void caller_close(Caller *caller)
{
	record_sink_clear(&caller->record);
	scene_clear(&caller->scene);
	exsim_free(caller->exsim);
}

void caller_try(Caller *caller, TaskKind kind, GError **err)
{
	Step step = STEP_ASK;

	g_string_truncate(caller->record.log, 0);
	caller->scene.spec.kind = kind;
	g_autoptr(Task) task = eas_backend()->begin(eas_backend(), &caller->scene.spec, err);
	while (task && step == STEP_ASK) {
		g_autoptr(HttpRequest) request = task->ops->ask(task, err);
		g_assert_nonnull(request);
		g_autoptr(HttpResponse) response = exsim_answer(caller->exsim, request);
		if (!scene_take(task, response, &caller->record.sink, 1, &step, err))
			return;
	}
}

void caller_run(Caller *caller, TaskKind kind)
{
	g_autoptr(GError) error = NULL;

	caller_try(caller, kind, &error);
	g_assert_no_error(error);
}

bool caller_heard(const Caller *caller, const char *what)
{
	return strstr(caller->record.log->str, what) != NULL;
}

void caller_assert_heard(const Caller *caller, const char *what)
{
	if (!caller_heard(caller, what))
		g_error("“%s” is not in:\n%s", what, caller->record.log->str);
}

void caller_assert_order(const Caller *caller, const char *order, const char *says)
{
	g_autofree char *reply = exsim_order(caller->exsim, order);

	g_assert_cmpstr(reply, ==, says);
}

void caller_take_key(Caller *caller) { keep(&caller->scene.folder->sync_key, caller->record.key); }
