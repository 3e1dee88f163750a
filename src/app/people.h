/*
 * people: whom an entry of an address field may mean: those one writes to and hears from, and whom
 * the directory of the organisation knows.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "store/read.h"

typedef struct {
	char *name;              /* NULL none */
	char *address;
	char *detail;            /* title, office, company; "" or NULL unknown */
	bool  is_of_directory;
} PeopleOffer;
void people_offer_free(PeopleOffer *offer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PeopleOffer, people_offer_free)
GPtrArray *people_offers_new(void);              /* an empty array that owns its offers */

/* The last entry of @text, the contents of an address field: borrowed from it; "" if none is begun. */
const char *people_entry(const char *text);

/*
 * Adds to @offers those of the store whose words begin as those of the last entry of @text, best
 * first; an empty entry brings those most written to. Whoever stands before it is left out. A store
 * that fails offers nobody.
 */
void people_complete(StoreReader *reader, const char *text, GPtrArray *offers);
/* The same of @found (of GalEntry), which the directory gave for that entry, behind those who are
 * there already. */
void people_complete_gal(const GPtrArray *found, const char *text, GPtrArray *offers);

/* "Name <address>", as it stands in a field. Free with g_free. */
char *people_entry_of(const PeopleOffer *offer);
/* What @text becomes: its last entry made @offer, all before it as it is. Free with g_free. */
char *people_line(const char *text, const PeopleOffer *offer);
