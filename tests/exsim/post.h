/*
 * post: the way a message takes inside the server: to the Inbox of each user it is addressed to, to
 * the sender's Sent Items. The world's lock is held.
 */
#pragma once
#include <glib.h>

#include "exsim/world.h"

/* Delivers to every local recipient. Returns how many recipients it names, foreign ones included. */
guint post_deliver(World *world, GBytes *mime);

/* Files a copy in Sent Items. */
void post_file_sent(World *world, User *user, GBytes *mime, const void *origin);

/* A plain message as a control line orders it; any of the texts may be NULL. CRLF, byte-exact from here on. */
typedef struct { const char *from, *to, *subject, *text, *html; } PostDraft;
GBytes *post_compose(const World *world, const PostDraft *draft);
