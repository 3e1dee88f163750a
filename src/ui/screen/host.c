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

void draw_job_free(DrawJob *job)
{
	if (!job)
		return;
	g_bytes_unref(job->bytes);
	g_free(job);
}

void drawn_free(Drawn *drawn)
{
	if (!drawn)
		return;
	drawing_unref(drawn->drawing);
	g_free(drawn->sentence);
	g_free(drawn);
}
