/*
 * certificates_page: the certificates that are known, as a list, and what the one under the cursor
 * says: beside it, below it, or alone. It shows and finds; what changes one is whoever owns it.
 */
#pragma once
#include <stdbool.h>

#include "app/certificate_rows.h"
#include "ui/cell/canvas.h"

typedef struct CertificatesPage CertificatesPage;

CertificatesPage *certificates_page_new(void);
void              certificates_page_free(CertificatesPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CertificatesPage, certificates_page_free)

/* @rows, of CertificateRow, are the page's; the cursor stays on its certificate, or where it was. */
void                  certificates_page_set(CertificatesPage *page, GPtrArray *rows);
const CertificateRow *certificates_page_current(const CertificatesPage *page); /* NULL: none */

void certificates_page_move(CertificatesPage *page, int rows);
void certificates_page_to_end(CertificatesPage *page, bool is_bottom);
int  certificates_page_height(const CertificatesPage *page);      /* rows in view */
bool certificates_page_click(CertificatesPage *page, int x, int y); /* false: on no row */
/* The next one that has @text in what it says, ASCII case ignored, around the end. */
bool certificates_page_search(CertificatesPage *page, const char *text, bool is_backwards);

/* What it says, alone; and back to the list: false, it was there. */
void certificates_page_open(CertificatesPage *page);
bool certificates_page_leave(CertificatesPage *page);

void certificates_page_draw(CertificatesPage *page, Canvas *canvas, Rect rect);
