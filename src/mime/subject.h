/*
 * mime/subject: "Re:" and its kin. Clients in other languages write "AW:", "SV:", "回复：" …; all of
 * them, in any number, make way for one of ours. Pure; any thread.
 */
#pragma once

/* Without prefixes, also behind a list's "[tag]"; what is left when there is nothing else is "".
 * @subject may be NULL. Free with g_free. It is the Thread-Topic too. */
char *subject_base(const char *subject);

/* "Re: …" and "Fwd: …", as RFC 5322 3.6.5 has it: in no language. Free with g_free. */
char *subject_reply(const char *subject);
char *subject_forward(const char *subject);
