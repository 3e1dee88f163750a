/*
 * Operations as they are made: each with its local effect and merged with what has not left yet,
 * the whole action in one transaction.
 *
 * A message that is moved stands in its new folder at once, under a name of ours; its home columns
 * say where the server has it. One that is deleted is moved too, into a folder that nobody sees, so
 * that a refusal can bring it back.
 */
#include "base/error.h"
#include "base/i18n.h"
#include "base/secret.h"
#include "base/text.h"
#include "model/merge.h"
#include "store/item.h"
#include "store/item-op.h"
#include "store/private.h"

/* What one action works with. */
typedef struct {
	StoreWriter *writer;
	Db          *db;
	int64_t      now_ms;
	int64_t      group_id;       /* 0 until the first op has its row */
} Action;

/* What is done with the op at hand after a look at those before it. */
typedef struct {
	bool is_nothing;             /* it is done already, or undoes what has not left */
	bool is_behind_move;         /* the message is being moved, or will be */
} Verdict;

/* ---- what is there ---- */

guint op_flag_bits(int64_t state)
{
	return state == FLAG_ACTIVE ? MESSAGE_FLAGGED : state == FLAG_DONE ? MESSAGE_DONE : 0;
}

FlagState op_flag_state(guint flags)
{
	return flags & MESSAGE_FLAGGED ? FLAG_ACTIVE : flags & MESSAGE_DONE ? FLAG_DONE : FLAG_NONE;
}

static void value_of_message(Op *op, Stmt *stmt)
{
	guint flags = (guint)get_int(stmt);
	g_autofree char *categories = get_text(stmt);
	OpValue *before = &op->before;

	op_value_clear(before);
	if (op->kind == OP_MARK_READ)
		before->number = (flags & MESSAGE_READ) != 0;
	if (op->kind == OP_MOVE || op->kind == OP_DELETE)
		before->folder_id = op->folder_id;
	if (op->kind == OP_CATEGORIES)
		before->text = g_steal_pointer(&categories);
	if (op->kind != OP_FLAG)
		return;
	before->number = op_flag_state(flags);
	before->start_ms = get_int(stmt);
	before->due_ms = get_int(stmt);
	before->done_ms = get_int(stmt);
}

/* Where the message is shown, and its values; of its values the server holds the same, unless an
 * earlier op says otherwise. */
static bool look_at_message(Action *action, Op *op, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		action->db,
		"SELECT f.account_id, f.id, f.is_hidden, ifnull(m.home_folder_id, f.id), m.flags, "
		"m.categories, m.start_ms, m.due_ms, m.done_ms FROM message m "
		"JOIN folder f ON f.id = m.folder_id WHERE m.id = ?");
	bool has_row;
	int64_t home_id;

	put_int(&stmt, op->message_id);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	if (!has_row)
		return fail(err, ERR_GONE, _("the message is no longer there"));
	op->account_id = get_int(&stmt);
	op->folder_id = get_int(&stmt);
	if (get_bool(&stmt))
		return fail(err, ERR_GONE, _("the message was deleted"));
	home_id = get_int(&stmt);
	value_of_message(op, &stmt);
	op_value_copy(&op->was, &op->before);
	if (op->kind == OP_MOVE || op->kind == OP_DELETE)
		op->was.folder_id = home_id;
	return stmt_row_is_sound(&stmt, err);
}

static bool look_at_folder(Action *action, Op *op, FolderType *ret_type, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		action->db,
		"SELECT f.account_id, f.type, f.name, ifnull(p.id, 0) FROM folder f LEFT JOIN folder p "
		"ON p.account_id = f.account_id AND p.server_id = f.parent_server_id "
		"WHERE f.id = ? AND NOT f.is_hidden");
	bool has_row;

	put_int(&stmt, op->folder_id);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	if (!has_row)
		return fail(err, ERR_GONE, _("the folder is no longer there"));
	op->account_id = get_int(&stmt);
	*ret_type = (FolderType)get_int(&stmt);
	op_value_clear(&op->before);
	op->before.text = get_text(&stmt);
	op->before.folder_id = get_int(&stmt);
	op_value_copy(&op->was, &op->before);
	return stmt_row_is_sound(&stmt, err);
}

