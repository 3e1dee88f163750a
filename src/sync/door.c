#include "sync/door.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/socket.h"
#include "sync/frame.h"

/* A frame that began must be whole, and what is told be read, within PATIENCE_MS. */
enum { PEERS_MOST = 64, READ_BYTES = 64 * 1024, PATIENCE_MS = 5000, FAREWELL_MS = 500 };
#define QUEUE_MOST_BYTES (2u * FRAME_MOST_BYTES)

/* What the engine's thread hands to ours. */
typedef struct {
	GBytes *frame;           /* NULL: the end */
	guint32 peer_id;         /* 0: all that are told */
	bool    is_greeting;     /* from here on @peer_id hears everything */
} Slip;

typedef struct {
	int         fd;
	guint32     id;
	bool        is_greeted;          /* has said its first word */
	bool        is_told;             /* the engine has answered it: hears everything */
	bool        is_over;
	GByteArray *in;
	GQueue      out;                 /* of GBytes */
	size_t      sent, queued_bytes;  /* of the first of @out; of all */
	int64_t     in_since_ms, out_since_ms;      /* uptime; of what is half done. -1: nothing */
} Peer;

struct Door {
	char        *path;
	int          listen_fd;
	const Clock *clock;
	Mailbox     *commands, *slips;
	GPtrArray   *peers;              /* of Peer */
	guint32      last_id;
	gint         peer_count;         /* atomic: nothing is packed for nobody */
	bool         is_ending;
	int64_t      deaf_until_ms;      /* uptime: no descriptors were left for callers */
	GThread     *thread;
};

/* ---- names ---- */

char *door_path(const char *runtime_dir, const char *dir)
{
	g_autofree char *real = file_real_path(dir);
	g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, real, -1);
	g_autofree char *name = g_strdup_printf("engine-%.16s", digest);

	return g_build_filename(runtime_dir, name, NULL);
}

/* ---- slips ---- */

static void slip_free(Slip *slip)
{
	if (slip->frame)
		g_bytes_unref(slip->frame);
	g_free(slip);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Slip, slip_free)

void door_tell(Door *door, const SyncEvent *event)
{
	SyncEvent stripped = *event;
	Slip slip = { .peer_id = (guint32)(event->wish_id >> 32),
		      .is_greeting = event->kind == SYNC_JOINED };

	if (g_atomic_int_get(&door->peer_count) == 0)
		return;
	if (event->wish_id && !slip.peer_id)
		return;
	stripped.wish_id = event->wish_id & G_MAXUINT32;
	slip.frame = frame_of_event(&stripped);
	if (slip.frame)
		mailbox_post(door->slips, g_memdup2(&slip, sizeof slip));
}

/* ---- peers ---- */

static Peer *peer_at(const Door *door, guint i) { return g_ptr_array_index(door->peers, i); }

static Peer *peer_new(int fd, guint32 id, int64_t now_ms)
{
	Peer *peer = g_new0(Peer, 1);

	peer->fd = fd;
	peer->id = id;
	peer->in = g_byte_array_new();
	/* Who calls has something to say. */
	peer->in_since_ms = now_ms;
	peer->out_since_ms = -1;
	g_queue_init(&peer->out);
	return peer;
}

static void peer_free(Peer *peer)
{
	close(peer->fd);
	g_byte_array_unref(peer->in);
	g_queue_clear_full(&peer->out, (GDestroyNotify)g_bytes_unref);
	g_free(peer);
}

static void cut_off(Peer *peer, const char *why)
{
	log_info("sync", "door: peer %u is cut off: %s", peer->id, why);
	peer->is_over = true;
}

static void say(Peer *peer, GBytes *frame, int64_t now_ms)
{
	if (peer->is_over)
		return;
	if (peer->queued_bytes + g_bytes_get_size(frame) > QUEUE_MOST_BYTES) {
		cut_off(peer, "it does not read what it is told");
		return;
	}
	peer->queued_bytes += g_bytes_get_size(frame);
	if (peer->out_since_ms < 0)
		peer->out_since_ms = now_ms;
	g_queue_push_tail(&peer->out, g_bytes_ref(frame));
}

static void say_why(Peer *peer, const GError *why, int64_t now_ms)
{
	g_autoptr(GBytes) frame = frame_of_event(&(SyncEvent){ .kind = SYNC_STOPPED,
	                                                       .error_kind = (int)error_kind(why),
	                                                       .text = why->message });

	say(peer, frame, now_ms);
}

/* ---- writing ---- */

