/*
 * sample: a mailbox that looks like working life, read from files that people can edit. sample/README.md tells their
 * format. Everything is deterministic for a given now.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "exsim/world.h"

/*
 * Fills @user's mailbox, whose folders must be empty, from @dir; NULL: the sample directory of the source tree that this
 * program was built in. All dates are relative to the world's now. ERR_CONFIG names file and line, ERR_NOT_FOUND the file.
 */
bool sample_load(World *world, User *user, const char *dir, GError **err);
