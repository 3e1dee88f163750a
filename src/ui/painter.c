#include "ui/painter.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/process.h"
#include "paper/paper.h"
#include "ui/worker.h"

enum { THREADS = 2, TIMEOUT_MS = 10000, REMEMBERED_MAX = 48 };

struct Painter {
	Mailbox     *answers;
	GThreadPool *pool;
	gint         is_over;
	int          end[2];         /* a pipe: its closed second end cancels what is drawn; -1 */
	char        *helper;
	GMutex       lock;           /* of the rest */
	GHashTable  *drawings;       /* what was asked, as text -> Drawing */
	GQueue      *order;          /* of its keys, borrowed, the oldest first */
};

typedef struct { DrawJob *job; TermPictures pictures; } Order;

static void order_free(Order *order)
{
	draw_job_free(order->job);
	g_free(order);
}

/* ---- what is remembered ---- */

static char *key_of(const Order *order)
{
	const TermPictures *p = &order->pictures;
	g_autofree char *hash = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, order->job->bytes);

	return g_strdup_printf("%s %d %dx%d %dx%d %d", hash, p->kind, order->job->columns,
	                       order->job->rows, p->cell_width, p->cell_height, p->colours);
}

static Drawing *recall(Painter *painter, const char *key)
{
	g_mutex_lock(&painter->lock);
	Drawing *drawing = drawing_ref(g_hash_table_lookup(painter->drawings, key));
	g_mutex_unlock(&painter->lock);
	return drawing;
}

static void remember(Painter *painter, const char *key, Drawing *drawing)
{
	g_mutex_lock(&painter->lock);
	if (!g_hash_table_contains(painter->drawings, key)) {
		char *kept = g_strdup(key);
		g_hash_table_insert(painter->drawings, kept, drawing_ref(drawing));
		g_queue_push_tail(painter->order, kept);
	}
	while (g_queue_get_length(painter->order) > REMEMBERED_MAX)
		g_hash_table_remove(painter->drawings, g_queue_pop_head(painter->order));
	g_mutex_unlock(&painter->lock);
}

/* ---- one picture ---- */

static PaperRequest request_of(const Order *order)
{
	static const PaperOutput outputs[] = {
		[DRAWING_BLOCKS] = PAPER_BLOCKS,
		[DRAWING_PIXELS] = PAPER_PIXELS,
		[DRAWING_SIXEL] = PAPER_SIXEL,
	};
	const TermPictures *p = &order->pictures;

	return (PaperRequest){ .output = outputs[p->kind],
		               .columns = CLAMP(order->job->columns, 1, PAPER_SIDE_MAX),
		               .rows = CLAMP(order->job->rows, 1, PAPER_SIDE_MAX),
		               .cell_width = p->cell_width,
		               .cell_height = p->cell_height,
		               .colours = p->colours,
		               .picture = order->job->bytes };
}

static void take_cells(Drawing *drawing, const PaperAnswer *answer)
{
	for (int i = 0; i < drawing->columns * drawing->rows; i++) {
		PaperCell cell = paper_cell_at(answer, i % drawing->columns, i / drawing->columns);
		drawing->cells[i] = (DrawingCell){ cell.sign, cell.front, cell.back };
	}
}

static void take_strips(Drawing *drawing, const PaperAnswer *answer, const PaperRequest *request)
{
	size_t offset = 0;

	for (GBytes *strip; (strip = paper_strip_next(answer, &offset));)
		g_ptr_array_add(drawing->strips, strip);
	drawing->width = answer->columns * request->cell_width;
	drawing->height = request->cell_height;
}

static Drawing *drawing_of(const Order *order, const PaperRequest *request, const PaperAnswer *answer)
{
	Drawing *drawing = drawing_new(order->pictures.kind, answer->columns, answer->rows);

	if (drawing->kind == DRAWING_BLOCKS)
		take_cells(drawing, answer);
	else if (drawing->kind == DRAWING_SIXEL)
		take_strips(drawing, answer, request);
	else
		drawing->pixels = g_bytes_ref(answer->content);
	if (drawing->kind == DRAWING_PIXELS) {
		drawing->width = answer->width;
		drawing->height = answer->height;
	}
	return drawing;
}

static const char *sentence_of(PaperVerdict verdict)
{
	switch (verdict) {
	case PAPER_UNKNOWN:
		return _("This kind of picture cannot be shown; it can be saved from the attachments.");
	case PAPER_TOO_LARGE:
		return _("The picture has more pixels than are drawn here; it can be saved.");
	default:
		return _("The picture is damaged.");
	}
}

