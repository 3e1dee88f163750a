#include "app/gleaning.h"

#include "app/certificates.h"
#include "app/harvest.h"
#include "app/reading.h"
#include "base/log.h"
#include "store/read.h"

/* @known is read when the first signed mail comes by, and again after something was found. */
struct Gleaning {
	Store        *store;
	const Clock  *clock;
	StoreReader  *reader;
	Certificates *known;
	GPtrArray    *changes;
};

Gleaning *gleaning_new(Store *store, const Clock *clock)
{
	Gleaning *gleaning = g_new0(Gleaning, 1);

	gleaning->store = store_ref(store);
	gleaning->clock = clock;
	gleaning->changes = certificate_changes_new();
	return gleaning;
}

void gleaning_free(Gleaning *gleaning)
{
	if (!gleaning)
		return;
	certificates_unref(gleaning->known);
	store_reader_free(gleaning->reader);
	store_unref(gleaning->store);
	g_ptr_array_unref(gleaning->changes);
	g_free(gleaning);
}

static bool ensure_known(Gleaning *gleaning, GError **err)
{
	if (!gleaning->reader && !(gleaning->reader = store_open_reader(gleaning->store, err)))
		return false;
	if (!gleaning->known)
		gleaning->known = certificates_load_public(gleaning->reader, err);
	return gleaning->known != NULL;
}

static bool glean(Gleaning *gleaning, const Message *message, GBytes *mail, GError **err)
{
	g_autoptr(Folder) folder = NULL;

	if (!ensure_known(gleaning, err) ||
	    !store_read_folder(gleaning->reader, message->folder_id, &folder, err))
		return false;
	SmimeSetup setup = certificates_setup(gleaning->known, message->received_ms);
	HarvestSource source = { folder->account_id, message->received_ms,
		                 clock_now_ms(gleaning->clock) };
	g_autoptr(SmimeMessage) opened = smime_message_open(mail, &setup);
	harvest(opened, source, gleaning->known, gleaning->changes);
	return true;
}

char *gleaning_index_text(const Message *message, BodyKind kind, GBytes *body, void *data)
{
	bool is_whole = body && kind == BODY_MIME && !(message->flags & MESSAGE_TRUNCATED);
	g_autoptr(GError) why = NULL;

	if (is_whole && message->flags & (MESSAGE_SIGNED | MESSAGE_ENCRYPTED) &&
	    !glean(data, message, body, &why))
		log_debug("index", "a signed mail was passed over: %s", why->message);
	return reading_index_text(message, kind, body, NULL);
}

GPtrArray *gleaning_take(Gleaning *gleaning)
{
	GPtrArray *found = gleaning->changes->len ? gleaning->changes : NULL;

	if (found)
		gleaning->changes = certificate_changes_new();
	g_clear_pointer(&gleaning->known, certificates_unref);
	return found;
}
