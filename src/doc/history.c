#include "doc/history.h"

#include <string.h>

#include "doc/build.h"

enum { QUOTE_MAX = 9, HEADER_LINES = 3, LABEL_BYTES = 24 };

/* What clients write for "From:" above the mail they answer. */
static bool is_from_label(const char *line)
{
	static const char *const labels[] = {
		"From:",                     /* English */
		"Von:",                      /* German */
		"De:",    "De :",            /* French, Spanish, Portuguese */
		"Da:",                       /* Italian */
		"Van:",                      /* Dutch */
		"Fra:",   "Från:",           /* Danish, Norwegian, Swedish */
		"Lähettäjä:",                /* Finnish */
		"Od:",                       /* Polish, Czech */
		"Feladó:",                   /* Hungarian */
		"От:",    "Від:",            /* Russian, Ukrainian */
		"差出人:",                   /* Japanese */
		"发件人:", "寄件者:",        /* Chinese, simplified and traditional */
		"보낸 사람:",                /* Korean */
	};

	for (size_t i = 0; i < G_N_ELEMENTS(labels); i++)
		if (g_str_has_prefix(line, labels[i]))
			return true;
	return false;
}

/* "-----Original Message-----" in whatever language: a line of dashes around a few words. */
static bool is_dashed(const char *line)
{
	size_t head = strspn(line, "-"), len = strlen(line);
	size_t tail = 0;

	while (tail < len && line[len - 1 - tail] == '-')
		tail++;
	return head >= 5 && tail >= 5 && head + tail < len && len < 80;
}

static bool is_labelled(const char *line)
{
	const char *colon = strchr(line, ':');

	return colon && colon > line && colon - line <= LABEL_BYTES;
}

/* Counts the labelled lines from @block on, over as many blocks as they are spread. */
static int header_lines(const GPtrArray *blocks, guint i)
{
	int lines = 0;

	for (; i < blocks->len && lines < HEADER_LINES; i++) {
		const DocBlock *block = g_ptr_array_index(blocks, i);
		if (block->kind != DOC_PARAGRAPH)
			break;
		g_autofree char *text = doc_block_text(block);
		g_auto(GStrv) split = g_strsplit(text, "\n", HEADER_LINES + 1);
		for (char **line = split; *line && lines < HEADER_LINES; line++) {
			if (!is_labelled(*line))
				return lines;
			lines++;
		}
	}
	return lines;
}

static const char *head_of(const DocBlock *block)
{
	bool has_text = block->runs && block->runs->len;

	return has_text ? ((DocRun *)g_ptr_array_index(block->runs, 0))->text : "";
}

/* True if the mail that is answered begins with block @i. */
static bool begins_history(const GPtrArray *blocks, guint i)
{
	const DocBlock *block = g_ptr_array_index(blocks, i);

	if (block->kind != DOC_PARAGRAPH || block->runs->len == 0)
		return false;
	const char *head = head_of(block);
	if (*head != '-' && !is_from_label(head))
		return false;
	g_autofree char *text = doc_block_text(block);
	g_auto(GStrv) lines = g_strsplit(text, "\n", 2);
	if (is_dashed(lines[0]))
		return true;
	return is_from_label(lines[0]) && header_lines(blocks, i) >= HEADER_LINES;
}

/* "From:" right below a line of dashes is of the same mail. */
static bool is_below_dashes(const GPtrArray *blocks, guint i)
{
	return is_from_label(head_of(g_ptr_array_index(blocks, i))) &&
	       begins_history(blocks, i - 1);
}

static void raise_quote(DocBlock *block, int by)
{
	block->quote = MIN(block->quote + by, QUOTE_MAX);
	for (guint i = 0; block->children && i < block->children->len; i++)
		raise_quote(g_ptr_array_index(block->children, i), by);
}

void doc_history_mark(Doc *doc)
{
	int depth = 0;

	for (guint i = 0; i < doc->blocks->len; i++) {
		DocBlock *block = g_ptr_array_index(doc->blocks, i);
		if (i > 0 && block->quote == 0 && begins_history(doc->blocks, i) &&
		    !(depth > 0 && is_below_dashes(doc->blocks, i)))
			depth++;
		if (depth > 0)
			raise_quote(block, depth);
	}
}
