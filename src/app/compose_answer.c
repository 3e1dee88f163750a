#include <string.h>

#include "app/compose.h"
#include "app/reading.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "doc/quote.h"
#include "mime/mailto.h"
#include "mime/mime.h"
#include "mime/recipients.h"
#include "mime/subject.h"
#include "mime/thread.h"

typedef struct {
	const ComposeSelf   *self;
	const ComposeSource *source;
	const Message       *message;
	Reading             *reading;
	MimeMessage         *header;      /* read from ComposeSource.mime; NULL */
	const MimeMessage   *mime;        /* whichever of the two has the header; NULL */
	GHashTable          *shown;       /* Content-IDs of the pictures that the document shows */
	DraftKind            kind;
	Draft               *draft;
} Answer;

Draft *compose_new(const ComposeSelf *self)
{
	Draft *draft = draft_new();

	draft->account = g_strdup(self->account);
	draft->from = g_strdup(self->from);
	draft->signature = g_strdup(self->signature);
	draft->signature_place = self->signature_place;
	draft->signature_format = self->signature_format;
	draft->format = self->format;
	draft->signing = self->signing;
	draft->encryption = self->encryption;
	draft->subject_place = self->subject_place;
	return draft;
}

/* Servers and senders forget to mark what is inline; the document knows what it shows. */
static GHashTable *shown_by(const Doc *doc)
{
	GHashTable *shown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < doc->pictures->len; i++) {
		const char *source = ((DocPicture *)g_ptr_array_index(doc->pictures, i))->source;
		char *id = text_has_prefix_ascii_case(source, "cid:")
		                   ? g_uri_unescape_string(source + strlen("cid:"), NULL)
		                   : NULL;
		if (id)
			g_hash_table_add(shown, id);
	}
	return shown;
}

static void answer_init(Answer *a, const ComposeSelf *self, const ComposeSource *source,
                        DraftKind kind)
{
	*a = (Answer){ .self = self, .source = source, .message = source->message, .kind = kind };
	a->reading = reading_new(source->message, source->kind, source->body);
	a->shown = shown_by(a->reading->doc);
	a->header = source->mime ? mime_read(source->mime) : NULL;
	a->mime = a->header ? a->header : a->reading->mime;
	a->draft = compose_new(self);
	a->draft->kind = kind;
}

static void answer_clear(Answer *a)
{
	reading_free(a->reading);
	g_hash_table_unref(a->shown);
	mime_message_free(a->header);
	draft_free(a->draft);
}

/* Borrowed; NULL when it is not there or the header is not known. */
static const char *header_of(const Answer *a, const char *name)
{
	size_t len = strlen(name);

	for (guint i = 0; a->mime && i < a->mime->headers->len; i++) {
		const char *line = g_ptr_array_index(a->mime->headers, i);
		if (text_has_prefix_ascii_case(line, name) && line[len] == ':')
			return line + len + 1 + strspn(line + len + 1, " ");
	}
	return NULL;
}

/* ---- who it goes to ---- */

/* A list in which nobody comes twice. */
typedef struct {
	GPtrArray  *list;            /* of MimeAddress */
	GHashTable *keys;            /* of all that are in it, or must not be */
} People;

