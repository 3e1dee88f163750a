/*
 * The mail screen's certificates: the page of them in a tab of its own, whom the person trusts, and
 * which key signs. A worker reads them and looks how each stands; what is changed goes to the engine.
 */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "ui/screen/mail_state.h"

CertificatesPage *screen_certificates(const MailScreen *mail)
{
	const ScreenTab *tab = screen_tab(mail);

	return tab ? tab->certificates : NULL;
}

/* There is one at most. NULL: none. */
static CertificatesPage *find_page(const MailScreen *mail, guint *ret_tab)
{
	for (guint i = 0; i < mail->tabs->len; i++) {
		const ScreenTab *tab = g_ptr_array_index(mail->tabs, i);
		if (!tab->certificates)
			continue;
		*ret_tab = i + 1;
		return tab->certificates;
	}
	return NULL;
}

void screen_certificates_reload(MailScreen *mail)
{
	guint tab;

	if (find_page(mail, &tab))
		mail->setup.host->ops->list_certificates(mail->setup.host);
}

void mail_screen_certificates(MailScreen *mail, GPtrArray *rows)
{
	guint tab;
	CertificatesPage *page = find_page(mail, &tab);

	if (page)
		certificates_page_set(page, rows);
	else
		g_ptr_array_unref(rows);
	mail->is_dirty = true;
}

void do_certificates(void *target, const CommandCall *call)
{
	MailScreen *mail = target;

	(void)call;
	if (!find_page(mail, &mail->tab)) {
		ScreenTab *tab = g_new0(ScreenTab, 1);
		tab->certificates = certificates_page_new();
		screen_add_tab(mail, tab, _("Certificates"));
	}
	screen_certificates_reload(mail);
}

/* ---- changing ---- */

static const CertificateRow *current(const MailScreen *mail)
{
	return certificates_page_current(screen_certificates(mail));
}

/* One that is on a token alone is kept first, so that something can be said of it. */
static GPtrArray *changes_of(const CertificateRow *row)
{
	const KnownCertificate *known = row->known;
	GPtrArray *changes = certificate_changes_new();

	if (row->is_on_token)
		certificate_changes_keep(
			changes, known_certificate_new(known->der, SOURCE_FILE,
		                                       (const char *const *)known->addresses));
	return changes;
}

static void change(MailScreen *mail, CertificateChangeKind kind, const char *format)
{
	const CertificateRow *row = current(mail);
	g_autoptr(GPtrArray) changes = kind == CERTIFICATE_DROP ? certificate_changes_new()
	                                                        : changes_of(row);

	certificate_changes_add(changes, kind, row->known->id);
	screen_keep_certificates(mail, changes, g_strdup_printf("%s: %s", row->name, format));
}

/* What is to be compared is shown with the question. */
static void ask(MailScreen *mail, CommandId id, const char *question)
{
	certificates_page_open(screen_certificates(mail));
	certificates_page_to_end(screen_certificates(mail), true);
	screen_ask_yes_no(mail, id, question);
}

void do_trust(void *target, const CommandCall *call)
{
	MailScreen *mail = target;

	if (current(mail)->known->trust == TRUST_GIVEN)
		change(mail, CERTIFICATE_UNSAY, _("no longer trusted by your word."));
	else if (*call->argument)
		change(mail, CERTIFICATE_TRUST, _("trusted by your word."));
	else
		ask(mail, COMMAND_trust,
		    current(mail)->kind == CERTIFICATE_AUTHORITY
		            ? _("Is the fingerprint its own? Then trust whom it vouches for?")
		            : _("Is the fingerprint its own? Then trust what it signs?"));
}

void do_distrust(void *target, const CommandCall *call)
{
	MailScreen *mail = target;

	(void)call;
	if (current(mail)->known->trust == TRUST_REFUSED)
		change(mail, CERTIFICATE_UNSAY, _("no longer distrusted by your word."));
	else
		change(mail, CERTIFICATE_DISTRUST, _("distrusted, whoever vouches for it."));
}

void do_remove_certificate(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const CertificateRow *row = current(mail);

	if (row->is_on_token)
		screen_say(mail, STYLE_WARNING, "%s",
		           _("It is on a token, and is not taken away from there."));
	else if (*call->argument)
		change(mail, CERTIFICATE_DROP, _("removed."));
	else
		ask(mail, COMMAND_remove_certificate,
		    row->kind == CERTIFICATE_OWN
		            ? _("Remove it with its key? Mail to it cannot be read then.")
		            : _("Remove it, with what you said of it?"));
}

void do_sign_with(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const CertificateRow *row = current(mail);
	const char *address = row->known->addresses[0];

	if (!(row->known->role & ROLE_SIGN)) {
		screen_say(mail, STYLE_WARNING, "%s", _("There is no key to sign with here."));
	} else if (!*call->argument) {
		screen_ask_line(mail, COMMAND_sign_with, _("Sign for the address: "),
		                address ? address : "");
	} else {
		g_autoptr(GPtrArray) changes = certificate_changes_new();
		certificate_changes_sign(changes, row->known->id, call->argument);
		screen_keep_certificates(mail, changes,
		                         g_strdup_printf(_("%s signs for %s from now on."),
		                                         row->name, call->argument));
	}
}

/* ---- the public part, for others ---- */

char *screen_certificate_name(const MailScreen *mail)
{
	g_autofree char *name = g_strdup_printf("%s.pem", current(mail)->name);

	return text_safe_file_name(name);
}

void screen_save_certificate(MailScreen *mail, const char *path)
{
	FilingJob *job = g_new0(FilingJob, 1);
	FileItem *item = file_item_new();

	item->name = screen_certificate_name(mail);
	item->content = g_bytes_new(current(mail)->pem, strlen(current(mail)->pem));
	job->serial = ++mail->serial;
	job->task = FILING_SAVE;
	job->target = g_strdup(path);
	job->items = file_items_new();
	g_ptr_array_add(job->items, item);
	mail->setup.host->ops->file(mail->setup.host, job);
}
