#include "mime/recipients.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "mime/mime.h"

/* ---- one address ---- */

static const char *domain_of(const char *address)
{
	const char *at = strrchr(address, '@');

	return at ? at + 1 : NULL;
}

/* NULL: no host has such a name. GLib reads past the end of what is not UTF-8. */
static char *domain_to_ascii(const char *domain)
{
	return domain && g_utf8_validate(domain, -1, NULL) ? g_hostname_to_ascii(domain) : NULL;
}

static bool is_local_part(const char *text, size_t len)
{
	if (len == 0 || len > 64)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((guchar)text[i] <= ' ' || text[i] == 0x7f || strchr("<>,;:\\\"()[]@", text[i]))
			return false;
	return text[0] != '.' && text[len - 1] != '.';
}

/* "example.test", "localhost"; the labels of an IDN were made ASCII before. */
static bool is_domain(const char *ascii)
{
	g_auto(GStrv) labels = g_strsplit(ascii, ".", -1);

	for (char **label = labels; *label; label++) {
		size_t len = strlen(*label);
		if (len == 0 || len > 63 || **label == '-' || (*label)[len - 1] == '-' ||
		    (*label)[strspn(*label, "abcdefghijklmnopqrstuvwxyz"
		                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")])
			return false;
	}
	return *labels && strlen(ascii) <= 253;
}

static bool is_address(const char *address)
{
	const char *domain = domain_of(address);
	g_autofree char *ascii = domain_to_ascii(domain);

	return ascii && is_domain(ascii) &&
	       is_local_part(address, (size_t)(domain - address) - 1);
}

bool mime_recipient_check(const char *address, GError **err)
{
	g_autofree char *shown = text_visible(address);
	const char *domain = domain_of(address);

	if (!is_address(address))
		return fail(err, ERR_USAGE,
		            _("“%s” is no address: write one like name@example.org"), shown);
	g_autofree char *local = g_strndup(address, (gsize)(domain - address));
	if (!g_str_is_ascii(local))
		return fail(err, ERR_USAGE,
		            _("“%s” cannot be written to: before the @ the server takes only "
		              "ASCII letters"),
		            shown);
	return true;
}

char *mime_recipient_ascii(const char *address)
{
	const char *domain = domain_of(address);
	g_autofree char *ascii = domain_to_ascii(domain);

	if (!ascii)
		return g_strdup(address);
	return g_strdup_printf("%.*s%s", (int)(domain - address), address, ascii);
}

char *mime_recipient_key(const char *address)
{
	g_autofree char *ascii = mime_recipient_ascii(address);

	return text_lower_ascii(ascii);
}

bool mime_recipient_equal(const char *a, const char *b)
{
	if (!a || !b)
		return false;
	g_autofree char *key_a = mime_recipient_key(a), *key_b = mime_recipient_key(b);

	return strcmp(key_a, key_b) == 0;
}

/* ---- the list ---- */

/* One pass over the list: once an enclosure was found not to close, no later one of its line is
 * tried, so a row of a million quotes costs what its length costs. */
typedef struct {
	const char *p;               /* what is left */
	const char *open_until;      /* enclosures before this place are characters */
} Reader;

/* Moves past the quoted text, comment or <…> that begins here; past its first character if it never
 * closes. */
static void skip_enclosed(Reader *r)
{
	const char end = *r->p == '(' ? ')' : *r->p == '<' ? '>' : '"';
	const char *q = r->p + 1;

	while (*q && *q != '\n' && *q != end)
		q += 1 + (*q == '\\' && q[1]);
	if (*q == end) {
		r->p = q + 1;
		return;
	}
	r->open_until = q;
	r->p++;
}

/* Takes the next entry. Free with g_free; NULL at the end. */
static char *take_entry(Reader *r)
{
	const char *start = r->p = r->p + strspn(r->p, ",; \t\r\n");

	while (*r->p && !strchr(",;\r\n", *r->p)) {
		if (strchr("\"(<", *r->p) && r->p >= r->open_until)
			skip_enclosed(r);
		else
			r->p++;
	}
	return r->p > start ? g_strstrip(g_strndup(start, (gsize)(r->p - start))) : NULL;
}

/* "a@b.test c@d.test": two addresses, not an address with a name. */
static bool is_row_of_addresses(const char *entry)
{
	g_auto(GStrv) words = g_strsplit_set(entry, " \t", -1);

	for (char **word = words; *word; word++)
		if (**word && !mime_recipient_check(*word, NULL))
			return false;
	return true;
}

/* The name of a group whose first mailbox stands elsewhere: "Team:" or
 * "undisclosed-recipients:". */
static bool is_empty_group(const char *entry)
{
	return g_str_has_suffix(entry, ":") && !strchr(entry, '@');
}

typedef struct {
	GPtrArray  *addresses;
	GHashTable *seen;            /* their keys */
	GPtrArray  *unresolved;      /* of char *; NULL: the first one ends the reading */
} List;

/* Takes @address. */
static void add_address(List *list, MimeAddress *address)
{
	if (g_hash_table_add(list->seen, mime_recipient_key(address->address)))
		g_ptr_array_add(list->addresses, address);
	else
		mime_address_free(address);
}

static void add_row(List *list, const char *entry)
{
	g_auto(GStrv) words = g_strsplit_set(entry, " \t", -1);

	for (char **word = words; *word; word++)
		if (**word) {
			MimeAddress *address = g_new0(MimeAddress, 1);
			address->address = g_strdup(*word);
			add_address(list, address);
		}
}

static bool read_entry(List *list, const char *entry, GError **err)
{
	if (is_empty_group(entry))
		return true;
	if (is_row_of_addresses(entry)) {
		add_row(list, entry);
		return true;
	}
	g_autoptr(MimeAddress) address = mime_address_first(entry);
	g_autoptr(GError) why = NULL;
	if (address && mime_recipient_check(address->address, &why)) {
		add_address(list, g_steal_pointer(&address));
		return true;
	}
	if (list->unresolved) {
		g_ptr_array_add(list->unresolved, g_strdup(entry));
		return true;
	}
	if (!why)
		mime_recipient_check(entry, &why);
	g_propagate_error(err, g_steal_pointer(&why));
	return false;
}

/* @typed may be NULL. */
static bool read_list(List *list, const char *typed, GError **err)
{
	g_autofree char *utf8 = typed ? text_to_utf8(typed, strlen(typed)) : g_strdup("");
	Reader r = { .p = utf8, .open_until = utf8 };

	for (;;) {
		g_autofree char *entry = take_entry(&r);
		if (!entry)
			return true;
		if (list->addresses->len >= LIMIT_ADDRESSES)
			return fail(err, ERR_LIMIT, _("a mail can go to %d addresses at most"),
			            LIMIT_ADDRESSES);
		if (!read_entry(list, entry, err))
			return false;
	}
}

static void list_init(List *list)
{
	*list = (List){
		.addresses = g_ptr_array_new_with_free_func((GDestroyNotify)mime_address_free),
		.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	};
}

GPtrArray *mime_recipients(const char *typed, GError **err)
{
	List list;

	list_init(&list);
	bool is_fine = read_list(&list, typed, err);
	g_hash_table_unref(list.seen);
	if (!is_fine)
		g_clear_pointer(&list.addresses, g_ptr_array_unref);
	return list.addresses;
}

GPtrArray *mime_recipients_unresolved(const char *typed)
{
	List list;

	list_init(&list);
	list.unresolved = g_ptr_array_new_with_free_func(g_free);
	read_list(&list, typed, NULL);
	g_hash_table_unref(list.seen);
	g_ptr_array_unref(list.addresses);
	return list.unresolved;
}

char *mime_recipients_replace(const char *typed, const char *entry, const char *with)
{
	g_autofree char *utf8 = text_to_utf8(typed, strlen(typed));
	GString *replaced = g_string_new(NULL);
	Reader r = { .p = utf8, .open_until = utf8 };

	for (const char *from = r.p;; from = r.p) {
		g_autofree char *found = take_entry(&r);
		bool is_it = found && strcmp(found, entry) == 0;
		const char *start = is_it ? strstr(from, entry) : r.p;
		g_string_append_len(replaced, from, start - from);
		if (is_it)
			g_string_append(replaced, with);
		if (!found)
			return g_string_free(replaced, FALSE);
	}
}
