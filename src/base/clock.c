#include "base/clock.h"

#include <time.h>

static int64_t read_ms(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t system_now(const Clock *clock)
{
	(void)clock;
	return read_ms(CLOCK_REALTIME);
}

static int64_t system_uptime(const Clock *clock)
{
	(void)clock;
	return read_ms(CLOCK_BOOTTIME);
}

const Clock *clock_system(void)
{
	static const Clock clock = { system_now, system_uptime };

	return &clock;
}

static int64_t manual_now(const Clock *clock) { return ((const ManualClock *)clock)->now_ms; }
static int64_t manual_uptime(const Clock *clock) { return ((const ManualClock *)clock)->uptime_ms; }

void manual_clock_init(ManualClock *manual, int64_t now_ms)
{
	*manual = (ManualClock){ { manual_now, manual_uptime }, now_ms, 0 };
}

void manual_clock_advance(ManualClock *manual, int64_t ms)
{
	manual->now_ms += ms;
	manual->uptime_ms += ms;
}
