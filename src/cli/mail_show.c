#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/judgement.h"
#include "app/reading.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/cells.h"
#include "cli/errand.h"
#include "cli/fetch.h"
#include "cli/mail.h"
#include "cli/mark.h"
#include "cli/smime.h"
#include "cli/verdict.h"
#include "doc/layout.h"
#include "ui/cell/grapheme.h"

enum { PLAIN_COLUMNS = 80 };

static const ArgOption options[] = {
	{ 0, "raw", ARG_FLAG, NULL, NULL,
	  N_("the mail as the server has it, byte for byte; fetched if it is not here") },
	{ 0, "html", ARG_FLAG, NULL, NULL, N_("the HTML as the sender wrote it") },
	{ 0, "plain", ARG_FLAG, NULL, NULL,
	  N_("from the plain text, where the sender wrote both") },
	{ 0, "mark-read", ARG_FLAG, NULL, NULL, N_("mark it read afterwards; nothing else does") },
	{ 0, "verdict", ARG_FLAG, NULL, NULL,
	  N_("what its signature is worth, as of when it came; see “smime verify”") },
	SMIME_TRUST_OPTIONS,
	{ 0 },
};

/* ---- what there is of it ---- */

static bool take_raw(void *data, int64_t message_id, GBytes *mime, const GError *error,
                     GError **err)
{
	GBytes **raw = data;
	(void)message_id;

	if (error) {
		g_propagate_error(err, g_error_copy(error));
		return false;
	}
	*raw = g_bytes_ref(mime);
	return true;
}

static bool fetch_raw(Cli *cli, const Message *message, GBytes **ret_raw, GError **err)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autoptr(GPtrArray) accounts = g_ptr_array_new();
	FetchSink sink = { .take = take_raw, .data = ret_raw };
	const Account *account = mail_account(cli, message, err);

	if (!account)
		return false;
	g_ptr_array_add(accounts, (void *)account);
	g_array_append_val(ids, message->id);
	return fetch_mime(cli, accounts, ids, &sink, err);
}

/* Of what is signed or encrypted a piece is of no use. What does not come is said, and what is here
 * is shown. */
static bool read_source(Cli *cli, const Message *message, BodyKind kind, GBytes **ret_source,
                        GError **err)
{
	bool is_whole = kind == BODY_MIME && !(message->flags & MESSAGE_TRUNCATED);
	g_autoptr(GError) why = NULL;

	if (!opening_needs_source(message) || is_whole)
		return true;
	if (!store_read_mime(cli->reader, message->id, ret_source, err))
		return false;
	if (!*ret_source && !fetch_raw(cli, message, ret_source, &why))
		output_message("%s", why->message);
	return true;
}

static bool find_certificates(Cli *cli, const Message *message, BodyKind kind,
                              const Certificates **ret_known, GError **err)
{
	bool is_needed = kind == BODY_MIME || opening_needs_source(message);
	const Account *account = is_needed ? mail_account(cli, message, NULL) : NULL;

	if (!is_needed || !settings_bool_for(cli->settings, account, SETTING_SMIME_ENABLED))
		return true;
	*ret_known = cli_certificates(cli, err);
	return *ret_known != NULL;
}

/* What @message says of itself becomes what the mail inside says. */
static Reading *open_mail(Cli *cli, Message *message, GError **err)
{
	g_autoptr(GBytes) body = NULL, source = NULL;
	const Certificates *known = NULL;
	BodyKind kind = BODY_NONE;

	if (!store_read_body(cli->reader, message->id, &kind, &body, err) ||
	    !read_source(cli, message, kind, &source, err) ||
	    !find_certificates(cli, message, kind, &known, err))
		return NULL;
	OpeningMail mail = { message, kind, body, source };
	Reading *reading = args_has(cli->args, "plain") ? reading_open_plain(&mail, known)
	                                                : reading_open(&mail, known);
	if (reading->mime)
		opening_correct(reading->opening, reading->mime, message);
	return reading;
}

/* ---- as text ---- */

static int columns_for(const Cli *cli)
{
	int64_t wanted = settings_int(cli->settings, SETTING_SHOW_WIDTH);
	struct winsize size;

	if (wanted >= 10)
		return (int)wanted;
	if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
	    size.ws_col >= 10)
		return size.ws_col;
	return PLAIN_COLUMNS;
}

static void append_layout(GString *out, const Doc *doc, int columns)
{
	DocLayout layout = { .width = columns, .numbers_links = true, .width_of = grapheme_width };
	g_autoptr(GPtrArray) lines = doc_layout(doc, &layout);

	for (guint i = 0; i < lines->len; i++) {
		const DocLine *line = g_ptr_array_index(lines, i);
		for (guint j = 0; j < line->spans->len; j++)
			cells_append(out,
			             ((const DocSpan *)g_ptr_array_index(line->spans, j))->text);
		g_string_append_c(out, '\n');
	}
}

