/* doc/quote: a document as text for a mail that answers or forwards it. Pure; any thread. */
#pragma once
#include "doc/doc.h"

/*
 * Paragraphs are one line each, for format=flowed to break; "> " @depth times and once more for
 * each level of quoting in the document. Lists keep their marks, tables have a row a line, pictures
 * their words in brackets; the target of a link follows it in angle brackets where its text does
 * not show it. Ends in a newline unless empty. Free with g_free.
 */
char *doc_quote(const Doc *doc, int depth);
