#include "ui/screen/envelope.h"

#include <string.h>

#include "base/i18n.h"
#include "base/secret.h"
#include "model/gal.h"
#include "ui/screen/parcels.h"

/* Between letters there is less time than a question to the directory is worth. */
enum { KEEP_AFTER_MS = 3000, TYPING_RESTS_MS = 300 };

/* What follows once everything is kept. */
typedef enum { AFTER_NOTHING, AFTER_CLOSE, AFTER_SEND } After;

struct Envelope {
	EnvelopeSetup setup;
	Writing    *writing;
	int64_t     draft_id;
	int64_t     gather;          /* serial of the files that are being read; 0 none */
	int64_t     save_wish;       /* under way; 0 none */
	int64_t     look;            /* serial of certificates that are looked for; 0 none */
	int64_t     names_wish;      /* the same, for names to be made addresses */
	char       *wanted;          /* what the directory is to be asked once typing rests; NULL */
	int64_t     wanted_ms;       /* uptime when it was typed */
	Draft *saving; /* what was given away to be kept: its parts come back with other names */
	int64_t     edited_id;       /* the editor's file; -1 none */
	bool        is_changed;      /* since it was last given away */
	int64_t     changed_ms;      /* uptime, when is_changed */
	After       after;
	int64_t     pack;            /* serial of the bytes that are made; 0 none */
	PinWish    *pin;             /* what they lacked, while it is waited for; NULL */
	Parcels    *parcels;         /* NULL: its bytes are made when it leaves */
};

Envelope *envelope_new(const EnvelopeSetup *setup, Draft *draft, int64_t draft_id, bool is_resumed)
{
	Envelope *envelope = g_new0(Envelope, 1);

	envelope->setup = *setup;
	envelope->writing = writing_new(&setup->writing, draft, is_resumed);
	envelope->draft_id = draft_id;
	envelope->edited_id = -1;
	return envelope;
}

void envelope_free(Envelope *envelope)
{
	if (!envelope)
		return;
	writing_free(envelope->writing);
	draft_free(envelope->saving);
	g_free(envelope->wanted);
	pin_wish_free(envelope->pin);
	parcels_free(envelope->parcels);
	g_free(envelope);
}

Writing *envelope_writing(const Envelope *envelope) { return envelope->writing; }
int64_t envelope_draft_id(const Envelope *envelope) { return envelope->draft_id; }
int64_t envelope_account_id(const Envelope *envelope) { return envelope->setup.account_id; }

static int64_t uptime_ms(const Envelope *envelope)
{
	return clock_uptime_ms(envelope->setup.clock);
}

/* ---- keeping it ---- */

static bool has_paths(const Draft *draft)
{
	for (guint i = 0; i < draft->parts->len; i++) {
		const DraftPart *part = g_ptr_array_index(draft->parts, i);
		if (part->path && !part->bytes && !part->reference)
			return true;
	}
	return false;
}

static void give_up(Envelope *envelope, const char *sentence)
{
	envelope->after = AFTER_NOTHING;
	writing_fails(envelope->writing, sentence);
}

/* Files are read first, for what is kept must not depend on the disk. */
static void keep(Envelope *envelope)
{
	const ScreenHostOps *ops = envelope->setup.host->ops;
	const Draft *draft = writing_draft(envelope->writing);

	if (envelope->gather || envelope->save_wish)
		return;
	writing_take_change(envelope->writing);      /* all of it goes along */
	envelope->is_changed = false;
	draft_free(envelope->saving);
	envelope->saving = draft_copy(draft);
	if (has_paths(draft)) {
		envelope->gather = ops->gather(envelope->setup.host, draft_copy(draft));
		return;
	}
	envelope->save_wish = ops->draft_save(envelope->setup.host, envelope->setup.account_id,
	                                    draft_copy(draft), envelope->draft_id);
	if (!envelope->save_wish)
		give_up(envelope,
		        _("Nothing can be kept here now: no engine runs in this window."));
}

static void note_change(Envelope *envelope)
{
	if (!writing_take_change(envelope->writing) || envelope->is_changed)
		return;
	envelope->is_changed = true;
	envelope->changed_ms = uptime_ms(envelope);
}

