#include "exsim/control.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "exsim/manners.h"
#include "exsim/oof.h"
#include "exsim/pim-lines.h"
#include "exsim/post.h"

enum { MAX_MESSAGE_BYTES = 64 << 20 };

typedef struct {
	World      *world;
	GHashTable *words;      /* name -> value */
	const char *rest;       /* the line after its first word */
	GString    *reply;
} Order;

static const char *word(const Order *order, const char *name) { return g_hash_table_lookup(order->words, name); }

/* ---- what an order is about ---- */

static User *order_user(const Order *order, GError **err)
{
	const char *name = word(order, "user");
	User *user = world_user(order->world, name ? name : "alice");

	if (!user)
		fail(err, ERR_USAGE, "there is no user “%s”", name ? name : "alice");
	return user;
}

static Collection *order_folder_named(const Order *order, const User *user, const char *key, const char *absent, GError **err)
{
	const char *path = word(order, key) ? word(order, key) : absent;
	Collection *c = path ? user_folder(user, path) : NULL;

	if (!c && path)
		c = user_collection(user, path);
	if (!c)
		fail(err, ERR_USAGE, "%s has no folder “%s” (%s=)", user->name, path ? path : "", key);
	return c;
}

static bool has_subject(const Collection *c, guint n, const char *subject)
{
	g_autoptr(Mail) mail = collection_mail(c, n);
	return g_strcmp0(mail->subject, subject) == 0;
}

/* The item that item=ID or subject=TEXT names: the newest of that subject. */
static bool order_item(const Order *order, const Collection *c, guint *ret_n, GError **err)
{
	const char *id = word(order, "item"), *subject = word(order, "subject");

	if (id && collection_find(c, id, ret_n))
		return true;
	for (guint n = collection_count(c); subject && n-- > 0;) {
		if (collection_has(c, n) && has_subject(c, n, subject)) {
			*ret_n = n;
			return true;
		}
	}
	return fail(err, ERR_USAGE, "folder %s has no such message; name it by item=ID or subject=TEXT", c->name);
}

typedef struct {
	User       *user;
	Collection *folder;
	guint       item;
} Target;

static bool find_target(const Order *order, bool with_item, Target *ret_target, GError **err)
{
	ret_target->user = order_user(order, err);
	if (!ret_target->user)
		return false;
	ret_target->folder = order_folder_named(order, ret_target->user, "folder", "Inbox", err);
	if (!ret_target->folder)
		return false;
	return !with_item || order_item(order, ret_target->folder, &ret_target->item, err);
}

/* ---- orders about mail ---- */

static GBytes *with_crlf(GBytes *bytes)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);
	GByteArray *out = g_byte_array_sized_new((guint)len + (guint)len / 32);

	for (gsize i = 0; i < len; i++) {
		if (data[i] == '\n' && (i == 0 || data[i - 1] != '\r'))
			g_byte_array_append(out, (const guint8 *)"\r", 1);
		g_byte_array_append(out, (const guint8 *)data + i, 1);
	}
	return g_byte_array_free_to_bytes(out);
}

static GBytes *order_message(const Order *order, const User *user, GError **err)
{
	const char *file = word(order, "file");

	if (file) {
		g_autoptr(GBytes) bytes = file_read(file, MAX_MESSAGE_BYTES, err);
		return bytes ? with_crlf(bytes) : NULL;
	}
	return post_compose(order->world, &(PostDraft){ .from = word(order, "from"), .to = word(order, "to") ? word(order, "to") : user->email,
	                    .subject = word(order, "subject"), .text = word(order, "text"), .html = word(order, "html") });
}

static bool run_deliver(Order *order, GError **err)
{
	const char *count_text = word(order, "count");
	int64_t count = 1;
	Target target;

	if (!find_target(order, false, &target, err))
		return false;
	if (count_text && !text_to_int(count_text, 1, 100000, &count))
		return fail(err, ERR_USAGE, "count= needs a number");
	for (int64_t i = 0; i < count; i++) {
		g_autoptr(GBytes) mime = order_message(order, target.user, err);
		if (!mime)
			return false;
		ItemState state = { .is_read = g_strcmp0(word(order, "read"), "1") == 0 };
		guint n = collection_add(target.folder, mime, world_now_ms(order->world), state, NULL);
		g_autofree char *id = collection_server_id(target.folder, n);
		g_string_append_printf(order->reply, "item=%s\n", id);
	}
	world_changed(order->world);
	return true;
}

