#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "app/answering.h"
#include "app/compose.h"
#include "app/rawmail.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/send.h"

enum { MESSAGE_MAX_BYTES = 150 << 20 };

/* The letters are sendmail's; what has no meaning here is taken and ignored. */
static const ArgOption options[] = {
	{ 't', "recipients-from-header", ARG_FLAG, NULL, NULL,
	  N_("also to those that To, Cc and Bcc name") },
	{ 'i', "ignore-dots", ARG_FLAG, NULL, NULL,
	  N_("a line with a single dot does not end the message") },
	{ 'f', "sender", ARG_TEXT, N_("ADDRESS"), NULL,
	  N_("the account with this address; the server decides on From") },
	{ 'r', "sender-too", ARG_TEXT, N_("ADDRESS"), NULL, N_("the same") },
	{ 'F', "name", ARG_TEXT, N_("NAME"), NULL, N_("the name in a From that has to be added") },
	{ 'o', "option", ARG_TEXT, N_("OPTION"), NULL, N_("-oi is -i; all others are ignored") },
	{ 'b', "mode", ARG_TEXT, N_("MODE"), NULL, N_("m, to send, is the only one") },
	{ 'B', "body", ARG_TEXT, N_("TYPE"), NULL, N_("ignored, like the options that follow") },
	{ 'N', "notify", ARG_TEXT, N_("WHEN"), NULL, N_("ignored") },
	{ 'R', "return", ARG_TEXT, N_("WHAT"), NULL, N_("ignored") },
	{ 'V', "envelope-id", ARG_TEXT, N_("ID"), NULL, N_("ignored") },
	{ 'X', "traffic-log", ARG_TEXT, N_("FILE"), NULL, N_("ignored") },
	{ 'G', "gateway", ARG_FLAG, NULL, NULL, N_("ignored") },
	{ 'U', "user", ARG_FLAG, NULL, NULL, N_("ignored") },
	{ 'm', "me-too", ARG_FLAG, NULL, NULL, N_("ignored") },
	{ 0, "queue", ARG_FLAG, NULL, NULL,
	  N_("leave it in the Outbox; the next sync sends it") },
	{ 0, "hold", ARG_INT, N_("MINUTES"), "1-525600",
	  N_("not before so many minutes have passed; implies --queue") },
	{ 0 },
};

/* ---- the message ---- */

static bool ignores_dots(const Cli *cli)
{
	return args_has(cli->args, "ignore-dots") ||
	       g_strv_contains(args_texts(cli->args, "option"), "i");
}

/* The end that a line with a single dot makes. */
static gsize end_at_dot(const GByteArray *bytes)
{
	const guint8 *data = bytes->data;

	for (gsize i = 0; i + 1 < bytes->len; i++) {
		bool is_start = i == 0 || data[i - 1] == '\n';
		bool is_dot = data[i] == '.' &&
		              (data[i + 1] == '\n' ||
		               (data[i + 1] == '\r' && i + 2 < bytes->len && data[i + 2] == '\n'));
		if (is_start && is_dot)
			return i;
	}
	return bytes->len;
}

static GBytes *read_message(const Cli *cli, GError **err)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	guint8 buffer[65536];

	for (;;) {
		ssize_t n = read(STDIN_FILENO, buffer, sizeof buffer);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail_errno(err, errno, _("cannot read the message")), NULL;
		if (n == 0)
			break;
		if (bytes->len + (gsize)n > MESSAGE_MAX_BYTES)
			return fail_null(err, ERR_LIMIT, _("the message is larger than %d MiB"),
			                 MESSAGE_MAX_BYTES >> 20);
		g_byte_array_append(bytes, buffer, (guint)n);
	}
	if (!ignores_dots(cli))
		g_byte_array_set_size(bytes, (guint)end_at_dot(bytes));
	return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}

/* ---- the account ---- */

/* The one that has the sender's address; else that of -a, or the default: cron names senders that
 * are no mailbox of ours. */
