/*
 * Search, Find, ResolveRecipients and ValidateCert. Source: [MS-ASCMD] 2.2.1.16, 2.2.1.2, 2.2.1.15. The first two look in the directory or in the
 * mailbox; Find exists from 16.1 on and gives the items' own ids, Search gives a LongId.
 */
#include <string.h>

#include "base/text.h"
#include "exsim/busy.h"
#include "exsim/answer.h"
#include "exsim/directory.h"
#include "exsim/mailsearch.h"
#include "exsim/render.h"

enum { RANGE_MOST = 100 };

/* "0-99". False: it is none. An absent one is the first hundred. */
static bool read_range(const char *text, int64_t *ret_from, int64_t *ret_to)
{
	g_auto(GStrv) ends = g_strsplit(text ? text : "0-99", "-", 2);

	return ends[0] && ends[1] && text_to_int(ends[0], 0, G_MAXINT, ret_from) && text_to_int(ends[1], *ret_from, G_MAXINT, ret_to);
}

/* ---- the directory ---- */

/* [MS-ASCMD] Status 173: there is no photo. */
static void write_photo(WbxmlWriter *w, const World *world, const Entry *entry)
{
	g_autofree char *key = text_lower_ascii(entry->address ? entry->address : "");
	GBytes *photo = g_hash_table_lookup(world->photos, key);

	wbxml_open(w, WBXML_GAL_Picture);
	wbxml_int(w, WBXML_GAL_Status, photo ? 1 : 173);
	if (photo)
		wbxml_opaque(w, WBXML_GAL_Data, g_bytes_get_data(photo, NULL), g_bytes_get_size(photo));
	wbxml_close(w);
}

/* @photos_of: the world, if photos are wanted; else NULL. */
static void write_entry(WbxmlWriter *w, WbxmlTag properties, const Entry *entry, const World *photos_of)
{
	wbxml_open(w, properties);
	wbxml_text(w, WBXML_GAL_DisplayName, entry->name);
	wbxml_text(w, WBXML_GAL_Phone, entry->phone);
	wbxml_text(w, WBXML_GAL_Office, entry->office);
	wbxml_text(w, WBXML_GAL_Title, entry->title);
	wbxml_text(w, WBXML_GAL_Company, entry->company);
	wbxml_text(w, WBXML_GAL_Alias, entry->alias);
	wbxml_text(w, WBXML_GAL_MobilePhone, entry->mobile);
	wbxml_text(w, WBXML_GAL_EmailAddress, entry->address);
	if (photos_of)
		write_photo(w, photos_of, entry);
	wbxml_close(w);
}

/* What Search and Find call the same things. */
typedef struct { WbxmlTag result, properties, range, total; } Names;
static const Names search_names = { WBXML_Search_Result, WBXML_Search_Properties, WBXML_Search_Range, WBXML_Search_Total };
typedef struct { int64_t from, to; const World *photos_of; } Shown;
static const Names find_names = { WBXML_Find_Result, WBXML_Find_Properties, WBXML_Find_Range, WBXML_Find_Total };

static void write_extent(WbxmlWriter *w, const Names *names, int64_t from, guint written, guint total)
{
	g_autofree char *range = g_strdup_printf("%d-%d", (int)from, (int)from + MAX((int)written - 1, 0));

	wbxml_text(w, names->range, range);
	wbxml_int(w, names->total, total);
}

/* Nobody is one empty result, as Exchange says it. */
static void write_entries(WbxmlWriter *w, const Names *names, const GPtrArray *found, Shown shown)
{
	guint written = 0;

	for (int64_t i = shown.from; i < found->len && i <= shown.to && written < RANGE_MOST; i++, written++) {
		wbxml_open(w, names->result);
		write_entry(w, names->properties, g_ptr_array_index(found, (guint)i), shown.photos_of);
		wbxml_close(w);
	}
	if (found->len == 0)
		wbxml_empty(w, names->result);
	else
		write_extent(w, names, shown.from, written, found->len);
}

