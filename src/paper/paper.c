#include "paper/paper.h"

#include <string.h>

#include "base/error.h"

static const char REQUEST_MAGIC[] = "PPrq", ANSWER_MAGIC[] = "PPan";

enum { MAGIC_BYTES = 4, NUMBER_BYTES = 4, CELL_BYTES = 12 };

/* What a head holds, in this order. */
enum { RQ_VERSION, RQ_OUTPUT, RQ_COLUMNS, RQ_ROWS, RQ_CELL_WIDTH, RQ_CELL_HEIGHT, RQ_COLOURS, RQ_LENGTH, RQ_COUNT };
enum { AN_VERSION, AN_VERDICT, AN_OUTPUT, AN_COLUMNS, AN_ROWS, AN_WIDTH, AN_HEIGHT,
       AN_PICTURE_WIDTH, AN_PICTURE_HEIGHT, AN_LENGTH, AN_COUNT };

/* ---- numbers ---- */

static void append_number(GByteArray *out, guint32 number)
{
	guint32 little = GUINT32_TO_LE(number);

	g_byte_array_append(out, (const guint8 *)&little, sizeof little);
}

static guint32 number_at(const guint8 *bytes, size_t offset)
{
	guint32 little;

	memcpy(&little, bytes + offset, sizeof little);
	return GUINT32_FROM_LE(little);
}

static GBytes *frame(const char *magic, const guint32 *numbers, guint count, GBytes *content)
{
	GByteArray *out = g_byte_array_new();
	gsize len = 0;
	const guint8 *bytes = content ? g_bytes_get_data(content, &len) : NULL;

	g_byte_array_append(out, (const guint8 *)magic, MAGIC_BYTES);
	for (guint i = 0; i < count; i++)
		append_number(out, i + 1 < count ? numbers[i] : (guint32)len);
	if (len > 0)
		g_byte_array_append(out, bytes, (guint)len);
	return g_byte_array_free_to_bytes(out);
}

/* The numbers of a whole frame; the last is the length of its content, which is all the rest. */
static bool unframe(GBytes *whole, const char *magic, guint32 *ret_numbers, guint count, GError **err)
{
	gsize len, head = MAGIC_BYTES + (gsize)count * NUMBER_BYTES;
	const guint8 *bytes = g_bytes_get_data(whole, &len);

	if (len < head || memcmp(bytes, magic, MAGIC_BYTES) != 0)
		return fail(err, ERR_PROTOCOL, "no frame of postern-paper");
	for (guint i = 0; i < count; i++)
		ret_numbers[i] = number_at(bytes, MAGIC_BYTES + (gsize)i * NUMBER_BYTES);
	if (ret_numbers[0] != PAPER_VERSION)
		return fail(err, ERR_PROTOCOL, "postern-paper speaks version %u, not %d", ret_numbers[0],
		            PAPER_VERSION);
	if (ret_numbers[count - 1] != len - head)
		return fail(err, ERR_PROTOCOL, "a frame of postern-paper has %zu bytes, not %u",
		            len - head, ret_numbers[count - 1]);
	return true;
}

static GBytes *content_of(GBytes *whole, guint count)
{
	gsize head = MAGIC_BYTES + (gsize)count * NUMBER_BYTES;

	return g_bytes_new_from_bytes(whole, head, g_bytes_get_size(whole) - head);
}

static bool is_within(guint32 number, guint32 least, guint32 most)
{
	return number >= least && number <= most;
}

/* ---- requests ---- */

GBytes *paper_request_bytes(const PaperRequest *request)
{
	const guint32 numbers[RQ_COUNT] = {
		[RQ_VERSION] = PAPER_VERSION,
		[RQ_OUTPUT] = request->output,
		[RQ_COLUMNS] = (guint32)request->columns,
		[RQ_ROWS] = (guint32)request->rows,
		[RQ_CELL_WIDTH] = (guint32)request->cell_width,
		[RQ_CELL_HEIGHT] = (guint32)request->cell_height,
		[RQ_COLOURS] = (guint32)request->colours,
	};

	return frame(REQUEST_MAGIC, numbers, RQ_COUNT, request->picture);
}

static bool is_request(const guint32 *n)
{
	return n[RQ_OUTPUT] < PAPER_OUTPUT_COUNT && is_within(n[RQ_COLUMNS], 1, PAPER_SIDE_MAX) &&
	       is_within(n[RQ_ROWS], 1, PAPER_SIDE_MAX) &&
	       is_within(n[RQ_CELL_WIDTH], 1, PAPER_CELL_MAX) &&
	       is_within(n[RQ_CELL_HEIGHT], 1, PAPER_CELL_MAX) &&
	       (n[RQ_COLOURS] == 16 || n[RQ_COLOURS] == 256 || n[RQ_COLOURS] == 1 << 24);
}

