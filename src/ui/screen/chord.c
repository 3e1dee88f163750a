#include "ui/screen/chord.h"

#include <stdint.h>

#include "base/i18n.h"
#include "ui/widget/menu.h"

ChordResult chord_key(Chord *chord, guint context, Key key, int64_t now_ms,
                      const KeyBinding **ret_binding)
{
	KeymapResult result;

	if (chord->pressed.count == 0)
		chord->since_ms = now_ms;
	if (key == KEY_ESCAPE && chord->pressed.count > 0) {
		chord->pressed.count = 0;
		return CHORD_WAITS;
	}
	g_assert(chord->pressed.count < KEYMAP_KEYS_MAX);
	chord->pressed.keys[chord->pressed.count++] = key;
	result = keymap_find(chord->keymap, context, &chord->pressed, ret_binding);
	if (result == KEYMAP_PREFIX)
		return CHORD_WAITS;
	chord->pressed.count = 0;
	return result == KEYMAP_MATCH ? CHORD_COMMAND : CHORD_UNKNOWN;
}

int64_t chord_strip_ms(const Chord *chord)
{
	return chord->pressed.count > 0 ? chord->since_ms + CHORD_STRIP_MS : INT64_MAX;
}

void chord_draw_strip(const Chord *chord, guint context, Canvas *canvas, Rect rect)
{
	g_autoptr(GPtrArray) items = menu_items_new();
	g_autofree char *title = key_format(chord->pressed.keys[0]);

	for (unsigned i = 0; i < keymap_count(chord->keymap); i++) {
		const KeyBinding *binding = keymap_at(chord->keymap, i);
		if (!keymap_continues(chord->keymap, i, context, &chord->pressed))
			continue;
		g_autofree char *keys = keymap_binding_keys(binding);
		g_ptr_array_add(items, menu_item_new(keys, _(command_get(binding->id)->help), 0));
	}
	menu_draw_strip(items, title, canvas, rect);
}
