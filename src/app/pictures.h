/*
 * app/pictures: the pictures of a mail that is being read: those that its text shows, and those that
 * came attached without the text naming them, be it inside an attached mail. Nothing is fetched or
 * drawn from here: a list says what there is and how far each is from being seen, the screen asks
 * for what is missing (the server's parts by wish_part(), what lies on the web by its own rules) and
 * brings what came. The bytes are the sender's and are looked into by nobody but postern-paper.
 *
 * A list belongs to one thread at a time: the worker makes it with the page, then it is the screen's.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "app/filing.h"
#include "doc/doc.h"
#include "mime/mime.h"
#include "model/message.h"

/*
 * HIDDEN: nobody has asked for it. FETCHING: it was asked for, and is on its way. READY: @bytes are
 * there, and it is to be shown. REFUSED: @sentence says why it is not shown.
 */
typedef enum { PICTURE_HIDDEN, PICTURE_FETCHING, PICTURE_READY, PICTURE_REFUSED } PictureState;

typedef struct {
	char        *reference;      /* its name in the list: "cid:…", "data:…" or a URL as the text has it; "part:…" of one the text does not name */
	char        *alt;            /* what it shows, in words; "" unknown */
	int          width, height;  /* pixels, as the sender declares them; 0 unknown */
	bool         is_remote;      /* only the web has it: fetched after consent alone */
	bool         is_tracker;     /* remote, and made to be fetched and not to be seen */
	bool         is_container;   /* an attached mail that may hold some: pictures_take() puts them in its place */
	char        *part;           /* the server's FileReference, for wish_part(); NULL: it is no part there */
	int          mime_part;      /* where the mail's own MIME has it; -1 not */
	int          doc_picture;    /* index into Doc.pictures; -1: the text does not name it */
	PictureState state;
	GBytes      *bytes;          /* READY; NULL in all other states */
	char        *sentence;       /* REFUSED; NULL in all other states */
} Picture;

/*
 * Of Picture, the caller's: those of @doc in its order, then the attached. All are HIDDEN. @mime is
 * the whole mail, if it is here; else NULL, and @message says what the server has.
 */
GPtrArray *pictures_list(const Doc *doc, const Message *message, const MimeMessage *mime);

/* The picture that @file is, READY; its content is here. */
GPtrArray *pictures_of_file(const FileItem *file);

/* Makes READY what needs nobody: the parts of @mime (NULL: none) and "data:" URLs. A "data:" URL
 * that makes no sense is REFUSED. */
void pictures_fill(GPtrArray *pictures, const MimeMessage *mime);

/* What was known of the same references in @before is known in @pictures. */
void pictures_keep(GPtrArray *pictures, const GPtrArray *before);

/* Of all with @reference: asked for; here; not to be had. @bytes is referenced, @sentence copied.
 * False: no such picture. */
bool pictures_ask(GPtrArray *pictures, const char *reference);
bool pictures_take(GPtrArray *pictures, const char *reference, GBytes *bytes);
bool pictures_refuse(GPtrArray *pictures, const char *reference, const char *sentence);

/* What was REFUSED is HIDDEN again: it may be tried anew. */
void pictures_forgive(GPtrArray *pictures);

/* How many can be seen (containers and trackers are none); of these, READY or REFUSED, remote, and
 * the trackers beside them. */
typedef struct { guint all, settled, remote, trackers; } PictureCount;
PictureCount pictures_count(const GPtrArray *pictures);
