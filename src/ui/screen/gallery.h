/*
 * gallery: the pictures of one message in view. Hidden until they are asked for; then what the
 * server has is wished for through the host, what is here is drawn by it, and each page that is
 * laid out is given what is drawn. What lies on other servers is asked for after consent alone
 * (app/consent.h), and trackers never: there is nothing to see in them.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/consent.h"
#include "app/pictures.h"
#include "store/read.h"
#include "ui/screen/host.h"
#include "ui/screen/page.h"

typedef struct Gallery Gallery;

/* Both are borrowed and outlive it; @serial counts the jobs of the whole screen. */
Gallery *gallery_new(ScreenHost *host, int64_t *serial);
void     gallery_free(Gallery *gallery);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Gallery, gallery_free)

/* Of another message, hidden; 0: of none. The same message: nothing changes. */
void gallery_set_message(Gallery *gallery, int64_t message_id);
/* What may come from other servers for the message in view. Until it is said, nothing. */
typedef struct {
	StoreReader *store;          /* borrowed, outlives the gallery: has what came before */
	int64_t      account_id;
	Consent      consent;        /* given: the pictures are shown, until they are hidden */
	GHashTable *wishes; /* of int64_t, borrowed: ids of what is wished there are added */
} GalleryWeb;
void gallery_set_web(Gallery *gallery, const GalleryWeb *web);
/* A person asks for those on other servers, for this message. They are shown. */
void gallery_ask_web(Gallery *gallery);
/* They are shown, and some lie, or may lie, on other servers, and nobody has asked for these. */
bool gallery_has_unasked(const Gallery *gallery);
/* "img.example.com, t.example.net (tracker)": who would be asked. Free with g_free; NULL: nobody.
 */
char *gallery_web_hosts(const Gallery *gallery);

/* The cells that a picture may fill. What was drawn for others is drawn anew. */
void gallery_set_box(Gallery *gallery, int columns, int rows);

/* The terminal shows pictures in another way from now on: what was drawn, or could not be, is drawn
 * anew. The page has to be laid out anew. */
void gallery_redraw(Gallery *gallery);

/* Shows them, or hides them again. The page has to be laid out anew, with gallery_prepare(). */
void gallery_show(Gallery *gallery, bool is_shown);
bool gallery_is_shown(const Gallery *gallery);

/* What the job's page is to have of them. */
void gallery_prepare(const Gallery *gallery, PageJob *job);
/* A page of the message came: if they are shown, asks for what it has, and has drawn what is here.
 * True: the page has to be laid out anew, for some were refused at once. */
bool gallery_take(Gallery *gallery, const Page *page);

/* Answers; true if they were for this one. Once gallery_is_settled(), the page is to be laid out
 * anew. */
bool gallery_fetched(Gallery *gallery, int64_t wish_id, GBytes *content);
bool gallery_failed(Gallery *gallery, int64_t wish_id, const char *sentence);
bool gallery_drawn(Gallery *gallery, const Drawn *drawn);
/* Nothing is being drawn. */
bool gallery_is_settled(const Gallery *gallery);
