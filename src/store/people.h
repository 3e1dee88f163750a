/*
 * store/people: whom one writes to and hears from, for the completion of address fields; and VIPs,
 * whose mail is marked. Counted from To, Cc and Bcc of sent mail and From of received mail when it
 * comes; nobody is forgotten when the mail goes, and all of an account when the account does.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

typedef struct {
	char   *address;
	char   *name;               /* NULL: none was seen */
	int64_t written, heard;     /* mails sent to them, and received from them */
	int64_t last_ms;            /* of the newest of these */
	bool    is_vip;
} Person;
void person_free(Person *person);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Person, person_free)

/*
 * At most @limit people of all accounts with words (of name and address) that begin as those of
 * @typed do, case and accents aside; "" is everyone. First who is written to often and lately. Own
 * addresses are left out.
 */
bool store_read_people(StoreReader *reader, const char *typed, unsigned limit,
                       GPtrArray **ret_people, GError **err); /* of Person */

bool store_read_is_vip(StoreReader *reader, const char *address, bool *ret_is_vip, GError **err);/* One transaction. ERR_USAGE: @address is none. */
bool store_write_vip(StoreWriter *writer, const char *address, bool is_vip, GError **err);
