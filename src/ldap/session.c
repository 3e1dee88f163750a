/*
 * libldap makes messages and takes them apart; every byte goes through our line, which waits for
 * nothing. So no answer, however slow or long, holds us beyond the deadline. Before StartTLS has
 * ended nothing is read ahead.
 */
#include "ldap/session.h"

#include <errno.h>
#include <openldap.h>
#include <poll.h>
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"

enum { SHOWN_BYTES = 200, MS = 1000 };

/* ---- where ---- */

static bool is_empty(const char *text) { return !text || !*text; }

/* It says where, and nothing else: what is asked there is the other settings' to say. */
static bool is_place(const LDAPURLDesc *url)
{
	return !is_empty(url->lud_host) && is_empty(url->lud_dn) && !url->lud_attrs &&
	       !url->lud_filter && !url->lud_exts && url->lud_port > 0 &&
	       url->lud_port <= G_MAXUINT16;
}

bool ldap_place_read(const char *server, LdapPlace *ret_place, GError **err)
{
	bool is_tls = g_str_has_prefix(server, "ldaps://");
	LDAPURLDesc *url = NULL;
	bool is_well = (is_tls || g_str_has_prefix(server, "ldap://")) &&
	               ldap_url_parse(server, &url) == LDAP_URL_SUCCESS && is_place(url);

	if (is_well)
		*ret_place = (LdapPlace){ g_strdup(url->lud_host), url->lud_port, is_tls };
	ldap_free_urldesc(url);
	return is_well ||
	       fail(err, ERR_CONFIG,
	            _("ldap.server must be ldaps://HOST or ldap://HOST, perhaps with a port, not “%s”"),
	            server);
}

void ldap_place_clear(LdapPlace *place) { g_clear_pointer(&place->host, g_free); }

/* ---- what went wrong ---- */

static const struct { int code; ErrorKind kind; const char *says;
} answers[] = {
	{ LDAP_SERVER_DOWN, ERR_NETWORK, N_("it ended the connection") },
	{ LDAP_DECODING_ERROR, ERR_PROTOCOL, N_("what it answers is not LDAP; check ldap.server") },
	{ LDAP_FILTER_ERROR, ERR_CONFIG,
	  N_("ldap.filter is no filter; see ldapsearch(1) for their form") },
	{ LDAP_INVALID_CREDENTIALS, ERR_SIGN_IN,
	  N_("it refuses the name or the password; check ldap.bind_dn and ldap.password_command") },
	{ LDAP_INAPPROPRIATE_AUTH, ERR_SIGN_IN,
	  N_("it does not let this name in with a password; check ldap.bind_dn") },
	{ LDAP_STRONG_AUTH_REQUIRED, ERR_FORBIDDEN,
	  N_("it wants to know who asks; set ldap.bind_dn and ldap.password_command") },
	{ LDAP_CONFIDENTIALITY_REQUIRED, ERR_FORBIDDEN,
	  N_("it answers only over TLS; set ldap.plain to no") },
	{ LDAP_INSUFFICIENT_ACCESS, ERR_FORBIDDEN,
	  N_("it does not answer this question to who asks; set ldap.bind_dn, or ask its administrator") },
	{ LDAP_OPERATIONS_ERROR, ERR_FORBIDDEN,
	  N_("it does not answer before it knows who asks; set ldap.bind_dn and ldap.password_command") },
	{ LDAP_NO_SUCH_OBJECT, ERR_CONFIG, N_("it has nothing of the name in ldap.base") },
	{ LDAP_INVALID_DN_SYNTAX, ERR_CONFIG,
	  N_("ldap.base or ldap.bind_dn is no name of a directory's entry, such as ou=people,dc=example,dc=org") },
	{ LDAP_REFERRAL, ERR_MOVED,
	  N_("it points to another server, where nobody goes unless ldap.server names it") },
	{ LDAP_SIZELIMIT_EXCEEDED, ERR_LIMIT,
	  N_("it knows more people of one address than it tells of; narrow ldap.filter") },
	{ LDAP_TIMELIMIT_EXCEEDED, ERR_SERVER,
	  N_("it has no time for the question; narrow ldap.filter or ldap.base") },
	{ LDAP_BUSY, ERR_SERVER, N_("it is busy; try again later") },
	{ LDAP_UNAVAILABLE, ERR_SERVER, N_("it is being stopped or mended; try again later") },
};

