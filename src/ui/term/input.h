/* input: ncurses' key codes, mouse events and pastes as Inputs. */
#pragma once
#include <curses.h>
#include <stdbool.h>

#include "base/clock.h"
#include "ui/cell/key.h"

typedef struct {
	WINDOW      *window;             /* a pad, so that reading never draws */
	const Clock *clock;
	int64_t      click_ms;           /* the last click, for double clicks */
	int          click_x, click_y;
} InputReader;

/* Call once after ncurses has started. */
void input_reader_init(InputReader *reader, const Clock *clock);
void input_reader_clear(InputReader *reader);
/* Whether clicks and the wheel come to us, or stay the terminal's. */
void input_set_mouse(bool has_mouse);
/* False when nothing waits. */
bool input_reader_next(InputReader *reader, Input *ret_input);
