/*
 * mailbox: the only way two threads speak. A queue of messages whose file descriptor becomes
 * readable when something is in it, so that a poll() loop can wait for it. Any thread may post;
 * one thread takes.
 */
#pragma once
#include <glib.h>

typedef struct Mailbox Mailbox;

/* @free_message destroys messages nobody took. */
Mailbox *mailbox_new(GDestroyNotify free_message);
Mailbox *mailbox_ref(Mailbox *mailbox);
void     mailbox_unref(Mailbox *mailbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mailbox, mailbox_unref)

/* @message, not NULL, is the mailbox's from here on. */
void mailbox_post(Mailbox *mailbox, void *message);

/* The oldest message, now the caller's; NULL when empty. Never waits. */
void *mailbox_take(Mailbox *mailbox);

/* For poll(): readable while messages wait. Borrowed. */
int mailbox_fd(const Mailbox *mailbox);