static Drawing *take_answer(const Order *order, const PaperRequest *request, GBytes *bytes,
                            GError **err)
{
	PaperAnswer answer;
	Drawing    *drawing = NULL;

	if (!paper_answer_read(bytes, request, &answer, err))
		return NULL;
	if (answer.verdict == PAPER_DRAWN)
		drawing = drawing_of(order, request, &answer);
	else
		fail(err, ERR_UNSUPPORTED, "%s", sentence_of(answer.verdict));
	g_bytes_unref(answer.content);
	return drawing;
}

/* The log has what the helper did; a person is told what it means for the picture. */
static Drawing *ask_helper(Painter *painter, const Order *order, char **ret_sentence)
{
	char        *argv[] = { painter->helper, NULL };
	PaperRequest request = request_of(order);
	g_autoptr(GError) why = NULL;
	g_autoptr(GBytes) sent = paper_request_bytes(&request);
	g_autoptr(GBytes) bytes = process_exchange(argv, sent, painter->end[0], TIMEOUT_MS,
	                                           PAPER_ANSWER_BYTES_MAX, &why);
	Drawing *drawing = bytes ? take_answer(order, &request, bytes, &why) : NULL;

	if (drawing)
		return drawing;
	if (error_is(why, ERR_UNSUPPORTED)) {
		*ret_sentence = g_strdup(why->message);
		return NULL;
	}
	log_info("ui", "no drawing: %s", why->message);
	*ret_sentence =
		g_file_test(painter->helper, G_FILE_TEST_IS_EXECUTABLE)
			? g_strdup(_("The picture could not be drawn."))
			: g_strdup_printf(_("Pictures need the program %s, and it is not there."),
	                                  painter->helper);
	return NULL;
}

static Drawn *draw(Painter *painter, const Order *order)
{
	Drawn *drawn = g_new0(Drawn, 1);

	drawn->serial = order->job->serial;
	if (g_bytes_get_size(order->job->bytes) > PAPER_PICTURE_BYTES_MAX) {
		drawn->sentence = g_strdup(sentence_of(PAPER_TOO_LARGE));
		return drawn;
	}
	g_autofree char *key = key_of(order);
	drawn->drawing = recall(painter, key);
	if (!drawn->drawing)
		drawn->drawing = ask_helper(painter, order, &drawn->sentence);
	if (drawn->drawing)
		remember(painter, key, drawn->drawing);
	return drawn;
}

static void work(gpointer data, gpointer user_data)
{
	Order   *order = data;
	Painter *painter = user_data;

	if (!g_atomic_int_get(&painter->is_over)) {
		UiAnswer *answer = g_new0(UiAnswer, 1);
		answer->drawn = draw(painter, order);
		mailbox_post(painter->answers, answer);
	}
	order_free(order);
}

Painter *painter_new(Mailbox *answers, const char *helper)
{
	Painter *painter = g_new0(Painter, 1);

	painter->answers = mailbox_ref(answers);
	painter->helper = g_strdup(helper);
	if (pipe2(painter->end, O_CLOEXEC) != 0)
		painter->end[0] = painter->end[1] = -1;
	painter->pool = g_thread_pool_new(work, painter, THREADS, FALSE, NULL);
	g_mutex_init(&painter->lock);
	painter->drawings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
	                                          (GDestroyNotify)drawing_unref);
	painter->order = g_queue_new();
	return painter;
}

static void close_end(int fd)
{
	if (fd >= 0)
		close(fd);
}

void painter_free(Painter *painter)
{
	if (!painter)
		return;
	g_atomic_int_set(&painter->is_over, 1);
	close_end(painter->end[1]);
	g_thread_pool_free(painter->pool, FALSE, TRUE);
	close_end(painter->end[0]);
	g_queue_free(painter->order);
	g_hash_table_unref(painter->drawings);
	g_mutex_clear(&painter->lock);
	mailbox_unref(painter->answers);
	g_free(painter->helper);
	g_free(painter);
}

void painter_draw(Painter *painter, DrawJob *job, const TermPictures *pictures)
{
	Order *order = g_new0(Order, 1);

	*order = (Order){ job, *pictures };
	g_thread_pool_push(painter->pool, order, NULL);
}
