#include "app/doctor.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/certificates.h"
#include "app/probe.h"
#include "base/error.h"
#include "base/i18n.h"
#include "net/http.h"

enum { SKEW_WARN_S = 300, PASSWORD_WARN_DAYS = 14 };

/* ---- telling ---- */

static void tell(const DoctorVisit *visit, const char *step, DoctorVerdict verdict,
                 const char *text, const char *advice)
{
	DoctorFinding finding = { visit->account->name, step, verdict, text, advice };

	visit->tell(visit->data, &finding);
}

static void tell_ok(const DoctorVisit *visit, const char *step, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
static void tell_ok(const DoctorVisit *visit, const char *step, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	tell(visit, step, DOCTOR_OK, text, NULL);
}

static const char *advice_for(ErrorKind kind)
{
	switch (kind) {
	case ERR_NETWORK:
	case ERR_UNREACHED:
		return _(
			"look at the network, a proxy or a firewall; then at the server's name and port");
	case ERR_TLS:
		return _(
			"ask the server's administrator about the certificate; a company's own authority goes into ca_file");
	case ERR_SIGN_IN:
		return _(
			"check user and password_command; many servers want DOMAIN\\name or the whole address");
	case ERR_FORBIDDEN:
		return _(
			"ask the administrator to allow ActiveSync, and this device, for your mailbox");
	case ERR_PROTOCOL:
		return _(
			"check the path of the server's URL; ActiveSync's own is /Microsoft-Server-ActiveSync");
	case ERR_MOVED:     return _("set the account's server to the place that is named");
	case ERR_PROVISION:
	case ERR_REFUSED:   return _("the server demands policies; ask its administrator which");
	case ERR_THROTTLED:
	case ERR_OVERLOADED:
	case ERR_SERVER:
		return _("wait, and try again; if it lasts, tell the server's administrator");
	default:            return _("try again with -vv and look at the log");
	}
}

static void tell_failure(const DoctorVisit *visit, const char *step, const GError *error)
{
	tell(visit, step, DOCTOR_FAIL, error->message, advice_for(error_kind(error)));
}

/* ---- the way there ---- */

/* Connects within the deadline; 0, or an errno. */
static int try_connect(const struct addrinfo *to, int timeout_ms)
{
	int fd = socket(to->ai_family, to->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
	                to->ai_protocol);
	int why = 0;
	socklen_t len = sizeof why;

	if (fd < 0)
		return errno;
	if (connect(fd, to->ai_addr, to->ai_addrlen) != 0) {
		struct pollfd p = { fd, POLLOUT, 0 };
		if (errno != EINPROGRESS)
			why = errno;
		else if (poll(&p, 1, timeout_ms) <= 0)
			why = ETIMEDOUT;
		else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &len) != 0)
			why = errno;
	}
	close(fd);
	return why;
}

static void see_tcp(const DoctorVisit *visit, const HttpUrl *url, const struct addrinfo *list)
{
	char address[NI_MAXHOST] = "?";
	int why = 0;

	for (const struct addrinfo *one = list; one; one = one->ai_next) {
		int64_t left_ms = visit->deadline_ms - clock_uptime_ms(visit->clock);
		getnameinfo(one->ai_addr, one->ai_addrlen, address, sizeof address, NULL, 0,
		            NI_NUMERICHOST);
		why = try_connect(one, (int)CLAMP(left_ms, 1, 10000));
		if (why == 0) {
			tell_ok(visit, "tcp", _("%s answers on port %d"), address, url->port);
			return;
		}
	}
	g_autofree char *text = g_strdup_printf(_("%s does not answer on port %d: %s"), address,
	                                        url->port, g_strerror(why));
	tell(visit, "tcp", DOCTOR_FAIL, text, advice_for(ERR_NETWORK));
}

static void see_dns(const DoctorVisit *visit, const HttpUrl *url)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
	struct addrinfo *list = NULL;
	g_autofree char *port = g_strdup_printf("%d", url->port);
	int failed = getaddrinfo(url->host, port, &hints, &list);

	if (failed) {
		g_autofree char *text = g_strdup_printf(_("the name %s is not known: %s"),
		                                        url->host, gai_strerror(failed));
		tell(visit, "dns", DOCTOR_FAIL, text,
		     _("check the server's name; in a company's network, its DNS or VPN"));
		return;
	}
	int count = 0;
	for (const struct addrinfo *one = list; one; one = one->ai_next)
		count++;
	tell_ok(visit, "dns", ngettext_("%s has %d address", "%s has %d addresses", count),
	        url->host, count);
	see_tcp(visit, url, list);
	freeaddrinfo(list);
}

