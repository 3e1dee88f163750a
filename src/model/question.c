#include "model/question.h"

Question *question_new(QuestionKind kind, int64_t account_id, const char *account_name)
{
	Question *question = g_new0(Question, 1);

	question->kind = kind;
	question->account_id = account_id;
	question->account_name = g_strdup(account_name);
	return question;
}

Question *question_copy(const Question *from)
{
	Question *to = question_new(from->kind, from->account_id, from->account_name);

	to->op_id = from->op_id;
	to->text = g_strdup(from->text);
	to->facts = g_strdup(from->facts);
	return to;
}

void question_free(Question *question)
{
	if (!question)
		return;
	g_free(question->account_name);
	g_free(question->text);
	g_free(question->facts);
	g_free(question);
}
