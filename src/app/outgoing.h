/*
 * app/outgoing: between a draft as it is written and the bytes that leave: what is attached is read
 * into it while the person is there, and the whole is put together when it is due. One thread a
 * reader.
 */
#pragma once
#include "app/certificates.h"
#include "model/draft.h"
#include "store/draft.h"

enum { OUTGOING_FILE_MAX_BYTES = 100 << 20 };

/*
 * Reads into @draft what it takes from files, and from messages that are here: afterwards nothing
 * of it depends on the disk. Attachments that are still on the server stay as they are.
 * ERR_NOT_FOUND, ERR_IO, ERR_USAGE (a folder), ERR_LIMIT: the message names the file; what was read
 * before it stays.
 */
bool outgoing_gather(Draft *draft, StoreReader *reader, GError **err);

/* A SyncCompose (sync/client.h). ERR_NOT_FOUND: an attachment is still on the server, or a key or a
 * certificate is missing. ERR_CONFIG: the signature cannot be had; and smime_protect()'s. */
bool outgoing_compose(StoreReader *reader, const StoreDraft *row, bool may_refer,
                      StoreMail *ret_mail, GError **err);

/* The same, protected by what @certificates know, such as keys on tokens. Never the engine's: a PIN
 * may be asked for. */
bool outgoing_compose_with(StoreReader *reader, const Certificates *certificates,
                           const StoreDraft *row, StoreMail *ret_mail, GError **err);
