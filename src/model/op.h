/*
 * op: something the person changed. Written with its local effect in one transaction, sent later,
 * removed when the server has confirmed it.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
	OP_MARK_READ,      /* value 1: read, 0: unread */
} OpKind;

typedef struct {
	int64_t id;            /* the store's; 0 before it is written */
	OpKind  kind;
	int64_t account_id, folder_id, message_id;
	char   *server_id;     /* of the message, when the op was written */
	int     value;
	int     attempts;
	char   *last_error;    /* one sentence; NULL none */
} Op;

Op  *op_new(OpKind kind, int64_t message_id, int value);
Op  *op_copy(const Op *op);
void op_free(Op *op);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Op, op_free)
