#include "sync/carrier.h"

typedef struct {
	Carrier  carrier;
	NetLoop *loop;
} NetCarrier;

static NetLoop *loop_of(Carrier *carrier) { return ((NetCarrier *)carrier)->loop; }

/* A line over net/ is its client. */
static NetClient *client_of(CarrierLine *line) { return (NetClient *)line; }

static CarrierLine *net_open(Carrier *carrier, const Account *account, GError **err)
{
	return (CarrierLine *)net_client_new(loop_of(carrier), account, NULL, net_user_agent(),
	                                     err);
}

static CarrierLine *net_open_guest(Carrier *carrier, const Account *account,
                                   const NetGuestRules *rules, GError **err)
{
	return (CarrierLine *)net_guest_new(loop_of(carrier), account, rules, err);
}

static void net_close(CarrierLine *line) { net_client_free(client_of(line)); }

static void net_set_password(CarrierLine *line, Secret *password)
{
	net_client_set_password(client_of(line), password);
}

static uint64_t net_send(CarrierLine *line, HttpRequest *request, NetDone done, void *data)
{
	return net_client_send(client_of(line), request, done, data);
}

static void net_cancel(CarrierLine *line, uint64_t id) { net_client_cancel(client_of(line), id); }

static void net_reset(CarrierLine *line) { net_client_reset(client_of(line)); }

static void net_watch(Carrier *carrier, int fd, NetReady ready, void *data)
{
	net_loop_watch(loop_of(carrier), fd, ready, data);
}

static void net_turn(Carrier *carrier, int64_t deadline_ms)
{
	net_loop_turn(loop_of(carrier), deadline_ms);
}

static void net_free(Carrier *carrier)
{
	net_loop_free(loop_of(carrier));
	g_free(carrier);
}

static const CarrierOps net_carrier_ops = {
	net_open,   net_open_guest, net_close, net_set_password, net_send,
	net_cancel, net_reset,      net_watch, net_turn,         net_free,
};

Carrier *carrier_new(const Clock *clock, GError **err)
{
	g_autoptr(NetLoop) loop = net_loop_new(clock, err);

	if (!loop)
		return NULL;

	NetCarrier *net = g_new0(NetCarrier, 1);

	net->carrier.ops = &net_carrier_ops;
	net->loop = g_steal_pointer(&loop);
	return &net->carrier;
}
