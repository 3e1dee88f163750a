/*
 * paths: where Postern keeps things, by the XDG base directory rules. All state follows the XDG_*
 * variables, so that a test (or a second profile) has a world of its own. Any thread.
 */
#pragma once
#include <glib.h>

typedef struct {
	char *config_dir;    /* $XDG_CONFIG_HOME/postern: config, accounts/NAME.conf */
	char *data_dir;      /* $XDG_DATA_HOME/postern: the store, index and key slot */
	char *state_dir;     /* $XDG_STATE_HOME/postern: log, history */
	char *cache_dir;     /* $XDG_CACHE_HOME/postern: what may be deleted at any time */
	char *runtime_dir;   /* $XDG_RUNTIME_DIR/postern, else state_dir/run: sockets, locks */
} Paths;

/* Reads the environment; nothing is made. Relative values are ignored, as the standard asks. */
Paths *paths_new(void);
void   paths_free(Paths *paths);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Paths, paths_free)

/* Where the program @name of ours lies that is no command of a person's: beside this one, as it is
 * built, else where it is installed. Free with g_free. */
char *paths_helper(const char *name);

/* As a person types a path: "~" and "~/…" become the home folder's. Free with g_free. */
char *paths_expand_home(const char *typed);
