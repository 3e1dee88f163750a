#include "app/answering.h"

#include <string.h>

#include "app/compose.h"
#include "base/error.h"
#include "base/i18n.h"
#include "mime/mime.h"
#include "store/draft.h"

static bool has_smime(const Settings *settings, const Account *account)
{
	return settings_bool_for(settings, account, SETTING_SMIME_ENABLED);
}

Signing answering_signing(const Settings *settings, const Account *account)
{
	if (!has_smime(settings, account) ||
	    !settings_bool_for(settings, account, SETTING_COMPOSE_SIGN))
		return SIGNING_NO;
	return settings_bool_for(settings, account, SETTING_COMPOSE_SIGN_OPAQUE) ? SIGNING_OPAQUE
	                                                                         : SIGNING_CLEAR;
}

Encryption answering_encryption(const Settings *settings, const Account *account)
{
	return has_smime(settings, account)
	               ? (Encryption)settings_choice_for(settings, account, SETTING_COMPOSE_ENCRYPT)
	               : ENCRYPTION_NO;
}

AnsweringSelf answering_self(const Settings *settings, const Account *account,
                             const AccountState *state)
{
	const char *signature = settings_text_for(settings, account, SETTING_COMPOSE_SIGNATURE);

	return (AnsweringSelf){
		.account = account->name,
		.address = account->address,
		.addresses = state ? state->addresses : NULL,
		.signature = *signature ? signature : NULL,
		.signature_place = (SignaturePlace)settings_choice_for(
			settings, account, SETTING_COMPOSE_SIGNATURE_PLACE),
		.signature_format = (SignatureFormat)settings_choice_for(
			settings, account, SETTING_COMPOSE_SIGNATURE_FORMAT),
		.format = (DraftFormat)settings_choice_for(settings, account,
		                                           SETTING_COMPOSE_FORMAT),
		.signing = answering_signing(settings, account),
		.encryption = answering_encryption(settings, account),
		.quote_header = settings_text_for(settings, account, SETTING_COMPOSE_QUOTE_HEADER),
	};
}

GPtrArray *answering_addresses(const AnsweringSelf *self)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) lines = g_strsplit(self->addresses ? self->addresses : "", "\n", -1);

	for (char **line = lines; *line; line++)
		if (**line)
			g_ptr_array_add(all, g_strdup(*line));
	g_ptr_array_add(all, g_strdup(self->address));
	return all;
}

static bool is_known(const GPtrArray *all, const char *text)
{
	return g_ptr_array_find_with_equal_func((GPtrArray *)all, text, g_str_equal, NULL);
}

GPtrArray *answering_domains(const AnsweringSelf *self)
{
	GPtrArray *domains = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) addresses = answering_addresses(self);

	for (guint i = 0; i < addresses->len; i++) {
		const char *at = strrchr(g_ptr_array_index(addresses, i), '@');
		if (at && at[1] && !is_known(domains, at + 1))
			g_ptr_array_add(domains, g_strdup(at + 1));
	}
	return domains;
}

static ComposeSelf compose_self(const AnsweringSelf *self, const GPtrArray *addresses)
{
	return (ComposeSelf){ .account = self->account,
		              .from = self->address,
		              .addresses = addresses,
		              .signature = self->signature,
		              .signature_place = self->signature_place,
		              .signature_format = self->signature_format,
		              .format = self->format,
		              .signing = self->signing,
		              .encryption = self->encryption,
		              .quote_header = self->quote_header };
}

Draft *answering_new(const AnsweringSelf *self)
{
	g_autoptr(GPtrArray) addresses = answering_addresses(self);
	ComposeSelf composing = compose_self(self, addresses);

	return compose_new(&composing);
}

/* ---- the original ---- */

typedef struct {
	Message *message;
	Folder  *folder;
	GBytes  *body, *mime;
	BodyKind kind;
} Original;

