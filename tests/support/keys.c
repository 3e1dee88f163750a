#include "support/keys.h"

#include "store/certificate.h"

static KnownCertificate *known(const LabPerson *person)
{
	g_autoptr(GBytes) pem = lab_pem(person);
	g_autoptr(GPtrArray) found = certificates_read(pem, NULL);
	const Certificate *facts = found->pdata[0];

	return known_certificate_new(facts->der, SOURCE_FILE, (const char *const *)facts->addresses);
}

static KnownCertificate *own(Store *store, const LabPerson *person)
{
	g_autoptr(GBytes) pem = lab_pem_identity(person, NULL);
	g_autoptr(GPtrArray) identities = smime_identities_read(pem, NULL, NULL);
	g_autoptr(Secret) key = smime_identity_export_key(identities->pdata[0], NULL);
	KnownCertificate *certificate = known(person);

	certificate->role = ROLE_BOTH;
	certificate->sealed_key = store_seal_identity_key(store, certificate->id, key, NULL);
	return certificate;
}

Certificates *keys_make(TempStore *temp, const LabPerson *anchor_person,
                        const LabPerson *own_person)
{
	g_autoptr(GPtrArray) changes = certificate_changes_new();
	KnownCertificate *anchor = known(anchor_person);
	int64_t id = anchor->id;
	g_autoptr(GError) err = NULL;

	certificate_changes_keep(changes, anchor);
	certificate_changes_add(changes, CERTIFICATE_TRUST, id);
	if (own_person)
		certificate_changes_keep(changes, own(temp->store, own_person));
	store_write_certificates(temp->writer, changes, &err);
	g_assert_no_error(err);
	Certificates *certificates = certificates_load(temp->reader, &err);
	g_assert_no_error(err);
	return certificates;
}
