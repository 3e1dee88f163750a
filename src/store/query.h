/*
 * query: what query_parse() makes of a text, for those who run it: a part that the full-text index
 * answers and a part that the store answers. Internal to store/; the language is in store/search.h.
 * Pure but for the time zone.
 */
#pragma once
#include "store/search.h"

struct Query {
	char *match; /* FTS5 expression that every hit fulfils; NULL: the store is searched instead
	              */
	char *where; /* SQL over `message m`, joined to every hit; NULL: none. found(N, m.id) stands
	                for sets[N] */
	char *folders; /* SQL over `folder f`, of the messages' folder; NULL: any. Names as in
	                  @where */
	GPtrArray *sets;         /* of char *: FTS5 expressions whose hits found() asks for */
	GPtrArray *names;        /* of char *: what ?1, ?2 … in @where are bound to */
	int64_t    first_id;     /* ids from here … */
	int64_t    end_id;       /* … to before here */
};
