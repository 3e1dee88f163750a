/*
 * people: an address field that completes itself with those one writes to and hears from.
 */
#pragma once
#include <glib.h>

#include "store/read.h"

/*
 * Adds to @lines (of char *, owned) what @text, the contents of an address field, may become: its
 * last entry made each of the people whose words begin as those typed, best first; an empty entry
 * becomes those most written to. What stands before it stays, and whoever stands there is left out.
 * A store that fails offers nobody.
 */
void people_complete(StoreReader *reader, const char *text, GPtrArray *lines);
