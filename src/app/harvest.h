/*
 * app/harvest: what a signed mail brings so that its sender can be written to in secret: the
 * certificate, what the sender's program can decrypt, and who issued it. Only of mail whose verdict
 * is good, and only for the address that it is from. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/certificates.h"
#include "model/certificate.h"
#include "smime/message.h"

/* @account_id: which the mail came through. @came_ms: when. @now_ms: what has ended by now is of no
 * use. */
typedef struct { int64_t account_id, came_ms, now_ms; } HarvestSource;

/* Adds to @changes what @known does not know; true if there was something. */
bool harvest(const SmimeMessage *message, HarvestSource source, const Certificates *known,
             GPtrArray *changes);
