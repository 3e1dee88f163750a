/*
 * field: the ways in which the properties of an item are written. NULL and "" are no value: left
 * out, or, where it matters that a value goes away, an empty element.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "model/message.h"
#include "wbxml/wbxml.h"

/* @is_cleared: without a value an empty element is written. */
void field_line(WbxmlWriter *writer, WbxmlTag tag, const char *text, bool is_cleared);

/* The same of many lines, ended by CRLF on the wire. */
void field_text(WbxmlWriter *writer, WbxmlTag tag, const char *text, bool is_cleared);

/* The lines of @newline_list, each as an @each inside @tag. */
void field_list(WbxmlWriter *writer, WbxmlTag tag, WbxmlTag each, const char *newline_list,
                bool is_cleared);

/* An AirSyncBase Body, as field_text(); without a text an empty one. */
void field_body(WbxmlWriter *writer, BodyKind kind, const char *text);

/* A moment, in each of the two forms of date.h. */
void field_date(WbxmlWriter *writer, WbxmlTag tag, int64_t ms);
void field_compact_date(WbxmlWriter *writer, WbxmlTag tag, int64_t ms);

/* NULL is written empty. */
void field_base64(WbxmlWriter *writer, WbxmlTag tag, GBytes *bytes);
