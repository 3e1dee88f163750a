#include "ui/keymaps/keymap.h"

#include <string.h>

#include "app/context_words.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "ui/keymaps/keyfile.h"

static const KeyBinding default_keys[] = {
#define KEY(contexts, keys, command, argument) { contexts, keys, COMMAND_##command, argument },
#include "ui/keymaps/default.def"
};
#define PREFIX(from, to)
static const KeyBinding mutt_keys[] = {
#include "ui/keymaps/mutt.def"
};
static const KeyBinding vim_keys[] = {
#include "ui/keymaps/vim.def"
};
static const KeyBinding alpine_keys[] = {
#include "ui/keymaps/alpine.def"
};
#undef KEY
#undef PREFIX

/* A first key of "default" that a profile uses for something else, and where it has moved. */
typedef struct { const char *from, *to; } MovedPrefix;

#define KEY(contexts, keys, command, argument)
#define PREFIX(from, to) { from, to },
static const MovedPrefix mutt_moved[] = {
#include "ui/keymaps/mutt.def"
	{ NULL, NULL },
};
static const MovedPrefix vim_moved[] = {
#include "ui/keymaps/vim.def"
	{ NULL, NULL },
};
static const MovedPrefix alpine_moved[] = {
#include "ui/keymaps/alpine.def"
	{ NULL, NULL },
};
#undef KEY
#undef PREFIX

static const MovedPrefix nothing_moved[] = { { NULL, NULL } };

static const struct {
	const char        *name;
	const KeyBinding  *keys;
	gsize              count;
	const MovedPrefix *moved;
} profiles[] = {
	[KEYMAP_DEFAULT] = { "default", default_keys, G_N_ELEMENTS(default_keys), nothing_moved },
	[KEYMAP_MUTT] = { "mutt", mutt_keys, G_N_ELEMENTS(mutt_keys), mutt_moved },
	[KEYMAP_VIM] = { "vim", vim_keys, G_N_ELEMENTS(vim_keys), vim_moved },
	[KEYMAP_ALPINE] = { "alpine", alpine_keys, G_N_ELEMENTS(alpine_keys), alpine_moved },
};

typedef struct { KeyBinding binding; KeyPrefix parsed; } Entry;

struct Keymap {
	GArray       *entries;   /* of Entry; those on top first */
	GStringChunk *words;     /* what bindings point to, where no table holds it */
};

static Entry *entry_at(const Keymap *keymap, unsigned index)
{
	return &g_array_index(keymap->entries, Entry, index);
}

const char *keymap_profile_name(KeymapProfile profile)
{
	g_assert(profile < KEYMAP_PROFILE_COUNT);
	return profiles[profile].name;
}

/* ---- layers ---- */

static bool begins(const KeyPrefix *whole, const KeyPrefix *part)
{
	return part->count <= whole->count &&
	       memcmp(whole->keys, part->keys, part->count * sizeof(Key)) == 0;
}

static bool clashes(const Entry *a, const Entry *b)
{
	return (a->binding.contexts & b->binding.contexts) &&
	       (begins(&a->parsed, &b->parsed) || begins(&b->parsed, &a->parsed));
}

static Entry entry_of(const KeyBinding *binding)
{
	Entry entry = { .binding = *binding };

	entry.parsed.count = keys_parse(binding->keys, entry.parsed.keys, KEYMAP_KEYS_MAX);
	return entry;
}

/* What @entry says is no longer said by those from @from on. */
static void make_room(Keymap *keymap, const Entry *entry, unsigned from)
{
	for (unsigned i = keymap->entries->len; i-- > from;) {
		Entry *below = entry_at(keymap, i);
		if (!clashes(below, entry))
			continue;
		below->binding.contexts &= ~entry->binding.contexts;
		if (below->binding.contexts == 0)
			g_array_remove_index(keymap->entries, i);
	}
}

/* Puts @entry behind the first @above entries and over all others. */
static void lay(Keymap *keymap, const Entry *entry, unsigned above)
{
	make_room(keymap, entry, above);
	g_array_insert_val(keymap->entries, above, *entry);
}

static KeyBinding moved(Keymap *keymap, const KeyBinding *binding, const MovedPrefix *moves)
{
	KeyBinding result = *binding;

	for (; moves->from; moves++) {
		size_t len = strlen(moves->from);
		if (strncmp(binding->keys, moves->from, len) != 0 || binding->keys[len] != ' ')
			continue;
		g_autofree char *keys = g_strconcat(moves->to, binding->keys + len, NULL);
		result.keys = g_string_chunk_insert(keymap->words, keys);
	}
	return result;
}

static void add_defaults(Keymap *keymap, const MovedPrefix *moves)
{
	for (gsize i = 0; i < G_N_ELEMENTS(default_keys); i++) {
		KeyBinding binding = moved(keymap, &default_keys[i], moves);
		Entry entry = entry_of(&binding);
		g_array_append_val(keymap->entries, entry);
	}
}

