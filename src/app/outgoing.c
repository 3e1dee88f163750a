#include "app/outgoing.h"

#include <string.h>

#include "app/compose.h"
#include "app/opening.h"
#include "app/protection.h"
#include "app/signature.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "mime/mime.h"

/* ---- what is attached ---- */

static bool gather_file(DraftPart *part, GError **err)
{
	part->bytes = compose_read_file(part, OUTGOING_FILE_MAX_BYTES, err);
	return part->bytes != NULL;
}

static bool gather_piece(DraftPart *part, StoreReader *reader, GError **err)
{
	g_autoptr(GBytes) mime = NULL;

	if (!store_read_mime(reader, part->message_id, &mime, err))
		return false;
	if (!mime)
		return part->part < 0 ||
		       fail(err, ERR_NOT_FOUND, _("%s is not here; download the message first"),
		            part->name ? part->name : _("the attachment"));
	if (part->part < 0) {
		part->bytes = g_steal_pointer(&mime);
		return true;
	}
	g_autoptr(MimeMessage) message = mime_read(mime);
	part->bytes = mime_part_content(message, part->part, err);
	return part->bytes != NULL;
}

bool outgoing_gather(Draft *draft, StoreReader *reader, GError **err)
{
	for (guint i = 0; i < draft->parts->len; i++) {
		DraftPart *part = g_ptr_array_index(draft->parts, i);
		bool ok = part->bytes || part->reference ? true
		          : part->path                   ? gather_file(part, err)
		          : part->message_id             ? gather_piece(part, reader, err)
		                                         : true;
		if (!ok)
			return false;
	}
	return true;
}

/* ---- the original ---- */

typedef struct {
	Message *message;
	GBytes  *body, *mime;
	BodyKind kind;
	Opening *opening;
	ComposeSource source;
} Original;

static void original_clear(Original *original)
{
	message_free(original->message);
	g_clear_pointer(&original->body, g_bytes_unref);
	g_clear_pointer(&original->mime, g_bytes_unref);
	opening_free(original->opening);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Original, original_clear)

/* Without keys: of what was encrypted the draft has the text, and nothing else of it goes along. */
static const ComposeSource *open_original(Original *original)
{
	OpeningMail mail = { .message = original->message,
		             .kind = original->kind,
		             .body = original->body,
		             .source = original->mime };

	original->opening = opening_new(&mail, NULL);
	if (opening_is_encrypted(original->opening))
		return NULL;
	original->source = (ComposeSource){ .message = original->message,
		                            .kind = original->opening->kind,
		                            .body = original->opening->body,
		                            .mime = original->mime };
	return &original->source;
}

/* NULL if it is gone, or was encrypted: then only what is quoted of it remains. */
static const ComposeSource *read_original(StoreReader *reader, int64_t id, Original *original)
{
	if (!id || !store_read_message(reader, id, &original->message, NULL) ||
	    !store_read_body(reader, id, &original->kind, &original->body, NULL) ||
	    !store_read_mime(reader, id, &original->mime, NULL))
		return NULL;
	return open_original(original);
}

/* ---- a forward that leaves its attachments on the server ---- */

static bool is_piece_of(const DraftPart *part, int64_t message_id)
{
	return part->message_id == message_id && part->reference;
}

static guint count_pieces(const Draft *draft, int64_t message_id)
{
	guint count = 0;

	for (guint i = 0; i < draft->parts->len; i++)
		count += is_piece_of(g_ptr_array_index(draft->parts, i), message_id);
	return count;
}

static guint count_attachments(const Message *message)
{
	guint count = 0;

	for (guint i = 0; message->parts && i < message->parts->len; i++)
		count += ((const Part *)g_ptr_array_index(message->parts, i))->reference != NULL;
	return count;
}

static bool is_anything_missing(const StoreDraft *row)
{
	for (guint i = 0; i < row->files->len; i++)
		if (!((const StoreDraftFile *)g_ptr_array_index(row->files, i))->is_here)
			return true;
	return false;
}

/* The server would add all of the original, so all of it must be wanted, and nothing changed; below
 * it nothing can stand. */
static bool should_refer(const StoreDraft *row, const Draft *draft, const ComposeSource *source)
{
	bool is_signed_below = draft->signature && draft->signature_place == SIGNED_BELOW;
	size_t at;

	return draft->kind == DRAFT_FORWARD && !is_signed_below && source &&
	       is_anything_missing(row) && draft_quote_at(draft, &at) &&
	       count_pieces(draft, draft->source_id) == count_attachments(source->message);
}

