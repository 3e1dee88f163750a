/*
 * help: what the tables say, for people: --help, `postern help`, and the tables of the manual
 * pages. Pure, but for the person's language. Results are freed with g_free.
 */
#pragma once
#include "cli/verb.h"

/* Synopsis, description, options, three examples, exit codes. */
char *help_of_verb(const Verb *verb);

/* The verbs of @noun ("mail"), each with its summary; NULL if there are none. */
char *help_of_noun(const char *noun);

/* Every verb with its summary, by noun. */
char *help_overview(void);

/* A topic by name ("exit", "config", "keys"), NULL if there is none; help_topics() lists them,
 * NULL-ended, static. */
char              *help_topic(const char *name);
const char *const *help_topics(void);

/* The part of a manual page (man(7) macros) that the tables give, by its name: "verbs", "options",
 * "settings", "account", "exit", "keys". NULL: none. */
char *help_man_part(const char *name);
