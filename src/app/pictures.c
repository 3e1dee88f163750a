#include "app/pictures.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

static void picture_free(Picture *picture)
{
	g_free(picture->reference);
	g_free(picture->alt);
	g_free(picture->part);
	g_clear_pointer(&picture->bytes, g_bytes_unref);
	g_free(picture->sentence);
	g_free(picture);
}

static GPtrArray *list_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)picture_free);
}

/* Takes @reference. */
static Picture *add(GPtrArray *pictures, char *reference, const char *alt)
{
	Picture *picture = g_new0(Picture, 1);

	picture->reference = reference;
	picture->alt = text_one_line(alt ? alt : "");
	picture->mime_part = picture->doc_picture = -1;
	g_ptr_array_add(pictures, picture);
	return picture;
}

static Picture *at(const GPtrArray *pictures, guint i) { return g_ptr_array_index(pictures, i); }

static const MimePart *mime_at(const MimeMessage *mime, guint i)
{
	return g_ptr_array_index(mime->parts, i);
}

static const Part *part_at(const Message *message, guint i)
{
	return g_ptr_array_index(message->parts, i);
}

/* ---- what the text shows ---- */

/* RFC 2392: the Content-ID of a "cid:" URL, its escapes undone; NULL: it is none. Free with
 * g_free. */
static char *content_id_of(const char *reference)
{
	return text_has_prefix_ascii_case(reference, "cid:")
	               ? g_uri_unescape_string(reference + strlen("cid:"), NULL)
	               : NULL;
}

/* Some servers keep the angle brackets. */
static bool is_named(const char *content_id, const char *wanted)
{
	g_autofree char *bracketed = g_strconcat("<", wanted, ">", NULL);

	return content_id && (strcmp(content_id, wanted) == 0 || strcmp(content_id, bracketed) == 0);
}

static void find_part(Picture *picture, const Message *message, const MimeMessage *mime)
{
	g_autofree char *wanted = content_id_of(picture->reference);

	for (guint i = 0; wanted && mime && i < mime->parts->len; i++)
		if (picture->mime_part < 0 && is_named(mime_at(mime, i)->content_id, wanted))
			picture->mime_part = (int)i;
	for (guint i = 0; wanted && message->parts && i < message->parts->len; i++)
		if (!picture->part && is_named(part_at(message, i)->content_id, wanted))
			picture->part = g_strdup(part_at(message, i)->reference);
}

static void add_shown(GPtrArray *pictures, const Doc *doc, guint i)
{
	const DocPicture *from = g_ptr_array_index(doc->pictures, i);
	Picture *picture = add(pictures, g_strdup(from->source), from->alt);

	picture->width = from->width;
	picture->height = from->height;
	picture->is_remote = from->is_remote;
	picture->is_tracker = from->is_tracker;
	picture->doc_picture = (int)i;
}

/* ---- what is attached ---- */

static bool is_picture_type(const char *content_type, const char *name)
{
	const FileItem item = { .name = (char *)name, .content_type = (char *)content_type };

	return g_str_has_prefix(filing_type(&item), "image/");
}

static bool is_known_mime(const GPtrArray *pictures, int mime_part)
{
	for (guint i = 0; i < pictures->len; i++)
		if (at(pictures, i)->mime_part == mime_part)
			return true;
	return false;
}

/* Those inside attached mails as well: a digest is made of them. */
static void add_attached_mime(GPtrArray *pictures, const MimeMessage *mime)
{
	for (guint i = 0; i < mime->parts->len; i++) {
		const MimePart *part = mime_at(mime, i);
		if (!is_picture_type(part->content_type, part->name) ||
		    is_known_mime(pictures, (int)i))
			continue;
		Picture *picture = add(pictures, g_strdup_printf("part:%u", i), part->name);
		picture->mime_part = (int)i;
	}
}

static bool is_known_part(const GPtrArray *pictures, const char *part)
{
	for (guint i = 0; i < pictures->len; i++)
		if (g_strcmp0(at(pictures, i)->part, part) == 0)
			return true;
	return false;
}

