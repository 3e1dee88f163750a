#include "exsim/manners.h"

#include "base/error.h"

/* Versions are as tried servers announce them; the client of this tree speaks none below 12.1. */
static const Manners all[] = {
	{ .name = "exchange", .versions = "12.1,14.0,14.1,16.0,16.1" },
	/* Alinto/sogo, ActiveSync: a ClientId means nothing to it, nor does Find; it knows the answer for colleagues alone, and
	 * says nothing of Provision, which it has. */
	{ .name = "sogo", .versions = "2.5,12.0,12.1,14.0,14.1", .lacking = "Find", .hidden = "Provision", .ignores_client_ids = true,
	  .only_internal_oof = true },
	/* grommunio-sync: Find looks in mailboxes alone. */
	{ .name = "grommunio", .versions = "12.0,12.1,14.0,14.1,16.0,16.1", .no_gal_by_find = true },
	/* HCL Traveler: no version above 14.1, and none of the commands that phones do not need; a message of more than 15 MB is
	 * refused by HTTP. No list of its ClientIds is documented, so it is taken to have none. */
	{ .name = "traveler", .versions = "2.5,12.0,12.1,14.0,14.1", .lacking = "Find,ResolveRecipients,ValidateCert", .ignores_client_ids = true,
	  .send_most_bytes = 15 * 1000 * 1000 },
};

bool manners_set(World *world, const char *name, GError **err)
{
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		if (g_strcmp0(all[i].name, name) != 0)
			continue;
		world->options.manners = &all[i];
		world->options.versions = all[i].versions;
		world->options.ignores_client_ids = all[i].ignores_client_ids;
		world->options.no_gal_by_find = all[i].no_gal_by_find;
		return true;
	}
	return fail(err, ERR_USAGE, "no server is called “%s”; it may be exchange, sogo, grommunio or traveler", name ? name : "");
}

static bool is_in(const char *list, const char *command)
{
	g_auto(GStrv) names = g_strsplit(list ? list : "", ",", -1);

	return g_strv_contains((const char *const *)names, command);
}

bool manners_lack(const World *world, const char *command)
{
	return world->options.manners && is_in(world->options.manners->lacking, command);
}

bool manners_hide(const World *world, const char *command)
{
	return manners_lack(world, command) || (world->options.manners && is_in(world->options.manners->hidden, command));
}
