/*
 * keymap: which keys mean which command where. A profile is one .def table; a key has one meaning
 * in a context, and no whole key is the beginning of another (a test holds every profile to that).
 * Pure.
 */
#pragma once
#include "app/command.h"
#include "ui/cell/key.h"

enum { KEYMAP_KEYS_MAX = 3 };            /* the longest sequence */

typedef struct {
	guint       contexts;            /* CommandContext */
	const char *keys;                /* names: "g i" */
	CommandId   id;
	const char *argument;
} KeyBinding;

typedef enum { KEYMAP_NONE, KEYMAP_PREFIX, KEYMAP_MATCH } KeymapResult;

/* What the person has pressed so far. */
typedef struct { Key keys[KEYMAP_KEYS_MAX]; unsigned count; } KeyPrefix;

typedef struct Keymap Keymap;

/* Profile "default". The map is the caller's. */
Keymap *keymap_new(void);
void    keymap_free(Keymap *keymap);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Keymap, keymap_free)

/* Looks @pressed up in @context. MATCH: *ret_binding (static). PREFIX: it begins at least one
 * binding. */
KeymapResult keymap_find(const Keymap *keymap, guint context, const KeyPrefix *pressed,
                         const KeyBinding **ret_binding);

/* The first key of @id in @context as people read it ("gi", "PgDn", "Alt-v"), or NULL. Free with
 * g_free. */
char *keymap_key_of(const Keymap *keymap, guint context, CommandId id);
/* The same for one binding. Free with g_free. */
char *keymap_binding_keys(const KeyBinding *binding);

/* All bindings, in the order of the table. */
unsigned          keymap_count(const Keymap *keymap);
const KeyBinding *keymap_at(const Keymap *keymap, unsigned index);
/* True if binding @index is for @context and begins with @pressed: what a prefix key can lead
 * to. */
bool keymap_continues(const Keymap *keymap, unsigned index, guint context,
                      const KeyPrefix *pressed);

/* One sentence for the first clash in the map (the same keys twice, or one beginning the other);
 * NULL when there is none. Free with g_free. */
char *keymap_clash(const Keymap *keymap);
