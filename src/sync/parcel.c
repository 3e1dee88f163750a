#include "sync/parcel.h"

#include "base/header.h"
#include "base/i18n.h"
#include "model/draft.h"

/* ---- the bytes ---- */

/* What is being packed: the message of this op. */
typedef struct { Core *core; const Op *op; const StoreDraft *draft; } Packing;

static bool keep_one(const Packing *packing, StoreMail *mail, GError **err)
{
	return store_write_draft_bytes(packing->core->writer, packing->draft->id, mail->mime,
	                               mail->refers, err);
}

/* The others leave by ops of their own. */
static bool keep_several(const Packing *packing, StoreMail *mail, GError **err)
{
	const StoreCopy *first = g_ptr_array_index(mail->copies, 0);

	if (!store_write_draft_copies(packing->core->writer, packing->op, mail->copies, err))
		return false;
	mail->mime = g_bytes_ref(first->mime);
	return true;
}

static bool compose(const Packing *packing, bool may_refer, StoreMail *mail, GError **err)
{
	Core *core = packing->core;

	if (!core->compose)
		return fail(err, ERR_UNSUPPORTED, _("this message has not been put together"));
	if (!core->compose(core->reader, packing->draft, may_refer, mail, err))
		return false;
	return mail->copies ? keep_several(packing, mail, err) : keep_one(packing, mail, err);
}

/* What refers to an original cannot go whole. */
static bool ensure_bytes(const Packing *packing, bool may_refer, StoreMail *mail, GError **err)
{
	if (!store_read_draft_bytes(packing->core->reader, packing->draft->id, &mail->mime,
	                            &mail->refers, err))
		return false;
	if (mail->mime && (may_refer || !mail->refers))
		return true;
	g_clear_pointer(&mail->mime, g_bytes_unref);
	return compose(packing, may_refer, mail, err);
}

/* ---- the original ---- */

static SendForm form_of(const StoreDraft *draft)
{
	switch ((DraftKind)draft->kind) {
	case DRAFT_REPLY:
	case DRAFT_REPLY_ALL:
	case DRAFT_REPLY_LIST:
		return SEND_REPLY;
	case DRAFT_FORWARD:
	case DRAFT_FORWARD_ATTACHED:
		return SEND_FORWARD;
	default:
		return SEND_MAIL;
	}
}

guint parcel_source_flag(Core *core, const Op *op)
{
	g_autoptr(StoreDraft) draft = NULL;

	if (!store_read_draft_row(core->reader, op->draft_id, &draft, NULL))
		return 0;
	SendForm form = form_of(draft);
	return form == SEND_REPLY     ? MESSAGE_REPLIED
	       : form == SEND_FORWARD ? MESSAGE_FORWARDED
	                              : 0;
}

/* Leaves the names NULL if the server has no such message any more, as far as we know. */
static void name_original(Core *core, const StoreDraft *draft, Parcel *parcel)
{
	g_autoptr(Message) message = NULL;
	g_autoptr(Folder) folder = NULL;

	if (!draft->source_id ||
	    !store_read_message(core->reader, draft->source_id, &message, NULL) ||
	    !store_read_folder(core->reader, message->home_id, &folder, NULL) ||
	    folder->account_id != draft->account_id || op_is_placeholder(message->server_id) ||
	    op_is_placeholder(folder->server_id))
		return;
	parcel->source_item = g_strdup(message->server_id);
	parcel->source_folder = g_strdup(folder->server_id);
}

/* ---- packing ---- */

static Parcel *parcel_new(const Op *op)
{
	Parcel *parcel = g_new0(Parcel, 1);

	parcel->op = op_copy(op);
	return parcel;
}

static bool can_refer(const Session *session, SendForm form)
{
	return (form == SEND_REPLY && session_can(session, "SmartReply")) ||
	       (form == SEND_FORWARD && session_can(session, "SmartForward"));
}

static void address(Parcel *parcel, const StoreMail *mail, SendForm form)
{
	parcel->send = (SendSpec){
		.form = parcel->source_item ? form : SEND_MAIL,
		.mime = g_bytes_ref(mail->mime),
		.client_id = parcel->op->client_id,
		.wants_copy = !parcel->op->value.number,
		.source_folder = parcel->source_folder,
		.source_item = parcel->source_item,
		.adds_original = mail->refers,
	};
	parcel->message_id = header_message_id(mail->mime);
}

Parcel *parcel_pack(Core *core, const Session *session, const Op *op, bool is_whole, GError **err)
{
	g_autoptr(Parcel) parcel = parcel_new(op);
	g_autoptr(StoreDraft) row = NULL;
	g_autoptr(Draft) draft = NULL;
	g_auto(StoreMail) mail = { 0 };

	if (!store_load_draft(core->reader, op->draft_id, &draft, &row, err))
		return NULL;

	SendForm form = form_of(row);

	if (!is_whole && !draft_is_protected(draft) && can_refer(session, form))
		name_original(core, row, parcel);
	if (!ensure_bytes(&(Packing){ core, op, row }, parcel->source_item != NULL, &mail, err))
		return NULL;
	address(parcel, &mail, form);
	return g_steal_pointer(&parcel);
}

