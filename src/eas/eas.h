/*
 * eas: Exchange ActiveSync, versions 12.1, 14.0, 14.1 and 16.1, as a Backend ([MS-ASCMD],
 * [MS-ASHTTP], [MS-ASPROV], [MS-ASEMAIL], [MS-ASAIRS]). Pure, as backend.h asks; any thread, one
 * task at a time each.
 */
#pragma once
#include "backend/backend.h"

/* Account.protocol "eas"; static. */
const Backend *eas_backend(void);
