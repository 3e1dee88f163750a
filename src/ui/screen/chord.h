/*
 * chord: key sequences as they are typed. A prefix waits for its next key as long as it takes;
 * after a moment it shows what it can lead to, and never stands in the way of typing.
 */
#pragma once
#include <stdbool.h>

#include "ui/cell/canvas.h"
#include "ui/keymaps/keymap.h"

enum { CHORD_STRIP_MS = 400 };

typedef struct {
	const Keymap *keymap;        /* borrowed */
	KeyPrefix     pressed;
	int64_t       since_ms;      /* uptime of its first key */
} Chord;

typedef enum { CHORD_UNKNOWN, CHORD_WAITS, CHORD_COMMAND } ChordResult;

/* Takes one key. COMMAND: *ret_binding. UNKNOWN: it leads nowhere, and the chord is empty again. */
ChordResult chord_key(Chord *chord, guint context, Key key, int64_t now_ms,
                      const KeyBinding **ret_binding);

/* When the strip is due, in uptime; INT64_MAX while nothing is pressed. */
int64_t chord_strip_ms(const Chord *chord);
/* Draws what the keys so far can lead to at the bottom of @rect. */
void    chord_draw_strip(const Chord *chord, guint context, Canvas *canvas, Rect rect);
