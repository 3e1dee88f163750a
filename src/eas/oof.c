/* Settings Oof, both ways ([MS-ASCMD] 2.2.1.18): the answer that the server gives while a person is
 * away. */
#include "base/text.h"
#include "eas/date.h"
#include "eas/reply.h"
#include "eas/request.h"
#include "eas/task.h"
#include "model/oof.h"

typedef struct {
	Work    work;
	Oof    *wanted;        /* OOF_SET */
	Oof    *told;          /* OOF_GET */
	int64_t status;        /* of the Oof element */
	/* The message being read. */
	guint   audiences;     /* a bit each */
	OofMessage message;
} OofTask;

static const struct { OofAudience audience; WbxmlTag tag; } audiences[] = {
	{ OOF_INTERNAL, WBXML_Settings_AppliesToInternal },
	{ OOF_KNOWN, WBXML_Settings_AppliesToExternalKnown },
	{ OOF_UNKNOWN, WBXML_Settings_AppliesToExternalUnknown },
};

/* ---- the request ---- */

static void write_get(WbxmlWriter *writer)
{
	wbxml_open(writer, WBXML_Settings_Get);
	wbxml_text(writer, WBXML_Settings_BodyType, "Text");
	wbxml_close(writer);
}

static void write_time(WbxmlWriter *writer, WbxmlTag tag, int64_t ms)
{
	g_autofree char *text = date_format(ms);

	wbxml_text(writer, tag, text);
}

static void write_message(WbxmlWriter *writer, WbxmlTag audience, const OofMessage *message)
{
	wbxml_open(writer, WBXML_Settings_OofMessage);
	wbxml_empty(writer, audience);
	wbxml_int(writer, WBXML_Settings_Enabled, message->is_on);
	wbxml_text(writer, WBXML_Settings_ReplyMessage, message->text);
	if (message->text)
		wbxml_text(writer, WBXML_Settings_BodyType, message->is_html ? "HTML" : "Text");
	wbxml_close(writer);
}

static void write_set(WbxmlWriter *writer, const Oof *oof)
{
	wbxml_open(writer, WBXML_Settings_Set);
	wbxml_int(writer, WBXML_Settings_OofState, oof->state);
	if (oof->state == OOF_TIMED) {
		write_time(writer, WBXML_Settings_StartTime, oof->start_ms);
		write_time(writer, WBXML_Settings_EndTime, oof->end_ms);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(audiences); i++)
		if (!oof->messages[audiences[i].audience].is_untold)
			write_message(writer, audiences[i].tag,
			              &oof->messages[audiences[i].audience]);
	wbxml_close(writer);
}

static HttpRequest *oof_ask(Task *task, GError **err)
{
	const OofTask *self = (const OofTask *)task;
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	(void)err;
	wbxml_open(writer, WBXML_Settings_Settings);
	wbxml_open(writer, WBXML_Settings_Oof);
	if (self->wanted)
		write_set(writer, self->wanted);
	else
		write_get(writer);
	wbxml_close(writer);
	wbxml_close(writer);
	return request_new(&self->work.spec, "Settings", NULL, writer);
}

/* ---- the answer ---- */

static bool take_body_type(OofMessage *message, WbxmlReader *reader, GError **err)
{
	g_autofree char *type = NULL;

	if (!reply_line(reader, &type, err))
		return false;
	message->is_html = type && text_equal_ascii_case(type, "HTML");
	return true;
}

