/*
 * bits: a set of message numbers, one bit each, so that a device's view of a million messages can be
 * copied for every page. Grows when a number is added.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef struct { uint8_t *bytes; guint len; } Bits;    /* zeroed: the empty set */

static inline bool bits_has(const Bits *bits, guint n)
{
	return n / 8 < bits->len && (bits->bytes[n / 8] >> (n % 8) & 1);
}

static inline void bits_add(Bits *bits, guint n)
{
	if (n / 8 >= bits->len) {
		guint len = n / 8 + 64;
		bits->bytes = g_realloc(bits->bytes, len);
		memset(bits->bytes + bits->len, 0, len - bits->len);
		bits->len = len;
	}
	bits->bytes[n / 8] |= (uint8_t)(1u << (n % 8));
}

static inline void bits_remove(Bits *bits, guint n)
{
	if (n / 8 < bits->len)
		bits->bytes[n / 8] &= (uint8_t)~(1u << (n % 8));
}

static inline Bits bits_copy(const Bits *bits)
{
	return (Bits){ .bytes = g_memdup2(bits->bytes, bits->len), .len = bits->len };
}

static inline void bits_clear(Bits *bits)
{
	g_free(bits->bytes);
	*bits = (Bits){ 0 };
}
