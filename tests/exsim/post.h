/*
 * post: the way a message takes inside the server: to the Inbox of each user it is addressed to, to
 * the sender's Sent Items. The world's lock is held.
 */
#pragma once
#include <glib.h>
#include <gmime/gmime.h>

#include "exsim/world.h"

/* Delivers to every local recipient. Returns how many recipients it names, foreign ones included. */
guint post_deliver(World *world, GBytes *mime);

/* Files a copy in Sent Items, or holds it, as the options say. */
void post_file_sent(World *world, User *user, GBytes *mime, const void *origin);
/* Files what is held. Returns how many. */
guint post_file_held(World *world);
void  post_drop_held(World *world);

/* What became of a message, for those who count: a line "command, user, ClientId, Message-ID, recipients, subject", tabs
 * between, "-" for what is absent. */
typedef struct { const char *cmd, *user, *client_id; guint recipients; } PostNote;
void post_note(World *world, const PostNote *note, GBytes *mime);

/* A message as bytes, lines ended by CRLF. */
GBytes *post_write(GMimeMessage *message);

/* @mime with @original below it, as a server makes a SmartReply or SmartForward whole; takes @original. */
GBytes *post_with_original(GBytes *mime, GBytes *original);

/* A plain message as a control line orders it; any of the texts may be NULL. CRLF, byte-exact from here on. */
typedef struct { const char *from, *to, *subject, *text, *html; } PostDraft;
GBytes *post_compose(const World *world, const PostDraft *draft);