static void search_directory(WbxmlWriter *w, const Request *request, const Element *store)
{
	const char *query = element_text(store, WBXML_Search_Query);
	const Element *options = element_child(store, WBXML_Search_Options);
	int64_t from, to;
	bool is_right = query && *query && read_range(element_text(options, WBXML_Search_Range), &from, &to);
	g_autoptr(GPtrArray) found = is_right ? directory_search(request->world, query) : NULL;

	wbxml_int(w, WBXML_Search_Status, is_right ? 1 : 2);
	bool wants_photos = request->version >= 141 && element_child(options, WBXML_Search_Picture);
	if (is_right)
		write_entries(w, &search_names, found, (Shown){ from, to, wants_photos ? request->world : NULL });
}

static void find_in_directory(WbxmlWriter *w, const Request *request, const Element *criterion)
{
	const char *query = element_text(criterion, WBXML_Find_Query);
	int64_t from, to;
	bool is_right = query && *query && read_range(element_text(element_child(criterion, WBXML_Find_Options), WBXML_Find_Range), &from, &to);
	g_autoptr(GPtrArray) found = is_right ? directory_search(request->world, query) : NULL;

	wbxml_int(w, WBXML_Find_Status, is_right ? 1 : 2);
	if (is_right)
		write_entries(w, &find_names, found, (Shown){ from, to, NULL });
}

/* ---- the mailbox ---- */

/* Which part of the hits an answer shows. */
typedef struct { const GArray *hits; int64_t from, to; } Extent;

static guint extent_len(const Extent *extent)
{
	if (extent->from >= extent->hits->len)
		return 0;
	return MIN((guint)(MIN(extent->to, (int64_t)extent->hits->len - 1) - extent->from) + 1, RANGE_MOST);
}

static const MailHit *extent_hit(const Extent *extent, guint i)
{
	return &g_array_index(extent->hits, MailHit, (guint)extent->from + i);
}

static void write_search_hits(WbxmlWriter *w, const Request *request, const Extent *extent, const SyncOptions *options)
{
	for (guint i = 0; i < extent_len(extent); i++) {
		const MailHit *hit = extent_hit(extent, i);
		g_autofree char *id = collection_server_id(hit->folder, hit->item);
		g_autofree char *long_id = g_strdup_printf("Rg%s", id);
		wbxml_open(w, WBXML_Search_Result);
		wbxml_text(w, WBXML_AirSync_Class, "Email");
		wbxml_text(w, WBXML_Search_LongId, long_id);
		wbxml_text(w, WBXML_AirSync_CollectionId, hit->folder->id);
		wbxml_open(w, WBXML_Search_Properties);
		render_mail(w, hit->folder, hit->item, options, request->version, -1, NULL);
		wbxml_close(w);
		wbxml_close(w);
	}
}

static void write_find_properties(WbxmlWriter *w, const MailHit *hit)
{
	g_autoptr(Mail) mail = collection_mail(hit->folder, hit->item);
	ItemState state = collection_state(hit->folder, hit->item);
	g_autofree char *date = render_date(mail->date_ms), *preview = render_preview(mail, 255);

	wbxml_open(w, WBXML_Find_Properties);
	wbxml_text(w, WBXML_Email_Subject, mail->subject);
	wbxml_text(w, WBXML_Email_DateReceived, date);
	wbxml_text(w, WBXML_Email_DisplayTo, mail->display_to);
	wbxml_int(w, WBXML_Email_Importance, mail->importance);
	wbxml_int(w, WBXML_Email_Read, state.is_read);
	wbxml_text(w, WBXML_Find_Preview, preview);
	wbxml_int(w, WBXML_Find_HasAttachments, mail->attachments->len > 0);
	wbxml_text(w, WBXML_Email_From, mail->from);
	wbxml_close(w);
}

