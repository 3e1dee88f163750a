/* sample-parts: what the readers of the sample's files share. Not for others. */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "exsim/source.h"
#include "exsim/world.h"

typedef struct {
	World      *world;
	User       *user;
	const char *dir;
	int64_t     now_ms;
	GHashTable *people;      /* "bob" -> "Bob Kowalski <bob@example.test>" */
	GHashTable *folders;     /* path -> GPtrArray of SampleMail */
} Sample;

typedef struct {
	GBytes   *mime;
	int64_t   date_ms;
	ItemState state;
} SampleMail;

/* Files @mime (taken) under @path, a folder made when it is first named. */
void sample_file(Sample *sample, const char *path, GBytes *mime, int64_t date_ms, ItemState state);

/* "-35m", "-2h", "-12d" or "-12d 09:14" (UTC, of that day) before now; + for later. False: not of that form. */
bool sample_time(const Sample *sample, const char *text, int64_t *ret_ms);

/* "Tue, 03 Mar 2026 09:14:00 +0000". Free with g_free. */
char *sample_rfc_date(int64_t ms);

/* Appends @len bytes as base64 in lines of 76, CRLF. */
void sample_append_base64(GString *out, const void *bytes, gsize len);

/* @text as a header value: itself if ASCII, else RFC 2047. Free with g_free. */
char *sample_header(const char *utf8);

/* The bytes of files/@name. */
GBytes *sample_attachment(const Sample *sample, const char *name, GError **err);

/* Reads "key: value" or "key" words of a state: unread, flag, done, categories=A,B … False: an unknown word. */
bool sample_state_word(const Sample *sample, const char *word, ItemState *state);

/* The kinds of files. */
bool sample_read_threads(Sample *sample, const char *name, GError **err);
bool sample_read_index(Sample *sample, GError **err);
/* calendar.txt, contacts.txt, tasks.txt and notes.txt, those that are there. */
bool sample_read_pim(const Sample *sample, GError **err);
