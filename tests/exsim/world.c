#include "exsim/world.h"
#include "exsim/oof.h"

#include "exsim/post.h"

#include <string.h>

#include "base/text.h"

/* ---- devices ---- */

void folder_state_free(FolderState *state)
{
	if (!state)
		return;
	g_hash_table_unref(state->folders);
	g_free(state);
}

static void device_free(Device *device)
{
	folder_state_free(device->folders_before);
	folder_state_free(device->folders_now);
	g_hash_table_unref(device->channels);
	g_hash_table_unref(device->information);
	g_hash_table_unref(device->sent_ids);
	g_strfreev(device->ping_folders);
	g_free(device->folder_key_id);
	g_free(device->id);
	g_free(device->type);
	g_free(device);
}

Device *user_device(User *user, const char *id, const char *type)
{
	Device *device = g_hash_table_lookup(user->devices, id);

	if (device)
		return device;
	device = g_new0(Device, 1);
	device->id = g_strdup(id);
	device->type = g_strdup(type);
	device->channels = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)sync_channel_free);
	device->information = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	device->sent_ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_hash_table_insert(user->devices, device->id, device);
	return device;
}

/* ---- users and folders ---- */

static void user_free(User *user)
{
	g_hash_table_unref(user->devices);
	g_ptr_array_unref(user->collections);
	g_free(user->name);
	g_free(user->password);
	g_free(user->email);
	g_free(user->display_name);
	oof_clear(&user->oof);
	g_free(user);
}

/* The folders that every Exchange mailbox has, in the order it tells them. */
static const struct { const char *name; int type; } standard[] = {
	{ "Calendar", FOLDER_CALENDAR }, { "Contacts", FOLDER_CONTACTS }, { "Deleted Items", FOLDER_DELETED },
	{ "Drafts", FOLDER_DRAFTS }, { "Inbox", FOLDER_INBOX }, { "Junk Email", FOLDER_USER_MAIL }, { "Notes", FOLDER_NOTES },
	{ "Outbox", FOLDER_OUTBOX }, { "Sent Items", FOLDER_SENT }, { "Tasks", FOLDER_TASKS }, { "Archive", FOLDER_USER_MAIL },
};

User *world_add_user(World *world, const char *name, const char *display_name, const char *password)
{
	User *user = g_new0(User, 1);

	user->name = g_strdup(name);
	user->display_name = g_strdup(display_name);
	user->password = g_strdup(password);
	user->email = g_strdup_printf("%s@%s", name, WORLD_DOMAIN);
	user->devices = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)device_free);
	user->collections = g_ptr_array_new_with_free_func((GDestroyNotify)collection_free);
	user->next_folder_id = 1;
	for (size_t i = 0; i < G_N_ELEMENTS(standard); i++)
		user_add_folder(user, NULL, standard[i].name, standard[i].type, NULL);
	g_ptr_array_add(user->collections, collection_new("RI", "0", "RecipientInfo", FOLDER_RI, NULL));
	g_ptr_array_add(world->users, user);
	return user;
}

User *world_user(const World *world, const char *name)
{
	const char *slash = strrchr(name, '\\');
	g_autofree char *local = g_strdup(slash ? slash + 1 : name);
	char *at = strchr(local, '@');

	if (at && !text_equal_ascii_case(at + 1, WORLD_DOMAIN))
		return NULL;
	if (at)
		*at = '\0';
	for (guint i = 0; i < world->users->len; i++) {
		User *user = g_ptr_array_index(world->users, i);
		if (text_equal_ascii_case(user->name, local))
			return user;
	}
	return NULL;
}

Collection *user_collection(const User *user, const char *id)
{
	for (guint i = 0; id && i < user->collections->len; i++) {
		Collection *c = g_ptr_array_index(user->collections, i);
		if (g_str_equal(c->id, id))
			return c;
	}
	return NULL;
}

Collection *user_folder_of_type(const User *user, int type)
{
	for (guint i = 0; i < user->collections->len; i++) {
		Collection *c = g_ptr_array_index(user->collections, i);
		if (c->type == type)
			return c;
	}
	return NULL;
}

static Collection *child_of(const User *user, const char *parent_id, const char *name)
{
	for (guint i = 0; i < user->collections->len; i++) {
		Collection *c = g_ptr_array_index(user->collections, i);
		if (g_str_equal(c->parent_id, parent_id) && text_equal_ascii_case(c->name, name))
			return c;
	}
	return NULL;
}

Collection *user_folder(const User *user, const char *path)
{
	g_auto(GStrv) names = g_strsplit(path, "/", -1);
	Collection *c = NULL;

	for (guint i = 0; names[i]; i++) {
		c = child_of(user, c ? c->id : "0", names[i]);
		if (!c)
			return NULL;
	}
	return c;
}

Collection *user_add_folder(User *user, Collection *parent, const char *name, int type, Source *source)
{
	g_autofree char *id = g_strdup_printf("%u", user->next_folder_id++);
	Collection *c = collection_new(id, parent ? parent->id : "0", name, type, source);

	g_ptr_array_add(user->collections, c);
	return c;
}

void user_remove_folder(User *user, Collection *folder)
{
	for (guint i = user->collections->len; i-- > 0;) {
		Collection *c = g_ptr_array_index(user->collections, i);
		if (g_str_equal(c->parent_id, folder->id)) {
			user_remove_folder(user, c);
			i = user->collections->len;
		}
	}
	g_ptr_array_remove(user->collections, folder);
}

guint user_move(Collection *from, guint n, Collection *to, const void *origin)
{
	g_autoptr(GBytes) mime = collection_mime(from, n);
	guint moved = collection_add(to, mime, collection_date(from, n), collection_state(from, n), origin);

	collection_remove(from, n, origin);
	return moved;
}

/* ---- the world ---- */

World *world_new(const Clock *clock, int64_t now_ms)
{
	World *world = g_new0(World, 1);

	g_mutex_init(&world->lock);
	world->clock = clock;
	world->shift_ms = now_ms ? now_ms - clock_now_ms(clock) : 0;
	world->users = g_ptr_array_new_with_free_func((GDestroyNotify)user_free);
	world->faults = fault_list_new();
	world->ledger = ledger_new();
	world->submissions = g_string_new(NULL);
	world->held = g_ptr_array_new();
	world->photos = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
	world->certificates = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	world->options = (WorldOptions){ .versions = "12.1,14.0,14.1,16.0,16.1", .heartbeat_min_s = 60, .heartbeat_max_s = 3540,
	                                 .max_ping_folders = 1000, .max_window = 512, .gzip = true };
	return world;
}

void world_free(World *world)
{
	if (!world)
		return;
	g_ptr_array_unref(world->users);
	fault_list_free(world->faults);
	ledger_free(world->ledger);
	g_string_free(world->submissions, TRUE);
	g_hash_table_unref(world->certificates);
	g_hash_table_unref(world->photos);
	post_drop_held(world);
	g_ptr_array_unref(world->held);
	g_mutex_clear(&world->lock);
	g_free(world);
}

int64_t world_now_ms(const World *world) { return clock_now_ms(world->clock) + world->shift_ms; }

void world_changed(World *world)
{
	if (world->on_change)
		world->on_change(world->on_change_data);
}
