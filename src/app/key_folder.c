#include "app/key_folder.h"

#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "app/certificate_import.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/process.h"
#include "model/account.h"
#include "store/certificate.h"

enum { PASSWORD_TIMEOUT_S = 60, SEEN_MOST = 10000, HEX_DIGITS = 64 };

/* ---- what was taken before ---- */

char *key_folder_seen_file(const Paths *paths)
{
	return g_build_filename(paths->state_dir, "keys-taken", NULL);
}

static char *digest_of(GBytes *file)
{
	return g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, file);
}

static GPtrArray *read_seen(const KeyFolder *folder)
{
	g_autoptr(GBytes) bytes =
		file_read(folder->seen_file, SEEN_MOST * (HEX_DIGITS + 1), NULL);
	gsize len = 0;
	const char *text = bytes ? g_bytes_get_data(bytes, &len) : NULL;
	g_autofree char *all = g_strndup(text ? text : "", len);
	g_auto(GStrv) lines = g_strsplit(all, "\n", -1);
	GPtrArray *seen = g_ptr_array_new_with_free_func(g_free);

	for (int i = 0; lines[i]; i++)
		if (*lines[i])
			g_ptr_array_add(seen, g_strdup(lines[i]));
	return seen;
}

/* The oldest go first. */
static bool write_seen(const KeyFolder *folder, const GPtrArray *seen, GError **err)
{
	g_autoptr(GString) text = g_string_new(NULL);
	guint first = seen->len > SEEN_MOST ? seen->len - SEEN_MOST : 0;

	for (guint i = first; i < seen->len; i++)
		g_string_append_printf(text, "%s\n", (const char *)g_ptr_array_index(seen, i));
	g_autofree char *dir = g_path_get_dirname(folder->seen_file);
	return file_ensure_dir(dir, err) &&
	       file_write_atomic(folder->seen_file, text->str, text->len, err);
}

static bool has_seen(const GPtrArray *seen, const char *digest)
{
	return g_ptr_array_find_with_equal_func((GPtrArray *)seen, digest, g_str_equal, NULL);
}

/* ---- one file ---- */

typedef struct {
	const KeyFolder *folder;
	StoreReader     *reader;
	GPtrArray       *known;          /* of KnownCertificate */
	GPtrArray       *seen, *changes, *notices;
	bool             is_closed;      /* the file at hand could not be read */
} Look;

static void notice(Look *look, const char *path, const char *what)
{
	g_ptr_array_add(look->notices, g_strdup_printf("%s: %s", path, what));
}

static bool is_known(const Look *look, const Certificate *certificate, bool is_own)
{
	int64_t id = certificate_id(certificate->der);

	for (guint i = 0; i < look->known->len; i++) {
		const KnownCertificate *row = g_ptr_array_index(look->known, i);
		if (row->id == id)
			return !is_own || row->role != ROLE_NONE;
	}
	return false;
}

static char **password_argv(const KeyFolder *folder, const char *path, GError **err)
{
	char **argv = process_split(folder->password_command, err);

	for (int i = 0; argv && argv[i]; i++) {
		g_autoptr(GString) word = g_string_new(argv[i]);
		g_string_replace(word, "{file}", path, 0);
		g_free(argv[i]);
		argv[i] = g_strdup(word->str);
	}
	return argv;
}

static Secret *find_password(const KeyFolder *folder, const char *path, GError **err)
{
	g_auto(GStrv) argv = NULL;

	if (!folder->password_command || !*folder->password_command)
		return fail_null(err, ERR_SIGN_IN,
		                 _("it has a password, and smime.watch_password_command is not set"));
	argv = password_argv(folder, path, err);
	return argv ? process_read_secret(argv, PASSWORD_TIMEOUT_S, err) : NULL;
}

static bool read_keys(const KeyFolder *folder, const char *path, GBytes *bytes,
                      SmimeKeyFile *ret_file, GError **err)
{
	GError *why = NULL;

	if (smime_key_file_read(bytes, NULL, ret_file, &why))
		return true;
	if (!error_is(why, ERR_SIGN_IN)) {
		g_propagate_error(err, why);
		return false;
	}
	g_clear_error(&why);
	g_autoptr(Secret) password = find_password(folder, path, err);
	return password && smime_key_file_read(bytes, password, ret_file, err);
}

