/*
 * SendMail, SmartReply and SmartForward. Source: [MS-ASCMD] 2.2.1.17 to 2.2.1.19. Mail to users of this server arrives; mail
 * to others goes nowhere.
 */
#include <string.h>

#include "base/text.h"
#include "exsim/answer.h"
#include "exsim/post.h"

enum { VERB_REPLY = 1, VERB_FORWARD = 3 };

/* What the client says of the message. Borrowed from the request. */
typedef struct {
	GBytes     *mime;
	const char *client_id, *folder_id, *item_id;
	bool        wants_copy, replaces;
} Sent;

static bool is_smart(const Request *request) { return !g_str_equal(request->cmd, "SendMail"); }

static void read_query(const Request *request, Sent *sent)
{
	sent->mime = request->body;
	sent->wants_copy = request->save_in_sent;
	sent->folder_id = request->folder_id;
	sent->item_id = request->item_id;
}

/* False: there is no message in it. */
static bool read_document(const Request *request, Sent *sent, GBytes **ret_mime)
{
	const Element *mime = element_child(request->root, WBXML_ComposeMail_Mime);
	const Element *source = element_child(request->root, WBXML_ComposeMail_Source);

	if (!mime)
		return false;
	sent->mime = *ret_mime = g_bytes_new(mime->text->str, mime->text->len);
	sent->client_id = element_text(request->root, WBXML_ComposeMail_ClientId);
	sent->folder_id = element_text(source, WBXML_ComposeMail_FolderId);
	sent->item_id = element_text(source, WBXML_ComposeMail_ItemId);
	sent->wants_copy = element_child(request->root, WBXML_ComposeMail_SaveInSentItems) != NULL;
	sent->replaces = element_child(request->root, WBXML_ComposeMail_ReplaceMime) != NULL;
	return true;
}

/* ---- the original ---- */

typedef struct { Collection *folder; guint item; } Original;

static bool find_original(const Request *request, const Sent *sent, Original *ret_original)
{
	ret_original->folder = user_collection(request->user, sent->folder_id);
	return ret_original->folder && collection_find(ret_original->folder, sent->item_id, &ret_original->item);
}

static void mark_original(const Request *request, const Original *original)
{
	ItemState state = collection_state(original->folder, original->item);

	state.verb = g_str_equal(request->cmd, "SmartReply") ? VERB_REPLY : VERB_FORWARD;
	state.verb_ms = world_now_ms(request->world);
	collection_set_state(original->folder, original->item, state, ITEM_VERB, NULL);
}

/* ---- carrying it out ---- */

/* A message that comes again after it was accepted: by its ClientId, from 14.0 on. */
static bool is_repeat(const Request *request, const Sent *sent)
{
	return sent->client_id && !request->world->options.ignores_client_ids &&
	       g_hash_table_contains(request->device->sent_ids, sent->client_id);
}

/* A front door that takes no more than so much answers by itself, before anybody reads the message. */
static bool is_too_large(const Request *request)
{
	const Manners *manners = request->world->options.manners;

	return manners && manners->send_most_bytes && g_bytes_get_size(request->body) > manners->send_most_bytes;
}

static int submit(Request *request, const Sent *sent, GBytes *mime)
{
	guint reached = post_deliver(request->world, mime);

	if (reached == 0)
		return 119;
	post_note(request->world, &(PostNote){ request->cmd, request->user->name, sent->client_id, reached }, mime);
	if (sent->wants_copy)
		post_file_sent(request->world, request->user, mime, request->device);
	return 1;
}

static int send_smart(Request *request, const Sent *sent)
{
	Original original;

	if (!find_original(request, sent, &original))
		return 150;
	g_autoptr(GBytes) whole = sent->replaces ? g_bytes_ref(sent->mime)
	                        : post_with_original(sent->mime, collection_mime(original.folder, original.item));
	int status = submit(request, sent, whole);
	if (status == 1)
		mark_original(request, &original);
	return status;
}

void answer_send_mail(Request *request, Answer *answer)
{
	g_autoptr(GBytes) mime = NULL;
	Sent sent = { 0 };
	int status;

	if (is_too_large(request)) {
		answer->http = 413;
		return;
	}
	if (request->is_mime)
		read_query(request, &sent);
	else if (!read_document(request, &sent, &mime)) {
		answer_with_status(request, 103, answer);
		return;
	}
	status = is_repeat(request, &sent) ? 118 : is_smart(request) ? send_smart(request, &sent) : submit(request, &sent, sent.mime);
	if (status != 1)
		answer_with_status(request, status, answer);
	else if (sent.client_id)
		g_hash_table_add(request->device->sent_ids, g_strdup(sent.client_id));
	answer->status = status;
}
