/*
 * app/compose_check: what a person is asked before a mail leaves. Each is a question, never a
 * refusal. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "model/draft.h"

/*
 * True if the person's own words (subject and body without quoted lines, signature and quoted
 * original) speak of an attachment in one of the languages we know, and nothing is attached.
 */
bool compose_forgot_attachment(const Draft *draft);

/* The recipients whose domain is none of @domains nor a subdomain of one (of char *): of char *,
 * "a@b.test", each once. What is no address is left out. */
GPtrArray *compose_external(const Draft *draft, const GPtrArray *domains);
