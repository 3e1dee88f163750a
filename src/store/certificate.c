#include "store/certificate.h"

#include <sqlite3.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "store/private.h"

/* ---- reading ---- */

/* The addresses of each as lines: what an address is has none in it. */
#define CERTIFICATE_COLUMNS                                                                        \
	"c.id, c.der, c.source, ifnull(c.account_id, 0), c.seen_ms, c.capabilities, "              \
	"(SELECT group_concat(key, char(10)) FROM certificate_address WHERE certificate_id = c.id), " \
	"ifnull(i.role, 0), "                                                                      \
	"(SELECT group_concat(key, char(10)) FROM identity_address WHERE identity_id = c.id), "    \
	"CASE a.is_trusted WHEN 1 THEN 1 WHEN 0 THEN 2 ELSE 0 END"
#define CERTIFICATE_TABLES                                                                         \
	"certificate c LEFT JOIN identity i ON i.id = c.id LEFT JOIN anchor a ON a.id = c.id"
#define CERTIFICATE_ORDER " ORDER BY c.seen_ms DESC, c.id"

static char **get_lines(Stmt *stmt)
{
	g_autofree char *lines = get_text(stmt);

	return g_strsplit(lines ? lines : "", "\n", -1);
}

static KnownCertificate *certificate_row_get(Stmt *stmt, GError **err)
{
	g_autoptr(KnownCertificate) certificate = g_new0(KnownCertificate, 1);

	certificate->id = get_int(stmt);
	certificate->der = get_bytes(stmt);
	certificate->source = (CertificateSource)get_int_in(stmt, SOURCE_FILE, SOURCE_COUNT - 1);
	certificate->account_id = get_int(stmt);
	certificate->seen_ms = get_int(stmt);
	certificate->capabilities = get_bytes(stmt);
	certificate->addresses = get_lines(stmt);
	certificate->role = (IdentityRole)get_int_in(stmt, ROLE_NONE, ROLE_BOTH);
	certificate->signs_for = get_lines(stmt);
	certificate->trust = (CertificateTrust)get_int_in(stmt, TRUST_UNSAID, TRUST_REFUSED);
	return stmt_row_is_sound(stmt, err) ? g_steal_pointer(&certificate) : NULL;
}

static bool read_rows(Stmt *stmt, GPtrArray *certificates, GError **err)
{
	bool has_row;

	while (stmt_step(stmt, &has_row, err)) {
		if (!has_row)
			return true;
		KnownCertificate *certificate = certificate_row_get(stmt, err);
		if (!certificate)
			return false;
		g_ptr_array_add(certificates, certificate);
	}
	return false;
}

/* @key: NULL for all of them. */
static bool read_certificates(StoreReader *reader, const char *key, GPtrArray *certificates,
                              GError **err)
{
	static const char all[] =
		"SELECT " CERTIFICATE_COLUMNS " FROM " CERTIFICATE_TABLES CERTIFICATE_ORDER;
	static const char of_one[] =
		"SELECT " CERTIFICATE_COLUMNS " FROM certificate_address k JOIN " CERTIFICATE_TABLES
		" WHERE k.key = ? AND k.certificate_id = c.id" CERTIFICATE_ORDER;
	g_auto(Stmt) stmt = stmt_begin(reader->db, key ? of_one : all);

	if (key)
		put_text(&stmt, key);
	return read_rows(&stmt, certificates, err);
}

/* Whose word counts is asked of rows that are all of one time. */
static bool read_sealed(StoreReader *reader, const char *key, GPtrArray *certificates, GError **err)
{
	Anchor anchor;

	return trust_is_sealed(reader->store->vault, reader->db, &anchor, err) &&
	       read_certificates(reader, key, certificates, err);
}

static bool read_into(StoreReader *reader, const char *key, GPtrArray **ret_certificates,
                      GError **err)
{
	g_autoptr(GPtrArray) certificates =
		g_ptr_array_new_with_free_func((GDestroyNotify)known_certificate_free);

	if (!reader_enter(reader, err) ||
	    !reader_leave(reader, read_sealed(reader, key, certificates, err)))
		return false;
	*ret_certificates = g_steal_pointer(&certificates);
	return true;
}

bool store_read_certificates(StoreReader *reader, GPtrArray **ret_certificates, GError **err)
{
	return read_into(reader, NULL, ret_certificates, err);
}

