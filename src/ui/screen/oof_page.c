#include "ui/screen/oof_page.h"

#include <string.h>

#include "app/when.h"
#include "base/error.h"
#include "base/i18n.h"
#include "ui/screen/oof_page_state.h"

static void say(OofPage *page, Style style, const char *sentence)
{
	char *copy = g_strdup(sentence);

	g_free(page->message);
	page->message = copy;
	page->message_style = style;
}

static int64_t now_ms(const OofPage *page) { return clock_now_ms(page->setup.clock); }

int64_t oof_page_account_id(const OofPage *page) { return page->setup.account_id; }

/* ---- what the server has ---- */

static void replace(Oof **slot, const Oof *oof)
{
	Oof *copy = oof ? oof_copy(oof) : NULL;

	oof_free(*slot);
	*slot = copy;
}

static void ask(OofPage *page)
{
	const ScreenHostOps *ops = page->setup.host->ops;

	page->asked = ops->wish_oof(page->setup.host, page->setup.account_id);
	if (!page->asked)
		say(page, STYLE_WARNING,
		    _("The server cannot be asked: no engine runs in this window."));
}

/* The last change that the server does not have yet; NULL: it has them all. */
static Op *pending_op(const OofPage *page)
{
	g_autoptr(GPtrArray) ops = NULL;

	if (!store_read_ops(page->setup.reader, page->setup.account_id, G_MAXINT, &ops, NULL))
		return NULL;
	for (guint i = ops->len; i-- > 0;)
		if (((const Op *)g_ptr_array_index(ops, i))->kind == OP_OOF)
			return op_copy(g_ptr_array_index(ops, i));
	return NULL;
}

static bool take_pending(OofPage *page)
{
	g_autoptr(Op) op = pending_op(page);
	g_autoptr(Oof) wanted = op && op->value.text ? oof_from_text(op->value.text, NULL) : NULL;

	if (!wanted)
		return false;
	replace(&page->oof, wanted);
	replace(&page->sent, wanted);
	page->is_on_its_way = true;
	page->group_id = op->group_id;
	return true;
}

OofPage *oof_page_new(const OofPageSetup *setup)
{
	OofPage *page = g_new0(OofPage, 1);

	page->setup = *setup;
	if (!take_pending(page))
		ask(page);
	return page;
}

void oof_page_free(OofPage *page)
{
	if (!page)
		return;
	oof_free(page->server);
	oof_free(page->sent);
	oof_free(page->oof);
	prompt_free(page->prompt);
	editor_free(page->editor);
	for (EditingKind kind = 0; kind < EDITING_KIND_COUNT; kind++)
		g_free(page->left[kind]);
	g_free(page->message);
	g_free(page);
}

const Oof *oof_page_known(const OofPage *page)
{
	return page->sent ? NULL : page->server;
}

bool oof_page_is_changed(const OofPage *page)
{
	const Oof *base = page->sent ? page->sent : page->server;

	return page->oof && base && !oof_equal(page->oof, base);
}

/* ---- rows ---- */

bool oof_page_has_row(const OofPage *page, OofRow row)
{
	switch (row) {
	case OOF_ROW_FROM:
	case OOF_ROW_UNTIL:
		return page->oof->state == OOF_TIMED;
	case OOF_ROW_OUTSIDE:
		return oof_has_outside(page->oof);
	case OOF_ROW_OUTSIDE_TEXT:
		return oof_outside(page->oof) != OOF_OUTSIDE_NONE;
	default:
		return true;
	}
}

const char *oof_page_text(const OofPage *page, OofRow row)
{
	return row == OOF_ROW_INSIDE         ? page->oof->messages[OOF_INTERNAL].text
	       : row == OOF_ROW_OUTSIDE_TEXT ? oof_outside_text(page->oof)
	                                     : NULL;
}

