/*
 * store/pim: events, contacts, tasks and notes as screens and the command line ask for them. What
 * is being deleted is not listed. "Brief" items have no long text, attendees, attachments or
 * picture: store_read_item() has all of it. Results are the caller's. ERR_STORE: damage; a row that
 * makes no sense is one. One thread a reader.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "model/pim.h"
#include "store/store.h"

/* The whole item, with its id, folder and name on the server. ERR_NOT_FOUND: there is none of this
 * kind. */
bool store_read_item(StoreReader *reader, PimKind kind, int64_t id, PimItem **ret_item,
                     GError **err);
/* The account of one. ERR_NOT_FOUND. */
bool store_read_item_account(StoreReader *reader, int64_t id, int64_t *ret_account_id,
                             GError **err);
/* How the server has it: false in *ret_is_waiting if it is as it is shown, else an operation on it
 * waits, is under way or is parked. */
bool store_read_item_waits(StoreReader *reader, int64_t id, bool *ret_is_waiting, GError **err);

/* Which folders a list spans. All 0: every one. */
typedef struct { int64_t folder_id, account_id; } PimScope;

/* ---- events ---- */

/*
 * Brief events (of Event) that may have an occurrence between the two times (UTC, the second
 * exclusive), in @folder_ids (of int64_t): single ones that do, and each series that could, with
 * its exceptions, for whoever expands it (calendar/). An all-day event counts by its dates in any
 * zone. By start.
 */
bool store_read_events(StoreReader *reader, const GArray *folder_ids, int64_t from_ms,
                       int64_t until_ms, GPtrArray **ret_events, GError **err);

/* Of one meeting in the world, whole: its copies in the calendars of an account (0: of all); of
 * Event. Empty: it is in none. */
bool store_read_events_of_uid(StoreReader *reader, int64_t account_id, const char *uid,
                              GPtrArray **ret_events, GError **err);

/* At most @limit brief events with words (of subject, place, categories and people) that begin as
 * those of @typed do, case and accents aside; the last start first. */
bool store_find_events(StoreReader *reader, PimScope scope, const char *typed, unsigned limit,
                       GPtrArray **ret_events, GError **err);

/* ---- contacts ---- */

typedef struct {
	int64_t id, folder_id;
	char   *name;            /* contact_display_name() */
	char   *key, *letter;    /* where it stands in the list, and under which letter; "#" none */
	char   *address, *phone; /* the first; NULL none */
	char   *company;         /* NULL none */
	char   *categories;      /* newline separated; NULL none */
	bool    has_picture;
} ContactRow;
void contact_row_free(ContactRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ContactRow, contact_row_free)

typedef struct {
	PimScope    scope;
	const char *category;    /* NULL: any */
} ContactQuery;

/* Up to @count rows (of ContactRow) after @from (or before it, in list order, when @is_upwards), by
 * name; NULL: from the top, or upwards the bottom. */
bool store_read_contacts(StoreReader *reader, const ContactQuery *query, const ContactRow *from,
                         bool is_upwards, unsigned count, GPtrArray **ret_rows, GError **err);

/* The letters of a list, in its order, and how many stand under each. */
typedef struct { char *letter; int64_t count; } ContactLetter;
void contact_letter_free(ContactLetter *letter);
bool store_read_contact_letters(StoreReader *reader, const ContactQuery *query,
                                GPtrArray **ret_letters, GError **err);      /* of ContactLetter */
/* The first row under @letter; NULL in *ret_row if there is none. */
bool store_read_contact_at(StoreReader *reader, const ContactQuery *query, const char *letter,
                           ContactRow **ret_row, GError **err);

/*
 * At most @limit contacts of all accounts with words (of name, company, address) or numbers that
 * begin as those of @typed do, case and accents aside, by name as far as it costs nothing: words
 * that a thousand share show the first of them. Fast enough for every key of a completion.
 */
bool store_read_contacts_like(StoreReader *reader, const char *typed, unsigned limit,
                              GPtrArray **ret_rows, GError **err);

/* Whose address, or number, this is. Of a number the last digits decide, so that "+49 30 1234567"
 * is found as "030 1234567". */
bool store_read_contacts_of_address(StoreReader *reader, const char *address, unsigned limit,
                                    GPtrArray **ret_rows, GError **err);
bool store_read_contacts_of_number(StoreReader *reader, const char *number, unsigned limit,
                                   GPtrArray **ret_rows, GError **err);

/* The whole cards (of Contact) of a scope in id order, for export: up to @count after @after_id. */
bool store_read_contacts_after(StoreReader *reader, PimScope scope, int64_t after_id,
                               unsigned count, GPtrArray **ret_contacts, GError **err);

/* ---- tasks and notes ---- */

/* Brief tasks (of Todo): those to do by due date, those without one behind; then, if @with_done,
 * those that are done, the last due first. */
bool store_read_todos(StoreReader *reader, PimScope scope, bool with_done, unsigned limit,
                      GPtrArray **ret_todos, GError **err);
/* Whole notes (of Note), the last changed first. */
bool store_read_notes(StoreReader *reader, PimScope scope, unsigned limit, GPtrArray **ret_notes,
                      GError **err);
