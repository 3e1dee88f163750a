/* command: what the client asks of the engine; travels by mailbox to the engine's thread. */
#pragma once
#include <glib.h>
#include <stdint.h>

#include "backend/backend.h"
#include "base/secret.h"
#include "model/account.h"
#include "model/draft.h"
#include "model/op.h"
#include "model/question.h"

typedef enum {
	COMMAND_STOP,
	COMMAND_GREET,           /* wish_id: a peer's; text: the accounts to sync, a line each */
	COMMAND_NOW,             /* account_id, 0: all */
	COMMAND_SCREEN_FOLDER,   /* folder_id */
	/* wish_task, wish_id; message_id, or item_id of what is no mail, text: the part's
	 * reference; or account_id, and text: what is asked */
	COMMAND_WISH,
	COMMAND_OPS,             /* wish_id, ops */
	COMMAND_DRAFT_SAVE,      /* wish_id, account_id, draft, draft_id */
	COMMAND_DRAFT_BYTES,     /* wish_id, draft_id, content */
	COMMAND_DRAFT_DROP,      /* wish_id, draft_id */
	COMMAND_OUTBOX_CANCEL,   /* wish_id, op_id or group_id */
	COMMAND_OUTBOX_RETRY,    /* the same */
	COMMAND_ANSWER,          /* question, choice, secret */
	COMMAND_ACCOUNT_SET,     /* wish_id, account, text: its name until now; secret */
	COMMAND_ACCOUNT_GONE,    /* wish_id, text: its name */
	COMMAND_PASSWORD,        /* account_id; secret, or error: what a password command gave */
	COMMAND_VIP,             /* wish_id, text: the address */
	COMMAND_NOT_VIP,         /* the same */
	COMMAND_PICTURE,         /* wish_id, account_id, message_id, text: the URL */
	COMMAND_REVOCATION,      /* the same */
	COMMAND_PICTURE_SENDER,  /* wish_id, account_id, text: the address */
	COMMAND_NOT_PICTURE_SENDER, /* the same */
	COMMAND_CERTIFICATES,    /* wish_id, content: certificate_changes_to_bytes() */
	COMMAND_LOCK,            /* wish_id */
	COMMAND_UNLOCK,          /* wish_id, content: vault_hand_over(); NULL: it is locked itself */
	COMMAND_KIND_COUNT
} CommandKind;

/* The pointers are the command's. */
typedef struct {
	CommandKind   kind;
	int64_t       account_id, folder_id, message_id, wish_id, op_id, group_id, draft_id;
	int64_t       item_id;
	TaskKind      wish_task;
	char         *text;
	GPtrArray    *ops;               /* of Op */
	Draft        *draft;
	GBytes       *content;
	Question     *question;
	AnswerChoice  choice;
	Secret       *secret;
	Account      *account;
	GError       *error;
} Command;

Command *command_new(CommandKind kind);
void     command_free(Command *command);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Command, command_free)
