/* telling: the state of an account in one word and one sentence, told when it changes. */
#pragma once
#include "sync/desk.h"

void telling_update(Desk *desk, const Plan *plan);
/* The same state once more, to the peer of the door whose wish id this is. Trouble of before, which
 * a new wish may end, is told only to one who @is_syncing. */
void telling_repeat(Desk *desk, int64_t wish_id, bool is_syncing);
