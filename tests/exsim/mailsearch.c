#include "exsim/mailsearch.h"

#include <string.h>

static bool has_word(const Mail *mail, const char *folded_word)
{
	g_autofree char *body = mail_as_text(mail);
	const char *texts[] = { mail->subject, mail->from, mail->to, mail->cc, body };

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *folded = texts[i] ? g_utf8_casefold(texts[i], -1) : NULL;
		if (folded && strstr(folded, folded_word))
			return true;
	}
	return false;
}

static bool fits(const Collection *c, guint n, const MailQuery *query, char **words)
{
	int64_t date_ms = collection_date(c, n);

	if ((query->after_ms && date_ms <= query->after_ms) || (query->before_ms && date_ms >= query->before_ms))
		return false;
	g_autoptr(Mail) mail = collection_mail(c, n);
	for (size_t i = 0; words[i]; i++)
		if (*words[i] && !has_word(mail, words[i]))
			return false;
	return true;
}

static void search_folder(Collection *c, const MailQuery *query, char **words, GArray *hits)
{
	for (guint n = 0; n < collection_count(c); n++) {
		if (!collection_has(c, n) || !fits(c, n, query, words))
			continue;
		MailHit hit = { c, n, collection_date(c, n) };
		g_array_append_val(hits, hit);
	}
}

static gint newest_first(gconstpointer a, gconstpointer b)
{
	const MailHit *x = a, *y = b;

	return x->date_ms > y->date_ms ? -1 : x->date_ms < y->date_ms;
}

GArray *mailsearch_run(const User *user, const MailQuery *query)
{
	g_autofree char *folded = g_utf8_casefold(query->words, -1);
	g_auto(GStrv) words = g_strsplit(folded, " ", -1);
	GArray *hits = g_array_new(FALSE, FALSE, sizeof(MailHit));

	for (guint i = 0; i < user->collections->len; i++) {
		Collection *c = g_ptr_array_index(user->collections, i);
		bool is_meant = !query->folder_id || g_str_equal(query->folder_id, c->id);
		if (collection_is_mail(c) && is_meant)
			search_folder(c, query, words, hits);
	}
	g_array_sort(hits, newest_first);
	return hits;
}
