/* doc/markdown: what a person writes, as HTML for those who read that. Pure; any thread. */
#pragma once

/*
 * A fragment of HTML (no <html>, no <body>) from CommonMark. Lines stay lines. HTML that was typed
 * is shown as the characters it is, so no word is lost and nothing runs; links of dangerous schemes
 * lead nowhere. Free with g_free.
 */
char *doc_markdown_html(const char *utf8);

/* The same from plain text: its characters, line by line. */
char *doc_text_html(const char *utf8);

/* One line of text for HTML: & < > " escaped. */
char *doc_escape_html(const char *utf8);
