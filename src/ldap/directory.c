#include "ldap/directory.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "ldap/filter.h"
#include "ldap/session.h"

struct LdapDirectory {
	LdapSession *session;
	char        *base, *filter;
};

/* ---- who asks ---- */

static bool has_name(const LdapSetup *setup) { return setup->bind_dn && *setup->bind_dn; }

bool ldap_setup_check(const LdapSetup *setup, GError **err)
{
	g_auto(LdapPlace) place = { 0 };

	return ldap_place_read(setup->server, &place, err) &&
	       ldap_filter_check(setup->filter, err);
}

/* A name without a password would be let in as nobody in particular, and nobody would notice: RFC
 * 4513, 5.1.2. */
static bool check_password(const LdapSetup *setup, GError **err)
{
	return (setup->password && secret_len(setup->password) > 0) ||
	       fail(err, ERR_SIGN_IN,
	            _("the directory %s wants the password of %s; set ldap.password_command"),
	            setup->server, setup->bind_dn);
}

static bool sign_in(LdapSession *session, const LdapSetup *setup, GError **err)
{
	struct berval password = { secret_len(setup->password),
		                   (char *)secret_bytes(setup->password) };
	int id, code = ldap_sasl_bind(session->ld, setup->bind_dn, LDAP_SASL_SIMPLE, &password,
	                              NULL, NULL, &id);

	if (code != LDAP_SUCCESS)
		return ldap_session_fail(session, code, NULL, err);
	LDAPMessage *answer =
		ldap_session_next(session, id, ldap_session_deadline_ms(session), err);
	return answer && ldap_session_judge(session, answer, false, err);
}

LdapDirectory *ldap_directory_open(const LdapSetup *setup, GError **err)
{
	if (!ldap_setup_check(setup, err) || (has_name(setup) && !check_password(setup, err)))
		return NULL;
	g_autoptr(LdapSession) session = ldap_session_open(setup, err);
	if (!session || (has_name(setup) && !sign_in(session, setup, err)))
		return NULL;
	LdapDirectory *directory = g_new0(LdapDirectory, 1);
	directory->session = g_steal_pointer(&session);
	directory->base = g_strdup(setup->base);
	directory->filter = g_strdup(setup->filter);
	return directory;
}

void ldap_directory_close(LdapDirectory *directory)
{
	if (!directory)
		return;
	ldap_session_close(directory->session);
	g_free(directory->base);
	g_free(directory->filter);
	g_free(directory);
}

/* ---- what is known of somebody ---- */

/* What has come to one question. */
typedef struct {
	GPtrArray *values;       /* of GBytes */
	gsize      bytes;
	guint      messages, entries;
} Answer;

static const char *const attributes[] = { "userCertificate", "userSMIMECertificate" };

/* With or without an option: RFC 4523 wants ";binary", Active Directory has none. */
static bool is_wanted(const char *description)
{
	size_t len = strcspn(description, ";");

	for (size_t i = 0; i < G_N_ELEMENTS(attributes); i++)
		if (len == strlen(attributes[i]) &&
		    g_ascii_strncasecmp(description, attributes[i], len) == 0)
			return true;
	return false;
}

static void take_values(Answer *answer, struct berval *const *values)
{
	for (int i = 0; values && values[i]; i++) {
		answer->bytes += values[i]->bv_len;
		g_ptr_array_add(answer->values, g_bytes_new(values[i]->bv_val, values[i]->bv_len));
	}
}

static void take_entry(Answer *answer, LDAP *ld, LDAPMessage *entry)
{
	BerElement *place = NULL;
	char *description = ldap_first_attribute(ld, entry, &place);

	answer->entries++;
	while (description) {
		struct berval **values =
			is_wanted(description) ? ldap_get_values_len(ld, entry, description) : NULL;
		take_values(answer, values);
		ldap_value_free_len(values);
		ldap_memfree(description);
		description = ldap_next_attribute(ld, entry, place);
	}
	ber_free(place, 0);
}

static bool check_limits(const LdapSession *session, const Answer *answer, GError **err)
{
	return (answer->messages <= LIMIT_LDAP_MESSAGES && answer->entries <= LIMIT_LDAP_ENTRIES &&
	        answer->values->len <= LIMIT_LDAP_VALUES &&
	        answer->bytes <= LIMIT_LDAP_ANSWER_BYTES) ||
	       fail(err, ERR_LIMIT,
	            _("the directory %s answers with more than %d people, %d certificates or %u MiB; narrow ldap.filter"),
	            session->server, LIMIT_LDAP_ENTRIES, LIMIT_LDAP_VALUES,
	            LIMIT_LDAP_ANSWER_BYTES >> 20);
}

/* Until the result, whatever else comes: references to other servers are passed over. */
static bool take_answer(LdapSession *session, int id, Answer *answer, GError **err)
{
	int64_t deadline_ms = ldap_session_deadline_ms(session);

	for (;;) {
		LDAPMessage *message = ldap_session_next(session, id, deadline_ms, err);
		if (!message)
			return false;
		if (ldap_msgtype(message) == LDAP_RES_SEARCH_RESULT)
			return ldap_session_judge(session, message, answer->entries > 0, err);
		answer->messages++;
		if (ldap_msgtype(message) == LDAP_RES_SEARCH_ENTRY)
			take_entry(answer, session->ld, message);
		ldap_msgfree(message);
		if (!check_limits(session, answer, err)) {
			session->is_broken = true;
			return false;
		}
	}
}

static bool ask(LdapDirectory *directory, const char *filter, int *ret_id, GError **err)
{
	LdapSession *session = directory->session;
	struct timeval most = { session->timeout_s, 0 };
	char *wanted[] = { "userCertificate;binary", "userSMIMECertificate;binary",
		           "userCertificate", "userSMIMECertificate", NULL };
	int code = ldap_search_ext(session->ld, directory->base, LDAP_SCOPE_SUBTREE, filter, wanted,
	                           0, NULL, NULL, &most, LIMIT_LDAP_ENTRIES, ret_id);

	return code == LDAP_SUCCESS || ldap_session_fail(session, code, NULL, err);
}

GPtrArray *ldap_directory_find(LdapDirectory *directory, const char *address, GError **err)
{
	g_autofree char *filter = ldap_filter_fill(directory->filter, address);
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	Answer answer = { values, 0, 0, 0 };
	int id;

	if (directory->session->is_broken) {
		ldap_session_fail(directory->session, LDAP_SERVER_DOWN, NULL, err);
		return NULL;
	}
	if (!ask(directory, filter, &id, err) ||
	    !take_answer(directory->session, id, &answer, err))
		return NULL;
	return g_steal_pointer(&values);
}
