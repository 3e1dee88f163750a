#include "app/answering.h"

#include <string.h>

#include "app/compose.h"
#include "app/opening.h"
#include "base/error.h"
#include "base/i18n.h"
#include "mime/mime.h"
#include "store/draft.h"

static bool has_smime(const Settings *settings, const Account *account)
{
	return settings_bool_for(settings, account, SETTING_SMIME_ENABLED);
}

static Signing signing_of(const Settings *settings, const Account *account)
{
	if (!has_smime(settings, account) ||
	    !settings_bool_for(settings, account, SETTING_COMPOSE_SIGN))
		return SIGNING_NO;
	return settings_bool_for(settings, account, SETTING_COMPOSE_SIGN_OPAQUE) ? SIGNING_OPAQUE
	                                                                         : SIGNING_CLEAR;
}

static Encryption encryption_of(const Settings *settings, const Account *account)
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
		.signing = signing_of(settings, account),
		.encryption = encryption_of(settings, account),
		.subject_place = settings_bool_for(settings, account, SETTING_COMPOSE_HIDE_SUBJECT)
		                         ? SUBJECT_INSIDE
		                         : SUBJECT_OUTSIDE,
		.quote_header = settings_text_for(settings, account, SETTING_COMPOSE_QUOTE_HEADER),
		.is_decrypting = has_smime(settings, account),
	};
}

void answering_protect(const AnsweringSelf *self, Draft *draft)
{
	draft->signing = self->signing;
	draft->encryption = self->encryption;
	draft->subject_place = self->subject_place;
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
		              .subject_place = self->subject_place,
		              .quote_header = self->quote_header };
}

Draft *answering_new(const AnsweringSelf *self)
{
	g_autoptr(GPtrArray) addresses = answering_addresses(self);
	ComposeSelf composing = compose_self(self, addresses);

	return compose_new(&composing);
}

/* ---- what is answered ---- */

struct AnsweringJob {
	AnsweringSelf self;              /* its texts are the job's */
	DraftKind     kind;
	char         *date_text;
	Message      *message;
	Folder       *folder;            /* NULL: the store does not have the message */
	BodyKind      body_kind;
	GBytes       *body, *mime;
	Certificates *certificates;
};

static AnsweringJob *job_new(const AnsweringSelf *self, const AnsweringWish *wish)
{
	AnsweringJob *job = g_new0(AnsweringJob, 1);

	job->kind = wish->kind;
	job->date_text = g_strdup(wish->date_text);
	job->self = *self;
	job->self.account = g_strdup(self->account);
	job->self.address = g_strdup(self->address);
	job->self.addresses = g_strdup(self->addresses);
	job->self.signature = g_strdup(self->signature);
	job->self.quote_header = g_strdup(self->quote_header);
	return job;
}

void answering_job_free(AnsweringJob *job)
{
	if (!job)
		return;
	g_free((char *)job->self.account);
	g_free((char *)job->self.address);
	g_free((char *)job->self.addresses);
	g_free((char *)job->self.signature);
	g_free((char *)job->self.quote_header);
	g_free(job->date_text);
	message_free(job->message);
	folder_free(job->folder);
	g_clear_pointer(&job->body, g_bytes_unref);
	g_clear_pointer(&job->mime, g_bytes_unref);
	certificates_unref(job->certificates);
	g_free(job);
}

/* A body that was cut short is quoted from the source instead. */
static void prefer_whole(AnsweringJob *job)
{
	bool is_whole = job->body && !(job->message->flags & MESSAGE_TRUNCATED);

	if (is_whole || !job->mime)
		return;
	g_clear_pointer(&job->body, g_bytes_unref);
	job->body = g_bytes_ref(job->mime);
	job->body_kind = BODY_MIME;
}

AnsweringJob *answering_read(StoreReader *reader, const AnsweringSelf *self,
                             const AnsweringWish *wish, GError **err)
{
	g_autoptr(AnsweringJob) job = job_new(self, wish);
	int64_t id = wish->message_id;

	if (!store_read_message(reader, id, &job->message, err) ||
	    !store_read_folder(reader, job->message->home_id, &job->folder, err) ||
	    !store_read_body(reader, id, &job->body_kind, &job->body, err) ||
	    !store_read_mime(reader, id, &job->mime, err))
		return NULL;
	prefer_whole(job);
	return g_steal_pointer(&job);
}

AnsweringJob *answering_read_letter(const AnsweringSelf *self, const AnsweringWish *wish,
                                    Message *message, GBytes *mime)
{
	AnsweringJob *job = job_new(self, wish);

	job->message = message;
	job->body_kind = BODY_MIME;
	job->body = g_bytes_ref(mime);
	job->mime = g_bytes_ref(mime);
	return job;
}

/* ---- opening it ---- */

bool answering_job_wants_keys(const AnsweringJob *job)
{
	return job->self.is_decrypting &&
	       (job->body_kind == BODY_MIME || opening_needs_source(job->message));
}

void answering_job_give_keys(AnsweringJob *job, Certificates *certificates)
{
	certificates_unref(job->certificates);
	job->certificates = certificates;
}

/* What is passed on whole goes as it came, closed. */
static Opening *open_original(const AnsweringJob *job)
{
	OpeningMail mail = { .message = job->message,
		             .kind = job->body_kind,
		             .body = job->body,
		             .source = job->mime };

	return job->kind == DRAFT_FORWARD_ATTACHED ? NULL : opening_new(&mail, job->certificates);
}

/* Of what is not here as a whole, its class says so, and is believed. */
static bool is_secret(const AnsweringJob *job, const Opening *opening)
{
	return opening_is_encrypted(opening) ||
	       (opening->is_incomplete && job->message->flags & MESSAGE_ENCRYPTED);
}

