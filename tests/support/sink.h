/*
 * sink: a Sink that writes down what a backend tells it, one line a fact, so that a test compares text.
 * Messages are listed with every property that is set; see sink.c for the form.
 */
#pragma once
#include <glib.h>

#include "backend/backend.h"

typedef struct {
	Sink     sink;
	GString *log;        /* "page_end key=7 more=0\n" … */
	GBytes  *fetched;    /* the last content fetched; NULL none */
	unsigned messages;   /* given so far, and other items */
	unsigned pages;      /* ended so far */
	bool     has_more;   /* of the last page */
	char    *key;        /* the last one, of a page or of the folder list; NULL none yet */
	char    *version, *policy_key;    /* NULL: not told */
	char    *inbox_id;   /* of the last Inbox given; NULL none */
} RecordSink;

void record_sink_init(RecordSink *record);
void record_sink_clear(RecordSink *record);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RecordSink, record_sink_clear)

/* Everything a message holds as lines; appended to @out. */
void record_message(GString *out, const Message *message);
