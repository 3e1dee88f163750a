/* mail_state: what the files of the mail screen share. For mail*.c only. */
#pragma once
#include "app/command.h"
#include "app/searches.h"
#include "app/undo.h"
#include "ui/screen/ask.h"
#include "ui/screen/attachments.h"
#include "ui/screen/certificates_page.h"
#include "ui/screen/chord.h"
#include "ui/screen/conversation.h"
#include "ui/screen/directory.h"
#include "ui/screen/envelope.h"
#include "ui/screen/folders.h"
#include "ui/screen/letters.h"
#include "ui/screen/mail.h"
#include "ui/screen/messages.h"
#include "ui/screen/oof_page.h"
#include "ui/screen/options_page.h"
#include "ui/screen/outbox.h"
#include "ui/screen/reader.h"
#include "ui/screen/selection.h"
#include "ui/screen/web.h"
#include "ui/screen/wizard.h"
#include "ui/widget/prompt.h"

typedef enum { PANE_LIST, PANE_READER, PANE_FOLDERS, PANE_COUNT } Pane;
typedef enum {
	LINE_COMMAND,
	LINE_SEARCH,
	LINE_FILTER,
	LINE_FIND,
	LINE_ARGUMENT, /* what a command was not told: see asked */
	LINE_SAVE,
	LINE_SAVE_ALL,
	LINE_PIPE,
	LINE_COUNT
} LineKind; /* what the prompt is for */
typedef enum {
	MENU_FOLDERS,
	MENU_COMMANDS,
	MENU_LINKS,
	MENU_TARGET,
	MENU_DRAFTS,
	MENU_REPLIES,
	MENU_ROLES
} MenuKind;
typedef enum { HITS_NONE, HITS_SEARCH, HITS_FILTER, HITS_SERVER } HitsKind;

/* Where things are. A pane that is not shown has width 0. */
typedef struct {
	Rect tabs, panes[PANE_COUNT], status, footer;
	bool is_single;              /* one pane at a time */
} MailLayout;

typedef struct ServerSearch ServerSearch;

/* A tab holds one of these. */
typedef struct {
	MailScreen   *mail;          /* of an envelope: the screen around it */
	Reader       *reader;
	Attachments  *attachments;
	Conversation *conversation;
	OptionsPage  *options;
	OofPage      *oof;
	CertificatesPage *certificates;
	Envelope     *envelope;
	GPtrArray    *domains;       /* of the envelope's author; NULL */
	char         *title;
	MessageRow   *row;           /* of the reader's message; NULL elsewhere */
	bool          is_triage;     /* its conversation is that of the list's cursor */
} ScreenTab;

/* An answer that waits for the source of what it answers, and then for its draft. */
typedef struct {
	int64_t   wish_id, message_id;
	int64_t   serial;            /* of the job that makes the draft; 0: not begun */
	DraftKind kind;
	char     *to;                /* who gets it; NULL: that is still asked */
	char     *words;             /* what it says; NULL: the person writes it */
	bool      lacks_pin;         /* it is begun again when that is given */
} PendingAnswer;

/* A whole mail that is to be saved or piped as soon as its source is here. */
typedef struct {
	FilingTask task;
	char      *target;
	int64_t    message_id, wish_id;
} SourceErrand;

/* What the engine last said of an account. */
typedef struct {
	SyncState state;
	char *text;
	int64_t done, total;
	char *folder_name;
	Oof  *oof;                   /* as the server told it last; NULL: it did not */
	bool  is_oof_asked;
	int64_t oof_wish;            /* under way; 0 none */
} AccountLight;

struct MailScreen {
	MailSetup    setup;
	Keymap      *keymap;
	Chord        chord;
	bool         is_strip_shown;
	Folders     *folders;
	Messages    *messages;
	List        *list;
	Reader      *preview;        /* the pane beside or below the list */
	GPtrArray   *tabs;           /* of ScreenTab, those behind the mail tab */
	guint        tab;            /* 0: the mail tab */
	Pane         focus;
	int          width, height;
	MailLayout   layout;
	int64_t      serial;         /* counts jobs of readers and searches */
	char        *download_key, *pictures_key, *verdict_key, *pin_key, *import_key;
	Web          web;

