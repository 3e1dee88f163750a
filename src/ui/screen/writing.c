#include "ui/screen/writing.h"

#include <string.h>

#include "app/compose.h"
#include "app/compose_check.h"
#include "app/filing.h"
#include "app/when.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/paths.h"
#include "base/text.h"
#include "mime/recipients.h"
#include "model/gal.h"
#include "ui/screen/writing_state.h"

enum { MORNING = 8 };

static void say(Writing *writing, const char *sentence)
{
	char *message = g_strdup(sentence);      /* @sentence may be part of the one before */

	g_free(writing->message);
	writing->message = message;
}

void writing_fails(Writing *writing, const char *sentence) { say(writing, sentence); }

/* Says *@err, and frees it, unless @ok. By address: the call that sets it is an argument too. */
static bool check(Writing *writing, bool ok, GError **err)
{
	if (!ok)
		say(writing, (*err)->message);
	g_clear_error(err);
	return ok;
}

/* ---- life ---- */

Writing *writing_new(const WritingSetup *setup, Draft *draft, bool is_resumed)
{
	Writing *writing = g_new0(Writing, 1);

	writing->setup = *setup;
	writing->draft = draft;
	writing->is_guided = !is_resumed;
	writing->check = CHECK_COUNT;
	writing->offer = -1;
	writing->known_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	writing->named = g_ptr_array_new_with_free_func((GDestroyNotify)gal_entry_free);
	writing->saved = draft_to_text(draft);
	return writing;
}

void writing_free(Writing *writing)
{
	if (!writing)
		return;
	draft_free(writing->draft);
	prompt_free(writing->prompt);
	ask_box_free(writing->ask);
	editor_free(writing->editor);
	menu_free(writing->menu);
	writing_offers_clear(writing);
	g_clear_pointer(&writing->candidates, g_ptr_array_unref);
	protection_free(writing->protection);
	g_hash_table_unref(writing->known_names);
	g_ptr_array_unref(writing->named);
	for (gsize i = 0; i < CHECKED_MOST; i++)
		g_free(writing->checked[i].value);
	g_free(writing->names);
	g_free(writing->names_failure);
	g_free(writing->naming);
	g_free(writing->saved);
	g_free(writing->refused);
	g_free(writing->message);
	g_free(writing);
}

const Draft *writing_draft(const Writing *writing) { return writing->draft; }

static void take_from_editor(Writing *writing)
{
	if (!writing->editor || strcmp(editor_text(writing->editor), writing->draft->body) == 0)
		return;
	g_free(writing->draft->body);
	writing->draft->body = g_strdup(editor_text(writing->editor));
}

bool writing_take_change(Writing *writing)
{
	g_autofree char *text = draft_to_text(writing->draft);

	if (strcmp(text, writing->saved) == 0)
		return false;
	g_free(writing->saved);
	writing->saved = g_steal_pointer(&text);
	return true;
}

/* ---- the fields ---- */

typedef struct { WritingAct act; const char *label; gsize at; bool is_recipients; } Field;

static const Field fields[] = {
	{ WRITING_FROM,     N_("From: "),     offsetof(Draft, from),     true },
	{ WRITING_TO,       N_("To: "),       offsetof(Draft, to),       true },
	{ WRITING_CC,       N_("Cc: "),       offsetof(Draft, cc),       true },
	{ WRITING_BCC,      N_("Bcc: "),      offsetof(Draft, bcc),      true },
	{ WRITING_REPLY_TO, N_("Reply-To: "), offsetof(Draft, reply_to), true },
	{ WRITING_SUBJECT,  N_("Subject: "),  offsetof(Draft, subject),  false },
};

static const Field *field_of(WritingAct act)
{
	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
		if (fields[i].act == act)
			return &fields[i];
	return NULL;
}

bool writing_is_recipients(WritingAct act)
{
	const Field *field = field_of(act);

	return field && field->is_recipients;
}

static char **value_of(const Writing *writing, const Field *field)
{
	return (char **)(void *)((char *)writing->draft + field->at);
}

