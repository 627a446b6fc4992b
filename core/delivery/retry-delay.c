/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Delays. Any thread.
 */

#include "delivery/retry-delay.h"

#include <libsoup/soup.h>

#define OFFHOOK_RETRY_DELAY_FIRST_US G_GINT64_CONSTANT(1000000)
#define OFFHOOK_RETRY_DELAY_ASKED_US (G_GINT64_CONSTANT(86400) * G_USEC_PER_SEC)

gint64
offhook_retry_delay_make(guint failures)
{
	gint64 delay_us = OFFHOOK_RETRY_DELAY_FIRST_US << MIN(failures - 1, 20);

	return (gint64)((double)MIN(delay_us, OFFHOOK_RETRY_DELAY_MAX_US) *
			g_random_double_range(0.75, 1));
}

gint64
offhook_retry_delay_read(const OffhookWebResponse *response, gint64 now_us)
{
	const char *text =
	    response != NULL ? g_hash_table_lookup(response->headers, "retry-after") : NULL;
	g_autoptr(GDateTime) date = NULL;
	guint64 seconds;

	if (text == NULL)
		return 0;
	if (g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT32, &seconds, NULL))
		return MIN((gint64)seconds * G_USEC_PER_SEC, OFFHOOK_RETRY_DELAY_ASKED_US);
	date = soup_date_time_new_from_http_string(text);
	if (date == NULL)
		return 0;
	return CLAMP(g_date_time_to_unix(date) * G_USEC_PER_SEC - now_us, 0,
		     OFFHOOK_RETRY_DELAY_ASKED_US);
}
