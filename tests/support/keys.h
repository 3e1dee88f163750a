/*
 * keys: what a person has who reads signed and encrypted mail, for tests: trust in an authority of the lab's, and a
 * key of one's own.
 */
#pragma once
#include "app/certificates.h"
#include "support/lab.h"
#include "support/tempstore.h"

/* Written into the store, and read from it. @own may be NULL. */
Certificates *keys_make(TempStore *temp, const LabPerson *anchor, const LabPerson *own);
