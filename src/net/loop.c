/*
 * One turn: wait in poll() for the earliest deadline, serve the descriptors that are ready, then
 * the timers that are due. A callback may change anything, so descriptors are found again by serial
 * number, and the timers are searched anew after each.
 */
#include "net/loop.h"

#include <curl/curl.h>
#include <poll.h>

#include "base/error.h"
#include "base/i18n.h"

typedef struct {
	uint64_t  serial;
	int       fd;
	short     events;
	LoopReady ready;
	NetReady  simple;        /* of net_loop_watch() */
	void     *data;
} Watch;

struct NetLoop {
	const Clock *clock;
	GArray      *watches;    /* of Watch */
	GPtrArray   *timers;     /* of LoopTimer, borrowed */
	uint64_t     next_serial;
	guint        turn;
};

/* libcurl's own state belongs to the process; it is set up once and stays. */
static gpointer curl_prepare(gpointer data)
{
	(void)data;
	return GINT_TO_POINTER(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
}

bool loop_prepare_curl(GError **err)
{
	static GOnce once = G_ONCE_INIT;

	return g_once(&once, curl_prepare, NULL) ||
	       fail(err, ERR_IO, _("libcurl cannot be started"));
}

NetLoop *net_loop_new(const Clock *clock, GError **err)
{
	NetLoop *loop;

	if (!loop_prepare_curl(err))
		return NULL;
	loop = g_new0(NetLoop, 1);
	loop->clock = clock;
	loop->watches = g_array_new(FALSE, TRUE, sizeof(Watch));
	loop->timers = g_ptr_array_new();
	loop->next_serial = 1;
	return loop;
}

void net_loop_free(NetLoop *loop)
{
	if (!loop)
		return;
	g_array_unref(loop->watches);
	g_ptr_array_unref(loop->timers);
	g_free(loop);
}

const Clock *loop_clock(const NetLoop *loop) { return loop->clock; }

static Watch *watch_at(const NetLoop *loop, guint i)
{
	return &g_array_index(loop->watches, Watch, i);
}

static Watch *watch_of_fd(const NetLoop *loop, int fd, guint *ret_index)
{
	for (guint i = 0; i < loop->watches->len; i++)
		if (watch_at(loop, i)->fd == fd) {
			*ret_index = i;
			return watch_at(loop, i);
		}
	return NULL;
}

static Watch *watch_of_serial(const NetLoop *loop, uint64_t serial)
{
	for (guint i = 0; i < loop->watches->len; i++)
		if (watch_at(loop, i)->serial == serial)
			return watch_at(loop, i);
	return NULL;
}

/* Takes the place of an older watch on the same descriptor, and its serial number if the owner
 * stays the same. */
static void watch_put(NetLoop *loop, Watch watch)
{
	guint  at;
	Watch *old = watch_of_fd(loop, watch.fd, &at);

	watch.serial = old && old->data == watch.data ? old->serial : loop->next_serial++;
	if (old)
		*old = watch;
	else
		g_array_append_val(loop->watches, watch);
}

void loop_descriptor_set(NetLoop *loop, int fd, short events, LoopReady ready, void *data)
{
	guint at;

	if (events)
		watch_put(loop,
		          (Watch){ .fd = fd, .events = events, .ready = ready, .data = data });
	else if (watch_of_fd(loop, fd, &at))
		g_array_remove_index_fast(loop->watches, at);
}

void net_loop_watch(NetLoop *loop, int fd, NetReady ready, void *data)
{
	guint at;

	if (ready)
		watch_put(loop,
		          (Watch){ .fd = fd, .events = POLLIN, .simple = ready, .data = data });
	else if (watch_of_fd(loop, fd, &at))
		g_array_remove_index_fast(loop->watches, at);
}

void loop_timer_add(NetLoop *loop, LoopTimer *timer)
{
	timer->turn = 0;
	g_ptr_array_add(loop->timers, timer);
}

void loop_timer_remove(NetLoop *loop, LoopTimer *timer)
{
	g_ptr_array_remove_fast(loop->timers, timer);
}

/* How long poll() may wait, -1 for ever. */
static int loop_patience_ms(const NetLoop *loop, int64_t deadline_ms)
{
	int64_t first = deadline_ms;

	for (guint i = 0; i < loop->timers->len; i++) {
		const LoopTimer *timer = g_ptr_array_index(loop->timers, i);
		if (timer->due_ms >= 0 && (first < 0 || timer->due_ms < first))
			first = timer->due_ms;
	}
	if (first < 0)
		return -1;

	/* Read once: CLAMP() looks twice, and a clock that moved between gives a negative patience,
	 * which is for ever. */
	int64_t left_ms = first - clock_uptime_ms(loop->clock);
	return (int)CLAMP(left_ms, 0, G_MAXINT);
}

static void watch_serve(NetLoop *loop, uint64_t serial, short revents)
{
	const Watch *found = watch_of_serial(loop, serial);

	if (!found)
		return;
	Watch watch = *found;
	if (watch.ready)
		watch.ready(watch.data, watch.fd, revents);
	else
		watch.simple(watch.data);
}

static LoopTimer *timer_due(const NetLoop *loop, int64_t now_ms)
{
	for (guint i = 0; i < loop->timers->len; i++) {
		LoopTimer *timer = g_ptr_array_index(loop->timers, i);
		if (timer->due_ms >= 0 && timer->due_ms <= now_ms && timer->turn != loop->turn)
			return timer;
	}
	return NULL;
}

static void timers_serve(NetLoop *loop)
{
	int64_t    now_ms = clock_uptime_ms(loop->clock);
	LoopTimer *timer;

	while ((timer = timer_due(loop, now_ms))) {
		timer->turn = loop->turn;
		timer->due_ms = -1;
		timer->fire(timer->data);
	}
}

void net_loop_turn(NetLoop *loop, int64_t deadline_ms)
{
	guint                   count = loop->watches->len;
	g_autofree struct pollfd *polls = g_new0(struct pollfd, count + 1);
	g_autofree uint64_t      *serials = g_new0(uint64_t, count + 1);

	for (guint i = 0; i < count; i++) {
		polls[i] = (struct pollfd){ .fd = watch_at(loop, i)->fd,
			                    .events = watch_at(loop, i)->events };
		serials[i] = watch_at(loop, i)->serial;
	}
	loop->turn = loop->turn == G_MAXUINT ? 1 : loop->turn + 1;
	if (poll(polls, count, loop_patience_ms(loop, deadline_ms)) > 0)
		for (guint i = 0; i < count; i++)
			if (polls[i].revents)
				watch_serve(loop, serials[i], polls[i].revents);
	timers_serve(loop);
}