static bool fail_other(const LdapSession *session, int code, const char *detail, GError **err)
{
	const char *said = is_empty(detail) ? ldap_err2string(code) : detail;
	g_autofree char *text = text_to_utf8(said, strlen(said));
	g_autofree char *line = text_one_line(text);
	g_autofree char *visible = text_visible(line);
	g_autofree char *shown = text_cut(visible, SHOWN_BYTES);

	return fail(err, ERR_SERVER, _("the directory %s refuses: %s (LDAP result %d)"),
	            session->server, shown, code);
}

bool ldap_session_fail(LdapSession *session, int code, const char *detail, GError **err)
{
	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++)
		if (answers[i].code == code)
			return fail(err, answers[i].kind, _("the directory %s: %s"),
			            session->server, _(answers[i].says));
	return fail_other(session, code, detail, err);
}

/* libldap itself gave up. */
static void *fail_broken(LdapSession *session, GError **err)
{
	bool is_too_long = errno == ERANGE;
	int code = LDAP_OTHER;

	session->is_broken = true;
	ldap_get_option(session->ld, LDAP_OPT_RESULT_CODE, &code);
	if (is_too_long)
		return fail_null(
			err, ERR_LIMIT,
			_("the directory %s sends a message of more than %u MiB, which is not read"),
			session->server, LIMIT_LDAP_MESSAGE_BYTES >> 20);
	ldap_session_fail(session, code, NULL, err);
	return NULL;
}

static void *fail_late(LdapSession *session, GError **err)
{
	session->is_broken = true;
	return fail_null(err, ERR_NETWORK, _("the directory %s does not answer within %d s"),
	                 session->server, session->timeout_s);
}

/* ---- messages ---- */

int64_t ldap_session_deadline_ms(const LdapSession *session)
{
	return clock_uptime_ms(session->clock) + (int64_t)session->timeout_s * MS;
}

static bool wait_for_bytes(const LdapSession *session, int64_t deadline_ms)
{
	struct pollfd fd = { line_fd(session->line), POLLIN, 0 };
	int64_t left_ms = deadline_ms - clock_uptime_ms(session->clock);

	return left_ms > 0 && (poll(&fd, 1, (int)left_ms) > 0 || errno == EINTR);
}

LDAPMessage *ldap_session_next(LdapSession *session, int id, int64_t deadline_ms, GError **err)
{
	for (;;) {
		struct timeval none = { 0 };
		LDAPMessage *message = NULL;
		errno = 0;
		int kind = ldap_result(session->ld, id, LDAP_MSG_ONE, &none, &message);
		if (kind > 0)
			return message;
		if (kind < 0)
			return fail_broken(session, err);
		if (!wait_for_bytes(session, deadline_ms))
			return fail_late(session, err);
	}
}

bool ldap_session_judge(LdapSession *session, LDAPMessage *message, bool may_be_cut, GError **err)
{
	char *detail = NULL;
	int code = LDAP_OTHER;
	int read = ldap_parse_result(session->ld, message, &code, NULL, &detail, NULL, NULL, 1);

	if (read != LDAP_SUCCESS)
		code = read;
	bool is_well = code == LDAP_SUCCESS || (code == LDAP_SIZELIMIT_EXCEEDED && may_be_cut) ||
	               ldap_session_fail(session, code, detail, err);
	ldap_memfree(detail);
	return is_well;
}

/* ---- its bytes ---- */

static int bytes_begin(Sockbuf_IO_Desc *io, void *line)
{
	io->sbiod_pvt = line;
	return 0;
}

static int bytes_end(Sockbuf_IO_Desc *io)
{
	io->sbiod_pvt = NULL;
	return 0;
}

static int bytes_control(Sockbuf_IO_Desc *io, int option, void *value)
{
	return LBER_SBIOD_CTRL_NEXT(io, option, value);
}

static ber_slen_t bytes_read(Sockbuf_IO_Desc *io, void *bytes, ber_len_t len)
{
	return line_read(io->sbiod_pvt, bytes, len);
}

