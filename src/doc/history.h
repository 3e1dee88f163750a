/*
 * doc/history: where a reply's own text ends and the mail it answers begins, when no quoting says
 * so.
 */
#pragma once
#include "doc/doc.h"

/*
 * Raises the quote depth of what follows "-----Original Message-----" or a block of "From: …",
 * "Sent: …", "Subject: …" lines, if there is text of the sender before it. Mails below mails nest.
 */
void doc_history_mark(Doc *doc);
