/*
 * log: lines for whoever looks into a problem: time, level, class, message. Never a secret, never
 * the content of a message. WIRE is what goes over it and when, by size. Only sync, ui and cli
 * write; library floors return errors. Any thread.
 * Control bytes of @format's arguments are shown as escapes, so a server cannot forge a line.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

typedef enum { LOG_NONE, LOG_ERROR, LOG_INFO, LOG_DEBUG, LOG_WIRE } LogLevel;

/* Opens (0600, appending) @path, or the standard error output if NULL. At LOG_NONE nothing is
 * opened. */
bool log_open(const char *path, LogLevel level, GError **err);
void log_close(void);

void log_line(LogLevel level, const char *class_name, const char *format, ...) G_GNUC_PRINTF(3, 4);

#define log_error(class_name, ...) log_line(LOG_ERROR, class_name, __VA_ARGS__)
#define log_info(class_name, ...)  log_line(LOG_INFO, class_name, __VA_ARGS__)
#define log_debug(class_name, ...) log_line(LOG_DEBUG, class_name, __VA_ARGS__)
#define log_wire(class_name, ...)  log_line(LOG_WIRE, class_name, __VA_ARGS__)
