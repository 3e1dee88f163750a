/*
 * fault: what the server is told to do wrong. A fault waits for the requests it is meant for, lets
 * some of them pass, and then spoils so many.
 *
 *   cmd=Sync nth=3 http=503 retry-after=2       the third Sync from now on is answered with 503
 *
 * Which requests: cmd=NAME (or OPTIONS; absent: any), user=NAME, device=ID, nth=N (the N-th that matches, 1),
 * count=N (so many in a row, 1; 0: all). What happens: see the fields.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
	char   *cmd, *user, *device;   /* NULL: any */
	int     nth, count;
	int     http;                  /* this HTTP status instead of an answer; 0 none */
	char   *retry_after;           /* header, with http */
	char   *location;              /* X-MS-Location, with http=451 (or Location for 301, 302, 307, 308) */
	char   *throttle;              /* X-MS-ASThrottle */
	int     status;                /* this Status in the answer of the command, which is not carried out; 0 none */
	int64_t cut;                   /* the connection closes after this byte of the answer; -1 no */
	int64_t cut_in;                /* the connection closes after this byte of the request's body; -1 no */
	int     delay_ms;              /* the answer comes that late */
	int     drip_ms;               /* so long between one byte and the next; 0 no */
	int64_t wrong_length;          /* Content-Length is that much too large; 0 no */
	int     bomb_mib;              /* a small answer that unpacks to so much; 0 no */
	int     flood_kib;             /* so much of headers before the answer; 0 no */
	bool    endless;               /* after the answer more bytes come, and never stop */
	bool    garbage;               /* random bytes with the right type */
	bool    html;                  /* a login page with status 200 */
	bool    empty;                 /* 200 with nothing */
	bool    reset;                 /* TCP reset before the command is carried out */
	bool    lose;                  /* carried out, then TCP reset instead of the answer */
	bool    anew;                  /* carried out; X-MS-RP says that all keys are void */
	bool    repeat_key;            /* Sync: the new key is the old one */
	bool    more_forever;          /* Sync: MoreAvailable without items, always */
} Fault;

typedef struct FaultList FaultList;

FaultList *fault_list_new(void);
void       fault_list_free(FaultList *list);

/* Adds the fault written as above. ERR_USAGE names the word that is wrong. */
bool fault_list_add(FaultList *list, const char *text, GError **err);
void fault_list_clear(FaultList *list);

/* The fault that this request meets, or NULL; every fault that matches counts it. Valid until it is cleared. */
const Fault *fault_list_meet(FaultList *list, const char *cmd, const char *user, const char *device);

/* A copy that outlives the list; NULL of NULL. */
Fault *fault_copy(const Fault *fault);
void   fault_free(Fault *fault);
