#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>

#include "app/key_folder.h"
#include "base/error.h"
#include "base/mailbox.h"
#include "model/account.h"
#include "store/certificate.h"
#include "support/lab.h"
#include "support/tempstore.h"

enum { REAL_PATIENCE_MS = 20000 };

static LabPerson *ca, *ada, *signs, *server;

typedef struct { TempStore temp; char *dir, *seen; GPtrArray *accounts; KeyFolder folder; } Room;

static void room_init(Room *room)
{
	Account *account = account_new();

	temp_store_init(&room->temp);
	account->name = g_strdup("alice");
	account->address = g_strdup("ada@example.org");
	room->accounts = g_ptr_array_new_with_free_func((GDestroyNotify)account_free);
	g_ptr_array_add(room->accounts, account);
	room->dir = g_dir_make_tmp("postern-keys-XXXXXX", NULL);
	room->seen = g_build_filename(room->temp.dir, "seen", NULL);
	room->folder = (KeyFolder){ room->dir, "echo s3cret", room->seen, room->accounts, room->temp.store };
}

static void room_clear(Room *room)
{
	temp_store_clear(&room->temp);
	temp_dir_remove(room->dir);
	g_ptr_array_unref(room->accounts);
	g_free(room->dir);
	g_free(room->seen);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Room, room_clear)

static void put(Room *room, const char *name, GBytes *bytes, int mode)
{
	g_autofree char *path = g_build_filename(room->dir, name, NULL);
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);

	g_assert_true(g_file_set_contents(path, data, (gssize)len, NULL));
	g_chmod(path, (mode_t)mode);
}

/* Looks, and keeps what there is. */
static char *look(Room *room, guint *ret_count)
{
	g_autoptr(GPtrArray) changes = certificate_changes_new(), notices = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;

	key_folder_look(&room->folder, changes, notices, &error);
	g_assert_no_error(error);
	g_assert_true(store_write_certificates(room->temp.writer, changes, NULL));
	*ret_count = changes->len;
	g_ptr_array_add(notices, NULL);
	return g_strjoinv("\n", (char **)notices->pdata);
}

static void test_what_is_taken(void)
{
	g_autoptr(GBytes) key = lab_pem_identity(ada, NULL), locked = lab_pem_identity(ada, "s3cret"), other_lock = lab_pem_identity(ada, "wrong"),
			  to_sign = lab_pem_identity(signs, NULL), of_server = lab_pem_identity(server, NULL), certificate = lab_pem(ca),
			  text = g_bytes_new_static("Hello", 5);
	const struct { const char *name; GBytes *bytes; int mode; guint count; IdentityRole role; const char *says; } rows[] = {
		{ "ada.pem", key, 0600, 1, ROLE_BOTH, "the key of Ada is kept" },
		{ "locked.pem", locked, 0600, 1, ROLE_BOTH, "the key of Ada is kept" },
		{ "other.pem", other_lock, 0600, 0, ROLE_NONE, "does not open" },
		{ "sign.pem", to_sign, 0600, 1, ROLE_SIGN, "the key of Signs is kept" },
		{ "server.pem", of_server, 0600, 0, ROLE_NONE, "is not for mail" },
		{ "ca.pem", certificate, 0600, 1, ROLE_NONE, "the certificate of Lab CA is kept" },
		{ "hello.txt", text, 0600, 0, ROLE_NONE, "no private key" },
		{ ".ada.pem", key, 0600, 0, ROLE_NONE, NULL },
		{ "open.pem", key, 0666, 0, ROLE_NONE, "open.pem" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Room) room = { 0 };
		g_autoptr(GPtrArray) all = NULL;
		guint count;
		room_init(&room);
		put(&room, rows[i].name, rows[i].bytes, rows[i].mode);
		g_test_message("%s", rows[i].name);
		g_autofree char *said = look(&room, &count);
		g_assert_cmpuint(count, ==, rows[i].count);
		g_assert_true(rows[i].says ? strstr(said, rows[i].says) != NULL : !*said);
		g_assert_true(store_read_certificates(room.temp.reader, &all, NULL));
		g_assert_cmpuint(all->len, ==, rows[i].count);
		if (all->len) {
			const KnownCertificate *row = all->pdata[0];
			g_assert_cmpint(row->role, ==, rows[i].role);
			g_assert_cmpint(row->account_id, ==, row->role == ROLE_NONE ? 0 : room.temp.account_id);
			g_assert_cmpint(row->trust, ==, TRUST_UNSAID);
		}
	}
}