bool paper_request_read(GBytes *bytes, PaperRequest *ret_request, GError **err)
{
	guint32 n[RQ_COUNT];

	if (!unframe(bytes, REQUEST_MAGIC, n, RQ_COUNT, err))
		return false;
	if (n[RQ_LENGTH] > PAPER_PICTURE_BYTES_MAX)
		return fail(err, ERR_LIMIT, "a picture of %u bytes", n[RQ_LENGTH]);
	if (!is_request(n))
		return fail(err, ERR_PROTOCOL, "a request that makes no sense");
	*ret_request = (PaperRequest){ .output = (PaperOutput)n[RQ_OUTPUT],
		                       .columns = (int)n[RQ_COLUMNS],
		                       .rows = (int)n[RQ_ROWS],
		                       .cell_width = (int)n[RQ_CELL_WIDTH],
		                       .cell_height = (int)n[RQ_CELL_HEIGHT],
		                       .colours = (int)n[RQ_COLOURS],
		                       .picture = content_of(bytes, RQ_COUNT) };
	return true;
}

/* ---- answers ---- */

GBytes *paper_answer_bytes(const PaperAnswer *answer)
{
	const guint32 numbers[AN_COUNT] = {
		[AN_VERSION] = PAPER_VERSION,
		[AN_VERDICT] = answer->verdict,
		[AN_OUTPUT] = answer->output,
		[AN_COLUMNS] = (guint32)answer->columns,
		[AN_ROWS] = (guint32)answer->rows,
		[AN_WIDTH] = (guint32)answer->width,
		[AN_HEIGHT] = (guint32)answer->height,
		[AN_PICTURE_WIDTH] = (guint32)answer->picture_width,
		[AN_PICTURE_HEIGHT] = (guint32)answer->picture_height,
	};

	return frame(ANSWER_MAGIC, numbers, AN_COUNT, answer->content);
}

static bool is_colour(int colour, int colours) { return colour >= -1 && colour < colours; }

static bool are_blocks(const PaperAnswer *answer, const PaperRequest *request)
{
	if (g_bytes_get_size(answer->content) !=
	    (gsize)answer->columns * (gsize)answer->rows * CELL_BYTES)
		return false;
	for (int i = 0; i < answer->columns * answer->rows; i++) {
		PaperCell cell = paper_cell_at(answer, i % answer->columns, i / answer->columns);
		if ((cell.sign != ' ' && !is_within(cell.sign, 0x2580, 0x259f)) ||
		    !is_colour(cell.front, request->colours) ||
		    !is_colour(cell.back, request->colours))
			return false;
	}
	return true;
}

static bool are_pixels(const PaperAnswer *answer)
{
	return (gsize)answer->width * (gsize)answer->height <= PAPER_PIXELS_MAX &&
	       g_bytes_get_size(answer->content) ==
	               (gsize)answer->width * (gsize)answer->height * 3;
}

/* Digits up to the next byte that is none; no picture of ours counts further than 9999. */
static bool take_count(const guint8 **p, const guint8 *end, int *ret_count)
{
	int count = 0, digits = 0;

	for (; *p < end && g_ascii_isdigit((char)**p); ++*p, digits++)
		count = MIN(count * 10 + (**p - '0'), 100000);
	*ret_count = count;
	return digits > 0 && digits <= 4;
}

/* '#' is followed by numbers and semicolons. */
static void skip_parameters(const guint8 **p, const guint8 *end)
{
	while (*p < end && (g_ascii_isdigit((char)**p) || **p == ';'))
		++*p;
}

/*
 * The language of sixels (DEC STD 070): "?" to "~" paint six pixels below each other and go on to
 * the right, "!" repeats, "$" goes back to the left, "-" to the next six lines, "#" is a
 * colour. Nothing else may be there, nor may it leave its strip; its size is said by us.
 */
static bool is_strip(const guint8 *bytes, size_t len, int width, int height)
{
	const guint8 *p = bytes, *end = bytes + len;
	int x = 0, bands = 1, count;

	while (p < end) {
		guint8 c = *p++;
		if (c == '#') {
			skip_parameters(&p, end);
		} else if (c == '$') {
			x = 0;
		} else if (c == '-') {
			x = 0;
			bands++;
		} else if (c == '!') {
			if (!take_count(&p, end, &count) || p == end || *p < '?' || *p > '~')
				return false;
			x += count;
			p++;
		} else if (c >= '?' && c <= '~') {
			x++;
		} else {
			return false;
		}
		if (x > width || bands > height / 6 + 2)
			return false;
	}
	return true;
}

