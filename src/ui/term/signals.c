#include "ui/term/signals.h"

#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/error.h"

static sigset_t all_of_them(void)
{
	static const int numbers[] = { SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT };
	sigset_t set;

	sigemptyset(&set);
	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
		sigaddset(&set, numbers[i]);
	return set;
}

int signals_open(GError **err)
{
	sigset_t set = all_of_them();
	int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);

	if (fd < 0) {
		fail_errno(err, errno, "cannot watch for signals");
		return -1;
	}
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	return fd;
}

void signals_close(int fd)
{
	sigset_t set = all_of_them();

	close(fd);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

int signals_next(int fd)
{
	struct signalfd_siginfo info;

	return read(fd, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

void signals_forget_keys(int fd)
{
	sigset_t kept;

	sigemptyset(&kept);
	for (int number; (number = signals_next(fd)) != 0;)
		if (number != SIGINT && number != SIGTSTP && number != SIGWINCH)
			sigaddset(&kept, number);
	for (int number = 1; number < NSIG; number++)
		if (sigismember(&kept, number) == 1)
			kill(getpid(), number);
}

void signals_stop(void)
{
	sigset_t set, before;

	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	kill(0, SIGTSTP);
	/* Unblocked, it takes effect here and now. */
	pthread_sigmask(SIG_UNBLOCK, &set, &before);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}
