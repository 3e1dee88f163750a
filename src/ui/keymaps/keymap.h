/*
 * keymap: which keys mean which command where. A profile is one .def table; what it does not speak of
 * is as in the profile "default". The person's own keys lie on top. A key has one meaning in a
 * context, and no whole key is the beginning of another: what lies on top drops what it clashes
 * with, and a test holds every table to it. Not thread-safe.
 */
#pragma once
#include "app/command.h"
#include "ui/cell/key.h"

enum { KEYMAP_KEYS_MAX = 3 };            /* the longest sequence */

/* In the order of the setting ui.keymap. */
typedef enum { KEYMAP_DEFAULT, KEYMAP_MUTT, KEYMAP_VIM, KEYMAP_ALPINE, KEYMAP_PROFILE_COUNT } KeymapProfile;

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

/* Static. */
const char *keymap_profile_name(KeymapProfile profile);

Keymap *keymap_new(KeymapProfile profile);
void    keymap_free(Keymap *keymap);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Keymap, keymap_free)

/*
 * Lays the keys of a file on top: "CONTEXTS KEYS COMMAND [ARGUMENT]" a line, as
 * `list,reader "g x" goto-inbox`; CONTEXTS may be "all", COMMAND "none" to take a key away, and a
 * line that begins with # is a comment. A line that cannot be understood is left out: one sentence
 * with file and line goes to @complaints (of char *). A file that is not there has no keys.
 */
void keymap_read(Keymap *keymap, const char *path, GPtrArray *complaints);

/* Looks @pressed up in @context. MATCH: *ret_binding (the keymap's). PREFIX: it begins at least one
 * binding. */
KeymapResult keymap_find(const Keymap *keymap, guint context, const KeyPrefix *pressed,
                         const KeyBinding **ret_binding);

/* The first key of @id in @context as people read it ("gi", "PgDn", "Alt-v"), or NULL. Free with
 * g_free. */
char *keymap_key_of(const Keymap *keymap, guint context, CommandId id);
/* The same for one binding. Free with g_free. */
char *keymap_binding_keys(const KeyBinding *binding);

/* All bindings: the person's, the profile's, those of "default", each in the order of their table. */
unsigned          keymap_count(const Keymap *keymap);
const KeyBinding *keymap_at(const Keymap *keymap, unsigned index);
/* True if binding @index is for @context and begins with @pressed: what a prefix key can lead
 * to. */
bool keymap_continues(const Keymap *keymap, unsigned index, guint context,
                      const KeyPrefix *pressed);

/* One sentence for the first clash in the map (the same keys twice, or one beginning the other);
 * NULL when there is none. Free with g_free. */
char *keymap_clash(const Keymap *keymap);
