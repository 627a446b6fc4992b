/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which addresses are of the public internet, by the registries of special-purpose addresses. What is
 * not known to be public is not. Any thread.
 */

#include <offhook/web-client.h>

#include <offhook/error.h>
#include <string.h>

/* RFC 6890 and its successors. */
static const char *const offhook_web_special[] = {
    "0.0.0.0/8",     "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16",
    "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24", "192.168.0.0/16",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4",
    "2001::/23",     "2001:db8::/32",   "2002::/16",      "3fff::/20",      NULL,
};
/* All that is given out for the public of IPv6. */
#define PUBLIC_V6 "2000::/3"

/* Behind these an IPv4 address is reached. */
static const char *const offhook_web_embedding[] = {"::ffff:0:0/96", "64:ff9b::/96", NULL};

static gboolean
offhook_web_is_within(GInetAddress *address, const char *range)
{
	g_autoptr(GInetAddressMask) mask = g_inet_address_mask_new_from_string(range, NULL);

	return g_inet_address_mask_matches(mask, address);
}

static gboolean
offhook_web_is_within_any(GInetAddress *address, const char *const *ranges)
{
	for (; *ranges != NULL; ranges++)
		if (offhook_web_is_within(address, *ranges))
			return TRUE;
	return FALSE;
}

gboolean
offhook_web_is_public_address(GInetAddress *address)
{
	const guint8 *bytes = g_inet_address_to_bytes(address);

	if (g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV4)
		return !offhook_web_is_within_any(address, offhook_web_special);
	if (offhook_web_is_within_any(address, offhook_web_embedding)) {
		g_autoptr(GInetAddress) inner =
		    g_inet_address_new_from_bytes(bytes + 12, G_SOCKET_FAMILY_IPV4);

		return offhook_web_is_public_address(inner);
	}
	return offhook_web_is_within(address, PUBLIC_V6) &&
	       !offhook_web_is_within_any(address, offhook_web_special);
}

gboolean
offhook_web_guard_private(GInetSocketAddress *address, gpointer user_data, GError **error)
{
	GInetAddress *inet = g_inet_socket_address_get_address(address);
	g_autofree char *text = NULL;

	if (offhook_web_is_public_address(inet))
		return TRUE;
	text = g_inet_address_to_string(inet);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
		    "the address %s is not of the public internet, and no other is allowed", text);
	return FALSE;
}
