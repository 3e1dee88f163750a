/*
 * invite: the mails about a meeting that a server of 16.0 and later sends by itself when its organiser makes, changes or
 * deletes it. Source: [MS-ASCAL] 3.2.4, RFC 5546. The world's lock is held.
 */
#pragma once
#include <stdbool.h>

#include "exsim/element.h"
#include "exsim/world.h"

typedef struct {
	World         *world;
	User          *user;         /* the organiser */
	const Element *item;         /* the event, as pim keeps it */
	bool           is_off;       /* it does not take place */
	/* Of a series, the one that is meant, by its original start; NULL all. @item has its times. */
	const char    *instance;
} Invitation;

/* Sends nothing if it is no meeting of the user's. */
void invite_send(const Invitation *invitation);
