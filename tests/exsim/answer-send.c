/* SendMail. Source: [MS-ASCMD] 2.2.1.17. Mail to users of this server arrives; mail to others goes nowhere. */
#include <string.h>

#include "base/text.h"
#include "exsim/answer.h"
#include "exsim/post.h"

static GBytes *message_of(const Request *request)
{
	const Element *mime = element_child(request->root, WBXML_ComposeMail_Mime);

	if (request->is_mime)
		return g_bytes_ref(request->body);
	return mime ? g_bytes_new(mime->text->str, mime->text->len) : NULL;
}

void answer_send_mail(Request *request, Answer *answer)
{
	g_autoptr(GBytes) mime = message_of(request);
	bool keep = request->is_mime ? request->save_in_sent : element_child(request->root, WBXML_ComposeMail_SaveInSentItems) != NULL;
	const char *client_id = element_text(request->root, WBXML_ComposeMail_ClientId);

	if (!mime) {
		answer_with_status(request, 103, answer);
		return;
	}
	/* 118: this very message was sent before. */
	if (client_id && !g_hash_table_add(request->device->sent_ids, g_strdup(client_id))) {
		answer_with_status(request, 118, answer);
		return;
	}
	guint reached = post_deliver(request->world, mime);
	if (reached == 0) {
		answer_with_status(request, 119, answer);
		return;
	}
	if (keep)
		post_file_sent(request->world, request->user, mime, request->device);
	answer->status = 1;
}
