#include <glib.h>

#include "model/merge.h"

static void test_rules(void)
{
	static const struct { const char *why; OpKind earlier, later; Merge merge; } rows[] = {
		{ "read, then unread",            OP_MARK_READ,     OP_MARK_READ,     MERGE_REPLACE },
		{ "another flag",                 OP_FLAG,          OP_FLAG,          MERGE_REPLACE },
		{ "other categories",             OP_CATEGORIES,    OP_CATEGORIES,    MERGE_REPLACE },
		{ "moved on",                     OP_MOVE,          OP_MOVE,          MERGE_REPLACE },
		{ "flagged, then moved",          OP_FLAG,          OP_MOVE,          MERGE_BESIDE },
		{ "moved, then flagged",          OP_MOVE,          OP_FLAG,          MERGE_BESIDE },
		{ "moved, then deleted",          OP_MOVE,          OP_DELETE,        MERGE_BESIDE },
		{ "made, then renamed",           OP_FOLDER_CREATE, OP_FOLDER_UPDATE, MERGE_INTO },
		{ "made, then deleted",           OP_FOLDER_CREATE, OP_FOLDER_DELETE, MERGE_CANCEL },
		{ "renamed twice",                OP_FOLDER_UPDATE, OP_FOLDER_UPDATE, MERGE_REPLACE },
		{ "emptied twice",                OP_FOLDER_EMPTY,  OP_FOLDER_EMPTY,  MERGE_KEEP },
		{ "emptied, then deleted",        OP_FOLDER_EMPTY,  OP_FOLDER_DELETE, MERGE_BESIDE },
		{ "saved again",                  OP_SAVE_DRAFT,    OP_SAVE_DRAFT,    MERGE_REPLACE },
		{ "saved, then sent",             OP_SAVE_DRAFT,    OP_SEND,          MERGE_REPLACE },
		{ "sent twice by mistake",        OP_SEND,          OP_SEND,          MERGE_KEEP },
		{ "sent, then saved",             OP_SEND,          OP_SAVE_DRAFT,    MERGE_BESIDE },
		{ "other settings",               OP_OOF,           OP_OOF,           MERGE_REPLACE },
		{ "an event saved again",         OP_ITEM_SAVE,     OP_ITEM_SAVE,     MERGE_REPLACE },
		{ "saved, then deleted",          OP_ITEM_SAVE,     OP_ITEM_DELETE,   MERGE_REPLACE },
		{ "deleted, then wanted back",    OP_ITEM_DELETE,   OP_ITEM_SAVE,     MERGE_REPLACE },
		{ "an occurrence before all",     OP_OCCURRENCE,    OP_ITEM_SAVE,     MERGE_BESIDE },
		{ "one occurrence twice",         OP_OCCURRENCE,    OP_OCCURRENCE,    MERGE_REPLACE },
		{ "answered twice",               OP_RESPOND,       OP_RESPOND,       MERGE_REPLACE },
		{ "answered, then deleted",       OP_RESPOND,       OP_ITEM_DELETE,   MERGE_BESIDE },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(op_merge(rows[i].earlier, rows[i].later), ==, rows[i].merge);
	}
}

static void test_only_a_deletion_overtakes(void)
{
	for (OpKind later = 0; later < OP_KIND_COUNT; later++)
		for (OpKind earlier = 0; earlier < OP_KIND_COUNT; earlier++)
			g_assert_cmpint(op_overtakes(later, earlier), ==, later == OP_DELETE && earlier < OP_DELETE);
}

static void test_names_of_ours_are_never_sent(void)
{
	static const struct { const char *why; OpKind kind; const char *message, *folder, *target; bool has; } rows[] = {
		{ "all known",                  OP_MOVE,          "5:1",   "5",   "6",   true },
		{ "moved, not yet named",       OP_FLAG,          "\0011", "5",   "0",   false },
		{ "into a folder that is made", OP_MOVE,          "5:1",   "5",   "\0017", false },
		{ "the folder itself",          OP_FOLDER_CREATE, NULL,    "\0017", "0", true },
		{ "below one that is made",     OP_FOLDER_CREATE, NULL,    "\0018", "\0017", false },
		{ "renamed before it is made",  OP_FOLDER_UPDATE, NULL,    "\0017", "0", false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Op) op = op_new(rows[i].kind);
		op->server_id = g_strdup(rows[i].message);
		op->folder_server_id = g_strdup(rows[i].folder);
		op->target_server_id = g_strdup(rows[i].target);
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(op_has_names(op), ==, rows[i].has);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/merge/rules", test_rules);
	g_test_add_func("/merge/only-a-deletion-overtakes", test_only_a_deletion_overtakes);
	g_test_add_func("/merge/names-of-ours-are-never-sent", test_names_of_ours_are_never_sent);
	return g_test_run();
}