static void people_init(People *people)
{
	people->list = g_ptr_array_new_with_free_func((GDestroyNotify)mime_address_free);
	people->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void people_clear(People *people)
{
	g_ptr_array_unref(people->list);
	g_hash_table_unref(people->keys);
}

static void people_add(People *people, const char *list)
{
	g_autoptr(GPtrArray) more = mime_addresses(list);

	for (guint i = 0; i < more->len; i++) {
		MimeAddress **one = (MimeAddress **)&g_ptr_array_index(more, i);
		if (!g_hash_table_add(people->keys, mime_recipient_key((*one)->address)))
			continue;
		g_ptr_array_add(people->list, *one);
		*one = NULL;
	}
}

static void keep_out(People *people, const char *address)
{
	g_hash_table_add(people->keys, mime_recipient_key(address));
}

static void keep_out_self(People *people, const ComposeSelf *self)
{
	g_autoptr(MimeAddress) from = mime_address_first(self->from);

	if (from)
		keep_out(people, from->address);
	for (guint i = 0; self->addresses && i < self->addresses->len; i++)
		keep_out(people, g_ptr_array_index(self->addresses, i));
}

static void keep_out_people(People *people, const People *others)
{
	for (guint i = 0; i < others->list->len; i++)
		keep_out(people, ((MimeAddress *)g_ptr_array_index(others->list, i))->address);
}

static char *people_text(const People *people)
{
	return people->list->len > 0 ? mime_addresses_format(people->list) : NULL;
}

static bool is_from_self(const Answer *a)
{
	g_autoptr(MimeAddress) from = mime_address_first(a->message->from);
	People self;

	people_init(&self);
	keep_out_self(&self, a->self);
	g_autofree char *key = from ? mime_recipient_key(from->address) : NULL;
	bool is_self = key && g_hash_table_contains(self.keys, key);
	people_clear(&self);
	return is_self;
}

static const char *first_said(const char *a, const char *b) { return a && *a ? a : b; }

/* An answer to one's own mail goes on to those it went to. */
static void address_reply(Answer *a)
{
	const Message *m = a->message;
	const char *to = is_from_self(a) ? first_said(m->to, m->from)
	                                 : first_said(m->reply_to, first_said(m->from, m->sender));
	People people, others;

	people_init(&people);
	people_init(&others);
	people_add(&people, to);
	if (a->kind == DRAFT_REPLY_ALL) {
		keep_out_self(&people, a->self);
		people_add(&people, m->to);
		keep_out_self(&others, a->self);
		keep_out_people(&others, &people);
		people_add(&others, m->cc);
	}
	a->draft->to = people_text(&people);
	a->draft->cc = people_text(&others);
	people_clear(&people);
	people_clear(&others);
}

/* RFC 2369 3.4: "<mailto:list@example.test>", or "NO" where nobody may post. */
static char *list_post(const Answer *a)
{
	const char *post = header_of(a, "List-Post");
	const char *url = post ? strstr(post, "<mailto:") : NULL;
	g_autofree char *link = url ? g_strndup(url + 1, strcspn(url + 1, ">")) : NULL;
	g_autoptr(Draft) draft = draft_new();

	return link && mailto_apply(link, draft, NULL) ? g_strdup(draft->to) : NULL;
}

static char *list_address(const Answer *a)
{
	const char *followup = header_of(a, "Mail-Followup-To");
	g_autofree char *post = followup ? NULL : list_post(a);
	People people;

	people_init(&people);
	if (followup)
		keep_out_self(&people, a->self);
	people_add(&people, followup ? followup : post);
	char *text = people_text(&people);
	people_clear(&people);
	return text;
}

static bool address_list(Answer *a, GError **err)
{
	a->draft->to = list_address(a);
	if (!a->draft->to && !a->mime)
		return fail(
			err, ERR_NOT_FOUND,
			_("the header of the mail is not here yet; fetch its source to answer to its list"));
	if (!a->draft->to)
		return fail(err, ERR_NOT_FOUND,
		            _("the mail names no list to write to; reply to its sender or to all"));
	return true;
}

static bool address_draft(Answer *a, GError **err)
{
	switch (a->kind) {
	case DRAFT_REPLY:
	case DRAFT_REPLY_ALL:
		address_reply(a);
		return true;
	case DRAFT_REPLY_LIST: return address_list(a, err);
	case DRAFT_EDIT:
	case DRAFT_RESUME:
	case DRAFT_RESEND:
		a->draft->to = g_strdup(a->message->to);
		a->draft->cc = g_strdup(a->message->cc);
		a->draft->bcc = g_strdup(a->message->bcc);
		a->draft->importance = a->message->importance;
		a->draft->reply_to =
			a->kind == DRAFT_RESEND ? NULL : g_strdup(a->message->reply_to);
		return true;
	default: return true;
	}
}

/* ---- what it says ---- */

static bool is_forward(DraftKind kind)
{
	return kind == DRAFT_FORWARD || kind == DRAFT_FORWARD_ATTACHED;
}

static char *subject_for(const Answer *a)
{
	if (draft_kind_is_reply(a->kind))
		return subject_reply(a->message->subject);
	if (is_forward(a->kind))
		return subject_forward(a->message->subject);
	return g_strdup(a->message->subject);
}

static char *name_of_sender(const Message *message)
{
	g_autoptr(MimeAddress) from = mime_address_first(message->from);

	if (!from)
		return g_strdup(_("somebody"));
	return text_one_line(from->name ? from->name : from->address);
}

typedef struct { const char *name, *value; } Placeholder;

/* What is filled in is not looked through again: a subject may say anything. */
static char *fill_in(const char *template, const Placeholder *known)
{
	GString *out = g_string_new(NULL);

	for (const char *p = template; *p;) {
		const Placeholder *found = known;
		while (found->name && !g_str_has_prefix(p, found->name))
			found++;
		if (found->name) {
			g_string_append(out, found->value ? found->value : "");
			p += strlen(found->name);
		} else {
			g_string_append_c(out, *p++);
		}
	}
	return g_string_free(out, FALSE);
}

static char *own_attribution(const Answer *a, const char *name)
{
	g_autoptr(MimeAddress) from = mime_address_first(a->message->from);
	const Placeholder known[] = {
		{ "{date}", a->source->date_text }, { "{from}", from ? from->address : name },
		{ "{name}", name },                 { "{subject}", a->message->subject },
		{ NULL, NULL },
	};
	g_autofree char *filled = fill_in(a->self->quote_header, known);

	return text_one_line(filled);
}

static char *attribution(const Answer *a)
{
	g_autofree char *name = name_of_sender(a->message);

	if (a->self->quote_header && *a->self->quote_header)
		return own_attribution(a, name);
	if (!a->source->date_text)
		return g_strdup_printf(_("%s wrote:"), name);
	/* Translators: the time, then the writer's name. */
	return g_strdup_printf(_("On %s, %s wrote:"), a->source->date_text, name);
}

/* The lines over a forwarded mail, up to a blank line. */
static char *forward_header(const Answer *a)
{
	g_autoptr(GPtrArray) lines = reading_header_lines(a->message);
	GString *out = g_string_new(_("-------- Forwarded message --------"));

	g_string_append_c(out, '\n');
	for (guint i = 0; i < lines->len; i++) {
		g_string_append_printf(out, "%s\n", (char *)g_ptr_array_index(lines, i));
		if (i == 0 && a->source->date_text)
			g_string_append_printf(out, "%s: %s\n", _("Date"), a->source->date_text);
	}
	return g_string_free(out, FALSE);
}

static char *quote_for(const Answer *a)
{
	g_autofree char *text = doc_quote(a->reading->doc, draft_kind_is_reply(a->kind) ? 1 : 0);
	g_autofree char *head = draft_kind_is_reply(a->kind) ? attribution(a) : forward_header(a);

	if (draft_kind_is_reply(a->kind))
		return *text ? g_strconcat(head, "\n", text, NULL) : NULL;
	return g_strconcat(head, "\n", text, NULL);
}

/* @above: room to write in. */
static void set_body(Draft *draft, const char *above, char *quote)
{
	g_free(draft->body);
	draft->body = g_strconcat(above, quote, NULL);
	g_strchomp(quote);
	draft->quote_bytes = strlen(quote);
	draft->quote_hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, quote, -1);
}

