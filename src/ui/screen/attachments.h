/*
 * attachments: the files of one mail: the list of them, and one of them read in place. What has to
 * be fetched is wished for through the host; what is saved or piped goes to it as a job. Text and
 * pictures are shown, other files are only described: nothing is ever started by itself.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/filing.h"
#include "store/read.h"
#include "ui/cell/canvas.h"
#include "ui/screen/host.h"
#include "ui/screen/page.h"
#include "ui/screen/reader.h"

typedef struct Attachments Attachments;

/* ERR_NOT_FOUND: there is no such message. */
Attachments *attachments_new(const ReaderSetup *setup, int64_t message_id, GError **err);
void         attachments_free(Attachments *attachments);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Attachments, attachments_free)

int64_t         attachments_message(const Attachments *attachments);
int             attachments_count(const Attachments *attachments);
const FileItem *attachments_current(const Attachments *attachments);     /* NULL: there is none */
/* Where the current one was saved; NULL: it was not. Borrowed until the next call. */
const char     *attachments_path(const Attachments *attachments);

/* The cursor of the list, or the text in view. */
void attachments_move(Attachments *attachments, int rows);
void attachments_to_end(Attachments *attachments, bool is_bottom);
int  attachments_height(const Attachments *attachments);
bool attachments_click(Attachments *attachments, int y);         /* @y: below the top of the pane */
bool attachments_search(Attachments *attachments, const char *text, bool is_backwards);

/* Reads the current one in place. */
void attachments_view(Attachments *attachments);
/* Shows the pictures of a mail or page that is read in place, or hides them. */
void attachments_toggle_pictures(Attachments *attachments);
/* The terminal shows them in another way. */
void attachments_redraw_pictures(Attachments *attachments);
/* Back from the text to the list; false: it was the list already. */
bool attachments_leave(Attachments *attachments);

/* @path: a file or a folder. @dir: a folder. @command: without a shell. What is not here yet is
 * fetched first. SAVE_ALL leaves out what is only shown inside the text, unless there is nothing
 * else. */
void attachments_save(Attachments *attachments, const char *path);
void attachments_save_all(Attachments *attachments, const char *dir);
/* The current one, as a file of keys or certificates. */
void attachments_import(Attachments *attachments);
void attachments_pipe(Attachments *attachments, const char *command);

/* Answers; true if they were for this one. */
bool attachments_take(Attachments *attachments, Page *page);     /* it owns @page then */
bool attachments_filed(Attachments *attachments, const FilingAnswer *answer);
bool attachments_fetched(Attachments *attachments, int64_t wish_id, GBytes *content);
bool attachments_drawn(Attachments *attachments, const Drawn *drawn);
bool attachments_failed(Attachments *attachments, int64_t wish_id, const char *sentence);

/* What it takes to look inside; NULL: nothing. And it was given, or will not be. */
const PinWish *attachments_pin(const Attachments *attachments);
void           attachments_pin_given(Attachments *attachments);

/* What goes on or went wrong, for the status line; NULL: nothing. Borrowed until the next call. */
const char *attachments_notice(const Attachments *attachments, Style *ret_style);

void attachments_draw(Attachments *attachments, Canvas *canvas, Rect rect, bool has_focus);
