#include "app/importing.h"

#include "app/certificate_import.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"

ImportJob *import_job_new(const char *name, GBytes *file)
{
	ImportJob *job = g_new0(ImportJob, 1);

	job->name = g_strdup(name);
	job->file = g_bytes_ref(file);
	return job;
}

void import_job_free(ImportJob *job)
{
	if (!job)
		return;
	g_free(job->name);
	g_bytes_unref(job->file);
	secret_unref(job->password);
	g_clear_pointer(&job->accounts, g_ptr_array_unref);
	g_free(job);
}

void import_answer_free(ImportAnswer *answer)
{
	if (!answer)
		return;
	import_job_free(answer->job);
	g_free(answer->sentence);
	g_clear_pointer(&answer->changes, g_ptr_array_unref);
	g_free(answer);
}

/* What one step works with. */
typedef struct {
	const ImportJob *job;
	Store           *store;
	StoreReader     *reader;
	ImportAnswer    *answer;
	GString         *told;
} Step;

static void tell(Step *step, const Certificate *facts, const char *what)
{
	const char *address = facts->addresses[0];

	g_string_append_printf(step->told, "%s%s", step->told->len ? "; " : "", facts->name);
	if (address)
		g_string_append_printf(step->told, " <%s>", address);
	if (what)
		g_string_append_printf(step->told, ": %s", what);
}

/* ---- keys ---- */

static void ask_role(Step *step, const Certificate *facts)
{
	step->answer->turn = IMPORT_WANTS_ROLE;
	step->answer->sentence = g_strdup_printf(_("Use the key of %s"), facts->name);
}

/* False, without *err: a person has to say what it is for. */
static bool add_identity(Step *step, const SmimeIdentity *identity, GError **err)
{
	const Certificate *facts = smime_identity_certificate(identity);
	ImportAs as = { .role = import_role(identity) };

	if (as.role == ROLE_NONE)
		return fail(err, ERR_CONFIG, _("the certificate of %s is not for mail"), facts->name);
	if (as.role == ROLE_BOTH && step->job->role == ROLE_NONE) {
		ask_role(step, facts);
		return false;
	}
	if (as.role == ROLE_BOTH)
		as.role = step->job->role;
	if (!import_account(step->reader, step->job->accounts, facts, &as.account_id, err) ||
	    !import_identity(step->answer->changes, step->store, identity, as, err))
		return false;
	tell(step, facts, import_notice(as.role));
	return true;
}

static bool add_keys(Step *step, const SmimeKeyFile *file, GError **err)
{
	for (guint i = 0; i < file->identities->len; i++)
		if (!add_identity(step, g_ptr_array_index(file->identities, i), err))
			return false;
	for (guint i = 0; i < file->others->len; i++)
		import_certificate(step->answer->changes, g_ptr_array_index(file->others, i));
	return true;
}

/* ---- certificates ---- */

static bool add_certificates(Step *step, GError **err)
{
	g_autoptr(GPtrArray) found = certificates_read(step->job->file, NULL);

	if (!found)
		return fail(err, ERR_CONFIG,
		            _("%s holds neither a private key with its certificate nor a certificate"),
		            step->job->name);
	for (guint i = 0; i < found->len; i++) {
		import_certificate(step->answer->changes, g_ptr_array_index(found, i));
		tell(step, g_ptr_array_index(found, i), NULL);
	}
	return true;
}

/* ---- the file ---- */

static void ask_password(Step *step, const GError *why)
{
	step->answer->turn = IMPORT_WANTS_PASSWORD;
	step->answer->sentence = step->job->password
	                                 ? g_strdup_printf("%s: %s", step->job->name, why->message)
	                                 : g_strdup_printf(_("%s has a password."), step->job->name);
}

/* False without *err: a person is asked. Many files have no password. */
static bool take_file(Step *step, GError **err)
{
	g_auto(SmimeKeyFile) file = { 0 };
	g_autoptr(GError) why = NULL;

	if (g_bytes_get_size(step->job->file) > LIMIT_KEY_FILE_BYTES)
		return fail(err, ERR_LIMIT, _("%s is larger than any file of keys"), step->job->name);
	if (smime_key_file_read(step->job->file, step->job->password, &file, &why))
		return add_keys(step, &file, err);
	if (error_is(why, ERR_CONFIG))
		return add_certificates(step, err);
	if (error_is(why, ERR_SIGN_IN))
		ask_password(step, why);
	else
		g_propagate_error(err, g_steal_pointer(&why));
	return false;
}

ImportAnswer *import_run(ImportJob *job, Store *store, StoreReader *reader)
{
	ImportAnswer *answer = g_new0(ImportAnswer, 1);
	g_autoptr(GString) told = g_string_new(NULL);
	Step step = { job, store, reader, answer, told };
	g_autoptr(GError) err = NULL;

	answer->job = job;
	answer->changes = certificate_changes_new();
	if (take_file(&step, &err)) {
		answer->turn = IMPORT_DONE;
		answer->sentence = g_strdup_printf(_("Imported: %s"), told->str);
		return answer;
	}
	g_clear_pointer(&answer->changes, g_ptr_array_unref);
	if (err) {
		answer->turn = IMPORT_FAILED;
		answer->sentence = g_strdup(err->message);
	}
	return answer;
}
