/*
 * generate: any number of messages that exist only while they are looked at. Message n of folder f is a pure
 * function of the seed, f and n; nothing is held in memory but one text to cut bodies from.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "exsim/source.h"

typedef struct {
	guint   count;             /* of all folders together */
	guint   folders;           /* the Inbox is the first; the others lie beside it, "Folder 2" and so on */
	guint   size_bytes;        /* of a body */
	guint   html_percent, attachments_percent, unread_percent;
	guint   events, contacts;  /* beside the messages: see generate-pim.h */
	guint32 seed;
	int64_t now_ms, span_ms;   /* the newest is from now, the oldest that much older */
} GenerateOptions;

/* Reads "N[,folders=K,size=4096,html=PERCENT,attachments=PERCENT,unread=PERCENT,events=N,contacts=N,seed=S,years=Y]".
 * ERR_USAGE. */
bool generate_options_read(const char *text, int64_t now_ms, GenerateOptions *ret_options, GError **err);

/* One source for each folder (of Source *, which the caller owns one by one). They share their texts. */
GPtrArray *generate_sources(const GenerateOptions *options);
