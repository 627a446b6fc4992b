/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "dbus/path.h"

char *
offhook_dbus_make_path(const char *kind, const char *name)
{
	GString *path = g_string_new(OFFHOOK_DBUS_PATH);

	g_string_append_printf(path, "/%s/", kind);
	for (const char *c = name; *c != '\0'; c++) {
		if (g_ascii_isalnum(*c))
			g_string_append_c(path, *c);
		else
			g_string_append_printf(path, "_%02x", (guint8)*c);
	}
	return g_string_free(path, FALSE);
}