	/* above it all, one at a time */
	Prompt      *prompt;
	LineKind     line_kind;
	Menu        *menu;
	MenuKind     menu_kind;
	AskBox         *ask;
	Wizard      *wizard;
	GQueue      *questions;      /* of Question, those not yet answered */
	CommandId    asked;          /* the command that line, menu or box ask for */
	char        *asked_text;     /* what the line held at first */
	PinWish     *pin_wanted;     /* to be asked for as soon as nothing is above; NULL */
	int64_t      pin_declined_id; /* the message whose PIN the person did not give; 0 none */
	ImportJob   *import;         /* waits for the person's answer; NULL */
	int64_t      keeping_wish;   /* what is known of certificates is being changed; 0 none */
	char        *kept;           /* what is said then */
	GHashTable  *history;        /* of lines: a key of history_of() -> char *s, oldest first */

	/* search */
	HitsKind     hits_kind;
	char        *hits_text;
	int64_t      search_serial;  /* of the search whose answer is awaited */
	bool is_search_again; /* what is awaited was found before, and is only looked at anew */
	bool         is_index_behind, is_hits_cut;
	int64_t      before_hits_id; /* message under the cursor when the search began */
	ServerSearch *server;        /* NULL: none was asked for */
	char        *find_text;      /* in the reader */

	Searches    *searches;       /* NULL: they could not be read, and none can be saved */

	/* files */
	char        *save_dir;       /* where one was saved last; NULL: where the setup says */
	GPtrArray   *errands;        /* of SourceErrand */

	PendingAnswer answer;        /* wish_id 0: none */
	Letters     *letters;
	Directory   *directory;      /* of every account, for this session */

	/* acting on messages */
	Selection   *selection;
	MessageRow  *anchor;         /* where a range was begun; NULL: none */
	int64_t      select_serial;  /* of the search for ids that is awaited */
	Undo        *undo;
	GHashTable  *pending;        /* wish id -> Pending: asked of the engine, not yet written */
	CommandId    last_change;    /* for repeat */
	char        *last_argument;
	GArray      *recent_folders; /* int64_t: moved to, the last one last */

	/* the outbox, in place of the list */
	Outbox      *outbox;
	bool         is_outbox_shown;
	int64_t      before_outbox_id; /* the folder shown before */

	char *message; /* what the status line says until the next key; NULL nothing */
	Style        message_style;
	GHashTable  *lights;         /* account id -> AccountLight */
	/* Another Postern serves this one: it asks, and accounts are set up there. */
	bool         is_guest;
	int64_t      auto_read_id;   /* was marked read by itself: not again */

	bool         is_dirty;
	int64_t      reload_ms;      /* uptime when rows are to be read anew; INT64_MAX: not */
	int64_t      last_reload_ms, last_progress_ms;
	bool         is_progress_due;
	int64_t      minute;         /* shown by the clock */
};

enum { RELOAD_EVERY_MS = 500, PROGRESS_EVERY_MS = 500, HITS_MAX = 500 };

