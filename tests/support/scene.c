#include "support/scene.h"

static void replace(char **slot, const char *text)
{
	g_free(*slot);
	*slot = g_strdup(text);
}

static Folder *folder_make(const char *id, FolderType type, const char *name)
{
	Folder *folder = folder_new();

	folder->server_id = g_strdup(id);
	folder->name = g_strdup(name);
	folder->type = type;
	folder->sync_key = g_strdup("0");
	return folder;
}

static void add_op(Scene *scene, const char *server_id, int value)
{
	Op *op = op_new_mark_read(0, value);

	op->id = 100 + scene->ops->len;
	op->server_id = g_strdup(server_id);
	g_ptr_array_add(scene->ops, op);
}

static const char mail[] = "From: alice@example.test\r\nTo: bob@example.test\r\nSubject: Lunch\r\n\r\nAt noon?";

static SendSpec send_make(void)
{
	return (SendSpec){
		.form = SEND_MAIL, .mime = g_bytes_new_static(mail, sizeof mail - 1), .client_id = "00112233445566aa",
		.wants_copy = true, .source_folder = "5", .source_item = "5:101",
	};
}

static GPtrArray *parts_make(void)
{
	GPtrArray *parts = g_ptr_array_new_with_free_func((GDestroyNotify)draft_part_free);
	DraftPart *part = draft_part_new();

	part->name = g_strdup("agenda ü.txt");
	part->content_type = g_strdup("text/plain");
	part->bytes = g_bytes_new_static("1. Lunch\n", 9);
	g_ptr_array_add(parts, part);
	return parts;
}

static DraftSpec draft_make(const GPtrArray *parts)
{
	return (DraftSpec){
		.client_id = "00112233445566aa", .to = "Bob Kowalski <bob@example.test>", .cc = "carol@example.test",
		.bcc = "dave@example.test", .subject = "Lunch €", .importance = 2, .body_kind = BODY_TEXT, .body = "At noon?\n",
		.parts = parts,
	};
}

static void fill(Scene *scene)
{
	scene->account->server_url = g_strdup("https://mail.example.test/Microsoft-Server-ActiveSync");
	scene->account->user_name = g_strdup("EXAMPLE\\alice");
	scene->state->device_id = g_strdup("00112233445566778899aabbccddeeff");
	g_ptr_array_add(scene->folders, folder_make("5", FOLDER_INBOX, "Inbox"));
	g_ptr_array_add(scene->folders, folder_make("9", FOLDER_USER_MAIL, "Projects"));
	add_op(scene, "5:101", 1);
	add_op(scene, "5:102", 0);
	add_op(scene, "5:103", 1);
}

void scene_init(Scene *scene, TaskKind kind, const char *version)
{
	*scene = (Scene){
		.account = account_new(), .state = g_new0(AccountState, 1), .folder = folder_make("5", FOLDER_INBOX, "Inbox"),
		.folders = g_ptr_array_new_with_free_func((GDestroyNotify)folder_free),
		.ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free),
		.ids = g_ptr_array_new_with_free_func(g_free), .send = send_make(), .parts = parts_make(),
	};
	scene->draft = draft_make(scene->parts);
	fill(scene);
	scene->state->version = g_strdup(version);
	scene->spec = (TaskSpec){
		.kind = kind, .account = scene->account, .state = scene->state, .folder = scene->folder,
		.folders = scene->folders, .ops = scene->ops, .window = 100,
		.send = &scene->send, .draft = &scene->draft, .server_ids = scene->ids,
		.answer = &scene->answer,
	};
	scene->answer = (AnswerSpec){ .choice = RESPONSE_ACCEPTED, .tells_organizer = true };
}

void scene_clear(Scene *scene)
{
	account_free(scene->account);
	account_state_free(scene->state);
	folder_free(scene->folder);
	g_clear_pointer(&scene->folders, g_ptr_array_unref);
	g_clear_pointer(&scene->ops, g_ptr_array_unref);
	g_clear_pointer(&scene->parts, g_ptr_array_unref);
	g_clear_pointer(&scene->ids, g_ptr_array_unref);
	g_clear_pointer(&scene->changes, g_ptr_array_unref);
	g_clear_pointer(&scene->send.mime, g_bytes_unref);
}

void scene_set_ids(Scene *scene, const char *ids)
{
	g_auto(GStrv) all = g_strsplit(ids, " ", -1);

	for (size_t i = 0; all[i]; i++)
		g_ptr_array_add(scene->ids, g_strdup(all[i]));
}

void scene_set_key(Scene *scene, const char *key)
{
	replace(&scene->state->folder_key, key);
	replace(&scene->folder->sync_key, key);
	for (guint i = 0; i < scene->folders->len; i++)
		replace(&((Folder *)scene->folders->pdata[i])->sync_key, key);
}

bool scene_take(Task *task, const HttpResponse *response, Sink *sink, unsigned budget, Step *ret_step, GError **err)
{
	if (!task->ops->take(task, response, sink, ret_step, err))
		return false;
	while (*ret_step == STEP_MORE)
		if (!task->ops->chunk(task, sink, budget, ret_step, err))
			return false;
	return true;
}
