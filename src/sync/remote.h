/*
 * remote: fetches, for one account, what mails name on other servers: pictures, each because a
 * person wants to see it now (whoever posts the command has asked), and what tells whether a
 * signer's certificate was revoked, from no hosts but those that the configuration lists. Nothing
 * else in the engine goes to a host that a stranger has named. What came is kept in the store; so
 * is why there is no picture, unless that passes, and when a server was asked about a certificate.
 * Engine thread only.
 */
#pragma once
#include "sync/command.h"
#include "sync/core.h"

typedef struct Remote Remote;

/* Connects nowhere before it is asked. @core and @account are borrowed and outlive it. */
Remote *remote_new(Core *core, const Account *account, int64_t account_id);
void    remote_free(Remote *remote);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Remote, remote_free)

/* COMMAND_PICTURE: one that is here is told at once; one that failed before is asked for again.
 * COMMAND_REVOCATION: it is always asked, and told with nothing once it is known in the store. */
void remote_take(Remote *remote, const Command *command);

/* Nothing is fetched any more of what was asked until now; whoever waits is told. */
void remote_cancel(Remote *remote);

/* The machine slept or the network changed. */
void remote_reset(Remote *remote);
