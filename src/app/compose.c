/*
 * From a draft to bytes. The body falls in two: what the person wrote, and the quoted original
 * while it is unchanged. Text and HTML are put together from the same pieces: words, signature,
 * quote. Then the parts get their content, and mime_build() does the rest.
 */
#include "app/compose.h"

#include <string.h>

#include "app/file_type.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/paths.h"
#include "base/text.h"
#include "doc/doc.h"
#include "doc/markdown.h"
#include "doc/quote.h"
#include "doc/rewrite.h"
#include "mime/build.h"
#include "mime/mime.h"
#include "mime/subject.h"
#include "mime/thread.h"

typedef struct {
	const Draft      *draft;
	const ComposeHow *how;
	char       *words;           /* what the person wrote, ends in one newline or is empty */
	const char *quote;           /* within draft->body; NULL: none, or changed */
	char       *signature_text;  /* NULL none */
	HtmlPiece  *signature;       /* of its HTML; NULL */
	HtmlPiece  *original;        /* NULL: shown as text */
	GHashTable *picture_ids;     /* what the signature's <img src> says to its Content-ID */
	char       *text, *html;
	GPtrArray  *parts;           /* of MimeBuildPart, whose strings are borrowed */
	GPtrArray  *notes;           /* of char *: sentences for ComposeMail.warning */
} Work;

void compose_mail_free(ComposeMail *mail)
{
	if (!mail)
		return;
	g_bytes_unref(mail->bytes);
	g_free(mail->warning);
	g_free(mail);
}

void compose_identify(Draft *draft, const uint8_t *random)
{
	if (!draft->message_id)
		draft->message_id = thread_message_id(random, draft->from);
}

/* ---- the pieces ---- */

static void split_body(Work *w)
{
	size_t at = strlen(w->draft->body);
	bool is_whole = draft_quote_at(w->draft, &at);

	w->quote = is_whole ? w->draft->body + at : NULL;
	g_autofree char *words = g_strndup(w->draft->body, at);
	g_strchomp(words);
	w->words = g_strconcat(words, *words ? "\n" : "", NULL);
}

/* Free with g_free; NULL: the original has no HTML. */
static char *original_html(const ComposeSource *source)
{
	if (source->body && source->kind == BODY_HTML) {
		gsize len;
		const uint8_t *data = g_bytes_get_data(source->body, &len);
		g_autofree char *label = mime_html_charset(data, len);
		return mime_to_utf8(data, len, label, source->message->code_page);
	}
	if (!source->body || source->kind != BODY_MIME)
		return NULL;
	g_autoptr(MimeMessage) mime = mime_read(source->body);
	const MimePart *best =
		mime->best_text >= 0 ? g_ptr_array_index(mime->parts, (guint)mime->best_text) : NULL;
	if (!best || best->role != MIME_HTML || mime->bodies->len > 1)
		return NULL;
	g_autoptr(GBytes) bytes = mime_part_content(mime, best->index, NULL);
	return bytes ? g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)) : NULL;
}

static void read_original(Work *w)
{
	bool is_wanted = w->quote && w->how->source && !w->how->is_text_only;
	g_autofree char *html = is_wanted ? original_html(w->how->source) : NULL;

	if (html)
		w->original = html_piece_new(html, strlen(html), NULL);
}

static void note(Work *w, char *sentence) { g_ptr_array_add(w->notes, sentence); }

/* Content-IDs of our own, so that they cannot meet those of the original. */
static void name_pictures(Work *w)
{
	const GPtrArray *pictures = w->how->signature->pictures;
	g_autofree char *hash =
		g_compute_checksum_for_string(G_CHECKSUM_SHA256, w->draft->message_id, -1);

	for (guint i = 0; pictures && i < pictures->len; i++) {
		const DraftPart *picture = g_ptr_array_index(pictures, i);
		if (picture->name && picture->bytes)
			g_hash_table_insert(w->picture_ids, picture->name,
			                    g_strdup_printf("signature%u.%.16s@postern", i, hash));
	}
}

