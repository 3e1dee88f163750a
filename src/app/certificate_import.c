#include "app/certificate_import.h"

#include "base/i18n.h"
#include "base/text.h"
#include "model/account.h"
#include "store/certificate.h"

G_STATIC_ASSERT((int)ROLE_SIGN == (int)USE_SIGN && (int)ROLE_ENCRYPT == (int)USE_ENCRYPT);

IdentityRole import_role(const SmimeIdentity *identity)
{
	return (IdentityRole)smime_identity_certificate(identity)->uses;
}

const char *import_notice(IdentityRole role)
{
	return role == ROLE_SIGN      ? _("to sign with")
	       : role == ROLE_ENCRYPT ? _("to decrypt with")
	                              : _("to sign and to decrypt with");
}

static bool names(const Certificate *certificate, const char *address)
{
	for (int i = 0; certificate->addresses[i]; i++)
		if (text_equal_ascii_case(certificate->addresses[i], address))
			return true;
	return false;
}

static bool is_of(const Certificate *certificate, const Account *account, const AccountState *state)
{
	g_auto(GStrv) addresses = g_strsplit(state->addresses ? state->addresses : "", "\n", -1);
	bool is = names(certificate, account->address);

	for (int i = 0; addresses[i]; i++)
		is = is || names(certificate, addresses[i]);
	return is;
}

static const AccountState *state_of(const GPtrArray *states, const Account *account)
{
	for (guint i = 0; i < states->len; i++) {
		const AccountState *state = g_ptr_array_index(states, i);
		if (g_str_equal(state->name, account->name))
			return state;
	}
	return NULL;
}

bool import_account(StoreReader *reader, const GPtrArray *accounts, const Certificate *certificate,
                    int64_t *ret_id, GError **err)
{
	g_autoptr(GPtrArray) states = NULL;
	int64_t id = 0;

	if (!store_read_accounts(reader, &states, err))
		return false;
	for (guint i = 0; i < accounts->len && !id; i++) {
		const Account *account = g_ptr_array_index(accounts, i);
		const AccountState *state = state_of(states, account);
		if (state && is_of(certificate, account, state))
			id = state->id;
	}
	*ret_id = id;
	return true;
}

static KnownCertificate *known(const Certificate *certificate)
{
	return known_certificate_new(certificate->der, SOURCE_FILE,
	                             (const char *const *)certificate->addresses);
}

bool import_identity(GPtrArray *changes, Store *store, const SmimeIdentity *identity, ImportAs as,
                     GError **err)
{
	g_autoptr(KnownCertificate) own = known(smime_identity_certificate(identity));
	g_autoptr(Secret) key = smime_identity_export_key(identity, err);

	own->role = as.role;
	own->account_id = as.account_id;
	own->sealed_key = key ? store_seal_identity_key(store, own->id, key, err) : NULL;
	if (!own->sealed_key)
		return false;
	certificate_changes_keep(changes, g_steal_pointer(&own));
	return true;
}

void import_certificate(GPtrArray *changes, const Certificate *certificate)
{
	certificate_changes_keep(changes, known(certificate));
}
