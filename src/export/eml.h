/*
 * export/eml: mails as files, byte for byte as the server gave them. A folder gets one .eml a mail
 * and manifest.sha256, which `sha256sum -c` understands; its comment lines say which mail a file
 * is, so that an interrupted export goes on. Nothing is ever overwritten. One thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define EML_DEFAULT_NAME "{date:%F}_{from}_{subject}"

typedef struct {
	const char *id;             /* as message_id_format() gives it: unique, safe in a name */
	int64_t     date_ms;        /* UTC; 0 unknown */
	GTimeZone  *zone;           /* for {date}; NULL: UTC */
	const char *from;           /* address lists as RFC 5322 text; NULL */
	const char *to;
	const char *subject, *folder, *account;     /* NULL: none */
} EmlFacts;

/* Checks a template: text and {date}, {date:STRFTIME}, {from}, {to}, {subject}, {folder},
 * {account}, {id}. ERR_USAGE. */
bool eml_template_check(const char *name_template, GError **err);

/*
 * The file name of a mail, ".eml" included: no folder in it, safe everywhere, at most
 * LIMIT_FILE_NAME_BYTES.
 * @name_template has passed eml_template_check(). Free with g_free.
 */
char *eml_name(const char *name_template, const EmlFacts *facts);

typedef struct EmlExport EmlExport;

/*
 * Makes @dir if need be and reads its manifest. Without @resumes a manifest that is there already
 * is ERR_EXISTS. ERR_USAGE: the template. ERR_IO, ERR_FULL: the folder.
 */
EmlExport *eml_export_open(const char *dir, const char *name_template, bool resumes, GError **err);
void       eml_export_free(EmlExport *export);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EmlExport, eml_export_free)

/*
 * True if the mail is on disk already: the manifest names a file for it and the file has that
 * SHA-256. Ask before fetching. A file that is gone or altered is false, and will be written again
 * under a name of its own.
 */
bool eml_export_has(EmlExport *export, const char *id);

/*
 * Writes @mime, whole or not at all, then its line of the manifest. A name that is taken gets the
 * mail's id appended. *ret_path (may be NULL) is the file, the caller's. ERR_FULL, ERR_IO.
 */
bool eml_export_write(EmlExport *export, const EmlFacts *facts, GBytes *mime, char **ret_path,
                      GError **err);
