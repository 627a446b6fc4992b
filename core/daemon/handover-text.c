/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/handover-text.h"

#include <string.h>

#include <offhook/error.h>

#define OFFHOOK_HANDOVER_CALLS       "calls "
#define OFFHOOK_HANDOVER_SCHEME      "http://"
#define OFFHOOK_HANDOVER_HOST        "127.0.0.1:"
#define OFFHOOK_HANDOVER_KEY_LETTERS G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_"

/* "http://KEY@127.0.0.1:43210"; older versions have no key. It becomes a part of a header. */
static gboolean
offhook_handover_text_is_url(const char *text)
{
	const char *rest;
	guint64 port;

	if (!g_str_has_prefix(text, OFFHOOK_HANDOVER_SCHEME))
		return FALSE;
	text += strlen(OFFHOOK_HANDOVER_SCHEME);
	rest = text + strspn(text, OFFHOOK_HANDOVER_KEY_LETTERS);
	if (rest > text && *rest == '@')
		text = rest + 1;
	return g_str_has_prefix(text, OFFHOOK_HANDOVER_HOST) &&
	       g_ascii_string_to_unsigned(text + strlen(OFFHOOK_HANDOVER_HOST), 10, 1, G_MAXUINT16,
					  &port, NULL);
}

char **
offhook_handover_text_read_urls(const char *text, GError **error)
{
	g_auto(GStrv) urls = g_strsplit(text, "\n", OFFHOOK_HANDOVER_MAX + 1);
	guint n = g_strv_length(urls);
	gboolean good = n >= 1 && n <= OFFHOOK_HANDOVER_MAX;

	for (guint i = 0; good && i < n; i++)
		good = offhook_handover_text_is_url(urls[i]);
	if (good)
		return g_steal_pointer(&urls);
	g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "the process before this one speaks in another way");
	return NULL;
}

char *
offhook_handover_text_write_calls(guint n)
{
	return g_strdup_printf(OFFHOOK_HANDOVER_CALLS "%u", n);
}

gboolean
offhook_handover_text_read_calls(const char *message, guint *n)
{
	guint64 number;

	if (!g_str_has_prefix(message, OFFHOOK_HANDOVER_CALLS) ||
	    !g_ascii_string_to_unsigned(message + strlen(OFFHOOK_HANDOVER_CALLS), 10, 0, G_MAXINT32,
					&number, NULL))
		return FALSE;
	*n = (guint)number;
	return TRUE;
}
