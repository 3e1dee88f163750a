/*
 * tempstore: a store in a temporary folder with one account, for tests that need rows. It goes with everything in it.
 */
#pragma once
#include <glib.h>

#include "base/clock.h"
#include "store/read.h"
#include "store/write.h"

typedef struct {
	char        *dir;
	ManualClock  clock;
	Store       *store;
	StoreWriter *writer;
	StoreReader *reader;
	int64_t      account_id;
} TempStore;

void temp_store_init(TempStore *temp);
void temp_store_clear(TempStore *temp);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TempStore, temp_store_clear)

/* Closes and opens it again, as the next start of the program would. */
void temp_store_reopen(TempStore *temp);
void temp_store_close(TempStore *temp);

/* Removes a folder and the files in it. */
void temp_dir_remove(const char *dir);

/* Makes a folder of the account and returns its id. */
int64_t temp_store_folder(TempStore *temp, const char *server_id, FolderType type);

/* As the reader has it. */
Folder *temp_folder(TempStore *temp, int64_t folder_id);
void    temp_assert_counts(TempStore *temp, int64_t folder_id, int64_t total, int64_t unread);

/* A message "server_id" with subject, sender, preview and body made from its name, received at @received_ms. */
Message *temp_message(const char *server_id, int64_t received_ms, guint flags);

/* Adds it (whole) in a page of its own and returns its id. */
int64_t temp_store_add(TempStore *temp, int64_t folder_id, Message *message);
/* The id of a message; 0 if it is not there. */
int64_t temp_store_find(TempStore *temp, int64_t folder_id, const char *server_id);
