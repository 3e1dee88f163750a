/*
 * HTML by way of libxml2's SAX events: no tree is built. Each open element has a frame that says
 * how its text is to be read; text goes to the builder in the style of the innermost frame. Tables
 * are the grid's. After that, plain URLs become links and the answered mail is marked as quoted.
 */
#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "doc/build.h"
#include "doc/css.h"
#include "doc/grid.h"
#include "doc/history.h"
#include "doc/link.h"
#include "doc/sax.h"
#include "doc/tracker.h"
#include "doc/word.h"

typedef enum {
	ROLE_NONE,
	ROLE_A,
	ROLE_BLOCK,
	ROLE_BR,
	ROLE_CELL,
	ROLE_DD,
	ROLE_DROP,
	ROLE_HEADING,
	ROLE_HR,
	ROLE_IMG,
	ROLE_INLINE,
	ROLE_LI,
	ROLE_OL,
	ROLE_PARA,
	ROLE_PRE,
	ROLE_Q,
	ROLE_QUOTE,
	ROLE_ROW,
	ROLE_TABLE,
	ROLE_UL,
	ROLE_VOID,
} Role;

typedef struct { const char *name; Role role; guint style; } Tag;

static const Tag tags[] = {
#define TAG(name, role, style) { name, ROLE_##role, style },
#include "doc/tags.def"
#undef TAG
};

enum { FRAMES_MAX = LIMIT_HTML_DEPTH, LIST_DEPTH_MAX = 12, QUOTE_DEPTH_MAX = 9 };

/* An open element. What is inherited is copied from the frame below. */
typedef struct {
	Role  role;
	guint style;
	int   link;
	int   quote, level;      /* of the blocks within */
	int   next_number;       /* OL: of the next item; 0: bullets */
	bool  is_hidden, is_tiny, is_invisible, is_exact, is_marker;
	bool  is_paragraph;      /* it asks for blank lines around itself */
} Frame;

typedef struct {
	DocBuilder       builder;
	htmlParserCtxtPtr parser;
	Frame            frames[FRAMES_MAX + 1];
	int              depth;
	Grid            *grid;
	GString         *link_text;          /* what the open link says */
	const char      *source;             /* the whole input, to read on past a limit */
	const char      *rest;               /* where it stopped; NULL: it did not */
} Reader;

static Role role_of(const char *name, guint *ret_style)
{
	size_t low = 0, high = G_N_ELEMENTS(tags);

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(name, tags[middle].name);
		if (order == 0) {
			*ret_style = tags[middle].style;
			return tags[middle].role;
		}
		*(order < 0 ? &high : &low) = order < 0 ? middle : middle + 1;
	}
	*ret_style = 0;
	return ROLE_NONE;
}

static const char *attribute(const xmlChar **attributes, const char *name)
{
	for (size_t i = 0; attributes && attributes[i]; i += 2)
		if (strcmp((const char *)attributes[i], name) == 0)
			return attributes[i + 1] ? (const char *)attributes[i + 1] : "";
	return NULL;
}

static int number_attribute(const xmlChar **attributes, const char *name, int otherwise)
{
	const char *text = attribute(attributes, name);
	size_t digits = text ? strspn(text, "0123456789") : 0;
	g_autofree char *number = digits > 0 ? g_strndup(text, MIN(digits, 9)) : NULL;
	int64_t value = otherwise;

	if (text && text[digits] == '%')
		return otherwise;
	text_to_int(number, 0, G_MAXINT, &value);
	return (int)value;
}

static Frame *top(Reader *r) { return &r->frames[r->depth]; }

/* Makes the builder write as the innermost frame says. */
static void follow(Reader *r)
{
	const Frame *frame = top(r);

	r->builder.style = frame->style;
	r->builder.link = frame->link;
	r->builder.quote = frame->quote;
	r->builder.level = frame->level;
}

static bool is_unseen(const Frame *frame)
{
	return frame->is_hidden || frame->is_tiny || frame->is_invisible;
}

/* ---- tables ---- */

