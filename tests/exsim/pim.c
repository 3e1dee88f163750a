#include "exsim/pim.h"

#include <string.h>

#include "base/text.h"
#include "exsim/render.h"

enum { PAGE_CONTACTS = 1, PAGE_CALENDAR = 4, PAGE_TASKS = 9, PAGE_CONTACTS2 = 12, PAGE_BASE = 17, PAGE_NOTES = 23 };
enum { SIXTEEN = 160, FOURTEEN = 140, FOURTEEN_ONE = 141 };
/* Of a series, which never leaves the window of FilterType. */
#define FOR_EVER_MS G_GINT64_CONSTANT(253402300799000)

static const struct { const char *name; unsigned page; int type, user_type; } classes[] = {
	{ "Calendar", PAGE_CALENDAR, FOLDER_CALENDAR, FOLDER_USER_CALENDAR },
	{ "Contacts", PAGE_CONTACTS, FOLDER_CONTACTS, FOLDER_USER_CONTACTS },
	{ "Tasks", PAGE_TASKS, FOLDER_TASKS, FOLDER_USER_TASKS },
	{ "Notes", PAGE_NOTES, FOLDER_NOTES, FOLDER_USER_NOTES },
};

static unsigned page_of(const Collection *folder)
{
	for (size_t i = 0; i < G_N_ELEMENTS(classes); i++)
		if (classes[i].type == folder->type || classes[i].user_type == folder->type)
			return classes[i].page;
	return 0;
}

const char *pim_class_name(const Collection *folder)
{
	for (size_t i = 0; folder && i < G_N_ELEMENTS(classes); i++)
		if (classes[i].page == page_of(folder))
			return classes[i].name;
	return "Email";
}

bool pim_is(const Collection *folder) { return page_of(folder) != 0; }

bool pim_is_calendar(const Collection *folder) { return page_of(folder) == PAGE_CALENDAR; }

static const Element *child_at(const Element *parent, guint i) { return g_ptr_array_index(parent->children, i); }

/* ---- keeping ---- */

Element *pim_read(const Collection *folder, guint n)
{
	g_autoptr(GBytes) bytes = collection_mime(folder, n);
	Element *item = element_read(bytes, NULL);

	return item ? item : element_new(WBXML_AirSync_ApplicationData);
}

static GBytes *to_bytes(const Element *item)
{
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	wbxml_open(writer, WBXML_AirSync_ApplicationData);
	element_write_content(writer, item);
	wbxml_close(writer);
	return wbxml_writer_finish(writer);
}

static int64_t read_time(const Element *item, WbxmlTag tag)
{
	const char *text = element_text(item, tag);
	g_autoptr(GDateTime) when = text ? g_date_time_new_from_iso8601(text, NULL) : NULL;

	return when ? g_date_time_to_unix(when) * 1000 : 0;
}

/* What FilterType goes by. */
static int64_t date_of(const PimEdit *edit, const Element *item)
{
	if (!pim_is_calendar(edit->folder))
		return world_now_ms(edit->world);
	return element_child(item, WBXML_Calendar_Recurrence) ? FOR_EVER_MS : read_time(item, WBXML_Calendar_EndTime);
}

guint pim_file(const PimEdit *edit, const Element *item)
{
	g_autoptr(GBytes) bytes = to_bytes(item);

	return collection_add(edit->folder, bytes, date_of(edit, item), (ItemState){ .is_read = true }, edit->origin);
}

void pim_write(const PimEdit *edit, guint n, const Element *item)
{
	g_autoptr(GBytes) bytes = to_bytes(item);

	collection_rewrite(edit->folder, n, bytes, date_of(edit, item), edit->origin);
}

bool pim_find_event(const Collection *calendar, const char *uid, guint *ret_n)
{
	for (guint n = collection_count(calendar); uid && n-- > 0;) {
		g_autoptr(Element) item = collection_has(calendar, n) ? pim_read(calendar, n) : NULL;
		if (item && g_strcmp0(element_text(item, WBXML_Calendar_UID), uid) == 0) {
			*ret_n = n;
			return true;
		}
	}
	return false;
}

