/*
 * smime/shown: does a reader see just what is signed? The mail and the signed part are read apart
 * by mime_read(), which is what the screens read with, and compared part by part. Internal to
 * smime/. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

/* True if @whole, a multipart/signed, shows the parts of @inner, one of its windows, and beside
 * them nothing but the signature. */
bool shown_is_signed(GBytes *whole, GBytes *inner);
