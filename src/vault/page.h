/*
 * page: how a page of a database becomes bytes on a disk. 4,096 bytes, of which SQLite uses 4,064;
 * the rest holds nonce (12), tag (16) and the epoch of the key (4, big-endian). Bound to the page:
 * format, store, kind of file, page number, epoch; in a write-ahead log also the frame's page count
 * and salts, so that no commit mark can be moved.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "vault/slots.h"

#define PAGE_BYTES      4096
#define PAGE_RESERVED   32
#define PAGE_TEXT_BYTES (PAGE_BYTES - PAGE_RESERVED)

/* The files of a database; what is bound is 16 × database + file. */
typedef enum { PAGE_IN_MAIN = 1, PAGE_IN_LOG = 2, PAGE_IN_JOURNAL = 3 } PageFile;

/* The page keys of one database. Any thread. */
typedef struct PageBook PageBook;

/* @slots is borrowed and must outlive it. @database is part of what is bound, @label names the
 * keys. */
typedef struct { uint32_t number; const char *label; } PageDatabase;
PageBook *page_book_new(Slots *slots, PageDatabase database);
void      page_book_free(PageBook *book);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PageBook, page_book_free)

/* Pages of epochs below @floor are opened no more: their key is dead. */
void page_book_set_floor(PageBook *book, uint32_t floor);
/* What was set aside is given up: the next page is sealed under the epoch in force. */
void page_book_renew(PageBook *book);

/* Keeps the keys of the epochs there are, and of the next, so that pages can be read and written
 * without the root key from here on. ERR_IO; ERR_LOCKED: that is gone already. */
bool page_book_keep(PageBook *book, GError **err);
/* Keeps none; the root key is there again. */
void page_book_let_go(PageBook *book);

/* What one open file needs to read and write pages; one thread at a time. @book is borrowed. */
typedef struct PageCipher PageCipher;

PageCipher *page_cipher_new(PageBook *book, PageFile file);
void        page_cipher_free(PageCipher *cipher);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PageCipher, page_cipher_free)

/* @frame: 12 bytes of the frame's header (page count and salts) in a log, else NULL. */
typedef struct { uint32_t number; const uint8_t *frame; } PagePlace;

/* The reserved bytes of @plain are not kept. False: no random numbers, no more encryptions, or no
 * key (ERR_LOCKED: of an epoch that began after the lock); *err says which. */
bool page_seal(PageCipher *cipher, PagePlace place, const uint8_t plain[PAGE_BYTES],
               uint8_t ret_sealed[PAGE_BYTES], GError **err);

/* Of the key that @sealed says it is under. */
uint32_t page_epoch(const uint8_t sealed[PAGE_BYTES]);

/* False if @sealed is not what page_seal() made for this place. The reserved bytes come back as
 * zeros: SQLite's checksums of the log cover them. */
bool page_open(PageCipher *cipher, PagePlace place, const uint8_t sealed[PAGE_BYTES],
               uint8_t ret_plain[PAGE_BYTES]);
