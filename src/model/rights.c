#include "model/rights.h"

#include "base/i18n.h"

static bool refuse(const char *reason, const char **ret_reason)
{
	if (ret_reason)
		*ret_reason = _(reason);
	return false;
}

bool rights_allow(guint needs, const RightsContext *context, const char **ret_reason)
{
	const struct { guint need; bool is_missing; const char *reason; } rows[] = {
		{ NEEDS_ACCOUNT, !context->has_account,
		  N_("No account is set up: run “postern account add ADDRESS”.") },
		{ NEEDS_ITEM, !context->has_item, N_("No message is selected.") },
		{ NEEDS_CHANGE, context->is_out_of_window,
		  N_("This message is older than the sync period and read-only; make the period "
		     "longer first.") },
		{ NEEDS_CHANGE, context->is_elsewhere,
		  N_("This message is on the server alone: it can be read, saved and answered from "
		     "here, not changed.") },
		{ NEEDS_NETWORK, context->is_offline,
		  N_("This needs the server, and --offline was asked for.") },
		{ NEEDS_STRANGERS, context->is_among_ourselves,
		  N_("Nothing is fetched from other servers: read.remote_images is never.") },
	};

	if (context->is_locked && !(needs & EVEN_LOCKED))
		return refuse(N_("Postern is locked: type the passphrase."), ret_reason);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		if (needs & rows[i].need && rows[i].is_missing)
			return refuse(rows[i].reason, ret_reason);
	return true;
}
