/*
 * mime/seven_bit: a mail for roads that do not keep every byte. Pure; any thread.
 */
#pragma once
#include <glib.h>

/*
 * @message with each part that is not ASCII in quoted-printable or base64, and the rest as it was,
 * lines ending in CRLF; in embedded messages, too. What is signed or encrypted stays as it is, as do
 * header fields and a message over the limits of mime/scan.h. The caller's.
 */
GBytes *mime_seven_bit(GBytes *message);
