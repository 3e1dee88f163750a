/* Settings: says what we are to servers that do not learn it from Provision (up to 14.0), asks for
 * the mailbox's own addresses. One request does both. */
#include "eas/reply.h"
#include "eas/device.h"
#include "eas/request.h"
#include "eas/task.h"

enum { ADDRESSES_MAX = 1000 };      /* own ones, of one mailbox */

typedef struct {
	Work       work;
	bool is_told; /* DeviceInformation was in the request and the answer does not refuse it */
	GPtrArray *addresses;     /* of char *, the primary one first */
} Settings;

static HttpRequest *settings_ask(Task *task, GError **err)
{
	Settings *self = (Settings *)task;
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	(void)err;
	wbxml_open(writer, WBXML_Settings_Settings);
	self->is_told = self->work.version < 141 && !self->work.spec.state->is_device_told;
	if (self->is_told)
		device_write(writer);
	wbxml_open(writer, WBXML_Settings_UserInformation);
	wbxml_empty(writer, WBXML_Settings_Get);
	wbxml_close(writer);
	wbxml_close(writer);
	return request_new(&self->work.spec, "Settings", NULL, writer);
}

static void add_address(Settings *self, char *address, bool is_primary)
{
	guint index;

	if (!address || self->addresses->len >= ADDRESSES_MAX) {
		g_free(address);
		return;
	}
	if (g_ptr_array_find_with_equal_func(self->addresses, address, g_str_equal, &index))
		g_ptr_array_remove_index(self->addresses, index);
	g_ptr_array_insert(self->addresses, is_primary ? 0 : -1, address);
}

/* The address may be wrapped in Accounts, Account and EmailAddresses (14.1), in Get and
 * EmailAddresses, or stand alone. */
static bool take_address(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	char *address = NULL;

	switch (tag) {
	case WBXML_Settings_Get:
	case WBXML_Settings_Accounts:
	case WBXML_Settings_Account:
	case WBXML_Settings_EmailAddresses:
		return reply_walk(reader, take_address, into, err);
	case WBXML_Settings_SMTPAddress:
	case WBXML_Settings_PrimarySmtpAddress:
		if (!reply_line(reader, &address, err))
			return false;
		add_address(into, address, tag == WBXML_Settings_PrimarySmtpAddress);
		return true;
	default:
		return wbxml_reader_skip(reader, err);
	}
}

static bool take_device_status(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Settings *self = into;
	int64_t status = 1;

	if (tag != WBXML_Settings_Status)
		return wbxml_reader_skip(reader, err);
	if (!reply_int(reader, 0, 9999, &status, err))
		return false;
	self->is_told = self->is_told && status == 1;
	return true;
}

static bool take_part(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	switch (tag) {
	case WBXML_Settings_Status:
		return reply_status(reader, FAMILY_SETTINGS, err);
	case WBXML_Settings_DeviceInformation:
		return reply_walk(reader, take_device_status, into, err);
	case WBXML_Settings_UserInformation:
		return reply_walk(reader, take_address, into, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

static bool settings_take(Task *task, const HttpResponse *response, Sink *sink, Step *ret_step,
                          GError **err)
{
	Settings *self = (Settings *)task;
	g_autoptr(WbxmlReader) reader = NULL;

	if (!reply_open(response, sink, WBXML_Settings_Settings, &reader, err) ||
	    (reader && !reply_walk(reader, take_part, self, err)))
		return false;
	if (self->is_told)
		sink->ops->device_told(sink);
	if (self->addresses->len) {
		g_ptr_array_add(self->addresses, NULL);
		g_autofree char *list = g_strjoinv("\n", (char **)self->addresses->pdata);
		sink->ops->addresses(sink, list);
	}
	*ret_step = STEP_DONE;
	return true;
}

static void settings_free(Task *task)
{
	g_ptr_array_unref(((Settings *)task)->addresses);
	g_free(task);
}

Task *eas_settings_begin(const TaskSpec *spec, GError **err)
{
	static const TaskOps ops = { .ask = settings_ask,
		                     .take = settings_take,
		                     .free = settings_free };
	Settings *self = work_new(sizeof *self, &ops, spec);

	(void)err;
	self->addresses = g_ptr_array_new_with_free_func(g_free);
	return &self->work.task;
}
