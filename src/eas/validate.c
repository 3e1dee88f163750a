/* ValidateCert ([MS-ASCMD] 2.2.1.21): what the server thinks of certificates. A second opinion: it knows
 * what was revoked inside the organisation, and is believed in nothing that we found wrong ourselves. */
#include "eas/reply.h"
#include "eas/request.h"
#include "eas/task.h"
#include "model/certificate.h"

typedef struct {
	Work       work;
	GPtrArray *words;      /* of char *, borrowed: of each certificate */
	int64_t    status;     /* of the one being read */
} Validate;

/* [MS-ASCMD] 2.2.3.177.17. */
static ServerOpinion opinion_of(int64_t status)
{
	static const ServerOpinion opinions[] = {
		[1] = OPINION_GOOD,           [3] = OPINION_BAD_SIGNATURE,
		[4] = OPINION_UNTRUSTED,      [5] = OPINION_BAD_CHAIN,
		[6] = OPINION_WRONG_PURPOSE,  [7] = OPINION_EXPIRED,
		[8] = OPINION_BAD_CHAIN,      [9] = OPINION_WRONG_PURPOSE,
		[10] = OPINION_DAMAGED,       [11] = OPINION_WRONG_PURPOSE,
		[12] = OPINION_OTHER_ADDRESS, [13] = OPINION_REVOKED,
		[14] = OPINION_NOT_KNOWN,     [15] = OPINION_REVOKED,
		[16] = OPINION_NOT_KNOWN,     [17] = OPINION_FAILED,
	};

	return status >= 0 && status < (int64_t)G_N_ELEMENTS(opinions) ? opinions[status]
	                                                               : OPINION_FAILED;
}

static HttpRequest *validate_ask(Task *task, GError **err)
{
	const Validate *self = (const Validate *)task;
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();
	g_auto(GStrv) certificates = g_strsplit(self->work.spec.query, "\n", -1);

	(void)err;
	wbxml_open(writer, WBXML_ValidateCert_ValidateCert);
	wbxml_open(writer, WBXML_ValidateCert_Certificates);
	for (int i = 0; certificates[i]; i++)
		wbxml_text(writer, WBXML_ValidateCert_Certificate, certificates[i]);
	wbxml_close(writer);
	wbxml_int(writer, WBXML_ValidateCert_CheckCRL, 1);
	wbxml_close(writer);
	return request_new(&self->work.spec, "ValidateCert", NULL, writer);
}

static bool take_one(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Validate *self = into;

	return tag == WBXML_ValidateCert_Status ? reply_int(reader, 0, 1000, &self->status, err)
	                                        : wbxml_reader_skip(reader, err);
}

static bool take_each(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Validate *self = into;

	if (tag == WBXML_ValidateCert_Status)
		return reply_status(reader, FAMILY_VALIDATE, err);
	if (tag != WBXML_ValidateCert_Certificate)
		return wbxml_reader_skip(reader, err);
	self->status = 0;
	if (!reply_walk(reader, take_one, self, err))
		return false;
	g_ptr_array_add(self->words, (char *)server_opinion_name(opinion_of(self->status)));
	return true;
}

static bool validate_take(Task *task, const HttpResponse *response, Sink *sink, Step *ret_step,
                          GError **err)
{
	Validate *self = (Validate *)task;
	g_autoptr(WbxmlReader) reader = NULL;

	g_ptr_array_set_size(self->words, 0);
	*ret_step = STEP_DONE;
	if (!reply_open(response, sink, WBXML_ValidateCert_ValidateCert, &reader, err) ||
	    (reader && !reply_walk(reader, take_each, self, err)))
		return false;
	sink->ops->opinions(sink, self->words);
	return true;
}

static void validate_free(Task *task)
{
	g_ptr_array_unref(((Validate *)task)->words);
	g_free(task);
}

Task *eas_validate_begin(const TaskSpec *spec, GError **err)
{
	static const TaskOps ops = { .ask = validate_ask, .take = validate_take, .free = validate_free };
	Validate *self = work_new(sizeof *self, &ops, spec);

	(void)err;
	self->words = g_ptr_array_new();
	return &self->work.task;
}
