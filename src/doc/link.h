/*
 * doc/link: what a link says and where it leads. Nothing here resolves, fetches or opens.
 */
#pragma once
#include "doc/doc.h"

/* Adds a link; text may follow by doc_link_say(). Returns its index; -1 for a target that is none
 * (#…, javascript:). */
int doc_link_add(Doc *doc, const char *url);

/* Sets what the link says, one line of it, and judges by it whether the link deceives. */
void doc_link_say(Doc *doc, int link, const char *text);

/* True if @text names a host (or an address) and @url leads to another. Hosts of one domain are not
 * "another". */
bool doc_link_deceives(const char *url, const char *text);

/* Finds http:, https:, ftp:, mailto: and www. in runs that are no links, and makes them links. All
 * blocks of @doc. */
void doc_links_find(Doc *doc);

/* True if the text shows the whole target, so that nothing more needs to be said about it. */
bool doc_link_shows_url(const DocLink *link);

/* ---- hosts of links ---- */

/* Where @url leads, in lower case, as a browser reads it: names before an '@' are decoys. NULL: to
 * no host. Free with g_free. */
char *doc_link_host(const char *url);

/* What a link that a mail gateway has rewritten carries; NULL: it is none. Free with g_free. */
char *doc_link_unwrap(const char *url);

/* True if @host is @domain or below it. Both in lower case; a @domain of one word has nothing
 * below it. */
bool doc_link_is_within(const char *host, const char *domain);