static void table_begin(Reader *r, const xmlChar **attributes)
{
	const char *role = attribute(attributes, "role");
	TableFacts facts = { 0 };

	facts.is_presentation = role && (text_equal_ascii_case(role, "presentation") ||
	                                 text_equal_ascii_case(role, "none"));
	facts.is_marked_up = number_attribute(attributes, "border", 0) > 0;
	grid_begin(r->grid, &facts);
}

static void cell_begin(Reader *r, const xmlChar **attributes, bool is_header)
{
	GridCell cell = { .columns = number_attribute(attributes, "colspan", 1),
		          .rows = number_attribute(attributes, "rowspan", 1),
		          .is_header = is_header };

	grid_cell_begin(r->grid, &cell);
}

/* ---- elements that are more than a style ---- */

static void link_begin(Reader *r, const xmlChar **attributes)
{
	const char *href = attribute(attributes, "href");
	GPtrArray *links = r->builder.doc->links;
	const DocLink *last = links->len ? g_ptr_array_index(links, links->len - 1) : NULL;
	Frame *frame = top(r);

	/* A picture and a caption often are two links to one place. */
	g_string_truncate(r->link_text, 0);
	if (href && last && strcmp(last->url, href) == 0) {
		frame->link = (int)links->len - 1;
		g_string_append(r->link_text, last->text);
	} else {
		frame->link = href ? doc_link_add(r->builder.doc, href) : -1;
	}
	if (frame->link < 0)
		frame->style &= ~(guint)RUN_LINK;
}

static void link_end(Reader *r, int link)
{
	if (link >= 0)
		doc_link_say(r->builder.doc, link, r->link_text->str);
}

static bool is_remote(const char *source)
{
	return text_has_prefix_ascii_case(source, "http:") ||
	       text_has_prefix_ascii_case(source, "https:") || g_str_has_prefix(source, "//");
}

static DocPicture *add_picture(Reader *r, const xmlChar **attributes, const CssFacts *css)
{
	const char *source = attribute(attributes, "src"), *alt = attribute(attributes, "alt");
	DocPicture *picture = g_new0(DocPicture, 1);
	int width = css->width >= 0 ? css->width : number_attribute(attributes, "width", -1);
	int height = css->height >= 0 ? css->height : number_attribute(attributes, "height", -1);

	picture->source = text_one_line(source ? source : "");
	picture->alt = text_one_line(alt ? alt : "");
	picture->width = MAX(width, 0);
	picture->height = MAX(height, 0);
	picture->is_remote = is_remote(picture->source);
	picture->is_tracker =
		picture->is_remote &&
		tracker_has_signs(&(TrackerSigns){ picture->source, picture->alt, width, height,
	                                           css->is_hidden || top(r)->is_hidden });
	g_ptr_array_add(r->builder.doc->pictures, picture);
	r->builder.blocks++;
	return picture;
}

/* Bullets, spacers and rounded corners: small and without a word. */
static bool is_decoration(const DocPicture *picture)
{
	bool is_small = (picture->width > 0 && picture->width < 32) ||
	                (picture->height > 0 && picture->height < 32);

	return !*picture->alt && (is_small || !*picture->source);
}

static void say(Reader *r, const char *text, size_t len)
{
	if (top(r)->link >= 0 && r->link_text->len < 1000)
		g_string_append_len(r->link_text, text, (gssize)len);
}

static void picture_in_line(Reader *r, const DocPicture *picture)
{
	g_autofree char *text =
		*picture->alt ? g_strdup_printf("[%s]", picture->alt) : g_strdup(_("[picture]"));
	bool is_emoji = *picture->alt && g_utf8_strlen(picture->alt, -1) <= 2;
	const char *shown = is_emoji ? picture->alt : text;

	r->builder.picture = (int)r->builder.doc->pictures->len;
	builder_words(&r->builder, shown, strlen(shown));
	r->builder.picture = 0;
	say(r, shown, strlen(shown));
}

