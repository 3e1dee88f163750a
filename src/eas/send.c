/*
 * SendMail, SmartReply and SmartForward ([MS-ASCMD] 2.2.1.17 to 2.2.1.19). From 14.0 on the message
 * is an element of a document; before, it is the request's whole body and the rest stands in the
 * query ([MS-ASHTTP] 2.2.1.1.1.2.4). Success is an empty answer.
 */
#include "base/error.h"
#include "base/i18n.h"
#include "eas/reply.h"
#include "eas/request.h"
#include "eas/task.h"

enum { SEND_TIMEOUT_S = 300 /* the server may look at every attachment before it answers */ };

/* The three commands differ in names alone. */
typedef struct { const char *command; WbxmlTag root; } Form;

static const Form forms[] = {
	[SEND_MAIL] = { "SendMail", WBXML_ComposeMail_SendMail },
	[SEND_REPLY] = { "SmartReply", WBXML_ComposeMail_SmartReply },
	[SEND_FORWARD] = { "SmartForward", WBXML_ComposeMail_SmartForward },
};

static const SendSpec *send_of(const Work *work) { return work->spec.send; }
static const Form     *form_of(const Work *work) { return &forms[send_of(work)->form]; }

/* ---- the request ---- */

static void write_source(WbxmlWriter *writer, const SendSpec *send)
{
	if (send->form == SEND_MAIL)
		return;
	wbxml_open(writer, WBXML_ComposeMail_Source);
	wbxml_text(writer, WBXML_ComposeMail_FolderId, send->source_folder);
	wbxml_text(writer, WBXML_ComposeMail_ItemId, send->source_item);
	wbxml_close(writer);
}

/* The order of the elements is the specification's. */
static HttpRequest *ask_as_document(const Work *work)
{
	const SendSpec *send = send_of(work);
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();
	gsize len;
	const char *mime = g_bytes_get_data(send->mime, &len);

	wbxml_open(writer, form_of(work)->root);
	wbxml_text(writer, WBXML_ComposeMail_ClientId, send->client_id);
	write_source(writer, send);
	if (send->wants_copy)
		wbxml_empty(writer, WBXML_ComposeMail_SaveInSentItems);
	if (send->form != SEND_MAIL && !send->adds_original)
		wbxml_empty(writer, WBXML_ComposeMail_ReplaceMime);
	wbxml_opaque(writer, WBXML_ComposeMail_Mime, mime, len);
	wbxml_close(writer);
	return request_new(&work->spec, form_of(work)->command, NULL, writer);
}

static void query_add(GString *query, const char *name, const char *value)
{
	g_string_append_printf(query, "&%s=", name);
	g_string_append_uri_escaped(query, value, NULL, FALSE);
}

/* Such a server knows no ReplaceMime: see eas_send_begin(). */
static HttpRequest *ask_as_mail(const Work *work)
{
	const SendSpec *send = send_of(work);
	g_autoptr(GString) query = g_string_new(NULL);

	if (send->form != SEND_MAIL) {
		query_add(query, "ItemId", send->source_item);
		query_add(query, "CollectionId", send->source_folder);
	}
	if (send->wants_copy)
		query_add(query, "SaveInSent", "T");
	return request_new_mail(&work->spec, form_of(work)->command, query->str, send->mime);
}

static HttpRequest *send_ask(Task *task, GError **err)
{
	const Work *work = (const Work *)task;
	HttpRequest *request = work->version < 140 ? ask_as_mail(work) : ask_as_document(work);

	(void)err;
	request->is_once = true;
	request->timeout_s = SEND_TIMEOUT_S;
	return request;
}

/* ---- the answer ---- */

static bool take_part(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	int64_t *status = into;

	return tag == WBXML_ComposeMail_Status ? reply_int(reader, 0, 9999, status, err)
	                                       : wbxml_reader_skip(reader, err);
}

/* The server has looked at the message and says what it did with it; not that something else is in
 * the way. */
static bool is_verdict(const StatusRow *row)
{
	return row && (row->reach == REACH_ITEM || row->kind == ERR_REQUEST ||
	               row->kind == ERR_FULL || row->kind == ERR_LIMIT);
}

/* A server that fails and says so in a Status has not taken the message; with a 5xx it may have. */
static bool is_verdict_of_status(const StatusRow *row)
{
	return is_verdict(row) ||
	       (row && (row->kind == ERR_SERVER || row->kind == ERR_OVERLOADED));
}

static bool settle(bool is_word, Sink *sink, GError *why, GError **err)
{
	if (!why)
		return true;
	if (!is_word) {
		g_propagate_error(err, why);
		return false;
	}
	sink->ops->send_refused(sink, why);
	g_error_free(why);
	return true;
}

static bool take_document(const Work *work, const HttpResponse *response, Sink *sink, GError **err)
{
	g_autoptr(WbxmlReader) reader = NULL;
	GError *why = NULL;
	int64_t status = 1;

	if (!reply_enter(response->body, form_of(work)->root, &reader, err) ||
	    (reader && !reply_walk(reader, take_part, &status, err)))
		return false;
	status_check(FAMILY_COMMON, (int)status, &why);
	return settle(is_verdict_of_status(status_find(FAMILY_COMMON, (int)status)), sink, why,
	              err);
}

static bool send_take(Task *task, const HttpResponse *response, Sink *sink, Step *ret_step,
                      GError **err)
{
	GError *why = NULL;
	const StatusRow *row = status_find(FAMILY_HTTP, response->status);

	*ret_step = STEP_DONE;
	if (!reply_check(response, sink, &why))
		return settle(is_verdict(row), sink, why, err);
	return take_document((const Work *)task, response, sink, err);
}

static void send_free(Task *task) { g_free(task); }

Task *eas_send_begin(const TaskSpec *spec, GError **err)
{
	static const TaskOps ops = { .ask = send_ask, .take = send_take, .free = send_free };
	bool needs_replace = spec->send->form != SEND_MAIL && !spec->send->adds_original;

	/* [MS-ASCMD] ReplaceMime: 14.0 and later. An older server would put the original under a
	 * text that has it. */
	if (needs_replace && request_version(spec->state) < 140)
		return fail_null(err, ERR_UNSUPPORTED,
		                 _("the server adds the original to every reply; the message has "
		                   "to be sent whole"));
	return work_new(sizeof(Work), &ops, spec);
}