static int64_t keep_ms(const Envelope *envelope)
{
	bool waits = envelope->gather || envelope->save_wish;

	return envelope->is_changed && !waits ? envelope->changed_ms + KEEP_AFTER_MS : INT64_MAX;
}

int64_t envelope_deadline(const Envelope *envelope)
{
	int64_t ask_ms = envelope->wanted ? envelope->wanted_ms + TYPING_RESTS_MS : INT64_MAX;

	return MIN(keep_ms(envelope), ask_ms);
}

void envelope_tick(Envelope *envelope)
{
	note_change(envelope);
	if (keep_ms(envelope) <= uptime_ms(envelope))
		keep(envelope);
	if (!envelope->wanted || envelope->wanted_ms + TYPING_RESTS_MS > uptime_ms(envelope))
		return;
	g_autofree char *wanted = g_steal_pointer(&envelope->wanted);
	directory_ask(envelope->setup.directory, envelope->setup.account_id, wanted);
	writing_offers_came(envelope->writing);
}

/* ---- whom the directory knows ---- */

/* Another entry than before: the time of rest begins anew. */
static void note_wanted(Envelope *envelope)
{
	const char *wanted = envelope->setup.directory ? writing_wanted(envelope->writing) : NULL;

	if (wanted && g_strcmp0(wanted, envelope->wanted) == 0)
		return;
	g_free(envelope->wanted);
	envelope->wanted = g_strdup(wanted);
	envelope->wanted_ms = uptime_ms(envelope);
}

void envelope_offers_came(Envelope *envelope) { writing_offers_came(envelope->writing); }

void envelope_keep(Envelope *envelope)
{
	note_change(envelope);
	if (!envelope->is_changed || envelope->gather ||
	    has_paths(writing_draft(envelope->writing)))
		return;
	envelope->save_wish = 0;
	keep(envelope);
}

/* ---- what the review screen wishes ---- */

static EnvelopeTurn discard(Envelope *envelope)
{
	if (envelope->draft_id)
		envelope->setup.host->ops->draft_drop(envelope->setup.host, envelope->draft_id);
	return ENVELOPE_DROPPED;
}

static void take_edited(Envelope *envelope, const char *text)
{
	envelope->edited_id = envelope->draft_id;
	writing_edited(envelope->writing, text);
}

static void edit(Envelope *envelope)
{
	g_autofree char *text = writing_editor_text(envelope->writing), *warning = NULL;
	const EditingOwner owner = { EDITING_DRAFT, envelope->draft_id };
	g_autofree char *edited = envelope->setup.host->ops->edit(envelope->setup.host, &owner,
	                                                          text, &warning);

	if (edited)
		take_edited(envelope, edited);
	if (warning)
		writing_fails(envelope->writing, warning);
	note_change(envelope);
	keep(envelope);
}

void envelope_left_behind(Envelope *envelope, const char *text)
{
	take_edited(envelope, text);
	note_change(envelope);
	keep(envelope);
}

/* The Message-ID is kept before the first attempt, so that a repeat is recognised. */
static void identify(Envelope *envelope)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(Secret) random = secret_new_random(16, &err);

	if (!random) {
		give_up(envelope, err->message);
		return;
	}
	writing_identify(envelope->writing, secret_bytes(random));
	keep(envelope);
}

/* The answer to what was asked before is nobody's then. */
static void look_for_certificates(Envelope *envelope)
{
	envelope->look = envelope->setup.host->ops->look(
		envelope->setup.host, envelope->setup.account_id,
		draft_copy(writing_draft(envelope->writing)));
}

static EnvelopeTurn look_names_up(Envelope *envelope);

static EnvelopeTurn follow(Envelope *envelope, WritingWish wish)
{
	note_change(envelope);
	note_wanted(envelope);
	if (!envelope->look && writing_wants_certificates(envelope->writing))
		look_for_certificates(envelope);
	switch (wish) {
	case WRITING_GOES_ON:
		break;
	case WRITING_WANTS_CERTIFICATES:
		look_for_certificates(envelope);
		break;
	case WRITING_WANTS_NAMES:
		return look_names_up(envelope);
	case WRITING_WANTS_EDITOR:
		edit(envelope);
		break;
	case WRITING_SENDS:
		envelope->after = AFTER_SEND;
		identify(envelope);
		break;
	case WRITING_POSTPONES:
		envelope->after = AFTER_CLOSE;
		keep(envelope);
		break;
	case WRITING_DISCARDS:
		return discard(envelope);
	}
	return ENVELOPE_GOES_ON;
}

