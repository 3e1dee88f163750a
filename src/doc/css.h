/*
 * doc/css: what an element's own style attribute says about text. No sheets, no selectors, no
 * cascade.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

typedef enum { CSS_UNSAID, CSS_YES, CSS_NO } CssSaid;

typedef struct {
	guint   set, clear;        /* DocStyle bits that it turns on and off */
	bool    is_hidden;         /* display:none, mso-hide, no height, no opacity: and all inside */
	CssSaid is_tiny;           /* font-size:0 hides text until someone inside says a size */
	CssSaid is_invisible;      /* visibility, likewise */
	CssSaid keeps_lines;       /* white-space: pre and its kin */
	bool    has_left_bar;      /* a border on the left only: how Outlook draws a quote */
	bool    has_no_margin;
	bool    is_list_marker;    /* mso-list:Ignore: the bullet that Word typed */
	int     list_level;        /* mso-list: level N; 0 none */
	int     width, height;     /* pixels; -1 unsaid */
} CssFacts;

/* @style may be NULL. */
void css_read(const char *style, CssFacts *ret_facts);