Keymap *keymap_new(KeymapProfile profile)
{
	Keymap *keymap = g_new0(Keymap, 1);

	g_assert(profile < KEYMAP_PROFILE_COUNT);
	keymap->entries = g_array_new(FALSE, FALSE, sizeof(Entry));
	keymap->words = g_string_chunk_new(256);
	add_defaults(keymap, profiles[profile].moved);
	for (unsigned i = 0; profile != KEYMAP_DEFAULT && i < profiles[profile].count; i++) {
		Entry entry = entry_of(&profiles[profile].keys[i]);
		lay(keymap, &entry, i);
	}
	return keymap;
}

void keymap_free(Keymap *keymap)
{
	if (!keymap)
		return;
	g_array_unref(keymap->entries);
	g_string_chunk_free(keymap->words);
	g_free(keymap);
}

/* ---- the person's keys ---- */

/* Two lines of one file that cannot both hold. */
static bool check_earlier(const Keymap *keymap, const Entry *entry, unsigned count, GError **err)
{
	for (unsigned i = 0; i < count; i++)
		if (clashes(entry_at(keymap, i), entry))
			return fail(err, ERR_CONFIG, _("“%s” stands in the way of “%s”, set before"),
			            entry->binding.keys, entry_at(keymap, i)->binding.keys);
	return true;
}

static bool take_line(Keymap *keymap, const char *line, unsigned *own, GError **err)
{
	g_autoptr(KeyLine) said = NULL;

	if (!key_line_parse(line, &said, err))
		return false;
	if (!said)
		return true;
	Entry entry = { .binding = { .contexts = said->contexts,
		                     .id = said->id,
		                     .keys = g_string_chunk_insert(keymap->words, said->keys),
		                     .argument = g_string_chunk_insert(keymap->words,
		                                                       said->argument) } };
	entry.parsed.count = keys_parse(said->keys, entry.parsed.keys, KEYMAP_KEYS_MAX);
	if (!check_earlier(keymap, &entry, *own, err))
		return false;
	if (said->id == COMMAND_NONE)
		make_room(keymap, &entry, *own);
	else
		lay(keymap, &entry, (*own)++);
	return true;
}

void keymap_read(Keymap *keymap, const char *path, GPtrArray *complaints)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(GBytes) content = file_read_trusted(path, LIMIT_CONFIG_BYTES, &err);
	unsigned own = 0;

	if (!content) {
		if (!error_is(err, ERR_NOT_FOUND))
			g_ptr_array_add(complaints, g_strdup(err->message));
		return;
	}
	gsize len;
	const char *bytes = g_bytes_get_data(content, &len);
	g_autofree char *text = g_strndup(bytes ? bytes : "", len);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (unsigned i = 0; lines[i]; i++) {
		g_autoptr(GError) why = NULL;
		if (!take_line(keymap, lines[i], &own, &why))
			g_ptr_array_add(complaints, g_strdup_printf(_("%s, line %u: %s"), path,
			                                            i + 1, why->message));
	}
}

/* ---- asking ---- */

unsigned keymap_count(const Keymap *keymap)
{
	return keymap->entries->len;
}

const KeyBinding *keymap_at(const Keymap *keymap, unsigned index)
{
	g_assert(index < keymap_count(keymap));
	return &entry_at(keymap, index)->binding;
}

bool keymap_continues(const Keymap *keymap, unsigned index, guint context, const KeyPrefix *pressed)
{
	const Entry *entry = entry_at(keymap, index);

	return (entry->binding.contexts & context) && begins(&entry->parsed, pressed);
}

KeymapResult keymap_find(const Keymap *keymap, guint context, const KeyPrefix *pressed,
                         const KeyBinding **ret_binding)
{
	KeymapResult result = KEYMAP_NONE;

	for (unsigned i = 0; i < keymap_count(keymap); i++) {
		if (!keymap_continues(keymap, i, context, pressed))
			continue;
		if (entry_at(keymap, i)->parsed.count == pressed->count) {
			*ret_binding = keymap_at(keymap, i);
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
	for (unsigned i = 0; i < keymap_count(keymap); i++) {
		const KeyBinding *binding = keymap_at(keymap, i);
		if (binding->id == id && (binding->contexts & context))
			return keymap_binding_keys(binding);
	}
	return NULL;
}

char *keymap_clash(const Keymap *keymap)
{
	for (unsigned i = 0; i < keymap_count(keymap); i++) {
		const Entry *one = entry_at(keymap, i);
		if (one->parsed.count == 0)
			return g_strdup_printf("“%s” is no key", one->binding.keys);
		for (unsigned j = 0; j < keymap_count(keymap); j++) {
			const Entry *other = entry_at(keymap, j);
			if (i != j && (one->binding.contexts & other->binding.contexts) &&
			    begins(&other->parsed, &one->parsed))
				return g_strdup_printf(
					"“%s” (%s) stands in the way of “%s” (%s)",
					one->binding.keys, command_get(one->binding.id)->name,
					other->binding.keys, command_get(other->binding.id)->name);
		}
	}
	return NULL;
}