static EnvelopeTurn look_names_up(Envelope *envelope)
{
	envelope->names_wish = envelope->setup.host->ops->resolve(
		envelope->setup.host, envelope->setup.account_id, writing_names(envelope->writing));
	if (envelope->names_wish)
		return ENVELOPE_GOES_ON;
	return follow(envelope, writing_named(envelope->writing, NULL,
	                                      _("the server is not asked while offline")));
}

EnvelopeTurn envelope_begin(Envelope *envelope)
{
	return follow(envelope, writing_begin(envelope->writing));
}

EnvelopeTurn envelope_key(Envelope *envelope, Key key)
{
	return follow(envelope, writing_key(envelope->writing, key));
}

void envelope_paste(Envelope *envelope, const char *text)
{
	writing_paste(envelope->writing, text);
	note_change(envelope);
	note_wanted(envelope);
}

/* Keeping it would put its bare text over what another client has made. */
static bool is_as_on_server(Envelope *envelope)
{
	note_change(envelope);
	return writing_draft(envelope->writing)->kind == DRAFT_RESUME && !envelope->draft_id &&
	       !envelope->is_changed && !envelope->gather && !envelope->save_wish;
}

EnvelopeTurn envelope_act(Envelope *envelope, WritingAct act, const char *argument)
{
	if ((act == WRITING_LEAVE || act == WRITING_POSTPONE) && is_as_on_server(envelope))
		return ENVELOPE_LEFT;
	return follow(envelope, writing_act(envelope->writing, act, argument));
}

/* ---- what comes back ---- */

static Op *op_of(const Envelope *envelope, int64_t draft_id)
{
	int64_t now_ms = clock_now_ms(envelope->setup.clock);
	int64_t after_ms = writing_draft(envelope->writing)->send_after_ms;
	Op *op = op_new(OP_SEND);

	op->draft_id = draft_id;
	op->account_id = envelope->setup.account_id;
	op->due_ms = MAX(after_ms, now_ms + envelope->setup.hold_ms);
	op->state = op->due_ms > now_ms ? OP_HELD : OP_WAITING;
	return op;
}

GPtrArray *envelope_ops(const Envelope *envelope)
{
	GPtrArray *ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);
	const GArray *drafts = envelope->parcels ? parcels_drafts(envelope->parcels) : NULL;

	if (!drafts)
		g_ptr_array_add(ops, op_of(envelope, envelope->draft_id));
	for (guint i = 0; drafts && i < drafts->len; i++)
		g_ptr_array_add(ops, op_of(envelope, g_array_index(drafts, int64_t, i)));
	return ops;
}

/* A key on a token works only while the person is there: the bytes are made here, and not by the
 * engine when they are due. */
static EnvelopeTurn leave(Envelope *envelope)
{
	ScreenHost *host = envelope->setup.host;

	if (!writing_needs_token(envelope->writing))
		return ENVELOPE_SENDS;
	envelope->pack = host->ops->pack(host, envelope->draft_id);
	return ENVELOPE_GOES_ON;
}

static EnvelopeTurn kept(Envelope *envelope, const SyncEvent *event)
{
	envelope->save_wish = 0;
	envelope->draft_id = event->draft_id;
	writing_take_parts(envelope->writing, envelope->saving, event->draft);
	if (envelope->edited_id >= 0 && !writing_has_refused(envelope->writing)) {
		envelope->setup.host->ops->edit_is_safe(
			envelope->setup.host,
			&(EditingOwner){ EDITING_DRAFT, envelope->edited_id });
		envelope->edited_id = -1;
	}
	note_change(envelope);
	if (envelope->is_changed && envelope->after != AFTER_NOTHING) {
		keep(envelope);
		return ENVELOPE_GOES_ON;
	}
	switch (envelope->after) {
	case AFTER_SEND:  return leave(envelope);
	case AFTER_CLOSE: return ENVELOPE_KEPT;
	default:          return ENVELOPE_GOES_ON;
	}
}

