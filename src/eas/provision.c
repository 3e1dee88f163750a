/*
 * Provision, [MS-ASPROV] 3.1.5.1: ask for the policies, then acknowledge them with the temporary
 * key that came along; the answer to that brings the key for every later command. A demand to erase
 * comes the same way and is acknowledged instead. Policies are acknowledged as "partly applied":
 * the server learns the truth and decides.
 */

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "eas/reply.h"
#include "eas/device.h"
#include "eas/request.h"
#include "eas/task.h"

#define POLICY_TYPE "MS-EAS-Provisioning-WBXML"

enum { VERSION_DEVICE_INSIDE = 141 };
enum { POLICY_NONE = 2 };
enum { ACK_APPLIED_PARTLY = 2, ACK_WIPED = 1 };

typedef enum { PHASE_ASK, PHASE_ACKNOWLEDGE, PHASE_WIPE } Phase;

typedef struct {
	Work     work;
	Phase    phase;
	char *key; /* of the policies, first temporary, then final; NULL before the first answer */
	GString *document;           /* EASProvisionDoc as XML; NULL: none came */
	/* Of the answer being read. */
	bool     has_policy;
	int64_t  status, policy_status;
	bool     is_wipe, is_account_wipe;
	bool     is_device_told;
} Provision;

/* ---- the requests ---- */

static void write_policy(WbxmlWriter *writer, const Provision *self)
{
	wbxml_open(writer, WBXML_Provision_Policies);
	wbxml_open(writer, WBXML_Provision_Policy);
	wbxml_text(writer, WBXML_Provision_PolicyType, POLICY_TYPE);
	if (self->phase == PHASE_ACKNOWLEDGE) {
		wbxml_text(writer, WBXML_Provision_PolicyKey, self->key);
		wbxml_int(writer, WBXML_Provision_Status, ACK_APPLIED_PARTLY);
	}
	wbxml_close(writer);
	wbxml_close(writer);
}

static void write_wiped(WbxmlWriter *writer, bool is_account_only)
{
	wbxml_open(writer, is_account_only ? WBXML_Provision_AccountOnlyRemoteWipe
	                                   : WBXML_Provision_RemoteWipe);
	wbxml_int(writer, WBXML_Provision_Status, ACK_WIPED);
	wbxml_close(writer);
}

static HttpRequest *provision_ask(Task *task, GError **err)
{
	const Provision *self = (const Provision *)task;
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	(void)err;
	wbxml_open(writer, WBXML_Provision_Provision);
	if (self->phase == PHASE_ASK && self->work.version >= VERSION_DEVICE_INSIDE)
		device_write(writer);
	if (self->phase == PHASE_WIPE)
		write_wiped(writer, self->is_account_wipe);
	else
		write_policy(writer, self);
	wbxml_close(writer);
	return request_new(&self->work.spec, "Provision", self->key ? self->key : "0", writer);
}

/* ---- the policy document ---- */

/* An element and all below it as XML text without white space: the same document gives the same
 * text. */
static bool append_element(GString *xml, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	const char *name = wbxml_tag_name(tag);
	unsigned inside = wbxml_reader_depth(reader);
	WbxmlToken token;

	if (!name)
		return wbxml_reader_skip(reader, err);
	g_string_append_printf(xml, "<%s>", name);
	for (;;) {
		if (!wbxml_reader_next(reader, &token, err))
			return false;
		if (token.event == WBXML_CLOSE && wbxml_reader_depth(reader) < inside)
			break;
		if (token.event == WBXML_OPEN && !append_element(xml, token.tag, reader, err))
			return false;
		if (token.event != WBXML_TEXT)
			continue;
		g_autofree char *text = text_to_utf8((const char *)token.text, token.len);
		g_autofree char *escaped = g_markup_escape_text(text, -1);
		g_string_append(xml, escaped);
	}
	g_string_append_printf(xml, "</%s>", name);
	return true;
}

static bool take_document(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Provision *self = into;

	if (tag != WBXML_Provision_EASProvisionDoc)
		return wbxml_reader_skip(reader, err);
	if (self->document)
		g_string_free(self->document, TRUE);
	self->document = g_string_new(NULL);
	return append_element(self->document, tag, reader, err);
}

/* ---- the answers ---- */

