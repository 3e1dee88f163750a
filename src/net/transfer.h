/*
 * transfer: one request on its way: libcurl's options for it, what has arrived, and what that means
 * in the end. It may go out several times (a redirect, a second character set) before it has an
 * outcome. Internal to net/.
 */
#pragma once
#include <curl/curl.h>
#include <glib.h>
#include <stdbool.h>

#include "net/answer.h"
#include "net/basic.h"
#include "net/guest.h"
#include "net/loop.h"
#include "net/tls.h"

/* What all transfers of a client have in common; the client's, read only. */
typedef struct {
	const Account *account;
	const Secret  *password;       /* not NULL while a transfer starts, unless it is a guest's */
	unsigned       password_turn;  /* goes up with each password */
	const char    *user_agent;
	const Clock   *clock;
	Tls           *tls;
	CURLSH        *share;
	BasicCharset   charset;        /* that worked last */
	const Guest   *guest;          /* NULL: the client is an account's own */
} TransferSetup;

typedef struct {
	uint64_t     id;
	HttpRequest *request;
	NetDone      done;
	void        *data;
	NetClient   *client;           /* for callbacks */

	char        *url;              /* where it goes now, normalised */
	HttpUrl      at;               /* the same, taken apart */
	const char  *method;
	GPtrArray   *visited;          /* of char * */
	BasicCharset charset;
	bool         is_second_charset;
	unsigned     password_turn;    /* of the password that went out */

	CURL        *easy;             /* NULL: not under way */
	CURLM       *multi;            /* that carries it */
	struct curl_slist *headers;
	Answer      *answer;
	LoopTimer    stall;            /* fires when nothing moved; due_ms is kept by the transfer */
	const Clock *clock;
	uint64_t     moved_bytes;      /* both ways, so far */
	uint64_t     marked_bytes;     /* moved at the last mark */
	bool         is_stalled;
	GuestTrip    trip;             /* of a guest */
	char         detail[CURL_ERROR_SIZE];

	HttpResponse *response;        /* the outcome: one of the two */
	GError       *error;
} Transfer;

/* Takes @request. */
Transfer *transfer_new(NetClient *client, HttpRequest *request, NetDone done, void *data);
void      transfer_free(Transfer *transfer);      /* not while under way */

/* ERR_CONFIG: plain HTTP, which the person has not confirmed for @account. */
bool transfer_check_encrypted(const HttpUrl *at, const Account *account, GError **err);

/* ERR_CONFIG: an address that cannot be asked, or plain HTTP that the person did not confirm;
 * ERR_REFUSED: one that a guest may not ask. */
bool transfer_aim(Transfer *transfer, const TransferSetup *setup, GError **err);

/* Gets @easy ready to be added to a multi; the transfer keeps it. */
void transfer_dress(Transfer *transfer, CURL *easy, const TransferSetup *setup);

/* Whether it went out with the password of today: else its answer says nothing of that one. */
bool transfer_is_of_today(const Transfer *transfer, const TransferSetup *setup);

/* Takes the easy handle off again, reset, and wipes what it was told. The caller's; NULL when not
 * under way. */
CURL *transfer_undress(Transfer *transfer);

/*
 * What @code means, while still dressed. True: the transfer must go out again as it is now (undress
 * first). False: response or error is set.
 */
bool transfer_judge(Transfer *transfer, CURLcode code, const TransferSetup *setup);
