/*
 * host: what a screen may ask of the world around it. The program's host is ui.c: engine, workers,
 * terminal. A test's host writes down what was asked, and answers when the test says so. Nothing
 * here waits.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/answering.h"
#include "app/editing.h"
#include "app/filing.h"
#include "app/importing.h"
#include "app/settings.h"
#include "base/secret.h"
#include "model/account.h"
#include "model/draft.h"
#include "model/lookup.h"
#include "model/op.h"
#include "model/question.h"
#include "store/read.h"
#include "ui/cell/drawing.h"
#include "ui/screen/page.h"

typedef struct {
	int64_t   serial;            /* comes back in the answer */
	char     *text;              /* the query */
	ListQuery scope;             /* a folder, an account, or all */
	unsigned  limit;
	bool      wants_ids;         /* the ids of all that match, instead of rows */
} SearchJob;
void search_job_free(SearchJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SearchJob, search_job_free)

typedef struct {
	int64_t    serial;
	GPtrArray *rows;             /* of ListRow; NULL on failure, and if ids were wanted */
	GArray    *ids;              /* of int64_t; NULL likewise */
	bool is_behind; /* the index is still being made: words may miss the newest mail */
	bool       is_cut;           /* there are more hits than were wanted */
	char      *failure;          /* one sentence; NULL when well */
} SearchAnswer;
void search_answer_free(SearchAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SearchAnswer, search_answer_free)

/* A picture to be drawn, into a box of cells that it need not fill. */
typedef struct {
	int64_t serial;              /* comes back in the answer */
	GBytes *bytes;
	int     columns, rows;
} DrawJob;
void draw_job_free(DrawJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DrawJob, draw_job_free)

typedef struct {
	int64_t  serial;
	Drawing *drawing;            /* NULL: @sentence says why not */
	char    *sentence;
} Drawn;
void drawn_free(Drawn *drawn);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Drawn, drawn_free)

typedef enum { WISH_BODY, WISH_SOURCE } WishKind;
typedef enum { OUTBOX_RETRY, OUTBOX_CANCEL } OutboxAct;

typedef struct ScreenHost ScreenHost;

