/*
 * main: wires the house. The one place that lists backends. Nothing heavy happens here: libraries
 * are set up by the floors that use them, when they first do.
 */
#include <signal.h>

#include "base/i18n.h"
#include "base/secret.h"
#include "cli/cli.h"
#include "eas/eas.h"
#include "ui/ui.h"

static int run_screens(const CliScreens *screens)
{
	const UiSetup setup = {
		.store = screens->store,
		.accounts = screens->accounts,
		.backends = screens->backends,
		.clock = screens->clock,
		.paths = screens->paths,
		.is_offline = screens->is_offline,
		.is_plain = screens->is_plain,
	};

	return ui_run(&setup);
}

int main(int argc, char **argv)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	const Backend *const backends[] = { eas_backend(), NULL };
	const CliProgram program = { .backends = backends,
		                     .clock = clock_system(),
		                     .run_screens = run_screens };

	/* A reader that goes away is an error of that write, not the end of an engine at work. */
	sigaction(SIGPIPE, &ignore, NULL);
	i18n_init();
	secret_harden_process();
	return cli_run(argc, argv, &program);
}
