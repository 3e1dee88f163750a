/*
 * answer: the commands of ActiveSync, one function each. A command reads its request, works on the world
 * and fills the answer; it never blocks. The world's lock is held.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "exsim/element.h"
#include "exsim/world.h"

typedef struct {
	World   *world;
	User    *user;
	Device  *device;
	char    *cmd;              /* "Sync"; "OPTIONS" for the method */
	int      version;          /* 121, 140, 141, 160, 161 */
	GBytes  *body;             /* never NULL */
	Element *root;             /* of the body; NULL when it is empty */
	char    *digest;           /* of the body: the same request again has the same one */
	guint32  policy_key;       /* X-MS-PolicyKey; 0 */
	bool     wants_multipart;
	bool     is_mime;          /* of the three that send, before 14.0: the body is the message itself */
	bool     save_in_sent;     /* of the query, before 14.0 */
	char    *folder_id, *item_id;      /* the same; NULL absent */
	bool     is_counted;       /* against the throttle */
	Fault   *fault;            /* that it meets; NULL none */
	int64_t  began_ms;         /* uptime */
} Request;

typedef struct {
	int         http;          /* 200 unless told otherwise */
	const char *content_type;
	GBytes     *body;          /* NULL: empty */
	GPtrArray  *headers;       /* of "Name: value" */
	int         status;        /* of the command, for the ledger; 0 none */
	char       *sync_key, *folders;      /* for the ledger; NULL */
	int64_t     wait_until_ms; /* uptime: ask again when the world changed, or then; 0: the answer is ready */
} Answer;

void request_clear(Request *request);
void answer_clear(Answer *answer);

/* Carries the command out, or says why not (unknown command, provisioning due, version). Calling it again after
 * a wait is fine: a command that waits has changed nothing. */
void answer_request(Request *request, Answer *answer);

/* The names of all commands that the server tells, for MS-ASProtocolCommands. Free with g_free. */
char *answer_command_names(const World *world);

/* What the command answers when all it has to say is @status; HTTP codes for versions before 14.0 where they had to. */
void answer_with_status(const Request *request, int status, Answer *answer);

/* Takes the finished document as the answer's body. */
void answer_take(Answer *answer, WbxmlWriter *writer, int status);

/* The commands. */
void answer_folder_sync(Request *request, Answer *answer);
void answer_folder_create(Request *request, Answer *answer);
void answer_folder_update(Request *request, Answer *answer);
void answer_folder_delete(Request *request, Answer *answer);
void answer_sync(Request *request, Answer *answer);
void answer_item_estimate(Request *request, Answer *answer);
void answer_item_operations(Request *request, Answer *answer);
void answer_move_items(Request *request, Answer *answer);
void answer_meeting_response(Request *request, Answer *answer);
void answer_ping(Request *request, Answer *answer);
void answer_provision(Request *request, Answer *answer);
void answer_search(Request *request, Answer *answer);
void answer_find(Request *request, Answer *answer);
void answer_resolve_recipients(Request *request, Answer *answer);
void answer_validate_cert(Request *request, Answer *answer);
void answer_send_mail(Request *request, Answer *answer);
void answer_settings(Request *request, Answer *answer);

/* Options as a request states them; *ret_options is zeroed first. @element may be NULL. */
void options_read(const Element *element, SyncOptions *ret_options);

/* True if a Sync of @collection would bring something to @device. */
bool sync_is_behind(const World *world, Device *device, const Collection *collection);

/* True if a FolderSync would bring something to @device; false before its first one. */
bool folders_are_behind(const User *user, const Device *device);
