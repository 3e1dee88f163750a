/*
 * oof: Settings Oof as the server keeps it for a user. Source: [MS-ASCMD] 2.2.1.18. The world's lock is held.
 */
#pragma once
#include <glib.h>

#include "exsim/answer.h"

/* Writes the Oof element that answers @asked: a Get, or a Set, which is carried out. */
void oof_answer(WbxmlWriter *writer, Request *request, const Element *asked);

/* What it says to whom, a line each. */
void oof_show(const UserOof *oof, GString *out);
void oof_clear(UserOof *oof);
