/*
 * address: which addresses are everyone's, and which belong to this machine or its network, where
 * nothing that a stranger wrote may send us. Pure; any thread.
 */
#pragma once
#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

/*
 * True for an address that the whole internet can reach. Loopback, private, link-local, shared,
 * reserved and multicast ones are not, nor an IPv6 one that carries such an IPv4 one inside
 * (mapped, NAT64, 6to4), nor any other family. Source: the special-purpose registries of RFC 6890.
 */
bool address_is_public(const struct sockaddr *address);

/*
 * @host as a resolver reads an address: "127.0.0.1", and also "127.1", "0x7f000001", "017700000001"
 * and "2130706433"; IPv6 without brackets. False: it is a name.
 */
bool address_of_literal(const char *host, struct sockaddr_storage *ret_address);