static void picture(Reader *r, const xmlChar **attributes, const CssFacts *css)
{
	bool is_in_line = r->builder.block && r->builder.is_visible;
	const DocPicture *picture = add_picture(r, attributes, css);
	const Frame *frame = top(r);

	if (picture->is_tracker || is_unseen(frame) || css->is_hidden || is_decoration(picture))
		return;
	if (is_in_line || (*picture->alt && g_utf8_strlen(picture->alt, -1) <= 2)) {
		picture_in_line(r, picture);
		return;
	}
	bool is_item = r->builder.block && r->builder.block->kind == DOC_ITEM;
	if (is_item) {
		picture_in_line(r, picture);
		return;
	}
	DocBlock *block = doc_block_new(DOC_PICTURE);
	block->quote = frame->quote;
	block->level = frame->level;
	block->picture = (int)r->builder.doc->pictures->len - 1;
	DocRun *run = doc_run_new(picture->alt, strlen(picture->alt), frame->style, frame->link);
	run->picture = block->picture + 1;
	g_ptr_array_add(block->runs, run);
	say(r, picture->alt, strlen(picture->alt));
	builder_add(&r->builder, block);
}

static void item_begin(Reader *r, const xmlChar **attributes)
{
	Frame *list = NULL;

	for (int i = r->depth - 1; i > 0 && !list; i--)
		if (r->frames[i].role == ROLE_OL || r->frames[i].role == ROLE_UL)
			list = &r->frames[i];
	if (!list || list->level == 0)
		top(r)->level = MAX(top(r)->level, 1);
	follow(r);
	DocBlock *item = builder_open(&r->builder, DOC_ITEM);
	if (list && list->next_number > 0) {
		item->number = number_attribute(attributes, "value", list->next_number);
		list->next_number = item->number < G_MAXINT ? item->number + 1 : 1;
	}
}

static void rule(Reader *r)
{
	DocBlock *block = doc_block_new(DOC_RULE);

	block->quote = top(r)->quote;
	r->builder.blocks++;
	builder_add(&r->builder, block);
}

/* ---- frames ---- */

static void apply_css(Frame *frame, const CssFacts *css)
{
	frame->style = (frame->style | css->set) & ~css->clear;
	frame->is_hidden |= css->is_hidden;
	frame->is_marker |= css->is_list_marker;
	if (css->is_tiny != CSS_UNSAID)
		frame->is_tiny = css->is_tiny == CSS_YES;
	if (css->is_invisible != CSS_UNSAID)
		frame->is_invisible = css->is_invisible == CSS_YES;
	if (css->keeps_lines != CSS_UNSAID)
		frame->is_exact = css->keeps_lines == CSS_YES;
}

static bool has_class(const xmlChar **attributes, const char *word)
{
	const char *value = attribute(attributes, "class");

	return value && strstr(value, word);
}

/* Word's paragraphs have no margin, and lists are paragraphs that say so in their style. */
static void paragraph_begin(Reader *r, const xmlChar **attributes, const CssFacts *css)
{
	Frame *frame = top(r);

	frame->is_paragraph = !has_class(attributes, "MsoNormal") &&
	                      !has_class(attributes, "MsoPlainText") &&
	                      !has_class(attributes, "MsoListParagraph") && !css->has_no_margin;
	if (css->list_level > 0) {
		frame->level = css->list_level;
		builder_close(&r->builder);
		follow(r);
		builder_open(&r->builder, DOC_ITEM);
	} else if (frame->is_paragraph &&
	           !(r->builder.block && r->builder.block->kind == DOC_ITEM &&
	             !r->builder.is_visible)) {
		builder_gap(&r->builder);
	} else {
		follow(r);
		builder_open(&r->builder, DOC_PARAGRAPH);
	}
}

static void quote_begin(Reader *r)
{
	builder_gap(&r->builder);
	top(r)->quote = MIN(top(r)->quote + 1, QUOTE_DEPTH_MAX);
}

static void list_begin(Reader *r, const xmlChar **attributes, bool is_ordered)
{
	Frame *frame = top(r);

	if (frame->level == 0)
		builder_gap(&r->builder);
	else
		builder_close(&r->builder);
	frame->is_paragraph = frame->level == 0;
	frame->level = MIN(frame->level + 1, LIST_DEPTH_MAX);
	frame->next_number = is_ordered ? number_attribute(attributes, "start", 1) : 0;
}

