/* search_id: what a Find is called: a GUID, the same for the same question ([MS-ASCMD] SearchId). */
#pragma once

/* Free with g_free. */
char *search_id_make(const char *what, const char *query);
