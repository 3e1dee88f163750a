/*
 * loop: what the clients of one NetLoop need from it: descriptors and timers. Internal to net/.
 */
#pragma once
#include "net/net.h"

/* A deadline of its owner, who keeps it alive while it is added. */
typedef struct {
	int64_t due_ms;                 /* uptime; -1: not armed. Disarmed before it fires */
	/* May add and remove timers and descriptors, and free its owner. */
	void  (*fire)(void *data);
	void   *data;
	guint   turn;                   /* the loop's: a timer fires once a turn at most */
} LoopTimer;

void loop_timer_add(NetLoop *loop, LoopTimer *timer);
void loop_timer_remove(NetLoop *loop, LoopTimer *timer);     /* unknown ones are ignored */

/* @revents as from poll(). */
typedef void (*LoopReady)(void *data, int fd, short revents);

/* Watches @fd for @events in place of what was watched before; 0 ends it. */
void loop_descriptor_set(NetLoop *loop, int fd, short events, LoopReady ready, void *data);

const Clock *loop_clock(const NetLoop *loop);

/* Whoever uses libcurl without a loop says so first. Any thread. ERR_IO. */
bool loop_prepare_curl(GError **err);