typedef struct {
	void (*render)(ScreenHost *host,
	               PageJob *job); /* @job is the host's; answered by mail_screen_page() */
	/* @job is the host's; answered by mail_screen_begun() with the serial. */
	void (*begin_answer)(ScreenHost *host, int64_t serial, AnsweringJob *job);
	void (*search)(ScreenHost *host,
	               SearchJob *job); /* the same, mail_screen_found(); ends an older search of
	                                   its sort, for rows or for ids */
	int64_t (*wish)(ScreenHost *host, WishKind kind,
	                int64_t message_id); /* the wish's id; 0: no engine */
	/* The same of one part, whose content comes with the event. */
	int64_t (*wish_part)(ScreenHost *host, int64_t message_id, const char *reference);
	/* Asks a directory who fits @query, or who is meant by each of the names: the content of
	 * the event is gal_to_text(). As wish(). */
	int64_t (*gal)(ScreenHost *host, int64_t account_id, const char *query);
	int64_t (*resolve)(ScreenHost *host, int64_t account_id, const char *newline_list);
	/* Lets the server search; @folder_id 0: everywhere. The content is found_to_text(). And the
	 * whole of one that was found: the content is its MIME. As wish(). */
	int64_t (*find)(ScreenHost *host, int64_t account_id, int64_t folder_id,
	                const Lookup *lookup);
	int64_t (*wish_found)(ScreenHost *host, int64_t account_id, const Found *found);
	int64_t (*wish_oof)(ScreenHost *host, int64_t account_id); /* sync_wish_oof(), the same */
	/* As wish_part(), of a picture that the message names on another server. */
	int64_t (*wish_picture)(ScreenHost *host, int64_t account_id, int64_t message_id,
	                        const char *url);
	/* @job is the host's; answered by mail_screen_drawn(). False: pictures are not shown here,
	 * and there will be no answer. */
	bool (*draw)(ScreenHost *host, DrawJob *job);
	/* @job is the host's; answered by mail_screen_filed(). */
	void (*file)(ScreenHost *host, FilingJob *job);
	int64_t (*ops)(ScreenHost *host,
	               GPtrArray *ops); /* one action, of Op; the host's. As wish() */
	int64_t (*outbox)(ScreenHost *host, OutboxAct act,
	                  int64_t group_id); /* the same of a row of the Outbox */
	int64_t (*vip)(ScreenHost *host, const char *address, bool is_vip); /* the same */
	int64_t (*picture_sender)(ScreenHost *host, int64_t account_id, const char *address,
	                          bool is_shown); /* the same */
	void    (*sync_now)(ScreenHost *host);
	void    (*folder_first)(ScreenHost *host, int64_t folder_id);
	void (*answer)(ScreenHost *host, const Question *question, AnswerChoice choice,
	               Secret *secret);
	void (*add_account)(
		ScreenHost *host, Account *account,
		Secret *password); /* both the host's; answered by mail_screen_account() */
	/* As it is set up; borrowed. NULL: it is not. */
	const Account *(*account)(ScreenHost *host, const char *name);
	bool    (*has_editor)(ScreenHost *host); /* a program of the person's, not ours */
	/* A mail that is being written. The draft is the host's; answered by mail_screen_event()
	 * with the wish. 0: no engine. */
	int64_t (*draft_save)(ScreenHost *host, int64_t account_id, Draft *draft, int64_t draft_id);
	void    (*draft_drop)(ScreenHost *host, int64_t draft_id);
	/* Reads the files that are attached by path; the draft is the host's. Answered by
	 * mail_screen_gathered() with the serial. */
	int64_t (*gather)(ScreenHost *host, Draft *draft);
	/* Who signs and whom it can be encrypted to: protection_look(), after the directory of the
	 * account was asked for whom nothing is here; the draft is the host's. Answered by
	 * mail_screen_looked() with the serial. */
	int64_t (*look)(ScreenHost *host, int64_t account_id, Draft *draft);
	/* The bytes of a draft that was kept, made here because keys are on a token: answered by
	 * mail_screen_packed() with the serial. And what it leaves as: as draft_save(). */
	int64_t (*pack)(ScreenHost *host, int64_t draft_id);
	int64_t (*draft_bytes)(ScreenHost *host, int64_t draft_id, GBytes *mime);
	/* One step of an import; @job is the host's, but for its accounts. Answered by
	 * mail_screen_imported(). */
	void    (*import)(ScreenHost *host, ImportJob *job);
	/* certificate_rows(); answered by mail_screen_certificates(). */
	void    (*list_certificates)(ScreenHost *host);
	/* What is known of certificates, and decided about them: as wish(). @changes stay the
	 * caller's. */
	int64_t (*certificates)(ScreenHost *host, const GPtrArray *changes);
	/* The PIN of a token, for what is asked for next. */
	void    (*pin)(ScreenHost *host, const char *token, Secret *pin);
	/* The person's editor on @text, with the terminal; what it left is the caller's. NULL:
	 * *ret_warning says why there is nothing; else it may say how it ended. */
	char   *(*edit)(ScreenHost *host, const EditingOwner *owner, const char *text,
	                char **ret_warning);
	void (*edit_is_safe)(ScreenHost *host,
	                     const EditingOwner *owner); /* what it left is kept */
	/* Makes the terminal follow a setting that has changed. ERR_…: it cannot; the screen takes
	 * the change back. */
	bool    (*setting_changed)(ScreenHost *host, SettingId id, GError **err);
	/* Keeps what is unsaved: settings_save(). */
	bool    (*save_settings)(ScreenHost *host, GError **err);
	void    (*copy)(ScreenHost *host, const char *text);
	void    (*redraw)(ScreenHost *host);
	void    (*suspend)(ScreenHost *host);
	/* All that is shown goes, once this call of the host's is over; or why not. */
	bool    (*lock)(ScreenHost *host, GError **err);
	void    (*quit)(ScreenHost *host);
} ScreenHostOps;

struct ScreenHost { const ScreenHostOps *ops; };      /* embed as the first member */
