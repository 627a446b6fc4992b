/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the service manager is told, by a socket that stands in its place.
 */

#include "harness.h"

#include <gio/gunixsocketaddress.h>

#include "base/service-manager.h"

static void
test_extend_start(void)
{
	g_autofree char *dir = harness_make_dir();
	g_autofree char *path = g_build_filename(dir, "notify", NULL);
	g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
	g_autoptr(GError) error = NULL;
	g_autoptr(GSocket) manager = g_socket_new(G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_DATAGRAM,
						  G_SOCKET_PROTOCOL_DEFAULT, &error);
	char told[256] = "";

	g_assert_no_error(error);
	g_assert_true(g_socket_bind(manager, address, FALSE, &error));
	g_setenv("NOTIFY_SOCKET", path, TRUE);
	offhook_service_manager_extend_start(120, "much to do");
	g_socket_set_blocking(manager, FALSE);
	if (g_socket_receive(manager, told, sizeof told - 1, NULL, &error) < 0) {
		g_assert_error(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
		g_test_skip("built without libsystemd");
	} else {
		g_assert_cmpstr(told, ==, "EXTEND_TIMEOUT_USEC=120000000\nSTATUS=much to do");
	}
	harness_remove_dir(dir);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/service-manager/extend-start", test_extend_start);
	return g_test_run();
}