static bool run_mark(Order *order, GError **err)
{
	const char *read = word(order, "read"), *flag = word(order, "flag"), *categories = word(order, "categories");
	Target target;

	if (!find_target(order, true, &target, err))
		return false;
	ItemState state = collection_state(target.folder, target.item);
	guint mask = 0;
	if (read) {
		state.is_read = g_str_equal(read, "1");
		mask |= ITEM_READ;
	}
	if (flag) {
		state.flag = g_str_equal(flag, "2") ? 2 : g_str_equal(flag, "1") ? 1 : 0;
		mask |= ITEM_FLAG;
	}
	if (categories) {
		g_autofree char *joined = g_strdelimit(g_strdup(categories), ",", '\n');
		state.categories = *joined ? g_intern_string(joined) : NULL;
		mask |= ITEM_CATEGORIES;
	}
	if (!mask)
		return fail(err, ERR_USAGE, "mark needs read=0|1, flag=0|1|2 or categories=A,B");
	collection_set_state(target.folder, target.item, state, mask, NULL);
	world_changed(order->world);
	return true;
}

static bool run_delete(Order *order, GError **err)
{
	Target target;

	if (!find_target(order, true, &target, err))
		return false;
	collection_remove(target.folder, target.item, NULL);
	world_changed(order->world);
	return true;
}

static bool run_move(Order *order, GError **err)
{
	Target target;

	if (!find_target(order, true, &target, err))
		return false;
	Collection *to = order_folder_named(order, target.user, "to", NULL, err);
	if (!to)
		return false;
	g_autofree char *id = collection_server_id(to, user_move(target.folder, target.item, to, NULL));
	g_string_append_printf(order->reply, "item=%s\n", id);
	world_changed(order->world);
	return true;
}

static bool run_list(Order *order, GError **err)
{
	Target target;

	if (!find_target(order, false, &target, err))
		return false;
	for (guint n = 0; n < collection_count(target.folder); n++) {
		if (!collection_has(target.folder, n))
			continue;
		g_autoptr(Mail) mail = collection_mail(target.folder, n);
		ItemState state = collection_state(target.folder, n);
		g_autofree char *id = collection_server_id(target.folder, n);
		g_autofree char *subject = text_visible(mail->subject ? mail->subject : "");
		g_string_append_printf(order->reply, "%s\t%s\t%d\t%s\n", id, state.is_read ? "read" : "unread", state.flag, subject);
	}
	return true;
}

static void show_line(Order *order, const char *name, const char *text)
{
	g_autofree char *visible = text ? text_visible(text) : NULL;

	if (visible)
		g_string_append_printf(order->reply, "%s: %s\n", name, visible);
}