static void write_find_hits(WbxmlWriter *w, const Extent *extent)
{
	for (guint i = 0; i < extent_len(extent); i++) {
		const MailHit *hit = extent_hit(extent, i);
		g_autofree char *id = collection_server_id(hit->folder, hit->item);
		wbxml_open(w, WBXML_Find_Result);
		wbxml_text(w, WBXML_AirSync_Class, "Email");
		wbxml_text(w, WBXML_AirSync_ServerId, id);
		wbxml_text(w, WBXML_AirSync_CollectionId, hit->folder->id);
		write_find_properties(w, hit);
		wbxml_close(w);
	}
}

/* [MS-ASCMD] GreaterThan, LessThan: DateReceived, and the value. */
static int64_t read_limit(const Element *and, WbxmlTag than)
{
	const char *text = element_text(element_child(and, than), WBXML_Search_Value);
	g_autoptr(GDateTime) when = text ? g_date_time_new_from_iso8601(text, NULL) : NULL;

	return when ? g_date_time_to_unix(when) * 1000 : 0;
}

static void search_mailbox(WbxmlWriter *w, const Request *request, const Element *store)
{
	const Element *and = element_child(element_child(store, WBXML_Search_Query), WBXML_Search_And);
	const Element *asked = element_child(store, WBXML_Search_Options);
	MailQuery query = { .words = element_text(and, WBXML_Search_FreeText), .folder_id = element_text(and, WBXML_AirSync_CollectionId),
	                    .after_ms = read_limit(and, WBXML_Search_GreaterThan), .before_ms = read_limit(and, WBXML_Search_LessThan) };
	SyncOptions options;
	Extent extent = { 0 };
	bool is_right = query.words && *query.words && read_range(element_text(asked, WBXML_Search_Range), &extent.from, &extent.to);
	g_autoptr(GArray) hits = is_right ? mailsearch_run(request->user, &query) : NULL;

	wbxml_int(w, WBXML_Search_Status, is_right ? 1 : 2);
	if (!is_right)
		return;
	extent.hits = hits;
	options_read(asked, &options);
	write_search_hits(w, request, &extent, &options);
	if (hits->len == 0)
		wbxml_empty(w, WBXML_Search_Result);
	else
		write_extent(w, &search_names, extent.from, extent_len(&extent), hits->len);
}

static void find_in_mailbox(WbxmlWriter *w, const Request *request, const Element *criterion)
{
	const Element *asked = element_child(criterion, WBXML_Find_Query);
	const char *range = element_text(element_child(criterion, WBXML_Find_Options), WBXML_Find_Range);
	MailQuery query = { .words = element_text(asked, WBXML_Find_FreeText), .folder_id = element_text(asked, WBXML_AirSync_CollectionId) };
	Extent extent = { 0 };
	bool is_right = query.words && *query.words && read_range(range, &extent.from, &extent.to);
	g_autoptr(GArray) hits = is_right ? mailsearch_run(request->user, &query) : NULL;

	wbxml_int(w, WBXML_Find_Status, is_right ? 1 : 2);
	if (!is_right)
		return;
	extent.hits = hits;
	write_find_hits(w, &extent);
	write_extent(w, &find_names, extent.from, extent_len(&extent), hits->len);
}

/* ---- the two commands ---- */

static void search_store(WbxmlWriter *w, Request *request, const Element *store)
{
	const char *name = element_text(store, WBXML_Search_Name);

	wbxml_open(w, WBXML_Search_Store);
	if (g_strcmp0(name, "GAL") == 0)
		search_directory(w, request, store);
	else if (g_strcmp0(name, "Mailbox") == 0)
		search_mailbox(w, request, store);
	else
		wbxml_int(w, WBXML_Search_Status, 2);
	wbxml_close(w);
}

