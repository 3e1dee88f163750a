/*
 * mime/thread: what ties a mail to those it answers: Message-ID, References and Outlook's
 * Thread-Index. Pure: time and chance are passed in; any thread.
 */
#pragma once
#include <glib.h>
#include <stdint.h>

#define THREAD_RANDOM_BYTES 16

/*
 * "<random@domain>", the domain that of the first address in @from ("localhost" without one), in
 * ASCII. Free with g_free.
 */
char *thread_message_id(const uint8_t random[THREAD_RANDOM_BYTES], const char *from);

/* The Message-IDs in @text in their angle brackets, a blank between them; bare ones get brackets.
 * NULL if there is none. Free with g_free. */
char *thread_ids(const char *text);

/*
 * The References of an answer (RFC 5322 3.6.4): those of the original, else its In-Reply-To if that
 * is one id, then its Message-ID. Each id once; of more than 20 the first and the newest stay. Any
 * may be NULL. NULL if there is nothing to refer to. Free with g_free.
 */
char *thread_references(const char *references, const char *in_reply_to, const char *message_id);

/*
 * [MS-OXOMSG] 2.2.1.3, PidTagConversationIndex: 22 bytes for a conversation's first mail, and 5
 * more for each answer below it.
 */
GBytes *thread_index_new(int64_t now_ms, const uint8_t guid[THREAD_RANDOM_BYTES]);

/*
 * The index of an answer to the mail with @parent, made at @now_ms (UTC). @random: 4 bits of it are
 * used. NULL if @parent (may be NULL) is no index: begin a new one.
 */
GBytes *thread_index_answer(GBytes *parent, int64_t now_ms, uint8_t random);

/*
 * The index as ActiveSync tells it in two pieces: ConversationId (16 bytes) and ConversationIndex
 * (5 bytes of time, 5 more for each answer, [MS-ASEMAIL]). NULL if either has another length.
 */
GBytes *thread_index_join(GBytes *conversation_id, GBytes *conversation_index);

/* As the header field Thread-Index carries it. Free with g_free; NULL if it is no index. */
char   *thread_index_format(GBytes *index);
GBytes *thread_index_parse(const char *base64);