/* ---- what a client may not say: Status 6 ---- */

static bool is_in(WbxmlTag tag, const WbxmlTag *tags, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (tags[i] == tag)
			return true;
	return false;
}

/* [MS-ASCAL] 2.2.2: what the server says of a meeting from 16.0 on, or says otherwise. */
static const WbxmlTag not_from_16[] = {
	WBXML_Calendar_UID, WBXML_Calendar_DtStamp, WBXML_Calendar_OrganizerName, WBXML_Calendar_OrganizerEmail,
	WBXML_Calendar_AttendeeStatus, WBXML_Calendar_Location, WBXML_Calendar_ExceptionStartTime,
};
static const WbxmlTag only_from_16[] = { WBXML_Calendar_ClientUid, WBXML_AirSyncBase_Location, WBXML_AirSyncBase_InstanceId };
static const WbxmlTag never_said[] = { WBXML_Calendar_ResponseType, WBXML_Calendar_AppointmentReplyTime,
                                       WBXML_Calendar_OnlineMeetingConfLink, WBXML_Calendar_OnlineMeetingExternalLink };
static const WbxmlTag moments[] = { WBXML_Calendar_StartTime, WBXML_Calendar_EndTime, WBXML_Calendar_ExceptionStartTime,
                                    WBXML_AirSyncBase_InstanceId, WBXML_Calendar_Until };

static bool is_moment(const char *text)
{
	g_autoptr(GDateTime) when = g_date_time_new_from_iso8601(text, NULL);
	return when && strlen(text) == strlen("20260302T090000Z") && text[8] == 'T';
}

static bool is_sayable(const Element *element, int version)
{
	bool is_16 = version >= SIXTEEN;
	const WbxmlTag *foreign = is_16 ? not_from_16 : only_from_16;
	size_t count = is_16 ? G_N_ELEMENTS(not_from_16) : G_N_ELEMENTS(only_from_16);

	if (is_in(element->tag, foreign, count) || is_in(element->tag, never_said, G_N_ELEMENTS(never_said)))
		return false;
	if (is_in(element->tag, moments, G_N_ELEMENTS(moments)) && !is_moment(element->text->str))
		return false;
	for (guint i = 0; i < element->children->len; i++)
		if (!is_sayable(child_at(element, i), version))
			return false;
	return true;
}

/* [MS-ASCAL] 2.2.2.45: which fields each type needs; others it may not have. */
static bool is_rule_sound(const Element *rule)
{
	static const struct { WbxmlTag tag; const char *types; } fields[] = {
		{ WBXML_Calendar_DayOfWeek, "136" },  { WBXML_Calendar_DayOfMonth, "25" },
		{ WBXML_Calendar_WeekOfMonth, "36" }, { WBXML_Calendar_MonthOfYear, "56" },
	};
	const char *type = element_text(rule, WBXML_Calendar_Type);

	if (!type || strlen(type) != 1 || !strchr("012356", *type))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		bool has = element_child(rule, fields[i].tag), needs = strchr(fields[i].types, *type) != NULL;
		if (has != needs && !(has && *type == '0' && fields[i].tag == WBXML_Calendar_DayOfWeek))
			return false;
	}
	return !(element_child(rule, WBXML_Calendar_Until) && element_child(rule, WBXML_Calendar_Occurrences));
}

static bool is_event_sound(const Element *data, int version)
{
	const Element *rule = element_child(data, WBXML_Calendar_Recurrence);
	bool has_start = element_child(data, WBXML_Calendar_StartTime), has_end = element_child(data, WBXML_Calendar_EndTime);
	bool is_all_day = element_int(data, WBXML_Calendar_AllDayEvent, 0) == 1;

	if (has_start != has_end || element_int(data, WBXML_Calendar_BusyStatus, 0) > 3 || !is_sayable(data, version))
		return false;
	if (version >= SIXTEEN && is_all_day && element_child(data, WBXML_Calendar_Timezone))
		return false;
	return !rule || rule->children->len == 0 || is_rule_sound(rule);
}

