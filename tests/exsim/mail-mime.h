/* mail-mime: what GMime makes of a message, for whoever of the simulator reads one. */
#pragma once
#include <glib.h>
#include <gmime/gmime.h>

/* The caller's, g_object_unref(); NULL if it is none. */
GMimeMessage *mail_mime_parse(GBytes *mime);
