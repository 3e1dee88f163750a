/*
 * Tells the thread sanitizer of GLib's locks. They are futexes inside a library that was not built for it, so it sees
 * neither who holds one nor what follows from that, and reports every access that they order. `make tsan` has the linker
 * put these wrappers around the calls of our own code; what GLib does inside stays unseen.
 */
#include <glib.h>
#include <sanitizer/tsan_interface.h>

#define WRAP(type, name, ...) \
	type __real_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__)

WRAP(void, g_mutex_lock, GMutex *mutex)
{
	__real_g_mutex_lock(mutex);
	__tsan_acquire(mutex);
}

WRAP(void, g_mutex_unlock, GMutex *mutex)
{
	__tsan_release(mutex);
	__real_g_mutex_unlock(mutex);
}

WRAP(void, g_cond_wait, GCond *cond, GMutex *mutex)
{
	__tsan_release(mutex);
	__real_g_cond_wait(cond, mutex);
	__tsan_acquire(mutex);
}

WRAP(gboolean, g_cond_wait_until, GCond *cond, GMutex *mutex, gint64 end_us)
{
	__tsan_release(mutex);
	gboolean was_signalled = __real_g_cond_wait_until(cond, mutex, end_us);
	__tsan_acquire(mutex);
	return was_signalled;
}

WRAP(void, g_async_queue_push, GAsyncQueue *queue, gpointer data)
{
	__tsan_release(queue);
	__real_g_async_queue_push(queue, data);
}

WRAP(gpointer, g_async_queue_pop, GAsyncQueue *queue)
{
	gpointer data = __real_g_async_queue_pop(queue);

	__tsan_acquire(queue);
	return data;
}
