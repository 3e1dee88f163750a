/* i18n: every text a person may see is marked: _() where it is used, N_() in tables. */
#pragma once
#include <libintl.h>

#define _(text)                  dgettext(GETTEXT_PACKAGE, text)
#define N_(text)                 (text)
#define ngettext_(one, many, n)  dngettext(GETTEXT_PACKAGE, one, many, (unsigned long)(n))

/* Sets the process up for the user's language; call once, first thing in main(). */
void i18n_init(void);
