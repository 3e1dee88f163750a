#include "support/mailbox.h"

#include <string.h>

enum { MINUTE = 60000, HOUR = 60 * MINUTE };
#define DAY (24 * (int64_t)HOUR)

static const struct { const char *id, *parent, *name; FolderType type; } folders[] = {
	{ "inbox", "0", "Inbox", FOLDER_INBOX },       { "drafts", "0", "Drafts", FOLDER_DRAFTS },
	{ "sent", "0", "Sent Items", FOLDER_SENT },    { "trash", "0", "Deleted Items", FOLDER_DELETED },
	{ "projects", "0", "Projects", FOLDER_USER_MAIL }, { "infra", "projects", "Infra", FOLDER_USER_MAIL },
	{ "cjk", "0", "\u6771\u4eac\u652f\u793e", FOLDER_USER_MAIL },
	{ "calendar", "0", "Calendar", FOLDER_CALENDAR },
};

static const char html[] =
	"<p>Hi all,</p><p>the review moves to <b>Thursday</b>, see the <a href=\"https://example.org/review?id=7\">report</a>. "
	"Please read it before, the part on storage above all.</p>"
	"<img src=\"https://track.example/p.gif\" width=1 height=1><img src=\"cid:chart\" alt=\"chart\">"
	"<p>Pay here: <a href=\"https://evil.example/x\">https://bank.example</a></p>"
	"<blockquote><p>One</p><p>Two</p><p>Three</p><p>Four</p><p>Five</p></blockquote><p>Grace</p>";

static const char text[] = "Hello,\n\nplease find the figures attached.\n\n> first\n> second\n\nRegards\nAda\n";

typedef struct {
	const char *id, *folder, *thread;
	int64_t     ago_ms;
	const char *from, *subject;
	guint       flags;
	int         importance;
	const char *body;            /* NULL: the standard text */
} Row;

static const Row rows[] = {
	{ "g1", "inbox", "A", 3 * DAY, "Grace Boss <grace@example.org>", "Architecture review", MESSAGE_READ, 1, NULL },
	{ "g2", "inbox", "A", 2 * DAY, "Ada Example <ada@example.org>", "Re: Architecture review", MESSAGE_READ, 1, NULL },
	{ "g3", "inbox", "A", 5 * HOUR, "Li Wei <li@example.org>", "Re: Architecture review", MESSAGE_READ | MESSAGE_REPLIED, 1, NULL },
	{ "g4", "inbox", "A", 10 * MINUTE, "Grace Boss <grace@example.org>", "Architecture review moved to Thursday",
	  MESSAGE_ATTACHMENT, 2, html },
	{ "q1", "inbox", "Q", 50 * HOUR, "Bjoern Mueller <bjoern@example.org>", "quarterly figures", MESSAGE_READ, 1, NULL },
	{ "q2", "inbox", "Q", 39 * MINUTE, "Ada Example <ada@example.org>", "Re: quarterly figures", MESSAGE_READ | MESSAGE_ATTACHMENT, 1, NULL },
	{ "i1", "inbox", "I", HOUR, "Bj\u00f6rn M\u00fcller <bjoern@example.org>", "Invitation: Release planning", MESSAGE_INVITATION, 1, NULL },
	{ "c1", "inbox", "C", DAY, "\u5c71\u7530\u592a\u90ce <taro@example.jp>", "\u8a3c\u660e\u66f8\u306e\u66f4\u65b0\u306b\u3064\u3044\u3066 (certificate renewal)", MESSAGE_READ | MESSAGE_FLAGGED, 1, NULL },
	{ "r1", "inbox", "R", 4 * DAY, "\u05d3\u05e0\u05d9 \u05db\u05d4\u05df <dani@example.il>", "\u05e9\u05dc\u05d5\u05dd, meeting on Sunday", MESSAGE_READ, 1, NULL },
	{ "e1", "inbox", "E", 9 * DAY, "\U0001f680 Deals <deals@shop.example>", "\U0001f468\u200d\U0001f469\u200d\U0001f467 Family \u2764\ufe0f offer \U0001f1e9\U0001f1ea", MESSAGE_READ, 1, NULL },
	{ "h1", "inbox", "H", 12 * DAY, "\x1b]0;owned\x07Mallory <mallory@evil.example>",
	  "\x1b[2J\u202egpj.exe\u200b\u200b \xc2\x9b" "31m red \x01", MESSAGE_READ, 1,
	  "\x1b[31mred\x1b[0m \x1b]52;c;AAAA\x07 \u202etxt\u202c end" },
	{ "h2", "inbox", "H2", 13 * DAY, "\"Grace Boss <grace@example.org>\u2800\u2800\u2800\u2800\u2800\u2800\u2800\u2800\u2800\u2800\u2800\u2800\u2800\u2800\" <mallory@evil.example>",
	  "Please pay", MESSAGE_READ, 1, NULL },
	{ "t1", "inbox", "T", 40 * DAY, "List <list@example.org>", "A long newsletter that was cut", MESSAGE_READ | MESSAGE_TRUNCATED, 1, NULL },
	{ "o1", "inbox", "O", 300 * DAY, "Old Friend <old@example.org>", "", MESSAGE_READ | MESSAGE_FORWARDED, 1, NULL },
	{ "s1", "sent", "Q", 45 * HOUR, "Alice <alice@example.test>", "Re: quarterly figures", MESSAGE_READ, 1, NULL },
	{ "f1", "infra", "F", 2 * HOUR, "Monitor <monitor@example.org>", "disk is 91 % full", 0, 1, NULL },
};

