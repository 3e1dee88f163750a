#include "ui/screen/letters.h"

#include "base/error.h"
#include "base/i18n.h"
#include "mime/mime.h"

/* Only the header is looked at here; what lies in a message, the host finds out. */
enum { HEADER_BYTES_MAX = 64 << 10 };

typedef struct {
	int64_t    account_id, folder_id;
	int64_t    wish_id;              /* being fetched; 0 not */
	Found     *found;
	GBytes    *mime;                 /* NULL: not here yet */
	int64_t    unpack_serial;        /* of the job that looks what lies in @mime; 0 none */
	/* what the source says, and the search did not tell */
	char      *cc, *reply_to;
	guint      flags;                /* MessageFlags */
	GPtrArray *items;                /* of FileItem, without content; NULL: not known */
} Letter;

struct Letters {
	StoreReader *store;
	ScreenHost  *host;
	int64_t     *serial;
	const Settings *settings;
	GHashTable  *all;                /* id -> Letter */
	int64_t      last_id;
};

static void letter_free(Letter *letter)
{
	found_free(letter->found);
	g_clear_pointer(&letter->mime, g_bytes_unref);
	g_clear_pointer(&letter->items, g_ptr_array_unref);
	g_free(letter->cc);
	g_free(letter->reply_to);
	g_free(letter);
}

Letters *letters_new(StoreReader *store, ScreenHost *host, int64_t *serial,
                     const Settings *settings)
{
	Letters *letters = g_new0(Letters, 1);

	letters->store = store;
	letters->host = host;
	letters->serial = serial;
	letters->settings = settings;
	letters->all = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
	                                     (GDestroyNotify)letter_free);
	return letters;
}

void letters_free(Letters *letters)
{
	if (!letters)
		return;
	g_hash_table_unref(letters->all);
	g_free(letters);
}

/* ---- what is known ---- */

static void add_part(Message *message, const FileItem *item)
{
	Part *part = part_new();

	part->name = g_strdup(item->name);
	part->content_type = g_strdup(item->content_type);
	part->size_bytes = item->size_bytes;
	part->is_inline = item->is_inline;
	g_ptr_array_add(message->parts, part);
}

static Message *message_of(const Letter *letter, int64_t id)
{
	const Found *found = letter->found;
	Message *message = message_new();

	message->id = id;
	message->folder_id = message->home_id = letter->folder_id;
	message->server_id = g_strdup(found->server_id);
	message->received_ms = found->received_ms;
	message->from = g_strdup(found->from);
	message->to = g_strdup(found->to);
	message->cc = g_strdup(letter->cc);
	message->reply_to = g_strdup(letter->reply_to);
	message->subject = g_strdup(found->subject);
	message->preview = g_strdup(found->preview);
	message->importance = found->importance;
	message->flags = letter->flags | (found->is_read ? MESSAGE_READ : 0u) |
	                 (found->has_attachment ? MESSAGE_ATTACHMENT : 0u);
	message->size_bytes = letter->mime ? (int64_t)g_bytes_get_size(letter->mime) : 0;
	if (letter->items)
		message->parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_free);
	for (guint i = 0; letter->items && i < letter->items->len; i++)
		add_part(message, g_ptr_array_index(letter->items, i));
	return message;
}

int64_t letters_add(Letters *letters, int64_t account_id, int64_t folder_id, const Found *found)
{
	Letter *letter = g_new0(Letter, 1);
	int64_t id = --letters->last_id;

	letter->account_id = account_id;
	letter->folder_id = folder_id;
	letter->found = found_copy(found);
	g_hash_table_insert(letters->all, g_memdup2(&id, sizeof id), letter);
	return id;
}

static gboolean is_not_among(gpointer id, gpointer letter, gpointer ids)
{
	(void)letter;
	return !g_hash_table_contains(ids, id);
}

void letters_keep_only(Letters *letters, GHashTable *ids)
{
	g_hash_table_foreach_remove(letters->all, is_not_among, ids);
}

static gboolean is_of_account(gpointer id, gpointer letter, gpointer account_id)
{
	(void)id;
	return ((const Letter *)letter)->account_id == *(const int64_t *)account_id;
}

void letters_forget(Letters *letters, int64_t account_id)
{
	g_hash_table_foreach_remove(letters->all, is_of_account, &account_id);
}

static const Letter *letter_of(const Letters *letters, int64_t id)
{
	return g_hash_table_lookup(letters->all, &id);
}

int64_t letters_account(const Letters *letters, int64_t message_id)
{
	const Letter *letter = letter_of(letters, message_id);

	return letter ? letter->account_id : 0;
}

static const Letter *letter_or_fail(const Letters *letters, int64_t id, GError **err)
{
	const Letter *letter = letter_of(letters, id);

	if (!letter)
		fail(err, ERR_NOT_FOUND, _("this message was found by a search that is over"));
	return letter;
}

bool letters_read_message(const Letters *letters, int64_t id, Message **ret_message, GError **err)
{
	if (!letter_is_elsewhere(id))
		return store_read_message(letters->store, id, ret_message, err);
	const Letter *letter = letter_or_fail(letters, id, err);
	if (letter)
		*ret_message = message_of(letter, id);
	return letter != NULL;
}

