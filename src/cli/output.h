/*
 * output: what a command has to say, in the form the person or script asked for. Data goes to the
 * standard output, messages to the standard error. A verb describes its records once, as a table of
 * fields:
 *
 *   text      columns for people, each cut to its width on a terminal; nothing in it can steer the
 * terminal
 *   --json    one document, {"ok":true,"schema_version":1,"data":[…],"meta":{…}}, written when all
 * is known
 *   --jsonl   one object a line, written as it comes
 *   -0        the first field (the id) of each record, ended by NUL
 *
 * --fields NAME,… chooses and orders the fields; text is then separated by tabs, without a heading.
 * One thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define OUTPUT_SCHEMA_VERSION 1

typedef enum {
	FIELD_TEXT,
	FIELD_INT,
	FIELD_BOOL,
	FIELD_TIME,        /* UTC milliseconds; 0: none. JSON: ISO 8601 in UTC; text: local */
	FIELD_LIST,        /* newline separated; JSON: an array of strings */
	FIELD_VERDICT,     /* "ok", "warn" or "fail": coloured */
} FieldType;

enum { WIDTH_REST = 0, WIDTH_HIDDEN = -1 }; /* the rest of the line; only in JSON and by --fields */

typedef struct {
	const char *name;      /* in JSON and --fields; NULL ends the table */
	const char *title;     /* over the column, marked for translation */
	FieldType   type;
	int         width;     /* cells, or one of the above */
} OutputField;

typedef struct {
	const char *text;
	int64_t number;
} OutputValue; /* number for INT, BOOL and TIME */

typedef enum { OUTPUT_TEXT, OUTPUT_JSON, OUTPUT_JSONL, OUTPUT_NUL } OutputForm;

typedef struct {
	OutputForm  form;
	const char *fields;        /* of --fields; NULL: all */
	bool        has_color;
	bool        is_terminal;   /* of the standard output */
	int         columns;       /* of the terminal; 0 unknown: nothing is cut */
} OutputSetup;

typedef struct Output Output;

Output *output_new(const OutputSetup *setup);      /* @setup's text must outlive it */
void    output_free(Output *output);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Output, output_free)

OutputForm output_form(const Output *output);

/* Begins a list of records; @fields is static. ERR_USAGE: --fields names one that is not there
 * (with the nearest). */
bool output_begin(Output *output, const OutputField *fields, GError **err);
/* True if the @index-th field will be shown; what is not need not be found out. After
 * output_begin(). */
bool output_shows(const Output *output, int index);
/* @values has one value a field. */
void output_record(Output *output, const OutputValue *values);
/* Facts about the whole, for the JSON document's "meta"; may come any time before the end. */
void output_meta_int(Output *output, const char *key, int64_t number);
void output_meta_bool(Output *output, const char *key, bool truth);

/* One record that is all there is: text as "Title: value" lines, JSON with an object as "data". */
bool output_single(Output *output, const OutputField *fields, const OutputValue *values,
                   GError **err);

/* Text that is the whole answer (a manual, a script, a mail): as it is; in JSON a string as "data".
 */
void output_text(Output *output, const char *text);
/* Bytes that are the whole answer: untouched to a file or a pipe, made visible as text on a
 * terminal. ERR_USAGE: JSON has no place for them. */
bool output_bytes(Output *output, GBytes *bytes, GError **err);

/* Ends the answer and flushes. ERR_IO, ERR_FULL: the standard output took it not. */
bool output_end(Output *output, GError **err);

/* The failure in place of an answer: {"ok":false,"error":…} on the standard output with JSON,
 * always a sentence on the standard error. */
void output_failure(OutputForm form, const GError *error);

/* A sentence on the standard error, safe for a terminal. */
void output_message(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* Local time for people: "2026-11-24 10:31"; "" for 0. Free with g_free. */
char *output_local_time(int64_t utc_ms);