/* The next row there is in that direction; the cursor stays where there is none. */
static bool step(OofPage *page, int direction)
{
	for (int row = (int)page->row + direction; row >= 0 && row < OOF_ROW_COUNT;
	     row += direction)
		if (oof_page_has_row(page, (OofRow)row)) {
			page->row = (OofRow)row;
			return true;
		}
	return false;
}

void oof_page_move(OofPage *page, int rows)
{
	if (!page->oof)
		return;
	g_clear_pointer(&page->message, g_free);
	while (rows && step(page, rows > 0 ? 1 : -1))
		rows += rows > 0 ? -1 : 1;
}

void oof_page_to_end(OofPage *page, bool is_bottom)
{
	oof_page_move(page, is_bottom ? OOF_ROW_COUNT : -OOF_ROW_COUNT);
}

bool oof_page_click(OofPage *page, int y)
{
	int at = y - page->first_y;

	for (int row = 0; page->oof && at >= 0 && row < OOF_ROW_COUNT; row++)
		if (oof_page_has_row(page, (OofRow)row) && at-- == 0) {
			page->row = (OofRow)row;
			return true;
		}
	return false;
}

/* ---- changing ---- */

static void ask_time(OofPage *page)
{
	prompt_free(page->prompt);
	page->prompt =
		prompt_new(page->row == OOF_ROW_FROM ? _("From (tomorrow, fri 17:00, 2026-12-01): ")
	                                             : _("Until (fri 9:00, 2w, 2026-12-01): "),
	                   "");
}

/* For a time needs an end before it is one. */
static void next_state(OofPage *page)
{
	if (page->oof->state == OOF_ON) {
		page->row = OOF_ROW_UNTIL;
		ask_time(page);
		return;
	}
	oof_set_state(page->oof, page->oof->state == OOF_OFF ? OOF_ON : OOF_OFF);
}

static void begin_time(OofPage *page, int64_t end_ms)
{
	if (page->oof->state != OOF_TIMED || page->oof->start_ms >= end_ms)
		page->oof->start_ms = now_ms(page);
	page->oof->end_ms = end_ms;
	oof_set_state(page->oof, OOF_TIMED);
}

/* Said like on the command line: a day that is named without a time means its beginning. */
static void set_time(OofPage *page, const char *text)
{
	g_autoptr(GError) err = NULL;
	int64_t ms;

	if (!when_parse(text, now_ms(page), 0, &ms, &err))
		say(page, STYLE_WARNING, err->message);
	else if (page->row == OOF_ROW_UNTIL)
		begin_time(page, ms);
	else if (ms >= page->oof->end_ms)
		say(page, STYLE_WARNING, _("That is after it ends."));
	else
		page->oof->start_ms = ms;
}

static void set_text(OofPage *page, OofRow row, const char *text)
{
	g_autofree char *tidy = g_strchomp(g_strdup(text));
	const Oof *oof = page->oof;

	if (g_strcmp0(oof_page_text(page, row), tidy) == 0)
		return;
	if (row == OOF_ROW_INSIDE) {
		oof_set_message(page->oof, OOF_INTERNAL, tidy, oof->messages[OOF_INTERNAL].is_html);
		return;
	}
	OofOutside who = oof_outside(oof);
	oof_set_outside_text(page->oof, tidy, oof->messages[OOF_KNOWN].is_html);
	oof_set_outside(page->oof, who);
}

static EditingOwner owner_of(const OofPage *page, EditingKind kind)
{
	return (EditingOwner){ kind, page->setup.account_id };
}

static void edit_with_program(OofPage *page, const char *text)
{
	const ScreenHostOps *ops = page->setup.host->ops;
	EditingOwner owner = owner_of(page, page->row == OOF_ROW_INSIDE ? EDITING_OOF_INSIDE
	                                                                : EDITING_OOF_OUTSIDE);
	g_autofree char *warning = NULL;
	g_autofree char *edited = ops->edit(page->setup.host, &owner, text, &warning);

	if (edited) {
		set_text(page, page->row, edited);
		ops->edit_is_safe(page->setup.host, &owner);
	}
	if (warning)
		say(page, STYLE_WARNING, warning);
}

