/* The mail screen's out-of-office pages, one an account, and the word in the status line while
 * somebody is away. */
#include "base/i18n.h"
#include "ui/screen/mail_state.h"

OofPage *screen_oof(const MailScreen *mail)
{
	const ScreenTab *tab = screen_tab(mail);

	return tab ? tab->oof : NULL;
}

static OofPage *page_at(const MailScreen *mail, guint index)
{
	return ((ScreenTab *)g_ptr_array_index(mail->tabs, index))->oof;
}

/* ---- opening ---- */

static const AccountState *account_named(const MailScreen *mail, const char *name)
{
	const GPtrArray *accounts = folders_accounts(mail->folders);

	for (guint i = 0; i < accounts->len; i++)
		if (g_strcmp0(((const AccountState *)g_ptr_array_index(accounts, i))->name, name) ==
		    0)
			return g_ptr_array_index(accounts, i);
	return NULL;
}

static bool go_to_page(MailScreen *mail, int64_t account_id)
{
	for (guint i = 0; i < mail->tabs->len; i++)
		if (page_at(mail, i) && oof_page_account_id(page_at(mail, i)) == account_id) {
			mail->tab = i + 1;
			return true;
		}
	return false;
}

static void open_page(MailScreen *mail, const AccountState *account)
{
	if (go_to_page(mail, account->id))
		return;
	OofPageSetup setup = { mail->setup.reader, mail->setup.clock, mail->setup.host,
		               account->id };
	bool is_only = folders_accounts(mail->folders)->len == 1;
	g_autofree char *title = is_only ? g_strdup(_("Out of office"))
	                                 : g_strdup_printf(_("Out of office: %s"), account->name);
	ScreenTab *tab = g_new0(ScreenTab, 1);
	tab->oof = oof_page_new(&setup);
	screen_add_tab(mail, tab, title);
}

void do_oof(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const AccountState *account =
		*call->argument ? account_named(mail, call->argument) : screen_account(mail);

	if (account)
		open_page(mail, account);
	else
		screen_say(mail, STYLE_WARNING, _("There is no account “%s”."), call->argument);
}

bool screen_oof_left_behind(MailScreen *mail, const EditingOwner *owner, const char *text)
{
	const AccountState *account = folders_account(mail->folders, owner->id);

	if (!account)
		return false;
	open_page(mail, account);
	oof_page_left_behind(screen_oof(mail), owner->kind, text);
	return true;
}

void screen_complete_oof(const MailScreen *mail, const char *text, GPtrArray *words)
{
	const GPtrArray *accounts = folders_accounts(mail->folders);

	for (guint i = 0; i < accounts->len; i++) {
		g_autofree char *line = g_strconcat(
			"oof ", ((const AccountState *)g_ptr_array_index(accounts, i))->name, NULL);
		if (g_str_has_prefix(line, text))
			g_ptr_array_add(words, g_steal_pointer(&line));
	}
}

void do_oof_save(void *target, const CommandCall *call)
{
	(void)call;
	oof_page_save(screen_oof(target));
}

bool screen_oof_input(MailScreen *mail, const Input *input)
{
	OofPage *page = screen_oof(mail);

	if (!page || !oof_page_takes_keys(page) || input->kind == INPUT_MOUSE)
		return false;
	if (input->kind == INPUT_PASTE)
		oof_page_paste(page, input->paste);
	else
		oof_page_key(page, input->key);
	return true;
}

/* ---- who is away ---- */

/* Each account is asked once it is in step, when nobody waits for anything else. */
void screen_oof_ask(MailScreen *mail, int64_t account_id, AccountLight *light)
{
	if (light->is_oof_asked || mail->setup.is_offline)
		return;
	light->is_oof_asked = true;
	light->oof_wish = mail->setup.host->ops->wish_oof(mail->setup.host, account_id);
}

void screen_oof_ask_again(MailScreen *mail)
{
	GHashTableIter iter;
	gpointer light;

	g_hash_table_iter_init(&iter, mail->lights);
	while (g_hash_table_iter_next(&iter, NULL, &light))
		((AccountLight *)light)->is_oof_asked = false;
}

static void light_take(AccountLight *light, const Oof *oof)
{
	Oof *copy = oof ? oof_copy(oof) : NULL;

	oof_free(light->oof);
	light->oof = copy;
}

/* A server that does not tell has nobody away. */
static void take_light(AccountLight *light, const SyncEvent *event)
{
	gsize len = 0;
	const char *bytes = event->content ? g_bytes_get_data(event->content, &len) : NULL;
	g_autofree char *text = g_strndup(bytes ? bytes : "", len);
	g_autoptr(Oof) told = event->kind == SYNC_FETCHED ? oof_from_text(text, NULL) : NULL;

	light->oof_wish = 0;
	light_take(light, told);
}

static bool lights_take(MailScreen *mail, const SyncEvent *event)
{
	GHashTableIter iter;
	gpointer light;

	g_hash_table_iter_init(&iter, mail->lights);
	while (g_hash_table_iter_next(&iter, NULL, &light))
		if (event->wish_id && ((AccountLight *)light)->oof_wish == event->wish_id) {
			take_light(light, event);
			return true;
		}
	return false;
}

static void light_up(MailScreen *mail, const OofPage *page)
{
	int64_t account_id = oof_page_account_id(page);
	AccountLight *light = g_hash_table_lookup(mail->lights, &account_id);

	if (light && oof_page_known(page))
		light_take(light, oof_page_known(page));
}

bool screen_oof_event(MailScreen *mail, const SyncEvent *event)
{
	bool is_taken = lights_take(mail, event);

	for (guint i = 0; i < mail->tabs->len && !is_taken; i++) {
		OofPage *page = page_at(mail, i);
		is_taken = page && oof_page_event(page, event);
		if (is_taken)
			light_up(mail, page);
	}
	mail->is_dirty |= is_taken;
	return is_taken;
}

void screen_oof_reload(MailScreen *mail)
{
	for (guint i = 0; i < mail->tabs->len; i++)
		if (page_at(mail, i)) {
			oof_page_reload(page_at(mail, i));
			light_up(mail, page_at(mail, i));
		}
}

static bool is_away(const MailScreen *mail, int64_t account_id)
{
	const AccountLight *light = g_hash_table_lookup(mail->lights, &account_id);

	return light && light->oof && oof_is_on(light->oof, clock_now_ms(mail->setup.clock));
}

char *screen_oof_status(const MailScreen *mail)
{
	const GPtrArray *accounts = folders_accounts(mail->folders);
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; i < accounts->len; i++) {
		const AccountState *account = g_ptr_array_index(accounts, i);
		if (is_away(mail, account->id))
			g_string_append_printf(names, "%s%s", names->len ? ", " : "",
			                       account->name);
	}
	return !names->len          ? NULL
	       : accounts->len == 1 ? g_strdup(_("Out of office"))
	                            : g_strdup_printf(_("Out of office: %s"), names->str);
}
