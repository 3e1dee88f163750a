#include "smime/shown.h"

#include "mime/mime.h"

static bool same_content(const MimeMessage *a, const MimeMessage *b, int index)
{
	g_autoptr(GBytes) one = mime_part_content(a, index, NULL);
	g_autoptr(GBytes) other = mime_part_content(b, index, NULL);

	return one && other && g_bytes_equal(one, other);
}

static bool same_part(const MimeMessage *a, const MimeMessage *b, int index)
{
	const MimePart *one = g_ptr_array_index(a->parts, (guint)index);
	const MimePart *other = g_ptr_array_index(b->parts, (guint)index);

	return one->role == other->role && one->is_flowed == other->is_flowed &&
	       one->is_delsp == other->is_delsp && one->is_embedded == other->is_embedded &&
	       g_strcmp0(one->content_type, other->content_type) == 0 &&
	       g_strcmp0(one->charset, other->charset) == 0 &&
	       g_strcmp0(one->name, other->name) == 0 &&
	       g_strcmp0(one->content_id, other->content_id) == 0 && same_content(a, b, index);
}

static bool same_bodies(const GArray *a, const GArray *b)
{
	if (a->len != b->len)
		return false;
	for (guint i = 0; i < a->len; i++)
		if (g_array_index(a, int, i) != g_array_index(b, int, i))
			return false;
	return true;
}

bool shown_is_signed(GBytes *whole, GBytes *inner)
{
	g_autoptr(MimeMessage) all = mime_read(whole);
	g_autoptr(MimeMessage) part = mime_read(inner);

	if (all->parts->len != part->parts->len + 1 || all->warning || part->warning ||
	    !same_bodies(all->bodies, part->bodies))
		return false;
	for (guint i = 0; i < part->parts->len; i++)
		if (!same_part(all, part, (int)i))
			return false;
	return true;
}
