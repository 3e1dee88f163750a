/*
 * softtoken: a token of SoftHSM's called "cards", made anew in a folder of its own, for tests: a PKCS#11 module that shares
 * nothing with us.
 */
#pragma once
#include "support/lab.h"

#define SOFT_PIN "123456"

/* One that is wary wants its PIN each time, as those for signatures that bind by law do. */
typedef enum { SOFT_KEY, SOFT_WARY_KEY, SOFT_CERTIFICATE } SoftKind;
typedef struct { const LabPerson *person; SoftKind kind; } SoftKey;

typedef struct { const char *module; char *dir; } SoftToken;

/* False: SoftHSM is not installed. */
bool soft_token_init(SoftToken *token, const SoftKey *keys, size_t count);
void soft_token_clear(SoftToken *token);
