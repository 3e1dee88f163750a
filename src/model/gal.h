/*
 * gal: somebody in the directory of an organisation, as far as a mail program wants to know.
 * Strings are UTF-8 on one line, NULL means absent. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
	char *asked;             /* the name that was looked up; NULL: by no name of its own */
	char *name, *address, *alias, *title, *company, *office, *phone, *mobile;
	char *certificates;      /* to encrypt to them, DER as base64, blanks between */
	/* A digit for each half hour that was asked about: a BusyStatus, and 4 where nobody knows. */
	char *busy;
} GalEntry;

GalEntry *gal_entry_new(void);
void      gal_entry_free(GalEntry *person);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GalEntry, gal_entry_free)

/* A list as text, a line each, that gal_from_text() reads back. Free with g_free. */
char      *gal_to_text(const GPtrArray *people);
/* Of GalEntry, the caller's. Lines that are too short lack what is missing. */
GPtrArray *gal_from_text(const char *text);
/* The same of text as bytes, without a NUL. */
GPtrArray *gal_from_bytes(GBytes *bytes);

/* When somebody is busy, as a question: from and until when (UTC), and who, newline separated. Free
 * with g_free. */
char *gal_busy_query(int64_t start_ms, int64_t end_ms, const char *newline_list);
/* False if @text is none. *ret_names is a part of it. */
bool  gal_busy_query_read(const char *text, int64_t *ret_start_ms, int64_t *ret_end_ms,
                          const char **ret_names);
