/*
 * sink: where a backend puts the facts it reads from an answer, in model terms. The engine's sink
 * stores them by the page rule; a test's sink writes them down. Everything with a `give` in its
 * name is the sink's afterwards.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "model/folder.h"
#include "model/lookup.h"
#include "model/message.h"
#include "model/oof.h"
#include "model/gal.h"
#include "model/pim.h"

typedef struct Sink Sink;

typedef struct {
	/* ---- the account ---- */
	void (*server)(Sink *sink, const char *versions, const char *commands);
	void (*version)(Sink *sink, const char *version);
	void (*policy)(Sink *sink, const char *policy_key, const char *policy_hash,
	               const char *document_xml);
	void (*device_told)(Sink *sink);
	void (*addresses)(Sink *sink, const char *newline_list);
	void (*moved)(Sink *sink, const char *url); /* 451 X-MS-Location, not yet judged */
	/* All keys are void: the folder list and every folder are to be read from the start. */
	void (*begin_anew)(Sink *sink);
	void (*password_expires)(Sink *sink, int days);
	/* The server's order to erase the account. True: it is kept so that nothing undoes it, and
	 * may be acknowledged; false: it must not be. */
	bool (*wipe)(Sink *sink, bool is_account_only, GError **err);
	/* ---- the folder list ---- */
	void (*folder_give)(Sink *sink, Folder *folder); /* new or changed; store fields unset */
	void (*folder_gone)(Sink *sink, const char *server_id);
	/* @was_full: asked with key 0; folders not given are gone. */
	void (*folder_list_end)(Sink *sink, const char *folder_key, bool was_full);
	/* ---- a page of a folder ---- */
	/* @has: MessageHas; Add and whole Change are HAS_ALL. */
	void (*message_give)(Sink *sink, Message *message, guint has);
	/* The whole item, new or changed. */
	void (*pim_give)(Sink *sink, PimItem *item);
	/* A message or another item. @is_soft: it has only left the window that is synced. */
	void (*item_gone)(Sink *sink, const char *server_id, bool is_soft);
	void (*op_done)(Sink *sink, int64_t op_id);
	/* Done, and the server calls it so from now on: MOVE, FOLDER_CREATE, a new draft or item. */
	void (*op_named)(Sink *sink, int64_t op_id, const char *server_id);
	/* Before op_named() of a new event: the uid that the server gave the meeting (16.0). */
	void (*event_uid)(Sink *sink, int64_t op_id, const char *uid);
	/* The kind decides: GONE drops, REQUEST undoes or parks, others retry. */
	void (*op_failed)(Sink *sink, int64_t op_id, const GError *why);
	void (*page_end)(Sink *sink, const char *sync_key, bool has_more);
	/* ---- push ---- */
	void (*folder_behind)(Sink *sink, const char *server_id);
	/* It refuses ours and names the one it accepts: ask again with that. */
	void (*heartbeat)(Sink *sink, int heartbeat_s);
	/* ---- what was fetched ---- */
	void (*fetched)(Sink *sink, BodyKind kind, GBytes *content, const char *content_type);
	void (*estimate)(Sink *sink, const char *server_id, int64_t count);
	/* ---- sending ---- */
	/* The server's own word about the message of a SEND: it does not have it, or (EXISTS) had
	 * it before. The task then ends well; one that ends well without this was taken. */
	void (*send_refused)(Sink *sink, const GError *why);
	/* Of an item of MESSAGE_IDS, with its angle brackets; an item that is gone is left out, and
	 * one without comes as NULL. */
	void (*message_id)(Sink *sink, const char *server_id, const char *message_id);
	/* ---- settings ---- */
	void (*oof)(Sink *sink, const Oof *oof);
	/* ---- looking up ---- */
	/* The whole answer, of Found; nothing is one too. @total: with those before and behind it.
	 * Borrowed. */
	void (*found)(Sink *sink, const GPtrArray *found, int64_t total);
	/* The same of GalEntry. */
	void (*gal)(Sink *sink, const GPtrArray *people);
	/* The same of char *, server_opinion_name(), one for each certificate of VALIDATE. */
	void (*opinions)(Sink *sink, const GPtrArray *words);
	/* ---- drafts ---- */
	/* The server has DraftSpec.parts[@index] now, and gives it out by this Part.reference. */
	void (*draft_part)(Sink *sink, guint index, const char *reference);
} SinkOps;

struct Sink { const SinkOps *ops; };      /* embed as the first member */