static void take_left(OofPage *page)
{
	for (EditingKind kind = 0; page->oof && kind < EDITING_KIND_COUNT; kind++) {
		g_autofree char *text = g_steal_pointer(&page->left[kind]);
		EditingOwner owner = owner_of(page, kind);
		if (!text)
			continue;
		set_text(page, kind == EDITING_OOF_INSIDE ? OOF_ROW_INSIDE : OOF_ROW_OUTSIDE_TEXT,
		         text);
		page->setup.host->ops->edit_is_safe(page->setup.host, &owner);
	}
}

void oof_page_left_behind(OofPage *page, EditingKind kind, const char *text)
{
	g_free(page->left[kind]);
	page->left[kind] = g_strdup(text);
	take_left(page);
}

static void edit(OofPage *page)
{
	const char *text = oof_page_text(page, page->row);

	if (page->setup.host->ops->has_editor(page->setup.host))
		edit_with_program(page, text ? text : "");
	else
		page->editor = editor_new(text ? text : "");
}

void oof_page_change(OofPage *page)
{
	g_clear_pointer(&page->message, g_free);
	if (!page->oof) {
		if (!page->asked)
			ask(page);
		return;
	}
	switch (page->row) {
	case OOF_ROW_STATE:
		next_state(page);
		break;
	case OOF_ROW_FROM:
	case OOF_ROW_UNTIL:
		ask_time(page);
		break;
	case OOF_ROW_OUTSIDE:
		oof_set_outside(page->oof,
		                (OofOutside)((oof_outside(page->oof) + 1) % OOF_OUTSIDE_COUNT));
		break;
	default:
		edit(page);
	}
}

/* ---- saving ---- */

/* Why it cannot be told so; NULL: it can. */
static const char *complaint(const OofPage *page)
{
	const Oof *oof = page->oof;

	if (oof->state == OOF_TIMED && oof->end_ms <= now_ms(page))
		return _("It ends in the past: change Until first.");
	if (oof->state != OOF_OFF && oof_outside(oof) != OOF_OUTSIDE_NONE && !oof_outside_text(oof))
		return _("People outside are answered, and there is no text for them yet.");
	return NULL;
}

static void give(OofPage *page)
{
	GPtrArray *ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);
	Op *op = op_new(OP_OOF);

	op->account_id = page->setup.account_id;
	op->value.text = oof_to_text(page->oof);
	g_ptr_array_add(ops, op);
	page->given = page->setup.host->ops->ops(page->setup.host, ops);
	if (page->given)
		replace(&page->sent, page->oof);
	else
		say(page, STYLE_WARNING,
		    _("Nothing can be changed here now: no engine runs in this window."));
}

void oof_page_save(OofPage *page)
{
	const char *why = page->oof ? complaint(page) : _("The server has not answered yet.");

	g_clear_pointer(&page->message, g_free);
	if (why)
		say(page, STYLE_WARNING, why);
	else if (oof_page_is_changed(page))
		give(page);
	else
		say(page, STYLE_NORMAL, _("Nothing was changed."));
}

/* ---- keys ---- */

bool oof_page_takes_keys(const OofPage *page) { return page->prompt || page->editor; }

const char *oof_page_hint(const OofPage *page)
{
	return page->prompt ? _("Enter Done  Esc Leave")
	                    : _("Esc Done  ^K Cut line  ^Y Put back  Alt-u Undo");
}

static void prompt_input(OofPage *page, Key key)
{
	PromptResult result = prompt_key(page->prompt, key);

	if (result == PROMPT_EDITING)
		return;
	g_autoptr(Prompt) prompt = g_steal_pointer(&page->prompt);
	if (result == PROMPT_DONE && *prompt_text(prompt))
		set_time(page, prompt_text(prompt));
	if (!oof_page_has_row(page, page->row))
		page->row = OOF_ROW_STATE;
}