bool store_read_certificates_of(StoreReader *reader, const char *address,
                                GPtrArray **ret_certificates, GError **err)
{
	g_autofree char *key = text_lower_ascii(address);

	return read_into(reader, key, ret_certificates, err);
}

/* ---- keys ---- */

static VaultPlace key_place(int64_t identity_id)
{
	return (VaultPlace){ "identity", identity_id, "key" };
}

static bool read_sealed_key(StoreReader *reader, int64_t identity_id, GBytes **ret_sealed,
                            GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(reader->db, "SELECT key FROM identity WHERE id = ?");
	bool has_row;

	put_int(&stmt, identity_id);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	if (!has_row)
		return fail(err, ERR_NOT_FOUND, _("there is no key of this certificate"));
	*ret_sealed = get_bytes(&stmt);
	return true;
}

bool store_read_identity_key(StoreReader *reader, int64_t identity_id, Secret **ret_key,
                             GError **err)
{
	g_autoptr(GBytes) sealed = NULL;
	gsize len;

	if (!reader_enter(reader, err) ||
	    !reader_leave(reader, read_sealed_key(reader, identity_id, &sealed, err)))
		return false;
	g_autoptr(GBytes) plain =
		vault_unseal(reader->store->vault, key_place(identity_id), sealed, err);
	if (!plain)
		return false;
	guint8 *bytes = g_bytes_unref_to_data(g_steal_pointer(&plain), &len);
	*ret_key = secret_new(bytes, len);
	secret_wipe(bytes, len);
	g_free(bytes);
	return true;
}

GBytes *store_seal_identity_key(Store *store, int64_t identity_id, const Secret *key, GError **err)
{
	g_autoptr(GBytes) plain = g_bytes_new_static(secret_bytes(key), secret_len(key));

	return vault_seal(store->vault, key_place(identity_id), plain, err);
}

/* ---- writing ---- */

static const char keep_sql[] =
	"INSERT INTO certificate VALUES (?1, ?2, ?3, ?4, nullif(?5, 0), ?6, ?7) "
	"ON CONFLICT (id) DO UPDATE SET "
	"source = CASE excluded.source WHEN 1 THEN 1 ELSE source END, "
	"account_id = CASE excluded.source WHEN 1 THEN excluded.account_id ELSE account_id END, "
	"capabilities = CASE WHEN excluded.capabilities IS NOT NULL AND excluded.seen_ms >= seen_ms "
	"THEN excluded.capabilities ELSE capabilities END, "
	"seen_ms = max(seen_ms, excluded.seen_ms)";
G_STATIC_ASSERT(SOURCE_FILE == 1);

static bool put_certificate(Db *db, const KnownCertificate *certificate, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, keep_sql);
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	guint8 digest[32];
	gsize len, digest_len = sizeof digest;
	const guchar *der = g_bytes_get_data(certificate->der, &len);

	g_checksum_update(sum, der, (gssize)len);
	g_checksum_get_digest(sum, digest, &digest_len);
	put_int(&stmt, certificate->id);
	put_blob(&stmt, digest, sizeof digest);
	put_bytes(&stmt, certificate->der);
	put_int(&stmt, certificate->source);
	put_int(&stmt, certificate->account_id);
	put_int(&stmt, certificate->seen_ms);
	put_bytes(&stmt, certificate->capabilities);
	return stmt_run(&stmt, err);
}

static bool put_addresses(Db *db, const KnownCertificate *certificate, GError **err)
{
	g_auto(Stmt) stmt =
		stmt_begin(db, "INSERT OR IGNORE INTO certificate_address VALUES (?, ?)");

	for (int i = 0; certificate->addresses[i]; i++) {
		put_text(&stmt, certificate->addresses[i]);
		put_int(&stmt, certificate->id);
		if (!stmt_run(&stmt, err))
			return false;
	}
	return true;
}

static bool put_identity(Db *db, const KnownCertificate *certificate, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "INSERT INTO identity VALUES (?, ?, ?) ON CONFLICT DO "
	                                   "UPDATE SET role = excluded.role, key = excluded.key");

	put_int(&stmt, certificate->id);
	put_int(&stmt, certificate->role);
	put_bytes(&stmt, certificate->sealed_key);
	return stmt_run(&stmt, err);
}