static void heading_begin(Reader *r, const char *name)
{
	Frame *frame = top(r);

	builder_gap(&r->builder);
	follow(r);
	builder_open(&r->builder, DOC_HEADING)->level = name[1] - '0';
	frame->is_paragraph = true;
}

static void begin(Reader *r, const char *name, const xmlChar **attributes, const CssFacts *css)
{
	Frame *frame = top(r);

	switch (frame->role) {
	case ROLE_A:       link_begin(r, attributes); break;
	case ROLE_BLOCK:   builder_close(&r->builder);
	                   if (css->has_left_bar && strcmp(name, "div") == 0)
	                           quote_begin(r);
	                   break;
	case ROLE_CELL:    cell_begin(r, attributes, name[1] == 'h'); break;
	case ROLE_DD:
		builder_close(&r->builder);
		frame->level = MIN(frame->level + 1, LIST_DEPTH_MAX);
		break;
	case ROLE_HEADING: heading_begin(r, name); break;
	case ROLE_LI:      item_begin(r, attributes); break;
	case ROLE_OL:      list_begin(r, attributes, true); break;
	case ROLE_UL:      list_begin(r, attributes, false); break;
	case ROLE_PARA:    paragraph_begin(r, attributes, css); break;
	case ROLE_PRE:
		builder_gap(&r->builder);
		frame->is_exact = frame->is_paragraph = true;
		break;
	case ROLE_Q:       builder_words(&r->builder, "\xe2\x80\x9c", 3); break;
	case ROLE_QUOTE:   quote_begin(r); frame->is_paragraph = true; break;
	case ROLE_ROW:     grid_row_begin(r->grid); break;
	case ROLE_TABLE:   table_begin(r, attributes); break;
	default:           break;
	}
}

/* Elements without an end; true if @role is one. */
static bool take_void(Reader *r, Role role, const xmlChar **attributes, const CssFacts *css)
{
	bool is_seen = !is_unseen(top(r));

	if (role == ROLE_BR && is_seen)
		builder_break(&r->builder);
	else if (role == ROLE_HR && is_seen)
		rule(r);
	else if (role == ROLE_IMG)
		picture(r, attributes, css);
	return role == ROLE_BR || role == ROLE_HR || role == ROLE_IMG || role == ROLE_VOID;
}

static void stop(Reader *r, const char *why)
{
	if (!r->builder.doc->warning)
		r->builder.doc->warning = g_strdup(why);
	xmlStopParser(r->parser);
}

/* True, and the reading ends, at the limit of blocks and lines. */
static bool is_full(Reader *r)
{
	if (!builder_is_full(&r->builder))
		return false;
	stop(r, _("The message has too many paragraphs, lines and cells; its end is not shown."));
	return true;
}

/* Too deep: where the parser stands is where the text without formatting begins. */
static void stop_too_deep(Reader *r)
{
	if (r->rest)
		return;
	long at = xmlByteConsumed(r->parser);
	r->rest = r->source + CLAMP(at, 0, (long)strlen(r->source));
	stop(r, _("The message is nested too deep; its end is shown without formatting."));
}

static void on_start(void *data, const xmlChar *name, const xmlChar **attributes)
{
	Reader *r = data;
	CssFacts css;
	guint style;
	Role role = role_of((const char *)name, &style);
	const Frame *below = top(r);

	if (is_full(r))
		return;
	css_read(attribute(attributes, "style"), &css);
	if (take_void(r, role, attributes, &css))
		return;
	if (r->depth >= FRAMES_MAX) {
		stop_too_deep(r);
		return;
	}
	Frame frame = *below;
	frame.role = role;
	frame.style |= style;
	frame.is_paragraph = false;
	frame.next_number = 0;
	frame.is_hidden |= role == ROLE_DROP || attribute(attributes, "hidden") != NULL;
	apply_css(&frame, &css);
	r->frames[++r->depth] = frame;
	if (!frame.is_hidden)
		begin(r, (const char *)name, attributes, &css);
	follow(r);
}

