#include "exsim/generate.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"

#define YEAR_MS (INT64_C(365) * 24 * 60 * 60 * 1000)
enum { TEXT_BYTES = 1 << 20, PEOPLE = 400, THREAD = 4, SLICE_MARGIN = 256 };

/* TEXT_BYTES of each, to cut bodies from; counted references. */
typedef struct { char *text, *html; } Texts;

typedef struct {
	Source          source;
	GenerateOptions options;
	guint           folder, count;
	Texts          *texts;
} Generator;

/* ---- chance ---- */

/* SplitMix64: a number for each question about a message. */
static uint64_t mix(uint64_t x)
{
	x += 0x9E3779B97F4A7C15u;
	x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
	x = (x ^ x >> 27) * 0x94D049BB133111EBu;
	return x ^ x >> 31;
}

typedef enum { ASK_SENDER = 1, ASK_KIND, ASK_READ, ASK_SLICE, ASK_TOPIC, ASK_FILE, ASK_FLAG, ASK_ID } Question;

static uint64_t ask(const Generator *g, guint n, Question question)
{
	return mix(mix((uint64_t)g->options.seed << 32 | g->folder) ^ mix((uint64_t)n << 8 | question));
}

static bool happens(const Generator *g, guint n, Question question, guint percent)
{
	return ask(g, n, question) % 100 < percent;
}

/* ---- words ---- */

static const char *const words[] = {
	"the", "of", "and", "to", "in", "for", "is", "on", "that", "with", "we", "be", "this", "are", "from", "as", "our", "have", "will",
	"at", "by", "please", "meeting", "report", "budget", "project", "team", "week", "review", "customer", "invoice", "delivery",
	"schedule", "contract", "draft", "figures", "quarter", "office", "question", "answer", "version", "release", "server", "order",
	"price", "offer", "tomorrow", "morning", "change", "request", "travel", "hotel", "train", "agenda", "minutes", "decision", "supplier",
	"warehouse", "Größe", "Übergabe", "façade", "naïve", "résumé", "Straße", "żółty", "çok", "güzel", "данные", "встреча", "会議", "予算",
};
static const char *const topics[] = { "Budget", "Release", "Offer", "Minutes", "Travel", "Invoice", "Contract", "Schedule", "Review", "Delivery" };
static const char *const first_names[] = { "Ada", "Bruno", "Carla", "David", "Elif", "Farid", "Greta", "Hiro", "Ines", "Jörg",
                                           "Katya", "Luís", "Mina", "Noah", "Olga", "Pedro", "Quinn", "Rosa", "Sven", "Tove" };
static const char *const last_names[] = { "Abel", "Brandt", "Costa", "Duval", "Eklund", "Fischer", "Gruber", "Hansen", "Ito", "Jansen",
                                          "Kowalski", "Lindner", "Moreau", "Novak", "Öztürk", "Petrov", "Quist", "Rossi", "Sato", "Turner" };

/* Sentences up to TEXT_BYTES; @paragraph_end closes a paragraph, @paragraph_begin opens one. */
static char *make_text(guint32 seed, const char *begin, const char *end)
{
	GString *out = g_string_sized_new(TEXT_BYTES + 256);
	uint64_t state = seed;

	while (out->len < TEXT_BYTES) {
		g_string_append(out, begin);
		for (guint i = 0; i < 60; i++) {
			state = mix(state);
			/* Small numbers come more often: the first words are the common ones. */
			guint pick = (guint)((state >> 8) % G_N_ELEMENTS(words) * ((state >> 40) % G_N_ELEMENTS(words)) / G_N_ELEMENTS(words));
			g_string_append_printf(out, "%s%s", words[pick], i % 12 == 11 ? ".\r\n" : " ");
		}
		g_string_append(out, end);
	}
	return g_string_free(out, FALSE);
}

static char *person(uint64_t chance)
{
	guint who = (guint)(chance % PEOPLE);
	const char *first = first_names[who % 20], *last = last_names[who / 20];

	return g_strdup_printf("%s %s <p%u@corp.example>", first, last, who);
}

/* ---- one message ---- */

/* Threads are THREAD neighbours long; the first of them gives the topic. */
static guint thread_of(guint n) { return n - n % THREAD; }

static char *message_id(const Generator *g, guint n)
{
	return g_strdup_printf("<%u.%u.%08x@corp.example>", g->folder, n, (guint32)ask(g, n, ASK_ID));
}

static int64_t date_of(const Source *source, guint n)
{
	const Generator *g = (const Generator *)source;
	int64_t step_ms = g->options.span_ms / MAX(g->count, 1);

	return g->options.now_ms - (int64_t)(g->count - 1 - n) * step_ms;
}

static char *subject_of(const Generator *g, guint n)
{
	guint root = thread_of(n);
	const char *topic = topics[ask(g, root, ASK_TOPIC) % G_N_ELEMENTS(topics)];

	return g_strdup_printf("%s%s %u in folder %u", n == root ? "" : "Re: ", topic, root, g->folder + 1);
}

