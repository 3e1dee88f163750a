#include "net/failure.h"

#include "base/error.h"
#include "base/i18n.h"

/* No connection was made, so not a byte has left. */
static bool fail_unreached(const Failure *failure, GError **err)
{
	const char *host = failure->host;
	int         port = failure->port;

	switch ((int)failure->code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return fail(err, ERR_UNREACHED,
		            _("no address is known for %s; check the server name and this "
		              "computer's network"),
		            host);
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_PROXY:
		return fail(err, ERR_UNREACHED,
		            _("%s:%d cannot be reached through the proxy; check https_proxy in "
		              "the environment"),
		            host, port);
	case CURLE_OPERATION_TIMEDOUT:
		return fail(err, ERR_UNREACHED,
		            _("%s:%d does not answer (no connection within %d s)"), host, port,
		            failure->timeout_s);
	default:
		return fail(err, ERR_UNREACHED, _("cannot connect to %s:%d: %s"), host, port,
		            failure->os_errno ? g_strerror(failure->os_errno) : _("no connection"));
	}
}

/* What came makes no sense. */
static bool fail_garbled(const Failure *failure, GError **err)
{
	const char *host = failure->host;
	int         port = failure->port;

	switch ((int)failure->code) {
	case CURLE_BAD_CONTENT_ENCODING:
		return fail(err, ERR_PROTOCOL, _("the answer of %s:%d cannot be unpacked"), host,
		            port);
	case CURLE_OUT_OF_MEMORY:      /* libcurl's word for a header line beyond its own limit */
		return fail(err, ERR_LIMIT,
		            _("%s:%d sends a header that is too long; the answer was dropped"),
		            host, port);
	default:
		return fail(err, ERR_PROTOCOL,
		            _("%s:%d does not answer in HTTP; check the server address of the "
		              "account"),
		            host, port);
	}
}

bool failure_judge(const Failure *failure, GError **err)
{
	switch ((int)failure->code) {
	case CURLE_OK:
		return true;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_PROXY:
	case CURLE_COULDNT_CONNECT:
	case CURLE_OPERATION_TIMEDOUT:
		return fail_unreached(failure, err);
	case CURLE_BAD_CONTENT_ENCODING:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_OUT_OF_MEMORY:
		return fail_garbled(failure, err);
	case CURLE_PARTIAL_FILE:
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		return fail(err, ERR_NETWORK, _("%s:%d broke off in the middle of its answer"),
		            failure->host, failure->port);
	default:
		return fail(err, ERR_NETWORK, _("the exchange with %s:%d failed: %s"),
		            failure->host, failure->port, curl_easy_strerror(failure->code));
	}
}
