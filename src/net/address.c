#include "net/address.h"

#include <arpa/inet.h>
#include <glib.h>
#include <string.h>

#include "base/text.h"

enum { V4_BYTES = 4, V6_BYTES = 16 };

typedef struct { uint8_t bytes[V6_BYTES]; int bits; } Block;

static const Block v4_inside[] = {
	{ { 0 }, 8 },             /* this network */
	{ { 10 }, 8 },            /* private */
	{ { 100, 64 }, 10 },      /* shared by a provider */
	{ { 127 }, 8 },           /* loopback */
	{ { 169, 254 }, 16 },     /* link-local, where clouds keep their secrets */
	{ { 172, 16 }, 12 },      /* private */
	{ { 192, 0, 0 }, 24 },    /* protocols */
	{ { 192, 0, 2 }, 24 },    /* documentation */
	{ { 192, 88, 99 }, 24 },  /* relays to IPv6 */
	{ { 192, 168 }, 16 },     /* private */
	{ { 198, 18 }, 15 },      /* benchmarks */
	{ { 198, 51, 100 }, 24 }, /* documentation */
	{ { 203, 0, 113 }, 24 },  /* documentation */
	{ { 224 }, 3 },           /* multicast, reserved, broadcast */
};

/* Of what is given out to networks, 2000::/3; all else is not the internet's. */
static const Block v6_given = { { 0x20 }, 3 };
static const Block v6_inside[] = {
	{ { 0x20, 0x01, 0x00 }, 23 },             /* protocols, Teredo among them */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 },       /* documentation */
	{ { 0x3f, 0xff, 0x00 }, 20 },             /* documentation */
};

/* Where an IPv6 address carries an IPv4 one, which is what will be reached. */
static const struct { Block block; int at; } v4_carriers[] = {
	{ { { [10] = 0xff, [11] = 0xff }, 96 }, 12 },          /* ::ffff:a.b.c.d */
	{ { { 0x00, 0x64, 0xff, 0x9b }, 96 }, 12 },            /* NAT64 */
	{ { { 0x20, 0x02 }, 16 }, 2 },                         /* 6to4 */
};

static bool lies_in(const uint8_t *address, const Block *block)
{
	int whole = block->bits / 8, rest = block->bits % 8;
	uint8_t mask = (uint8_t)(0xff << (8 - rest));

	return memcmp(address, block->bytes, (size_t)whole) == 0 &&
	       (rest == 0 || (address[whole] & mask) == (block->bytes[whole] & mask));
}

static bool v4_is_public(const uint8_t *address)
{
	for (size_t i = 0; i < G_N_ELEMENTS(v4_inside); i++)
		if (lies_in(address, &v4_inside[i]))
			return false;
	return true;
}

static bool v6_is_public(const uint8_t *address)
{
	for (size_t i = 0; i < G_N_ELEMENTS(v4_carriers); i++)
		if (lies_in(address, &v4_carriers[i].block))
			return v4_is_public(address + v4_carriers[i].at);
	for (size_t i = 0; i < G_N_ELEMENTS(v6_inside); i++)
		if (lies_in(address, &v6_inside[i]))
			return false;
	return lies_in(address, &v6_given);
}

/* A sockaddr is a head of what it is: copied, for alignment and for the compiler's peace. */
bool address_is_public(const struct sockaddr *address)
{
	struct sockaddr_in  v4;
	struct sockaddr_in6 v6;

	if (address->sa_family == AF_INET) {
		memcpy(&v4, address, sizeof v4);
		return v4_is_public((const uint8_t *)&v4.sin_addr);
	}
	if (address->sa_family != AF_INET6)
		return false;
	memcpy(&v6, address, sizeof v6);
	return v6_is_public(v6.sin6_addr.s6_addr);
}

bool address_of_literal(const char *host, struct sockaddr_storage *ret_address)
{
	struct sockaddr_in  v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	g_autofree char *bare = g_strndup(host, strcspn(host, "%"));

	if (inet_aton(host, &v4.sin_addr))
		memcpy(ret_address, &v4, sizeof v4);
	else if (inet_pton(AF_INET6, bare, &v6.sin6_addr) == 1)
		memcpy(ret_address, &v6, sizeof v6);
	else
		return false;
	return true;
}