static void inherit_secrecy(Draft *draft)
{
	draft->encryption = ENCRYPTION_YES;
	draft->encryption_by = DECIDED_BY_ORIGINAL;
}

/* ---- the draft ---- */

/* What is named by its place in a mail that is nowhere but here. @whole: what a part without a
 * place is. */
static bool take_parts_along(Draft *draft, GBytes *inside, GBytes *whole, GError **err)
{
	g_autoptr(MimeMessage) mime = mime_read(inside);

	for (guint i = 0; i < draft->parts->len; i++) {
		DraftPart *part = g_ptr_array_index(draft->parts, i);
		if (part->bytes || part->reference)
			continue;
		part->bytes = part->part < 0 ? g_bytes_ref(whole)
		                             : mime_part_content(mime, part->part, err);
		if (!part->bytes)
			return false;
		part->part = -1;
		part->message_id = 0;
	}
	return true;
}

/* The server is told of no original. */
static void forget_source(Draft *draft)
{
	draft->source_id = 0;
	g_clear_pointer(&draft->source_server_id, g_free);
}

static Draft *compose(const AnsweringJob *job, const ComposeSource *source, GError **err)
{
	g_autoptr(GPtrArray) addresses = answering_addresses(&job->self);
	ComposeSelf composing = compose_self(&job->self, addresses);

	return compose_answer(&composing, source, job->kind, err);
}

/* The job's message becomes what the mail inside says of itself. */
static Draft *answer_inside(AnsweringJob *job, const Opening *opening, GError **err)
{
	g_autoptr(MimeMessage) mime = mime_read(opening->body);

	opening_correct(opening, mime, job->message);
	ComposeSource source = { .message = job->message,
		                 .kind = opening->kind,
		                 .body = opening->body,
		                 .mime = opening->body,
		                 .folder_server_id = job->folder ? job->folder->server_id : NULL,
		                 .date_text = job->date_text };
	g_autoptr(Draft) draft = compose(job, &source, err);
	return draft && take_parts_along(draft, opening->body, opening->body, err)
	               ? g_steal_pointer(&draft)
	               : NULL;
}

static Draft *answer_as_it_is(const AnsweringJob *job, GError **err)
{
	ComposeSource source = { .message = job->message,
		                 .kind = job->body_kind,
		                 .body = job->body,
		                 .mime = job->mime,
		                 .folder_server_id = job->folder ? job->folder->server_id : NULL,
		                 .date_text = job->date_text };
	g_autoptr(Draft) draft = compose(job, &source, err);

	if (draft && !job->folder && !take_parts_along(draft, job->mime, job->mime, err))
		return NULL;
	return g_steal_pointer(&draft);
}

/* What is missing would be gone on the server once the rest is kept over it. */
static bool must_be_whole(const AnsweringJob *job, GError **err)
{
	bool is_cut = !job->body || job->message->flags & MESSAGE_TRUNCATED;

	return job->kind != DRAFT_RESUME || !is_cut || job->body_kind == BODY_MIME ||
	       fail(err, ERR_NOT_FOUND,
	            _("not all of this draft is here; go on with it once the server gives it"));
}

static bool is_formatted(const AnsweringJob *job)
{
	return job->body_kind == BODY_HTML || job->message->native_kind == BODY_HTML;
}

/* Of what is kept over a draft of the server's: what that said, and how. @hash is taken. */
static void note_source(Draft *draft, const AnsweringJob *job, GBytes *hash)
{
	draft->base_hash = hash;
	draft->source_format = is_formatted(job) ? SOURCE_HTML : SOURCE_TEXT;
}

Draft *answering_make(AnsweringJob *job, GError **err)
{
	g_autoptr(Opening) opening = open_original(job);
	/* Before the message becomes what is inside. */
	g_autoptr(GBytes) hash = job->kind == DRAFT_RESUME ? store_draft_hash(job->message) : NULL;

	if (!must_be_whole(job, err))
		return NULL;
	Draft *draft = opening && opening->smime ? answer_inside(job, opening, err)
	                                         : answer_as_it_is(job, err);
	if (!draft)
		return NULL;
	if (!job->folder)
		forget_source(draft);
	if (hash)
		note_source(draft, job, g_steal_pointer(&hash));
	if (opening && is_secret(job, opening))
		inherit_secrecy(draft);
	return draft;
}

Draft *answering_begin(StoreReader *reader, const AnsweringSelf *self, const AnsweringWish *wish,
                       GError **err)
{
	g_autoptr(AnsweringJob) job = answering_read(reader, self, wish, err);

	if (job && self->certificates)
		answering_job_give_keys(job, certificates_ref((Certificates *)self->certificates));
	return job ? answering_make(job, err) : NULL;
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
	forget_source(draft);
	g_clear_pointer(&draft->source_folder, g_free);
	g_clear_pointer(&draft->in_reply_to, g_free);
	g_clear_pointer(&draft->references, g_free);
	g_clear_pointer(&draft->thread_topic, g_free);
	g_clear_pointer(&draft->thread_index, g_bytes_unref);
}

Draft *answering_attach(StoreReader *reader, const AnsweringSelf *self, const GArray *ids,
                        GError **err)
{
	AnsweringWish first = { g_array_index(ids, int64_t, 0), DRAFT_FORWARD_ATTACHED, NULL };
	g_autoptr(Draft) draft = answering_begin(reader, self, &first, err);

	for (guint i = 1; draft && i < ids->len; i++)
		if (!attach_more(reader, draft, g_array_index(ids, int64_t, i), err))
			return NULL;
	if (draft && ids->len > 1)
		leave_conversation(draft);
	return g_steal_pointer(&draft);
}