static bool look_at_draft(Action *action, Op *op, GError **err)
{
	return db_number(action->db, "SELECT account_id FROM draft WHERE id = ?", op->draft_id, 0,
	                 &op->account_id, err) &&
	       (op->account_id || fail(err, ERR_GONE, _("the draft is no longer there")));
}

static bool account_of_folder(Action *action, int64_t folder_id, int64_t *ret_id, GError **err)
{
	return db_number(action->db, "SELECT account_id FROM folder WHERE id = ? AND NOT is_hidden",
	                 folder_id, 0, ret_id, err);
}

/* ---- what may not be ---- */

static bool move_is_possible(Action *action, const Op *op, GError **err)
{
	int64_t account_id;

	if (!account_of_folder(action, op->value.folder_id, &account_id, err))
		return false;
	if (account_id == 0)
		return fail(err, ERR_NOT_FOUND, _("the folder to move to is not there"));
	return account_id == op->account_id ||
	       fail(err, ERR_UNSUPPORTED, _("a move stays within the account"));
}

static bool name_is_free(Action *action, const Op *op, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		action->db,
		"SELECT 1 FROM folder f WHERE f.account_id = ?1 AND f.name = ?2 AND f.id <> ?3 AND NOT f.is_hidden "
		"AND ifnull((SELECT p.id FROM folder p WHERE p.account_id = ?1 AND p.server_id = f.parent_server_id), 0) = ?4");
	bool has_row;

	put_int(&stmt, op->account_id);
	put_text(&stmt, op->value.text);
	put_int(&stmt, op->folder_id);
	put_int(&stmt, op->value.folder_id);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	return !has_row ||
	       fail(err, ERR_EXISTS, _("there is a folder called \"%s\" already"), op->value.text);
}

/* A folder must not come to lie below itself. */
static bool parent_is_possible(Action *action, const Op *op, GError **err)
{
	static const char sql[] =
		"WITH RECURSIVE up (id, account_id, parent) AS ("
		"SELECT id, account_id, parent_server_id FROM folder WHERE id = ?1 UNION "
		"SELECT f.id, f.account_id, f.parent_server_id FROM folder f JOIN up "
		"ON f.account_id = up.account_id AND f.server_id = up.parent) "
		"SELECT 1 FROM up WHERE id = ?2";
	g_auto(Stmt) stmt = stmt_begin(action->db, sql);
	bool has_row;

	put_int(&stmt, op->value.folder_id);
	put_int(&stmt, op->folder_id);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	return !has_row || fail(err, ERR_USAGE, _("a folder cannot be put below itself"));
}

static bool name_is_possible(Action *action, const Op *op, GError **err)
{
	if (!op->value.text || !*op->value.text)
		return fail(err, ERR_USAGE, _("a folder needs a name"));
	return parent_is_possible(action, op, err) && name_is_free(action, op, err);
}

static bool is_own_folder(FolderType type, GError **err)
{
	return type == FOLDER_USER_MAIL || type == FOLDER_GENERIC ||
	       fail(err, ERR_REFUSED,
	            _("the server keeps this folder for itself: it cannot be renamed or deleted"));
}

/* ---- looks, by kind: fill in account, was and before, and refuse what cannot be ---- */

static bool look_at_move(Action *action, Op *op, GError **err)
{
	return look_at_message(action, op, err) && move_is_possible(action, op, err);
}

static bool look_at_create(Action *action, Op *op, GError **err)
{
	int64_t account_id = op->account_id;

	if (op->value.folder_id &&
	    !account_of_folder(action, op->value.folder_id, &account_id, err))
		return false;
	if (account_id == 0)
		return fail(err, ERR_NOT_FOUND, _("the folder for the new one is not there"));
	op->account_id = account_id;
	return name_is_possible(action, op, err);
}

static bool look_at_update(Action *action, Op *op, GError **err)
{
	FolderType type;

	return look_at_folder(action, op, &type, err) && is_own_folder(type, err) &&
	       name_is_possible(action, op, err);
}

static bool look_at_folder_delete(Action *action, Op *op, GError **err)
{
	FolderType type;

	return look_at_folder(action, op, &type, err) && is_own_folder(type, err);
}

static bool look_at_empty(Action *action, Op *op, GError **err)
{
	FolderType type;

	return look_at_folder(action, op, &type, err);
}