static void write_folders(TempStore *temp)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)folder_free);
	g_autoptr(GError) err = NULL;
	StoreFolderList given = { .account_id = temp->account_id, .changed = list, .folder_key = "1" };

	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
		Folder *folder = folder_new();
		folder->server_id = g_strdup(folders[i].id);
		folder->parent_server_id = g_strdup(folders[i].parent);
		folder->name = g_strdup(folders[i].name);
		folder->type = folders[i].type;
		g_ptr_array_add(list, folder);
	}
	store_write_folders(temp->writer, &given, &err);
	g_assert_no_error(err);
}

static int64_t folder_id(TempStore *temp, const char *server_id)
{
	g_autoptr(GPtrArray) all = NULL;

	g_assert_true(store_read_folders(temp->reader, temp->account_id, &all, NULL));
	for (guint i = 0; i < all->len; i++) {
		const Folder *folder = g_ptr_array_index(all, i);
		if (strcmp(folder->server_id, server_id) == 0)
			return folder->id;
	}
	g_assert_not_reached();
}

static void add_parts(Message *message)
{
	static const struct { const char *name; int64_t size; bool is_inline; } parts[] = {
		{ "report.pdf", 245760, false }, { "plan\u202efdp.xlsx", 90112, false }, { "chart.png", 31000, true },
	};

	message->parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_free);
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		Part *part = part_new();
		part->name = g_strdup(parts[i].name);
		part->reference = g_strdup_printf("ref%zu", i);
		part->size_bytes = parts[i].size;
		part->is_inline = parts[i].is_inline;
		part->content_id = parts[i].is_inline ? g_strdup("chart") : NULL;
		part->method = 1;
		g_ptr_array_add(message->parts, part);
	}
}

static void add_meeting(Message *message, int64_t now_ms)
{
	message->meeting = g_new0(Meeting, 1);
	message->meeting->start_ms = now_ms + 2 * DAY - 2 * HOUR;
	message->meeting->end_ms = message->meeting->start_ms + HOUR;
	message->meeting->location = g_strdup("Room 4");
}

static Message *message_of(const Row *row, int64_t now_ms)
{
	Message    *message = temp_message(row->id, now_ms - row->ago_ms, row->flags);
	const char *body = row->body ? row->body : text;

	g_free(message->subject);
	g_free(message->from);
	g_free(message->to);
	message->subject = g_strdup(row->subject);
	message->from = g_strdup(row->from);
	message->to = g_strdup("Alice <alice@example.test>, Ada Example <ada@example.org>, Li Wei <li@example.org>");
	message->importance = row->importance;
	message->conversation_key = g_bytes_new(row->thread, strlen(row->thread));
	message->body_kind = message->native_kind = row->body == html ? BODY_HTML : BODY_TEXT;
	g_bytes_unref(message->body);
	message->body = g_bytes_new(body, strlen(body));
	if (row->flags & MESSAGE_ATTACHMENT)
		add_parts(message);
	if (row->flags & MESSAGE_INVITATION)
		add_meeting(message, now_ms);
	return message;
}

SampleMailbox sample_mailbox_fill(TempStore *temp)
{
	int64_t now_ms = clock_now_ms(&temp->clock.clock);

	write_folders(temp);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		temp_store_add(temp, folder_id(temp, rows[i].folder), message_of(&rows[i], now_ms));
	return (SampleMailbox){ folder_id(temp, "inbox"), folder_id(temp, "sent"), folder_id(temp, "infra") };
}
