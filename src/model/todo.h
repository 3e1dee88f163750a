/*
 * todo: something to do (the Task of [MS-ASTASK], the VTODO of RFC 5545; a Task in this house is
 * the engine's). Strings are valid UTF-8 on one line unless said; NULL means absent.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "model/recurrence.h"

#define TODO_NO_DATE INT64_MIN

/* Dates are days: 00:00 UTC of the person's date, whatever the zone; TODO_NO_DATE. */
typedef struct {
	int64_t     id;              /* the store's; 0 from the wire */
	int64_t     folder_id;
	char       *server_id;
	char       *subject;
	char       *body;            /* many lines of plain text */
	char       *categories;      /* newline separated */
	int         importance;      /* 0 low, 1 normal, 2 high */
	int         sensitivity;     /* 0 normal, 1 personal, 2 private, 3 confidential */
	int64_t     start_date_ms, due_date_ms;
	bool        is_done;
	int64_t     done_date_ms;
	int64_t     reminder_ms;     /* UTC; 0 none */
	Recurrence *recurrence;      /* NULL: once */
	int64_t     series_date_ms;  /* where the recurrence begins */
} Todo;

Todo *todo_new(void);
Todo *todo_copy(const Todo *todo);
void  todo_free(Todo *todo);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Todo, todo_free)
