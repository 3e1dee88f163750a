#include "ui/screen/gallery.h"

#include <string.h>

#include "base/i18n.h"
#include "store/picture.h"

/* A picture as it is drawn, or is being drawn, for a box. */
typedef struct {
	Drawing *drawing;            /* NULL: it is awaited, or cannot be drawn */
	int      columns, rows;      /* the box it was asked for */
	int64_t  serial;             /* of the job that is awaited; 0 none */
	bool     is_in_vain;         /* the terminal shows no pictures */
} Sketch;

struct Gallery {
	ScreenHost *host;
	int64_t    *serial;
	int64_t     message_id;
	bool        is_shown;
	GalleryWeb  web;             /* store NULL: not known yet */
	bool        is_web_asked;    /* a person has asked for what lies on other servers */
	bool        has_refused;     /* some, since the last page */
	int         columns, rows;
	GPtrArray  *pictures;        /* of Picture, as the last page had them; NULL: no page yet */
	GHashTable *sketches;        /* reference -> Sketch */
	GHashTable *wishes;          /* wish id -> reference */
};

static void sketch_free(Sketch *sketch)
{
	drawing_unref(sketch->drawing);
	g_free(sketch);
}

Gallery *gallery_new(ScreenHost *host, int64_t *serial)
{
	Gallery *gallery = g_new0(Gallery, 1);

	gallery->host = host;
	gallery->serial = serial;
	gallery->columns = gallery->rows = 1;
	gallery->sketches = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
	                                          (GDestroyNotify)sketch_free);
	gallery->wishes = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	return gallery;
}

void gallery_free(Gallery *gallery)
{
	if (!gallery)
		return;
	g_clear_pointer(&gallery->pictures, g_ptr_array_unref);
	g_hash_table_unref(gallery->sketches);
	g_hash_table_unref(gallery->wishes);
	g_free(gallery);
}

void gallery_set_message(Gallery *gallery, int64_t message_id)
{
	if (gallery->message_id == message_id)
		return;
	gallery->message_id = message_id;
	gallery->is_shown = gallery->is_web_asked = false;
	gallery->web = (GalleryWeb){ 0 };
	g_clear_pointer(&gallery->pictures, g_ptr_array_unref);
	g_hash_table_remove_all(gallery->sketches);
	g_hash_table_remove_all(gallery->wishes);
}

void gallery_set_box(Gallery *gallery, int columns, int rows)
{
	gallery->columns = CLAMP(columns, 1, DRAWING_SIDE_MAX);
	gallery->rows = CLAMP(rows, 1, DRAWING_SIDE_MAX);
}

void gallery_redraw(Gallery *gallery) { g_hash_table_remove_all(gallery->sketches); }
void gallery_show(Gallery *gallery, bool is_shown) { gallery->is_shown = is_shown; }
bool gallery_is_shown(const Gallery *gallery) { return gallery->is_shown; }

/* ---- what lies on other servers ---- */

void gallery_set_web(Gallery *gallery, const GalleryWeb *web)
{
	bool is_first = !gallery->web.store;

	gallery->web = *web;
	if (is_first && web->consent == CONSENT_GIVEN)
		gallery->is_shown = true;
}

void gallery_ask_web(Gallery *gallery)
{
	gallery->is_shown = gallery->is_web_asked = true;
	if (gallery->pictures)
		pictures_forgive(gallery->pictures);
}

static bool may_ask_web(const Gallery *gallery)
{
	return gallery->web.consent == CONSENT_GIVEN ||
	       (gallery->web.consent == CONSENT_ASK && gallery->is_web_asked);
}

/* Before the page is here nobody knows what it has. */
bool gallery_has_unasked(const Gallery *gallery)
{
	const GalleryWeb *web = &gallery->web;

	if (!gallery->is_shown || gallery->is_web_asked || web->consent == CONSENT_GIVEN)
		return false;
	return gallery->pictures ? pictures_count(gallery->pictures).remote > 0
	                         : !web->store || web->consent == CONSENT_ASK;
}

static void add_host(const Picture *picture, GPtrArray *hosts)
{
	g_autofree char *host = picture->is_remote ? consent_host(picture->reference) : NULL;
	char *said = host && picture->is_tracker ? g_strdup_printf(_("%s (tracker)"), host)
	                                         : g_steal_pointer(&host);

	if (said && !g_ptr_array_find_with_equal_func(hosts, said, g_str_equal, NULL))
		g_ptr_array_add(hosts, said);
	else
		g_free(said);
}

