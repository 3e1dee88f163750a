#include "cli/exit.h"

#include "base/i18n.h"

ExitCode exit_code_of(ErrorKind kind)
{
	switch (kind) {
	case ERR_USAGE:
	case ERR_CONFIG:
		return EXIT_USAGE;
	case ERR_NOT_FOUND:
		return EXIT_NOTHING;
	case ERR_SIGN_IN:
	case ERR_ASK:
	case ERR_LOCKED:
		return EXIT_SIGN_IN;
	case ERR_NETWORK:
	case ERR_UNREACHED:
	case ERR_TLS:
	case ERR_THROTTLED:
	case ERR_OVERLOADED:
	case ERR_SERVER:
	case ERR_PROTOCOL:
	case ERR_REQUEST:
	case ERR_RESYNC:
	case ERR_REFOLDER:
	case ERR_MOVED:
	case ERR_UNSUPPORTED:
		return EXIT_NETWORK;
	case ERR_FORBIDDEN:
	case ERR_PROVISION:
	case ERR_WIPE:
	case ERR_REFUSED:
		return EXIT_REFUSED;
	case ERR_EXISTS:
	case ERR_GONE:
	case ERR_HELD:
		return EXIT_CONFLICT;
	case ERR_CANCELLED:
		return EXIT_INTERRUPTED;
	case ERR_LIMIT:
	case ERR_STORE:
	case ERR_FULL:
	case ERR_IO:
	case ERR_KIND_COUNT:
		break;
	}
	return EXIT_ERROR;
}

const char *exit_code_meaning(int code)
{
	switch (code) {
#define EXIT_CODE(id, code, meaning) case code: return _(meaning);
#include "cli/exit.def"
#undef EXIT_CODE
	}
	return NULL;
}
