#include "ui/keymaps/keymap.h"

#include <string.h>

enum { LIST = CONTEXT_LIST, READER = CONTEXT_READER, FOLDERS = CONTEXT_FOLDERS, ALL = CONTEXT_ALL };

static const KeyBinding bindings[] = {
#define KEY(contexts, keys, command, argument) { contexts, keys, COMMAND_##command, argument },
#include "ui/keymaps/default.def"
#undef KEY
};

struct Keymap { KeyPrefix parsed[G_N_ELEMENTS(bindings)]; };

Keymap *keymap_new(void)
{
	Keymap *keymap = g_new0(Keymap, 1);

	for (gsize i = 0; i < G_N_ELEMENTS(bindings); i++)
		keymap->parsed[i].count =
			keys_parse(bindings[i].keys, keymap->parsed[i].keys, KEYMAP_KEYS_MAX);
	return keymap;
}

void keymap_free(Keymap *keymap)
{
	g_free(keymap);
}

unsigned keymap_count(const Keymap *keymap)
{
	return G_N_ELEMENTS(keymap->parsed);
}

const KeyBinding *keymap_at(const Keymap *keymap, unsigned index)
{
	g_assert(index < keymap_count(keymap));
	return &bindings[index];
}

static bool begins(const KeyPrefix *whole, const KeyPrefix *part)
{
	return part->count <= whole->count &&
	       memcmp(whole->keys, part->keys, part->count * sizeof(Key)) == 0;
}

bool keymap_continues(const Keymap *keymap, unsigned index, guint context, const KeyPrefix *pressed)
{
	return (bindings[index].contexts & context) && begins(&keymap->parsed[index], pressed);
}

KeymapResult keymap_find(const Keymap *keymap, guint context, const KeyPrefix *pressed,
                         const KeyBinding **ret_binding)
{
	KeymapResult result = KEYMAP_NONE;

	for (unsigned i = 0; i < keymap_count(keymap); i++) {
		if (!keymap_continues(keymap, i, context, pressed))
			continue;
		if (keymap->parsed[i].count == pressed->count) {
			*ret_binding = &bindings[i];
			return KEYMAP_MATCH;
		}
		result = KEYMAP_PREFIX;
	}
	return result;
}

/* Keys of one sign are read as a word, "gi"; names keep their blanks, "g Enter", "^W w". */
char *keymap_binding_keys(const KeyBinding *binding)
{
	g_auto(GStrv) words = g_strsplit(binding->keys, " ", -1);
	bool is_word = true;

	for (char **word = words; *word; word++)
		is_word = is_word && g_utf8_strlen(*word, -1) == 1;
	return g_strjoinv(is_word ? "" : " ", words);
}

char *keymap_key_of(const Keymap *keymap, guint context, CommandId id)
{
	for (unsigned i = 0; i < keymap_count(keymap); i++)
		if (bindings[i].id == id && (bindings[i].contexts & context))
			return keymap_binding_keys(&bindings[i]);
	return NULL;
}

char *keymap_clash(const Keymap *keymap)
{
	for (unsigned i = 0; i < keymap_count(keymap); i++) {
		if (keymap->parsed[i].count == 0)
			return g_strdup_printf("“%s” is no key", bindings[i].keys);
		for (unsigned j = 0; j < keymap_count(keymap); j++)
			if (i != j && (bindings[i].contexts & bindings[j].contexts) &&
			    begins(&keymap->parsed[j], &keymap->parsed[i]))
				return g_strdup_printf(
					"“%s” (%s) stands in the way of “%s” (%s)",
					bindings[i].keys, command_get(bindings[i].id)->name,
					bindings[j].keys, command_get(bindings[j].id)->name);
	}
	return NULL;
}
