/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any text as the header Offhook-Client, by which one process of the daemon says for whom it asks: who does not have the
 * key speaks for nobody but himself.
 */

#include "http/server/tunnel.h"

#include <string.h>

#define KEY "0193b6f0-7c11-7f3e-9a55-0123456789ab"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree char *header = g_strndup(size > 0 ? (const char *)data : "", size);
	g_autofree char *client = offhook_http_tunnel_read_client(header, KEY);

	g_assert_null(offhook_http_tunnel_read_client(header, NULL));
	g_assert_null(offhook_http_tunnel_read_client(header, ""));
	if (client == NULL)
		return 0;
	g_assert_true(g_str_has_prefix(header, KEY " "));
	g_assert_cmpstr(client, ==, header + strlen(KEY " "));
	g_assert_cmpint(*client, !=, '\0');
	return 0;
}
