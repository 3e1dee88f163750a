#include "model/merge.h"

static const struct { OpKind earlier, later; Merge merge; } rules[] = {
	{ OP_MARK_READ,     OP_MARK_READ,     MERGE_REPLACE },
	{ OP_FLAG,          OP_FLAG,          MERGE_REPLACE },
	{ OP_CATEGORIES,    OP_CATEGORIES,    MERGE_REPLACE },
	{ OP_MOVE,          OP_MOVE,          MERGE_REPLACE },
	{ OP_DELETE,        OP_DELETE,        MERGE_KEEP },
	{ OP_FOLDER_CREATE, OP_FOLDER_UPDATE, MERGE_INTO },
	{ OP_FOLDER_CREATE, OP_FOLDER_DELETE, MERGE_CANCEL },
	{ OP_FOLDER_UPDATE, OP_FOLDER_UPDATE, MERGE_REPLACE },
	{ OP_FOLDER_DELETE, OP_FOLDER_DELETE, MERGE_KEEP },
	{ OP_FOLDER_EMPTY,  OP_FOLDER_EMPTY,  MERGE_KEEP },
	{ OP_SAVE_DRAFT,    OP_SAVE_DRAFT,    MERGE_REPLACE },
	{ OP_SAVE_DRAFT,    OP_SEND,          MERGE_REPLACE },
	{ OP_SEND,          OP_SEND,          MERGE_KEEP },
	{ OP_OOF,           OP_OOF,           MERGE_REPLACE },
	{ OP_ITEM_SAVE,     OP_ITEM_SAVE,     MERGE_REPLACE },
	{ OP_ITEM_SAVE,     OP_ITEM_DELETE,   MERGE_REPLACE },
	{ OP_ITEM_DELETE,   OP_ITEM_SAVE,     MERGE_REPLACE },
	{ OP_ITEM_DELETE,   OP_ITEM_DELETE,   MERGE_KEEP },
	{ OP_OCCURRENCE,    OP_OCCURRENCE,    MERGE_REPLACE },
	{ OP_OCCURRENCE,    OP_ITEM_DELETE,   MERGE_REPLACE },
	{ OP_RESPOND,       OP_RESPOND,       MERGE_REPLACE },
};

Merge op_merge(OpKind earlier, OpKind later)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++)
		if (rules[i].earlier == earlier && rules[i].later == later)
			return rules[i].merge;
	return MERGE_BESIDE;
}

bool op_overtakes(OpKind later, OpKind earlier)
{
	return later == OP_DELETE && op_is_of_message(earlier) && earlier != OP_DELETE;
}