/* ---- mail.c ---- */
guint             screen_context(const MailScreen *mail);
/* Under the cursor; NULL: none, or the outbox is shown. */
const MessageRow *screen_row(const MailScreen *mail);
List             *screen_list(const MailScreen *mail);   /* of messages, or the outbox */
Reader *screen_reader(const MailScreen *mail); /* in view: the tab's, or the pane */
void screen_take_keys(MailScreen *mail); /* the keys as they are set now */
void screen_say(MailScreen *mail, Style style, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Says *@err, and frees it, unless @ok. By address: the call that sets it is an argument too. */
void screen_check(MailScreen *mail, bool ok, GError **err);
void screen_follow(MailScreen *mail); /* the cursor moved: the reading pane goes after it */
void              screen_reload_now(MailScreen *mail);   /* rows changed by the person's own hand */
void              screen_show_folder(MailScreen *mail, int64_t folder_id);
void              screen_set_focus(MailScreen *mail, Pane pane);
void screen_open_line(MailScreen *mail, LineKind kind, const char *label, const char *text);
void screen_open_menu(MailScreen *mail, MenuKind kind, const char *title, GPtrArray *items);
/* Asks for the argument of @id; the answer runs the command with it. Yes is the argument "yes". */
void screen_ask_line(MailScreen *mail, CommandId id, const char *label, const char *text);
void screen_ask_menu(MailScreen *mail, CommandId id, const char *title, GPtrArray *items);
void screen_ask_yes_no(MailScreen *mail, CommandId id, const char *text);
const AccountState *screen_account(
	const MailScreen *mail); /* of the folder shown, else the first; NULL */
const AccountLight *screen_light(const MailScreen *mail);  /* of that account; NULL: never told */

/* ---- mail_commands.c ---- */
void screen_run(MailScreen *mail, CommandId id, const char *argument);
/* Of the message under the cursor, brought into view; not on the page of its conversation. */
Reader *screen_reader_of_row(MailScreen *mail);
void screen_run_line(MailScreen *mail, const char *text);          /* what was typed behind ':' */
void screen_complete_command(const char *text, GPtrArray *words, void *data);
void screen_chosen(MailScreen *mail, int64_t value);               /* from the menu */
void screen_answered(MailScreen *mail, AskResult result);

/* The handlers, each in the file of its subject: do_open(), do_delete() … */
#define COMMAND(name, contexts, needs, help) void do_##name(void *target, const CommandCall *call);
#include "app/commands.def"
#undef COMMAND

/* ---- mail_action.c: what the engine is asked to change, and back ---- */

/* One action of the person: @ops (of Op) go to the engine, and @label says what was done, in the
 * past; both are taken. */
void screen_act(MailScreen *mail, char *label, GPtrArray *ops);
/* The same without a word, and not to be taken back: what happens by itself. */
void screen_act_silently(MailScreen *mail, Op *op);
void screen_act_on_outbox(MailScreen *mail, OutboxAct act, int64_t group_id, const char *label);
/* The same: whose mail is marked. */
void screen_choose_vip(MailScreen *mail, const char *address, bool is_vip, const char *label);
/* The same: whose pictures are shown without asking, in mail to @account_id. */
void screen_choose_picture_sender(MailScreen *mail, int64_t account_id, const char *address,
                                  bool is_shown, const char *label);
/* Takes the mail that @op sends out of the Outbox, and then opens it. */
void screen_edit_from_outbox(MailScreen *mail, const Op *op);
/* What `repeat` does from now on. */
void screen_remember(MailScreen *mail, CommandId id, const char *argument);
GPtrArray *screen_ops_new(void);                         /* an empty one, of Op */
/* True if the event ends something that was asked for here. */
bool screen_written(MailScreen *mail, const SyncEvent *event);
void screen_pending_free(gpointer pending);

/* ---- mail_select.c ---- */

/* The messages that an action is about, of MessageMark: what is selected, else those of the row
 * under the cursor. NULL: there are none, and it was said why. */
GPtrArray *screen_marks(MailScreen *mail);
/* Those of them that can be changed. NULL: none can, and it was said why. */
GPtrArray *screen_targets(MailScreen *mail);
void screen_select_none(MailScreen *mail);
void screen_forget_range(MailScreen *mail);              /* the rows come anew, in another order */
bool screen_has_selection(const MailScreen *mail);       /* a range that is open counts */
void screen_select_found(MailScreen *mail, const SearchAnswer *answer);

/* ---- mail_organise.c ---- */
void screen_complete_categories(const char *text, GPtrArray *words, void *data);
/* What has to be said to make @before, as it was offered, into @after: "+Red, -Blue". */
char *screen_categories_change(const char *before, const char *after);
/* True if all of @marks (of MessageMark) are of one account. */
bool screen_is_one_account(const GPtrArray *marks);
/* What an account is called as the answer to a menu, where else a folder is named: "work/". Free
 * with g_free. */
char *screen_account_answer(const MailScreen *mail, int64_t account_id);
/* "/": the root has no name. The folder that @argument names in the account, NULL: said. */
const Folder *screen_folder_named(MailScreen *mail, int64_t account_id, const char *argument);

/* ---- mail_outbox.c ---- */
void screen_show_outbox(MailScreen *mail);
void screen_leave_outbox(MailScreen *mail);              /* to the folder shown before */
void screen_outbox_details(MailScreen *mail);            /* Enter */

/* ---- mail_search.c ---- */
void screen_search_typed(MailScreen *mail); /* the search or filter line changed */
void screen_search_end(MailScreen *mail);                          /* back to the folder */
void screen_search_move(MailScreen *mail, bool is_backwards);      /* n, N */
void screen_search_found(MailScreen *mail, SearchAnswer *answer);
void screen_search_again(MailScreen *mail);                        /* rows changed under the hits */

/* ---- mail_server.c: what a server finds ---- */
void server_search_free(ServerSearch *server);
void screen_server_rows(MailScreen *mail); /* what is here has changed: shows them anew */
bool screen_server_event(MailScreen *mail, const SyncEvent *event); /* true: it was an answer */
/* Waits for no answer any more; false: none was awaited. */
bool screen_server_cancel(MailScreen *mail);
void screen_server_end(MailScreen *mail);                /* forgets what was found */
void screen_server_status(const MailScreen *mail, GString *text);

/* ---- mail_lists.c: lists that gather mail of several folders ---- */
void screen_read_searches(MailScreen *mail);
/* True for a saved search in view that was not changed: leaving it ends no search. */
bool screen_is_saved_search(const MailScreen *mail);
/* Shows the gathering with this id; false: it is none. */
bool screen_show_gathering(MailScreen *mail, int64_t folder_id);

/* ---- mail_tabs.c: what stands in tabs of its own ---- */
ScreenTab    *screen_tab(const MailScreen *mail);          /* in view; NULL: the mail tab */
Conversation *screen_conversation(const MailScreen *mail); /* the tab's; NULL */
/* @tab is the screen's, and comes into view. */
void screen_add_tab(MailScreen *mail, ScreenTab *tab, const char *subject);
void screen_drop_tab(MailScreen *mail, const ScreenTab *tab);
void screen_tab_free(ScreenTab *tab);
ReaderSetup screen_reader_setup(MailScreen *mail);
/* The message @row in a tab of its own; the reader is the tab's. */
Reader *screen_add_reader_tab(MailScreen *mail, const MessageRow *row);
void screen_tabs_reload(MailScreen *mail);
/* Closes what shows or writes mail of an account that is gone. */
void screen_tabs_forget(MailScreen *mail, int64_t account_id);
bool screen_tabs_take(MailScreen *mail, Page *page);       /* true: it is theirs */
bool screen_tabs_fetched(MailScreen *mail, const SyncEvent *event);
bool screen_tabs_failed(MailScreen *mail, const SyncEvent *event);

/* The conversation of @row; @message_id as in its setup. NULL and *err on failure. */
Conversation *screen_conversation_of(MailScreen *mail, const MessageRow *row, int64_t message_id,
                                     GError **err);

/* ---- mail_triage.c ---- */
bool screen_is_triage(const MailScreen *mail);
void screen_triage_follow(MailScreen *mail);             /* the list's cursor moved */
void screen_step_conversation(MailScreen *mail, int step);
/* What an action in triage is about: the conversation's messages in its folder, of int64_t. */
GArray *screen_triage_ids(MailScreen *mail);

/* ---- mail_web.c: pictures of other servers ---- */
/* Pictures are shown in view, and nobody has asked for those on other servers. */
bool screen_has_unasked_web(const MailScreen *mail);

/* ---- mail_files.c: attachments, and whole mails as files ---- */
Attachments *screen_attachments(const MailScreen *mail);           /* the tab's; NULL */
void source_errand_free(SourceErrand *errand);
void screen_file_line(MailScreen *mail, const char *text); /* a path or a command was typed */
bool screen_files_fetched(MailScreen *mail, const SyncEvent *event);
bool screen_files_failed(MailScreen *mail, const SyncEvent *event);
void screen_redraw_pictures(MailScreen *mail);  /* the terminal shows them in another way */

/* ---- mail_options.c ---- */
OptionsPage *screen_options(const MailScreen *mail);               /* the tab's; NULL */
void screen_change_option(MailScreen *mail);                       /* Enter */
void screen_complete_set(const char *text, GPtrArray *words); /* a line that begins with "set " */

/* ---- mail_oof.c: who is away, and what the others are told ---- */
OofPage *screen_oof(const MailScreen *mail);                       /* the tab's; NULL */
bool screen_oof_input(MailScreen *mail, const Input *input);       /* true: it was a letter */
bool screen_oof_event(MailScreen *mail, const SyncEvent *event);   /* true: it was about one */
void screen_oof_reload(MailScreen *mail);
/* The account is in step: once, the server is asked whether its person is away. */
void screen_oof_ask(MailScreen *mail, int64_t account_id, AccountLight *light);
void screen_oof_ask_again(MailScreen *mail);     /* when accounts are in step the next time */
char *screen_oof_status(const MailScreen *mail); /* NULL: nobody is away. Free with g_free */
/* False: the account is gone, and nothing can come of the text; its file stays where it is. */
bool screen_oof_left_behind(MailScreen *mail, const EditingOwner *owner, const char *text);
void screen_complete_oof(const MailScreen *mail, const char *text, GPtrArray *words);

/* ---- mail_write.c: mails that are being written ---- */
Envelope *screen_envelope(const MailScreen *mail);                 /* the tab's; NULL */
void screen_resume_draft(MailScreen *mail, int64_t draft_id);
/* It lies in the Drafts of a server that keeps them: it is opened to be gone on with. */
bool screen_is_draft(const MailScreen *mail, const MessageRow *row);
void screen_quick_reply(MailScreen *mail, int64_t index); /* the one chosen from the menu */
void screen_write_move(MailScreen *mail, int rows);
void screen_write_leave(MailScreen *mail);               /* asks what to do with it */
bool screen_write_input(MailScreen *mail, const Input *input);     /* true: it was a letter */
bool screen_write_event(MailScreen *mail, const SyncEvent *event); /* true: it was about one, or
                                                                      the directory's answer */
bool screen_answer_can_begin(MailScreen *mail, const SyncEvent *event);    /* true: it did */
void screen_answer_clear(MailScreen *mail);              /* none is waited for any more */
int64_t screen_write_deadline(const MailScreen *mail);
void screen_write_tick(MailScreen *mail);

/* Begins again what is being answered or sent without the PIN that it lacked, or ends it. */
void screen_write_pin(MailScreen *mail, bool is_given);

/* ---- mail_pins.c: PINs of tokens ---- */
void screen_want_pin(MailScreen *mail, const PinWish *wish);       /* asks, now or soon */
/* Asks for what is wanted, or would open the message that the person has opened. Call it when either
 * may be so. */
void screen_ask_pin(MailScreen *mail);
void screen_pin_answered(MailScreen *mail, const AskBox *ask, AskResult result);

/* ---- mail_import.c: keys and certificates that came attached ---- */
void screen_import_answered(MailScreen *mail, const AskBox *ask, AskResult result);
void screen_import_role(MailScreen *mail, int64_t role);           /* chosen from the menu */
void screen_import_cancel(MailScreen *mail);
/* Gives @changes to the engine; @sentence, which is taken, is said once they are kept. */
void screen_keep_certificates(MailScreen *mail, const GPtrArray *changes, char *sentence);
bool screen_keeping_event(MailScreen *mail, const SyncEvent *event); /* true: it was about them */

/* ---- mail_certificates.c ---- */
CertificatesPage *screen_certificates(const MailScreen *mail);       /* the tab's; NULL */
void  screen_certificates_reload(MailScreen *mail);      /* if there is such a page */
char *screen_certificate_name(const MailScreen *mail);   /* as a file */
void  screen_save_certificate(MailScreen *mail, const char *path);

/* ---- mail_draw.c ---- */
MailLayout screen_layout(const MailScreen *mail);
GPtrArray *screen_footer(const MailScreen *mail);                  /* of FooterItem */
GPtrArray *screen_tabs(const MailScreen *mail);                    /* of Tab */