enum { METHOD_EMBEDDED_MAIL = 5 };       /* [MS-ASAIRS] Method */

static void add_attached_parts(GPtrArray *pictures, const Message *message)
{
	for (guint i = 0; message->parts && i < message->parts->len; i++) {
		const Part *part = part_at(message, i);
		bool is_mail = part->method == METHOD_EMBEDDED_MAIL;
		if (!part->reference || is_known_part(pictures, part->reference) ||
		    (!is_mail && !is_picture_type(part->content_type, part->name)))
			continue;
		Picture *picture =
			add(pictures, g_strconcat("part:", part->reference, NULL), part->name);
		picture->part = g_strdup(part->reference);
		picture->is_container = is_mail;
	}
}

GPtrArray *pictures_list(const Doc *doc, const Message *message, const MimeMessage *mime)
{
	GPtrArray *pictures = list_new();

	for (guint i = 0; i < doc->pictures->len; i++)
		add_shown(pictures, doc, i);
	for (guint i = 0; i < pictures->len; i++)
		find_part(at(pictures, i), message, mime);
	if (mime)
		add_attached_mime(pictures, mime);
	else
		add_attached_parts(pictures, message);
	return pictures;
}

/* ---- how far they are ---- */

static void set_state(Picture *picture, PictureState state, GBytes *bytes, const char *sentence)
{
	if (bytes)
		g_bytes_ref(bytes);
	g_clear_pointer(&picture->bytes, g_bytes_unref);
	g_free(picture->sentence);
	picture->state = state;
	picture->bytes = bytes;
	picture->sentence = g_strdup(sentence);
}

/* RFC 2397: data:[type][;base64],content. NULL: it is not so. */
static GBytes *data_of(const char *url)
{
	const char *comma = strchr(url, ',');
	g_autofree char *head = comma ? g_strndup(url, (gsize)(comma - url)) : NULL;
	g_autoptr(GBytes) content = comma ? g_uri_unescape_bytes(comma + 1, -1, NULL, NULL) : NULL;
	gsize len = 0;

	if (!content || !g_str_has_suffix(head, ";base64"))
		return g_steal_pointer(&content);
	g_autofree char *text = g_strndup(g_bytes_get_data(content, NULL), g_bytes_get_size(content));
	guchar *bytes = g_base64_decode(text, &len);
	return g_bytes_new_take(bytes, len);
}

GPtrArray *pictures_of_file(const FileItem *file)
{
	GPtrArray *pictures = list_new();

	set_state(add(pictures, g_strdup("file:"), file->name), PICTURE_READY, file->content, NULL);
	return pictures;
}

static void fill(Picture *picture, const MimeMessage *mime)
{
	bool is_data = text_has_prefix_ascii_case(picture->reference, "data:");
	g_autoptr(GBytes) bytes = NULL;

	if (is_data)
		bytes = data_of(picture->reference);
	else if (mime && picture->mime_part >= 0)
		bytes = mime_part_content(mime, picture->mime_part, NULL);
	if (bytes && g_bytes_get_size(bytes) > 0)
		set_state(picture, PICTURE_READY, bytes, NULL);
	else if (is_data)
		set_state(picture, PICTURE_REFUSED, NULL, _("The picture is damaged."));
}

void pictures_fill(GPtrArray *pictures, const MimeMessage *mime)
{
	for (guint i = 0; i < pictures->len; i++)
		if (at(pictures, i)->state != PICTURE_READY)
			fill(at(pictures, i), mime);
}

/* What an attached mail holds takes the place of that mail. */
static void open_container(GPtrArray *pictures, guint place, GBytes *mail)
{
	g_autoptr(MimeMessage) mime = mime_read(mail);
	g_autoptr(GPtrArray) inside = list_new();
	g_autofree char *name = g_strdup(at(pictures, place)->reference);

	add_attached_mime(inside, mime);
	pictures_fill(inside, mime);
	g_ptr_array_remove_index(pictures, place);
	for (guint i = 0; i < inside->len; i++) {
		Picture *picture = at(inside, i);
		char *reference = g_strconcat(name, "/", picture->reference, NULL);
		g_free(picture->reference);
		picture->reference = reference;
		picture->mime_part = -1;
		g_ptr_array_insert(pictures, (int)(place + i), picture);
	}
	g_ptr_array_set_free_func(inside, NULL);
}

