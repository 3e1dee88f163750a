/*
 * decode: a picture's bytes as pixels, upright, on white, and no larger than they are needed. Which
 * kinds there are is decided here, by how the bytes begin, never by what a mail calls them.
 */
#pragma once
#include <gdk-pixbuf/gdk-pixbuf.h>

#include "paper/paper.h"

/* Loads the decoders, which are files of their own. Before the cage is shut. */
void decode_prepare(void);

typedef struct {
	int        width, height;    /* of the picture itself, upright */
	GdkPixbuf *pixels;           /* RGB without alpha; the caller's */
} Decoded;

/* @longest_side: pixels that are of use; what is much larger is scaled while it is decoded. Anything
 * but DRAWN leaves *ret_decoded alone. Of an animation, the first picture. */
PaperVerdict decode(GBytes *picture, int longest_side, Decoded *ret_decoded);