static ber_slen_t bytes_write(Sockbuf_IO_Desc *io, void *bytes, ber_len_t len)
{
	return line_write(io->sbiod_pvt, bytes, len);
}

/* The line is closed by the session. */
static int bytes_close(Sockbuf_IO_Desc *io)
{
	(void)io;
	return 0;
}

static Sockbuf_IO line_bytes = {
	bytes_begin, bytes_end, bytes_control, bytes_read, bytes_write, bytes_close,
};

static Sockbuf *bytes_of(const LdapSession *session)
{
	Sockbuf *bytes = NULL;

	ldap_get_option(session->ld, LDAP_OPT_SOCKBUF, &bytes);
	return bytes;
}

/* ---- its life ---- */

static void set_manners(LDAP *ld)
{
	int version = LDAP_VERSION3, deref = LDAP_DEREF_NEVER;

	ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version);
	ldap_set_option(ld, LDAP_OPT_DEREF, &deref);
	ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
}

static bool begin_ldap(LdapSession *session, GError **err)
{
	ber_len_t most = LIMIT_LDAP_MESSAGE_BYTES;
	int code = ldap_init_fd(line_fd(session->line), LDAP_PROTO_EXT, NULL, &session->ld);

	if (code != LDAP_SUCCESS)
		return ldap_session_fail(session, code, NULL, err);
	set_manners(session->ld);
	ber_sockbuf_ctrl(bytes_of(session), LBER_SB_OPT_SET_MAX_INCOMING, &most);
	ber_sockbuf_add_io(bytes_of(session), &line_bytes, LBER_SBIOD_LEVEL_PROVIDER,
	                   session->line);
	return true;
}

/* RFC 4511, 4.14. */
static bool start_tls(LdapSession *session, GError **err)
{
	int id, code = ldap_extended_operation(session->ld, LDAP_EXOP_START_TLS, NULL, NULL, NULL,
	                                       &id);
	g_autoptr(GError) why = NULL;

	if (code != LDAP_SUCCESS)
		return ldap_session_fail(session, code, NULL, err);
	LDAPMessage *answer =
		ldap_session_next(session, id, ldap_session_deadline_ms(session), err);
	if (!answer)
		return false;
	if (!ldap_session_judge(session, answer, false, &why))
		return fail(
			err, ERR_TLS,
			_("%s; it offers no StartTLS, and nothing is asked in clear: if it can, name it as ldaps:// in ldap.server"),
			why->message);
	return line_secure(session->line, err);
}

static bool check_clear(const LdapSession *session, GError **err)
{
	return line_is_local(session->line) ||
	       fail(err, ERR_CONFIG,
	            _("ldap.plain is for a directory on this machine, and %s is another; set it to no"),
	            session->server);
}

static bool protect(LdapSession *session, const LdapSetup *setup, bool is_tls, GError **err)
{
	bool is_well = is_tls             ? line_secure(session->line, err)
	               : setup->is_clear_ok ? check_clear(session, err)
	                                    : start_tls(session, err);

	if (is_well)
		ber_sockbuf_add_io(bytes_of(session), &ber_sockbuf_io_readahead,
		                   LBER_SBIOD_LEVEL_TRANSPORT, NULL);
	return is_well;
}

LdapSession *ldap_session_open(const LdapSetup *setup, GError **err)
{
	g_auto(LdapPlace) place = { 0 };
	g_autoptr(LdapSession) session = g_new0(LdapSession, 1);

	if (!ldap_place_read(setup->server, &place, err))
		return NULL;
	LineSetup line = { place.host, place.port, setup->ca_file, setup->tls_min,
		           setup->timeout_s };
	session->server = g_strdup(setup->server);
	session->clock = setup->clock;
	session->timeout_s = setup->timeout_s;
	session->line = line_open(&line, err);
	if (!session->line || !begin_ldap(session, err) ||
	    !protect(session, setup, place.is_tls, err))
		return NULL;
	return g_steal_pointer(&session);
}

void ldap_session_close(LdapSession *session)
{
	if (!session)
		return;
	if (session->ld)
		ldap_unbind_ext(session->ld, NULL, NULL);
	line_close(session->line);
	g_free(session->server);
	g_free(session);
}
