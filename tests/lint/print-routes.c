/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Prints what the HTTP door answers, from the tables that it is routed by: method, path, the key of
 * [server] that limits it, and with what it is open. For rest-docs.py.
 */

#include "http/server/resources.h"
#include "ws/control.h"

static const char *
print_routes_name_access(OffhookRouteFlags flags)
{
	if (flags & OFFHOOK_ROUTE_OPEN)
		return "open";
	return flags & OFFHOOK_ROUTE_USER ? "user" : "token";
}

static void
print_routes_print(const OffhookRoute *routes)
{
	for (const OffhookRoute *route = routes; route->method != NULL; route++) {
		const char *key = offhook_rate_category_get_key(route->rate);

		g_print("%s\t%s\t%s\t%s\n", route->method, route->path, key != NULL ? key : "",
			print_routes_name_access(route->flags));
	}
}

int
main(void)
{
	for (guint i = 0; offhook_http_resources[i] != NULL; i++)
		print_routes_print(offhook_http_resources[i]);
	print_routes_print(offhook_control_routes);
	return 0;
}