static bool take_message_part(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	OofTask *self = into;

	for (size_t i = 0; i < G_N_ELEMENTS(audiences); i++)
		if (tag == audiences[i].tag)
			self->audiences |= 1u << audiences[i].audience;
	switch (tag) {
	case WBXML_Settings_Enabled:
		return reply_bool(reader, &self->message.is_on, err);
	case WBXML_Settings_ReplyMessage:
		return reply_text(reader, &self->message.text, err);
	case WBXML_Settings_BodyType:
		return take_body_type(&self->message, reader, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

/* Lines end in a plain '\n' here, and the last one in nothing. */
static void tidy(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++)
		if (*from != '\r' || from[1] != '\n')
			*to++ = *from;
	*to = '\0';
	g_strchomp(text);
}

/* One message may be for several audiences. */
static void give_message(OofTask *self)
{
	for (int i = 0; i < OOF_AUDIENCE_COUNT; i++) {
		OofMessage *message = &self->told->messages[i];
		if (!(self->audiences & 1u << i))
			continue;
		g_free(message->text);
		*message = self->message;
		message->text = g_strdup(self->message.text);
	}
}

static bool take_message(OofTask *self, WbxmlReader *reader, GError **err)
{
	self->audiences = 0;
	g_clear_pointer(&self->message.text, g_free);
	self->message = (OofMessage){ 0 };
	if (!reply_walk(reader, take_message_part, self, err))
		return false;
	if (self->message.text)
		tidy(self->message.text);
	give_message(self);
	return true;
}

static bool take_time(int64_t *ret_ms, WbxmlReader *reader, GError **err)
{
	g_autofree char *text = NULL;

	if (!reply_line(reader, &text, err))
		return false;
	date_parse(text, ret_ms);
	return true;
}

static bool take_setting(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	OofTask *self = into;
	int64_t state = OOF_OFF;

	switch (tag) {
	case WBXML_Settings_OofState:
		if (!reply_int(reader, OOF_OFF, OOF_TIMED, &state, err))
			return false;
		self->told->state = (OofState)state;
		return true;
	case WBXML_Settings_StartTime:
		return take_time(&self->told->start_ms, reader, err);
	case WBXML_Settings_EndTime:
		return take_time(&self->told->end_ms, reader, err);
	case WBXML_Settings_OofMessage:
		return take_message(self, reader, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

static bool take_oof(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	OofTask *self = into;

	switch (tag) {
	case WBXML_Settings_Status:
		return reply_int(reader, 0, 9999, &self->status, err);
	case WBXML_Settings_Get:
		return reply_walk(reader, take_setting, into, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

static bool take_part(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	switch (tag) {
	case WBXML_Settings_Status:
		return reply_status(reader, FAMILY_SETTINGS, err);
	case WBXML_Settings_Oof:
		return reply_walk(reader, take_oof, into, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

/* Asking fails as a whole; of what a person set, the op fails. */
static bool settle(const OofTask *self, Sink *sink, GError **err)
{
	g_autoptr(GError) why = NULL;
	const Op *op = self->wanted ? g_ptr_array_index(self->work.spec.ops, 0) : NULL;
	bool is_well = status_check(FAMILY_SETTINGS, (int)self->status, &why);

	if (!is_well && !op) {
		g_propagate_error(err, g_steal_pointer(&why));
		return false;
	}
	if (!is_well)
		sink->ops->op_failed(sink, op->id, why);
	else if (op)
		sink->ops->op_done(sink, op->id);
	else
		sink->ops->oof(sink, self->told);
	return true;
}

static bool oof_take(Task *task, const HttpResponse *response, Sink *sink, Step *ret_step,
                     GError **err)
{
	OofTask *self = (OofTask *)task;
	g_autoptr(WbxmlReader) reader = NULL;

	self->status = 1;
	*ret_step = STEP_DONE;
	return reply_open(response, sink, WBXML_Settings_Settings, &reader, err) &&
	       (!reader || reply_walk(reader, take_part, self, err)) && settle(self, sink, err);
}

static void oof_task_free(Task *task)
{
	OofTask *self = (OofTask *)task;

	oof_free(self->wanted);
	oof_free(self->told);
	g_free(self->message.text);
	g_free(self);
}

Task *eas_oof_begin(const TaskSpec *spec, GError **err)
{
	static const TaskOps ops = { .ask = oof_ask, .take = oof_take, .free = oof_task_free };
	g_autoptr(Oof) wanted = NULL;

	if (spec->kind == TASK_OOF_SET) {
		const Op *op = g_ptr_array_index(spec->ops, 0);
		wanted = oof_from_text(op->value.text ? op->value.text : "", err);
		if (!wanted)
			return NULL;
	}
	OofTask *self = work_new(sizeof *self, &ops, spec);
	self->wanted = g_steal_pointer(&wanted);
	self->told = oof_new();
	for (int i = 0; i < OOF_AUDIENCE_COUNT; i++)
		self->told->messages[i].is_untold = true;
	return &self->work.task;
}
