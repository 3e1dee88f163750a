/*
 * conversation: all messages of a conversation on one page, across folders, oldest first: one line
 * each, or unfolded with their text. It begins with the newest and the unread ones unfolded. Texts
 * are laid out by workers, and only those that are in sight.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "ui/cell/canvas.h"
#include "ui/screen/folders.h"
#include "ui/screen/messages.h"
#include "ui/screen/reader.h"

typedef struct Conversation Conversation;

typedef struct {
	ReaderSetup    reader;
	const Folders *folders;      /* borrowed */
	int64_t        conversation_id;
	int64_t message_id; /* the cursor begins there, unfolded; 0: at the oldest unread, else the
	                       newest */
} ConversationSetup;

/* ERR_NOT_FOUND: nothing of it is left. */
Conversation *conversation_new(const ConversationSetup *setup, GError **err);
void          conversation_free(Conversation *conversation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Conversation, conversation_free)

/* Reads the messages anew; false with ERR_NOT_FOUND when none is left. The cursor stays on its
 * message, or goes to the one that took its place. */
bool conversation_reload(Conversation *conversation, GError **err);

/* The message under the cursor, as a row of a list would be; never folded. Borrowed until the next
 * call. */
const MessageRow *conversation_row(const Conversation *conversation);
/* Its page; NULL while it is folded or awaited. Borrowed until the next call. */
const Page       *conversation_page(const Conversation *conversation);
/* As reader_pin_given(), of all of them. */
void              conversation_pin_given(Conversation *conversation);
/* Since when (uptime) its text has been in view; -1: it is not. */
int64_t           conversation_since_ms(const Conversation *conversation);

/* Lines of the page; at its ends the cursor goes on alone. */
void conversation_move(Conversation *conversation, int lines);
void conversation_to_end(Conversation *conversation, bool is_bottom);
/* The cursor, ± messages. */
void conversation_step(Conversation *conversation, int messages);
/* The next message in the direction that has not been read; false: there is none. */
bool conversation_step_unread(Conversation *conversation, int step);
/* The last message is under the cursor, and its last line in sight. */
bool conversation_is_at_end(const Conversation *conversation);
int  conversation_height(const Conversation *conversation);
/* Puts the cursor on the message at @y below the top of the pane; false if there is none. */
bool conversation_click(Conversation *conversation, int y);

/* Folding of the message under the cursor, or of all. */
void conversation_toggle(Conversation *conversation);
void conversation_set_all_open(Conversation *conversation, bool is_open);
/* Quoted text of the message under the cursor, which is unfolded. */
void conversation_toggle_quotes(Conversation *conversation);
/* Its pictures, the same. */
void conversation_toggle_pictures(Conversation *conversation);
/* Those of every message, for the terminal shows them in another way. */
void conversation_redraw_pictures(Conversation *conversation);
/* The gallery's, of the message under the cursor. */
void  conversation_ask_web(Conversation *conversation);
bool  conversation_has_unasked(const Conversation *conversation);
char *conversation_web_hosts(const Conversation *conversation);

/* Looks for @text in what is unfolded and laid out, whatever its case; false: it is not there. */
bool conversation_search(Conversation *conversation, const char *text, bool is_backwards);

/* Answers; true if they were for this one. */
bool conversation_take(Conversation *conversation, Page *page);  /* it owns @page then */
bool conversation_fetched(Conversation *conversation, int64_t message_id);
bool conversation_fetched_part(Conversation *conversation, int64_t wish_id, GBytes *content);
bool conversation_drawn(Conversation *conversation, const Drawn *drawn);
bool conversation_failed(Conversation *conversation, int64_t wish_id, const char *sentence);

void conversation_draw(Conversation *conversation, Canvas *canvas, Rect rect);
