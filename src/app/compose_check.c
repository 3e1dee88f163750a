#include "app/compose_check.h"

#include <string.h>

#include "app/compose.h"
#include "base/text.h"
#include "mime/mime.h"
#include "mime/recipients.h"

/* How words begin that speak of an attachment, case folded. Those without a letter before them are
 * found anywhere: not all scripts have blanks. */
static const char *const words[] = {
	"attach",      "enclosed",    "enclosing",                    /* English */
	"anhang",      "anhäng",      "angehängt",  "anbei",  "beigefügt", "anlage", "beiliegend", /* German */
	"ci-joint",    "pièce jointe", "pièces jointes",              /* French */
	"adjunt",      "en anexo",                                    /* Spanish, Catalan */
	"anexo",       "em anexo",    "anexad",                       /* Portuguese */
	"allegat",                                                    /* Italian */
	"bijlage",     "bijgevoegd",  "bijgesloten",                  /* Dutch */
	"bifoga",      "vedlagt",     "vedlegg",    "vedhæft",        /* Swedish, Norwegian, Danish */
	"liittee",     "liitteenä",   "oheise",                       /* Finnish */
	"załącz",      "příloh",      "přilož",     "prilož",  "príloh", /* Polish, Czech, Slovak */
	"mellékel",    "csatol",      "ataşat",                       /* Hungarian, Romanian */
	"ekte",        "ekli",        "ekteki",                       /* Turkish */
	"συνημμέν",    "επισυνάπτ",                                   /* Greek */
	"вложен",      "прилож",      "прикреп",                      /* Russian */
	"添付",        "附件",        "附上",       "첨부",           /* Japanese, Chinese, Korean */
};

static bool speaks_of(const char *folded, const char *word)
{
	bool is_wide = g_unichar_iswide(g_utf8_get_char(word));

	for (const char *p = folded; (p = strstr(p, word)); p++) {
		const char *before = g_utf8_find_prev_char(folded, p);
		if (is_wide || !before || !g_unichar_isalpha(g_utf8_get_char(before)))
			return true;
	}
	return false;
}

/* The person's own words: subject and body up to the signature or the quote. */
static char *own_words(const Draft *draft)
{
	size_t len = strlen(draft->body);
	g_autofree char *body = NULL;
	GString *out = g_string_new(draft->kind == DRAFT_NEW ? draft->subject : NULL);

	if (!draft_kind_is_again(draft->kind))
		draft_quote_at(draft, &len);
	body = g_strndup(draft->body, len);
	g_auto(GStrv) lines = g_strsplit(body, "\n", -1);
	for (char **line = lines; *line && strcmp(*line, "-- ") != 0; line++)
		if (**line != '>')
			g_string_append_printf(out, "\n%s", *line);
	return g_string_free(out, FALSE);
}

static bool has_attachment(const Draft *draft)
{
	for (guint i = 0; i < draft->parts->len; i++)
		if (!((const DraftPart *)g_ptr_array_index(draft->parts, i))->is_inline)
			return true;
	return false;
}

bool compose_forgot_attachment(const Draft *draft)
{
	if (has_attachment(draft))
		return false;
	g_autofree char *own = own_words(draft);
	g_autofree char *whole = g_utf8_normalize(own, -1, G_NORMALIZE_ALL_COMPOSE);
	g_autofree char *folded = g_utf8_casefold(whole ? whole : own, -1);
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (speaks_of(folded, words[i]))
			return true;
	return false;
}

/* ---- who is outside ---- */

static bool is_within(const char *domain, const char *ours)
{
	size_t len = strlen(domain), our_len = strlen(ours);

	return our_len > 0 && len >= our_len &&
	       text_equal_ascii_case(domain + len - our_len, ours) &&
	       (len == our_len || domain[len - our_len - 1] == '.');
}

static bool is_internal(const char *address, const GPtrArray *domains)
{
	g_autofree char *ascii = mime_recipient_ascii(address);
	const char *domain = strrchr(ascii, '@') + 1;

	for (guint i = 0; i < domains->len; i++) {
		const char *name = g_ptr_array_index(domains, i);
		g_autofree char *ours =
			g_utf8_validate(name, -1, NULL) ? g_hostname_to_ascii(name) : NULL;
		if (ours && is_within(domain, ours))
			return true;
	}
	return false;
}

/* @keys: of those that are in @out. */
static void add_external(GPtrArray *out, GHashTable *keys, const char *typed,
                         const GPtrArray *domains)
{
	g_autofree char *list = g_strdelimit(g_strdup(typed ? typed : ""), "\r\n", ',');
	g_autoptr(GPtrArray) addresses = mime_addresses(list);

	for (guint i = 0; i < addresses->len; i++) {
		const char *address = ((MimeAddress *)g_ptr_array_index(addresses, i))->address;
		if (mime_recipient_check(address, NULL) && !is_internal(address, domains) &&
		    g_hash_table_add(keys, mime_recipient_key(address)))
			g_ptr_array_add(out, g_strdup(address));
	}
}

GPtrArray *compose_external(const Draft *draft, const GPtrArray *domains)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	add_external(out, keys, draft->to, domains);
	add_external(out, keys, draft->cc, domains);
	add_external(out, keys, draft->bcc, domains);
	return out;
}
