#include "ui/screen/host.h"

void search_job_free(SearchJob *job)
{
	if (!job)
		return;
	g_free(job->text);
	g_free(job);
}

void search_answer_free(SearchAnswer *answer)
{
	if (!answer)
		return;
	g_clear_pointer(&answer->rows, g_ptr_array_unref);
	g_clear_pointer(&answer->ids, g_array_unref);
	g_free(answer->failure);
	g_free(answer);
}
