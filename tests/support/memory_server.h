/*
 * memory_server: the server of memory_backend.h. It keeps a log of changes per folder; a sync key
 * is a place in that log, so any old key can be replayed. It fails on order. One thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "backend/backend.h"
#include "base/error.h"

typedef struct MemoryServer MemoryServer;

MemoryServer *memory_server_new(void);
void          memory_server_free(MemoryServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MemoryServer, memory_server_free)

/*
 * Answers one request of memory_backend. NULL: a LISTEN that hangs because nothing is new; whoever
 * carries it asks again when something changed, or when its heartbeat is over with @is_over, and
 * then always gets an answer.
 */
HttpResponse *memory_server_answer(MemoryServer *server, const HttpRequest *request, bool is_over);

/* ---- what is on it ---- */
void memory_server_folder(MemoryServer *server, const char *id, const char *name, FolderType type);
void memory_server_folder_gone(MemoryServer *server, const char *id);
void memory_server_message(MemoryServer *server, const char *folder_id, const char *id,
                           const char *subject); /* unread */
void memory_server_message_gone(MemoryServer *server, const char *folder_id, const char *id);
void memory_server_read(MemoryServer *server, const char *folder_id, const char *id, bool is_read);
bool memory_server_is_read(const MemoryServer *server, const char *folder_id, const char *id);

/* What is no mail, in a folder of its kind: made or changed to say @text (model/pim_text.h). */
void memory_server_item(MemoryServer *server, const char *folder_id, const char *id, const char *text);
/* What it says; NULL: it is not there. Borrowed. */
const char *memory_server_item_text(const MemoryServer *server, const char *folder_id, const char *id);
/* The ids of a folder, sorted, blanks between. Free with g_free. */
char *memory_server_item_ids(const MemoryServer *server, const char *folder_id);

/* "Subject read flagged; Other subject Red,Blue": what is in a folder, sorted; "none": there is no
 * such folder. Free with g_free. */
char *memory_server_describe(const MemoryServer *server, const char *folder_id);
/* The id of a folder; NULL none. Borrowed. */
const char *memory_server_folder_named(const MemoryServer *server, const char *name);

/* ---- how it behaves ---- */
/* The next @times tasks of @task end in @kind. */
void  memory_server_fail(MemoryServer *server, TaskKind task, ErrorKind kind, guint times);
/* The same for pages and ops of one folder only. */
void memory_server_fail_folder(MemoryServer *server, const char *folder_id, ErrorKind kind,
                               guint times);
/* The next @times tasks of @task are done, and their answers lost. */
void memory_server_lose_answers(MemoryServer *server, TaskKind task, guint times);
/* Everything but CONNECT and PROVISION fails until then. */
void memory_server_require_policy(MemoryServer *server);
/* What it says: no "|" in it. */
void memory_server_policy(MemoryServer *server, const char *document_xml);
void  memory_server_wipe(MemoryServer *server);                   /* the next PROVISION says so */
/* The next @times pages answer that the mailbox is there. */
void memory_server_move(MemoryServer *server, const char *url, guint times);
/* Longer ones are refused. */
void memory_server_limit_heartbeat(MemoryServer *server, int accepted_s);
void memory_server_limit_ping_folders(MemoryServer *server, guint most);
/* Pages come, their key never changes. */
void memory_server_repeat_key(MemoryServer *server, bool is_on);
/* Every page claims that more follows. */
void memory_server_never_end(MemoryServer *server, bool is_on);
/* LISTEN always names every folder. */
void memory_server_cry_wolf(MemoryServer *server, bool is_on);
/* The answer ends in the middle. */
void memory_server_cut_pages(MemoryServer *server, guint times);

/* ---- sending ---- */
/* The next @times messages are taken, and the answer is lost. */
void memory_server_lose_sends(MemoryServer *server, guint times);
/* The next @times are refused with a word of the server's own. */
void memory_server_refuse_sends(MemoryServer *server, ErrorKind kind, guint times);
/* A repeat is sent again, where it is else refused with ERR_EXISTS. */
void memory_server_forget_client_ids(MemoryServer *server, bool is_on);
/* What is sent appears in Sent only when so many pages of it have been asked for since. */
void memory_server_file_late(MemoryServer *server, int pages);
/* How often the message with this Message-ID was sent. */
int memory_server_copies(const MemoryServer *server, const char *message_id);

/* How many requests of @task it has answered. */
guint memory_server_seen(const MemoryServer *server, TaskKind task);