static void ask_for(Writing *writing, WritingAct act, const char *label, const char *text)
{
	prompt_free(writing->prompt);
	writing->prompt = prompt_new(label, text ? text : "");
	writing->field = act;
	writing_offers_clear(writing);
}

static void ask_field(Writing *writing, WritingAct act)
{
	const Field *field = field_of(act);

	ask_for(writing, act, _(field->label), *value_of(writing, field));
}

/* What cannot be sent so is said at once; it is kept, for the review names it again. */
static void set_field(Writing *writing, const Field *field, const char *text)
{
	char **value = value_of(writing, field);
	g_autofree char *line = text_one_line(text);
	g_autoptr(GError) err = NULL;

	g_free(*value);
	*value = *line ? g_steal_pointer(&line) : NULL;
	if (!field->is_recipients || !*value)
		return;
	g_autoptr(GPtrArray) recipients = mime_recipients(*value, &err);
	check(writing, recipients != NULL, &err);
}

static WritingWish begin_text(Writing *writing)
{
	writing->is_guided = false;
	if (writing->setup.has_editor)
		return WRITING_WANTS_EDITOR;
	g_clear_pointer(&writing->editor, editor_free);
	writing->editor = editor_new(writing->draft->body);
	return WRITING_GOES_ON;
}

WritingWish writing_begin(Writing *writing)
{
	if (!writing->is_guided)
		return WRITING_GOES_ON;
	if (writing->draft->kind == DRAFT_NEW || !writing->draft->to) {
		ask_field(writing, WRITING_TO);
		return WRITING_GOES_ON;
	}
	return begin_text(writing);
}

/* To, Subject, text: one after the other. */
static WritingWish guide_on(Writing *writing, WritingAct done)
{
	if (!writing->is_guided)
		return WRITING_GOES_ON;
	if (done == WRITING_TO && !writing->draft->subject) {
		ask_field(writing, WRITING_SUBJECT);
		return WRITING_GOES_ON;
	}
	return begin_text(writing);
}

/* ---- what goes along ---- */

static void attach(Writing *writing, const char *path)
{
	DraftPart *part = draft_part_new();

	part->path = paths_expand_home(path);
	if (!g_file_test(part->path, G_FILE_TEST_IS_REGULAR)) {
		g_autofree char *why =
			g_strdup_printf(g_file_test(part->path, G_FILE_TEST_EXISTS)
		                                ? _("%s is no file that can be attached")
		                                : _("there is no file %s"),
		                        part->path);
		say(writing, why);
		draft_part_free(part);
		return;
	}
	part->name = g_path_get_basename(part->path);
	g_ptr_array_add(writing->draft->parts, part);
	writing->part = (int)writing->draft->parts->len - 1;
}

static void detach(Writing *writing)
{
	GPtrArray *parts = writing->draft->parts;

	if (parts->len == 0) {
		say(writing, _("Nothing is attached."));
		return;
	}
	g_ptr_array_remove_index(parts, (guint)writing->part);
	writing->part = CLAMP(writing->part, 0, MAX((int)parts->len - 1, 0));
}

static void complete_path(const char *text, GPtrArray *words, void *data)
{
	(void)data;
	filing_complete(text, words);
}

static void ask_path(Writing *writing)
{
	ask_for(writing, WRITING_ATTACH, _("Attach file: "), "");
	prompt_set_complete(writing->prompt, complete_path, NULL);
}

/* ---- when it leaves ---- */

static void set_later(Writing *writing, const char *text)
{
	int64_t now_ms = clock_now_ms(writing->setup.clock);
	GError *err = NULL;

	if (!*text)
		writing->draft->send_after_ms = 0;
	else
		check(writing,
		      when_parse(text, now_ms, MORNING, &writing->draft->send_after_ms, &err),
		      &err);
}

/* ---- the prompt ---- */