char *gallery_web_hosts(const Gallery *gallery)
{
	g_autoptr(GPtrArray) hosts = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; gallery->pictures && i < gallery->pictures->len; i++)
		add_host(g_ptr_array_index(gallery->pictures, i), hosts);
	if (hosts->len == 0)
		return NULL;
	g_ptr_array_add(hosts, NULL);
	return g_strjoinv(", ", (char **)hosts->pdata);
}

/* ---- drawing ---- */

static bool is_for_box(const Gallery *gallery, const Sketch *sketch)
{
	return sketch->columns == gallery->columns && sketch->rows == gallery->rows;
}

static void refuse(Gallery *gallery, const char *reference, const char *sentence)
{
	g_autofree char *kept = g_strdup(reference);

	pictures_refuse(gallery->pictures, kept, sentence);
	gallery->has_refused = true;
}

static void draw(Gallery *gallery, const Picture *picture)
{
	Sketch *sketch = g_hash_table_lookup(gallery->sketches, picture->reference);

	if (sketch && is_for_box(gallery, sketch))
		return;
	DrawJob *job = g_new0(DrawJob, 1);
	*job = (DrawJob){ ++*gallery->serial, g_bytes_ref(picture->bytes), gallery->columns,
		          gallery->rows };
	sketch = g_new0(Sketch, 1);
	*sketch = (Sketch){ .columns = gallery->columns,
		            .rows = gallery->rows,
		            .serial = job->serial };
	g_hash_table_insert(gallery->sketches, g_strdup(picture->reference), sketch);
	if (gallery->host->ops->draw(gallery->host, job))
		return;
	sketch->serial = 0;
	sketch->is_in_vain = gallery->has_refused = true;
}

/* @wish_id: of what was wished for it; 0: nothing could be. */
static void await(Gallery *gallery, const Picture *picture, int64_t wish_id)
{
	g_autofree char *reference = g_strdup(picture->reference);

	if (!wish_id) {
		refuse(gallery, reference,
		       _("This needs the server, and there is no connection to it now."));
		return;
	}
	pictures_ask(gallery->pictures, reference);
	g_hash_table_insert(gallery->wishes, g_memdup2(&wish_id, sizeof wish_id),
	                    g_steal_pointer(&reference));
}

static void ask_part(Gallery *gallery, const Picture *picture)
{
	await(gallery, picture,
	      gallery->host->ops->wish_part(gallery->host, gallery->message_id, picture->part));
}

static void wish_picture(Gallery *gallery, const Picture *picture, const char *url)
{
	const GalleryWeb *web = &gallery->web;
	int64_t wish_id = gallery->host->ops->wish_picture(gallery->host, web->account_id,
	                                                   gallery->message_id, url);

	if (wish_id)
		g_hash_table_add(web->wishes, g_memdup2(&wish_id, sizeof wish_id));
	await(gallery, picture, wish_id);
}

/* What came once is shown without asking anybody; what failed is asked for again only by a
 * person. */
static void ask_web(Gallery *gallery, const Picture *picture, const char *url)
{
	const GalleryWeb *web = &gallery->web;
	g_autoptr(GBytes) kept = NULL;
	g_autofree char *failure = NULL;
	g_autoptr(GError) err = NULL;

	if (!store_read_picture(web->store, web->account_id, url, &kept, &failure, &err))
		refuse(gallery, picture->reference, err->message);
	else if (kept)
		pictures_take(gallery->pictures, picture->reference, kept);
	else if (failure && !gallery->is_web_asked)
		refuse(gallery, picture->reference, failure);
	else if (may_ask_web(gallery))
		wish_picture(gallery, picture, url);
}

static void go_on_with_web(Gallery *gallery, const Picture *picture)
{
	g_autoptr(GError) err = NULL;
	g_autofree char *url = NULL;

	if (picture->is_tracker || !gallery->web.store)
		return;
	url = consent_url(picture->reference, gallery->is_web_asked, &err);
	if (url)
		ask_web(gallery, picture, url);
	else if (may_ask_web(gallery))
		refuse(gallery, picture->reference, err->message);
	if (picture->state == PICTURE_READY)
		draw(gallery, picture);
}

/* What a page of the whole mail will bring by itself needs no wish. */
static void go_on_with(Gallery *gallery, const Picture *picture)
{
	if (picture->state == PICTURE_READY)
		draw(gallery, picture);
	else if (picture->state != PICTURE_HIDDEN || picture->mime_part >= 0)
		return;
	else if (picture->is_remote)
		go_on_with_web(gallery, picture);
	else if (picture->part)
		ask_part(gallery, picture);
	else if (!g_str_has_prefix(picture->reference, "data:"))
		refuse(gallery, picture->reference, _("The mail does not have this picture."));
}

