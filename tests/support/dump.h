/* dump: a canvas as text, for snapshots of screens and for bug reports. */
#pragma once
#include "ui/cell/canvas.h"

/* The grid, one line a row, blanks at line ends cut. Free with g_free. */
char *canvas_dump(const Canvas *canvas);
/* The marks of styles.def in the same grid. Free with g_free. */
char *canvas_dump_styles(const Canvas *canvas);

/* Compares both with tests/screens/golden/NAME.txt; SNAP=1 in the environment writes it instead. */
void canvas_snapshot(const Canvas *canvas, const char *name);
