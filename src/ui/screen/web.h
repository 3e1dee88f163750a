/*
 * web: what a screen has to know of a message before its pictures may come from other servers.
 */
#pragma once
#include <stdbool.h>

#include "app/consent.h"
#include "ui/screen/folders.h"
#include "ui/screen/gallery.h"

typedef struct {
	StoreReader    *store;       /* all borrowed, and outlive who uses it */
	const Settings *settings;
	const Folders  *folders;
	GHashTable     *wishes;      /* of int64_t: for pictures, not answered yet */
} Web;

/* @message is one of the store. */
bool web_judge(const Web *web, const Message *message, GalleryWeb *ret_web, GError **err);

/* True if it lies in its account's junk folder. */
bool web_is_junk(const Web *web, const Message *message);