/* What came of opening a container before is in its place again. Returns how many there are. */
static guint reopen(GPtrArray *pictures, guint place, const GPtrArray *before)
{
	g_autofree char *inside = g_strconcat(at(pictures, place)->reference, "/", NULL);
	guint count = 0;

	for (guint k = 0; k < before->len; k++) {
		const Picture *was = at(before, k);
		if (!g_str_has_prefix(was->reference, inside))
			continue;
		Picture *picture = g_memdup2(was, sizeof *was);
		picture->reference = g_strdup(was->reference);
		picture->alt = g_strdup(was->alt);
		picture->part = g_strdup(was->part);
		picture->bytes = was->bytes ? g_bytes_ref(was->bytes) : NULL;
		picture->sentence = g_strdup(was->sentence);
		g_ptr_array_insert(pictures, (int)(place + ++count), picture);
	}
	if (count > 0)
		g_ptr_array_remove_index(pictures, place);
	return count;
}

static void keep_state(Picture *picture, const GPtrArray *before)
{
	for (guint k = 0; k < before->len; k++) {
		const Picture *was = at(before, k);
		if (was->state != PICTURE_HIDDEN && picture->state != PICTURE_READY &&
		    strcmp(picture->reference, was->reference) == 0)
			set_state(picture, was->state, was->bytes, was->sentence);
	}
}

void pictures_keep(GPtrArray *pictures, const GPtrArray *before)
{
	for (guint i = 0; i < pictures->len; i++) {
		keep_state(at(pictures, i), before);
		guint reopened =
			at(pictures, i)->is_container ? reopen(pictures, i, before) : 0;
		i += MAX(reopened, 1) - 1;
	}
}

static bool set_all(GPtrArray *pictures, const char *reference, const Picture *how)
{
	bool is_known = false;

	for (guint i = 0; i < pictures->len; i++)
		if (strcmp(at(pictures, i)->reference, reference) == 0) {
			set_state(at(pictures, i), how->state, how->bytes, how->sentence);
			is_known = true;
		}
	return is_known;
}

bool pictures_ask(GPtrArray *pictures, const char *reference)
{
	return set_all(pictures, reference, &(Picture){ .state = PICTURE_FETCHING });
}

bool pictures_take(GPtrArray *pictures, const char *reference, GBytes *bytes)
{
	for (guint i = 0; i < pictures->len; i++)
		if (at(pictures, i)->is_container &&
		    strcmp(at(pictures, i)->reference, reference) == 0) {
			open_container(pictures, i, bytes);
			return true;
		}
	return set_all(pictures, reference, &(Picture){ .state = PICTURE_READY, .bytes = bytes });
}

bool pictures_refuse(GPtrArray *pictures, const char *reference, const char *sentence)
{
	return set_all(pictures, reference,
	               &(Picture){ .state = PICTURE_REFUSED, .sentence = (char *)sentence });
}

void pictures_forgive(GPtrArray *pictures)
{
	for (guint i = 0; i < pictures->len; i++)
		if (at(pictures, i)->state == PICTURE_REFUSED)
			set_state(at(pictures, i), PICTURE_HIDDEN, NULL, NULL);
}

PictureCount pictures_count(const GPtrArray *pictures)
{
	PictureCount count = { 0 };

	for (guint i = 0; i < pictures->len; i++) {
		const Picture *picture = at(pictures, i);
		count.trackers += picture->is_tracker;
		if (picture->is_container || picture->is_tracker)
			continue;
		count.all++;
		count.remote += picture->is_remote;
		count.settled += picture->state == PICTURE_READY || picture->state == PICTURE_REFUSED;
	}
	return count;
}
