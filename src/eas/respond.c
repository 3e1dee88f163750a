/*
 * MeetingResponse: an answer to an invitation ([MS-ASCMD] 2.2.1.11), by the mail that brought it or
 * by the event. From 16.0 on the server tells the organiser if it is asked to.
 */
#include "base/error.h"
#include "base/i18n.h"
#include "eas/field.h"
#include "eas/reply.h"
#include "eas/request.h"
#include "eas/task.h"

enum { VERSION_EVENTS = 140, VERSION_INSTANCES = 141, VERSION_MAILS = 160,
       VERSION_PROPOSALS = 161 };

typedef struct {
	Work    work;
	int64_t status;         /* of the answer */
} Respond;

static const Op *op_of(const Respond *self) { return g_ptr_array_index(self->work.spec.ops, 0); }
static const AnswerSpec *answer_of(const Respond *self) { return self->work.spec.answer; }

/* [MS-ASCMD] 2.2.3.196: 1 accepted, 2 tentative, 3 declined. */
static int choice_on_wire(ResponseType choice)
{
	if (choice == RESPONSE_ACCEPTED)
		return 1;
	return choice == RESPONSE_TENTATIVE ? 2 : 3;
}

/* Without it the server notes the answer and tells nobody. */
static void write_mail(WbxmlWriter *writer, const Respond *self)
{
	const AnswerSpec *answer = answer_of(self);
	bool has_comment = answer->comment && *answer->comment;
	bool proposes = self->work.version >= VERSION_PROPOSALS && answer->proposed_start_ms;

	if (self->work.version < VERSION_MAILS || !answer->tells_organizer)
		return;
	if (!has_comment && !proposes) {
		wbxml_empty(writer, WBXML_MeetingResponse_SendResponse);
		return;
	}
	wbxml_open(writer, WBXML_MeetingResponse_SendResponse);
	if (has_comment)
		field_body(writer, BODY_TEXT, answer->comment);
	if (proposes) {
		field_date(writer, WBXML_MeetingResponse_ProposedStartTime,
		           answer->proposed_start_ms);
		field_date(writer, WBXML_MeetingResponse_ProposedEndTime, answer->proposed_end_ms);
	}
	wbxml_close(writer);
}

/* Each time the organiser may get a mail, and the second time there is no invitation any more. */
static HttpRequest *asked_once(HttpRequest *request)
{
	request->is_once = true;
	return request;
}

static HttpRequest *respond_ask(Task *task, GError **err)
{
	const Respond *self = (const Respond *)task;
	const AnswerSpec *answer = answer_of(self);
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	(void)err;
	wbxml_open(writer, WBXML_MeetingResponse_MeetingResponse);
	wbxml_open(writer, WBXML_MeetingResponse_Request);
	wbxml_int(writer, WBXML_MeetingResponse_UserResponse, choice_on_wire(answer->choice));
	wbxml_text(writer, WBXML_MeetingResponse_CollectionId, self->work.spec.folder->server_id);
	wbxml_text(writer, WBXML_MeetingResponse_RequestId, op_of(self)->server_id);
	if (answer->instance_ms)
		field_date(writer, WBXML_MeetingResponse_InstanceId, answer->instance_ms);
	write_mail(writer, self);
	wbxml_close(writer);
	wbxml_close(writer);
	return asked_once(request_new(&self->work.spec, "MeetingResponse", NULL, writer));
}

static bool take_part(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Respond *self = into;

	switch (tag) {
	case WBXML_MeetingResponse_Status:
		return reply_int(reader, 0, 9999, &self->status, err);
	case WBXML_MeetingResponse_Result:
		return reply_walk(reader, take_part, into, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

/* What the server says of this invitation settles the op; what is in the way of any, fails the
 * task. */
static bool settle(const Respond *self, Sink *sink, GError **err)
{
	const StatusRow *row = status_find(FAMILY_RESPOND, (int)self->status);
	g_autoptr(GError) why = NULL;

	if (status_check(FAMILY_RESPOND, (int)self->status, &why)) {
		sink->ops->op_done(sink, op_of(self)->id);
		return true;
	}
	if (!row || row->reach == REACH_ACCOUNT) {
		g_propagate_error(err, g_steal_pointer(&why));
		return false;
	}
	sink->ops->op_failed(sink, op_of(self)->id, why);
	return true;
}

static bool respond_take(Task *task, const HttpResponse *response, Sink *sink, Step *ret_step,
                         GError **err)
{
	Respond *self = (Respond *)task;
	g_autoptr(WbxmlReader) reader = NULL;

	if (!reply_open(response, sink, WBXML_MeetingResponse_MeetingResponse, &reader, err))
		return false;
	if (!reader)
		return fail(err, ERR_PROTOCOL,
		            _("the server does not say whether it took the answer"));
	self->status = 1;
	if (!reply_walk(reader, take_part, self, err) || !settle(self, sink, err))
		return false;
	*ret_step = STEP_DONE;
	return true;
}

static void respond_free(Task *task)
{
	g_free(task);
}

/* [MS-ASCMD] 2.2.1.11: events themselves from 14.0 on, their occurrences from 14.1. */
Task *eas_respond_begin(const TaskSpec *spec, GError **err)
{
	static const TaskOps ops = { .ask = respond_ask,
		                     .take = respond_take,
		                     .free = respond_free };
	int version = request_version(spec->state);
	bool is_event = pim_kind_of_folder(spec->folder->type) == PIM_EVENT;

	if (is_event && version < VERSION_EVENTS)
		return fail_null(
			err, ERR_UNSUPPORTED,
			_("this server takes an answer to the invitation in the Inbox only"));
	if (spec->answer->instance_ms && version < VERSION_INSTANCES)
		return fail_null(err, ERR_UNSUPPORTED,
		                 _("this server takes no answer to one occurrence of a series"));
	return work_new(sizeof(Respond), &ops, spec);
}
