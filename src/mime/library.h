/* mime/library: GMime, made ready once, whoever of this floor needs it first. Any thread. */
#pragma once
#include <glib.h>
#include <gmime/gmime.h>
#include <stddef.h>

/* Embedded messages become plain parts from then on; read.c says why. */
void mime_library_init(void);

/*
 * The object that GMime makes of @len bytes from @start on; NULL if it cannot. They are only ever
 * read, and must stay as long as the object: the contents of its parts are windows of @bytes. The
 * same mail is read the same everywhere, whatever the locale. Let it go with g_object_unref().
 */
GMimeObject *mime_library_parse(GByteArray *bytes, size_t start, size_t len);
