/* How a mail that is being written looks: its fields, what goes along, its text. */
#include <string.h>

#include "base/i18n.h"
#include "mime/recipients.h"
#include "ui/screen/show.h"
#include "ui/screen/writing_state.h"

enum { LABEL_CELLS = 11, PARTS_MOST = 6, REACHED_MOST = 4, OFFERS_MOST = 8, NAME_CELLS = 24, ADDRESS_CELLS = 30 };

/* Draws downwards and keeps count of the room that is left. */
typedef struct { Canvas *canvas; Rect rect; } Sheet;

static Pen next_line(Sheet *sheet)
{
	Pen pen =
		pen_new(sheet->canvas, (Rect){ sheet->rect.x, sheet->rect.y, sheet->rect.width, 1 },
	                STYLE_NORMAL);

	sheet->rect.y++;
	sheet->rect.height--;
	return pen;
}

static void draw_pair(Sheet *sheet, const char *label, const char *value, Style style)
{
	if (sheet->rect.height <= 0)
		return;
	Pen pen = next_line(sheet);
	pen_skip(&pen, 1);
	pen.style = STYLE_LABEL;
	pen_column(&pen, label, LABEL_CELLS);
	pen.style = style;
	pen_column(&pen, value, pen_room(&pen));
}

static bool has_open(Checked *checked, const char *value)
{
	if (g_strcmp0(checked->value, value) != 0) {
		g_autoptr(GPtrArray) open = mime_recipients_unresolved(value);
		g_free(checked->value);
		*checked = (Checked){ g_strdup(value), open->len > 0 };
	}
	return checked->has_open;
}

/* A field with an entry that is no address stands out. */
static void draw_recipients(Sheet *sheet, const char *label, const char *value, Checked *checked)
{
	draw_pair(sheet, label, value ? value : "",
	          has_open(checked, value) ? STYLE_ERROR : STYLE_NORMAL);
}

/* ---- what is decided beside the fields ---- */

static void add_word(GString *line, const char *word)
{
	if (line->len)
		g_string_append(line, "  ");
	g_string_append(line, word);
}

static char *signature_word(const Draft *draft)
{
	bool is_below = draft->quote_bytes && draft->signature_place == SIGNED_BELOW;

	return g_strdup_printf(_("signature %s%s%s"), draft->signature,
	                       is_below ? _(", below the quote") : "",
	                       draft->signature_format == SIGNATURE_TEXT ? _(", as text") : "");
}

static const char *format_word(const Draft *draft)
{
	bool is_html = draft->source_format == SOURCE_HTML && !draft_leaves_formatting(draft);

	return is_html                           ? _("formatted, as it was")
	       : draft->format == DRAFT_MARKDOWN ? _("Markdown")
	                                         : _("plain text");
}

static void draw_choices(const Draft *draft, Sheet *sheet)
{
	static const char *const importances[] = { N_("importance low"), NULL,
		                                   N_("importance high") };
	static const char *const sensitivities[] = { NULL, N_("personal"), N_("private"),
		                                     N_("confidential") };
	g_autoptr(GString) line =
		g_string_new(format_word(draft));

	if (importances[CLAMP(draft->importance, 0, 2)])
		add_word(line, _(importances[CLAMP(draft->importance, 0, 2)]));
	if (sensitivities[draft->sensitivity])
		add_word(line, _(sensitivities[draft->sensitivity]));
	if (draft->receipts & RECEIPT_READ)
		add_word(line, _("asks for a receipt"));
	if (draft->send_after_ms) {
		g_autofree char *when = show_date_long(draft->send_after_ms);
		g_autofree char *word = g_strdup_printf(_("not before %s"), when);
		add_word(line, word);
	}
	if (draft->signature) {
		g_autofree char *word = signature_word(draft);
		add_word(line, word);
	}
	draw_pair(sheet, _("Options"), line->str, STYLE_DIM);
}

/* ---- what S/MIME does with it ---- */

static void draw_person(Sheet *sheet, const ProtectionPerson *person)
{
	static const Style styles[REACH_COUNT] = { STYLE_DIM, STYLE_WARNING, STYLE_WARNING,
		                                   STYLE_ERROR, STYLE_ERROR };
	g_autofree char *words = writing_person_words(person);

	if (sheet->rect.height <= 0)
		return;
	Pen pen = next_line(sheet);
	pen_skip(&pen, 1 + LABEL_CELLS);
	pen_column(&pen, person->address, MIN(ADDRESS_CELLS, MAX(pen_room(&pen) / 2, 0)));
	pen_skip(&pen, 1);
	pen.style = styles[person->reach];
	pen_column(&pen, words, pen_room(&pen));
}