static WritingWish prompt_done(Writing *writing)
{
	g_autoptr(Prompt) prompt = g_steal_pointer(&writing->prompt);
	const char *text = prompt_text(prompt);
	WritingAct act = writing->field;

	writing_offers_clear(writing);
	if (field_of(act))
		set_field(writing, field_of(act), text);
	else if (act == WRITING_ATTACH && *text)
		attach(writing, text);
	else if (act == WRITING_LATER)
		set_later(writing, text);
	else if (act == WRITING_ENCRYPT)
		return writing_clear_typed(writing, text);
	return guide_on(writing, act);
}

static WritingWish prompt_input(Writing *writing, Key key)
{
	if (writing_offer_key(writing, key))
		return WRITING_GOES_ON;
	switch (prompt_key(writing->prompt, key)) {
	case PROMPT_DONE:
		return prompt_done(writing);
	case PROMPT_CANCELLED:
		g_clear_pointer(&writing->prompt, prompt_free);
		writing_offers_clear(writing);
		writing->is_guided = false;
		return WRITING_GOES_ON;
	default:
		writing_offer_anew(writing);
		return WRITING_GOES_ON;
	}
}

/* ---- before it leaves ---- */

static bool recipients_are_sound(Writing *writing)
{
	bool has_any = false;

	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
		const char *value = *value_of(writing, &fields[i]);
		GError *err = NULL;
		if (!fields[i].is_recipients || !value)
			continue;
		g_autoptr(GPtrArray) found = mime_recipients(value, &err);
		if (!check(writing, found != NULL, &err))
			return false;
		has_any |= found->len > 0 && fields[i].act != WRITING_FROM &&
		           fields[i].act != WRITING_REPLY_TO;
	}
	if (!has_any)
		say(writing, _("Nobody is to get this mail yet: fill in To, Cc or Bcc."));
	return has_any;
}

static char *strangers_question(const Writing *writing)
{
	g_autoptr(GPtrArray) strangers = NULL;

	if (!writing->setup.domains)
		return NULL;
	strangers = compose_external(writing->draft, writing->setup.domains);
	if (strangers->len == 0)
		return NULL;
	if (strangers->len == 1)
		return g_strdup_printf(_("%s is outside your organisation. Send?"),
		                       (char *)strangers->pdata[0]);
	return g_strdup_printf(_("%u recipients are outside your organisation, such as %s. Send?"),
	                       strangers->len, (char *)strangers->pdata[0]);
}

/* NULL: nothing to ask. */
static char *question_of(const Writing *writing, WritingCheck at)
{
	switch (at) {
	case CHECK_DOUBT:
		return writing_doubt_question(writing);
	case CHECK_SUBJECT:
		return writing->draft->subject
		               ? NULL
		               : g_strdup(_("The mail has no subject. Send it so?"));
	case CHECK_ATTACHMENT:
		return !writing->setup.skips_attachments && compose_forgot_attachment(writing->draft)
		               ? g_strdup(_(
					 "The mail speaks of an attachment, and nothing is attached. Send it so?"))
		               : NULL;
	case CHECK_STRANGERS:
		return strangers_question(writing);
	case CHECK_COUNT:
		break;
	}
	return NULL;
}

static WritingWish ask_next(Writing *writing)
{
	while (writing->check < CHECK_COUNT) {
		g_autofree char *question = question_of(writing, writing->check++);
		if (!question)
			continue;
		writing->ask = ask_box_new_yes_no(question);
		writing->about = ABOUT_CHECK;
		return WRITING_GOES_ON;
	}
	writing_settle(writing);
	return WRITING_SENDS;
}

WritingWish writing_ask_on(Writing *writing)
{
	writing->check = CHECK_DOUBT;
	return ask_next(writing);
}

WritingWish writing_send_on(Writing *writing)
{
	WritingWish wish = WRITING_GOES_ON;

	if (!writing_names_are_known(writing, &wish))
		return wish;
	if (!recipients_are_sound(writing))
		return WRITING_GOES_ON;
	return writing_must_look(writing) ? WRITING_WANTS_CERTIFICATES : writing_ask_on(writing);
}

