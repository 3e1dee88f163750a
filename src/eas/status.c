#include "eas/status.h"

#include "base/i18n.h"

static const StatusRow rows[] = {
#define STATUS(family, code, kind, reach, text)                                                    \
	{ FAMILY_##family, code, ERR_##kind, REACH_##reach, text },
#include "eas/status.def"
#undef STATUS
};

/* As it stands in a message: "Sync status 4". */
static const char *const family_names[] = {
	[FAMILY_COMMON] = "status",         [FAMILY_HTTP] = "HTTP",
	[FAMILY_SYNC] = "Sync status",      [FAMILY_FOLDERS] = "FolderSync status",
	[FAMILY_PING] = "Ping status",      [FAMILY_PROVISION] = "Provision status",
	[FAMILY_POLICY] = "policy status",  [FAMILY_SETTINGS] = "Settings status",
	[FAMILY_ITEMS] = "ItemOperations status", [FAMILY_ESTIMATE] = "GetItemEstimate status",
	[FAMILY_MOVE] = "MoveItems status", [FAMILY_FOLDER_CREATE] = "FolderCreate status",
	[FAMILY_FOLDER_CHANGE] = "folder status",
	[FAMILY_SEARCH] = "Search status", [FAMILY_FIND] = "Find status",
	[FAMILY_RESOLVE] = "ResolveRecipients status",
	[FAMILY_VALIDATE] = "ValidateCert status",
	[FAMILY_RESPOND] = "MeetingResponse status",
};

static const StatusRow *find_in(StatusFamily family, int code)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (rows[i].family == family && rows[i].code == code)
			return &rows[i];
	return NULL;
}

const StatusRow *status_find(StatusFamily family, int code)
{
	const StatusRow *row = find_in(family, code);

	return row || family == FAMILY_HTTP ? row : find_in(FAMILY_COMMON, code);
}

/* [MS-ASCMD] MoveItems Status: 3 is success there, and 1 an error. */
static int success_of(StatusFamily family)
{
	switch (family) {
	case FAMILY_HTTP:
		return 200;
	case FAMILY_MOVE:
		return 3;
	default:
		return 1;
	}
}

bool status_check(StatusFamily family, int code, GError **err)
{
	const StatusRow *row;

	if (code == success_of(family))
		return true;
	row = status_find(family, code);
	if (!row)
		return fail(err, ERR_SERVER,
		            _("the server answered with a number we do not know (%s %d)"),
		            family_names[family], code);
	return fail(err, row->kind, "%s (%s %d)", _(row->text), family_names[family], code);
}
