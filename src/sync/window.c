#include "sync/window.h"

#include <glib.h>

enum { COMMIT_MS = 20, REQUEST_MS = 5000, STEP = 64 };

int window_first(int remembered)
{
	return remembered > 0 ? CLAMP(remembered, WINDOW_LEAST, WINDOW_MOST) : WINDOW_FIRST;
}

int window_halved(int window) { return MAX(window / 2, WINDOW_LEAST); }

int window_after(int window, int items, int64_t commit_ms, int64_t request_ms)
{
	if (commit_ms > COMMIT_MS || request_ms > REQUEST_MS)
		return MAX(window * 3 / 4, WINDOW_LEAST);
	if (items < window * 3 / 4 || commit_ms > COMMIT_MS * 3 / 4 || request_ms > REQUEST_MS / 2)
		return window;
	return MIN(window + STEP, WINDOW_MOST);
}