static WritingWish send(Writing *writing)
{
	if (writing->refused) {
		say(writing,
		    _("What came from the editor cannot be read yet; write the text again first."));
		return WRITING_GOES_ON;
	}
	g_clear_pointer(&writing->names_failure, g_free);
	return writing_send_on(writing);
}

static WritingWish leave(Writing *writing)
{
	writing->ask = ask_box_new_yes_no(_("Keep this mail as a draft?"));
	writing->about = ABOUT_LEAVING;
	return WRITING_GOES_ON;
}

static WritingWish ask_input(Writing *writing, Key key)
{
	AskResult result = ask_box_key(writing->ask, key);

	if (result == ASK_OPEN)
		return WRITING_GOES_ON;
	g_clear_pointer(&writing->ask, ask_box_free);
	if (result == ASK_LATER)
		return WRITING_GOES_ON;
	if (writing->about == ABOUT_LEAVING)
		return result == ASK_YES ? WRITING_POSTPONES : WRITING_DISCARDS;
	return result == ASK_YES ? ask_next(writing) : WRITING_GOES_ON;
}

/* ---- keys ---- */

bool writing_takes_keys(const Writing *writing)
{
	return writing->prompt || writing->ask || writing->editor || writing->menu ||
	       writing->names || writing->awaits_look;
}

const char *writing_hint(const Writing *writing)
{
	if (writing->names || writing->awaits_look)
		return _("Esc Stop asking");
	if (writing->menu)
		return _("Enter Choose  Esc Leave");
	if (writing->ask)
		return _("y Yes  n No  Esc Neither");
	if (writing->prompt)
		return _("Enter Done  Tab Complete  Esc Leave");
	return _("Esc Done  ^K Cut line  ^Y Put back  ^W Cut word  Alt-u Undo  Alt-e Redo");
}

WritingWish writing_key(Writing *writing, Key key)
{
	if (writing->names) {
		writing_names_key(writing, key);
		return WRITING_GOES_ON;
	}
	if (writing->awaits_look) {
		writing_look_key(writing, key);
		return WRITING_GOES_ON;
	}
	g_clear_pointer(&writing->message, g_free);
	if (writing->menu)
		return writing_menu_key(writing, key);
	if (writing->ask)
		return ask_input(writing, key);
	if (writing->prompt)
		return prompt_input(writing, key);
	if (writing->editor) {
		bool is_over = editor_key(writing->editor, key) == EDITOR_LEFT;
		take_from_editor(writing);
		if (is_over)
			g_clear_pointer(&writing->editor, editor_free);
	}
	return WRITING_GOES_ON;
}

void writing_paste(Writing *writing, const char *text)
{
	if (writing->prompt) {
		prompt_paste(writing->prompt, text);
		writing_offer_anew(writing);
	} else if (writing->editor) {
		editor_paste(writing->editor, text);
		take_from_editor(writing);
	}
}

/* ---- acts ---- */

static void move(Writing *writing, int rows)
{
	int parts = (int)writing->draft->parts->len;

	/* The cursor goes through the attachments; then the text scrolls. */
	if (rows > 0 && writing->part + 1 < parts)
		writing->part++;
	else if (rows < 0 && writing->top == 0 && writing->part > 0)
		writing->part--;
	else
		writing->top = MAX(writing->top + rows, 0);
}

static void cycle(int *value, int count) { *value = (*value + 1) % count; }

static void change(Writing *writing, WritingAct act)
{
	Draft *draft = writing->draft;

	switch (act) {
	case WRITING_FORMAT:
		draft->format = draft->format == DRAFT_PLAIN ? DRAFT_MARKDOWN : DRAFT_PLAIN;
		break;
	case WRITING_IMPORTANCE:
		cycle(&draft->importance, 3);
		break;
	case WRITING_SENSITIVITY:
		draft->sensitivity = (Sensitivity)((draft->sensitivity + 1) % SENSITIVITY_COUNT);
		break;
	case WRITING_RECEIPT:
		draft->receipts ^= RECEIPT_READ;
		break;
	case WRITING_SIGN:
		writing_change_signing(writing);
		break;
	case WRITING_ENCRYPT:
		writing_change_encryption(writing);
		break;
	default:
		break;
	}
}