static void drop_sent(Peer *peer, size_t len)
{
	GBytes *first = g_queue_peek_head(&peer->out);

	peer->sent += len;
	if (peer->sent < g_bytes_get_size(first))
		return;
	peer->queued_bytes -= g_bytes_get_size(first);
	peer->sent = 0;
	g_bytes_unref(g_queue_pop_head(&peer->out));
}

/* As much as the peer takes now. */
static void write_out(Peer *peer, int64_t now_ms)
{
	GBytes *first;

	while (!peer->is_over && (first = g_queue_peek_head(&peer->out))) {
		gsize len;
		const guint8 *bytes = g_bytes_get_data(first, &len);
		ssize_t n = send(peer->fd, bytes + peer->sent, len - peer->sent, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN)
			peer->is_over = true;
		if (n < 0)
			return;
		drop_sent(peer, (size_t)n);
		peer->out_since_ms = now_ms;
	}
	peer->out_since_ms = -1;
}

/* ---- reading ---- */

static void pass_on(Door *door, const Peer *peer, Command *command)
{
	command->wish_id = (int64_t)peer->id << 32 | (command->wish_id & G_MAXUINT32);
	mailbox_post(door->commands, command);
}

/* A first word other than the greeting, or a second greeting, is nonsense. */
static bool take_frame(Door *door, Peer *peer, GBytes *frame, GError **err)
{
	g_autoptr(Command) command = NULL;

	if (!frame_read_command(frame, &command, err))
		return false;
	if ((command->kind == COMMAND_GREET) == peer->is_greeted)
		return fail(err, ERR_PROTOCOL, _("what came through the door makes no sense"));
	peer->is_greeted = true;
	pass_on(door, peer, g_steal_pointer(&command));
	return true;
}

static bool take_frames(Door *door, Peer *peer, int64_t now_ms, GError **err)
{
	for (;;) {
		size_t len = 0;
		if (!frame_measure(peer->in->data, peer->in->len, &len, err))
			return false;
		if (len == 0 || len > peer->in->len)
			return true;
		g_autoptr(GBytes) frame = g_bytes_new(peer->in->data, len);
		g_byte_array_remove_range(peer->in, 0, (guint)len);
		peer->in_since_ms = now_ms;
		if (!take_frame(door, peer, frame, err))
			return false;
	}
}

static void refuse(Peer *peer, const GError *why, int64_t now_ms)
{
	say_why(peer, why, now_ms);
	write_out(peer, now_ms);
	cut_off(peer, why->message);
}

static void read_in(Door *door, Peer *peer, int64_t now_ms)
{
	guint8 bytes[READ_BYTES];
	g_autoptr(GError) why = NULL;
	ssize_t n = recv(peer->fd, bytes, sizeof bytes, 0);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		peer->is_over = true;
		return;
	}
	if (peer->in_since_ms < 0)
		peer->in_since_ms = now_ms;
	g_byte_array_append(peer->in, bytes, (guint)n);
	if (!take_frames(door, peer, now_ms, &why))
		refuse(peer, why, now_ms);
	else if (peer->in->len == 0)
		peer->in_since_ms = -1;
}

/* ---- deadlines ---- */

static int64_t peer_deadline_ms(const Peer *peer)
{
	int64_t first_ms = peer->in_since_ms < 0    ? peer->out_since_ms
	                   : peer->out_since_ms < 0 ? peer->in_since_ms
	                                            : MIN(peer->in_since_ms, peer->out_since_ms);

	return first_ms < 0 ? INT64_MAX : first_ms + PATIENCE_MS;
}

static int wait_ms(const Door *door, int64_t now_ms)
{
	int64_t due_ms = door->deaf_until_ms ? door->deaf_until_ms : INT64_MAX;

	for (guint i = 0; i < door->peers->len; i++)
		due_ms = MIN(due_ms, peer_deadline_ms(peer_at(door, i)));
	return due_ms == INT64_MAX ? -1 : (int)CLAMP(due_ms - now_ms, 0, PATIENCE_MS);
}

static void remove_peers(Door *door, int64_t now_ms)
{
	for (guint i = door->peers->len; i > 0; i--) {
		Peer *peer = peer_at(door, i - 1);
		if (!peer->is_over && peer_deadline_ms(peer) <= now_ms)
			cut_off(peer, "it is too slow");
		if (peer->is_over)
			g_ptr_array_remove_index_fast(door->peers, i - 1);
	}
	g_atomic_int_set(&door->peer_count, (gint)door->peers->len);
}

/* ---- the thread ---- */

