/* meeting: the little of iCalendar that a MeetingRequest tells. Source: RFC 5545, [MS-ASEMAIL] MeetingRequest. Pure. */
#pragma once
#include "exsim/mail.h"

/* The first event of @text, the caller's (free with g_free after its strings); NULL if there is none. *ret_class is static:
 * the MessageClass that goes with its METHOD; untouched for a mere publication. */
MailMeeting *meeting_read(const char *text, const char **ret_class);
