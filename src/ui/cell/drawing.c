#include "ui/cell/drawing.h"

Drawing *drawing_new(DrawingKind kind, int columns, int rows)
{
	Drawing *drawing = g_new0(Drawing, 1);

	g_assert(columns > 0 && rows > 0 && columns <= DRAWING_SIDE_MAX && rows <= DRAWING_SIDE_MAX);
	drawing->refs = 1;
	drawing->kind = kind;
	drawing->columns = columns;
	drawing->rows = rows;
	if (kind == DRAWING_BLOCKS)
		drawing->cells = g_new0(DrawingCell, columns * rows);
	if (kind == DRAWING_SIXEL)
		drawing->strips = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	return drawing;
}

Drawing *drawing_ref(Drawing *drawing)
{
	if (drawing)
		g_atomic_int_inc(&drawing->refs);
	return drawing;
}

void drawing_unref(Drawing *drawing)
{
	if (!drawing || !g_atomic_int_dec_and_test(&drawing->refs))
		return;
	g_free(drawing->cells);
	g_clear_pointer(&drawing->pixels, g_bytes_unref);
	g_clear_pointer(&drawing->strips, g_ptr_array_unref);
	g_free(drawing);
}
