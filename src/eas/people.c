/*
 * The organisation's directory ([MS-ASCMD] 2.2.1.16 Search, store GAL; 2.2.1.2 Find,
 * GalSearchCriterion), and names made to addresses (2.2.1.15 ResolveRecipients), with certificates
 * or free and busy times where they are asked for. Find is new in 16.1, and some servers that have it know no directory
 * there: then Search is asked.
 */
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "eas/field.h"
#include "eas/reply.h"
#include "eas/request.h"
#include "eas/search_frame.h"
#include "eas/task.h"

enum {
	VERSION_FIND = 161,
	AMBIGUOUS_MOST = 20,
	PEOPLE_MOST = 100,
	CERTIFICATES_MOST = 100,
	CERTIFICATES_FULL = 2,
	VERSION_AVAILABILITY = 140,
	SLOT_MS = 30 * 60 * 1000,
};
#define AVAILABILITY_MOST_MS (INT64_C(42) * 24 * 60 * 60 * 1000)

typedef struct {
	Work    work;
	bool    by_find;
	GPtrArray *people;     /* of GalEntry: found so far */
	GalEntry  *person;     /* being read, one of them; NULL */
	GString   *certificates;       /* of that one */
	const char *names;     /* of RESOLVE and its like: whom it is about, newline separated */
	int64_t start_ms, end_ms;      /* of AVAILABILITY */
	char   *asked;         /* of RESOLVE: the name that the response is about */
} People;

static const char *query_of(const People *self) { return self->work.spec.query; }

/* ---- the requests ---- */

static HttpRequest *ask_search(const People *self)
{
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	wbxml_open(writer, WBXML_Search_Search);
	wbxml_open(writer, WBXML_Search_Store);
	wbxml_text(writer, WBXML_Search_Name, "GAL");
	wbxml_text(writer, WBXML_Search_Query, query_of(self));
	wbxml_open(writer, WBXML_Search_Options);
	search_frame_range(writer, WBXML_Search_Range, 0, PEOPLE_MOST);
	wbxml_close(writer);
	wbxml_close(writer);
	wbxml_close(writer);
	return request_new(&self->work.spec, "Search", NULL, writer);
}

static HttpRequest *ask_find(const People *self)
{
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();
	g_autofree char *id = search_frame_id("GAL", query_of(self));

	wbxml_open(writer, WBXML_Find_Find);
	wbxml_text(writer, WBXML_Find_SearchId, id);
	wbxml_open(writer, WBXML_Find_ExecuteSearch);
	wbxml_open(writer, WBXML_Find_GalSearchCriterion);
	wbxml_text(writer, WBXML_Find_Query, query_of(self));
	wbxml_open(writer, WBXML_Find_Options);
	search_frame_range(writer, WBXML_Find_Range, 0, PEOPLE_MOST);
	wbxml_close(writer);
	wbxml_close(writer);
	wbxml_close(writer);
	wbxml_close(writer);
	return request_new(&self->work.spec, "Find", NULL, writer);
}

/* [MS-ASCMD] 2.2.3.14: slots of half an hour from the first on. Exchange Online refuses a part of
 * one. */
static void write_availability(WbxmlWriter *writer, const People *self)
{
	wbxml_open(writer, WBXML_ResolveRecipients_Availability);
	field_date(writer, WBXML_ResolveRecipients_StartTime, self->start_ms);
	field_date(writer, WBXML_ResolveRecipients_EndTime, self->end_ms);
	wbxml_close(writer);
}

static HttpRequest *ask_resolve(const People *self)
{
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();
	g_auto(GStrv) names = g_strsplit(self->names, "\n", -1);

	wbxml_open(writer, WBXML_ResolveRecipients_ResolveRecipients);
	for (size_t i = 0; names[i]; i++)
		wbxml_text(writer, WBXML_ResolveRecipients_To, names[i]);
	wbxml_open(writer, WBXML_ResolveRecipients_Options);
	if (self->work.task.kind == TASK_CERTIFICATES) {
		wbxml_int(writer, WBXML_ResolveRecipients_CertificateRetrieval, CERTIFICATES_FULL);
		wbxml_int(writer, WBXML_ResolveRecipients_MaxCertificates, CERTIFICATES_MOST);
	}
	wbxml_int(writer, WBXML_ResolveRecipients_MaxAmbiguousRecipients, AMBIGUOUS_MOST);
	if (self->work.task.kind == TASK_AVAILABILITY)
		write_availability(writer, self);
	wbxml_close(writer);
	wbxml_close(writer);
	return request_new(&self->work.spec, "ResolveRecipients", NULL, writer);
}