/* False only for what concerns the store. */
static bool add_identity(Look *look, const char *path, const SmimeIdentity *identity, GError **err)
{
	const Certificate *certificate = smime_identity_certificate(identity);
	ImportAs as = { .role = import_role(identity) };

	if (as.role == ROLE_NONE) {
		notice(look, path, _("a certificate in it is not for mail"));
		return true;
	}
	if (is_known(look, certificate, true))
		return true;
	if (!import_account(look->reader, look->folder->accounts, certificate, &as.account_id, err) ||
	    !import_identity(look->changes, look->folder->store, identity, as, err))
		return false;
	g_autofree char *what = g_strdup_printf(_("the key of %s is kept"), certificate->name);
	notice(look, path, what);
	return true;
}

static void add_others(Look *look, const char *path, const GPtrArray *others)
{
	for (guint i = 0; i < others->len; i++) {
		const Certificate *certificate = g_ptr_array_index(others, i);
		if (is_known(look, certificate, false))
			continue;
		import_certificate(look->changes, certificate);
		g_autofree char *what =
			g_strdup_printf(_("the certificate of %s is kept"), certificate->name);
		notice(look, path, what);
	}
}

static bool add_keys(Look *look, const char *path, const SmimeKeyFile *file, GError **err)
{
	for (guint i = 0; i < file->identities->len; i++)
		if (!add_identity(look, path, g_ptr_array_index(file->identities, i), err))
			return false;
	add_others(look, path, file->others);
	return true;
}

/* A file without a key may hold certificates. What is in neither form is told of. */
static bool take_bytes(Look *look, const char *path, GBytes *bytes, GError **err)
{
	g_auto(SmimeKeyFile) file = { 0 };
	g_autoptr(GError) why = NULL;

	if (read_keys(look->folder, path, bytes, &file, &why))
		return add_keys(look, path, &file, err);
	g_autoptr(GPtrArray) others =
		error_is(why, ERR_CONFIG) ? certificates_read(bytes, NULL) : NULL;
	if (others)
		add_others(look, path, others);
	else
		notice(look, path, why->message);
	look->is_closed = !others;
	return true;
}

static bool take_file(Look *look, const char *path, GError **err)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(GBytes) bytes = file_read_trusted(path, LIMIT_KEY_FILE_BYTES, &why);
	guint before = look->changes->len;

	if (!bytes) {
		g_ptr_array_add(look->notices, g_strdup(why->message));
		return true;
	}
	g_autofree char *digest = digest_of(bytes);
	if (has_seen(look->seen, digest))
		return true;
	look->is_closed = false;
	if (!take_bytes(look, path, bytes, err))
		return false;
	if (look->changes->len == before && !look->is_closed)
		g_ptr_array_add(look->seen, g_steal_pointer(&digest));
	return true;
}

/* ---- all of them ---- */

static gint by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Files that are hidden are those that are still written. */
static GPtrArray *list_files(const char *dir, GError **err)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(GDir) entries = g_dir_open(dir, 0, &why);
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);

	if (!entries) {
		g_ptr_array_unref(paths);
		return fail_null(err, ERR_NOT_FOUND, "%s", why->message);
	}
	for (const char *name; (name = g_dir_read_name(entries));) {
		g_autofree char *path = g_build_filename(dir, name, NULL);
		if (*name != '.' && g_file_test(path, G_FILE_TEST_IS_REGULAR))
			g_ptr_array_add(paths, g_steal_pointer(&path));
	}
	g_ptr_array_sort(paths, by_name);
	return paths;
}

static bool look_at(Look *look, const GPtrArray *paths, GError **err)
{
	guint seen = look->seen->len;

	for (guint i = 0; i < paths->len; i++)
		if (!take_file(look, g_ptr_array_index(paths, i), err))
			return false;
	return look->seen->len == seen || write_seen(look->folder, look->seen, err);
}