static bool look_at_account(Action *action, Op *op, GError **err)
{
	return db_number(action->db, "SELECT id FROM account WHERE id = ?", op->account_id, 0,
	                 &op->account_id, err) &&
	       (op->account_id || fail(err, ERR_NOT_FOUND, _("the account is not there")));
}

static bool look_at_item(Action *action, Op *op, GError **err)
{
	return item_op_look(action->db, op, err);
}

/* ---- effects ---- */

bool op_show_read(Db *db, int64_t message_id, bool is_read, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"UPDATE message SET flags = (flags & ~1) | ?1, is_unread = ?1 = 0 WHERE id = ?2");

	put_int(&stmt, is_read ? MESSAGE_READ : 0);
	put_int(&stmt, message_id);
	return stmt_run(&stmt, err);
}

bool op_show_flag(Db *db, int64_t message_id, const OpValue *value, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "UPDATE message SET flags = (flags & ~?1) | ?2, start_ms = ?3, due_ms = ?4, "
		    "done_ms = ?5 WHERE id = ?6");

	put_int(&stmt, MESSAGE_FLAGGED | MESSAGE_DONE);
	put_int(&stmt, op_flag_bits(value->number));
	put_int(&stmt, value->start_ms);
	put_int(&stmt, value->due_ms);
	put_int(&stmt, value->done_ms);
	put_int(&stmt, message_id);
	return stmt_run(&stmt, err);
}

bool op_show_categories(Db *db, int64_t message_id, const char *list, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "UPDATE message SET categories = ? WHERE id = ?");

	put_text(&stmt, list);
	put_int(&stmt, message_id);
	return stmt_run(&stmt, err);
}

/* Out of its home, or on from where an earlier op has put it. */
bool op_show_in(Db *db, int64_t message_id, int64_t folder_id, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"UPDATE message SET home_folder_id = ifnull(home_folder_id, folder_id), "
		"home_server_id = ifnull(home_server_id, server_id), server_id = char(1) || id, "
		"folder_id = ?1 WHERE id = ?2");

	put_int(&stmt, folder_id);
	put_int(&stmt, message_id);
	return stmt_run(&stmt, err);
}

bool op_show_home(Db *db, int64_t message_id, GError **err)
{
	return db_run_with(
		db,
		"UPDATE message SET folder_id = home_folder_id, server_id = home_server_id, "
		"home_folder_id = NULL, home_server_id = NULL WHERE id = ? AND home_folder_id IS NOT NULL",
		message_id, err);
}

/* The folder of what is being deleted; made when it is first needed. */
static bool limbo_ensure(Db *db, int64_t account_id, int64_t *ret_id, GError **err)
{
	static const char find[] =
		"SELECT id FROM folder WHERE account_id = ? AND server_id = char(1) || 'limbo'";

	if (!db_number(db, find, account_id, 0, ret_id, err))
		return false;
	if (*ret_id)
		return true;
	return db_run_with(db,
	                   "INSERT INTO folder (account_id, server_id, type, is_behind, is_hidden) "
	                   "VALUES (?, char(1) || 'limbo', 18, 0, 1)",
	                   account_id, err) &&
	       db_number(db, find, account_id, 0, ret_id, err);
}

static bool show_deleted(Db *db, const Op *op, GError **err)
{
	int64_t limbo_id;

	return limbo_ensure(db, op->account_id, &limbo_id, err) &&
	       op_show_in(db, op->message_id, limbo_id, err);
}

bool op_show_folder(Db *db, int64_t folder_id, const OpValue *value, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"UPDATE folder SET name = ?1, parent_server_id = "
		"ifnull((SELECT p.server_id FROM folder p WHERE p.id = ?2), '0') WHERE id = ?3");

	put_text(&stmt, value->text);
	put_int(&stmt, value->folder_id);
	put_int(&stmt, folder_id);
	return stmt_run(&stmt, err);
}

static bool make_folder(Db *db, Op *op, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "INSERT INTO folder (account_id, server_id, type, is_behind) "
		    "VALUES (?1, char(1) || (SELECT ifnull(max(id), 0) + 1 FROM folder), ?2, 0)");

	put_int(&stmt, op->account_id);
	put_int(&stmt, FOLDER_USER_MAIL);
	if (!stmt_run(&stmt, err))
		return false;
	op->folder_id = sqlite3_last_insert_rowid(db_handle(db));
	return op_show_folder(db, op->folder_id, &op->value, err);
}

