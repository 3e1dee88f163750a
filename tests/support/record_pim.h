/* record_pim: every field that an item has, as lines; part of the log of support/sink.h. */
#pragma once
#include "model/pim.h"

/* "event id=1:7\n" and its fields, one a line; appended to @out. */
void record_pim(GString *out, const PimItem *item);