/* Those whose state a person must know stand before the others. */
static void draw_reached(const Writing *writing, Sheet *sheet)
{
	g_autoptr(GPtrArray) people = writing_reached(writing);
	guint shown = people->len > REACHED_MOST ? REACHED_MOST - 1 : people->len;

	for (guint i = 0; i < shown; i++)
		draw_person(sheet, people->pdata[i]);
	if (shown == people->len)
		return;
	g_autofree char *rest = g_strdup_printf(_("and %u others"), people->len - shown);
	draw_pair(sheet, "", rest, STYLE_DIM);
}

static void draw_protection(const Writing *writing, Sheet *sheet)
{
	Style style;
	g_autofree char *words = writing_protection_words(writing, &style);

	if (!writing->setup.has_smime && !draft_is_protected(writing->draft))
		return;
	draw_pair(sheet, _("S/MIME"), words, style);
	draw_reached(writing, sheet);
}

static void draw_fields(Writing *writing, Sheet *sheet)
{
	const Draft *draft = writing->draft;
	Checked *checked = writing->checked;

	draw_recipients(sheet, _("From"), draft->from, &checked[0]);
	draw_recipients(sheet, _("To"), draft->to, &checked[1]);
	draw_recipients(sheet, _("Cc"), draft->cc, &checked[2]);
	if (draft->bcc)
		draw_recipients(sheet, _("Bcc"), draft->bcc, &checked[3]);
	if (draft->reply_to)
		draw_recipients(sheet, _("Reply-To"), draft->reply_to, &checked[4]);
	draw_pair(sheet, _("Subject"), draft->subject ? draft->subject : "", STYLE_BOLD);
	draw_choices(draft, sheet);
	draw_protection(writing, sheet);
	if (draft_leaves_formatting(draft))
		draw_pair(sheet, _("Formatting"),
		          _("is left to the draft on the server, kept beside this one"),
		          STYLE_WARNING);
}

/* ---- what goes along ---- */

static char *part_size(const DraftPart *part)
{
	return part->bytes ? show_size((int64_t)g_bytes_get_size(part->bytes)) : g_strdup("");
}

static void draw_part(const Writing *writing, Sheet *sheet, int index)
{
	const DraftPart *part = g_ptr_array_index(writing->draft->parts, (guint)index);
	g_autofree char *number = g_strdup_printf("%2d ", index + 1);
	g_autofree char *size = part_size(part);
	Pen pen = next_line(sheet);

	pen.style = index == writing->part ? STYLE_SELECTED : STYLE_NORMAL;
	pen_skip(&pen, 1);
	pen_text(&pen, number);
	pen_column(&pen, part->name ? part->name : _("(no name)"), MAX(pen_room(&pen) - 34, 8));
	pen_skip(&pen, 1);
	pen_column_right(&pen, size, 7);
	pen_skip(&pen, 1);
	pen_column(&pen, part->content_type ? part->content_type : "", MAX(pen_room(&pen) - 8, 0));
	pen_text(&pen, part->is_inline ? _("inline") : "");
	pen_rest(&pen);
}

static void draw_parts(const Writing *writing, Sheet *sheet)
{
	int count = (int)writing->draft->parts->len;
	int first = MAX(MIN(writing->part - PARTS_MOST + 1, count - PARTS_MOST), 0);

	for (int i = first; i < count && i < first + PARTS_MOST && sheet->rect.height > 0; i++)
		draw_part(writing, sheet, i);
}

static void draw_rule(Sheet *sheet)
{
	if (sheet->rect.height <= 0)
		return;
	canvas_rule_across(sheet->canvas, sheet->rect.x, sheet->rect.y, sheet->rect.width);
	sheet->rect.y++;
	sheet->rect.height--;
}

/* ---- the text ---- */

static void draw_text(Writing *writing, Sheet *sheet)
{
	Rect inner = { sheet->rect.x + 1, sheet->rect.y, sheet->rect.width - 2,
		       sheet->rect.height };

	if (inner.height <= 0 || inner.width <= 0)
		return;
	if (writing->editor) {
		editor_resize(writing->editor, inner.width, inner.height);
		editor_draw(writing->editor, sheet->canvas, inner);
		return;
	}
	g_autoptr(Editor) view = editor_new(writing->draft->body);
	editor_resize(view, inner.width, inner.height);
	writing->top = editor_scroll(view, writing->top);
	editor_draw(view, sheet->canvas, inner);
	sheet->canvas->cursor_x = sheet->canvas->cursor_y = -1;
}