/* Through a proxy, names and connections are its business. */
static void see_way(const DoctorVisit *visit)
{
	const char *proxy =
		g_getenv("https_proxy") ? g_getenv("https_proxy") : g_getenv("HTTPS_PROXY");
	HttpUrl url = { 0 };

	if (!http_url_parse(visit->account->server_url, &url, NULL))
		return;
	if (proxy && *proxy)
		tell_ok(visit, "dns",
		        _("a proxy is set (https_proxy), so name and connection are left to it"));
	else
		see_dns(visit, &url);
	http_url_clear(&url);
}

/* ---- the server ---- */

static void see_clock(const DoctorVisit *visit, const ProbeFacts *facts)
{
	int64_t skew_s = (facts->asked_ms - facts->server_date_ms) / 1000;

	if (!facts->server_date_ms)
		return;
	if (ABS(skew_s) <= SKEW_WARN_S) {
		tell_ok(visit, "clock", _("this computer and the server differ by %d s"),
		        (int)skew_s);
		return;
	}
	g_autofree char *text = g_strdup_printf(_("this computer and the server differ by %d min"),
	                                        (int)(skew_s / 60));
	tell(visit, "clock", DOCTOR_WARN, text,
	     _("set the clock (NTP): certificates and sign-in depend on it"));
}

static bool has_command(const char *commands, const char *wanted)
{
	g_auto(GStrv) list = g_strsplit(commands ? commands : "", ",", -1);

	for (int i = 0; list[i]; i++)
		if (strcmp(g_strstrip(list[i]), wanted) == 0)
			return true;
	return false;
}

/*
 * [MS-ASHTTP] MS-ASProtocolCommands lists what the server can do. SOGo leaves Provision out though
 * it answers it, so its absence is worth a word and no warning.
 */
static void see_commands(const DoctorVisit *visit, const ProbeFacts *facts)
{
	static const char *const needed[] = { "FolderSync", "Sync", "ItemOperations" };
	g_autoptr(GString) missing = g_string_new(NULL);

	tell_ok(visit, "versions", _("the server speaks ActiveSync %s; %s is used"),
	        facts->versions ? facts->versions : "?", facts->version ? facts->version : "?");
	for (size_t i = 0; i < G_N_ELEMENTS(needed); i++)
		if (!has_command(facts->commands, needed[i]))
			g_string_append_printf(missing, "%s%s", missing->len ? ", " : "",
			                       needed[i]);
	if (missing->len == 0) {
		tell_ok(visit, "commands",
		        has_command(facts->commands, "Provision")
		                ? _("every command that Postern needs is there")
		                : _("every command that Postern needs is there; Provision is not listed, as usual where no policies are demanded"));
		return;
	}
	g_autofree char *text =
		g_strdup_printf(_("the server does not list the command %s"), missing->str);
	tell(visit, "commands", DOCTOR_WARN, text,
	     _("if mail does not arrive, ask its administrator whether ActiveSync is complete there"));
}

static bool see_sign_in(const DoctorVisit *visit, Probe *probe)
{
	g_autoptr(GError) error = NULL;
	bool ok = probe_run(probe, TASK_CONNECT, visit->deadline_ms, &error);
	bool is_tls_bad = error_is(error, ERR_TLS);
	bool was_reached = ok || probe_facts(probe)->http_status > 0;

	if (is_tls_bad)
		tell_failure(visit, "tls", error);
	else if (was_reached && !visit->account->is_plain_http_ok)
		tell_ok(visit, "tls",
		        _("the connection is encrypted, and the certificate is trusted"));
	if (ok)
		tell_ok(visit, "sign_in", _("%s is signed in"), visit->account->user_name);
	else if (!is_tls_bad)
		tell_failure(visit, "sign_in", error);
	if (was_reached)
		see_clock(visit, probe_facts(probe));
	return ok;
}

static void see_expiry(const DoctorVisit *visit, const ProbeFacts *facts)
{
	if (facts->password_days <= 0 || facts->password_days > PASSWORD_WARN_DAYS)
		return;
	g_autofree char *text =
		g_strdup_printf(_("the password expires in %d days"), facts->password_days);
	tell(visit, "sign_in", DOCTOR_WARN, text,
	     _("change it with the server's own means, then in your password store"));
}

/* Asked with the keys that are stored, and the answer is dropped: the next sync asks again from the
 * same place. */
static void see_folders(const DoctorVisit *visit, Probe *probe)
{
	g_autoptr(GError) error = NULL;
	bool ok = probe_run(probe, TASK_FOLDERS, visit->deadline_ms, &error);

	if (error_is(error, ERR_PROVISION)) {
		g_clear_error(&error);
		if (!probe_run(probe, TASK_PROVISION, visit->deadline_ms, &error)) {
			tell_failure(visit, "provision", error);
			return;
		}
		ok = probe_run(probe, TASK_FOLDERS, visit->deadline_ms, &error);
	}
	tell_ok(visit, "provision", _("the server's policies are acknowledged, or it has none"));
	if (ok)
		tell_ok(visit, "folders", _("the folder list was given"));
	else if (error_is(error, ERR_RESYNC))
		tell_ok(visit, "folders",
		        _("the folder list will be fetched anew at the next sync"));
	else
		tell_failure(visit, "folders", error);
}

