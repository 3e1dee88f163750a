/*
 * app/pins: the tokens of a person at a screen, and their PINs. A thread that works with keys never
 * waits for a person: without a PIN the work fails, and what was lacking is told afterwards, so that
 * whoever shows the work asks for it and has it done again.
 *
 * A PIN that was given lasts until the first work that used it is over. From then on the token alone
 * knows that it was right, until pins_forget(). A wrong one is dropped at once, and costs one try.
 * Any thread but the UI's, unless it says otherwise.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "app/certificates.h"
#include "base/secret.h"

/* A PIN that would let some work go on. */
typedef struct {
	char *token;                 /* whose: as it calls itself; one line, safe to show */
	bool  was_refused;           /* the last one */
	bool  is_last_try;           /* another wrong one locks the token */
} PinWish;

PinWish *pin_wish_new(const char *token);
PinWish *pin_wish_copy(const PinWish *wish);      /* NULL of NULL */
void     pin_wish_free(PinWish *wish);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PinWish, pin_wish_free)

/* A sentence: whose PIN is asked for, and how it stands. Free with g_free. */
char *pin_wish_text(const PinWish *wish);

typedef struct Pins Pins;

/* @module: smime.pkcs11_module; NULL: there are no tokens. Opened when first needed. */
Pins *pins_new(const char *module);
/* Forgets. Not while others work with keys. */
void  pins_free(Pins *pins);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pins, pins_free)

/* certificates_add_tokens(). ERR_CONFIG, once: the module is none, and from then on there are no
 * tokens; ERR_IO. */
bool pins_add_tokens(Pins *pins, Certificates *certificates, GError **err);
/* Other tokens are inserted than when they were added. */
bool pins_have_others(Pins *pins);

/* Any thread. Until the work that uses it is over; it takes the place of another. */
void pins_give(Pins *pins, const char *token, Secret *pin);

/* Once a thread's work with keys is over: the PIN that it lacked, the caller's; NULL: none. */
PinWish *pins_settle(Pins *pins);

/* What is used next asks anew. Any thread: it takes a moment, but no longer than a use that is under
 * way. */
void pins_forget(Pins *pins);