bool key_folder_look(const KeyFolder *folder, GPtrArray *changes, GPtrArray *notices, GError **err)
{
	g_autoptr(GPtrArray) paths =
		file_dir_is_trusted(folder->dir, err) ? list_files(folder->dir, err) : NULL;
	g_autoptr(StoreReader) reader = paths ? store_open_reader(folder->store, err) : NULL;
	g_autoptr(GPtrArray) known = NULL;

	if (!reader || !store_read_certificates(reader, &known, err))
		return false;
	g_autoptr(GPtrArray) seen = read_seen(folder);
	Look look = { folder, reader, known, seen, changes, notices, false };
	return look_at(&look, paths, err);
}

/* ---- the thread ---- */

struct KeyWatch {
	KeyFolder  folder;           /* its texts are ours */
	KeyWatcher watcher;
	GThread   *thread;
	GPtrArray *told;             /* of char *: what was said once is not said again */
	int        end_fd;           /* can be read once it is over */
};

static void tell_once(KeyWatch *watch, const char *sentence)
{
	if (has_seen(watch->told, sentence))
		return;
	g_ptr_array_add(watch->told, g_strdup(sentence));
	watch->watcher.tell(sentence, watch->watcher.data);
}

static void look_now(KeyWatch *watch)
{
	g_autoptr(GPtrArray) changes = certificate_changes_new();
	g_autoptr(GPtrArray) notices = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) why = NULL;

	if (!key_folder_look(&watch->folder, changes, notices, &why))
		tell_once(watch, why->message);
	for (guint i = 0; i < notices->len; i++)
		tell_once(watch, g_ptr_array_index(notices, i));
	if (!why && changes->len)
		watch->watcher.found(g_steal_pointer(&changes), watch->watcher.data);
}

/* What changed does not matter. False: it is over. */
static bool wait_for_change(const KeyWatch *watch, int changes_fd)
{
	struct pollfd fds[] = { { watch->end_fd, POLLIN, 0 }, { changes_fd, POLLIN, 0 } };
	char events[4096];

	poll(fds, G_N_ELEMENTS(fds), -1);
	if (fds[1].revents & POLLIN && read(changes_fd, events, sizeof events) < 0)
		return false;
	return !fds[0].revents;
}

static gpointer run(gpointer data)
{
	KeyWatch *watch = data;
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	/* Without it, or without the folder, one look is all there is. */
	if (fd >= 0)
		inotify_add_watch(fd, watch->folder.dir, IN_CLOSE_WRITE | IN_MOVED_TO);
	do {
		look_now(watch);
	} while (wait_for_change(watch, fd));
	if (fd >= 0)
		close(fd);
	return NULL;
}

static GPtrArray *copy_accounts(const GPtrArray *accounts)
{
	GPtrArray *copies = g_ptr_array_new_with_free_func((GDestroyNotify)account_free);

	for (guint i = 0; accounts && i < accounts->len; i++)
		g_ptr_array_add(copies, account_copy(g_ptr_array_index(accounts, i)));
	return copies;
}

KeyWatch *key_watch_new(const KeyFolder *folder, const KeyWatcher *watcher)
{
	KeyWatch *watch = g_new0(KeyWatch, 1);

	watch->folder = (KeyFolder){
		.dir = g_strdup(folder->dir),
		.password_command = g_strdup(folder->password_command),
		.seen_file = g_strdup(folder->seen_file),
		.accounts = copy_accounts(folder->accounts),
		.store = store_ref(folder->store),
	};
	watch->watcher = *watcher;
	watch->told = g_ptr_array_new_with_free_func(g_free);
	watch->end_fd = eventfd(0, EFD_CLOEXEC);
	watch->thread = g_thread_new("keys", run, watch);
	return watch;
}

void key_watch_free(KeyWatch *watch)
{
	if (!watch)
		return;
	eventfd_write(watch->end_fd, 1);
	g_thread_join(watch->thread);
	close(watch->end_fd);
	g_free((char *)watch->folder.dir);
	g_free((char *)watch->folder.password_command);
	g_free((char *)watch->folder.seen_file);
	g_ptr_array_unref((GPtrArray *)watch->folder.accounts);
	store_unref(watch->folder.store);
	g_ptr_array_unref(watch->told);
	g_free(watch);
}
