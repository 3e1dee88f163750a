/*
 * pim_text: what an item that is no mail says, as text: a line a field, "key TAB value", and no key
 * twice; line breaks are escaped. So it is stored, travels with an operation, and is compared. What
 * the store knows besides (id, folder, server id) is not in it. Pure; any thread.
 */
#pragma once
#include "model/pim.h"

/* What lists and the expansion of a series need, and what only the open item shows: long texts,
 * attendees, attachments, pictures. */
typedef enum { PIM_TEXT_BRIEF = 1, PIM_TEXT_REST = 2, PIM_TEXT_WHOLE = 3 } PimTextPart;

/* A number that is out of its range becomes the nearest in it. Free with g_free. */
char *pim_to_text(const PimItem *item, PimTextPart part);

/* Adds to @item, of the kind that it is, what @text says; a key that is not known is passed over.
 * ERR_STORE: it makes no sense. */
bool pim_add_text(PimItem *item, const char *text, GError **err);
/* The item of a whole text or a brief one. ERR_STORE. */
PimItem *pim_from_text(const char *text, GError **err);

/* Says the same. */
bool pim_item_equal(const PimItem *a, const PimItem *b);

/*
 * What two have made of @base, put together: a line that only one of them changed is as he wants
 * it, and of two times at which something was last done the later one is true. NULL: both changed
 * the same line, and differently. All are whole texts; the result is the caller's.
 */
char *pim_text_merge(const char *base, const char *ours, const char *theirs);