void oof_page_key(OofPage *page, Key key)
{
	g_clear_pointer(&page->message, g_free);
	if (page->prompt) {
		prompt_input(page, key);
	} else if (page->editor && editor_key(page->editor, key) == EDITOR_LEFT) {
		g_autoptr(Editor) editor = g_steal_pointer(&page->editor);
		set_text(page, page->row, editor_text(editor));
	}
}

void oof_page_paste(OofPage *page, const char *text)
{
	if (page->prompt)
		prompt_paste(page->prompt, text);
	else if (page->editor)
		editor_paste(page->editor, text);
}

/* ---- what comes back ---- */

/* What the person wants otherwise stays: it was changed meanwhile, or refused before. */
static void take_told(OofPage *page, const SyncEvent *event)
{
	gsize len = 0;
	const char *bytes = event->content ? g_bytes_get_data(event->content, &len) : NULL;
	g_autofree char *text = g_strndup(bytes ? bytes : "", len);
	g_autoptr(GError) err = NULL;
	g_autoptr(Oof) told = oof_from_text(text, &err);

	page->asked = 0;
	if (!told) {
		say(page, STYLE_ERROR, err->message);
		return;
	}
	if (!page->oof || (page->server && !page->sent && !oof_page_is_changed(page)))
		replace(&page->oof, told);
	replace(&page->server, told);
	take_left(page);
	if (!oof_page_has_row(page, page->row) && !oof_page_takes_keys(page))
		page->row = OOF_ROW_STATE;
}

static void fails(OofPage *page, const SyncEvent *event)
{
	bool was_asked = event->wish_id && event->wish_id == page->asked;

	page->asked = page->given = page->group_id = 0;
	page->is_on_its_way = false;
	replace(&page->sent, NULL);
	if (!page->server && !was_asked)
		ask(page);
	say(page, STYLE_ERROR, event->text ? event->text : _("The server did not do it."));
}

static bool is_mine(const OofPage *page, const SyncEvent *event)
{
	return (event->wish_id &&
	        (event->wish_id == page->asked || event->wish_id == page->given)) ||
	       (event->kind == SYNC_FAILED && event->group_id && event->group_id == page->group_id);
}

bool oof_page_event(OofPage *page, const SyncEvent *event)
{
	if (!is_mine(page, event))
		return false;
	switch (event->kind) {
	case SYNC_FETCHED:
		take_told(page, event);
		break;
	case SYNC_WRITTEN:
		page->given = 0;
		page->group_id = event->group_id;
		page->is_on_its_way = true;
		oof_page_reload(page);
		break;
	case SYNC_FAILED:
		fails(page, event);
		break;
	default:
		break;
	}
	return true;
}

void oof_page_reload(OofPage *page)
{
	g_autoptr(Op) op = page->is_on_its_way ? pending_op(page) : NULL;

	if (!page->is_on_its_way || op)
		return;
	page->is_on_its_way = false;
	page->group_id = 0;
	replace(&page->server, page->sent);
	replace(&page->sent, NULL);
	say(page, STYLE_NORMAL, _("The server has it."));
	ask(page);
}

/* ---- where things stand ---- */

const char *oof_page_notice(const OofPage *page, Style *ret_style)
{
	*ret_style = page->message ? page->message_style : STYLE_NORMAL;
	return page->message               ? page->message
	       : page->asked && !page->oof ? _("Asking the server…")
	       : !page->oof                ? _("Enter asks the server again.")
	       : oof_page_is_changed(page) ? _("Changed; not on the server yet.")
	       : page->sent                ? _("On its way to the server…")
	       : page->asked               ? _("Asking the server…")
	                                   : _("As the server has it.");
}
