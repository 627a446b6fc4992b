/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Recordings at Vonage: their webhook says where they are, and there they are fetched from. Main
 * thread.
 */

#include "vonage-request.h"

#include <offhook/json.h>
#include <string.h>

#define MAX_KNOWN 4096

/* The time between two of Vonage's, or -1. They are written with a "T" or a space, with or without Z. */
static gint64
offhook_vonage_get_duration_ms(const char *from, const char *to)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GDateTime) begin = from != NULL ? g_date_time_new_from_iso8601(from, utc) : NULL;
	g_autoptr(GDateTime) end = to != NULL ? g_date_time_new_from_iso8601(to, utc) : NULL;
	GTimeSpan span = begin != NULL && end != NULL ? g_date_time_difference(end, begin) : -1;

	return span >= 0 ? span / G_TIME_SPAN_MILLISECOND : -1;
}

/* The name it has in its URL, under which it can be asked for again. (nullable) */
static const char *
offhook_vonage_get_name(const char *url)
{
	const char *slash = url != NULL ? strrchr(url, '/') : NULL;

	return slash != NULL && offhook_vonage_id_is_valid(slash + 1) ? slash + 1 : NULL;
}

void
offhook_vonage_take_recording(const OffhookVonageDesk *desk, const OffhookVonageRequest *request)
{
	const char *url = offhook_vonage_request_get(request, "recording_url");
	const char *name = offhook_vonage_get_name(url);
	OffhookRecordingReport report = {
	    .call_id = request->call != NULL ? request->call->call_id : NULL,
	    .provider_recording_id = name,
	    .state = OFFHOOK_RECORDING_READY,
	    .duration_ms =
		offhook_vonage_get_duration_ms(offhook_vonage_request_get(request, "start_time"),
					       offhook_vonage_request_get(request, "end_time")),
	    .channels = 2,
	};

	if (name == NULL || report.call_id == NULL)
		return;
	/* Those forgotten are asked for at the configured address. */
	if (g_hash_table_size(desk->recordings) >= MAX_KNOWN)
		g_hash_table_remove_all(desk->recordings);
	g_hash_table_insert(desk->recordings, g_strdup(name), g_strdup(url));
	offhook_call_host_report_recording(desk->host, desk->driver, &report);
}
