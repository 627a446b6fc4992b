/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reads queries of /history. Main thread.
 */

#include "http/calls/history-filter.h"
#include "http/calls/page.h"

#include "base/json.h"
#include "base/timestamp.h"

#define OFFHOOK_HTTP_DAYS 30

gboolean
offhook_http_history_read_filter(OffhookHttpRequest *request, OffhookHistoryFilter *filter,
				 GError **error)
{
	filter->status = offhook_http_request_get_query(request, "status");
	filter->phone_number = offhook_http_request_get_query(request, "phone_number");
	filter->direction = offhook_http_request_get_query(request, "direction");
	filter->provider = offhook_http_request_get_query(request, "provider");
	filter->assistant = offhook_http_request_get_query(request, "assistant");
	filter->text = offhook_http_request_get_query(request, "text");
	return offhook_http_request_get_time(request, "from", &filter->from_us, error) &&
	       offhook_http_request_get_time(request, "to", &filter->to_us, error) &&
	       offhook_http_request_get_figure(request, "min_duration", &filter->min_duration_s,
					       error) &&
	       offhook_http_request_get_figure(request, "max_duration", &filter->max_duration_s,
					       error) &&
	       offhook_http_request_get_figure(request, "min_cost", &filter->min_cost, error) &&
	       offhook_http_request_get_figure(request, "max_cost", &filter->max_cost, error);
}

gboolean
offhook_http_history_read_search(OffhookHttpRequest *request, OffhookSearchFilter *filter,
				 GError **error)
{
	filter->text = offhook_http_request_get_query(request, "text");
	filter->role = offhook_http_request_get_query(request, "role");
	filter->call_id = offhook_http_request_get_query(request, "call_id");
	filter->assistant = offhook_http_request_get_query(request, "assistant");
	filter->cursor = offhook_http_request_get_query(request, "cursor");
	if (filter->text == NULL)
		return offhook_json_refuse(error, "text", "", "words to look for");
	return offhook_http_request_get_time(request, "from", &filter->from_us, error) &&
	       offhook_http_request_get_time(request, "to", &filter->to_us, error) &&
	       offhook_http_page_read_limit(request, OFFHOOK_HISTORY_MAX_HITS, &filter->limit,
					    error);
}

static gboolean
offhook_http_history_read_groups(const char *text, OffhookStatisticsGroups *groups, GError **error)
{
	static const struct {
		const char *name;
		OffhookStatisticsGroups group;
	} known[] = {{"day", OFFHOOK_STATISTICS_BY_DAY},
		     {"provider", OFFHOOK_STATISTICS_BY_PROVIDER},
		     {"assistant", OFFHOOK_STATISTICS_BY_ASSISTANT}};
	g_auto(GStrv) names = g_strsplit(text, ",", -1);

	for (guint i = 0; names[i] != NULL; i++) {
		guint k;

		for (k = 0; k < G_N_ELEMENTS(known); k++)
			if (g_str_equal(names[i], known[k].name))
				break;
		if (k == G_N_ELEMENTS(known))
			return offhook_json_refuse(error, "group_by", text,
						   "day, provider, assistant, or several of them "
						   "with commas between");
		*groups |= known[k].group;
	}
	return TRUE;
}

gboolean
offhook_http_history_read_statistics(OffhookHttpRequest *request, OffhookStatisticsFilter *filter,
				     GError **error)
{
	const char *groups = offhook_http_request_get_query(request, "group_by");
	gint64 last_us = offhook_timestamp_now();
	gint64 first_us = -1;

	if (!offhook_http_request_get_time(request, "to", &last_us, error) ||
	    !offhook_http_request_get_time(request, "from", &first_us, error) ||
	    !offhook_http_history_read_groups(groups != NULL ? groups : "day", &filter->groups,
					      error))
		return FALSE;
	filter->last_day = last_us / OFFHOOK_TIMESTAMP_DAY_US;
	filter->first_day = first_us >= 0 ? first_us / OFFHOOK_TIMESTAMP_DAY_US
					  : MAX(filter->last_day - OFFHOOK_HTTP_DAYS + 1, 0);
	filter->provider = offhook_http_request_get_query(request, "provider");
	filter->assistant = offhook_http_request_get_query(request, "assistant");
	return TRUE;
}
