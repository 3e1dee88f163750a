/*
 * options_page: the settings as a page: sections, their keys with the values, and what the one under
 * the cursor is for; on narrow screens fewer of these beside each other. It shows and finds; what
 * changes a setting is whoever owns it.
 */
#pragma once
#include <stdbool.h>

#include "app/settings.h"
#include "ui/cell/canvas.h"

typedef struct OptionsPage OptionsPage;

/* @settings is borrowed and must outlive the page. */
OptionsPage *options_page_new(const Settings *settings);
void         options_page_free(OptionsPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OptionsPage, options_page_free)

SettingId options_page_current(const OptionsPage *page);

void options_page_move(OptionsPage *page, int rows);
void options_page_to_end(OptionsPage *page, bool is_bottom);
int  options_page_height(const OptionsPage *page);             /* rows of settings in view */
/* Puts the cursor on what was drawn there, counted from the page's corner; false if that is no
 * setting and no section. */
bool options_page_click(OptionsPage *page, int x, int y);
/* The next setting whose name, value or help has @text, ASCII case ignored, around the end; false if
 * there is none. */
bool options_page_search(OptionsPage *page, const char *text, bool is_backwards);

void options_page_draw(OptionsPage *page, Canvas *canvas, Rect rect, bool has_focus);