bool op_show_folder_hidden(Db *db, int64_t folder_id, bool is_hidden, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "WITH RECURSIVE below (id) AS (SELECT ?1 UNION "
		    "SELECT f.id FROM folder p JOIN below ON p.id = below.id JOIN folder f "
		    "ON f.account_id = p.account_id AND f.parent_server_id = p.server_id) "
		    "UPDATE folder SET is_hidden = ?2 WHERE id IN (SELECT id FROM below)");

	put_int(&stmt, folder_id);
	put_int(&stmt, is_hidden);
	return stmt_run(&stmt, err);
}

static bool show_empty(Db *db, const Op *op, GError **err)
{
	int64_t limbo_id;

	if (!limbo_ensure(db, op->account_id, &limbo_id, err))
		return false;
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"UPDATE message SET home_folder_id = ifnull(home_folder_id, folder_id), "
		"home_server_id = ifnull(home_server_id, server_id), server_id = char(1) || id, "
		"folder_id = ?1 WHERE folder_id = ?2");
	put_int(&stmt, limbo_id);
	put_int(&stmt, op->folder_id);
	return stmt_run(&stmt, err);
}

/* Shows what the person wants. Of FOLDER_CREATE it fills in the folder. */
static bool show(Db *db, Op *op, GError **err)
{
	switch (op->kind) {
	case OP_MARK_READ:
		return op_show_read(db, op->message_id, op->value.number, err);
	case OP_FLAG:
		return op_show_flag(db, op->message_id, &op->value, err);
	case OP_CATEGORIES:
		return op_show_categories(db, op->message_id, op->value.text, err);
	case OP_MOVE:
		return op_show_in(db, op->message_id, op->value.folder_id, err);
	case OP_DELETE:
		return show_deleted(db, op, err);
	case OP_FOLDER_CREATE:
		return make_folder(db, op, err);
	case OP_FOLDER_UPDATE:
		return op_show_folder(db, op->folder_id, &op->value, err);
	case OP_FOLDER_DELETE:
		return op_show_folder_hidden(db, op->folder_id, true, err);
	case OP_FOLDER_EMPTY:
		return show_empty(db, op, err);
	case OP_ITEM_SAVE:
	case OP_ITEM_DELETE:
	case OP_OCCURRENCE:
	case OP_RESPOND:
		return item_op_show(db, op, err);
	default:
		return true;
	}
}

/* ---- merging ---- */

static const char earlier_of_message[] =
	"SELECT " OP_COLUMNS " FROM " OP_TABLES
	" WHERE o.message_id = ? AND o.message_id > 0 ORDER BY o.id";
static const char earlier_of_folder[] = "SELECT " OP_COLUMNS " FROM " OP_TABLES
					" WHERE o.folder_id = ? AND o.folder_id > 0 ORDER BY o.id";
static const char earlier_of_draft[] = "SELECT " OP_COLUMNS " FROM " OP_TABLES
				       " WHERE o.draft_id = ? AND o.draft_id > 0 ORDER BY o.id";
static const char earlier_of_account[] = "SELECT " OP_COLUMNS " FROM " OP_TABLES
					 " WHERE o.account_id = ? AND o.kind = 11 ORDER BY o.id";

static const char earlier_of_item[] = "SELECT " OP_COLUMNS " FROM " OP_TABLES
				      " WHERE o.item_id = ? AND o.item_id > 0 ORDER BY o.id";

static const char *earlier_sql(const Op *op, int64_t *ret_subject)
{
	if (op_is_of_message(op->kind)) {
		*ret_subject = op->message_id;
		return earlier_of_message;
	}
	if (op->kind == OP_OOF) {
		*ret_subject = op->account_id;
		return earlier_of_account;
	}
	if (op_is_of_item(op->kind)) {
		*ret_subject = op->item_id;
		return earlier_of_item;
	}
	*ret_subject = op_has_text(op->kind) ? op->draft_id : op->folder_id;
	return op_has_text(op->kind) ? earlier_of_draft : earlier_of_folder;
}

