/*
 * smime/rounds: how much work it is to try a password, as the file asks for it: a stranger's must
 * not keep us busy for hours. Internal to smime/. Source: RFC 8018, RFC 7292, RFC 7914. Pure; any
 * thread.
 */
#pragma once
#include <openssl/pkcs12.h>
#include <stdbool.h>
#include <stdint.h>

/* What is left of LIMIT_KEY_FILE_ROUNDS for a file. */
typedef struct { int64_t left; } Rounds;

/* False from then on if @algorithm takes more than what is left; else that much less is left. */
bool rounds_take(Rounds *rounds, const X509_ALGOR *algorithm);
bool rounds_take_count(Rounds *rounds, const ASN1_INTEGER *count);      /* NULL: one */