/* A property of another class is none of this item. */
static bool is_of_class(const Collection *folder, const Element *data)
{
	unsigned page = page_of(folder);

	for (guint i = 0; i < data->children->len; i++) {
		unsigned other = child_at(data, i)->tag >> 8;
		if (other != page && other != PAGE_BASE && !(page == PAGE_CONTACTS && other == PAGE_CONTACTS2))
			return false;
	}
	return true;
}

static bool is_sound(const PimEdit *edit, const Element *data)
{
	const Element *picture = element_child(data, WBXML_Contacts_Picture);

	/* [MS-ASCNTC] 2.2.2.56. */
	if (picture && picture->text->len > 48 * 1024)
		return false;
	return is_of_class(edit->folder, data) && (!pim_is_calendar(edit->folder) || is_event_sound(data, edit->version));
}

/* ---- from 16.0 to 14.1 and back ---- */

static void rename_tags(Element *element, WbxmlTag from, WbxmlTag to)
{
	if (element->tag == from)
		element->tag = to;
	for (guint i = 0; i < element->children->len; i++)
		rename_tags(g_ptr_array_index(element->children, i), from, to);
}

static void flatten_places(Element *element)
{
	for (guint i = 0; i < element->children->len; i++)
		flatten_places(g_ptr_array_index(element->children, i));
	if (element->tag != WBXML_AirSyncBase_Location)
		return;
	element->tag = WBXML_Calendar_Location;
	const char *name = element_text(element, WBXML_AirSyncBase_DisplayName);
	g_string_assign(element->text, name ? name : "");
	g_ptr_array_set_size(element->children, 0);
}

static void raise_places(Element *element)
{
	for (guint i = 0; i < element->children->len; i++)
		raise_places(g_ptr_array_index(element->children, i));
	if (element->tag != WBXML_Calendar_Location)
		return;
	element->tag = WBXML_AirSyncBase_Location;
	if (element->text->len)
		element_add(element, WBXML_AirSyncBase_DisplayName, element->text->str);
	g_string_truncate(element->text, 0);
}

/* As it is kept. The caller's. */
static Element *taken_in(const PimEdit *edit, const Element *data)
{
	Element *item = element_copy(data);

	if (!pim_is_calendar(edit->folder))
		return item;
	flatten_places(item);
	rename_tags(item, WBXML_AirSyncBase_InstanceId, WBXML_Calendar_ExceptionStartTime);
	return item;
}

static void write_body(WbxmlWriter *w, const Element *body)
{
	const Element *data = element_child(body, WBXML_AirSyncBase_Data);

	wbxml_open(w, WBXML_AirSyncBase_Body);
	wbxml_int(w, WBXML_AirSyncBase_Type, element_int(body, WBXML_AirSyncBase_Type, 1));
	wbxml_int(w, WBXML_AirSyncBase_EstimatedDataSize, data ? (int64_t)data->text->len : 0);
	if (data && data->text->len)
		wbxml_text(w, WBXML_AirSyncBase_Data, data->text->str);
	wbxml_close(w);
}

/* Which version knew a property first; others knew it always. */
static int first_version(WbxmlTag tag)
{
	switch (tag) {
	case WBXML_Calendar_ResponseRequested: case WBXML_Calendar_DisallowNewTimeProposal: case WBXML_Calendar_ResponseType:
	case WBXML_Calendar_AppointmentReplyTime:
		return FOURTEEN;
	case WBXML_Calendar_OnlineMeetingConfLink: case WBXML_Calendar_OnlineMeetingExternalLink:
		return FOURTEEN_ONE;
	case WBXML_AirSyncBase_Attachments:
		return SIXTEEN;
	default:
		return 0;
	}
}

