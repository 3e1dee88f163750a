/*
 * manners: how other servers than Exchange differ where a client can notice it: what they speak, which commands they lack, what
 * they do with a message that is sent to them. The world's lock is held.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "exsim/world.h"

/* Takes the manners of @name: exchange, sogo, grommunio, traveler. ERR_USAGE: there is no such server. */
bool manners_set(World *world, const char *name, GError **err);

/* True if the server has no such command. */
bool manners_lack(const World *world, const char *command);
/* True if OPTIONS does not name it; some answer what they do not name. */
bool manners_hide(const World *world, const char *command);
