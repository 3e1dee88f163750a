/*
 * moved: whether the engine may follow a server that says "your mailbox is there" ([MS-ASHTTP] 451,
 * X-MS-Location) without asking: over https, to the same host or to one of the same registrable
 * domain. Pure; any thread.
 */
#pragma once
#include <stdbool.h>

/*
 * The registrable domain is taken as the last two labels, or three where the country keeps a second
 * level of its own (example.co.uk). An address in numbers is only ever itself.
 */
bool moved_is_allowed(const char *from_url, const char *to_url);

/* The host of @url for a sentence; "?" if there is none. Free with g_free. */
char *moved_host(const char *url);
