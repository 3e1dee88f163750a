/* telling: the state of an account in one word and one sentence, told when it changes. */
#pragma once
#include "sync/desk.h"

void telling_update(Desk *desk, const Plan *plan);