static void show_mail(Order *order, const Mail *mail)
{
	const struct { const char *name, *value; } texts[] = {
		{ "from", mail->from }, { "to", mail->to }, { "cc", mail->cc }, { "bcc", mail->bcc },
		{ "reply-to", mail->reply_to }, { "subject", mail->subject }, { "text", mail->text }, { "html", mail->html },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		show_line(order, texts[i].name, texts[i].value);
	if (mail->importance != 1)
		g_string_append_printf(order->reply, "importance: %d\n", mail->importance);
	for (guint i = 0; i < mail->attachments->len; i++) {
		const MailAttachment *a = g_ptr_array_index(mail->attachments, i);
		g_string_append_printf(order->reply, "attachment: %s %zu\n", a->name, g_bytes_get_size(a->content));
	}
}

static void show_state(Order *order, const ItemState *state)
{
	g_autoptr(GDateTime) due = g_date_time_new_from_unix_utc(state->flag_due_ms / 1000);
	g_autofree char *day = state->flag_due_ms ? g_date_time_format(due, "%F") : NULL;
	g_autofree char *categories = state->categories ? g_strdelimit(g_strdup(state->categories), "\n", ',') : NULL;

	if (state->flag)
		g_string_append_printf(order->reply, "flag: %d\n", state->flag);
	show_line(order, "due", day);
	show_line(order, "categories", categories);
}

static bool run_show(Order *order, GError **err)
{
	Target target;

	if (!find_target(order, true, &target, err))
		return false;
	g_autoptr(Mail) mail = collection_mail(target.folder, target.item);
	ItemState state = collection_state(target.folder, target.item);
	show_state(order, &state);
	show_mail(order, mail);
	return true;
}

/* As if another client had changed it. */
static bool run_rewrite(Order *order, GError **err)
{
	Target target;

	if (!find_target(order, true, &target, err))
		return false;
	PostDraft draft = { .from = target.user->email, .to = word(order, "to"),
	                    .subject = word(order, "new-subject"), .text = word(order, "text") };
	g_autoptr(GBytes) mime = word(order, "file") ? order_message(order, target.user, err)
	                                             : post_compose(order->world, &draft);
	if (!mime)
		return false;
	collection_rewrite(target.folder, target.item, mime, world_now_ms(order->world), NULL);
	world_changed(order->world);
	return true;
}

/* ---- settings ---- */

static bool run_oof(Order *order, GError **err)
{
	const User *user = order_user(order, err);

	if (user)
		oof_show(&user->oof, order->reply);
	return user != NULL;
}

/* ---- orders about folders ---- */

static bool run_folders(Order *order, GError **err)
{
	User *user = order_user(order, err);

	for (guint i = 0; user && i < user->collections->len; i++) {
		const Collection *c = g_ptr_array_index(user->collections, i);
		guint count = 0;
		for (guint n = 0; n < collection_count(c); n++)
			count += collection_has(c, n);
		g_string_append_printf(order->reply, "%s\t%s\t%d\t%u\t%s\n", c->id, c->parent_id, c->type, count, c->name);
	}
	return user != NULL;
}

static bool run_create_folder(Order *order, GError **err)
{
	User *user = order_user(order, err);
	const char *path = word(order, "folder"), *count_text = word(order, "count");
	int64_t count = 1;

	if (!user)
		return false;
	if (!path || user_folder(user, path))
		return fail(err, ERR_USAGE, "create-folder needs folder=PATH that does not exist yet");
	if (count_text && !text_to_int(count_text, 1, 100000, &count))
		return fail(err, ERR_USAGE, "count= needs a number");
	g_autofree char *parent_path = g_path_get_dirname(path);
	g_autofree char *name = g_path_get_basename(path);
	Collection *parent = strchr(path, '/') ? user_folder(user, parent_path) : NULL;
	if (strchr(path, '/') && !parent)
		return fail(err, ERR_USAGE, "%s has no folder “%s”", user->name, parent_path);
	for (int64_t i = 1; i <= count; i++) {
		g_autofree char *numbered = i > 1 ? g_strdup_printf("%s %" G_GINT64_FORMAT, name, i) : g_strdup(name);
		g_string_append_printf(order->reply, "folder=%s\n", user_add_folder(user, parent, numbered, FOLDER_USER_MAIL, NULL)->id);
	}
	world_changed(order->world);
	return true;
}

static bool run_rename_folder(Order *order, GError **err)
{
	const char *to = word(order, "to");
	Target target;

	if (!find_target(order, false, &target, err))
		return false;
	if (!to || !*to)
		return fail(err, ERR_USAGE, "rename-folder needs to=NAME");
	g_free(target.folder->name);
	target.folder->name = g_strdup(to);
	world_changed(order->world);
	return true;
}

/* Whatever the parent is: a folder may hang on its own child, or on nothing. */
static bool run_hang_folder(Order *order, GError **err)
{
	const char *parent = word(order, "parent-id");
	Target target;

	if (!find_target(order, false, &target, err))
		return false;
	if (!parent)
		return fail(err, ERR_USAGE, "hang-folder needs parent-id=ID, 0 for the root");
	g_free(target.folder->parent_id);
	target.folder->parent_id = g_strdup(parent);
	world_changed(order->world);
	return true;
}

static bool run_delete_folder(Order *order, GError **err)
{
	Target target;

	if (!find_target(order, false, &target, err))
		return false;
	user_remove_folder(target.user, target.folder);
	world_changed(order->world);
	return true;
}

/* ---- orders about devices and the server ---- */

/* Calls @visit for the devices of the user that device=ID names, or all. */
static bool for_devices(Order *order, void (*visit)(Device *device, const Order *order), GError **err)
{
	User *user = order_user(order, err);
	const char *id = word(order, "device");
	GHashTableIter iter;
	gpointer device;

	if (!user)
		return false;
	if (id && !g_hash_table_contains(user->devices, id))
		return fail(err, ERR_USAGE, "%s has no device “%s”", user->name, id);
	g_hash_table_iter_init(&iter, user->devices);
	while (g_hash_table_iter_next(&iter, NULL, &device))
		if (!id || g_str_equal(((Device *)device)->id, id))
			visit(device, order);
	world_changed(order->world);
	return true;
}

static void forget_keys(Device *device, const Order *order)
{
	const char *id = word(order, "folder-id");

	if (id) {
		g_hash_table_remove(device->channels, id);
		return;
	}
	g_hash_table_remove_all(device->channels);
	g_clear_pointer(&device->folders_before, folder_state_free);
	g_clear_pointer(&device->folders_now, folder_state_free);
}

static bool run_forget_keys(Order *order, GError **err) { return for_devices(order, forget_keys, err); }

static void order_wipe(Device *device, const Order *order)
{
	device->wipe = g_strcmp0(word(order, "kind"), "account") == 0 ? WIPE_ACCOUNT : WIPE_DEVICE;
	device->wipe_confirmed = false;
}

static bool run_wipe(Order *order, GError **err) { return for_devices(order, order_wipe, err); }

static void show_device(Device *device, const Order *order)
{
	GHashTableIter iter;
	gpointer name, value;

	g_string_append_printf(order->reply, "device=%s type=%s provisioned=%d wipe=%s", device->id, device->type,
	                       device->policy_key != 0, device->wipe ? "ordered" : device->wipe_confirmed ? "confirmed" : "no");
	g_hash_table_iter_init(&iter, device->information);
	while (g_hash_table_iter_next(&iter, &name, &value)) {
		g_autofree char *shown = text_visible(value);
		g_string_append_printf(order->reply, "\t%s=%s", (char *)name, shown);
	}
	g_string_append_c(order->reply, '\n');
}

static bool run_devices(Order *order, GError **err) { return for_devices(order, show_device, err); }

static void drop_policy_key(Device *device, const Order *order)
{
	(void)order;
	device->policy_key = device->temporary_key = 0;
}

static bool run_provision(Order *order, GError **err)
{
	const char *value = order->rest;

	if (!g_str_equal(value, "on") && !g_str_equal(value, "off"))
		return fail(err, ERR_USAGE, "provision takes on or off");
	order->world->options.require_provision = g_str_equal(value, "on");
	return for_devices(order, drop_policy_key, err);
}

static bool run_password(Order *order, GError **err)
{
	User *user = order_user(order, err);
	const char *value = word(order, "value");

	if (!user || !value)
		return user ? fail(err, ERR_USAGE, "password needs value=TEXT") : false;
	g_free(user->password);
	user->password = g_strdup(value);
	return true;
}

static bool run_throttle(Order *order, GError **err)
{
	const char *value = word(order, "per-minute");
	int64_t limit;

	if (!value || !text_to_int(value, 0, G_MAXINT, &limit))
		return fail(err, ERR_USAGE, "throttle needs per-minute=N, 0 for none");
	order->world->options.throttle_per_minute = (int)limit;
	return true;
}

static bool set_switch(const Order *order, const char *name, bool *at, GError **err)
{
	const char *value = word(order, name);

	if (value && !g_str_equal(value, "on") && !g_str_equal(value, "off"))
		return fail(err, ERR_USAGE, "%s= takes on or off", name);
	if (value)
		*at = g_str_equal(value, "on");
	return true;
}

static bool run_sending(Order *order, GError **err)
{
	WorldOptions *options = &order->world->options;

	return set_switch(order, "ignore-client-id", &options->ignores_client_ids, err) &&
	       set_switch(order, "hold-sent", &options->holds_sent, err);
}

static bool run_manners(Order *order, GError **err)
{
	return manners_set(order->world, word(order, "of"), err);
}

static bool run_searching(Order *order, GError **err)
{
	WorldOptions *options = &order->world->options;
	bool by_find = !options->no_gal_by_find;

	if (!set_switch(order, "gal-by-find", &by_find, err))
		return false;
	options->no_gal_by_find = !by_find;
	return true;
}

/* The DER between the lines of a PEM file, as base64. */
static char *base64_of_pem(const char *path, GError **err)
{
	g_autoptr(GBytes) bytes = file_read(path, MAX_MESSAGE_BYTES, err);

	if (!bytes)
		return NULL;
	g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_autoptr(GString) base64 = g_string_new(NULL);
	for (int i = 0; lines[i]; i++)
		if (*lines[i] != '-')
			g_string_append(base64, g_strchomp(lines[i]));
	return g_strdup(base64->str);
}

static bool run_certificate(Order *order, GError **err)
{
	const char *address = word(order, "address"), *file = word(order, "file");
	GHashTable *all = order->world->certificates;

	if (!address || !file)
		return fail(err, ERR_USAGE, "certificate takes address= and file=");
	g_autofree char *base64 = base64_of_pem(file, err);
	const char *before = g_hash_table_lookup(all, address);
	if (base64)
		g_hash_table_insert(all, g_strdup(address),
		                    before ? g_strconcat(before, " ", base64, NULL) : g_strdup(base64));
	return base64 != NULL;
}

static bool run_photo(Order *order, GError **err)
{
	const char *address = word(order, "address"), *file = word(order, "file");

	if (!address || !file)
		return fail(err, ERR_USAGE, "photo takes address= and file=");
	GBytes *bytes = file_read(file, MAX_MESSAGE_BYTES, err);
	if (bytes)
		g_hash_table_insert(order->world->photos, text_lower_ascii(address), bytes);
	return bytes != NULL;
}

static bool run_opinion(Order *order, GError **err)
{
	const char *status = word(order, "status");
	int64_t number = 1;

	if (!status || !text_to_int(status, 1, 999, &number))
		return fail(err, ERR_USAGE, "status= needs a number");
	order->world->opinion = (int)number;
	return true;
}

static bool run_file_sent(Order *order, GError **err)
{
	(void)err;
	g_string_append_printf(order->reply, "%u\n", post_file_held(order->world));
	return true;
}

static bool run_submissions(Order *order, GError **err)
{
	(void)err;
	g_string_append(order->reply, order->world->submissions->str);
	return true;
}

static bool run_clear_submissions(Order *order, GError **err)
{
	(void)err;
	g_string_truncate(order->world->submissions, 0);
	return true;
}

static bool run_fault(Order *order, GError **err) { return fault_list_add(order->world->faults, order->rest, err); }

static bool run_clear_faults(Order *order, GError **err)
{
	(void)err;
	fault_list_clear(order->world->faults);
	return true;
}

static bool run_ledger(Order *order, GError **err)
{
	(void)err;
	g_string_append(order->reply, ledger_text(order->world->ledger));
	return true;
}

static bool run_watch(Order *order, GError **err)
{
	const char *text = word(order, "text");

	if (!text || !*text)
		return fail(err, ERR_USAGE, "watch needs text=TEXT");
	ledger_watch(order->world->ledger, text);
	return true;
}

static bool run_clear_ledger(Order *order, GError **err)
{
	(void)err;
	ledger_clear(order->world->ledger);
	return true;
}

/* ---- items that are no mail ---- */

/* "Subject=Planning" and so on: every word that is not about the order itself. */
static bool set_properties(const Order *order, Element *item, const Collection *folder, GError **err)
{
	GHashTableIter each;
	gpointer name, value;

	g_hash_table_iter_init(&each, order->words);
	while (g_hash_table_iter_next(&each, &name, &value)) {
		if (g_str_equal(name, "folder") || g_str_equal(name, "item") || g_str_equal(name, "user"))
			continue;
		g_autofree char *line = g_strdup_printf("%s: %s", (char *)name, (char *)value);
		if (!pim_line_set(item, folder, line, world_now_ms(order->world), err))
			return false;
	}
	return true;
}

static bool run_item(Order *order, GError **err)
{
	User *user = order_user(order, err);
	Collection *folder = user ? order_folder_named(order, user, "folder", "Calendar", err) : NULL;
	const char *id = word(order, "item");
	guint n = 0;

	if (!folder)
		return false;
	if (!pim_is(folder) || (id && !collection_find(folder, id, &n)))
		return fail(err, ERR_USAGE, "folder %s has no item “%s”", folder->name, id ? id : "");
	g_autoptr(Element) item = id ? pim_read(folder, n) : element_new(WBXML_AirSync_ApplicationData);
	PimEdit edit = { .world = order->world, .folder = folder };
	if (!set_properties(order, item, folder, err))
		return false;
	if (id)
		pim_write(&edit, n, item);
	else
		n = pim_file(&edit, item);
	g_autofree char *name = collection_server_id(folder, n);
	g_string_append_printf(order->reply, "%s\n", name);
	world_changed(order->world);
	return true;
}

static void list_element(GString *out, const Element *element, unsigned depth)
{
	g_string_append_printf(out, "%*s%s: %s\n", (int)depth, "", wbxml_tag_name(element->tag), element->text->str);
	for (guint i = 0; i < element->children->len; i++)
		list_element(out, g_ptr_array_index(element->children, i), depth + 1);
}

static bool run_items(Order *order, GError **err)
{
	User *user = order_user(order, err);
	Collection *folder = user ? order_folder_named(order, user, "folder", "Calendar", err) : NULL;

	if (!folder)
		return false;
	for (guint n = 0; pim_is(folder) && n < collection_count(folder); n++) {
		g_autofree char *id = collection_server_id(folder, n);
		g_autoptr(Element) item = collection_has(folder, n) ? pim_read(folder, n) : NULL;
		if (!item)
			continue;
		g_string_append_printf(order->reply, "%s\n", id);
		for (guint i = 0; i < item->children->len; i++)
			list_element(order->reply, g_ptr_array_index(item->children, i), 1);
	}
	return true;
}

/* ---- the table ---- */

static const struct { const char *name, *usage; bool (*run)(Order *order, GError **err); bool is_raw; } orders[] = {
	{ "deliver", "[folder=PATH] [from=ADDRESS] [subject=TEXT] [text=TEXT] [html=TEXT] [file=EML] [count=N] [read=1]", run_deliver, false },
	{ "mark", "[folder=PATH] item=ID|subject=TEXT [read=0|1] [flag=0|1|2] [categories=A,B]", run_mark, false },
	{ "delete", "[folder=PATH] item=ID|subject=TEXT", run_delete, false },
	{ "move", "[folder=PATH] item=ID|subject=TEXT to=PATH", run_move, false },
	{ "list", "[folder=PATH]                the messages of a folder: id, read, flag, subject", run_list, false },
	{ "show", "[folder=PATH] item=ID|subject=TEXT   its flag, categories and what it says", run_show, false },
	{ "rewrite", "[folder=PATH] item=ID|subject=TEXT file=EML|to=ADDRESS new-subject=TEXT text=TEXT   as another client may, a draft", run_rewrite, false },
	{ "item", "[folder=PATH] [item=ID] PROPERTY=VALUE…   an event, contact, task or note, new or changed: see pim-lines.h", run_item, false },
	{ "items", "[folder=PATH]                all of them with their properties", run_items, false },
	{ "oof", "                             the out-of-office answer", run_oof, false },
	{ "folders", "                             all folders: id, parent, type, messages, name", run_folders, false },
	{ "create-folder", "folder=PATH [count=N]        with count also “PATH 2”, “PATH 3”, …", run_create_folder, false },
	{ "rename-folder", "folder=PATH to=NAME", run_rename_folder, false },
	{ "hang-folder", "folder=PATH|ID parent-id=ID  also where no folder can hang", run_hang_folder, false },
	{ "delete-folder", "folder=PATH", run_delete_folder, false },
	{ "devices", "[device=ID]                  what each device told about itself", run_devices, false },
	{ "forget-keys", "[device=ID] [folder-id=ID]   sync keys become unknown", run_forget_keys, false },
	{ "wipe", "[device=ID] [kind=device|account]", run_wipe, false },
	{ "provision", "on|off                       policies must be acknowledged (again)", run_provision, true },
	{ "password", "value=TEXT", run_password, false },
	{ "throttle", "per-minute=N                 503 for a device that asks more often; 0 for none", run_throttle, false },
	{ "sending", "[ignore-client-id=on|off] [hold-sent=on|off]", run_sending, false },
	{ "manners", "of=exchange|sogo|grommunio|traveler   what it speaks, lacks and does otherwise", run_manners, false },
	{ "searching", "[gal-by-find=on|off]", run_searching, false },
	{ "certificate", "address=ADDRESS file=PEM     what the directory has of this person", run_certificate, false },
	{ "photo", "address=ADDRESS file=FILE    what the directory shows of this person", run_photo, false },
	{ "opinion", "status=N                     what ValidateCert says of each certificate", run_opinion, false },
	{ "file-sent", "                             copies that hold-sent=on kept back go into Sent Items", run_file_sent, false },
	{ "submissions", "                             command, user, ClientId, Message-ID, recipients, subject of each message sent", run_submissions, false },
	{ "clear-submissions", "", run_clear_submissions, false },
	{ "fault", "[cmd=NAME] [nth=N] [count=N] WHAT…   see --help", run_fault, true },
	{ "clear-faults", "", run_clear_faults, false },
	{ "ledger", "                             all requests so far, a line of JSON each", run_ledger, false },
	{ "clear-ledger", "", run_clear_ledger, false },
	{ "watch", "text=TEXT                   the ledger says “watched” of each request with it in its body", run_watch, false },
};

char *control_help(void)
{
	g_autoptr(GString) help = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(orders); i++)
		g_string_append_printf(help, "  %-14s %s\n", orders[i].name, orders[i].usage);
	return g_strdup(help->str);
}