void answer_search(Request *request, Answer *answer)
{
	const Element *store = element_child(request->root, WBXML_Search_Store);
	g_autoptr(WbxmlWriter) w = wbxml_writer_new();

	if (!store) {
		answer_with_status(request, 103, answer);
		return;
	}
	wbxml_open(w, WBXML_Search_Search);
	wbxml_text(w, WBXML_Search_Status, "1");
	wbxml_open(w, WBXML_Search_Response);
	search_store(w, request, store);
	wbxml_close(w);
	wbxml_close(w);
	answer_take(answer, w, 1);
}

void answer_find(Request *request, Answer *answer)
{
	const Element *execute = element_child(request->root, WBXML_Find_ExecuteSearch);
	const Element *directory = element_child(execute, WBXML_Find_GalSearchCriterion);
	g_autoptr(WbxmlWriter) w = wbxml_writer_new();

	if (!execute || !element_text(request->root, WBXML_Find_SearchId)) {
		answer_with_status(request, 103, answer);
		return;
	}
	wbxml_open(w, WBXML_Find_Find);
	wbxml_text(w, WBXML_Find_Status, "1");
	wbxml_open(w, WBXML_Find_Response);
	wbxml_text(w, WBXML_ItemOperations_Store, directory ? "GAL" : "Mailbox");
	if (directory && !request->world->options.no_gal_by_find)
		find_in_directory(w, request, directory);
	else if (!directory)
		find_in_mailbox(w, request, element_child(execute, WBXML_Find_MailBoxSearchCriterion));
	else
		wbxml_int(w, WBXML_Find_Status, 2);
	wbxml_close(w);
	wbxml_close(w);
	answer_take(answer, w, 1);
}

/* ---- ResolveRecipients ---- */

/* [MS-ASCMD] 2.2.3.21: 1 here they are, 7 there is none. What was asked for is 2, the whole certificates; the 76 columns of a
 * line are as Exchange writes them. */
static void write_certificates(WbxmlWriter *w, const World *world, const Entry *entry)
{
	g_autofree char *key = text_lower_ascii(entry->address ? entry->address : "");
	const char *all = g_hash_table_lookup(world->certificates, key);
	g_auto(GStrv) each = g_strsplit(all ? all : "", " ", -1);

	wbxml_open(w, WBXML_ResolveRecipients_Certificates);
	wbxml_int(w, WBXML_ResolveRecipients_Status, all ? 1 : 7);
	for (int i = 0; all && each[i]; i++) {
		g_autoptr(GString) lines = g_string_new(NULL);
		for (size_t at = 0; at < strlen(each[i]); at += 76)
			g_string_append_printf(lines, "%.76s\r\n", each[i] + at);
		wbxml_text(w, WBXML_ResolveRecipients_Certificate, lines->str);
	}
	wbxml_close(w);
}

typedef struct {
	int64_t most;
	bool    wants_certificates;
	int64_t busy_from_ms, busy_until_ms;      /* 0: not wanted */
} Wanted;

static int64_t time_in(const Element *element, WbxmlTag tag)
{
	const char *text = element_text(element, tag);
	g_autoptr(GDateTime) when = text ? g_date_time_new_from_iso8601(text, NULL) : NULL;

	return when ? g_date_time_to_unix(when) * 1000 : 0;
}

static void write_availability(WbxmlWriter *w, const World *world, const Entry *entry, Wanted wanted)
{
	g_autofree char *digits = busy_of(world, entry->address, wanted.busy_from_ms, wanted.busy_until_ms);

	wbxml_open(w, WBXML_ResolveRecipients_Availability);
	wbxml_int(w, WBXML_ResolveRecipients_Status, 1);
	wbxml_text(w, WBXML_ResolveRecipients_MergedFreeBusy, digits);
	wbxml_close(w);
}

static void write_recipient(WbxmlWriter *w, const World *world, const Entry *entry, Wanted wanted)
{
	wbxml_open(w, WBXML_ResolveRecipients_Recipient);
	wbxml_text(w, WBXML_ResolveRecipients_Type, "1");
	wbxml_text(w, WBXML_ResolveRecipients_DisplayName, entry->name);
	wbxml_text(w, WBXML_ResolveRecipients_EmailAddress, entry->address);
	if (wanted.wants_certificates)
		write_certificates(w, world, entry);
	if (wanted.busy_from_ms)
		write_availability(w, world, entry, wanted);
	wbxml_close(w);
}

