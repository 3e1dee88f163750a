#include "ui/notary.h"

#include "base/log.h"
#include "store/certificate.h"
#include "store/read.h"
#include "ui/worker.h"

/* The lock guards all of it. */
struct Notary {
	GMutex        lock;
	Store        *store;
	Mailbox      *answers;
	Pins         *pins;
	StoreReader  *reader;
	char         *hosts;
	const Clock  *clock;
	int64_t       version;       /* of certificates in the store, when they were read */
	Certificates *certificates;
};

Notary *notary_new(const NotarySetup *setup)
{
	Notary *notary = g_new0(Notary, 1);

	g_mutex_init(&notary->lock);
	notary->store = store_ref(setup->store);
	notary->answers = mailbox_ref(setup->answers);
	notary->pins = pins_new(setup->module);
	notary->hosts = g_strdup(setup->inquiry.hosts);
	notary->clock = setup->inquiry.clock;
	return notary;
}

void notary_free(Notary *notary)
{
	if (!notary)
		return;
	certificates_unref(notary->certificates);
	pins_free(notary->pins);
	mailbox_unref(notary->answers);
	store_reader_free(notary->reader);
	store_unref(notary->store);
	g_mutex_clear(&notary->lock);
	g_free(notary->hosts);
	g_free(notary);
}

Store *notary_store(const Notary *notary) { return notary->store; }

StoreReader *notary_open_reader(const Notary *notary, GError **err)
{
	return store_open_reader(notary->store, err);
}

Pins *notary_pins(const Notary *notary) { return notary->pins; }

/* Without them what is in the store is still of use. */
static void add_tokens(Notary *notary, Certificates *certificates)
{
	g_autoptr(GError) err = NULL;

	if (pins_add_tokens(notary->pins, certificates, &err))
		return;
	UiAnswer *answer = g_new0(UiAnswer, 1);
	answer->notice = g_strdup(err->message);
	mailbox_post(notary->answers, answer);
}

static Certificates *load(Notary *notary, GError **err)
{
	g_autoptr(Certificates) loaded = certificates_load(notary->reader, err);
	CertificateInquiry inquiry = { notary->hosts, notary->clock };

	if (!loaded || !certificates_add_revocation(loaded, notary->reader, &inquiry, err))
		return NULL;
	add_tokens(notary, loaded);
	return g_steal_pointer(&loaded);
}

/* Unlocked, keys are there that were not. */
static bool is_of_today(const Notary *notary, int64_t version)
{
	return notary->certificates && version == notary->version &&
	       !pins_have_others(notary->pins) &&
	       certificates_are_locked(notary->certificates) ==
	               store_reader_is_locked(notary->reader);
}

static bool read_anew(Notary *notary, GError **err)
{
	int64_t version;

	if (!notary->reader && !(notary->reader = store_open_reader(notary->store, err)))
		return false;
	if (!store_read_certificates_version(notary->reader, &version, err))
		return false;
	if (is_of_today(notary, version))
		return true;
	Certificates *now = load(notary, err);
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

int64_t notary_account(Notary *notary, int64_t folder_id)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&notary->lock);
	g_autoptr(Folder) folder = NULL;

	return notary->reader && store_read_folder(notary->reader, folder_id, &folder, NULL)
	               ? folder->account_id
	               : 0;
}
