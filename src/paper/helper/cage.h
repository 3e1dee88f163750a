/*
 * cage: what this process may no longer do once it is shut. Whatever a picture makes of the decoder,
 * it can read the descriptors that are open, write to them, take memory up to a limit, and end:
 * no file, no socket, no process, no other process's memory, no more than a few seconds.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

/* Shuts it, for good. Everything that is loaded on demand has to be loaded before. False: this
 * kernel will not, and nothing may be decoded. */
bool cage_shut(void);