static bool read_earlier(Action *action, const Op *op, GPtrArray *earlier, GError **err)
{
	int64_t subject;
	g_auto(Stmt) stmt = stmt_begin(action->db, earlier_sql(op, &subject));
	bool has_row;

	put_int(&stmt, subject);
	while (stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		Op *one = op_row_get(&stmt, err);
		if (!one)
			return false;
		g_ptr_array_add(earlier, one);
	}
	return false;
}

bool op_row_delete(Db *db, int64_t op_id, GError **err)
{
	return db_run_with(db, "DELETE FROM op WHERE id = ?", op_id, err);
}

/* The earlier op makes the folder with the later's name. */
static bool merge_into(Db *db, const Op *earlier, Op *op, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "UPDATE op SET value_text = ?, value_folder_id = ? WHERE id = ?");

	put_text(&stmt, op->value.text);
	put_int(&stmt, op->value.folder_id);
	put_int(&stmt, earlier->id);
	return stmt_run(&stmt, err) && show(db, op, err);
}

/* A folder that the server never saw goes without a word, unless something is on its way into it.
 */
static bool merge_cancel(Db *db, const Op *earlier, Verdict *verdict, GError **err)
{
	int64_t in_use;

	if (!db_number(
		    db,
		    "SELECT count(*) FROM op o, folder f WHERE f.id = ?1 AND (o.value_folder_id = f.id OR "
		    "EXISTS (SELECT 1 FROM folder c WHERE c.account_id = f.account_id AND c.parent_server_id = f.server_id))",
		    earlier->folder_id, 0, &in_use, err))
		return false;
	if (in_use)
		return true;
	verdict->is_nothing = true;
	return op_row_delete(db, earlier->id, err) &&
	       db_run_with(db, "DELETE FROM folder WHERE id = ?", earlier->folder_id, err);
}

/* Whether the server has made an item whose answer was lost is not known. */
static bool may_merge(const Op *earlier)
{
	bool is_perhaps_made = op_makes_item(earlier) && earlier->attempts > 0 &&
	                       earlier->state != OP_FAILED;

	return earlier->state != OP_SENDING && earlier->state != OP_UNSURE && !is_perhaps_made;
}


/* What the server will hold when the earlier one has gone through. */
static void start_from(Op *op, const Op *earlier)
{
	if (op->kind == earlier->kind)
		op_value_copy(&op->was, &earlier->value);
}

static bool merge_one(Action *action, const Op *earlier, Op *op, Verdict *verdict, GError **err)
{
	Merge merge = op_merge(earlier->kind, op->kind);
	bool is_move = earlier->kind == OP_MOVE || earlier->kind == OP_DELETE;

	if (!may_merge(earlier) || merge == MERGE_BESIDE) {
		verdict->is_behind_move = verdict->is_behind_move || is_move;
		verdict->is_nothing = verdict->is_nothing || merge == MERGE_KEEP;
		start_from(op, earlier);
		return true;
	}
	switch (merge) {
	case MERGE_REPLACE:
		if (op->kind == earlier->kind)
			op_value_copy(&op->was, &earlier->was);
		return op_row_delete(action->db, earlier->id, err);
	case MERGE_INTO:
		verdict->is_nothing = true;
		return merge_into(action->db, earlier, op, err);
	case MERGE_CANCEL:
		return merge_cancel(action->db, earlier, verdict, err);
	default:
		verdict->is_nothing = true;
		return true;
	}
}

/* Each exception of a series goes by itself. */
static bool is_of_another_time(const Op *earlier, const Op *op)
{
	return earlier->kind == op->kind && earlier->value.start_ms != op->value.start_ms;
}

/* *ret_goes_on: it took the place of @earlier, and the one before that is to be looked at. */
static bool merge_of_item(Action *action, const Op *earlier, Op *op, Verdict *verdict,
                          bool *ret_goes_on, GError **err)
{
	Merge merge = op_merge(earlier->kind, op->kind);

	*ret_goes_on = false;
	if (may_merge(earlier) && item_op_is_undone_by(earlier, op)) {
		verdict->is_nothing = true;
		return item_row_delete(action->db, earlier->item_id, err);
	}
	if (merge == MERGE_KEEP) {
		verdict->is_nothing = true;
		return true;
	}
	*ret_goes_on = may_merge(earlier) && merge == MERGE_REPLACE &&
	               !is_of_another_time(earlier, op);
	/* What is deleted says nothing: its value is empty. */
	op_value_copy(&op->was, *ret_goes_on ? &earlier->was : &earlier->value);
	return !*ret_goes_on || op_row_delete(action->db, earlier->id, err);
}