static char *text_of_html(const char *html)
{
	g_autoptr(Doc) doc = doc_from_html(html, strlen(html));

	return doc_quote(doc, 0);
}

static void read_signature(Work *w)
{
	const ComposeSignature *signature = w->how->signature;

	if (!signature || (!signature->text && !signature->html))
		return;
	w->signature_text = signature->text ? g_strdup(signature->text) : text_of_html(signature->html);
	g_strchomp(w->signature_text);
	if (!signature->html || w->how->is_text_only ||
	    w->draft->signature_format == SIGNATURE_TEXT)
		return;
	name_pictures(w);
	w->signature = html_piece_new(signature->html, strlen(signature->html), w->picture_ids);
	for (guint i = 0; w->signature && i < w->signature->dropped->len; i++) {
		g_autofree char *shown = text_visible(g_ptr_array_index(w->signature->dropped, i));
		note(w, g_strdup_printf(
				_("The picture “%s” of the signature lies on a disk that no recipient has; it was left out."),
				shown));
	}
}

/* ---- text ---- */

static void append_block(GString *out, const char *block)
{
	g_string_append_printf(out, "%s%s", out->len > 0 ? "\n" : "", block);
	if (out->len > 0 && out->str[out->len - 1] != '\n')
		g_string_append_c(out, '\n');
}

static void append_signature(GString *out, const Work *w)
{
	g_autofree char *block = w->signature_text ? g_strconcat("-- \n", w->signature_text, NULL) : NULL;

	if (block)
		append_block(out, block);
}

static char *put_text_together(const Work *w)
{
	bool is_below = w->draft->signature_place == SIGNED_BELOW || !w->quote;
	GString *out = g_string_new(w->words);

	if (!is_below)
		append_signature(out, w);
	if (w->quote)
		append_block(out, w->quote);
	if (is_below)
		append_signature(out, w);
	return g_string_free(out, FALSE);
}

/* ---- HTML ---- */

static char *words_html(const Work *w)
{
	return w->draft->format == DRAFT_MARKDOWN ? doc_markdown_html(w->words)
	                                          : doc_text_html(w->words);
}

static void append_signature_html(GString *out, const Work *w)
{
	if (!w->signature_text)
		return;
	g_autofree char *text = w->signature ? NULL : doc_text_html(w->signature_text);
	g_string_append_printf(out, "<div><br>-- <br></div>\n%s\n",
	                       w->signature ? w->signature->body : text);
}

/* The line above a reply's quote, the block above a forwarded mail: the rest is the original, and
 * all of it when a mail is sent again. */
static size_t quote_head(const Work *w)
{
	if (!draft_kind_is_reply(w->draft->kind) && w->draft->kind != DRAFT_FORWARD)
		return 0;
	const char *end = strstr(w->quote, draft_kind_is_reply(w->draft->kind) ? "\n" : "\n\n");

	return end ? (size_t)(end + 1 - w->quote) : strlen(w->quote);
}

static void append_quote_html(GString *out, const Work *w)
{
	static const char bar[] = "margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex";
	size_t head_len = quote_head(w);
	g_autofree char *head = g_strndup(w->quote, head_len), *head_html = doc_text_html(head);
	g_autofree char *text = w->original ? NULL : doc_text_html(w->quote + head_len);
	const char *body = w->original ? w->original->body : text;
	bool is_barred = draft_kind_is_reply(w->draft->kind) && w->original;

	if (head_len > 0)
		g_string_append_printf(out, "<br>\n%s", head_html);
	if (is_barred)
		g_string_append_printf(out, "<blockquote type=\"cite\" style=\"%s\">\n%s\n</blockquote>\n",
		                       bar, body);
	else
		g_string_append_printf(out, "%s\n", body);
}

