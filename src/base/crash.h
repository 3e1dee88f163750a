/*
 * crash: numbered points at which a test may end the process as kill -9 would. With
 * POSTERN_CRASH_AT=n in the environment the n-th point reached ends it (n from 1); with
 * POSTERN_CRASH_COUNT=FILE the number of points passed is written there at exit. Without either,
 * a point costs one load. Any thread.
 */
#pragma once

/* @where names the step, for the log of the test: "store: before commit". */
void crash_point(const char *where);
