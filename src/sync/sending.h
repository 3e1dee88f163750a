/*
 * sending: how a message leaves exactly once. It is written; it is under way, stored before the
 * first byte; it is sent. After a lost answer it is not sent again blindly, whatever the server
 * promises: the folder Sent is searched for its Message-ID, twice, a minute apart. Absent both
 * times, it goes again only to a server that is known to recognise a repeat by its ClientId; of any
 * other a person is asked. Pure: the engine stores what is decided here, durably, and does it. Any
 * thread.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

typedef enum {
	SENDING_WRITTEN,    /* the server does not have it */
	SENDING_UNDERWAY,   /* an attempt began and its end is not known; a crash leaves it so */
	SENDING_SENT,       /* the server has it */
	SENDING_FAILED,     /* the server does not have it and will not take it as it is */
	SENDING_UNSURE,     /* perhaps sent */
} SendingState;

/* All that is kept of a message on its way. Times are UTC milliseconds, 0: never. */
typedef struct {
	SendingState state;
	int64_t      due_ms;      /* not before: undo-send, send later, a wait after a refusal */
	int64_t      began_ms;    /* the last attempt */
	int          attempts;
	int          looks;       /* since then, through the whole of Sent and in vain */
	int64_t      looked_ms;   /* the last of them */
	bool is_whole; /* by SendMail with every byte; else by SmartReply or SmartForward */
} Sending;

typedef struct {
	bool has_sent;            /* there is a Sent that can be synced */
	bool knows_repeats;       /* it has recognised one before */
} SendingServer;

/* So often it is looked for after each attempt; so often it goes by itself. */
enum { SENDING_LOOKS = 2, SENDING_LOOK_GAP_MS = 60 * 1000, SENDING_ATTEMPTS = 8 };

typedef enum {
	SENDING_DO_WAIT,          /* until wake_ms */
	SENDING_DO_ATTEMPT,       /* sending_begin(), store, send; then sending_take_answer() */
	SENDING_DO_LOOK,          /* sync Sent, compare; then sending_take_look() */
	SENDING_DO_ASK,           /* sending_doubt(), store, ask a person */
	SENDING_DO_REST,          /* it is a person's turn, or nobody's */
} SendingStep;

typedef struct {
	SendingStep step;
	int64_t     wake_ms;      /* WAIT: UTC */
} SendingPlan;

/* What to do at @now_ms, if no attempt and no look is running. A clock that was set back delays no
 * look. */
SendingPlan sending_next(const Sending *sending, SendingServer server, int64_t now_ms);

void sending_begin(Sending *sending, int64_t now_ms);

typedef enum {
	SENDING_TAKEN,            /* the server has it */
	SENDING_PUT_OFF,          /* the server does not have it and may take it later */
	SENDING_REFUSED,          /* the server does not have it and will not take it so */
	SENDING_LOST,             /* nobody knows */
} SendingAnswer;

/*
 * What a failure says of the message. @is_verdict: the server's own word about this message, in its
 * answer to the command; else how the exchange failed: then what is not known to have stopped
 * before the command was carried out is LOST. ERR_EXISTS is TAKEN: a repeat that was recognised.
 * A server that fails over this message and no other, SENDING_ATTEMPTS times, has refused it.
 */
SendingAnswer sending_judge(const Sending *sending, ErrorKind kind, bool is_verdict);

/* After an attempt. @again_ms: PUT_OFF: when it may be tried again. What is refused when sent by
 * reference to the original is sent whole before it fails. */
void sending_take_answer(Sending *sending, SendingAnswer answer, int64_t again_ms);

/* After a look that began at @now_ms and saw all of Sent. */
void sending_take_look(Sending *sending, bool is_found, int64_t now_ms);

/* It cannot be found out. */
void sending_doubt(Sending *sending);

/* A person's word: send it, now, whatever became of it. */
void sending_retry(Sending *sending, int64_t now_ms);