/* What was changed meanwhile is kept, and all of it begins anew. */
static EnvelopeTurn follow_parcels(Envelope *envelope, ParcelsTurn turn)
{
	if (turn == PARCELS_GO_ON)
		return ENVELOPE_GOES_ON;
	if (turn == PARCELS_FAILED)
		give_up(envelope, parcels_failure(envelope->parcels));
	note_change(envelope);
	if (turn == PARCELS_DONE && !envelope->is_changed)
		return ENVELOPE_SENDS;
	g_clear_pointer(&envelope->parcels, parcels_free);
	if (envelope->is_changed)
		keep(envelope);
	return ENVELOPE_GOES_ON;
}

EnvelopeTurn envelope_packed(Envelope *envelope, int64_t serial, const EnvelopePacked *packed,
                             bool *ret_is_mine)
{
	*ret_is_mine = serial && serial == envelope->pack;
	if (!*ret_is_mine)
		return ENVELOPE_GOES_ON;
	envelope->pack = 0;
	if (packed->pin) {
		pin_wish_free(envelope->pin);
		envelope->pin = pin_wish_copy(packed->pin);
		return ENVELOPE_LACKS_PIN;
	}
	if (packed->failure) {
		give_up(envelope, packed->failure);
		return ENVELOPE_GOES_ON;
	}
	envelope->parcels = parcels_new(&(ParcelsSetup){ envelope->setup.host,
	                                                 envelope->setup.account_id,
	                                                 envelope->draft_id },
	                                packed->mail);
	return follow_parcels(envelope, parcels_begin(envelope->parcels));
}

const PinWish *envelope_pin(const Envelope *envelope) { return envelope->pin; }

void envelope_pin_given(Envelope *envelope, bool is_given)
{
	if (!envelope->pin)
		return;
	g_clear_pointer(&envelope->pin, pin_wish_free);
	if (is_given)
		leave(envelope);
	else
		give_up(envelope, _("Without the PIN it cannot be signed: it is kept as a draft."));
}

static EnvelopeTurn named(Envelope *envelope, const SyncEvent *event)
{
	g_autoptr(GPtrArray) people = event->kind == SYNC_FETCHED && event->content
	                                      ? gal_from_bytes(event->content)
	                                      : NULL;

	envelope->names_wish = 0;
	return follow(envelope,
	              writing_named(envelope->writing, people, people ? NULL : event->text));
}

EnvelopeTurn envelope_event(Envelope *envelope, const SyncEvent *event, bool *ret_is_mine)
{
	bool is_about_names = event->wish_id && event->wish_id == envelope->names_wish;

	if (envelope->parcels) {
		ParcelsTurn turn = parcels_event(envelope->parcels, event, ret_is_mine);
		if (*ret_is_mine)
			return follow_parcels(envelope, turn);
	}
	*ret_is_mine = is_about_names || (event->wish_id && event->wish_id == envelope->save_wish);
	if (!*ret_is_mine)
		return ENVELOPE_GOES_ON;
	if (is_about_names)
		return named(envelope, event);
	if (event->kind == SYNC_DRAFT_SAVED)
		return kept(envelope, event);
	envelope->save_wish = 0;
	envelope->is_changed = true;
	envelope->changed_ms = uptime_ms(envelope);
	give_up(envelope, event->text);
	return ENVELOPE_GOES_ON;
}

EnvelopeTurn envelope_gathered(Envelope *envelope, int64_t serial, const Draft *draft,
                               const char *failure, bool *ret_is_mine)
{
	*ret_is_mine = serial && serial == envelope->gather;
	if (!*ret_is_mine)
		return ENVELOPE_GOES_ON;
	envelope->gather = 0;
	if (!draft) {
		give_up(envelope, failure);
		return ENVELOPE_GOES_ON;
	}
	writing_take_parts(envelope->writing, envelope->saving, draft);
	note_change(envelope);
	keep(envelope);
	return ENVELOPE_GOES_ON;
}

EnvelopeTurn envelope_looked(Envelope *envelope, int64_t serial, Protection *protection,
                             const char *failure, bool *ret_is_mine)
{
	*ret_is_mine = serial && serial == envelope->look;
	if (!*ret_is_mine)
		return ENVELOPE_GOES_ON;
	envelope->look = 0;
	return follow(envelope, writing_looked(envelope->writing, protection, failure));
}
