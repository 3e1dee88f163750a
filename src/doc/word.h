/* doc/word: what Outlook's editor writes and no parser of HTML knows. */
#pragma once

/*
 * Cuts out Word's "<![if …]>" and "<![endif]>" in place: to browsers they are comments, to
 * libxml2 text. Those within real comments end in "]-->" and stay.
 */
void word_cut_conditions(char *text);