static void write_body(Answer *a)
{
	bool is_again = draft_kind_is_again(a->kind);
	g_autofree char *text = is_again ? doc_quote(a->reading->doc, 0)
	                        : a->kind == DRAFT_FORWARD_ATTACHED ? NULL
	                                                            : quote_for(a);

	if (text)
		set_body(a->draft, is_again ? "" : "\n\n", text);
	if (is_again)
		g_clear_pointer(&a->draft->signature, g_free); /* it has the one it was sent with */
}

/* ---- what goes along ---- */

static DraftPart *add_part(const Answer *a, const char *name, const char *type,
                           const char *content_id)
{
	DraftPart *part = draft_part_new();

	part->name = g_strdup(name);
	part->content_type = g_strdup(type);
	part->content_id = g_strdup(content_id);
	part->message_id = a->message->id;
	g_ptr_array_add(a->draft->parts, part);
	return part;
}

static bool is_shown(const Answer *a, const char *content_id)
{
	return content_id && g_hash_table_contains(a->shown, content_id);
}

/* A reply takes the pictures along that the original shows, all others everything. */
static void add_mime_parts(const Answer *a, const MimeMessage *mime)
{
	for (guint i = 0; i < mime->parts->len; i++) {
		const MimePart *from = g_ptr_array_index(mime->parts, i);
		bool is_body = from->role == MIME_TEXT || from->role == MIME_HTML;
		bool is_inline = is_shown(a, from->content_id);
		if (is_body || from->is_embedded || (draft_kind_is_reply(a->kind) && !is_inline))
			continue;
		DraftPart *part = add_part(a, from->name, from->content_type, from->content_id);
		part->is_inline = is_inline;
		part->part = from->index;
	}
}

