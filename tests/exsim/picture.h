/*
 * picture: what lies on the web beside the mailbox, for mail that refers to it: GET /pictures/NAME without signing in.
 * "….png" is a small picture of one colour, "….svg" a drawing, "away" leads to "away.png"; nothing else is there.
 */
#pragma once
#include "exsim/answer.h"

#define PICTURE_PATH "/pictures/"

/* Fills in the answer to a GET of @path. Pure. */
void picture_answer(const char *path, Answer *answer);
