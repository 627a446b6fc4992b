/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook top: the calls in their order, and the screen.
 */

#include "cli/calls/top.h"

#include <string.h>

#include <offhook/json.h>

#include "cli/client/client.h"
#include "cli/print/describe.h"
#include "cli/print/table.h"

/* Above the table: two lines, an empty one, the titles; below it what the keys do. */
#define OFFHOOK_TOP_OTHER_LINES 6

static const char *const offhook_top_orders[] = {
    [OFFHOOK_TOP_LENGTH] = "length",
    [OFFHOOK_TOP_DELAY] = "delay",
    [OFFHOOK_TOP_STATE] = "state",
    [OFFHOOK_TOP_ASSISTANT] = "assistant",
};

const char *
offhook_top_get_order_name(OffhookTopOrder order)
{
	return offhook_top_orders[order];
}

/* ---- the order ---- */

static double
offhook_top_get_number(JsonObject *call, const char *member)
{
	return json_object_get_double_member_with_default(call, member, -1);
}

static gint
offhook_top_compare_by(JsonObject *a, JsonObject *b, OffhookTopOrder order)
{
	double difference = 0;

	if (order == OFFHOOK_TOP_STATE)
		return g_strcmp0(offhook_client_get(a, "status"), offhook_client_get(b, "status"));
	if (order == OFFHOOK_TOP_ASSISTANT)
		return g_strcmp0(offhook_client_get(a, "assistant"),
				 offhook_client_get(b, "assistant"));
	if (order == OFFHOOK_TOP_DELAY)
		difference =
		    offhook_top_get_number(b, "delay_ms") - offhook_top_get_number(a, "delay_ms");
	return difference < 0 ? -1 : difference > 0;
}

/* Calls that are alike: the one that has lasted longest is first. */
static gint
offhook_top_compare_cb(gconstpointer a, gconstpointer b, gpointer order)
{
	gint by = offhook_top_compare_by((JsonObject *)a, (JsonObject *)b,
					 (OffhookTopOrder)GPOINTER_TO_UINT(order));

	return by != 0 ? by
		       : g_strcmp0(offhook_client_get((JsonObject *)a, "start_time"),
				   offhook_client_get((JsonObject *)b, "start_time"));
}

/* ---- the view ---- */

static gint
offhook_top_compare_numbers(gconstpointer a, gconstpointer b)
{
	double difference = *(const double *)a - *(const double *)b;

	return difference < 0 ? -1 : difference > 0;
}

/* Of the last answer of each call. */
static JsonObject *
offhook_top_view_answers(JsonArray *calls)
{
	JsonObject *answers = json_object_new();
	g_autoptr(GArray) delays = g_array_new(FALSE, FALSE, sizeof(double));

	for (guint i = 0; i < json_array_get_length(calls); i++) {
		double delay =
		    offhook_top_get_number(json_array_get_object_element(calls, i), "delay_ms");

		if (delay >= 0)
			g_array_append_val(delays, delay);
	}
	g_array_sort(delays, offhook_top_compare_numbers);
	json_object_set_int_member(answers, "count", delays->len);
	if (delays->len == 0)
		return answers;
	json_object_set_double_member(answers, "median_ms",
				      g_array_index(delays, double, delays->len / 2));
	json_object_set_double_member(answers, "slowest_ms",
				      g_array_index(delays, double, delays->len - 1));
	return answers;
}

static JsonObject *
offhook_top_view_server(JsonObject *health, double load)
{
	JsonObject *server = json_object_new();
	JsonObject *memory = json_object_get_object_member(health, "memory");
	JsonArray *elders = offhook_json_get_array(health, "older_processes");

	json_object_set_string_member(server, "version", offhook_client_get(health, "version"));
	json_object_set_string_member(server, "status", offhook_client_get(health, "status"));
	json_object_set_double_member(server, "uptime",
				      json_object_get_double_member(health, "uptime"));
	json_object_set_int_member(server, "active_calls",
				   json_object_get_int_member(health, "active_calls"));
	if (elders != NULL)
		json_object_set_array_member(server, "older_processes", json_array_ref(elders));
	json_object_set_int_member(server, "memory", json_object_get_int_member(memory, "rss"));
	if (load >= 0)
		json_object_set_double_member(server, "load", load);
	return server;
}

JsonObject *
offhook_top_view(GList *calls, JsonObject *health, double load, OffhookTopOrder order)
{
	g_autoptr(GList) sorted = g_list_sort_with_data(g_list_copy(calls), offhook_top_compare_cb,
							GUINT_TO_POINTER(order));
	JsonObject *view = json_object_new();
	JsonArray *array = json_array_new();

	for (GList *each = sorted; each != NULL; each = each->next)
		json_array_add_object_element(array, json_object_ref(each->data));
	json_object_set_object_member(view, "server", offhook_top_view_server(health, load));
	json_object_set_object_member(view, "answers", offhook_top_view_answers(array));
	json_object_set_array_member(view, "calls", array);
	return view;
}