void pim_render(WbxmlWriter *w, const Collection *folder, guint n, int version)
{
	g_autoptr(Element) item = pim_read(folder, n);

	if (version >= SIXTEEN && pim_is_calendar(folder)) {
		raise_places(item);
		rename_tags(item, WBXML_Calendar_ExceptionStartTime, WBXML_AirSyncBase_InstanceId);
	}
	for (guint i = 0; i < item->children->len; i++) {
		const Element *child = child_at(item, i);
		if (first_version(child->tag) > version)
			continue;
		if (child->tag == WBXML_AirSyncBase_Body)
			write_body(w, child);
		else
			element_write(w, child);
	}
	if (element_child(item, WBXML_AirSyncBase_Body))
		wbxml_int(w, WBXML_AirSyncBase_NativeBodyType, 1);
}

/* ---- a new item ---- */

static void add_time(Element *item, WbxmlTag tag, int64_t ms)
{
	g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(ms / 1000);
	g_autofree char *text = g_date_time_format(when, "%Y%m%dT%H%M%SZ");

	element_add(item, tag, text);
}

/* The server fills in what a client leaves to it: when, now to the half hour; from 16.0 on who, and the UID. */
static void complete_event(const PimEdit *edit, Element *item)
{
	const int64_t half_hour_ms = 30 * 60 * 1000, now_ms = world_now_ms(edit->world);
	const char *client_uid = element_text(item, WBXML_Calendar_ClientUid);

	if (!element_child(item, WBXML_Calendar_StartTime)) {
		add_time(item, WBXML_Calendar_StartTime, now_ms / half_hour_ms * half_hour_ms);
		add_time(item, WBXML_Calendar_EndTime, now_ms / half_hour_ms * half_hour_ms + half_hour_ms);
	}
	if (!element_child(item, WBXML_Calendar_UID)) {
		g_autofree char *uid = client_uid ? g_strdup_printf("uid-%s", client_uid)
		                                  : g_strdup_printf("uid-%s-%u", edit->folder->id, collection_count(edit->folder));
		element_add(item, WBXML_Calendar_UID, uid);
	}
	element_remove(item, WBXML_Calendar_ClientUid);
	if (!element_child(item, WBXML_Calendar_DtStamp))
		add_time(item, WBXML_Calendar_DtStamp, now_ms);
}

int pim_add(const PimEdit *edit, const Element *data, guint *ret_n)
{
	if (!data || !is_sound(edit, data))
		return 6;
	g_autoptr(Element) item = taken_in(edit, data);
	if (pim_is_calendar(edit->folder))
		complete_event(edit, item);
	*ret_n = pim_file(edit, item);
	return 1;
}

/* ---- changes ---- */

/* [MS-ASCMD] 2.2.3.178: what is kept though it is left out, in every version. */
static bool is_kept(WbxmlTag tag, const Element *data)
{
	return !element_child(data, tag) && (tag == WBXML_AirSyncBase_Body || tag == WBXML_Contacts_Picture ||
	                                     tag == WBXML_Calendar_Exceptions || tag == WBXML_AirSyncBase_Attachments ||
	                                     is_in(tag, never_said, G_N_ELEMENTS(never_said)));
}

/* What the client says takes the place of all that it manages. */
static Element *replaced(const Element *old, const Element *data)
{
	Element *item = element_copy(data);

	for (guint i = 0; i < old->children->len; i++)
		if (is_kept(child_at(old, i)->tag, data))
			element_take(item, element_copy(child_at(old, i)));
	return item;
}

/* An empty property goes away. */
static void set_property(Element *item, const Element *property)
{
	element_remove(item, property->tag);
	if (property->children->len || property->text->len)
		element_take(item, element_copy(property));
}

static bool is_moved(const Element *data)
{
	return element_child(data, WBXML_Calendar_Recurrence) || element_child(data, WBXML_Calendar_StartTime) ||
	       element_child(data, WBXML_Calendar_AllDayEvent) || element_child(data, WBXML_Calendar_Timezone);
}

/* From 16.0 on only what is said changes, and a series that is moved loses its exceptions. */
static Element *merged(const Element *old, const Element *data)
{
	Element *item = element_copy(old);

	for (guint i = 0; i < data->children->len; i++)
		set_property(item, child_at(data, i));
	if (is_moved(data))
		element_remove(item, WBXML_Calendar_Exceptions);
	return item;
}