/* What an item says is whole in each change, so that only the last can be replaced, and then the
 * one before it. Answers are beside that. */
static bool merge_item(Action *action, Op *op, const GPtrArray *earlier, Verdict *verdict,
                       GError **err)
{
	bool goes_on = true;

	for (guint i = earlier->len; i > 0 && goes_on; i--) {
		const Op *one = g_ptr_array_index(earlier, i - 1);
		if ((one->kind == OP_RESPOND) == (op->kind == OP_RESPOND) &&
		    !merge_of_item(action, one, op, verdict, &goes_on, err))
			return false;
	}
	return true;
}

static bool merge_all(Action *action, Op *op, Verdict *verdict, GError **err)
{
	g_autoptr(GPtrArray) earlier = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);

	if (!read_earlier(action, op, earlier, err))
		return false;
	if (op_is_of_item(op->kind))
		return merge_item(action, op, earlier, verdict, err);
	for (guint i = 0; i < earlier->len; i++)
		if (!merge_one(action, g_ptr_array_index(earlier, i), op, verdict, err))
			return false;
	return true;
}

/* ---- the row ---- */

static bool ensure_client_id(Op *op, GError **err)
{
	bool needs_one = op->kind == OP_SEND || op->kind == OP_SAVE_DRAFT || op_makes_item(op);

	if (!needs_one || op->client_id)
		return true;
	g_autoptr(Secret) random = secret_new_random(8, err);
	if (!random)
		return false;
	op->client_id = text_hex(secret_bytes(random), 8);
	return true;
}

static void put_value(Stmt *stmt, const OpValue *value)
{
	put_int(stmt, value->number);
	put_int(stmt, value->folder_id);
	put_text(stmt, value->text);
	put_int(stmt, value->start_ms);
	put_int(stmt, value->due_ms);
	put_int(stmt, value->done_ms);
}

static bool insert_op(Action *action, const Op *op, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		action->db,
		"INSERT INTO op (group_id, kind, state, account_id, folder_id, message_id, draft_id, "
		"value, value_folder_id, value_text, start_ms, flag_due_ms, done_ms, "
		"was, was_folder_id, was_text, was_start_ms, was_due_ms, was_done_ms, due_ms, client_id, changed_ms, item_id) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

	put_int(&stmt, action->group_id);
	put_int(&stmt, op->kind);
	put_int(&stmt, op->due_ms > action->now_ms ? OP_HELD : OP_WAITING);
	put_int(&stmt, op->account_id);
	put_int(&stmt, op_is_of_message(op->kind) || op_is_of_item(op->kind) ? 0 : op->folder_id);
	put_int(&stmt, op->message_id);
	put_int(&stmt, op->draft_id);
	put_value(&stmt, &op->value);
	put_value(&stmt, &op->was);
	put_int(&stmt, op->due_ms);
	put_text(&stmt, op->client_id);
	put_int(&stmt, action->now_ms);
	put_int(&stmt, op->item_id);
	return stmt_run(&stmt, err);
}

static bool add_row(Action *action, Op *op, GError **err)
{
	if (!ensure_client_id(op, err) || !insert_op(action, op, err))
		return false;
	op->id = sqlite3_last_insert_rowid(db_handle(action->db));
	op->changed_ms = action->now_ms;
	op->state = op->due_ms > action->now_ms ? OP_HELD : OP_WAITING;
	if (!action->group_id) {
		action->group_id = op->id;
		if (!db_run_with(action->db, "UPDATE op SET group_id = id WHERE id = ?", op->id,
		                 err))
			return false;
	}
	op->group_id = action->group_id;
	return true;
}

/* ---- one op, all ops ---- */

typedef bool (*Look)(Action *action, Op *op, GError **err);