bool letters_read_mime(const Letters *letters, int64_t id, GBytes **ret_mime, GError **err)
{
	if (!letter_is_elsewhere(id))
		return store_read_mime(letters->store, id, ret_mime, err);
	const Letter *letter = letter_or_fail(letters, id, err);
	if (letter)
		*ret_mime = letter->mime ? g_bytes_ref(letter->mime) : NULL;
	return letter != NULL;
}

bool letters_read_body(const Letters *letters, int64_t id, BodyKind *ret_kind, GBytes **ret_body,
                       GError **err)
{
	if (!letter_is_elsewhere(id))
		return store_read_body(letters->store, id, ret_kind, ret_body, err);
	*ret_kind = BODY_MIME;
	return letters_read_mime(letters, id, ret_body, err);
}

/* ---- fetching ---- */

int64_t letters_wish(Letters *letters, WishKind kind, int64_t message_id)
{
	const ScreenHostOps *ops = letters->host->ops;
	Letter *letter = g_hash_table_lookup(letters->all, &message_id);

	if (!letter_is_elsewhere(message_id))
		return ops->wish(letters->host, kind, message_id);
	if (letter && !letter->wish_id)
		letter->wish_id =
			ops->wish_found(letters->host, letter->account_id, letter->found);
	return letter ? letter->wish_id : 0;
}

static void set_text(char **field, const char *text)
{
	if (!text)
		return;
	g_free(*field);
	*field = g_strdup(text);
}

static GBytes *header_of(GBytes *mime)
{
	gsize len;
	const char *bytes = g_bytes_get_data(mime, &len);
	const char *end = g_strstr_len(bytes, (gssize)MIN(len, HEADER_BYTES_MAX), "\r\n\r\n");

	return g_bytes_new_from_bytes(mime, 0, end ? (gsize)(end - bytes) + 4 : 0);
}

/* What the search did not tell, or told shortened. */
static void read_header(Letter *letter)
{
	g_autoptr(GBytes) header = header_of(letter->mime);
	g_autoptr(MimeMessage) mime = mime_read(header);

	set_text(&letter->found->from, mime->from);
	set_text(&letter->found->to, mime->to);
	set_text(&letter->found->subject, mime->subject);
	set_text(&letter->cc, mime->cc);
	set_text(&letter->reply_to, mime->reply_to);
	letter->flags = (mime->is_signed ? MESSAGE_SIGNED : 0u) |
	                (mime->is_encrypted ? MESSAGE_ENCRYPTED : 0u);
}

static void unpack(Letters *letters, Letter *letter)
{
	FilingJob *job = g_new0(FilingJob, 1);
	FileItem *item = file_item_new();

	item->content = g_bytes_ref(letter->mime);
	*job = (FilingJob){ .serial = ++*letters->serial,
		            .task = FILING_UNPACK,
		            .is_decrypting =
		                    settings_bool(letters->settings, SETTING_SMIME_ENABLED),
		            .items = file_items_new() };
	g_ptr_array_add(job->items, item);
	letter->unpack_serial = job->serial;
	letters->host->ops->file(letters->host, job);
}

static Letter *letter_that_waits(const Letters *letters, int64_t wish_id, int64_t *ret_id)
{
	GHashTableIter all;
	gpointer id, letter;

	g_hash_table_iter_init(&all, letters->all);
	while (wish_id && g_hash_table_iter_next(&all, &id, &letter))
		if (((Letter *)letter)->wish_id == wish_id) {
			*ret_id = *(int64_t *)id;
			return letter;
		}
	return NULL;
}

int64_t letters_event(Letters *letters, const SyncEvent *event)
{
	int64_t id = 0;
	Letter *letter = letter_that_waits(letters, event->wish_id, &id);

	if (!letter)
		return 0;
	letter->wish_id = 0;
	if (event->kind == SYNC_FETCHED && event->content) {
		g_clear_pointer(&letter->mime, g_bytes_unref);
		letter->mime = g_bytes_ref(event->content);
		read_header(letter);
		unpack(letters, letter);
	}
	return id;
}

static Letter *letter_being_unpacked(const Letters *letters, int64_t serial, int64_t *ret_id)
{
	GHashTableIter all;
	gpointer id, letter;

	g_hash_table_iter_init(&all, letters->all);
	while (g_hash_table_iter_next(&all, &id, &letter))
		if (((Letter *)letter)->unpack_serial == serial) {
			*ret_id = *(int64_t *)id;
			return letter;
		}
	return NULL;
}

/* Without content, which is in the source already. */
int64_t letters_filed(Letters *letters, const FilingAnswer *answer)
{
	int64_t id = 0;
	Letter *letter = answer->items ? letter_being_unpacked(letters, answer->serial, &id) : NULL;

	if (!letter)
		return 0;
	letter->unpack_serial = 0;
	letter->found->has_attachment = false;
	g_clear_pointer(&letter->items, g_ptr_array_unref);
	letter->items = file_items_new();
	for (guint i = 0; i < answer->items->len; i++) {
		FileItem *item = file_item_copy(g_ptr_array_index(answer->items, i));
		g_clear_pointer(&item->content, g_bytes_unref);
		letter->found->has_attachment |= !item->is_inline;
		g_ptr_array_add(letter->items, item);
	}
	return id;
}