static const Account *find_account(Cli *cli, GError **err)
{
	const char *sender = args_text(cli->args, "sender");
	const GPtrArray *accounts = cli_accounts(cli, err);

	if (!sender)
		sender = args_text(cli->args, "sender-too");
	for (guint i = 0; accounts && sender && i < accounts->len; i++) {
		const Account *account = g_ptr_array_index(accounts, i);
		if (account->address && g_ascii_strcasecmp(account->address, sender) == 0)
			return account;
	}
	return accounts ? cli_account(cli, err) : NULL;
}

static bool check_mode(const Cli *cli, GError **err)
{
	const char *mode = args_text(cli->args, "mode");

	return !mode || g_str_equal(mode, "m") ||
	       fail(err, ERR_USAGE,
	            _("sendmail: -b%s is not possible here: Postern sends mail and is no server"), mode);
}

static int offset_min(int64_t now_ms)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_local();
	int interval = g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, now_ms / 1000);

	return interval < 0 ? 0 : g_time_zone_get_offset(zone, interval) / 60;
}

static char *new_message_id(const Account *account, GError **err)
{
	g_autoptr(Secret) random = secret_new_random(16, err);
	g_autoptr(Draft) draft = draft_new();

	if (!random)
		return NULL;
	draft->from = g_strdup(account->address);
	compose_identify(draft, secret_bytes(random));
	return g_steal_pointer(&draft->message_id);
}

/* As the account's settings have it for all mail. */
static bool protect(Cli *cli, const Account *account, Draft *summary, GBytes *mime, StoreMail *ret_mail, GError **err)
{
	AnsweringSelf self = answering_self(cli->settings, account, NULL);

	answering_protect(&self, summary);
	if (!draft_is_protected(summary)) {
		ret_mail->mime = g_bytes_ref(mime);
		return true;
	}
	return send_protect(cli, summary, mime, ret_mail, err);
}

static bool run(Cli *cli, GError **err)
{
	const Account *account = check_mode(cli, err) ? find_account(cli, err) : NULL;
	g_autofree char *id = account ? new_message_id(account, err) : NULL;
	g_autoptr(GBytes) raw = id ? read_message(cli, err) : NULL;
	g_autoptr(Draft) summary = NULL;
	int64_t now_ms = clock_now_ms(cli->clock);

	if (!raw)
		return false;
	RawMailHow how = { .recipients = args_operands(cli->args),
		           .reads_header = args_has(cli->args, "recipients-from-header"),
		           .own_address = account->address,
		           .from_name = args_text(cli->args, "name"),
		           .message_id = id,
		           .now_ms = now_ms,
		           .offset_min = offset_min(now_ms) };
	g_autoptr(GBytes) mime = rawmail_prepare(raw, &how, &summary, err);
	g_auto(StoreMail) mail = { 0 };

	return mime && protect(cli, account, summary, mime, &mail, err) &&
	       send_letter(cli,
	                   &(Letter){ .account = account,
	                              .draft = summary,
	                              .mime = mail.mime,
	                              .copies = mail.copies },
	                   err);
}

const Verb verb_sendmail = {
	.name = "sendmail",
	.summary = N_("Send a message from the standard input, as sendmail(8) does"),
	.description = N_("For programs that send mail: cron, git send-email, mutt. The message leaves byte for byte, apart from line ends, from what is missing (From, Date, Message-ID), and from bytes that are no UTF-8, which are encoded. ActiveSync sends to whom the header names, so recipients that stand only on the command line are added as Bcc, and To must name nobody else. Returns when the server has confirmed."),
	.operands = N_("[RECIPIENT…]"), .operands_min = 0, .operands_max = -1,
	.uses = USES_ACCOUNT | USES_ENGINE,
	.options = options,
	.examples = {
		{ "sendmail -t < message.eml", N_("To those that the message names") },
		{ "sendmail -i grace@example.org < message.eml", N_("To one") },
		{ "sendmail -t --queue < message.eml", N_("With the next sync") },
	},
	.exits = { EXIT_SIGN_IN, EXIT_NETWORK, EXIT_REFUSED, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