/* A slice of @text of about the wanted size, beginning and ending at a line. */
static char *slice(const Generator *g, const char *text, guint n, const char *head)
{
	gsize want = MIN(g->options.size_bytes, TEXT_BYTES / 2);
	gsize head_len = strlen(head), len = want > head_len ? want - head_len : 0;
	const char *from = text + ask(g, n, ASK_SLICE) % (TEXT_BYTES - len - SLICE_MARGIN);

	from = strchr(from, '\n') + 1;
	while (len > 0 && from[len - 1] != '\n')
		len--;
	char *body = g_malloc(head_len + len + 1);
	memcpy(body, head, head_len);
	memcpy(body + head_len, from, len);
	body[head_len + len] = '\0';
	return body;
}

static bool is_html(const Generator *g, guint n) { return happens(g, n, ASK_KIND, g->options.html_percent); }
static bool has_file(const Generator *g, guint n) { return happens(g, n, ASK_FILE, g->options.attachments_percent); }

static char *body_of(const Generator *g, guint n)
{
	g_autofree char *head = g_strdup_printf(is_html(g, n) ? "<html><body><p>Message %u of folder %u.</p>\r\n" : "Message %u of folder %u.\r\n\r\n",
	                                        n, g->folder + 1);
	return slice(g, is_html(g, n) ? g->texts->html : g->texts->text, n, head);
}

static GBytes *file_of(const Generator *g, guint n)
{
	GString *csv = g_string_new("number;value\r\n");

	for (guint i = 0; i < 200; i++)
		g_string_append_printf(csv, "%u;%u\r\n", i, (guint)(mix(ask(g, n, ASK_FILE) + i) % 100000));
	return g_string_free_to_bytes(csv);
}

static void add_file(const Generator *g, guint n, Mail *mail)
{
	MailAttachment *a = g_new0(MailAttachment, 1);

	*a = (MailAttachment){ .name = g_strdup_printf("figures-%u.csv", n), .content_type = g_strdup("text/csv"), .method = 1,
	                       .content = file_of(g, n) };
	g_ptr_array_add(mail->attachments, a);
}

static Mail *mail_of(const Source *source, guint n)
{
	const Generator *g = (const Generator *)source;
	Mail *mail = mail_new();
	g_autofree char *root = message_id(g, thread_of(n));
	char *body = body_of(g, n);

	mail->date_ms = date_of(source, n);
	mail->from = person(ask(g, n, ASK_SENDER));
	mail->to = g_strdup("Alice Example <alice@example.test>");
	mail->display_to = g_strdup("Alice Example");
	mail->subject = subject_of(g, n);
	mail->thread_topic = g_strdup(mail->subject + (n == thread_of(n) ? 0 : 4));
	mail->message_class = g_strdup("IPM.Note");
	mail->content_class = g_strdup("urn:content-classes:message");
	if (is_html(g, n))
		mail->html = body;
	else
		mail->text = body;
	if (has_file(g, n))
		add_file(g, n, mail);
	mail_set_conversation(mail, root, n % THREAD);
	return mail;
}

/* ---- its MIME ---- */

static char *rfc_date(int64_t ms)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	g_autoptr(GDateTime) d = g_date_time_new_from_unix_utc(ms / 1000);

	return g_strdup_printf("%s, %02d %s %04d %02d:%02d:%02d +0000", days[g_date_time_get_day_of_week(d) - 1],
	                       g_date_time_get_day_of_month(d), months[g_date_time_get_month(d) - 1], g_date_time_get_year(d),
	                       g_date_time_get_hour(d), g_date_time_get_minute(d), g_date_time_get_second(d));
}

/* RFC 2047: "Jörg Öztürk <p@…>" with the name as an encoded word where it has to be. */
static char *header_person(const char *address)
{
	const char *angle = strchr(address, '<');
	g_autofree char *name = g_strndup(address, (gsize)(angle - address) - 1);

	if (g_str_is_ascii(name))
		return g_strdup(address);
	g_autofree char *base64 = g_base64_encode((const guchar *)name, strlen(name));
	return g_strdup_printf("=?utf-8?B?%s?= %s", base64, angle);
}

static void append_base64(GString *out, GBytes *bytes)
{
	gsize len;
	const guchar *data = g_bytes_get_data(bytes, &len);
	g_autofree char *base64 = g_base64_encode(data, len);

	for (size_t i = 0, all = strlen(base64); i < all; i += 76)
		g_string_append_printf(out, "%.76s\r\n", base64 + i);
}

static void append_head(const Generator *g, guint n, const Mail *mail, GString *out)
{
	g_autofree char *date = rfc_date(mail->date_ms), *id = message_id(g, n), *root = message_id(g, thread_of(n));
	g_autofree char *from = header_person(mail->from);

	g_string_append_printf(out, "Date: %s\r\nMessage-ID: %s\r\nFrom: %s\r\nTo: %s\r\nSubject: %s\r\n", date, id, from, mail->to, mail->subject);
	if (n != thread_of(n))
		g_string_append_printf(out, "In-Reply-To: %s\r\nReferences: %s\r\n", root, root);
	g_string_append(out, "MIME-Version: 1.0\r\n");
}