/* The program is asked once more to see that all is there, and then never again. */
static void test_no_password_is_asked_for_twice(void)
{
	static const struct { const char *command; const char *says; } looks[] = {
		{ "echo s3cret", "is kept" }, { "echo s3cret", "" }, { "false", "" }, { NULL, "" },
	};
	g_auto(Room) room = { 0 };
	g_autoptr(GBytes) locked = lab_pem_identity(ada, "s3cret");

	room_init(&room);
	put(&room, "ada.pem", locked, 0600);
	for (size_t i = 0; i < G_N_ELEMENTS(looks); i++) {
		guint count;
		room.folder.password_command = looks[i].command;
		g_autofree char *said = look(&room, &count);
		g_assert_cmpuint(count, ==, i == 0);
		g_assert_true(*looks[i].says ? strstr(said, looks[i].says) != NULL : !*said);
	}
}

static void test_the_program_is_told_the_file(void)
{
	g_auto(Room) room = { 0 };
	g_autoptr(GBytes) locked = lab_pem_identity(ada, "s3cret");
	guint count;

	room_init(&room);
	put(&room, "s3cret", locked, 0600);
	room.folder.password_command = "";
	g_autofree char *unset = look(&room, &count);
	g_assert_nonnull(strstr(unset, "smime.watch_password_command"));
	room.folder.password_command = "basename {file}";
	g_autofree char *said = look(&room, &count);
	g_assert_cmpuint(count, ==, 1);
}

static void test_a_folder_that_others_may_change(void)
{
	g_auto(Room) room = { 0 };
	g_autoptr(GPtrArray) changes = certificate_changes_new(), notices = g_ptr_array_new();
	g_autoptr(GError) error = NULL, gone = NULL;

	room_init(&room);
	g_chmod(room.dir, 0777);
	g_assert_false(key_folder_look(&room.folder, changes, notices, &error));
	g_assert_error(error, POSTERN_ERROR, ERR_CONFIG);
	room.folder.dir = "/nowhere/at/all";
	g_assert_false(key_folder_look(&room.folder, changes, notices, &gone));
	g_assert_nonnull(gone);
}

/* ---- the thread ---- */

static void post_found(GPtrArray *changes, void *data) { mailbox_post(data, changes); }
static void say_nothing(const char *sentence, void *data) { (void)sentence, (void)data; }

static void await_one(Mailbox *found)
{
	struct pollfd ready = { mailbox_fd(found), POLLIN, 0 };

	g_assert_cmpint(poll(&ready, 1, REAL_PATIENCE_MS), ==, 1);
	g_autoptr(GPtrArray) changes = mailbox_take(found);
	g_assert_cmpuint(changes->len, ==, 1);
}

static void test_it_is_watched(void)
{
	g_auto(Room) room = { 0 };
	g_autoptr(GBytes) key = lab_pem_identity(ada, NULL), certificate = lab_pem(ca);
	g_autoptr(Mailbox) found = mailbox_new((GDestroyNotify)g_ptr_array_unref);

	room_init(&room);
	put(&room, "ca.pem", certificate, 0600);
	g_autoptr(KeyWatch) watch = key_watch_new(&room.folder, &(KeyWatcher){ post_found, say_nothing, found });
	await_one(found);
	g_autofree char *path = g_build_filename(room.dir, "ca.pem", NULL);
	g_unlink(path);
	put(&room, "ada.pem", key, 0600);
	await_one(found);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ca = lab_person_new((LabWish){ .name = "Lab CA", .is_ca = true, .usage = "keyCertSign" });
	ada = lab_person_new((LabWish){ .name = "Ada", .alternative = "email:ada@example.org", .issuer = ca });
	signs = lab_person_new((LabWish){ .name = "Signs", .alternative = "email:ada@example.org", .usage = "digitalSignature", .issuer = ca });
	server = lab_person_new((LabWish){ .name = "Server", .extended = "serverAuth", .issuer = ca });
	g_test_add_func("/key-folder/what is taken", test_what_is_taken);
	g_test_add_func("/key-folder/no password is asked for twice", test_no_password_is_asked_for_twice);
	g_test_add_func("/key-folder/the program is told the file", test_the_program_is_told_the_file);
	g_test_add_func("/key-folder/a folder that others may change", test_a_folder_that_others_may_change);
	g_test_add_func("/key-folder/it is watched", test_it_is_watched);
	int failed = g_test_run();
	lab_person_free(ca);
	lab_person_free(ada);
	lab_person_free(signs);
	lab_person_free(server);
	return failed;
}
