/* telling: the state of an account in one word and one sentence, told when it changes. */
#pragma once
#include "sync/desk.h"

void telling_update(Desk *desk, const Plan *plan);
/* The same state once more, to the peer of the door whose wish id this is. */
void telling_repeat(Desk *desk, int64_t wish_id);