static void append_seal_line(GString *out, const char *sign, const char *text)
{
	g_string_append(out, _("S/MIME: "));
	g_string_append_printf(out, "%s ", sign);
	cells_append(out, text);
	g_string_append_c(out, '\n');
}

/* Above the empty line, where no text of the mail stands. */
static void append_verdict(GString *out, const SmimeMessage *smime)
{
	g_autofree char *summary = judgement_summary(smime);
	g_autoptr(GPtrArray) reasons = judgement_reasons(smime->verdict, VERDICT_DOUBT);

	append_seal_line(out, judgement_sign(smime->verdict.grade), summary);
	for (guint i = 0; i < reasons->len; i++)
		append_seal_line(out, "  -", reasons->pdata[i]);
}

static void append_seal(GString *out, const Opening *opening)
{
	bool is_warning = false;
	g_autofree char *secrecy = judgement_secrecy(opening, &is_warning);

	if (opening->smime && opening->is_judged && !opening_is_closed(opening))
		append_verdict(out, opening->smime);
	if (secrecy)
		append_seal_line(out, is_warning ? "[?]" : "[*]", secrecy);
}

static void append_header(GString *out, const Message *message, const Opening *opening)
{
	g_autoptr(GPtrArray) lines = reading_header_lines(message);
	g_autofree char *when = output_local_time(message->received_ms);

	for (guint i = 0; i < lines->len; i++) {
		cells_append(out, g_ptr_array_index(lines, i));
		g_string_append_c(out, '\n');
	}
	g_string_append_printf(out, _("Date: %s\n"), when);
	append_seal(out, opening);
	for (guint i = 0; message->parts && i < message->parts->len; i++) {
		const Part *part = g_ptr_array_index(message->parts, i);
		g_autofree char *size = g_format_size((guint64)part->size_bytes);
		if (part->is_inline)
			continue;
		g_string_append(out, _("Attachment: "));
		cells_append(out, part->name ? part->name : "?");
		g_string_append_printf(out, " (%s)\n", size);
	}
	g_string_append_c(out, '\n');
}

static void tell_limits(const Message *message, const Reading *reading)
{
	if (reading->warning)
		output_message("%s", reading->warning);
	if (message->flags & MESSAGE_TRUNCATED && !reading->opening->smime)
		output_message(
			"%s",
			_("only the beginning of this mail is here; --raw fetches all of it"));
}

static bool show_text(Cli *cli, Message *message, GError **err)
{
	g_autoptr(Reading) reading = open_mail(cli, message, err);
	g_autoptr(GString) out = g_string_new(NULL);

	if (!reading)
		return false;
	append_header(out, message, reading->opening);
	append_layout(out, reading->doc, columns_for(cli));
	tell_limits(message, reading);
	output_text(cli->output, out->str);
	return true;
}

/* ---- as JSON ---- */

static char *part_names(const Message *message)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; message->parts && i < message->parts->len; i++) {
		const Part *part = g_ptr_array_index(message->parts, i);
		if (!part->is_inline && part->name)
			g_string_append_printf(names, "%s\n", part->name);
	}
	return g_string_free(g_steal_pointer(&names), FALSE);
}

/* A script's word; nothing where there is nothing to judge, or nobody to. */
static const char *verdict_of(const Opening *opening)
{
	return opening->smime && opening->is_judged
	               ? verdict_grade_name(opening->smime->verdict.grade)
	               : NULL;
}

