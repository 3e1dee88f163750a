/*
 * question: what only a person can decide. It parks a task, never a thread; the answer re-plans it.
 * Facts of it are stored, secrets are not.
 */
#pragma once
#include <glib.h>
#include <stdint.h>

typedef enum {
	QUESTION_PASSWORD,
	QUESTION_CERTIFICATE,
	QUESTION_POLICY,
	QUESTION_REDIRECT,
	/* Perhaps sent: again (YES), it was (NO), or as it is (LATER). Parks nothing. */
	QUESTION_SENT,
} QuestionKind;

typedef struct {
	QuestionKind kind;
	int64_t      account_id;
	int64_t      op_id;      /* SENT */
	char        *account_name;
	char        *text;       /* one sentence: what is asked and why */
	char        *facts;      /* lines for the curious: fingerprint, issuer, new host, policy */
} Question;

typedef enum { ANSWER_YES, ANSWER_NO, ANSWER_LATER } AnswerChoice;

Question *question_new(QuestionKind kind, int64_t account_id, const char *account_name);
Question *question_copy(const Question *question);
void      question_free(Question *question);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Question, question_free)
