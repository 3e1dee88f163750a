/*
 * json: writes JSON, front to back, into a string. A hundred lines of ours and not json-glib, which
 * would bring GObject's start-up cost to every `postern mail list` for a writer alone; we never
 * read JSON. What could steer a terminal (C0, DEL, C1, bidi controls) is written as \u escapes,
 * which changes no value. Pure.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
	GString *out;
	bool     wants_comma;      /* something stands before the next value on this level */
} Json;

/* Appends to @out, which is borrowed. */
void json_init(Json *json, GString *out);

void json_begin_object(Json *json);
void json_end_object(Json *json);
void json_begin_array(Json *json);
void json_end_array(Json *json);

/* Names the value that follows; inside an object, every value needs one. */
void json_key(Json *json, const char *key);

void json_text(Json *json,
               const char *text); /* NULL: null. Bytes that are not UTF-8 become U+FFFD */
void json_int(Json *json, int64_t number);
void json_bool(Json *json, bool truth);
/* "2026-11-24T09:31:00Z"; 0: null. */
void json_time(Json *json, int64_t utc_ms);
