/*
 * main: wires the house. The one place that lists backends. Nothing heavy happens here: libraries are set up by the
 * floors that use them, when they first do.
 */
#include <signal.h>

#include "base/i18n.h"
#include "base/secret.h"
#include "cli/cli.h"
#include "eas/eas.h"

int main(int argc, char **argv)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	const Backend *const backends[] = { eas_backend(), NULL };
	const CliProgram program = { .backends = backends, .clock = clock_system() };

	/* A reader that goes away is an error of that write, not the end of an engine at work. */
	sigaction(SIGPIPE, &ignore, NULL);
	i18n_init();
	secret_harden_process();
	return cli_run(argc, argv, &program);
}