static void end(Reader *r, const Frame *frame)
{
	switch (frame->role) {
	case ROLE_A:     link_end(r, frame->link); break;
	case ROLE_CELL:  grid_cell_end(r->grid); break;
	case ROLE_ROW:   grid_row_end(r->grid); break;
	case ROLE_TABLE: grid_end(r->grid); break;
	case ROLE_Q:     builder_words(&r->builder, "\xe2\x80\x9d", 3); break;
	case ROLE_NONE:
	case ROLE_INLINE: break;
	default:         if (frame->is_paragraph)
	                         builder_gap(&r->builder);
	                 else
	                         builder_close(&r->builder);
	                 break;
	}
}

static bool is_void(const char *name)
{
	guint style;
	Role role = role_of(name, &style);

	return role == ROLE_BR || role == ROLE_HR || role == ROLE_IMG || role == ROLE_VOID;
}

static void on_end(void *data, const xmlChar *name)
{
	Reader *r = data;

	if (r->depth == 0 || is_void((const char *)name))
		return;
	Frame frame = *top(r);
	r->depth--;
	if (!frame.is_hidden)
		end(r, &frame);
	follow(r);
}

/* The bullet that Word typed: its number, if it is one. */
static void take_marker(Reader *r, const char *text, size_t len)
{
	g_autofree char *digits = g_strndup(text, MIN(len, 9));
	int64_t number;

	digits[strspn(digits, "0123456789")] = '\0';
	if (r->builder.block && r->builder.block->kind == DOC_ITEM &&
	    text_to_int(digits, 1, 999999999, &number))
		r->builder.block->number = (int)number;
}

static void on_text(void *data, const xmlChar *text, int len)
{
	Reader *r = data;
	const Frame *frame = top(r);

	if (is_unseen(frame) || is_full(r))
		return;
	if (frame->is_marker) {
		take_marker(r, (const char *)text, (size_t)len);
		return;
	}
	say(r, (const char *)text, (size_t)len);
	if (!frame->is_exact) {
		builder_words(&r->builder, (const char *)text, (size_t)len);
		return;
	}
	if (!r->builder.block)
		builder_open(&r->builder, DOC_PRE);
	builder_exact(&r->builder, (const char *)text, (size_t)len);
}

/* ---- the whole ---- */

/* What is left when the parser had to stop, which it did within a tag: its text, tags cut out. */
static void append_without_tags(Reader *r, const char *p)
{
	bool in_tag = true;

	r->depth = 0;
	follow(r);
	builder_gap(&r->builder);
	while (*p && !builder_is_full(&r->builder)) {
		size_t len = strcspn(p, in_tag ? ">" : "<");
		if (!in_tag && len > 0)
			builder_words(&r->builder, p, len);
		p += len + (p[len] != '\0');
		in_tag = !in_tag;
		if (!in_tag)
			builder_words(&r->builder, " ", 1);
	}
}

static void parse(Reader *r)
{
	static const htmlSAXHandler sax = { .startElement = on_start,
		                            .endElement = on_end,
		                            .characters = on_text,
		                            .ignorableWhitespace = on_text };

	if (*r->source)
		sax_read(r->source, &sax, r, &r->parser);
}

static void close_all(Reader *r)
{
	while (grid_end(r->grid))
		;
	if (r->rest)
		append_without_tags(r, r->rest);
	builder_clear(&r->builder);
}

Doc *doc_from_html(const char *utf8, size_t len)
{
	Doc *doc = doc_new();
	size_t max = MIN(len, LIMIT_DOC_BYTES);
	g_autofree char *source = text_to_utf8(max > 0 ? utf8 : "", max);
	g_autofree Reader *r = g_new0(Reader, 1);

	if (len > max)
		doc->warning =
			g_strdup(_("The message is longer than 16 MB; its end is not shown."));
	word_cut_conditions(source);
	r->source = source;
	r->frames[0].link = -1;
	r->link_text = g_string_new(NULL);
	builder_init(&r->builder, doc);
	r->grid = grid_new(&r->builder);
	parse(r);
	close_all(r);
	grid_free(r->grid);
	g_string_free(r->link_text, TRUE);
	doc_links_find(doc);
	doc_history_mark(doc);
	return doc;
}
