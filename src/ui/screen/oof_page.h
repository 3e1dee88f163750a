/*
 * oof_page: the out-of-office answer of one account as a page: whether people are answered, from
 * when until when, and what they are told. Asks the server when it is opened; what is changed is
 * the server's only after oof_page_save(), and then on its way until the engine has settled it.
 * Texts are written in the person's editor or in place.
 */
#pragma once
#include <stdbool.h>

#include "app/editing.h"
#include "base/clock.h"
#include "model/oof.h"
#include "store/read.h"
#include "sync/client.h"
#include "ui/cell/canvas.h"
#include "ui/cell/key.h"
#include "ui/screen/host.h"

typedef struct OofPage OofPage;

typedef struct {
	StoreReader *reader;         /* borrowed, as are the others */
	const Clock *clock;
	ScreenHost  *host;
	int64_t      account_id;     /* the store's */
} OofPageSetup;

OofPage *oof_page_new(const OofPageSetup *setup);
void     oof_page_free(OofPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OofPage, oof_page_free)

int64_t oof_page_account_id(const OofPage *page);

void oof_page_move(OofPage *page, int rows);
void oof_page_to_end(OofPage *page, bool is_bottom);
/* Puts the cursor on the row drawn at @y; false: there is none. */
bool oof_page_click(OofPage *page, int y);

/* Enter: changes what the cursor is on, or asks for it. */
void oof_page_change(OofPage *page);
/* A text of @kind that an editor left behind: taken as if it had been written just now, once it is
 * known what else the answer says. */
void oof_page_left_behind(OofPage *page, EditingKind kind, const char *text);
/* Hands what was changed to the engine. */
void oof_page_save(OofPage *page);
/* Something was changed and is not saved. */
bool oof_page_is_changed(const OofPage *page);

/* True while keys are letters: a time that is asked for, a text in place. */
bool        oof_page_takes_keys(const OofPage *page);
const char *oof_page_hint(const OofPage *page); /* which keys are no letters then; static */
void        oof_page_key(OofPage *page, Key key);
void        oof_page_paste(OofPage *page, const char *text);

/* FETCHED, WRITTEN and FAILED of its own; true: it was. */
bool oof_page_event(OofPage *page, const SyncEvent *event);
/* Rows changed: what was on its way may have arrived, and then the server is asked what it has. */
void oof_page_reload(OofPage *page);

/* As the server has it, as far as that is known; NULL: it is not, or something else is wanted.
 * Borrowed. */
const Oof *oof_page_known(const OofPage *page);

/* Where things stand, for the status line. Borrowed until the next call of anything. */
const char *oof_page_notice(const OofPage *page, Style *ret_style);

void oof_page_draw(OofPage *page, Canvas *canvas, Rect rect);