static bool show_record(Cli *cli, Message *message, GError **err)
{
	static const OutputField fields[] = {
		{ "id", N_("Id"), FIELD_TEXT, 0 },
		{ "date", N_("Date"), FIELD_TIME, 0 },
		{ "from", N_("From"), FIELD_TEXT, 0 },
		{ "to", N_("To"), FIELD_TEXT, 0 },
		{ "cc", N_("Cc"), FIELD_TEXT, 0 },
		{ "reply_to", N_("Reply-To"), FIELD_TEXT, 0 },
		{ "subject", N_("Subject"), FIELD_TEXT, 0 },
		{ "unread", N_("Unread"), FIELD_BOOL, 0 },
		{ "flagged", N_("Flagged"), FIELD_BOOL, 0 },
		{ "importance", N_("Importance"), FIELD_INT, 0 },
		{ "size", N_("Size"), FIELD_INT, 0 },
		{ "categories", N_("Categories"), FIELD_LIST, 0 },
		{ "attachments", N_("Attachments"), FIELD_LIST, 0 },
		{ "server_id", N_("Server id"), FIELD_TEXT, 0 },
		{ "complete", N_("Complete"), FIELD_BOOL, 0 },
		{ "verdict", N_("Verdict"), FIELD_TEXT, 0 },
		{ "encrypted", N_("Encrypted"), FIELD_BOOL, 0 },
		{ "text", N_("Text"), FIELD_TEXT, 0 },
		{ 0 },
	};
	g_autoptr(Reading) reading = open_mail(cli, message, err);
	g_autofree char *id = message_id_format(message->id);

	if (!reading)
		return false;
	g_autofree char *names = part_names(message);
	g_autofree char *text = doc_plain_text(reading->doc);
	const OutputValue values[] = {
		{ .text = id },
		{ .number = message->received_ms },
		{ .text = message->from },
		{ .text = message->to },
		{ .text = message->cc },
		{ .text = message->reply_to },
		{ .text = message->subject },
		{ .number = !(message->flags & MESSAGE_READ) },
		{ .number = (message->flags & MESSAGE_FLAGGED) != 0 },
		{ .number = message->importance },
		{ .number = message->size_bytes },
		{ .text = message->categories },
		{ .text = names },
		{ .text = message->server_id },
		{ .number = !(message->flags & MESSAGE_TRUNCATED) },
		{ .text = verdict_of(reading->opening) },
		{ .number = opening_is_encrypted(reading->opening) },
		{ .text = text },
	};
	return output_single(cli->output, fields, values, err);
}

/* ---- as the sender sent it ---- */

static bool show_raw(Cli *cli, const Message *message, GError **err)
{
	g_autoptr(GBytes) raw = NULL;

	return fetch_raw(cli, message, &raw, err) && output_bytes(cli->output, raw, err);
}

static bool show_verdict(Cli *cli, const Message *message, GError **err)
{
	g_autoptr(GBytes) raw = NULL;
	g_autoptr(SmimeMessage) opened = NULL;

	return fetch_raw(cli, message, &raw, err) &&
	       smime_judge(cli, raw, message->received_ms, &opened, err) &&
	       verdict_show(cli, opened, err);
}

/* The HTML part of a MIME body, else NULL. */
static GBytes *html_of_mime(const Reading *reading)
{
	for (guint i = 0; reading->mime && i < reading->mime->parts->len; i++) {
		const MimePart *part = g_ptr_array_index(reading->mime->parts, i);
		if (part->role == MIME_HTML)
			return mime_part_content(reading->mime, part->index, NULL);
	}
	return NULL;
}

static bool show_html(Cli *cli, Message *message, GError **err)
{
	g_autoptr(Reading) reading = open_mail(cli, message, err);

	if (!reading)
		return false;
	if (reading->opening->kind == BODY_HTML && reading->opening->body)
		return output_bytes(cli->output, reading->opening->body, err);
	g_autoptr(GBytes) html = html_of_mime(reading);
	return html ? output_bytes(cli->output, html, err)
	            : fail(err, ERR_NOT_FOUND, _("this mail has no HTML"));
}

static bool run(Cli *cli, GError **err)
{
	const char *id = args_operands(cli->args)[0];
	g_autoptr(Message) message = NULL;
	bool ok;

	if (args_has(cli->args, "raw") + args_has(cli->args, "html") +
	            args_has(cli->args, "verdict") > 1)
		return fail(err, ERR_USAGE,
		            _("mail show: --raw, --html and --verdict exclude each other"));
	if (!mail_read(cli, id, &message, err))
		return false;
	if (args_has(cli->args, "raw"))
		ok = show_raw(cli, message, err);
	else if (args_has(cli->args, "verdict"))
		ok = show_verdict(cli, message, err);
	else if (args_has(cli->args, "html"))
		ok = show_html(cli, message, err);
	else if (output_form(cli->output) == OUTPUT_TEXT && !args_has(cli->args, "fields"))
		ok = show_text(cli, message, err);
	else
		ok = show_record(cli, message, err);
	return ok && (!args_has(cli->args, "mark-read") || mark_shown(cli, message, err));
}

const Verb verb_mail_show = {
	.name = "mail show",
	.summary = N_("Show a mail"),
	.description = N_("Prints header and text, laid out for the terminal's width (80 columns without one). Pictures and other "
	                  "remote content are never loaded. A mail stays unread unless --mark-read is given."),
	.operands = N_("ID"), .operands_min = 1, .operands_max = 1,
	.uses = USES_ENGINE,
	.options = options,
	.examples = {
		{ "mail show m1k2x9", N_("To read") },
		{ "mail show m1k2x9 --raw > mail.eml", N_("The bytes that the server has") },
		{ "mail show m1k2x9 --json --fields from,subject,text", N_("For a script") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