static bool is_resolve(TaskKind kind)
{
	return kind == TASK_RESOLVE || kind == TASK_CERTIFICATES || kind == TASK_AVAILABILITY;
}

static HttpRequest *people_ask(Task *task, GError **err)
{
	const People *self = (const People *)task;

	(void)err;
	if (is_resolve(task->kind))
		return ask_resolve(self);
	return self->by_find ? ask_find(self) : ask_search(self);
}

/* ---- the answers ---- */

/* Each fact of a person by the tags that tell it. */
static const struct { WbxmlTag tag; size_t offset; } facts[] = {
	{ WBXML_GAL_DisplayName, offsetof(GalEntry, name) },
	{ WBXML_GAL_EmailAddress, offsetof(GalEntry, address) },
	{ WBXML_GAL_Alias, offsetof(GalEntry, alias) },
	{ WBXML_GAL_Title, offsetof(GalEntry, title) },
	{ WBXML_GAL_Company, offsetof(GalEntry, company) },
	{ WBXML_GAL_Office, offsetof(GalEntry, office) },
	{ WBXML_GAL_Phone, offsetof(GalEntry, phone) },
	{ WBXML_GAL_MobilePhone, offsetof(GalEntry, mobile) },
	{ WBXML_ResolveRecipients_DisplayName, offsetof(GalEntry, name) },
	{ WBXML_ResolveRecipients_EmailAddress, offsetof(GalEntry, address) },
};

/* Base64, which some servers break into lines. */
static bool take_certificate(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	People *self = into;
	g_autofree char *line = NULL;

	if (tag != WBXML_ResolveRecipients_Certificate)
		return wbxml_reader_skip(reader, err);
	if (!reply_line(reader, &line, err))
		return false;
	g_auto(GStrv) pieces = g_strsplit(line ? line : "", " ", -1);
	g_autofree char *base64 = g_strjoinv(NULL, pieces);
	if (self->certificates->len + strlen(base64) < LIMIT_DOC_BYTES)
		g_string_append_printf(self->certificates, "%s%s",
		                       self->certificates->len ? " " : "", base64);
	return true;
}

/* A list of people gives one line for all of them; anything but digits says nothing. */
static bool take_availability(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	People *self = into;
	char **busy = &self->person->busy;

	if (tag != WBXML_ResolveRecipients_MergedFreeBusy)
		return wbxml_reader_skip(reader, err);
	if (!reply_line(reader, busy, err))
		return false;
	if (*busy && strspn(*busy, "01234") != strlen(*busy))
		g_clear_pointer(busy, g_free);
	return true;
}

static bool take_fact(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	People *self = into;

	for (size_t i = 0; i < G_N_ELEMENTS(facts); i++)
		if (facts[i].tag == tag)
			return reply_line(reader, (char **)((char *)self->person + facts[i].offset),
			                  err);
	if (tag == WBXML_Search_Properties || tag == WBXML_Find_Properties)
		return reply_walk(reader, take_fact, into, err);
	if (tag == WBXML_ResolveRecipients_Certificates)
		return reply_walk(reader, take_certificate, into, err);
	if (tag == WBXML_ResolveRecipients_Availability)
		return reply_walk(reader, take_availability, into, err);
	return wbxml_reader_skip(reader, err);
}

/* Nothing found comes as one empty result; whoever has no address is nobody to write to. */
static bool take_person(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	People *self = into;

	(void)tag;
	self->person = gal_entry_new();
	self->person->asked = g_strdup(self->asked);
	g_ptr_array_add(self->people, self->person);
	g_string_truncate(self->certificates, 0);
	if (!reply_walk(reader, take_fact, self, err))
		return false;
	if (self->certificates->len)
		self->person->certificates = g_strdup(self->certificates->str);
	if (!self->person->address)
		g_ptr_array_set_size(self->people, (gint)self->people->len - 1);
	return true;
}

