#include "app/pins.h"

#include <string.h>

#include "base/i18n.h"
#include "smime/tokens.h"

/* What a thread has met with since it last settled. */
typedef struct {
	PinWish *wish;               /* NULL: nothing was lacking */
	bool     has_taken;          /* the PIN that was given */
} Work;

/* The lock guards all of it but the tokens, which have theirs. */
struct Pins {
	GMutex       lock;
	char        *module;         /* NULL: none, or it cannot be used */
	SmimeTokens *tokens;
	char        *inserted;       /* as they were when they were added */
	char        *given_to;       /* the token that @given is for */
	Secret      *given;          /* NULL: none */
	GHashTable  *works;          /* of GThread -> Work */
};

/* ---- wishes ---- */

PinWish *pin_wish_new(const char *token)
{
	PinWish *wish = g_new0(PinWish, 1);

	wish->token = g_strdup(token);
	return wish;
}

PinWish *pin_wish_copy(const PinWish *wish)
{
	PinWish *copy = wish ? g_memdup2(wish, sizeof *wish) : NULL;

	if (copy)
		copy->token = g_strdup(wish->token);
	return copy;
}

void pin_wish_free(PinWish *wish)
{
	if (!wish)
		return;
	g_free(wish->token);
	g_free(wish);
}

char *pin_wish_text(const PinWish *wish)
{
	if (wish->is_last_try)
		return g_strdup_printf(
			_("One try is left: if the PIN is wrong, “%s” locks itself."), wish->token);
	if (wish->was_refused)
		return g_strdup_printf(
			_("“%s” has refused a PIN. After a few wrong ones it locks itself."),
			wish->token);
	return g_strdup_printf(_("The key is on the token “%s”, which asks for its PIN."),
	                       wish->token);
}

/* ---- what the token asks, on a thread that works ---- */

static void work_free(Work *work)
{
	pin_wish_free(work->wish);
	g_free(work);
}

static Work *work_of_this_thread(Pins *pins)
{
	Work *work = g_hash_table_lookup(pins->works, g_thread_self());

	if (!work) {
		work = g_new0(Work, 1);
		g_hash_table_insert(pins->works, g_thread_self(), work);
	}
	return work;
}

static void drop_given(Pins *pins)
{
	g_clear_pointer(&pins->given, secret_unref);
	g_clear_pointer(&pins->given_to, g_free);
}

static void note(Work *work, const SmimePinQuestion *question)
{
	pin_wish_free(work->wish);
	work->wish = pin_wish_new(question->label);
	work->wish->was_refused = question->was_refused;
	work->wish->is_last_try = question->is_last_try;
}

static Secret *ask(const SmimePinQuestion *question, void *data)
{
	Pins *pins = data;
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&pins->lock);
	Work *work = work_of_this_thread(pins);

	if (!pins->given || strcmp(pins->given_to, question->label) != 0) {
		note(work, question);
		return NULL;
	}
	work->has_taken = true;
	return secret_ref(pins->given);
}

static void refused(const SmimePinQuestion *question, void *data)
{
	Pins *pins = data;
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&pins->lock);

	note(work_of_this_thread(pins), question);
	drop_given(pins);
}

/* ---- life ---- */

Pins *pins_new(const char *module)
{
	Pins *pins = g_new0(Pins, 1);

	g_mutex_init(&pins->lock);
	pins->module = g_strdup(module);
	pins->works = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)work_free);
	return pins;
}

void pins_free(Pins *pins)
{
	if (!pins)
		return;
	pins_forget(pins);
	smime_tokens_close(pins->tokens);
	g_hash_table_unref(pins->works);
	g_free(pins->inserted);
	g_free(pins->module);
	g_mutex_clear(&pins->lock);
	g_free(pins);
}

/* NULL: there are none. */
static SmimeTokens *tokens_of(Pins *pins, GError **err)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&pins->lock);

	if (!pins->tokens && pins->module) {
		pins->tokens = smime_tokens_open(
			pins->module, (SmimePinAsker){ ask, pins, refused }, err);
		if (!pins->tokens)
			g_clear_pointer(&pins->module, g_free);
	}
	return pins->tokens;
}

bool pins_add_tokens(Pins *pins, Certificates *certificates, GError **err)
{
	g_autoptr(GError) why = NULL;
	SmimeTokens *tokens = tokens_of(pins, &why);

	if (why) {
		g_propagate_error(err, g_steal_pointer(&why));
		return false;
	}
	if (!tokens)
		return true;
	g_free(pins->inserted);
	pins->inserted = smime_tokens_inserted(tokens);
	return certificates_add_tokens(certificates, tokens, err);
}

bool pins_have_others(Pins *pins)
{
	SmimeTokens *tokens = tokens_of(pins, NULL);
	g_autofree char *inserted = tokens ? smime_tokens_inserted(tokens) : NULL;

	return g_strcmp0(inserted, pins->inserted) != 0;
}

/* ---- PINs ---- */

void pins_give(Pins *pins, const char *token, Secret *pin)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&pins->lock);

	drop_given(pins);
	pins->given = secret_ref(pin);
	pins->given_to = g_strdup(token);
}

PinWish *pins_settle(Pins *pins)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&pins->lock);
	Work *work = work_of_this_thread(pins);
	PinWish *wish = g_steal_pointer(&work->wish);

	if (work->has_taken)
		drop_given(pins);
	g_hash_table_remove(pins->works, g_thread_self());
	return wish;
}

void pins_forget(Pins *pins)
{
	g_mutex_lock(&pins->lock);
	SmimeTokens *tokens = pins->tokens;
	drop_given(pins);
	g_mutex_unlock(&pins->lock);
	if (tokens)
		smime_tokens_forget(tokens);
}