static const Look looks[OP_KIND_COUNT] = {
	[OP_MARK_READ] = look_at_message,
	[OP_FLAG] = look_at_message,
	[OP_CATEGORIES] = look_at_message,
	[OP_MOVE] = look_at_move,
	[OP_DELETE] = look_at_message,
	[OP_FOLDER_CREATE] = look_at_create,
	[OP_FOLDER_UPDATE] = look_at_update,
	[OP_FOLDER_DELETE] = look_at_folder_delete,
	[OP_FOLDER_EMPTY] = look_at_empty,
	[OP_SEND] = look_at_draft,
	[OP_SAVE_DRAFT] = look_at_draft,
	[OP_OOF] = look_at_account,
	[OP_ITEM_SAVE] = look_at_item,
	[OP_ITEM_DELETE] = look_at_item,
	[OP_OCCURRENCE] = look_at_item,
	[OP_RESPOND] = look_at_item,
};

/* What ends where the server is needs no telling; a message that stands there is at home again. */
static bool show_without_telling(Action *action, Op *op, const Verdict *verdict, GError **err)
{
	bool is_home = op->kind == OP_MOVE && !verdict->is_behind_move;

	return is_home ? op_show_home(action->db, op->message_id, err)
	               : show(action->db, op, err);
}

static bool write_one(Action *action, Op *op, GError **err);

/* The folders that lie in it go before it, each by an op of its own: a server may leave them
 * behind. */
static bool write_folders_within(Action *action, const Op *op, GError **err)
{
	static const char within[] =
		"SELECT f.id FROM folder p JOIN folder f ON f.account_id = p.account_id "
		"AND f.parent_server_id = p.server_id "
		"WHERE p.id = ? AND f.type IN (1, 12) AND NOT f.is_hidden";
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	if (!op_collect_ids(action->db, within, op->folder_id, ids, err))
		return false;
	for (guint i = 0; i < ids->len; i++) {
		g_autoptr(Op) inner = op_new(OP_FOLDER_DELETE);
		inner->folder_id = g_array_index(ids, int64_t, i);
		inner->due_ms = op->due_ms;
		if (!write_one(action, inner, err))
			return false;
	}
	return true;
}

static bool write_one(Action *action, Op *op, GError **err)
{
	Verdict verdict = { 0 };

	if (!looks[op->kind](action, op, err) ||
	    (op->kind == OP_FOLDER_DELETE && !write_folders_within(action, op, err)) ||
	    !merge_all(action, op, &verdict, err))
		return false;
	if (verdict.is_nothing)
		return true;
	if (op_value_equal(op->kind, &op->value, &op->was))
		return show_without_telling(action, op, &verdict, err);
	return show(action->db, op, err) && add_row(action, op, err);
}

/* Of many messages some may have gone meanwhile; only when all have is there something to say. */
static bool write_all(Action *action, const GPtrArray *ops, GError **err)
{
	guint gone = 0;

	for (guint i = 0; i < ops->len; i++) {
		g_autoptr(GError) why = NULL;
		if (write_one(action, g_ptr_array_index(ops, i), &why))
			continue;
		if (!error_is(why, ERR_GONE) || ++gone == ops->len) {
			g_propagate_error(err, g_steal_pointer(&why));
			return false;
		}
	}
	return true;
}

bool op_write_all(StoreWriter *writer, const GPtrArray *ops, int64_t *ret_group_id, GError **err)
{
	Action action = { .writer = writer, .db = writer->db,
	                  .now_ms = clock_now_ms(writer->store->clock) };

	if (!write_all(&action, ops, err))
		return false;
	*ret_group_id = action.group_id;
	return true;
}

bool store_write_ops(StoreWriter *writer, const GPtrArray *ops, int64_t *ret_group_id, GError **err)
{
	int64_t group_id = 0;

	if (!db_begin(writer->db, DB_DURABLE, err) ||
	    !db_end(writer->db, op_write_all(writer, ops, &group_id, err), err)) {
		for (guint i = 0; i < ops->len; i++)
			((Op *)g_ptr_array_index(ops, i))->id = 0;
		return false;
	}
	if (ret_group_id)
		*ret_group_id = group_id;
	return true;
}

bool store_write_op(StoreWriter *writer, Op *op, GError **err)
{
	g_autoptr(GPtrArray) ops = g_ptr_array_new();

	g_ptr_array_add(ops, op);
	return store_write_ops(writer, ops, NULL, err);
}
