/*
 * clock: the only way to learn the time. Production code gets clock_system(); a test gets a
 * ManualClock that it moves itself. Any thread.
 */
#pragma once
#include <stdint.h>

typedef struct Clock Clock;
struct Clock {
	/* Milliseconds since 1970, UTC: what people call the time. */
	int64_t (*now_ms)(const Clock *clock);
	/* Never goes back, counts suspended time: for deadlines. */
	int64_t (*uptime_ms)(const Clock *clock);
};

/* The machine's clock; static. */
const Clock *clock_system(void);

/* A clock that stands still until its owner moves it. @clock must be its first member. */
typedef struct {
	Clock   clock;
	int64_t now_ms, uptime_ms;
} ManualClock;

void manual_clock_init(ManualClock *manual, int64_t now_ms);
void manual_clock_advance(ManualClock *manual, int64_t ms);

static inline int64_t clock_now_ms(const Clock *clock) { return clock->now_ms(clock); }
static inline int64_t clock_uptime_ms(const Clock *clock) { return clock->uptime_ms(clock); }