/* [MS-ASCMD] ResolveRecipients: 2 and 3 are several that fit, 4 is none; who they are says it as
 * well. */
static bool take_resolved(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	People *self = into;

	switch (tag) {
	case WBXML_ResolveRecipients_To:
		return reply_line(reader, &self->asked, err);
	case WBXML_ResolveRecipients_Recipient:
		return take_person(self, tag, reader, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

static bool take_resolution(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	switch (tag) {
	case WBXML_ResolveRecipients_Status:
		return reply_status(reader, FAMILY_RESOLVE, err);
	case WBXML_ResolveRecipients_Response:
		return reply_walk(reader, take_resolved, into, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

static WbxmlTag root_of(const People *self)
{
	if (is_resolve(self->work.task.kind))
		return WBXML_ResolveRecipients_ResolveRecipients;
	return self->by_find ? WBXML_Find_Find : WBXML_Search_Search;
}

static bool read_answer(People *self, const HttpResponse *response, Sink *sink, GError **err)
{
	SearchFrame frame = { .take_result = take_person, .into = self };
	g_autoptr(WbxmlReader) reader = NULL;

	if (!reply_open(response, sink, root_of(self), &reader, err))
		return false;
	if (is_resolve(self->work.task.kind))
		return !reader || reply_walk(reader, take_resolution, self, err);
	return search_frame_read(reader, &frame, err);
}

/* What another command may still answer. */
static bool is_of_find(const GError *why)
{
	return error_is(why, ERR_UNSUPPORTED) || error_is(why, ERR_REQUEST) ||
	       error_is(why, ERR_REFOLDER);
}

static bool people_take(Task *task, const HttpResponse *response, Sink *sink, Step *ret_step,
                        GError **err)
{
	People *self = (People *)task;
	g_autoptr(GError) why = NULL;

	g_ptr_array_set_size(self->people, 0);
	*ret_step = STEP_DONE;
	if (read_answer(self, response, sink, &why)) {
		sink->ops->gal(sink, self->people);
		return true;
	}
	if (!self->by_find || !is_of_find(why)) {
		g_propagate_error(err, g_steal_pointer(&why));
		return false;
	}
	self->by_find = false;
	*ret_step = STEP_ASK;
	return true;
}

static void people_free(Task *task)
{
	People *self = (People *)task;

	g_ptr_array_unref(self->people);
	g_free(self->asked);
	g_string_free(self->certificates, TRUE);
	g_free(self);
}

static int64_t floor_of_slot(int64_t ms) { return ms - ((ms % SLOT_MS) + SLOT_MS) % SLOT_MS; }

/* What is asked, in whole slots. */
static bool read_question(People *self, GError **err)
{
	self->names = query_of(self);
	if (self->work.task.kind != TASK_AVAILABILITY)
		return true;
	if (self->work.version < VERSION_AVAILABILITY)
		return fail(err, ERR_UNSUPPORTED,
		            _("this server does not tell when others are busy: that needs "
		              "ActiveSync 14.0"));
	if (!gal_busy_query_read(query_of(self), &self->start_ms, &self->end_ms, &self->names))
		return fail(err, ERR_REQUEST, _("this is no question about somebody's time"));
	self->start_ms = floor_of_slot(self->start_ms);
	self->end_ms = CLAMP(floor_of_slot(self->end_ms + SLOT_MS - 1), self->start_ms + SLOT_MS,
	                     self->start_ms + AVAILABILITY_MOST_MS);
	return true;
}

Task *eas_people_begin(const TaskSpec *spec, GError **err)
{
	static const TaskOps ops = { .ask = people_ask, .take = people_take, .free = people_free };
	g_autoptr(Task) task = work_new(sizeof(People), &ops, spec);
	People *self = (People *)task;

	self->certificates = g_string_new(NULL);
	self->people = g_ptr_array_new_with_free_func((GDestroyNotify)gal_entry_free);
	self->by_find = self->work.version >= VERSION_FIND;
	return read_question(self, err) ? g_steal_pointer(&task) : NULL;
}
