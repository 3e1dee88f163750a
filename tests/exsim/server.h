/*
 * server: the world behind HTTPS on 127.0.0.1. Each request is answered under the world's lock by one of a few
 * threads; whoever waits (Ping, hanging Sync, a delay) is suspended and holds none.
 */
#pragma once
#include <glib.h>

#include "exsim/certs.h"
#include "exsim/world.h"

#define SERVER_PATH "/Microsoft-Server-ActiveSync"

typedef struct Server Server;

/* Listens on @port, 0: any free one. @world and @certs outlive the server. ERR_IO. */
Server *server_start(World *world, const Certs *certs, guint16 port, GError **err);
/* Ends all connections and returns. */
void    server_stop(Server *server);
guint16 server_port(const Server *server);
