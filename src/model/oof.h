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

typedef struct {
	bool  is_on;             /* they are answered at all */
	bool  is_html;
	char *text;              /* NULL: not told */
} OofMessage;

typedef struct {
	OofState   state;
	int64_t    start_ms, end_ms;      /* UTC; of TIMED */
	OofMessage messages[OOF_AUDIENCE_COUNT];
} Oof;

Oof *oof_new(void);
void oof_free(Oof *oof);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Oof, oof_free)

/* Replaces the text for one audience, and answers it. */
void oof_set_message(Oof *oof, OofAudience audience, const char *text, bool is_html);

/* "off", "on", "timed". */
const char *oof_state_name(OofState state);

/* As text that oof_from_text() reads back without loss. Free with g_free. ERR_CONFIG. */
char *oof_to_text(const Oof *oof);
Oof  *oof_from_text(const char *text, GError **err);
