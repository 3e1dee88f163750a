/*
 * policy: what a server's policy document ([MS-ASPROV] EASProvisionDoc, as XML) has to say of what
 * is kept here. Pure.
 */
#pragma once
#include "model/account.h"

/* Narrows how far back mail and calendars go to what the server allows (MaxEmailAgeFilter,
 * MaxCalendarAgeFilter; 0: anything). NULL: there is no policy. */
void policy_limit(const char *document_xml, Account *account);