static bool take_policy(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Provision *self = into;

	switch (tag) {
	case WBXML_Provision_Policy:
		self->has_policy = true;
		return reply_walk(reader, take_policy, into, err);
	case WBXML_Provision_Status:
		return reply_int(reader, 0, 9999, &self->policy_status, err);
	case WBXML_Provision_PolicyKey:
		return reply_line(reader, &self->key, err);
	case WBXML_Provision_Data:
		return reply_walk(reader, take_document, into, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

static bool take_device(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	int64_t status = 0;

	if (tag != WBXML_Settings_Status)
		return wbxml_reader_skip(reader, err);
	if (!reply_int(reader, 0, 9999, &status, err))
		return false;
	((Provision *)into)->is_device_told = status == 1;
	return true;
}

static bool take_part(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Provision *self = into;

	switch (tag) {
	case WBXML_Provision_Status:
		return reply_int(reader, 0, 9999, &self->status, err);
	case WBXML_Provision_Policies:
		return reply_walk(reader, take_policy, into, err);
	case WBXML_Settings_DeviceInformation:
		return reply_walk(reader, take_device, into, err);
	case WBXML_Provision_RemoteWipe:
		self->is_wipe = true;
		return wbxml_reader_skip(reader, err);
	case WBXML_Provision_AccountOnlyRemoteWipe:
		self->is_account_wipe = true;
		return wbxml_reader_skip(reader, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

static bool read_answer(Provision *self, const HttpResponse *response, Sink *sink, GError **err)
{
	g_autoptr(WbxmlReader) reader = NULL;

	self->has_policy = self->is_wipe = self->is_account_wipe = self->is_device_told = false;
	self->status = self->policy_status = 1;
	return reply_open(response, sink, WBXML_Provision_Provision, &reader, err) &&
	       (!reader || reply_walk(reader, take_part, self, err));
}

/* Nobody but the real server may have this account's data erased. It hears that we obey only once
 * we cannot forget it any more. */
static bool begin_wipe(Provision *self, const HttpResponse *response, Sink *sink, Step *ret_step,
                       GError **err)
{
	if (!response->is_chain_verified)
		return fail(err, ERR_TLS,
		            _("the server demands that this account be erased, but its "
		              "certificate is not verified: refused; check the account's CA file"));
	self->is_account_wipe = self->is_account_wipe && !self->is_wipe;
	if (!sink->ops->wipe(sink, self->is_account_wipe, err))
		return false;
	self->phase = PHASE_WIPE;
	*ret_step = STEP_ASK;
	return true;
}

static void give_policy(const Provision *self, Sink *sink)
{
	g_autofree char *hash = NULL;

	if (self->document)
		hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, self->document->str, -1);
	sink->ops->policy(sink, self->key ? self->key : "0", hash,
	                  self->document ? self->document->str : NULL);
}

/* The server has no policy for us: key 0 goes with every command. */
static bool finish_without(Sink *sink, Step *ret_step)
{
	sink->ops->policy(sink, "0", NULL, NULL);
	*ret_step = STEP_DONE;
	return true;
}

static bool finish_phase(Provision *self, Sink *sink, Step *ret_step, GError **err)
{
	if (!status_check(FAMILY_PROVISION, (int)self->status, err))
		return false;
	if (self->is_device_told)
		sink->ops->device_told(sink);
	if (self->policy_status == POLICY_NONE || !self->key ||
	    (!self->has_policy && self->phase == PHASE_ASK))
		return finish_without(sink, ret_step);
	if (!status_check(FAMILY_POLICY, (int)self->policy_status, err))
		return false;
	if (self->phase == PHASE_ASK) {
		self->phase = PHASE_ACKNOWLEDGE;
		*ret_step = STEP_ASK;
		return true;
	}
	give_policy(self, sink);
	*ret_step = STEP_DONE;
	return true;
}

static bool provision_take(Task *task, const HttpResponse *response, Sink *sink, Step *ret_step,
                           GError **err)
{
	Provision *self = (Provision *)task;

	/* Whatever the server says to the acknowledgement, its demand stands. */
	if (self->phase == PHASE_WIPE) {
		*ret_step = STEP_DONE;
		return true;
	}
	if (!read_answer(self, response, sink, err))
		return false;
	if (self->is_wipe || self->is_account_wipe)
		return begin_wipe(self, response, sink, ret_step, err);
	return finish_phase(self, sink, ret_step, err);
}

static void provision_free(Task *task)
{
	Provision *self = (Provision *)task;

	if (self->document)
		g_string_free(self->document, TRUE);
	g_free(self->key);
	g_free(self);
}

Task *eas_provision_begin(const TaskSpec *spec, GError **err)
{
	static const TaskOps ops = { .ask = provision_ask,
		                     .take = provision_take,
		                     .free = provision_free };

	(void)err;
	return work_new(sizeof(Provision), &ops, spec);
}
