/*
 * wizard: sets up an account by asking what is needed, one thing at a time, each checked where it
 * is typed. What the checks are is app/account_setup's business, as it is for the command line.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "base/secret.h"
#include "model/account.h"
#include "ui/cell/canvas.h"
#include "ui/cell/key.h"

typedef struct Wizard Wizard;

typedef enum { WIZARD_OPEN, WIZARD_READY, WIZARD_CANCELLED } WizardResult;

Wizard *wizard_new(void);
void    wizard_free(Wizard *wizard);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Wizard, wizard_free)

/* READY: everything was given and makes sense; ask wizard_account(). While the server is asked,
 * keys but Esc do nothing. */
WizardResult wizard_key(Wizard *wizard, Key key);
void         wizard_paste(Wizard *wizard, const char *text);

/* After READY. The caller's; *ret_password NULL where a command gives it. */
Account     *wizard_account(const Wizard *wizard, Secret **ret_password);
/* The server said no: the sentence is shown, and everything can be gone through and changed. */
void         wizard_refused(Wizard *wizard, const char *sentence);

void wizard_draw(const Wizard *wizard, Canvas *canvas, Rect rect);