/* NULL: text alone will do. */
static char *put_html_together(const Work *w)
{
	bool is_below = w->draft->signature_place == SIGNED_BELOW || !w->quote;

	if (w->how->is_text_only ||
	    (w->draft->format != DRAFT_MARKDOWN && !w->original && !w->signature))
		return NULL;
	g_autofree char *words = *w->words ? words_html(w) : g_strdup("");
	GString *out = g_string_new("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\">\n");
	if (w->original && *w->original->styles)
		g_string_append_printf(out, "<style>%s</style>\n", w->original->styles);
	if (w->signature && *w->signature->styles)
		g_string_append_printf(out, "<style>%s</style>\n", w->signature->styles);
	g_string_append_printf(out, "</head><body>\n%s", words);
	if (!is_below)
		append_signature_html(out, w);
	if (w->quote)
		append_quote_html(out, w);
	if (is_below)
		append_signature_html(out, w);
	g_string_append(out, "</body></html>\n");
	return g_string_free(out, FALSE);
}

/* ---- parts ---- */

static void build_part_free(gpointer data)
{
	MimeBuildPart *part = data;

	g_bytes_unref(part->bytes);
	g_free(part);
}

/* @bytes is taken; the part's strings are borrowed. */
static void add_part(Work *w, const DraftPart *from, const char *content_id, bool is_inline,
                     GBytes *bytes)
{
	MimeBuildPart *part = g_new0(MimeBuildPart, 1);

	part->name = from->name;
	part->content_type = from->content_type ? from->content_type : file_type_of_name(from->name);
	part->content_id = content_id;
	part->is_inline = is_inline;
	part->bytes = bytes;
	g_ptr_array_add(w->parts, part);
}

static bool shows(const HtmlPiece *piece, const char *content_id)
{
	return piece && content_id &&
	       g_ptr_array_find_with_equal_func(piece->content_ids, content_id, g_str_equal, NULL);
}

static GBytes *content_of(const Work *w, const DraftPart *part, GError **err)
{
	if (part->bytes)
		return g_bytes_ref(part->bytes);
	if (w->how->content)
		return w->how->content(part, w->how->data, err);
	g_autofree char *shown = text_visible(part->name ? part->name : "");
	return fail_null(err, ERR_NOT_FOUND, _("the attachment “%s” is not here"), shown);
}

/* A picture that only the original wanted to show has no place in a reply that does not show it. */
static bool is_superfluous(const Work *w, const DraftPart *part, bool is_shown)
{
	return part->is_inline && part->message_id != 0 && !is_shown && draft_kind_is_reply(w->draft->kind);
}

static bool take_part(Work *w, const DraftPart *part, GError **err)
{
	bool is_shown = part->is_inline && shows(w->original, part->content_id);
	GError *why = NULL;

	if (is_superfluous(w, part, is_shown))
		return true;
	GBytes *bytes = content_of(w, part, &why);
	if (bytes) {
		add_part(w, part, part->content_id, is_shown, bytes);
		return true;
	}
	if (!is_shown) {
		g_propagate_error(err, why);
		return false;
	}
	g_error_free(why);
	g_autofree char *shown = text_visible(part->name ? part->name : part->content_id);
	note(w, g_strdup_printf(
			_("The picture “%s” of the quoted mail could not be loaded; it was left out."),
			shown));
	return true;
}

static void take_signature_pictures(Work *w)
{
	const GPtrArray *pictures = w->how->signature ? w->how->signature->pictures : NULL;

	for (guint i = 0; pictures && i < pictures->len; i++) {
		const DraftPart *picture = g_ptr_array_index(pictures, i);
		const char *id = picture->name ? g_hash_table_lookup(w->picture_ids, picture->name) : NULL;
		if (shows(w->signature, id))
			add_part(w, picture, id, true, g_bytes_ref(picture->bytes));
	}
}

static bool take_parts(Work *w, GError **err)
{
	for (guint i = 0; i < w->draft->parts->len; i++)
		if (!take_part(w, g_ptr_array_index(w->draft->parts, i), err))
			return false;
	take_signature_pictures(w);
	return true;
}

