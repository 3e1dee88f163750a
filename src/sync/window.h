/*
 * window: how many items to ask for at once. Aims at a commit of 20 ms and a request of five
 * seconds: long enough to be cheap, short enough that an operation need not wait. Pure; any thread.
 */
#pragma once
#include <stdint.h>

enum { WINDOW_FIRST = 256, WINDOW_LEAST = 32, WINDOW_MOST = 512 };

/* @remembered: AccountState.window; 0 none. */
int window_first(int remembered);
/* After a page of @items items that took @commit_ms to commit and @request_ms to arrive. A page
 * that was not full says little. */
int window_after(int window, int items, int64_t commit_ms, int64_t request_ms);
/* After a time-out, a failure of the server, an answer that is too long or a repeated key. */
int window_halved(int window);
