/*
 * multipart: an answer of several parts ([MS-ASCMD] 2.2.1.10.1): a little-endian count, for each
 * part offset and length, then the parts. Part 0 is the WBXML. Pure.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Part @index of @body, sharing its bytes. ERR_PROTOCOL: there is no such part, or it lies outside
 * of @body. */
bool multipart_get(GBytes *body, int64_t index, GBytes **ret_part, GError **err);