static bool are_strips(const PaperAnswer *answer, const PaperRequest *request)
{
	size_t offset = 0;
	int    rows = 0;

	for (GBytes *strip; (strip = paper_strip_next(answer, &offset)); g_bytes_unref(strip), rows++) {
		gsize len;
		const guint8 *bytes = g_bytes_get_data(strip, &len);
		if (is_strip(bytes, len, answer->columns * request->cell_width, request->cell_height))
			continue;
		g_bytes_unref(strip);
		return false;
	}
	return rows == answer->rows && offset == g_bytes_get_size(answer->content);
}

static bool is_content(const PaperAnswer *answer, const PaperRequest *request)
{
	if (answer->verdict != PAPER_DRAWN)
		return g_bytes_get_size(answer->content) == 0;
	switch (answer->output) {
	case PAPER_BLOCKS: return are_blocks(answer, request);
	case PAPER_PIXELS: return are_pixels(answer);
	default:           return are_strips(answer, request);
	}
}

static bool is_answer(const guint32 *n, const PaperRequest *request)
{
	guint32 least = n[AN_VERDICT] == PAPER_DRAWN;

	return n[AN_VERDICT] < PAPER_VERDICT_COUNT && n[AN_OUTPUT] == request->output &&
	       is_within(n[AN_COLUMNS], least, (guint32)request->columns) &&
	       is_within(n[AN_ROWS], least, (guint32)request->rows) &&
	       n[AN_WIDTH] <= PAPER_SIDE_MAX * PAPER_CELL_MAX &&
	       n[AN_HEIGHT] <= PAPER_SIDE_MAX * PAPER_CELL_MAX && n[AN_PICTURE_WIDTH] <= G_MAXINT &&
	       n[AN_PICTURE_HEIGHT] <= G_MAXINT && n[AN_LENGTH] <= PAPER_ANSWER_BYTES_MAX;
}

bool paper_answer_read(GBytes *bytes, const PaperRequest *request, PaperAnswer *ret_answer,
                       GError **err)
{
	guint32 n[AN_COUNT];

	if (!unframe(bytes, ANSWER_MAGIC, n, AN_COUNT, err))
		return false;
	if (!is_answer(n, request))
		return fail(err, ERR_PROTOCOL, "an answer that fits no request");
	PaperAnswer answer = { .verdict = (PaperVerdict)n[AN_VERDICT],
		               .output = (PaperOutput)n[AN_OUTPUT],
		               .columns = (int)n[AN_COLUMNS],
		               .rows = (int)n[AN_ROWS],
		               .width = (int)n[AN_WIDTH],
		               .height = (int)n[AN_HEIGHT],
		               .picture_width = (int)n[AN_PICTURE_WIDTH],
		               .picture_height = (int)n[AN_PICTURE_HEIGHT],
		               .content = content_of(bytes, AN_COUNT) };
	if (!is_content(&answer, request)) {
		g_bytes_unref(answer.content);
		return fail(err, ERR_PROTOCOL, "a drawing that is none");
	}
	*ret_answer = answer;
	return true;
}

/* ---- content ---- */

void paper_cell_append(GByteArray *content, const PaperCell *cell)
{
	append_number(content, cell->sign);
	append_number(content, (guint32)cell->front);
	append_number(content, (guint32)cell->back);
}

PaperCell paper_cell_at(const PaperAnswer *answer, int column, int row)
{
	const guint8 *bytes = g_bytes_get_data(answer->content, NULL);
	size_t offset = ((size_t)row * (size_t)answer->columns + (size_t)column) * CELL_BYTES;

	return (PaperCell){ .sign = number_at(bytes, offset),
		            .front = (int)number_at(bytes, offset + NUMBER_BYTES),
		            .back = (int)number_at(bytes, offset + 2 * NUMBER_BYTES) };
}

void paper_strip_append(GByteArray *content, const char *sixel, size_t len)
{
	append_number(content, (guint32)len);
	g_byte_array_append(content, (const guint8 *)sixel, (guint)len);
}

GBytes *paper_strip_next(const PaperAnswer *answer, size_t *offset)
{
	gsize size;
	const guint8 *bytes = g_bytes_get_data(answer->content, &size);

	if (*offset + NUMBER_BYTES > size)
		return NULL;
	size_t len = number_at(bytes, *offset), from = *offset + NUMBER_BYTES;
	if (len > size - from)
		return NULL;
	*offset = from + len;
	return g_bytes_new_from_bytes(answer->content, from, len);
}
