/*
 * mail: the mail screen: folders, message list and reading pane, in one, two or three panes by the
 * width, with tabs, status line and the keys of the moment. It draws on a canvas and is given
 * input, events and answers; it has no other sense, and never waits.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/editing.h"
#include "app/settings.h"
#include "app/pins.h"
#include "app/protection.h"
#include "base/clock.h"
#include "base/paths.h"
#include "store/read.h"
#include "sync/client.h"
#include "ui/cell/canvas.h"
#include "ui/cell/key.h"
#include "ui/screen/host.h"

typedef struct {
	StoreReader *reader;         /* all borrowed, and outlive the screen */
	const Clock *clock;
	ScreenHost  *host;
	Settings    *settings;       /* what the person changes is changed in it */
	const char  *searches_file;  /* the saved searches; NULL: none are kept */
	const char  *keys_file;      /* the person's own keys; NULL: none */
	const Paths *paths;  /* where signatures are and quick replies; NULL: there are none */
	const char *account; /* name of the account whose Inbox is shown first; NULL: the first
	                        there is */
	const char *save_dir; /* where files are saved unless a folder is typed; NULL: here */
	bool         is_first_run;   /* no account is set up: the wizard opens */
	bool         is_offline;     /* the person asked for --offline */
} MailSetup;

typedef struct MailScreen MailScreen;

/* Reads the folders and the first rows; what cannot be read is said in the status line. */
MailScreen *mail_screen_new(const MailSetup *setup);
void        mail_screen_free(MailScreen *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailScreen, mail_screen_free)

void mail_screen_resize(MailScreen *mail, int width, int height);

void mail_screen_input(MailScreen *mail, const Input *input);
void mail_screen_event(MailScreen *mail, const SyncEvent *event);
void mail_screen_page(MailScreen *mail, Page *page);             /* @page is the screen's */
void mail_screen_filed(MailScreen *mail, FilingAnswer *answer);  /* @answer is the screen's */
void mail_screen_drawn(MailScreen *mail, Drawn *drawn);          /* @drawn is the screen's */
void mail_screen_found(MailScreen *mail, SearchAnswer *answer);  /* @answer is the screen's */
/* The server said @report and the account is there, or @failure is why not. One is NULL. */
void mail_screen_account(MailScreen *mail, const char *report, const char *failure);
void mail_screen_say(MailScreen *mail,
                     const char *sentence); /* in the status line, until the next key */

/* The draft of an answer (ScreenHostOps.begin_answer), which is the screen's; NULL: @failure says
 * why there is none. */
void mail_screen_begun(MailScreen *mail, int64_t serial, Draft *draft, const char *failure);
/* The same, without the PIN that would make more of it, which is borrowed. */
void mail_screen_begun_closed(MailScreen *mail, int64_t serial, const PinWish *pin);
/* The bytes of a mail that was to be made here (ScreenHostOps.pack): moved out of @mail, or @failure
 * says why there are none; with @pin there would be (else NULL). */
void mail_screen_packed(MailScreen *mail, int64_t serial, StoreMail *packed, const char *failure,
                        const PinWish *pin);
/* What was found of keys and certificates for a mail that is being written (ScreenHostOps.look);
 * @protection is the screen's; one of the two is NULL. */
void mail_screen_looked(MailScreen *mail, int64_t serial, Protection *protection,
                        const char *failure);
/* The certificates that are known (ScreenHostOps.list_certificates), of CertificateRow, the
 * screen's. */
void mail_screen_certificates(MailScreen *mail, GPtrArray *rows);
/* A step of an import (ScreenHostOps.import); the screen's. */
void mail_screen_imported(MailScreen *mail, ImportAnswer *answer);
/* Files that were read for a mail that is being written (ScreenHostOps.gather); one of the two is
 * NULL. */
void mail_screen_gathered(MailScreen *mail, int64_t serial, const Draft *draft,
                          const char *failure);
/* A text that an editor left behind when it was cut off: it is opened where it was written. */
void mail_screen_left_behind(MailScreen *mail, const EditingOwner *owner, const char *text);
/* The program ends: what is being written is given to the engine. */
void mail_screen_keep(MailScreen *mail);

/* When time itself changes something, in uptime milliseconds; INT64_MAX: never. Call
 * mail_screen_tick() then. */
int64_t mail_screen_deadline(const MailScreen *mail);
void    mail_screen_tick(MailScreen *mail);

/* Draws on @canvas, which has the screen's size, if anything changed since the last call; else
 * false and untouched. */
bool mail_screen_draw(MailScreen *mail, Canvas *canvas);

/* For the window title: "Postern: 3 unread". Free with g_free. */
char *mail_screen_title(const MailScreen *mail);
