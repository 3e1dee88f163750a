/* What comes through the door between two processes, as command and as event. What is understood says the same when it is
 * written and read again; a refusal says why. */
#include "sync/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_command(GBytes *frame)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Command) command = NULL, again = NULL;

	if (!frame_read_command(frame, &command, &error)) {
		g_assert(error && *error->message);
		return;
	}
	g_autoptr(GBytes) written = frame_of_command(command);
	g_assert(written && frame_read_command(written, &again, NULL));
	g_assert(again->kind == command->kind && again->ops->len == command->ops->len);
}

static void check_event(GBytes *frame)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(SyncEvent) event = NULL, again = NULL;

	if (!frame_read_event(frame, &event, &error)) {
		g_assert(error && *error->message);
		return;
	}
	g_autoptr(GBytes) written = frame_of_event(event);
	g_assert(written && frame_read_event(written, &again, NULL));
	g_assert(again->kind == event->kind && g_strcmp0(again->text, event->text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	g_autoptr(GBytes) frame = g_bytes_new(bytes, len);
	g_autoptr(GError) error = NULL;
	size_t whole = 0;

	g_assert(frame_measure(bytes, len, &whole, &error) || (error && *error->message));
	check_command(frame);
	check_event(frame);
	return 0;
}