static void go_on(Gallery *gallery)
{
	for (guint i = 0; gallery->is_shown && gallery->pictures && i < gallery->pictures->len; i++)
		go_on_with(gallery, g_ptr_array_index(gallery->pictures, i));
}

/* ---- pages ---- */

/* NULL: nothing speaks against it. */
static const char *complaint(const Picture *picture, const Sketch *sketch)
{
	return sketch && sketch->is_in_vain
	               ? _("This terminal shows no pictures; :set ui.pictures may help.")
	               : picture->sentence;
}

static bool is_awaited(const Gallery *gallery, const Picture *picture, const Sketch *sketch)
{
	switch (picture->state) {
	case PICTURE_FETCHING: return true;
	case PICTURE_READY:    return !sketch || sketch->serial;
	case PICTURE_HIDDEN:   return !picture->is_tracker &&
		                      (!picture->is_remote || may_ask_web(gallery));
	default:               return false;
	}
}

void gallery_prepare(const Gallery *gallery, PageJob *job)
{
	job->shows_pictures = gallery->is_shown;
	if (!gallery->is_shown)
		return;
	job->pictures = page_pictures_new();
	for (guint i = 0; gallery->pictures && i < gallery->pictures->len; i++) {
		const Picture *picture = g_ptr_array_index(gallery->pictures, i);
		const Sketch  *sketch = g_hash_table_lookup(gallery->sketches, picture->reference);
		PagePicture   *known = g_new0(PagePicture, 1);
		*known = (PagePicture){ .reference = g_strdup(picture->reference),
			                .alt = g_strdup(picture->alt),
			                .is_awaited = is_awaited(gallery, picture, sketch),
			                .sentence = g_strdup(complaint(picture, sketch)),
			                .drawing = sketch ? drawing_ref(sketch->drawing) : NULL };
		g_ptr_array_add(job->pictures, known);
	}
}

bool gallery_take(Gallery *gallery, const Page *page)
{
	if (!page->pictures || gallery->pictures == page->pictures)
		return false;
	if (gallery->pictures)
		pictures_keep(page->pictures, gallery->pictures);
	g_ptr_array_ref(page->pictures);
	g_clear_pointer(&gallery->pictures, g_ptr_array_unref);
	gallery->pictures = page->pictures;
	gallery->has_refused = false;
	go_on(gallery);
	return gallery->has_refused;
}

/* ---- answers ---- */

static char *take_wish(Gallery *gallery, int64_t wish_id)
{
	gpointer key = NULL, reference = NULL;

	if (wish_id && g_hash_table_steal_extended(gallery->wishes, &wish_id, &key, &reference))
		g_free(key);
	return reference;
}

bool gallery_fetched(Gallery *gallery, int64_t wish_id, GBytes *content)
{
	g_autofree char *reference = content ? take_wish(gallery, wish_id) : NULL;

	if (!reference || !gallery->pictures)
		return false;
	pictures_take(gallery->pictures, reference, content);
	go_on(gallery);
	return true;
}

bool gallery_failed(Gallery *gallery, int64_t wish_id, const char *sentence)
{
	g_autofree char *reference = take_wish(gallery, wish_id);

	if (!reference || !gallery->pictures)
		return false;
	refuse(gallery, reference, sentence ? sentence : "");
	return true;
}

bool gallery_drawn(Gallery *gallery, const Drawn *drawn)
{
	GHashTableIter iter;
	gpointer       reference, value;

	g_hash_table_iter_init(&iter, gallery->sketches);
	while (g_hash_table_iter_next(&iter, &reference, &value)) {
		Sketch *sketch = value;
		if (sketch->serial != drawn->serial)
			continue;
		sketch->serial = 0;
		sketch->drawing = drawing_ref(drawn->drawing);
		if (!drawn->drawing && gallery->pictures)
			refuse(gallery, reference, drawn->sentence);
		return true;
	}
	return false;
}

bool gallery_is_settled(const Gallery *gallery)
{
	GHashTableIter iter;
	gpointer       sketch;

	g_hash_table_iter_init(&iter, gallery->sketches);
	while (g_hash_table_iter_next(&iter, NULL, &sketch))
		if (((const Sketch *)sketch)->serial)
			return false;
	return true;
}
