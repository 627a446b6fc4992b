/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Hits and statistics as JSON. Main thread.
 */

#include "http/calls/history-views.h"

#include <math.h>

#include "base/json.h"
#include "base/timestamp.h"
#include "http/calls/views.h"

static JsonArray *
offhook_view_places(const OffhookSearchSnippet *snippet)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; i < snippet->places->len; i++) {
		const OffhookSearchPlace *place =
		    &g_array_index(snippet->places, OffhookSearchPlace, i);
		JsonObject *object = json_object_new();

		json_object_set_int_member(object, "start", place->start);
		json_object_set_int_member(object, "length", place->length);
		json_array_add_object_element(array, object);
	}
	return array;
}

JsonObject *
offhook_view_hit(const OffhookSearchHit *hit, OffhookSearchQuery *query)
{
	g_autoptr(OffhookSearchSnippet) snippet =
	    offhook_search_query_make_snippet(query, hit->content);
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "message_id", hit->message_id);
	json_object_set_string_member(object, "conversation_id", hit->conversation_id);
	offhook_json_set_string(object, "call_id", hit->call_id);
	json_object_set_string_member(object, "role", hit->role);
	offhook_view_set_time(object, "timestamp", hit->at_us);
	json_object_set_boolean_member(object, "interrupted", hit->interrupted);
	json_object_set_string_member(object, "snippet", snippet->text);
	json_object_set_array_member(object, "highlights", offhook_view_places(snippet));
	offhook_view_set_time(object, "call_start_time", hit->call_created_us);
	offhook_json_set_string(object, "direction", hit->direction);
	offhook_json_set_string(object, "phone_number", hit->phone_number);
	offhook_json_set_string(object, "provider", hit->provider);
	offhook_json_set_string(object, "assistant", hit->assistant);
	return object;
}

char *
offhook_view_day(gint64 day)
{
	char *text = offhook_timestamp_format(day * OFFHOOK_TIMESTAMP_DAY_US);

	if (text != NULL)
		text[strlen("2024-05-01")] = '\0';
	return text;
}

/* To so many decimals: sums of many have long tails. */
static double
offhook_view_round(double value, double decimals)
{
	return round(value * decimals) / decimals;
}

JsonObject *
offhook_view_statistics(const OffhookStatisticsRecord *record, OffhookStatisticsGroups groups)
{
	g_autofree char *day =
	    (groups & OFFHOOK_STATISTICS_BY_DAY) != 0 ? offhook_view_day(record->day) : NULL;
	JsonObject *object = json_object_new();

	if (day != NULL)
		json_object_set_string_member(object, "day", day);
	if ((groups & OFFHOOK_STATISTICS_BY_PROVIDER) != 0)
		offhook_json_set_string(object, "provider", record->provider);
	if ((groups & OFFHOOK_STATISTICS_BY_ASSISTANT) != 0)
		offhook_json_set_string(object, "assistant",
					record->assistant != NULL && *record->assistant != '\0'
					    ? record->assistant
					    : NULL);
	json_object_set_int_member(object, "calls", record->calls);
	json_object_set_int_member(object, "answered", record->answered);
	json_object_set_double_member(
	    object, "answer_rate",
	    record->calls > 0
		? offhook_view_round((double)record->answered / (double)record->calls, 10000)
		: 0);
	json_object_set_double_member(
	    object, "minutes",
	    offhook_view_round((double)record->talk_us / (60.0 * G_USEC_PER_SEC), 1000));
	offhook_json_set_figure(object, "median_answer_delay_ms", record->answer_delay_ms);
	json_object_set_double_member(object, "cost", offhook_view_round(record->cost, 1000000));
	return object;
}