static void append_body(const Mail *mail, GString *out)
{
	g_string_append_printf(out, "Content-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n%s",
	                       mail->html ? "html" : "plain", mail->html ? mail->html : mail->text);
}

static GBytes *mime_of(const Source *source, guint n)
{
	const Generator *g = (const Generator *)source;
	g_autoptr(Mail) mail = mail_of(source, n);
	GString *out = g_string_sized_new(g->options.size_bytes + 1024);

	append_head(g, n, mail, out);
	if (mail->attachments->len == 0) {
		append_body(mail, out);
		return g_string_free_to_bytes(out);
	}
	const MailAttachment *a = g_ptr_array_index(mail->attachments, 0);
	g_string_append(out, "Content-Type: multipart/mixed; boundary=\"=_part\"\r\n\r\n--=_part\r\n");
	append_body(mail, out);
	g_string_append_printf(out, "\r\n--=_part\r\nContent-Type: text/csv; name=\"%s\"\r\nContent-Disposition: attachment; filename=\"%s\"\r\n"
	                       "Content-Transfer-Encoding: base64\r\n\r\n", a->name, a->name);
	append_base64(out, a->content);
	g_string_append(out, "--=_part--\r\n");
	return g_string_free_to_bytes(out);
}

static ItemState state_of(const Source *source, guint n)
{
	const Generator *g = (const Generator *)source;
	return (ItemState){ .is_read = !happens(g, n, ASK_READ, g->options.unread_percent),
	                    .flag = ask(g, n, ASK_FLAG) % 50 == 0 ? 2 : 0 };
}

static guint count_of(const Source *source) { return ((const Generator *)source)->count; }

static void clear_texts(void *data)
{
	Texts *texts = data;

	g_free(texts->text);
	g_free(texts->html);
}

static void free_source(Source *source)
{
	Generator *g = (Generator *)source;

	g_rc_box_release_full(g->texts, clear_texts);
	g_free(g);
}

/* ---- options ---- */

static Source *source_new(const GenerateOptions *options, guint folder, Texts *texts)
{
	Generator *g = g_new0(Generator, 1);

	g->source = (Source){ .count = count_of, .date = date_of, .mail = mail_of, .mime = mime_of, .state = state_of, .free = free_source };
	g->options = *options;
	g->folder = folder;
	g->count = options->count / options->folders + (folder < options->count % options->folders ? 1 : 0);
	g->texts = g_rc_box_acquire(texts);
	return &g->source;
}

GPtrArray *generate_sources(const GenerateOptions *options)
{
	GPtrArray *sources = g_ptr_array_new();
	Texts *texts = g_rc_box_new0(Texts);

	texts->text = make_text(options->seed, "", "\r\n");
	texts->html = make_text(options->seed, "<p>", "</p>\r\n");
	for (guint i = 0; i < options->folders; i++)
		g_ptr_array_add(sources, source_new(options, i, texts));
	g_rc_box_release_full(texts, clear_texts);
	return sources;
}

static bool set_option(GenerateOptions *o, const char *name, int64_t value)
{
	const struct { const char *name; guint *field; int64_t min, max; } fields[] = {
		{ "folders", &o->folders, 1, 20000 }, { "size", &o->size_bytes, 0, TEXT_BYTES / 2 }, { "html", &o->html_percent, 0, 100 },
		{ "attachments", &o->attachments_percent, 0, 100 }, { "unread", &o->unread_percent, 0, 100 }, { "seed", &o->seed, 0, G_MAXINT },
		{ "events", &o->events, 0, 1000000 }, { "contacts", &o->contacts, 0, 1000000 },
	};

	if (g_str_equal(name, "years") && value >= 1 && value <= 40) {
		o->span_ms = value * YEAR_MS;
		return true;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		if (g_str_equal(name, fields[i].name) && value >= fields[i].min && value <= fields[i].max) {
			*fields[i].field = (guint)value;
			return true;
		}
	}
	return false;
}

bool generate_options_read(const char *text, int64_t now_ms, GenerateOptions *ret_options, GError **err)
{
	GenerateOptions o = { .folders = 1, .size_bytes = 4096, .unread_percent = 8, .seed = 1, .now_ms = now_ms, .span_ms = 6 * YEAR_MS };
	g_auto(GStrv) parts = g_strsplit(text, ",", -1);
	int64_t value;

	if (!parts[0] || !text_to_int(parts[0], 0, 100000000, &value))
		return fail(err, ERR_USAGE, "--generate needs a number of messages, not “%s”", text);
	o.count = (guint)value;
	for (guint i = 1; parts[i]; i++) {
		g_auto(GStrv) halves = g_strsplit(parts[i], "=", 2);
		if (!halves[0] || !halves[1] || !text_to_int(halves[1], 0, G_MAXINT, &value) || !set_option(&o, halves[0], value))
			return fail(err, ERR_USAGE, "--generate: “%s” is none of folders=, size=, html=, attachments=, unread=, events=, contacts=, seed=, years= within its bounds", parts[i]);
	}
	*ret_options = o;
	return true;
}