static void original_clear(Original *original)
{
	message_free(original->message);
	folder_free(original->folder);
	g_clear_pointer(&original->body, g_bytes_unref);
	g_clear_pointer(&original->mime, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Original, original_clear)

/* A body that was cut short is quoted from the source instead. */
static void prefer_whole(Original *original)
{
	bool is_whole = original->body && !(original->message->flags & MESSAGE_TRUNCATED);

	if (is_whole || !original->mime)
		return;
	g_clear_pointer(&original->body, g_bytes_unref);
	original->body = g_bytes_ref(original->mime);
	original->kind = BODY_MIME;
}

static bool read_original(StoreReader *reader, int64_t id, Original *original, GError **err)
{
	return store_read_message(reader, id, &original->message, err) &&
	       store_read_folder(reader, original->message->home_id, &original->folder, err) &&
	       store_read_body(reader, id, &original->kind, &original->body, err) &&
	       store_read_mime(reader, id, &original->mime, err);
}

static Draft *answer_original(const AnsweringSelf *self, const Original *original, DraftKind kind,
                              const char *date_text, GError **err)
{
	g_autoptr(GPtrArray) addresses = answering_addresses(self);
	ComposeSelf composing = compose_self(self, addresses);
	ComposeSource source = { .message = original->message,
		                 .kind = original->kind,
		                 .body = original->body,
		                 .mime = original->mime,
		                 .folder_server_id = original->folder->server_id,
		                 .date_text = date_text };

	return compose_answer(&composing, &source, kind, err);
}

Draft *answering_begin(StoreReader *reader, const AnsweringSelf *self, int64_t message_id,
                       DraftKind kind, const char *date_text, GError **err)
{
	g_auto(Original) original = { 0 };

	if (!read_original(reader, message_id, &original, err))
		return NULL;
	prefer_whole(&original);
	return answer_original(self, &original, kind, date_text, err);
}

/* What is missing would be gone on the server once the rest is kept over it. */
static bool must_be_whole(const Original *original, GError **err)
{
	bool is_cut = !original->body || original->message->flags & MESSAGE_TRUNCATED;

	return !is_cut || original->kind == BODY_MIME ||
	       fail(err, ERR_NOT_FOUND,
	            _("not all of this draft is here; go on with it once the server gives it"));
}

static bool is_formatted(const Original *original)
{
	return original->kind == BODY_HTML || original->message->native_kind == BODY_HTML;
}

Draft *answering_resume(StoreReader *reader, const AnsweringSelf *self, int64_t message_id,
                        GError **err)
{
	g_auto(Original) original = { 0 };

	if (!read_original(reader, message_id, &original, err))
		return NULL;
	prefer_whole(&original);
	if (!must_be_whole(&original, err))
		return NULL;
	Draft *draft = answer_original(self, &original, DRAFT_RESUME, NULL, err);
	if (!draft)
		return NULL;
	draft->base_hash = store_draft_hash(original.message);
	draft->source_format = is_formatted(&original) ? SOURCE_HTML : SOURCE_TEXT;
	return draft;
}

/* ---- one that is not in the store ---- */

/* The server is told of no original, and its parts are nowhere to be fetched from later. */
static bool take_parts_along(Draft *draft, GBytes *mime, GError **err)
{
	g_autoptr(MimeMessage) whole = mime_read(mime);

	draft->source_id = 0;
	g_clear_pointer(&draft->source_server_id, g_free);
	for (guint i = 0; i < draft->parts->len; i++) {
		DraftPart *part = g_ptr_array_index(draft->parts, i);
		part->bytes = part->part < 0 ? g_bytes_ref(mime)
		                             : mime_part_content(whole, part->part, err);
		if (!part->bytes)
			return false;
		part->part = -1;
		part->message_id = 0;
	}
	return true;
}

Draft *answering_letter(const AnsweringSelf *self, const Message *message, GBytes *mime,
                        DraftKind kind, const char *date_text, GError **err)
{
	g_autoptr(GPtrArray) addresses = answering_addresses(self);
	ComposeSelf composing = compose_self(self, addresses);
	ComposeSource source = { .message = message,
		                 .kind = BODY_MIME,
		                 .body = mime,
		                 .mime = mime,
		                 .date_text = date_text };

	g_autoptr(Draft) draft = compose_answer(&composing, &source, kind, err);
	return draft && take_parts_along(draft, mime, err) ? g_steal_pointer(&draft) : NULL;
}

/* ---- several at once ---- */

static bool attach_more(StoreReader *reader, Draft *draft, int64_t id, GError **err)
{
	g_autoptr(Message) message = NULL;

	if (!store_read_message(reader, id, &message, err))
		return false;
	compose_attach(draft, message);
	return true;
}

/* The server is told of no original, for it knows of one at most. */
static void leave_conversation(Draft *draft)
{
	draft->source_id = 0;
	g_clear_pointer(&draft->source_server_id, g_free);
	g_clear_pointer(&draft->source_folder, g_free);
	g_clear_pointer(&draft->in_reply_to, g_free);
	g_clear_pointer(&draft->references, g_free);
	g_clear_pointer(&draft->thread_topic, g_free);
	g_clear_pointer(&draft->thread_index, g_bytes_unref);
}

Draft *answering_attach(StoreReader *reader, const AnsweringSelf *self, const GArray *ids,
                        GError **err)
{
	g_autoptr(Draft) draft = answering_begin(reader, self, g_array_index(ids, int64_t, 0),
	                                         DRAFT_FORWARD_ATTACHED, NULL, err);

	for (guint i = 1; draft && i < ids->len; i++)
		if (!attach_more(reader, draft, g_array_index(ids, int64_t, i), err))
			return NULL;
	if (draft && ids->len > 1)
		leave_conversation(draft);
	return g_steal_pointer(&draft);
}
