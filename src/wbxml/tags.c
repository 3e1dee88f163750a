#include "wbxml/wbxml.h"

/* Tokens below are not tags but the wire's own: SWITCH_PAGE, END, ENTITY, STR_I, LITERAL. */
enum { FIRST_TOKEN = 0x05, TOKENS = 0x40 - FIRST_TOKEN };

/* Outlook.com's page 254 follows the last page of the specification. */
enum { LAST_PAGE = 25, LIVE_PAGE = 254, PAGES = LAST_PAGE + 2 };

#define ROW_OF(page) ((page) == LIVE_PAGE ? LAST_PAGE + 1 : (page))

static const char *const page_names[PAGES] = {
#define PAGE(page_name, page) [ROW_OF(page)] = #page_name,
#include "wbxml/codepages.def"
};

static const char *const tag_names[PAGES][TOKENS] = {
#define TAG(page_name, page, tag_name, token) [ROW_OF(page)][(token) - FIRST_TOKEN] = #tag_name,
#include "wbxml/codepages.def"
};

static bool is_known_page(unsigned page)
{
	return page <= LAST_PAGE || page == LIVE_PAGE;
}

const char *wbxml_page_name(unsigned page)
{
	return is_known_page(page) ? page_names[ROW_OF(page)] : NULL;
}

const char *wbxml_tag_name(WbxmlTag tag)
{
	unsigned page = (unsigned)tag >> 8, token = (unsigned)tag & 0xff;

	if (!is_known_page(page) || token < FIRST_TOKEN || token >= FIRST_TOKEN + TOKENS)
		return NULL;
	return tag_names[ROW_OF(page)][token - FIRST_TOKEN];
}
