/*
 * directory: the people of the simulated organisation: its users, and a few more who only stand in the address list. The
 * world's lock is held.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "exsim/world.h"

typedef struct { const char *name, *address, *alias, *title, *company, *office, *phone, *mobile; } Entry;

/* Those who have a word that begins with @query, or an address or alias that does; of Entry, borrowed from the world. ASCII
 * case is ignored. Free with g_ptr_array_unref. */
GPtrArray *directory_search(const World *world, const char *query);