static bool keep(Db *db, const KnownCertificate *certificate, GError **err)
{
	return (!certificate->account_id || account_check(db, certificate->account_id, err)) &&
	       put_certificate(db, certificate, err) && put_addresses(db, certificate, err) &&
	       (certificate->role == ROLE_NONE || put_identity(db, certificate, err));
}

/* One @sql that is about a row of @table. */
typedef struct { const char *find, *sql, *sorry; } RowChange;

static bool change_row(Db *db, const RowChange *row, int64_t id, GError **err)
{
	int64_t found;

	return db_number(db, row->find, id, 0, &found, err) &&
	       (found || fail(err, ERR_NOT_FOUND, "%s", _(row->sorry))) &&
	       db_run_with(db, row->sql, id, err);
}

static bool sign_by(Db *db, int64_t id, const char *address, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "INSERT INTO identity_address VALUES (?, ?) ON CONFLICT DO "
	                                   "UPDATE SET identity_id = excluded.identity_id");
	g_autofree char *key = text_lower_ascii(address);
	int64_t role;

	if (!db_number(db, "SELECT role FROM identity WHERE id = ?", id, 0, &role, err))
		return false;
	if (!(role & ROLE_SIGN))
		return fail(err, ERR_NOT_FOUND, _("there is no key to sign with of this certificate"));
	put_text(&stmt, key);
	put_int(&stmt, id);
	return stmt_run(&stmt, err);
}

#define FIND_CERTIFICATE "SELECT 1 FROM certificate WHERE id = ?"
#define NO_CERTIFICATE   N_("there is no such certificate here")

static bool change(Db *db, const CertificateChange *change, GError **err)
{
	static const RowChange rows[CERTIFICATE_CHANGE_COUNT] = {
		[CERTIFICATE_DROP] = { FIND_CERTIFICATE, "DELETE FROM certificate WHERE id = ?",
		                       NO_CERTIFICATE },
		[CERTIFICATE_TRUST] = { FIND_CERTIFICATE,
		                        "INSERT OR REPLACE INTO anchor (id, is_trusted) VALUES (?, 1)",
		                        NO_CERTIFICATE },
		[CERTIFICATE_DISTRUST] = { FIND_CERTIFICATE,
		                           "INSERT OR REPLACE INTO anchor (id, is_trusted) VALUES (?, 0)",
		                           NO_CERTIFICATE },
		[CERTIFICATE_UNSAY] = { FIND_CERTIFICATE, "DELETE FROM anchor WHERE id = ?",
		                        NO_CERTIFICATE },
	};

	if (change->kind == CERTIFICATE_KEEP)
		return keep(db, change->certificate, err);
	if (change->kind == CERTIFICATE_SIGN)
		return sign_by(db, change->id, change->address, err);
	return change_row(db, &rows[change->kind], change->id, err);
}

static bool change_all(Db *db, const GPtrArray *changes, GError **err)
{
	for (guint i = 0; i < changes->len; i++)
		if (!change(db, g_ptr_array_index(changes, i), err))
			return false;
	return true;
}

bool store_write_certificates(StoreWriter *writer, const GPtrArray *changes, GError **err)
{
	return db_begin(writer->db, DB_DURABLE, err) &&
	       trust_end(writer,
	                 change_all(writer->db, changes, err) &&
	                         certificates_touch(writer->db, err),
	                 err);
}

/* ---- the end of an account ---- */

bool certificates_touch(Db *db, GError **err)
{
	return db_exec(db, "UPDATE meta SET value = value + 1 WHERE name = 'certificates'", err);
}

bool store_read_certificates_version(StoreReader *reader, int64_t *ret_version, GError **err)
{
	return reader_enter(reader, err) &&
	       reader_leave(reader, db_number(reader->db,
	                                      "SELECT value FROM meta WHERE name = 'certificates'",
	                                      0, 0, ret_version, err));
}

bool certificate_erase(Db *db, int64_t account_id, GError **err)
{
	return db_run_with(db,
	                   "DELETE FROM certificate WHERE account_id = ? "
	                   "AND id NOT IN (SELECT id FROM identity) "
	                   "AND id NOT IN (SELECT id FROM anchor) AND source <> 1",
	                   account_id, err) &&
	       db_run_with(db, "UPDATE certificate SET account_id = NULL WHERE account_id = ?",
	                   account_id, err) &&
	       db_run_with(db, "DELETE FROM revocation WHERE account_id = ?", account_id, err) &&
	       certificates_touch(db, err);
}
