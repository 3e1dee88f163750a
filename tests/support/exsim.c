#include "support/exsim.h"

#include <gmime/gmime.h>
#include <string.h>

#include "base/text.h"
#include "exsim/answer.h"
#include "exsim/control.h"
#include "exsim/post.h"

struct Exsim {
	World *world;
	User  *alice;
};

Exsim *exsim_new(const char *versions)
{
	Exsim *exsim = g_new0(Exsim, 1);

	g_mime_init();
	exsim->world = world_new(clock_system(), 0);
	exsim->world->options.versions = versions;
	exsim->alice = world_add_user(exsim->world, "alice", "Alice Example", "wonderland");
	return exsim;
}

void exsim_free(Exsim *exsim)
{
	world_free(exsim->world);
	g_free(exsim);
}

char *exsim_order(Exsim *exsim, const char *order)
{
	g_autoptr(GString) reply = g_string_new(NULL);

	if (!control_run(exsim->world, order, reply))
		g_error("%s: %s", order, reply->str);
	return g_strdup(reply->str);
}

void exsim_deliver(Exsim *exsim, const char *subject)
{
	PostDraft draft = { .from = "bob@" WORLD_DOMAIN, .to = "alice@" WORLD_DOMAIN, .subject = subject, .text = "Hello.\n" };
	g_autoptr(GBytes) mime = post_compose(exsim->world, &draft);

	g_mutex_lock(&exsim->world->lock);
	g_assert_cmpuint(post_deliver(exsim->world, mime), ==, 1);
	world_changed(exsim->world);
	g_mutex_unlock(&exsim->world->lock);
}

/* The value of a header line of the request; NULL absent. */
static const char *header_of(const HttpRequest *request, const char *name)
{
	size_t len = strlen(name);

	for (guint i = 0; i < request->headers->len; i++) {
		const char *line = g_ptr_array_index(request->headers, i);
		if (text_has_prefix_ascii_case(line, name) && line[len] == ':')
			return line + len + 2;
	}
	return NULL;
}

static GHashTable *query_of(const HttpRequest *request)
{
	const char *query = strchr(request->url, '?');

	return g_uri_parse_params(query ? query + 1 : "", -1, "&", G_URI_PARAMS_NONE, NULL);
}

static int version_of(const HttpRequest *request)
{
	const char *text = header_of(request, "MS-ASProtocolVersion");
	g_auto(GStrv) digits = g_strsplit(text ? text : "12.1", ".", 2);
	g_autofree char *joined = g_strjoinv("", digits);
	int64_t version = 121;

	text_to_int(joined, 0, 999, &version);
	return (int)version;
}

static void read_request(Exsim *exsim, const HttpRequest *from, GHashTable *query, Request *to)
{
	const char *multipart = header_of(from, "MS-ASAcceptMultiPart"), *key = header_of(from, "X-MS-PolicyKey");
	int64_t policy_key = 0;

	text_to_int(key, 0, G_MAXUINT32, &policy_key);
	*to = (Request){
		.world = exsim->world, .user = exsim->alice, .cmd = g_strdup(g_hash_table_lookup(query, "Cmd")),
		.device = user_device(exsim->alice, g_hash_table_lookup(query, "DeviceId"), "Postern"),
		.version = version_of(from), .body = g_bytes_ref(from->body), .policy_key = (guint32)policy_key,
		.digest = g_compute_checksum_for_bytes(G_CHECKSUM_MD5, from->body), .wants_multipart = multipart != NULL,
		.began_ms = clock_uptime_ms(exsim->world->clock),
	};
}

static HttpResponse *response_of(const Answer *answer)
{
	HttpResponse *response = http_response_new(answer->http, answer->body);

	if (answer->content_type)
		g_hash_table_insert(response->headers, g_strdup("content-type"), g_strdup(answer->content_type));
	for (guint i = 0; i < answer->headers->len; i++) {
		g_auto(GStrv) halves = g_strsplit(g_ptr_array_index(answer->headers, i), ": ", 2);
		g_hash_table_insert(response->headers, text_lower_ascii(halves[0]), g_strdup(halves[1]));
	}
	response->is_chain_verified = true;
	return response;
}

static HttpResponse *answer_options(const Exsim *exsim)
{
	HttpResponse *response = http_response_new(200, NULL);

	g_hash_table_insert(response->headers, g_strdup("ms-asprotocolversions"), g_strdup(exsim->world->options.versions));
	g_hash_table_insert(response->headers, g_strdup("ms-asprotocolcommands"), answer_command_names(exsim->world));
	return response;
}

static void answer_at_once(Request *request, Answer *answer)
{
	answer_request(request, answer);
	if (!answer->wait_until_ms)
		return;
	request->began_ms -= answer->wait_until_ms;
	answer->wait_until_ms = 0;
	answer_request(request, answer);
}

HttpResponse *exsim_answer(Exsim *exsim, const HttpRequest *http)
{
	Answer answer = { .http = 200, .headers = g_ptr_array_new_with_free_func(g_free) };
	g_autoptr(GHashTable) query = query_of(http);
	Request request;

	if (strcmp(http->method, "OPTIONS") == 0) {
		g_ptr_array_unref(answer.headers);
		return answer_options(exsim);
	}
	g_mutex_lock(&exsim->world->lock);
	read_request(exsim, http, query, &request);
	answer_at_once(&request, &answer);
	g_mutex_unlock(&exsim->world->lock);
	HttpResponse *response = response_of(&answer);
	request_clear(&request);
	answer_clear(&answer);
	return response;
}
