#include "cli/letter.h"

#include <string.h>

#include "app/answering.h"
#include "app/signature.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/input.h"

enum { TEXT_MAX_BYTES = 16 << 20 };

char *letter_read_text(GError **err)
{
	return input_text("-", TEXT_MAX_BYTES, err);
}

Draft *letter_new(const Cli *cli, const Account *account)
{
	AnsweringSelf self = answering_self(cli->settings, account, NULL);

	return answering_new(&self);
}

/* ---- options ---- */

static void add_addresses(Cli *cli, const char *option, char **list)
{
	for (const char *const *value = args_texts(cli->args, option); *value; value++) {
		char *longer = *list && **list ? g_strdup_printf("%s, %s", *list, *value)
		                               : g_strdup(*value);
		g_free(*list);
		*list = longer;
	}
}

static void add_files(Cli *cli, Draft *draft)
{
	for (const char *const *path = args_texts(cli->args, "attach"); *path; path++) {
		DraftPart *part = draft_part_new();
		part->path = g_strdup(*path);
		part->name = g_path_get_basename(*path);
		g_ptr_array_add(draft->parts, part);
	}
}

static void replace(char **slot, const char *text)
{
	if (!text)
		return;
	g_free(*slot);
	*slot = g_strdup(text);
}

static bool add_text(Cli *cli, Draft *draft, bool wants_text, GError **err)
{
	const char *given = args_text(cli->args, "body");
	g_autofree char *text = given        ? g_strdup(given)
	                        : wants_text ? letter_read_text(err)
	                                     : g_strdup("");

	if (text)
		draft_say_above(draft, text);
	return text != NULL;
}

static int importance_of(const Cli *cli, int otherwise)
{
	const char *word = args_text(cli->args, "importance");

	return !word                          ? otherwise
	       : g_str_equal(word, "low")     ? 0
	       : g_str_equal(word, "normal")  ? 1
	                                      : 2;
}

/* What is not said is as the settings have it. */
static void sign(Cli *cli, Draft *draft)
{
	const char *place = args_text(cli->args, "signature-place");
	const char *format = args_text(cli->args, "signature-format");

	replace(&draft->signature, args_text(cli->args, "signature"));
	if (draft->signature && !*draft->signature)
		g_clear_pointer(&draft->signature, g_free);
	if (place)
		draft->signature_place = g_str_equal(place, "below") ? SIGNED_BELOW : SIGNED_ABOVE;
	if (format)
		draft->signature_format =
			g_str_equal(format, "text") ? SIGNATURE_TEXT : SIGNATURE_HTML;
}

/* Before anything else is done with the mail: it would wait in the Outbox for it. */
static bool check_signature(const Cli *cli, const Draft *draft, GError **err)
{
	g_autoptr(Signature) signature =
		draft->signature ? signature_load(cli->paths, draft->signature, err) : NULL;
	g_autofree char *complaint =
		signature ? signature_complaint(cli->paths, draft->signature) : NULL;

	if (complaint)
		output_message("%s", complaint);
	return signature || !draft->signature;
}

bool letter_fill(Cli *cli, Draft *draft, bool wants_text, GError **err)
{
	add_addresses(cli, "to", &draft->to);
	add_addresses(cli, "cc", &draft->cc);
	add_addresses(cli, "bcc", &draft->bcc);
	add_addresses(cli, "reply-to", &draft->reply_to);
	replace(&draft->subject, args_text(cli->args, "subject"));
	draft->importance = importance_of(cli, draft->importance);
	if (args_has(cli->args, "markdown"))
		draft->format = DRAFT_MARKDOWN;
	sign(cli, draft);
	add_files(cli, draft);
	return check_signature(cli, draft, err) && add_text(cli, draft, wants_text, err);
}

/* ---- the end ---- */

/* False: both were said. *ret_word: 1 yes, 0 no, -1 neither was said. */
static bool yes_or_no(const Cli *cli, const char *yes, const char *no, int *ret_word, GError **err)
{
	*ret_word = args_has(cli->args, yes) ? 1 : args_has(cli->args, no) ? 0 : -1;
	return !args_has(cli->args, yes) || !args_has(cli->args, no) ||
	       fail(err, ERR_USAGE, _("%s: say --%s or --%s, not both"), cli->verb->name, yes, no);
}

static bool decide_signing(const Cli *cli, const Account *account, Draft *draft, GError **err)
{
	int word;

	if (!yes_or_no(cli, "sign", "no-sign", &word, err))
		return false;
	if (word < 0)
		return true;
	draft->signing = !word                                                       ? SIGNING_NO
	                 : settings_bool_for(cli->settings, account, SETTING_COMPOSE_SIGN_OPAQUE)
	                         ? SIGNING_OPAQUE
	                         : SIGNING_CLEAR;
	draft->signing_by = DECIDED_BY_PERSON;
	return true;
}

static bool decide_encryption(const Cli *cli, Draft *draft, GError **err)
{
	int word;

	if (!yes_or_no(cli, "encrypt", "no-encrypt", &word, err))
		return false;
	if (word < 0 || (word && draft->encryption == ENCRYPTION_YES))
		return true;
	if (!word && draft->encryption_by == DECIDED_BY_ORIGINAL)
		return fail(err, ERR_REFUSED,
		            _("this answers an encrypted mail, so it leaves encrypted or not at all"));
	draft->encryption = word ? ENCRYPTION_YES : ENCRYPTION_NO;
	draft->encryption_by = DECIDED_BY_PERSON;
	return true;
}

static bool keep(Cli *cli, const Letter *letter, GError **err)
{
	g_autofree char *text = NULL;
	int64_t id;

	if (args_has(cli->args, "dry-run"))
		return true;
	if (!send_save(cli, letter, &id, err))
		return false;
	text = send_id_format('d', id);
	g_autofree char *line = g_strconcat(text, "\n", NULL);
	output_text(cli->output, line);
	return true;
}

bool letter_finish(Cli *cli, const Account *account, Draft *draft, GError **err)
{
	Letter letter = { .account = account, .draft = draft };

	if (!decide_signing(cli, account, draft, err) || !decide_encryption(cli, draft, err))
		return false;
	return args_has(cli->args, "draft") ? keep(cli, &letter, err)
	                                    : send_letter(cli, &letter, err);
}
