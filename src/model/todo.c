#include "model/todo.h"

Todo *todo_new(void)
{
	Todo *todo = g_new0(Todo, 1);

	todo->importance = 1;
	todo->start_date_ms = todo->due_date_ms = TODO_NO_DATE;
	todo->done_date_ms = todo->series_date_ms = TODO_NO_DATE;
	return todo;
}

Todo *todo_copy(const Todo *from)
{
	Todo *to = g_memdup2(from, sizeof *from);

	to->server_id = g_strdup(from->server_id);
	to->subject = g_strdup(from->subject);
	to->body = g_strdup(from->body);
	to->categories = g_strdup(from->categories);
	to->recurrence = recurrence_copy(from->recurrence);
	return to;
}

void todo_free(Todo *todo)
{
	if (!todo)
		return;
	g_free(todo->server_id);
	g_free(todo->subject);
	g_free(todo->body);
	g_free(todo->categories);
	g_free(todo->recurrence);
	g_free(todo);
}
