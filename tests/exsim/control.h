/*
 * control: what a test tells the simulator while it runs, one order a line. CONTROL_HELP lists them. Takes the
 * world's lock itself.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "exsim/world.h"

/* Carries out each line of @lines; appends what they say, or one sentence about the first that is wrong (false). */
bool control_run(World *world, const char *lines, GString *reply);

/* The orders, for --help. Free with g_free. */
char *control_help(void);

/* The same over a UNIX socket. */
typedef struct ControlSocket ControlSocket;
ControlSocket *control_socket_open(World *world, const char *path, GError **err);    /* ERR_IO */
void           control_socket_close(ControlSocket *socket);

/* The client's side: sends @lines to the simulator at @path. *ret_reply is what it said; false with ERR_USAGE if it refused. */
bool control_ask(const char *path, const char *lines, char **ret_reply, GError **err);
