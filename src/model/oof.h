/*
 * oof: the answer that the server gives while a person is away, as the person set it. Strings are
 * UTF-8, NULL means absent. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum { OOF_OFF, OOF_ON, OOF_TIMED, OOF_STATE_COUNT } OofState;

/* Who writes: somebody inside the organisation, outside and in the contacts, or anybody else. */
typedef enum { OOF_INTERNAL, OOF_KNOWN, OOF_UNKNOWN, OOF_AUDIENCE_COUNT } OofAudience;

/* Who outside is answered. */
typedef enum {
	OOF_OUTSIDE_NONE, OOF_OUTSIDE_CONTACTS, OOF_OUTSIDE_ALL, OOF_OUTSIDE_COUNT
} OofOutside;

typedef struct {
	bool  is_on;             /* they are answered at all */
	bool  is_html;
	bool  is_untold;         /* the server does not speak of them: it may know no difference */
	char *text;              /* NULL: not told */
} OofMessage;

typedef struct {
	OofState   state;
	int64_t    start_ms, end_ms;      /* UTC; of TIMED */
	OofMessage messages[OOF_AUDIENCE_COUNT];
} Oof;

Oof *oof_new(void);
Oof *oof_copy(const Oof *oof);
void oof_free(Oof *oof);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Oof, oof_free)

bool oof_equal(const Oof *a, const Oof *b);

/* Replaces the text for one audience, and answers it. */
void oof_set_message(Oof *oof, OofAudience audience, const char *text, bool is_html);

/* Whoever is away is away for the people inside. */
void oof_set_state(Oof *oof, OofState state);

/* One text serves all people outside, as Exchange has it; to set it answers all of them. */
OofOutside  oof_outside(const Oof *oof);
void        oof_set_outside(Oof *oof, OofOutside who);
const char *oof_outside_text(const Oof *oof);            /* NULL: not told; borrowed */
void        oof_set_outside_text(Oof *oof, const char *text, bool is_html);
/* True if the server tells people inside from people outside. */
bool        oof_has_outside(const Oof *oof);

/* At @now_ms (UTC) people are answered. */
bool oof_is_on(const Oof *oof, int64_t now_ms);

/* "off", "on", "timed". */
const char *oof_state_name(OofState state);
/* "none", "contacts", "all"; false: @name is none of these. */
bool oof_outside_parse(const char *name, OofOutside *ret_who);

/* As text that oof_from_text() reads back without loss. Free with g_free. ERR_CONFIG. */
char *oof_to_text(const Oof *oof);
Oof  *oof_from_text(const char *text, GError **err);
