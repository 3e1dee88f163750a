#include "eas/todo_item.h"

#include "eas/date.h"
#include "eas/field.h"
#include "eas/rule.h"
#include "eas/value.h"

enum { DAY_MS = 24 * 60 * 60 * 1000, REFUSED_MS = -1 };

/* ---- reading ---- */

/*
 * A day comes twice: as the person's clock shows it, and in UTC ([MS-ASTASK] 2.2.2.9); some servers
 * give only one, some the same twice. A midnight on the clock is believed, else what UTC says.
 */
static bool take_day(int64_t *day_ms, bool is_utc, WbxmlReader *reader, GError **err)
{
	int64_t ms = TODO_NO_DATE;

	if (!value_moment(&ms, reader, err))
		return false;
	if (ms == TODO_NO_DATE)
		return true;
	if (is_utc && (*day_ms == TODO_NO_DATE || *day_ms % DAY_MS != 0))
		*day_ms = date_local_day(ms);
	if (!is_utc && (*day_ms == TODO_NO_DATE || ms % DAY_MS == 0))
		*day_ms = ms;
	return true;
}

/* One day, in UTC or at its midnight. */
static bool take_lone_day(int64_t *day_ms, WbxmlReader *reader, GError **err)
{
	int64_t ms = TODO_NO_DATE;

	if (!value_moment(&ms, reader, err))
		return false;
	*day_ms = ms == TODO_NO_DATE || ms % DAY_MS == 0 ? ms : date_local_day(ms);
	return true;
}

static bool take_recurrence(Todo *todo, WbxmlReader *reader, GError **err)
{
	Rule rule = { rule_new(), 0 };

	g_free(todo->recurrence);
	todo->recurrence = rule.recurrence;
	if (!reply_walk(reader, rule_take, &rule, err))
		return false;
	if (rule.start_ms)
		todo->series_date_ms = date_nearest_day(rule.start_ms, 0);
	return true;
}

/* ReminderSet 0 beside a time, in whatever order: none. */
static bool take_reminder(Todo *todo, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	int64_t ms = 0;
	bool is_set = true;

	if (tag == WBXML_Tasks_ReminderTime) {
		if (!value_moment(&ms, reader, err))
			return false;
		if (todo->reminder_ms != REFUSED_MS)
			todo->reminder_ms = ms;
		return true;
	}
	if (!reply_bool(reader, &is_set, err))
		return false;
	if (!is_set)
		todo->reminder_ms = REFUSED_MS;
	return true;
}

static bool take_when(Todo *todo, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	switch (tag) {
	case WBXML_Tasks_StartDate:
	case WBXML_Tasks_UtcStartDate:
		return take_day(&todo->start_date_ms, tag == WBXML_Tasks_UtcStartDate, reader, err);
	case WBXML_Tasks_DueDate:
	case WBXML_Tasks_UtcDueDate:
		return take_day(&todo->due_date_ms, tag == WBXML_Tasks_UtcDueDate, reader, err);
	case WBXML_Tasks_DateCompleted:
		return take_lone_day(&todo->done_date_ms, reader, err);
	case WBXML_Tasks_ReminderSet:
	case WBXML_Tasks_ReminderTime:
		return take_reminder(todo, tag, reader, err);
	case WBXML_Tasks_Recurrence:
		return take_recurrence(todo, reader, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

bool todo_item_take(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Todo *todo = into;

	switch (tag) {
	case WBXML_Tasks_Subject:
		return reply_line(reader, &todo->subject, err);
	case WBXML_Tasks_Categories:
		return value_list(&todo->categories, WBXML_Tasks_Category, reader, err);
	case WBXML_Tasks_Importance:
		return value_small_int(&todo->importance, 2, reader, err);
	case WBXML_Tasks_Sensitivity:
		return value_small_int(&todo->sensitivity, 3, reader, err);
	case WBXML_Tasks_Complete:
		return reply_bool(reader, &todo->is_done, err);
	case WBXML_AirSyncBase_Body:
		return value_body(&todo->body, NULL, reader, err);
	default:
		return take_when(todo, tag, reader, err);
	}
}

/* A time of day is not kept. */
static int64_t floor_of_day(int64_t ms)
{
	return ms == TODO_NO_DATE ? ms : ms - (((ms % DAY_MS) + DAY_MS) % DAY_MS);
}

static int64_t first_day(const Todo *todo)
{
	if (todo->series_date_ms != TODO_NO_DATE)
		return todo->series_date_ms;
	if (todo->start_date_ms != TODO_NO_DATE)
		return todo->start_date_ms;
	return todo->due_date_ms == TODO_NO_DATE ? 0 : todo->due_date_ms;
}

void todo_item_finish(Todo *todo)
{
	todo->start_date_ms = floor_of_day(todo->start_date_ms);
	todo->due_date_ms = floor_of_day(todo->due_date_ms);
	if (todo->reminder_ms == REFUSED_MS)
		todo->reminder_ms = 0;
	if (todo->recurrence)
		rule_finish(todo->recurrence, first_day(todo));
}

/* ---- writing ---- */

static void write_day(WbxmlWriter *writer, WbxmlTag local, WbxmlTag utc, int64_t day_ms)
{
	if (day_ms == TODO_NO_DATE)
		return;
	field_date(writer, local, day_ms);
	field_date(writer, utc, date_local_midnight(day_ms));
}

static void write_completion(WbxmlWriter *writer, const Todo *todo)
{
	wbxml_int(writer, WBXML_Tasks_Complete, todo->is_done);
	if (todo->is_done && todo->done_date_ms != TODO_NO_DATE)
		field_date(writer, WBXML_Tasks_DateCompleted, todo->done_date_ms);
}

static void write_reminder(WbxmlWriter *writer, const Todo *todo)
{
	wbxml_int(writer, WBXML_Tasks_ReminderSet, todo->reminder_ms != 0);
	if (todo->reminder_ms)
		field_date(writer, WBXML_Tasks_ReminderTime, todo->reminder_ms);
}

void todo_item_write(WbxmlWriter *writer, const Todo *todo, const Todo *was, int version)
{
	if (g_strcmp0(todo->body, was ? was->body : NULL) != 0)
		field_body(writer, BODY_TEXT, todo->body);
	field_line(writer, WBXML_Tasks_Subject, todo->subject, was != NULL);
	wbxml_int(writer, WBXML_Tasks_Importance, todo->importance);
	write_day(writer, WBXML_Tasks_StartDate, WBXML_Tasks_UtcStartDate, todo->start_date_ms);
	write_day(writer, WBXML_Tasks_DueDate, WBXML_Tasks_UtcDueDate, todo->due_date_ms);
	field_list(writer, WBXML_Tasks_Categories, WBXML_Tasks_Category, todo->categories,
	           was != NULL);
	if (todo->recurrence)
		rule_write_of_task(writer, &(Rule){ todo->recurrence, first_day(todo) }, version);
	write_completion(writer, todo);
	wbxml_int(writer, WBXML_Tasks_Sensitivity, todo->sensitivity);
	write_reminder(writer, todo);
}