static void add_server_parts(const Answer *a)
{
	const GPtrArray *parts = a->message->parts;

	for (guint i = 0; parts && i < parts->len; i++) {
		const Part *from = g_ptr_array_index(parts, i);
		bool is_inline = is_shown(a, from->content_id);
		if (draft_kind_is_reply(a->kind) && !is_inline)
			continue;
		DraftPart *part = add_part(a, from->name, from->content_type, from->content_id);
		part->is_inline = is_inline;
		part->reference = g_strdup(from->reference);
	}
}

void compose_attach(Draft *draft, const Message *message)
{
	g_autofree char *subject = subject_base(message->subject);
	g_autofree char *cut = text_cut(*subject ? subject : _("message"), 100);
	g_autofree char *name = g_strconcat(cut, ".eml", NULL);
	DraftPart *part = draft_part_new();

	part->name = text_safe_file_name(name);
	part->content_type = g_strdup("message/rfc822");
	part->message_id = message->id;
	g_ptr_array_add(draft->parts, part);
}

/* Of what is kept over the original, the server must know which parts it has already. */
static void add_parts(const Answer *a)
{
	if (a->kind == DRAFT_FORWARD_ATTACHED)
		compose_attach(a->draft, a->message);
	else if (a->reading->mime && !(a->kind == DRAFT_RESUME && a->message->parts))
		add_mime_parts(a, a->reading->mime);
	else
		add_server_parts(a);
}

/* ---- what it belongs to ---- */

static char *topic_of(const Answer *a)
{
	const char *topic = first_said(header_of(a, "Thread-Topic"), a->message->topic);

	return topic && *topic ? g_strdup(topic) : subject_base(a->message->subject);
}

static GBytes *index_of(const Answer *a)
{
	GBytes *index = thread_index_parse(header_of(a, "Thread-Index"));

	return index ? index
	             : thread_index_join(a->message->conversation_key,
	                                 a->message->conversation_index);
}

static void thread(Answer *a)
{
	const MimeMessage *m = a->mime;
	Draft *draft = a->draft;

	draft->source_id = a->message->id;
	draft->source_server_id = g_strdup(a->message->server_id);
	draft->source_folder = g_strdup(a->source->folder_server_id);
	if ((a->kind == DRAFT_EDIT || a->kind == DRAFT_RESUME) && m) {
		draft->in_reply_to = thread_ids(m->in_reply_to);
		draft->references = thread_ids(m->references);
	}
	if (!draft_kind_is_reply(a->kind) && !is_forward(a->kind))
		return;
	draft->in_reply_to = m ? thread_ids(m->message_id) : NULL;
	draft->references =
		m ? thread_references(m->references, m->in_reply_to, m->message_id) : NULL;
	draft->thread_topic = topic_of(a);
	draft->thread_index = index_of(a);
}

Draft *compose_answer(const ComposeSelf *self, const ComposeSource *source, DraftKind kind,
                      GError **err)
{
	Answer a;

	g_assert(kind != DRAFT_NEW);
	answer_init(&a, self, source, kind);
	bool is_fine = address_draft(&a, err);
	if (is_fine) {
		a.draft->subject = subject_for(&a);
		write_body(&a);
		add_parts(&a);
		thread(&a);
	}
	Draft *draft = is_fine ? g_steal_pointer(&a.draft) : NULL;
	answer_clear(&a);
	return draft;
}

Draft *compose_mailto(const ComposeSelf *self, const char *url, GError **err)
{
	g_autoptr(Draft) draft = compose_new(self);

	return mailto_apply(url, draft, err) ? g_steal_pointer(&draft) : NULL;
}
