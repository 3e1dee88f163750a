/*
 * address: the lists of mailboxes that the store holds as RFC 5322 text, read as far as lists and
 * people need it. Pure. Internal to store/.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Bytes of the first mailbox of @list: up to a comma outside quotes and brackets. */
size_t address_first_len(const char *list);

/* The first mailbox of @list, the caller's: the shown name (the address where there is none), and
 * the address. */
void address_split(const char *list, char **ret_name, char **ret_address);

/* One address without a name, of a length that RFC 5321 allows; no list. */
bool address_is_one(const char *text);

/* What is equal for all ways to write one address. Free with g_free. */
char *address_key(const char *address);
