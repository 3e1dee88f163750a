/*
 * picture: small pictures for tests, made here so that their bytes can be bent: a chessboard of red
 * and blue whose upper left field is red.
 */
#pragma once
#include <glib.h>

enum { PICTURE_FIELD = 10 };             /* pixels, a side of a field */

GBytes *picture_png(int width, int height);
/* The head says @width and @height; behind it are the pixels of an 8 by 8 picture. */
GBytes *picture_png_claiming(guint32 width, guint32 height);
GBytes *picture_bmp(int width, int height);
/* Of 8 by 8 pixels, all of one colour, @frames times. */
GBytes *picture_gif(guint frames);
/* 16 by 8 pixels, the left half red; EXIF says that it lies on its side: upright it is 8 by 16. */
GBytes *picture_jpeg_on_its_side(void);