static void take_caller(Door *door, int64_t now_ms)
{
	g_autoptr(GError) error = NULL;
	int fd = socket_accept(door->listen_fd, &error);

	if (error) {
		log_error("sync", "door: %s", error->message);
		door->deaf_until_ms = now_ms + PATIENCE_MS;
	}
	if (fd < 0)
		return;
	if (door->peers->len >= PEERS_MOST) {
		close(fd);
		return;
	}
	g_ptr_array_add(door->peers, peer_new(fd, ++door->last_id & G_MAXINT32, now_ms));
	g_atomic_int_set(&door->peer_count, (gint)door->peers->len);
}

static void take_slips(Door *door, int64_t now_ms)
{
	for (;;) {
		g_autoptr(Slip) slip = mailbox_take(door->slips);
		if (!slip)
			return;
		door->is_ending |= !slip->frame;
		for (guint i = 0; slip->frame && i < door->peers->len; i++) {
			Peer *peer = peer_at(door, i);
			peer->is_told |= slip->is_greeting && slip->peer_id == peer->id;
			if (slip->peer_id ? slip->peer_id == peer->id : peer->is_told)
				say(peer, slip->frame, now_ms);
		}
	}
}

static void serve_peer(Door *door, Peer *peer, short revents, int64_t now_ms)
{
	if (revents & (POLLIN | POLLHUP | POLLERR))
		read_in(door, peer, now_ms);
	write_out(peer, now_ms);
}

static void turn(Door *door)
{
	struct pollfd fds[2 + PEERS_MOST] = { { mailbox_fd(door->slips), POLLIN, 0 },
		                              { door->listen_fd, POLLIN, 0 } };
	guint count = door->peers->len;
	int64_t now_ms = clock_uptime_ms(door->clock);

	if (door->deaf_until_ms <= now_ms)
		door->deaf_until_ms = 0;
	if (door->deaf_until_ms)
		fds[1].events = 0;
	for (guint i = 0; i < count; i++) {
		short wanted = g_queue_is_empty(&peer_at(door, i)->out) ? POLLIN : POLLIN | POLLOUT;
		fds[2 + i] = (struct pollfd){ peer_at(door, i)->fd, wanted, 0 };
	}
	poll(fds, 2 + count, wait_ms(door, now_ms));
	now_ms = clock_uptime_ms(door->clock);
	take_slips(door, now_ms);
	for (guint i = 0; i < count; i++)
		serve_peer(door, peer_at(door, i), fds[2 + i].revents, now_ms);
	if (fds[1].revents & POLLIN)
		take_caller(door, now_ms);
	remove_peers(door, now_ms);
}

/* What was told is still written, for as long as there is somebody who reads. */
static void take_leave(Door *door)
{
	int64_t end_ms = clock_uptime_ms(door->clock) + FAREWELL_MS, now_ms;

	while ((now_ms = clock_uptime_ms(door->clock)) < end_ms && door->peers->len > 0) {
		struct pollfd fds[PEERS_MOST];
		for (guint i = door->peers->len; i > 0; i--) {
			Peer *peer = peer_at(door, i - 1);
			write_out(peer, now_ms);
			if (peer->is_over || g_queue_is_empty(&peer->out))
				g_ptr_array_remove_index(door->peers, i - 1);
		}
		for (guint i = 0; i < door->peers->len; i++)
			fds[i] = (struct pollfd){ peer_at(door, i)->fd, POLLOUT, 0 };
		if (door->peers->len > 0)
			poll(fds, door->peers->len, (int)(end_ms - now_ms));
	}
}

static gpointer run(gpointer data)
{
	Door *door = data;

	while (!door->is_ending)
		turn(door);
	take_leave(door);
	return NULL;
}

/* ---- its life ---- */

Door *door_open(const char *path, const Clock *clock, Mailbox *commands, GError **err)
{
	int fd = socket_listen(path, err);
	Door *door;

	if (fd < 0)
		return NULL;
	door = g_new0(Door, 1);
	door->path = g_strdup(path);
	door->listen_fd = fd;
	door->clock = clock;
	door->commands = mailbox_ref(commands);
	door->slips = mailbox_new((GDestroyNotify)slip_free);
	door->peers = g_ptr_array_new_with_free_func((GDestroyNotify)peer_free);
	door->thread = g_thread_new("door", run, door);
	return door;
}

void door_free(Door *door)
{
	if (!door)
		return;
	/* First the name: who calls from now on finds nobody, and looks for the lock. */
	unlink(door->path);
	mailbox_post(door->slips, g_new0(Slip, 1));
	g_thread_join(door->thread);
	close(door->listen_fd);
	g_ptr_array_unref(door->peers);
	mailbox_unref(door->slips);
	mailbox_unref(door->commands);
	g_free(door->path);
	g_free(door);
}
