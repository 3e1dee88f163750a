/*
 * file_type: what a file is by the end of its name, and the other way round: file_types.def. For what
 * is attached as for what is saved. Pure; static strings.
 */
#pragma once

/* The content type of a file called @name (NULL: it has none), in any case; NULL unknown. */
const char *file_type_of_name(const char *name);

/* The ending that files of @type commonly have, with its dot: ".txt"; "" unknown. */
const char *file_type_ending(const char *type);
