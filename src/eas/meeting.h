/* meeting: the MeetingRequest of a mail ([MS-ASEMAIL] 2.2.2.48). */
#pragma once
#include "eas/reply.h"

/* A ReplyTake for its children; @into is a Message whose meeting is not NULL. */
bool meeting_take(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err);