Parcel *parcel_of_ids(Core *core, const Op *op, GPtrArray *server_ids, GError **err)
{
	g_autoptr(Parcel) parcel = parcel_new(op);
	g_autoptr(GBytes) mime = NULL;
	bool refers;

	parcel->server_ids = server_ids;
	if (!store_read_draft_bytes(core->reader, op->draft_id, &mime, &refers, err))
		return NULL;
	parcel->message_id = mime ? header_message_id(mime) : NULL;
	return g_steal_pointer(&parcel);
}

/* ---- a draft ---- */

static bool add_new_part(Core *core, Parcel *parcel, const DraftPart *part, GError **err)
{
	const StoreDraftFile *file = store_draft_file_of(parcel->row, part);
	DraftPart *copy;
	GBytes *content = NULL;

	if (!file || !file->is_here || (parcel->op->message_id && file->reference))
		return true;
	if (!store_read_draft_file(core->reader, file->id, &content, err))
		return false;
	copy = draft_part_copy(part);
	g_clear_pointer(&copy->bytes, g_bytes_unref);
	copy->bytes = content;
	g_ptr_array_add(parcel->parts, copy);
	g_array_append_val(parcel->file_ids, file->id);
	return true;
}

static bool is_still_attached(const StoreDraft *row, const char *reference)
{
	for (guint i = 0; i < row->files->len; i++)
		if (g_strcmp0(((const StoreDraftFile *)g_ptr_array_index(row->files, i))->reference,
		              reference) == 0)
			return true;
	return false;
}

static bool find_gone_parts(Core *core, Parcel *parcel, GError **err)
{
	g_autoptr(Message) message = NULL;

	if (!parcel->op->message_id)
		return true;
	if (!store_read_message(core->reader, parcel->op->message_id, &message, err))
		return false;
	g_free(parcel->op->server_id);
	parcel->op->server_id = g_strdup(message->server_id);
	for (guint i = 0; message->parts && i < message->parts->len; i++) {
		const Part *part = g_ptr_array_index(message->parts, i);
		if (part->reference && !is_still_attached(parcel->row, part->reference))
			g_ptr_array_add(parcel->gone, g_strdup(part->reference));
	}
	return true;
}

/* Over what it goes on with, an unchanged text leaves the HTML alone; see drafts_begin(). */
static bool goes_over_html(const Parcel *parcel)
{
	const Draft *draft = parcel->draft;

	return parcel->op->message_id && parcel->op->message_id == draft->source_id &&
	       draft->source_format == SOURCE_HTML && !draft_leaves_formatting(draft);
}

static void describe(Parcel *parcel)
{
	const Draft *draft = parcel->draft;

	parcel->save = (DraftSpec){
		.client_id = parcel->op->client_id,
		.to = draft->to,
		.cc = draft->cc,
		.bcc = draft->bcc,
		.reply_to = draft->reply_to,
		.subject = draft->subject,
		.importance = draft->importance,
		.body_kind = BODY_TEXT,
		.body = goes_over_html(parcel) ? NULL : draft->body,
		.parts = parcel->parts->len ? parcel->parts : NULL,
		.gone_parts = parcel->gone->len ? parcel->gone : NULL,
	};
}

Parcel *parcel_of_draft(Core *core, const Op *op, int64_t message_id, GError **err)
{
	g_autoptr(Parcel) parcel = parcel_new(op);

	parcel->op->message_id = message_id;
	g_clear_pointer(&parcel->op->server_id, g_free);
	parcel->parts = g_ptr_array_new_with_free_func((GDestroyNotify)draft_part_free);
	parcel->file_ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	parcel->gone = g_ptr_array_new_with_free_func(g_free);
	if (!store_load_draft(core->reader, op->draft_id, &parcel->draft, &parcel->row, err) ||
	    !find_gone_parts(core, parcel, err))
		return NULL;
	for (guint i = 0; i < parcel->draft->parts->len; i++)
		if (!add_new_part(core, parcel, parcel->draft->parts->pdata[i], err))
			return NULL;
	describe(parcel);
	return g_steal_pointer(&parcel);
}

void parcel_free(Parcel *parcel)
{
	if (!parcel)
		return;
	op_free(parcel->op);
	g_clear_pointer(&parcel->send.mime, g_bytes_unref);
	g_clear_pointer(&parcel->server_ids, g_ptr_array_unref);
	draft_free(parcel->draft);
	store_draft_free(parcel->row);
	g_clear_pointer(&parcel->parts, g_ptr_array_unref);
	g_clear_pointer(&parcel->file_ids, g_array_unref);
	g_clear_pointer(&parcel->gone, g_ptr_array_unref);
	g_clear_error(&parcel->refusal);
	g_free(parcel->message_id);
	g_free(parcel->source_folder);
	g_free(parcel->source_item);
	g_free(parcel);
}
