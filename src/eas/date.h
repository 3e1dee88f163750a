/*
 * date: the two forms of a moment on this wire, 2026-01-14T09:00:00.000Z and 20260114T090000Z
 * ([MS-ASDTYPE] 2.3). Both are read everywhere; fraction and Z may be missing, time is UTC. Pure.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* Milliseconds since 1970. False for anything else or a date that no calendar has; *ret_ms stays.
 * NULL is false. */
bool date_parse(const char *text, int64_t *ret_ms);
