/*
 * inquiry: what is found out about a mail before it leaves: the worker looks at what is here, and of
 * those it cannot be encrypted to, the LDAP directory of the settings is asked, in a thread of its own.
 * What it has is kept like any other certificate, and looked at again, before anybody is told that
 * somebody cannot be reached. Who was asked for is not asked for again at once, whatever became of it.
 * UI thread.
 */
#pragma once
#include <glib.h>
#include <stdint.h>

#include "app/certificate_directory.h"
#include "sync/client.h"
#include "ui/worker.h"

typedef struct Inquiry Inquiry;

/* @answers (of UiAnswer) is referenced, @worker and @clock are borrowed. */
Inquiry *inquiry_new(Mailbox *answers, Worker *worker, const Clock *clock);
/* What is under way answers nobody. */
void     inquiry_free(Inquiry *inquiry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Inquiry, inquiry_free)

/* Looks at @draft, the inquiry's, of this account; the answer has @serial. @directory (the inquiry's)
 * may be NULL: nobody is asked. */
void inquiry_begin(Inquiry *inquiry, int64_t serial, int64_t account_id, Draft *draft,
                   CertificateDirectory *directory);

/* What the worker and the directory answered, the inquiry's. The caller gets what is to be told to who
 * asked; NULL: not yet. */
Looked *inquiry_looked(Inquiry *inquiry, Looked *looked);
/* @client keeps what was found; NULL: nobody does. */
Looked *inquiry_asked(Inquiry *inquiry, Asked *asked, SyncClient *client);
/* Any event of @client's: perhaps that it was kept. */
void inquiry_event(Inquiry *inquiry, const SyncEvent *event);
