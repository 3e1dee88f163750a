#include "doc/history.h"

#include <string.h>

#include "base/text.h"
#include "doc/build.h"

enum { QUOTE_MAX = 9, HEADER_LINES = 3, LABEL_BYTES = 24 };

/* What clients write for "From:" above the mail they answer. */
static bool is_from_label(const char *line)
{
	static const char *const labels[] = {
		"From:",
		"Von:",
		"De:",
		"De :",
		"Da:",
		"Van:",
		"Fra:",
		"Fr\xc3\xa5n:",
		"Od:",
		"Feladó:",
		"L\xc3\xa4hett\xc3\xa4j\xc3\xa4:",
		"\xd0\x9e\xd1\x82:",                                  /* Russian */
		"\xd0\x92\xd1\x96\xd0\xb4:",                          /* Ukrainian */
		"\xe5\xb7\xae\xe5\x87\xba\xe4\xba\xba:",              /* Japanese */
		"\xe5\x8f\x91\xe4\xbb\xb6\xe4\xba\xba:",              /* Chinese, simplified, */
		"\xe5\xaf\x84\xe4\xbb\xb6\xe8\x80\x85:",              /* and traditional */
		"\xeb\xb3\xb4\xeb\x82\xb8 \xec\x82\xac\xeb\x9e\x8c:", /* Korean */
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

/* True if the mail that is answered begins with block @i. */
static bool begins_history(const GPtrArray *blocks, guint i)
{
	const DocBlock *block = g_ptr_array_index(blocks, i);

	if (block->kind != DOC_PARAGRAPH || block->runs->len == 0)
		return false;
	const char *head = ((DocRun *)g_ptr_array_index(block->runs, 0))->text;
	if (*head != '-' && !is_from_label(head))
		return false;
	g_autofree char *text = doc_block_text(block);
	g_auto(GStrv) lines = g_strsplit(text, "\n", 2);
	if (is_dashed(lines[0]))
		return true;
	return is_from_label(lines[0]) && header_lines(blocks, i) >= HEADER_LINES;
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
		bool after_dashes =
			i > 0 &&
			is_from_label(block->runs && block->runs->len
		                              ? ((DocRun *)g_ptr_array_index(block->runs, 0))->text
		                              : "") &&
			depth > 0 && begins_history(doc->blocks, i - 1);
		if (i > 0 && block->quote == 0 && !after_dashes && begins_history(doc->blocks, i))
			depth++;
		if (depth > 0)
			raise_quote(block, depth);
	}
}