static GHashTable *split_words(const char *rest, GError **err)
{
	g_auto(GStrv) argv = NULL;
	g_autoptr(GHashTable) words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	if (*rest && !g_shell_parse_argv(rest, NULL, &argv, err))
		return NULL;
	for (guint i = 0; argv && argv[i]; i++) {
		char *equals = strchr(argv[i], '=');
		if (!equals)
			return fail_null(err, ERR_USAGE, "“%s” is not of the form name=value", argv[i]);
		g_hash_table_replace(words, g_strndup(argv[i], (gsize)(equals - argv[i])), g_strcompress(equals + 1));
	}
	return g_steal_pointer(&words);
}

static bool run_line(World *world, const char *line, GString *reply, GError **err)
{
	g_auto(GStrv) halves = g_strsplit(line, " ", 2);
	const char *rest = halves[1] ? g_strstrip(halves[1]) : "";

	for (size_t i = 0; i < G_N_ELEMENTS(orders); i++) {
		if (!g_str_equal(halves[0], orders[i].name))
			continue;
		g_autoptr(GHashTable) words = orders[i].is_raw ? g_hash_table_new(g_str_hash, g_str_equal) : split_words(rest, err);
		Order order = { .world = world, .words = words, .rest = rest, .reply = reply };
		return words && orders[i].run(&order, err);
	}
	return fail(err, ERR_USAGE, "there is no order “%s”", halves[0]);
}

bool control_run(World *world, const char *lines, GString *reply)
{
	g_auto(GStrv) each = g_strsplit(lines, "\n", -1);
	g_autoptr(GError) err = NULL;
	bool ok = true;

	g_mutex_lock(&world->lock);
	for (guint i = 0; each[i] && ok; i++) {
		g_strstrip(each[i]);
		if (*each[i] && *each[i] != '#')
			ok = run_line(world, each[i], reply, &err);
	}
	g_mutex_unlock(&world->lock);
	if (!ok)
		g_string_append_printf(reply, "error: %s\n", err->message);
	return ok;
}
