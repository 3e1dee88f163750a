#include "base/i18n.h"

#include <locale.h>

void i18n_init(void)
{
	setlocale(LC_ALL, "");
	/* Numbers in files and on the wire have a dot in every language. */
	setlocale(LC_NUMERIC, "C");
	bindtextdomain(GETTEXT_PACKAGE, LOCALEDIR);
	bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
}
