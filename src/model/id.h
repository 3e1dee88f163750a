/*
 * id: ids of the store as people and scripts see them: a letter that says what it is of, and up to
 * 13 characters of base 32. Fixed for the row's life, safe in any shell and file name. Pure.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* Free with g_free. */
char *id_format(char letter, int64_t id);
/* False, and *ret_id stays, if @text is no id of that letter. */
bool  id_parse(char letter, const char *text, int64_t *ret_id);