static void drop_original(Draft *draft)
{
	size_t at = strlen(draft->body);

	draft_quote_at(draft, &at);
	draft->body[at] = '\0';
	draft->quote_bytes = 0;
	for (guint i = draft->parts->len; i > 0; i--)
		if (is_piece_of(g_ptr_array_index(draft->parts, i - 1), draft->source_id))
			g_ptr_array_remove_index(draft->parts, i - 1);
}

/* ---- the bytes ---- */

typedef struct { StoreReader *reader; const StoreDraft *row; } Shelf;

static GBytes *content_of(const DraftPart *part, void *data, GError **err)
{
	const Shelf *shelf = data;
	const StoreDraftFile *file = store_draft_file_of(shelf->row, part);
	GBytes *content = NULL;

	if (file && !store_read_draft_file(shelf->reader, file->id, &content, err))
		return NULL;
	if (!content)
		fail(err, ERR_NOT_FOUND, _("the attachment “%s” is not here"),
		     part->name ? part->name : "");
	return content;
}

static int local_offset_min(int64_t now_ms)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_local();
	int interval = g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, now_ms / 1000);

	return interval < 0 ? 0 : g_time_zone_get_offset(zone, interval) / 60;
}

/* The signature that the draft names, as its files are now; *ret_signature NULL: it names none. A
 * mail does not go without the one that was chosen. */
static bool load_signature(const Draft *draft, Signature **ret_signature, GError **err)
{
	g_autoptr(Paths) paths = paths_new();
	g_autoptr(GError) why = NULL;

	*ret_signature = draft->signature ? signature_load(paths, draft->signature, &why) : NULL;
	return !why || fail(err, ERR_CONFIG, "%s", why->message);
}

static ComposeMail *build(const Draft *draft, const ComposeSource *source,
                          const Signature *signature, Shelf *shelf, GError **err)
{
	int64_t now_ms = clock_now_ms(clock_system());
	ComposeSignature chosen = signature ? signature_for_compose(signature)
	                                   : (ComposeSignature){ 0 };

	return compose_build(draft,
	                     &(ComposeHow){ .now_ms = now_ms,
	                                    .offset_min = local_offset_min(now_ms),
	                                    .source = source,
	                                    .signature = signature ? &chosen : NULL,
	                                    .content = content_of,
	                                    .data = shelf },
	                     err);
}

typedef struct {
	StoreReader        *reader;
	const Certificates *certificates;     /* NULL: what the store has when they are needed */
	bool                may_refer;
} Desk;

/* Loaded for this mail: keys may have come since the last one. */
static bool protect(const Desk *desk, const Draft *draft, GBytes *mime, StoreMail *ret_mail,
                    GError **err)
{
	g_autoptr(Certificates) loaded =
		desk->certificates ? NULL : certificates_load(desk->reader, err);
	const Certificates *certificates = loaded ? loaded : desk->certificates;

	if (!certificates)
		return false;
	/* Between the draft and the keys it was locked: that no key is there would be untrue. */
	if (certificates_are_locked(certificates))
		return fail(err, ERR_LOCKED, _("the store is locked; run: postern unlock"));
	return protection_apply(certificates, draft, mime, clock_now_ms(clock_system()), ret_mail, err);
}

static bool compose(const Desk *desk, const StoreDraft *row, StoreMail *ret_mail, GError **err)
{
	g_autoptr(Draft) draft = draft_from_text(row->text, err);
	g_autoptr(ComposeMail) mail = NULL;
	g_autoptr(Signature) signature = NULL;
	g_auto(Original) original = { 0 };
	Shelf shelf = { desk->reader, row };

	if (!draft || !load_signature(draft, &signature, err))
		return false;

	const ComposeSource *source = read_original(desk->reader, draft->source_id, &original);
	bool refers = desk->may_refer && !draft_is_protected(draft) &&
	              should_refer(row, draft, source);

	if (refers)
		drop_original(draft);
	mail = build(draft, refers ? NULL : source, signature, &shelf, err);
	if (!mail)
		return false;
	if (draft_is_protected(draft))
		return protect(desk, draft, mail->bytes, ret_mail, err);
	*ret_mail = (StoreMail){ .mime = g_bytes_ref(mail->bytes), .refers = refers };
	return true;
}

bool outgoing_compose(StoreReader *reader, const StoreDraft *row, bool may_refer,
                      StoreMail *ret_mail, GError **err)
{
	return compose(&(Desk){ .reader = reader, .may_refer = may_refer }, row, ret_mail, err);
}

bool outgoing_compose_with(StoreReader *reader, const Certificates *certificates,
                           const StoreDraft *row, StoreMail *ret_mail, GError **err)
{
	return compose(&(Desk){ reader, certificates, false }, row, ret_mail, err);
}
