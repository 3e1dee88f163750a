#include "net/picture.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"

/* @at: where the magic stands. The first name is the registered one. */
typedef struct {
	const char *names[4];
	const char *magic;
	size_t      len, at;
} PictureKind;

static const PictureKind kinds[] = {
	{ { "image/png", "image/x-png" }, "\x89PNG\r\n\x1a\n", 8, 0 },
	{ { "image/jpeg", "image/jpg", "image/pjpeg" }, "\xff\xd8\xff", 3, 0 },
	{ { "image/gif" }, "GIF8", 4, 0 },
	{ { "image/webp" }, "WEBP", 4, 8 },
	{ { "image/bmp", "image/x-ms-bmp" }, "BM", 2, 0 },
};

const char *picture_accept(void)
{
	return "image/png, image/jpeg, image/gif, image/webp, image/bmp";
}

static const PictureKind *kind_named(const char *type)
{
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		for (const char *const *name = kinds[i].names; *name; name++)
			if (strcmp(*name, type) == 0)
				return &kinds[i];
	return NULL;
}

static bool has_magic(GBytes *body, const PictureKind *kind)
{
	gsize len;
	const char *bytes = g_bytes_get_data(body, &len);

	return len >= kind->at + kind->len &&
	       memcmp(bytes + kind->at, kind->magic, kind->len) == 0;
}

static bool check_status(const HttpResponse *response, const char *host, GError **err)
{
	ErrorKind kind = response->status >= 500 || response->status == 429 ? ERR_SERVER
	                 : response->status == 404 || response->status == 410 ? ERR_NOT_FOUND
	                                                                      : ERR_FORBIDDEN;

	return response->status == 200 ||
	       fail(err, kind, _("%s answers %d and no picture"), host, response->status);
}

static bool check_type(const HttpResponse *response, const char *host, GError **err)
{
	const char *header = http_response_header(response, "content-type");
	g_autofree char *cut = g_strndup(header ? header : "", strcspn(header ? header : "", ";"));
	g_autofree char *type = text_lower_ascii(g_strstrip(cut));
	g_autofree char *shown = text_visible(type);
	const PictureKind *kind = kind_named(type);

	if (g_str_has_prefix(type, "image/svg"))
		return fail(err, ERR_UNSUPPORTED,
		            _("%s sends SVG, which may hold programs and is not shown"), host);
	if (!kind)
		return fail(err, ERR_UNSUPPORTED,
		            _("%s sends “%.80s”, which is no picture we show"), host, shown);
	return has_magic(response->body, kind) ||
	       fail(err, ERR_UNSUPPORTED, _("what %s sends is not the %s that it says it is"), host,
	            kind->names[0]);
}

bool picture_check(const HttpResponse *response, GError **err)
{
	g_auto(HttpUrl) url = { 0 };

	if (!http_url_parse(response->url, &url, err))
		return false;
	return check_status(response, url.host, err) && check_type(response, url.host, err);
}