/* ---- above it ---- */

static void draw_message(const Writing *writing, Sheet *sheet)
{
	if (!writing->message || sheet->rect.height <= 1)
		return;
	Pen pen = pen_new(sheet->canvas,
	                  (Rect){ sheet->rect.x, sheet->rect.y + sheet->rect.height - 1,
	                          sheet->rect.width, 1 },
	                  STYLE_WARNING | STYLE_REVERSE);
	pen_skip(&pen, 1);
	pen_column(&pen, writing->message, pen_room(&pen));
	sheet->rect.height--;
}

static void draw_prompt(const Writing *writing, Sheet *sheet)
{
	if (writing->prompt && sheet->rect.height > 1)
		prompt_draw(writing->prompt, sheet->canvas,
		            (Rect){ sheet->rect.x, sheet->rect.y + --sheet->rect.height,
		                    sheet->rect.width, 1 });
}

/* ---- whom an address field may mean ---- */

static void draw_offer(const PeopleOffer *offer, bool is_taken, Pen pen)
{
	pen.style = is_taken ? STYLE_SELECTED : STYLE_NORMAL;
	pen_skip(&pen, 1);
	pen_column(&pen, offer->name ? offer->name : "", MIN(NAME_CELLS, pen_room(&pen) / 3));
	pen_skip(&pen, 1);
	pen_column(&pen, offer->address, MIN(ADDRESS_CELLS, MAX(pen_room(&pen) - 1, 0)));
	pen_skip(&pen, 1);
	if (!is_taken)
		pen.style = STYLE_DIM;
	pen_column(&pen, offer->detail ? offer->detail : "", pen_room(&pen));
}

/* A line at the bottom of the sheet, above those that were drawn there before. */
static Pen last_line(Sheet *sheet)
{
	return pen_new(sheet->canvas,
	               (Rect){ sheet->rect.x, sheet->rect.y + --sheet->rect.height,
	                       sheet->rect.width, 1 },
	               STYLE_DIM);
}

static void draw_offers_note(const Writing *writing, Sheet *sheet)
{
	if (!writing->offers_note || sheet->rect.height <= 1)
		return;
	Pen pen = last_line(sheet);
	pen_skip(&pen, 1);
	pen_column(&pen, writing->offers_note, pen_room(&pen));
}

static void draw_offers(const Writing *writing, Sheet *sheet)
{
	int count = writing->offers ? (int)writing->offers->len : 0;
	int rows = MIN(MIN(count, OFFERS_MOST), MAX(sheet->rect.height / 2, 0));
	int first = CLAMP(writing->offer - rows + 1, 0, MAX(count - rows, 0));

	draw_offers_note(writing, sheet);
	for (int i = first + rows - 1; i >= first && rows > 0; i--)
		draw_offer(g_ptr_array_index(writing->offers, (guint)i), i == writing->offer,
		           last_line(sheet));
}

static void draw_question(const Writing *writing, Canvas *canvas, Rect rect)
{
	if (!writing->ask)
		return;
	int height = MIN(ask_box_height(writing->ask, rect.width), rect.height);
	ask_box_draw(writing->ask, canvas,
	             (Rect){ rect.x, rect.y + rect.height - height, rect.width, height });
}

void writing_draw(Writing *writing, Canvas *canvas, Rect rect)
{
	Sheet sheet = { canvas, rect };
	bool shows_cursor;

	canvas_fill(canvas, rect, STYLE_NORMAL);
	draw_message(writing, &sheet);
	draw_prompt(writing, &sheet);
	draw_offers(writing, &sheet);
	shows_cursor = writing->prompt != NULL;
	int x = canvas->cursor_x, y = canvas->cursor_y;
	draw_fields(writing, &sheet);
	if (writing->draft->parts->len)
		draw_rule(&sheet);
	draw_parts(writing, &sheet);
	draw_rule(&sheet);
	draw_text(writing, &sheet);
	if (shows_cursor) {
		canvas->cursor_x = x;
		canvas->cursor_y = y;
	}
	draw_question(writing, canvas, rect);
	if (writing->menu)
		menu_draw(writing->menu, canvas, rect);
}
