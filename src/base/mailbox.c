#include "base/mailbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

struct Mailbox {
	gint           refs;
	GAsyncQueue   *queue;
	int            fd;      /* an eventfd in semaphore mode: its count is the queue's length */
};

Mailbox *mailbox_new(GDestroyNotify free_message)
{
	Mailbox *mailbox = g_new0(Mailbox, 1);

	mailbox->refs = 1;
	mailbox->queue = g_async_queue_new_full(free_message);
	mailbox->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE);
	if (mailbox->fd < 0)
		g_error("no file descriptor left for a mailbox");
	return mailbox;
}

Mailbox *mailbox_ref(Mailbox *mailbox)
{
	g_atomic_int_inc(&mailbox->refs);
	return mailbox;
}

void mailbox_unref(Mailbox *mailbox)
{
	if (!mailbox || !g_atomic_int_dec_and_test(&mailbox->refs))
		return;
	g_async_queue_unref(mailbox->queue);
	close(mailbox->fd);
	g_free(mailbox);
}

void mailbox_post(Mailbox *mailbox, void *message)
{
	guint64 one = 1;

	g_async_queue_push(mailbox->queue, message);
	if (write(mailbox->fd, &one, sizeof one) < 0) {
		/* The count is full at 2^64 - 2 messages: it is readable, which is all that
		 * matters. */
	}
}

void *mailbox_take(Mailbox *mailbox)
{
	guint64 one;

	if (read(mailbox->fd, &one, sizeof one) < 0)
		return NULL;
	return g_async_queue_pop(mailbox->queue);
}

int mailbox_fd(const Mailbox *mailbox) { return mailbox->fd; }
