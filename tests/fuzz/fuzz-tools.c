/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fuzz-tools.h"

#include <string.h>

void
fuzz_each_line(const guint8 *data, gsize size, FuzzLineFunc func, gpointer user_data)
{
	const char *line = (const char *)data;
	const char *end = line + size;

	while (line < end) {
		const char *newline = memchr(line, '\n', (gsize)(end - line));
		const char *stop = newline != NULL ? newline : end;

		func(user_data, line, (gsize)(stop - line));
		line = stop + 1;
	}
}

gboolean
fuzz_receive(OffhookWireProtocol *protocol, OffhookMediaPort *port, OffhookWireKind kind,
	     const void *data, gsize size)
{
	/* A copy of exactly this size, so that a sanitizer sees a read beyond its end. */
	g_autofree guint8 *copy = g_memdup2(data, size);
	g_autoptr(GError) error = NULL;
	gboolean taken = offhook_wire_protocol_receive(protocol, port, kind, copy, size, &error);

	g_assert_cmpint(taken, ==, error == NULL);
	return taken;
}

OffhookWebhook *
fuzz_make_webhook(const char *base, const char *path, gboolean get, const guint8 *data, gsize size)
{
	g_autofree char *query = get ? g_strndup((const char *)data, size) : g_strdup("");
	g_autofree char *url = g_strconcat(base, path, get ? "?" : "", query, NULL);
	g_autoptr(GBytes) body = get ? NULL : g_bytes_new(data, size);

	return offhook_webhook_new(get ? "GET" : "POST", url, path, body);
}

static void
fuzz_drop_log_cb(const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
	g_assert_cmpint(level & (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR), ==, 0);
}

void
fuzz_drop_log(void)
{
	g_log_set_default_handler(fuzz_drop_log_cb, NULL);
}
