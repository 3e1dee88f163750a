#include "app/certificate_directory.h"

#include "app/certificate_lookup.h"
#include "base/process.h"
#include "ldap/directory.h"

enum { PASSWORD_TIMEOUT_S = 120 };    /* a person may have to find their token first */

struct CertificateDirectory {
	gint    references;
	char   *server, *base, *filter, *bind_dn, *password_command, *ca_file;
	TlsMin  tls_min;
	bool    is_clear_ok;
	int     timeout_s;
};

/* ---- what the settings say ---- */

static char *text_of(const Settings *settings, const Account *account, SettingId id)
{
	return g_strdup(settings_text_for(settings, account, id));
}

CertificateDirectory *certificate_directory_new(const Settings *settings, const Account *account)
{
	if (!*settings_text_for(settings, account, SETTING_LDAP_SERVER))
		return NULL;
	CertificateDirectory *directory = g_new0(CertificateDirectory, 1);
	directory->references = 1;
	directory->server = text_of(settings, account, SETTING_LDAP_SERVER);
	directory->base = text_of(settings, account, SETTING_LDAP_BASE);
	directory->filter = text_of(settings, account, SETTING_LDAP_FILTER);
	directory->bind_dn = text_of(settings, account, SETTING_LDAP_BIND_DN);
	directory->password_command = text_of(settings, account, SETTING_LDAP_PASSWORD_COMMAND);
	directory->ca_file = g_strdup(account ? account->ca_file : NULL);
	directory->tls_min = account ? account->tls_min : TLS_MIN_1_2;
	directory->is_clear_ok = settings_bool_for(settings, account, SETTING_LDAP_PLAIN);
	directory->timeout_s = (int)settings_int_for(settings, account, SETTING_LDAP_TIMEOUT_S);
	return directory;
}

CertificateDirectory *certificate_directory_ref(CertificateDirectory *directory)
{
	g_atomic_int_inc(&directory->references);
	return directory;
}

void certificate_directory_unref(CertificateDirectory *directory)
{
	if (!directory || !g_atomic_int_dec_and_test(&directory->references))
		return;
	g_free(directory->server);
	g_free(directory->base);
	g_free(directory->filter);
	g_free(directory->bind_dn);
	g_free(directory->password_command);
	g_free(directory->ca_file);
	g_free(directory);
}

const char *certificate_directory_asks_for(const CertificateDirectory *directory)
{
	return *directory->bind_dn && !*directory->password_command ? directory->bind_dn : NULL;
}

void certificate_directory_hurry(CertificateDirectory *directory, int timeout_s)
{
	directory->timeout_s = MAX(1, MIN(directory->timeout_s, timeout_s));
}

/* ---- asking ---- */

/* *ret_password is the caller's; NULL: none is known, and perhaps none is needed. */
static bool find_password(const CertificateDirectory *directory, Secret *given,
                          Secret **ret_password, GError **err)
{
	if (given || !*directory->bind_dn || !*directory->password_command) {
		*ret_password = given ? secret_ref(given) : NULL;
		return true;
	}
	g_auto(GStrv) argv = process_split(directory->password_command, err);
	*ret_password = argv ? process_read_secret(argv, PASSWORD_TIMEOUT_S, err) : NULL;
	return *ret_password != NULL;
}

static LdapSetup setup_of(const CertificateDirectory *directory, Secret *password,
                          const Clock *clock)
{
	return (LdapSetup){
		.server = directory->server, .base = directory->base, .filter = directory->filter,
		.bind_dn = directory->bind_dn, .password = password,
		.ca_file = directory->ca_file, .tls_min = directory->tls_min,
		.is_clear_ok = directory->is_clear_ok, .timeout_s = directory->timeout_s,
		.clock = clock,
	};
}

static bool ask_for(LdapDirectory *server, const CertificateQuestion *question, const char *address,
                    GPtrArray *changes, GError **err)
{
	CertificateLookup lookup = { address, SOURCE_LDAP, question->account_id,
		                     clock_now_ms(question->clock) };
	g_autoptr(GPtrArray) files = ldap_directory_find(server, address, err);

	if (files)
		lookup_take_files(&lookup, files, changes);
	return files != NULL;
}

bool certificate_directory_ask(const CertificateDirectory *directory,
                               const CertificateQuestion *question, GPtrArray *changes,
                               GError **err)
{
	g_autoptr(Secret) password = NULL;
	LdapSetup checked = setup_of(directory, NULL, question->clock);

	if (!ldap_setup_check(&checked, err) ||
	    !find_password(directory, question->password, &password, err))
		return false;
	LdapSetup setup = setup_of(directory, password, question->clock);
	g_autoptr(LdapDirectory) server = ldap_directory_open(&setup, err);
	bool is_well = server != NULL;
	for (guint i = 0; is_well && i < question->addresses->len; i++)
		is_well = ask_for(server, question, g_ptr_array_index(question->addresses, i),
		                  changes, err);
	return is_well;
}
