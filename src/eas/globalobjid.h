/*
 * globalobjid: the calendar's UID inside a meeting request's GlobalObjId, as servers up to 14.1
 * send it
 * ([MS-ASEMAIL] 2.2.2.37, [MS-OXOCAL] 2.2.1.27). Pure.
 */
#pragma once

/* @base64 as on the wire. The UID, NULL if it is none; free with g_free. */
char *globalobjid_to_uid(const char *base64);