static void see_push(const DoctorVisit *visit, const ProbeFacts *facts)
{
	const AccountState *state = visit->state;

	if (!has_command(facts->commands, "Ping"))
		tell(visit, "push", DOCTOR_WARN, _("the server does not push"),
		     _("new mail is looked for every poll_s seconds"));
	else if (visit->account->push_s == 0)
		tell(visit, "push", DOCTOR_WARN, _("push is switched off for this account"),
		     _("set push_s to have it"));
	else if (state && state->heartbeat_s)
		tell_ok(visit, "push", _("a push request was last held open for %d s"),
		        state->heartbeat_s);
	else
		tell_ok(visit, "push", _("the server offers push"));
}

void doctor_see_account(const DoctorVisit *visit)
{
	g_autoptr(GError) error = NULL;

	see_way(visit);
	g_autoptr(Secret) password = probe_password(visit->account, visit->password, &error);
	if (!password) {
		tell_failure(visit, "sign_in", error);
		return;
	}
	ProbeSetup setup = { .account = visit->account, .state = visit->state, .password = password,
	                     .backend = visit->backend, .clock = visit->clock };
	g_autoptr(Probe) probe = probe_new(&setup, &error);
	if (!probe) {
		tell_failure(visit, "tls", error);
		return;
	}
	if (!see_sign_in(visit, probe))
		return;
	see_commands(visit, probe_facts(probe));
	see_expiry(visit, probe_facts(probe));
	if (visit->state)
		see_folders(visit, probe);
	else
		tell(visit, "folders", DOCTOR_WARN, _("this account was never synced"),
		     _("run: postern sync --once"));
	see_push(visit, probe_facts(probe));
}

void doctor_see_store(Store *store, DoctorTell tell_finding, void *data)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *report = NULL;
	DoctorFinding finding = { .step = "store",
		                  .verdict = DOCTOR_OK,
		                  .text = _("every page of the store is as it was written") };

	if (!store_verify(store, &report, &error)) {
		finding.verdict = DOCTOR_FAIL;
		finding.text = error->message;
	} else if (*report) {
		finding.verdict = DOCTOR_FAIL;
		finding.text = report;
	}
	if (finding.verdict == DOCTOR_FAIL)
		finding.advice = _(
			"run postern vault rebuild: what is only here is taken along, and the server has the mail");
	tell_finding(data, &finding);
}

/* ---- keys ---- */

typedef struct { DoctorTell tell; void *data; guint count, warned; } KeysVisit;

static void tell_keys(KeysVisit *visit, DoctorVerdict verdict, const char *text, const char *advice)
{
	DoctorFinding finding = { NULL, "keys", verdict, text, advice };

	visit->tell(visit->data, &finding);
}

static void see_key(KeysVisit *visit, const Certificates *known, const KnownCertificate *row,
                    int64_t now_ms)
{
	g_autofree char *warning = certificates_warning(known, row, now_ms);

	visit->count++;
	visit->warned += warning != NULL;
	if (warning)
		tell_keys(visit, DOCTOR_WARN, warning,
		          _("import the new one with “postern smime import”, and keep the old one: it opens old mail"));
}

static void see_all_keys(KeysVisit *visit, const Certificates *known, int64_t now_ms)
{
	const GPtrArray *rows = certificates_all(known);

	for (guint i = 0; i < rows->len; i++) {
		const KnownCertificate *row = g_ptr_array_index(rows, i);
		if (row->role != ROLE_NONE)
			see_key(visit, known, row, now_ms);
	}
	if (!visit->count || visit->warned)
		return;
	g_autofree char *text = g_strdup_printf(
		ngettext_("%u key for signed and encrypted mail, which lasts",
	                  "%u keys for signed and encrypted mail, which last", visit->count),
		visit->count);
	tell_keys(visit, DOCTOR_OK, text, NULL);
}

void doctor_see_keys(StoreReader *reader, int64_t now_ms, DoctorTell tell_one, void *data)
{
	KeysVisit visit = { .tell = tell_one, .data = data };
	g_autoptr(GError) why = NULL;
	g_autoptr(Certificates) known = certificates_load(reader, &why);
	const char *damage = known ? certificates_damage(known) : why->message;

	if (damage)
		tell_keys(&visit, DOCTOR_FAIL, damage,
		          _("look for it with “postern smime list”, and import it again"));
	if (known)
		see_all_keys(&visit, known, now_ms);
}