static WritingWish act_with(Writing *writing, WritingAct act, const char *argument)
{
	if (field_of(act))
		set_field(writing, field_of(act), argument);
	else if (act == WRITING_ATTACH)
		attach(writing, argument);
	else if (act == WRITING_LATER)
		set_later(writing, argument);
	return WRITING_GOES_ON;
}

static WritingWish act_asking(Writing *writing, WritingAct act)
{
	if (field_of(act))
		ask_field(writing, act);
	else if (act == WRITING_ATTACH)
		ask_path(writing);
	else if (act == WRITING_LATER)
		ask_for(writing, act, _("Not before (empty: at once): "), "");
	return WRITING_GOES_ON;
}

WritingWish writing_act(Writing *writing, WritingAct act, const char *argument)
{
	g_clear_pointer(&writing->message, g_free);
	switch (act) {
	case WRITING_SEND:      return send(writing);
	case WRITING_POSTPONE:  return WRITING_POSTPONES;
	case WRITING_LEAVE:     return leave(writing);
	case WRITING_TEXT:      return begin_text(writing);
	case WRITING_DETACH:    detach(writing); return WRITING_GOES_ON;
	case WRITING_DOWN:      move(writing, 1); return WRITING_GOES_ON;
	case WRITING_UP:        move(writing, -1); return WRITING_GOES_ON;
	case WRITING_PAGE_DOWN: writing->top += 10; return WRITING_GOES_ON;
	case WRITING_PAGE_UP:   writing->top = MAX(writing->top - 10, 0); return WRITING_GOES_ON;
	case WRITING_FORMAT:
	case WRITING_IMPORTANCE:
	case WRITING_SENSITIVITY:
	case WRITING_RECEIPT:
	case WRITING_SIGN:
	case WRITING_ENCRYPT:
		change(writing, act);
		return WRITING_GOES_ON;
	default:
		return *argument ? act_with(writing, act, argument) : act_asking(writing, act);
	}
}

/* ---- the person's editor ---- */

char *writing_editor_text(const Writing *writing)
{
	return writing->refused ? g_strdup(writing->refused) : draft_to_editor(writing->draft);
}

void writing_edited(Writing *writing, const char *text)
{
	g_autoptr(GError) err = NULL;

	g_clear_pointer(&writing->refused, g_free);
	if (draft_edit(writing->draft, text, &err))
		return;
	writing->refused = g_strdup(text);
	say(writing, err->message);
}

bool writing_has_refused(const Writing *writing) { return writing->refused != NULL; }

static bool is_same_part(const DraftPart *a, const DraftPart *b)
{
	return a->bytes == b->bytes && g_strcmp0(a->path, b->path) == 0 &&
	       g_strcmp0(a->name, b->name) == 0 && g_strcmp0(a->reference, b->reference) == 0;
}

void writing_take_parts(Writing *writing, const Draft *given, const Draft *kept)
{
	GPtrArray *parts = writing->draft->parts;
	guint count = MIN(given->parts->len, kept->parts->len);

	for (guint i = 0; i < parts->len; i++)
		for (guint j = 0; j < count; j++)
			if (is_same_part(parts->pdata[i], given->parts->pdata[j])) {
				draft_part_free(parts->pdata[i]);
				parts->pdata[i] = draft_part_copy(kept->parts->pdata[j]);
				break;
			}
	/* Names are not a change. */
	g_free(writing->saved);
	writing->saved = draft_to_text(writing->draft);
}

void writing_identify(Writing *writing, const uint8_t *random)
{
	compose_identify(writing->draft, random);
}

char *writing_title(const Writing *writing)
{
	const char *subject = writing->draft->subject;
	g_autofree char *start = text_cut(subject ? subject : _("(no subject)"), 20);

	return g_strdup_printf(_("%s (draft)"), start);
}