/* ---- the whole ---- */

/* The conversation that this mail begins is named after it; the same draft gives the same bytes. */
static GBytes *index_for(const Work *w)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	guint8 digest[32];
	gsize len = sizeof digest;

	g_checksum_update(sum, (const guchar *)w->draft->message_id, -1);
	g_checksum_get_digest(sum, digest, &len);
	GBytes *answer =
		thread_index_answer(w->draft->thread_index, w->how->now_ms, digest[THREAD_RANDOM_BYTES]);
	return answer ? answer : thread_index_new(w->how->now_ms, digest);
}

static GBytes *build_bytes(const Work *w, GError **err)
{
	const Draft *draft = w->draft;
	g_autoptr(GBytes) index = index_for(w);
	g_autofree char *base = subject_base(draft->subject);
	MimeBuild build = {
		.from = draft->from,
		.to = draft->to,
		.cc = draft->cc,
		.bcc = draft->bcc,
		.reply_to = draft->reply_to,
		.subject = draft->subject,
		.message_id = draft->message_id,
		.date_ms = w->how->now_ms,
		.offset_min = w->how->offset_min,
		.in_reply_to = draft->in_reply_to,
		.references = draft->references,
		.thread_topic = draft->thread_topic ? draft->thread_topic : base,
		.thread_index = index,
		.importance = draft->importance,
		.sensitivity = draft->sensitivity,
		.receipts = draft->receipts,
		.text = w->text,
		.html = w->html,
		.parts = w->parts,
	};

	return mime_build(&build, err);
}

static void work_init(Work *w, const Draft *draft, const ComposeHow *how)
{
	*w = (Work){ .draft = draft, .how = how };
	w->picture_ids = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	w->parts = g_ptr_array_new_with_free_func(build_part_free);
	w->notes = g_ptr_array_new_with_free_func(g_free);
	split_body(w);
	read_original(w);
	read_signature(w);
	w->text = put_text_together(w);
	w->html = put_html_together(w);
}

static void work_clear(Work *w)
{
	g_free(w->words);
	g_free(w->signature_text);
	html_piece_free(w->signature);
	html_piece_free(w->original);
	g_free(w->text);
	g_free(w->html);
	g_ptr_array_unref(w->parts);
	g_ptr_array_unref(w->notes);
	g_hash_table_unref(w->picture_ids);
}

static char *notes_text(GPtrArray *notes)
{
	if (notes->len == 0)
		return NULL;
	g_ptr_array_add(notes, NULL);
	return g_strjoinv(" ", (char **)notes->pdata);
}

ComposeMail *compose_build(const Draft *draft, const ComposeHow *how, GError **err)
{
	ComposeMail *mail = NULL;
	Work w;

	if (!draft->message_id)
		return fail_null(err, ERR_USAGE, _("the mail has no Message-ID yet"));
	work_init(&w, draft, how);
	GBytes *bytes = take_parts(&w, err) ? build_bytes(&w, err) : NULL;
	if (bytes) {
		mail = g_new0(ComposeMail, 1);
		mail->bytes = bytes;
		mail->warning = notes_text(w.notes);
	}
	work_clear(&w);
	return mail;
}

/* ---- files ---- */

GBytes *compose_read_file(const DraftPart *part, size_t max_bytes, GError **err)
{
	g_autofree char *path = part->path ? paths_expand_home(part->path) : NULL;
	g_autofree char *shown = text_visible(part->path ? part->path : part->name ? part->name : "");

	if (!path)
		return fail_null(err, ERR_USAGE, _("the attachment “%s” is no file"), shown);
	if (g_file_test(path, G_FILE_TEST_IS_DIR))
		return fail_null(err, ERR_USAGE, _("“%s” is a folder; attach its files, or an archive of it"),
		                 shown);
	return file_read(path, max_bytes, err);
}
