#include "ui/notary.h"

#include "base/log.h"
#include "store/read.h"

/* The lock guards all of it. */
struct Notary {
	GMutex        lock;
	Store        *store;
	StoreReader  *reader;
	int64_t       version;       /* of the store, when they were read */
	Certificates *certificates;
};

Notary *notary_new(Store *store)
{
	Notary *notary = g_new0(Notary, 1);

	g_mutex_init(&notary->lock);
	notary->store = store_ref(store);
	return notary;
}

void notary_free(Notary *notary)
{
	if (!notary)
		return;
	certificates_unref(notary->certificates);
	store_reader_free(notary->reader);
	store_unref(notary->store);
	g_mutex_clear(&notary->lock);
	g_free(notary);
}

static bool read_anew(Notary *notary, GError **err)
{
	int64_t version;

	if (!notary->reader && !(notary->reader = store_open_reader(notary->store, err)))
		return false;
	if (!store_read_version(notary->reader, &version, err))
		return false;
	if (notary->certificates && version == notary->version)
		return true;
	Certificates *now = certificates_load(notary->reader, err);
	if (!now)
		return false;
	g_clear_pointer(&notary->certificates, certificates_unref);
	notary->certificates = now;
	notary->version = version;
	return true;
}

Certificates *notary_certificates(Notary *notary)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&notary->lock);
	g_autoptr(GError) err = NULL;

	if (!read_anew(notary, &err)) {
		log_error("smime", "certificates cannot be read: %s", err->message);
		return NULL;
	}
	return certificates_ref(notary->certificates);
}

bool notary_name_account(Notary *notary, int64_t folder_id, GPtrArray *changes)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&notary->lock);
	g_autoptr(Folder) folder = NULL;

	if (!notary->reader || !store_read_folder(notary->reader, folder_id, &folder, NULL))
		return false;
	for (guint i = 0; i < changes->len; i++) {
		const CertificateChange *change = g_ptr_array_index(changes, i);
		change->certificate->account_id = folder->account_id;
	}
	return true;
}