/* ---- the screen ---- */

#define OFFHOOK_TOP_TEXT(name, member)                                                             \
	static char *offhook_top_print_##name(JsonObject *call)                                    \
	{                                                                                          \
		return g_strdup(offhook_client_get(call, member));                                 \
	}
OFFHOOK_TOP_TEXT(state, "status")
OFFHOOK_TOP_TEXT(way, "direction")
OFFHOOK_TOP_TEXT(assistant, "assistant")
OFFHOOK_TOP_TEXT(provider, "provider")
OFFHOOK_TOP_TEXT(speaker, "speaker")

/* What tail shows, and every command takes. */
static char *
offhook_top_print_id(JsonObject *call)
{
	const char *id = offhook_client_get(call, "call_id");
	gsize length = strlen(id);

	return g_strdup(length > 6 ? id + length - 6 : id);
}

static char *
offhook_top_print_length(JsonObject *call)
{
	g_autoptr(GDateTime) start =
	    g_date_time_new_from_iso8601(offhook_client_get(call, "start_time"), NULL);
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();

	if (start == NULL)
		return g_strdup("-");
	return offhook_table_print_length(
	    MAX(g_date_time_difference(now, start) / (double)G_USEC_PER_SEC, 0));
}

static char *
offhook_top_print_number(JsonObject *call, const char *member, const char *unit)
{
	double number = offhook_top_get_number(call, member);

	return number >= 0 ? g_strdup_printf("%.0f%s", number, unit) : g_strdup("-");
}

static char *
offhook_top_print_turns(JsonObject *call)
{
	return offhook_top_print_number(call, "turns", "");
}

static char *
offhook_top_print_delay(JsonObject *call)
{
	return offhook_top_print_number(call, "delay_ms", " ms");
}

static char *
offhook_top_print_own(JsonObject *call)
{
	return offhook_top_print_number(call, "own_ms", " ms");
}

static void
offhook_top_draw_head(GString *screen, JsonObject *view)
{
	JsonObject *server = json_object_get_object_member(view, "server");
	JsonObject *answers = json_object_get_object_member(view, "answers");
	g_autofree char *up =
	    offhook_table_print_length(json_object_get_double_member(server, "uptime"));
	g_autofree char *older = offhook_describe_elders(server);

	g_string_append_printf(
	    screen, "offhookd %s: %s, up %s, %" G_GINT64_FORMAT " calls%s, %.0f MiB",
	    offhook_client_get(server, "version"), offhook_client_get(server, "status"), up,
	    json_object_get_int_member(server, "active_calls"), older,
	    (double)json_object_get_int_member(server, "memory") / (1 << 20));
	if (json_object_has_member(server, "load"))
		g_string_append_printf(screen, ", %.1f %% of a processor",
				       json_object_get_double_member(server, "load"));
	g_string_append_c(screen, '\n');
	if (json_object_has_member(answers, "median_ms"))
		g_string_append_printf(
		    screen,
		    "the caller's last wait for an answer: %.0f ms (median), %.0f at most\n",
		    json_object_get_double_member(answers, "median_ms"),
		    json_object_get_double_member(answers, "slowest_ms"));
	else if (json_array_get_length(json_object_get_array_member(view, "calls")) > 0)
		g_string_append(screen, "nobody has waited for an answer yet\n");
	else
		g_string_append(screen, "nobody is on the telephone: a call is shown here as soon "
					"as it begins\n");
}

char *
offhook_top_draw(JsonObject *view, OffhookTopOrder order, guint n_lines)
{
	static const OffhookTableColumn columns[] = {
	    {"CALL", 6, 0, offhook_top_print_id},
	    {"STATE", 11, 0, offhook_top_print_state},
	    {"LENGTH", 8, 0, offhook_top_print_length},
	    {"SPEAKS", 7, 0, offhook_top_print_speaker},
	    {"DELAY", 8, 0, offhook_top_print_delay},
	    {"OWN", 7, 2, offhook_top_print_own},
	    {"TURNS", 5, 3, offhook_top_print_turns},
	    {"ASSISTANT", 16, 1, offhook_top_print_assistant},
	    {"WAY", 8, 4, offhook_top_print_way},
	    {"PROVIDER", 12, 5, offhook_top_print_provider},
	    {NULL},
	};
	GString *screen = g_string_new(NULL);
	JsonArray *calls = json_object_get_array_member(view, "calls");
	guint n = json_array_get_length(calls);
	guint room = MAX(n_lines, OFFHOOK_TOP_OTHER_LINES) - OFFHOOK_TOP_OTHER_LINES;

	offhook_top_draw_head(screen, view);
	if (n > 0) {
		g_string_append_c(screen, '\n');
		offhook_table_append(screen, columns, calls, room);
	}
	if (n > room)
		g_string_append_printf(screen, "and %u more\n", n - room);
	return g_string_free(screen, FALSE);
}
