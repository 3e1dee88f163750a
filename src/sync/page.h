/* page: a folder's half of the intake. See intake.h. */
#pragma once
#include "sync/intake.h"

void page_message_give(Sink *sink, Message *message, guint has);
void page_pim_give(Sink *sink, PimItem *item);
void page_event_uid(Sink *sink, int64_t op_id, const char *uid);
void page_item_gone(Sink *sink, const char *server_id, bool is_soft);
void page_op_done(Sink *sink, int64_t op_id);
void page_op_named(Sink *sink, int64_t op_id, const char *server_id);
void page_op_failed(Sink *sink, int64_t op_id, const GError *why);
void page_end(Sink *sink, const char *sync_key, bool has_more);