int pim_change(const PimEdit *edit, guint n, const Element *data)
{
	bool is_merged = pim_is_calendar(edit->folder) && edit->version >= SIXTEEN;

	if (!data || !is_sound(edit, data) || (is_merged && element_child(data, WBXML_Calendar_Exceptions)))
		return 6;
	g_autoptr(Element) old = pim_read(edit->folder, n), taken = taken_in(edit, data);
	g_autoptr(Element) item = is_merged ? merged(old, taken) : replaced(old, taken);
	const Element *exceptions = element_child(item, WBXML_Calendar_Exceptions);

	if (pim_is_calendar(edit->folder))
		complete_event(edit, item);
	if ((exceptions && exceptions->children->len == 0) || !element_child(item, WBXML_Calendar_Recurrence))
		element_remove(item, WBXML_Calendar_Exceptions);
	pim_write(edit, n, item);
	return 1;
}

/* ---- one occurrence ---- */

static Element *exception_for(Element *item, const char *instance)
{
	Element *list = element_part(item, WBXML_Calendar_Exceptions);

	if (!list)
		list = element_add(item, WBXML_Calendar_Exceptions, NULL);
	for (guint i = 0; i < list->children->len; i++)
		if (g_strcmp0(element_text(child_at(list, i), WBXML_Calendar_ExceptionStartTime), instance) == 0)
			return g_ptr_array_index(list->children, i);
	Element *exception = element_add(list, WBXML_Calendar_Exception, NULL);
	element_add(exception, WBXML_Calendar_ExceptionStartTime, instance);
	return exception;
}

int pim_change_occurrence(const PimEdit *edit, guint n, const char *instance, const Element *data)
{
	g_autoptr(Element) item = pim_read(edit->folder, n);

	if (!pim_is_calendar(edit->folder) || edit->version < SIXTEEN || !is_moment(instance))
		return 6;
	if (!element_child(item, WBXML_Calendar_Recurrence))
		return 146;
	if (data && (!is_sound(edit, data) || element_child(data, WBXML_Calendar_Timezone) ||
	             element_child(data, WBXML_Calendar_Recurrence)))
		return 6;
	Element *exception = exception_for(item, instance);
	if (element_child(exception, WBXML_Calendar_Deleted))
		return 8;
	if (!data) {
		g_ptr_array_set_size(exception->children, 0);
		element_add(exception, WBXML_Calendar_Deleted, "1");
		element_add(exception, WBXML_Calendar_ExceptionStartTime, instance);
	}
	g_autoptr(Element) taken = data ? taken_in(edit, data) : NULL;
	for (guint i = 0; taken && i < taken->children->len; i++) {
		element_remove(exception, child_at(taken, i)->tag);
		element_take(exception, element_copy(child_at(taken, i)));
	}
	pim_write(edit, n, item);
	return 1;
}

/* How long it lasts is the series' to say. */
static void move_to(Element *item, const char *instance)
{
	int64_t length_ms = read_time(item, WBXML_Calendar_EndTime) - read_time(item, WBXML_Calendar_StartTime);
	g_autoptr(GDateTime) start = g_date_time_new_from_iso8601(instance, NULL);
	int64_t start_ms = start ? g_date_time_to_unix(start) * 1000 : 0;

	element_remove(item, WBXML_Calendar_StartTime);
	element_remove(item, WBXML_Calendar_EndTime);
	add_time(item, WBXML_Calendar_StartTime, start_ms);
	add_time(item, WBXML_Calendar_EndTime, start_ms + length_ms);
}

Element *pim_read_occurrence(const Collection *folder, guint n, const char *instance)
{
	Element *item = pim_read(folder, n);
	g_autoptr(Element) exception = element_copy(exception_for(item, instance));

	move_to(item, instance);
	for (guint i = 0; i < exception->children->len; i++)
		if (child_at(exception, i)->tag != WBXML_Calendar_Deleted)
			set_property(item, child_at(exception, i));
	return item;
}
