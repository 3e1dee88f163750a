/*
 * doc/tracker: the signs of a picture that is there to be fetched and not to be seen, so that its
 * sender learns that the mail was read: hidden, a dot, or of no size and without a word at an
 * address that counters have (trackers.def). A guess, on the side of not telling. Pure.
 */
#pragma once
#include <stdbool.h>

typedef struct {
	const char *source;          /* its URL */
	const char *alt;
	int         width, height;   /* pixels; -1 unsaid */
	bool        is_hidden;       /* itself, or what it lies in */
} TrackerSigns;

bool tracker_has_signs(const TrackerSigns *picture);
