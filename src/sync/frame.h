/*
 * frame: what passes the door between two processes (door.h), as bytes. A frame is a head of eight
 * bytes ('P', version, kind, 0, length in little endian) and a body: a GVariant of a fixed type, so
 * that nothing in it can nest. Whatever comes is checked: kinds, states, sizes, UTF-8. What is not
 * for other processes (answers, passwords, new accounts) has no frame. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "sync/client.h"
#include "sync/command.h"

/* Changes with every change of a body's type, of a number in it, or of what its texts say. */
#define FRAME_VERSION    8
#define FRAME_MOST_BYTES (64u << 20)    /* of a body */

/* NULL: such a command is not for the door, or too large. */
GBytes *frame_of_command(const Command *command);
/* Content that is too large becomes a FAILED of the same wish. NULL: questions are not for the
 * door. */
GBytes *frame_of_event(const SyncEvent *event);

/*
 * The size of the frame that @bytes begin with, head and all; 0 in *ret_len until that can be told.
 * ERR_UNSUPPORTED: another version; ERR_LIMIT, ERR_PROTOCOL.
 */
bool frame_measure(const guint8 *bytes, size_t len, size_t *ret_len, GError **err);

/* @frame: one whole frame. ERR_PROTOCOL: it is not one, or does not make sense. */
bool frame_read_command(GBytes *frame, Command **ret_command, GError **err);
bool frame_read_event(GBytes *frame, SyncEvent **ret_event, GError **err);
