/* signals: the signals that matter to a full-screen program, as a file descriptor. */
#pragma once
#include <glib.h>
#include <stdbool.h>

/*
 * Blocks SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP and SIGCONT in this and all later threads.
 * Returns a descriptor that is readable when one came; ERR_IO and -1 if there is none left.
 */
int  signals_open(GError **err);
void signals_close(int fd);              /* and unblocks them */

/* The next signal's number, 0 when none waits. */
int  signals_next(int fd);
/* Drops what waits of SIGINT, SIGTSTP and SIGWINCH: keys, and a size that is asked for anyway.
 * Others are sent again. */
void signals_forget_keys(int fd);
/* Stops the process group as ^Z does; returns when it goes on. */
void signals_stop(void);
