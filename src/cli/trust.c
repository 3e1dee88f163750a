#include "cli/trust.h"

#include "app/certificate_import.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "cli/certificates.h"

static GPtrArray *find_here(Cli *cli, const char *word, GError **err)
{
	const KnownCertificate *row = certificates_pick(cli, word, err);

	return row ? certificates_read(row->der, err) : NULL;
}

static GPtrArray *find_in_file(const char *path, GError **err)
{
	g_autoptr(GBytes) file = file_read(path, LIMIT_KEY_FILE_BYTES, err);
	GPtrArray *found = file ? certificates_read(file, err) : NULL;

	if (file && !found)
		g_prefix_error(err, "%s: ", path);
	return found;
}

GPtrArray *trust_find(Cli *cli, const char *word, GPtrArray *changes, GError **err)
{
	if (!g_file_test(word, G_FILE_TEST_EXISTS))
		return find_here(cli, word, err);
	GPtrArray *found = find_in_file(word, err);
	for (guint i = 0; found && i < found->len; i++)
		import_certificate(changes, g_ptr_array_index(found, i));
	return found;
}