/* As Exchange Online: whole half hours, at most 42 days. */
static bool is_askable(Wanted wanted)
{
	const int64_t slot_ms = 30 * 60 * 1000, most_ms = INT64_C(42) * 48 * slot_ms;
	int64_t span_ms = wanted.busy_until_ms - wanted.busy_from_ms;

	return !wanted.busy_from_ms || (wanted.busy_from_ms % slot_ms == 0 && span_ms % slot_ms == 0 && span_ms > 0 && span_ms <= most_ms);
}

/* 1 one person, 2 several, 3 more than are told, 4 nobody. */
static int resolution(guint found, int64_t most)
{
	if (found < 2)
		return found ? 1 : 4;
	return found > most ? 3 : 2;
}

static void resolve(WbxmlWriter *w, const Request *request, const char *name, Wanted wanted)
{
	g_autoptr(GPtrArray) found = directory_search(request->world, name);
	int status = resolution(found->len, wanted.most);

	wbxml_open(w, WBXML_ResolveRecipients_Response);
	wbxml_text(w, WBXML_ResolveRecipients_To, name);
	wbxml_int(w, WBXML_ResolveRecipients_Status, status);
	if (status != 4)
		wbxml_int(w, WBXML_ResolveRecipients_RecipientCount, found->len);
	for (guint i = 0; i < found->len && i < MAX(wanted.most, 1); i++)
		write_recipient(w, request->world, g_ptr_array_index(found, i), wanted);
	wbxml_close(w);
}

void answer_resolve_recipients(Request *request, Answer *answer)
{
	const Element *options = element_child(request->root, WBXML_ResolveRecipients_Options);
	const Element *availability = element_child(options, WBXML_ResolveRecipients_Availability);
	Wanted wanted = { element_int(options, WBXML_ResolveRecipients_MaxAmbiguousRecipients, 19),
	                  element_int(options, WBXML_ResolveRecipients_CertificateRetrieval, 1) == 2,
	                  time_in(availability, WBXML_ResolveRecipients_StartTime), time_in(availability, WBXML_ResolveRecipients_EndTime) };
	g_autoptr(WbxmlWriter) w = wbxml_writer_new();

	if (!element_child(request->root, WBXML_ResolveRecipients_To) || !is_askable(wanted)) {
		answer_with_status(request, 5, answer);
		return;
	}
	wbxml_open(w, WBXML_ResolveRecipients_ResolveRecipients);
	wbxml_text(w, WBXML_ResolveRecipients_Status, "1");
	for (guint i = 0; i < request->root->children->len; i++) {
		const Element *child = g_ptr_array_index(request->root->children, i);
		if (child->tag == WBXML_ResolveRecipients_To)
			resolve(w, request, child->text->str, wanted);
	}
	wbxml_close(w);
	answer_take(answer, w, 1);
}

/* ---- ValidateCert ---- */

void answer_validate_cert(Request *request, Answer *answer)
{
	const Element *certificates = element_child(request->root, WBXML_ValidateCert_Certificates);
	int opinion = request->world->opinion ? request->world->opinion : 1;
	g_autoptr(WbxmlWriter) w = wbxml_writer_new();

	if (!certificates) {
		answer_with_status(request, 2, answer);
		return;
	}
	wbxml_open(w, WBXML_ValidateCert_ValidateCert);
	wbxml_text(w, WBXML_ValidateCert_Status, "1");
	for (guint i = 0; i < certificates->children->len; i++) {
		wbxml_open(w, WBXML_ValidateCert_Certificate);
		wbxml_int(w, WBXML_ValidateCert_Status, opinion);
		wbxml_close(w);
	}
	wbxml_close(w);
	answer_take(answer, w, 1);
}
