/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook show: one call as it went: what was said, what happened between, how long each answer took.
 */

#include <stdlib.h>

#include "base/json.h"
#include "cli/client/call-id.h"
#include "cli/command/commands.h"
#include "cli/print/describe.h"
#include "cli/print/clean.h"
#include "cli/print/table.h"

/* ---- all that happened ---- */

static void
offhook_show_event_cb(JsonArray *array, guint index, JsonNode *node, gpointer user_data)
{
	JsonObject *event = json_node_get_object(node);
	g_autofree char *data =
	    offhook_json_to_string(json_object_get_object_member(event, "data"));

	g_print("%s  %-18s  %s\n", offhook_client_get(event, "timestamp"),
		offhook_client_get(event, "type"), data);
}

static int
offhook_show_events(OffhookClient *client, const char *id, GError **error)
{
	g_autofree char *path = offhook_call_id_make_path(client, id, "events", error);
	g_autoptr(JsonObject) reply =
	    path != NULL ? offhook_client_request(client, "GET", path, NULL, error) : NULL;

	if (reply == NULL)
		return EXIT_FAILURE;
	if (!offhook_client_print_json(client, reply))
		json_array_foreach_element(json_object_get_array_member(reply, "events"),
					   offhook_show_event_cb, NULL);
	return EXIT_SUCCESS;
}

/* ---- the conversation ---- */

/** A line of it. */
typedef struct {
	char *time; /* RFC 3339, all of one length: in the order of texts */
	char *text;
	guint place;
} OffhookShowLine;

static void
offhook_show_line_free(gpointer data)
{
	OffhookShowLine *line = data;

	g_free(line->time);
	g_free(line->text);
	g_free(line);
}

/* @text: (transfer full) */
static void
offhook_show_add(GPtrArray *lines, const char *time, char *text)
{
	OffhookShowLine *line = g_new(OffhookShowLine, 1);

	line->time = g_strdup(time);
	line->text = text;
	line->place = lines->len;
	g_ptr_array_add(lines, line);
}

static gint
offhook_show_compare(gconstpointer a, gconstpointer b)
{
	const OffhookShowLine *one = *(OffhookShowLine *const *)a;
	const OffhookShowLine *other = *(OffhookShowLine *const *)b;
	gint order = g_strcmp0(one->time, other->time);

	/* Of one millisecond: as they were told, what was said first. */
	return order != 0 ? order : (gint)one->place - (gint)other->place;
}

/* The turn whose answer a message is. (nullable) */
static JsonObject *
offhook_show_find_turn(JsonArray *turns, const char *message_id)
{
	for (guint i = 0; i < json_array_get_length(turns); i++) {
		JsonObject *turn = json_array_get_object_element(turns, i);

		if (g_str_equal(offhook_client_get(turn, "assistant_message_id"), message_id))
			return turn;
	}
	return NULL;
}

static char *
offhook_show_describe_message(JsonObject *message, JsonArray *turns)
{
	const char *role = offhook_client_get(message, "role");
	g_autofree char *content = offhook_clean_text(offhook_client_get(message, "content"));
	JsonObject *turn = offhook_show_find_turn(turns, offhook_client_get(message, "id"));
	g_autofree char *times = turn != NULL ? offhook_describe_turn(turn) : NULL;
	GString *text = g_string_new(NULL);

	g_string_printf(text, "%-9s  %s%s",
			g_str_equal(role, "user")        ? "caller"
			: g_str_equal(role, "assistant") ? "agent"
							 : role,
			content,
			json_object_get_boolean_member(message, "interrupted") ? " [interrupted]"
									       : "");
	if (json_object_has_member(message, "confidence"))
		g_string_append_printf(text, "  (confidence %.2f)",
				       json_object_get_double_member(message, "confidence"));
	if (times != NULL) {
		g_autofree char *usage = offhook_describe_usage(turn);

		g_string_append_printf(text, "\n%36s(%s%s)", "", times, usage);
	}
	return g_string_free(text, FALSE);
}

/* What happened besides what is said by the lines of messages. (transfer full) (nullable) */
static char *
offhook_show_describe_event(const char *type, JsonObject *data)
{
	const char *who;
	g_autofree char *text = offhook_describe_event(type, data, &who);

	if (text != NULL)
		return g_strdup_printf("%-9s  %s", who, text);
	if (g_str_equal(type, "tool.completed")) {
		g_autofree char *end = offhook_describe_tool_fully(data);

		return g_strdup_printf("%-9s  %s", "tool", end);
	}
	if (g_str_equal(type, "prompt.sent"))
		return g_strdup_printf("%-9s  %s", "agent", offhook_client_get(data, "message"));
	if (g_str_equal(type, "dtmf.received"))
		return g_strdup_printf("%-9s  [key %s]", "caller",
				       offhook_client_get(data, "digit"));
	if (g_str_equal(type, "message.unclear"))
		return g_strdup_printf("%-9s  [not understood]", "caller");
	if (g_str_equal(type, "conversation.summarised"))
		return g_strdup_printf("%-9s  %s", "summary", offhook_client_get(data, "summary"));
	if (g_str_equal(type, "error.occurred"))
		return g_strdup_printf("%-9s  %s", "error", offhook_client_get(data, "message"));
	if (g_str_equal(type, "call.ringing") || g_str_equal(type, "call.answered") ||
	    g_str_equal(type, "call.held") || g_str_equal(type, "call.resumed") ||
	    g_str_equal(type, "call.muted") || g_str_equal(type, "call.unmuted") ||
	    g_str_has_prefix(type, "call.transferr") || g_str_equal(type, "call.returned") ||
	    g_str_equal(type, "call.interrupted"))
		return g_strdup_printf("%-9s  %s", "call", type + strlen("call."));
	return NULL;
}

/* Whether @prompt is a line of the transcript, which of one that was interrupted has what was heard. */
static gboolean
offhook_show_is_in_transcript(JsonArray *messages, const char *prompt)
{
	for (guint i = 0; i < json_array_get_length(messages); i++) {
		JsonObject *message = json_array_get_object_element(messages, i);
		const char *content = offhook_client_get(message, "content");

		if (!g_str_equal(offhook_client_get(message, "role"), "assistant"))
			continue;
		if (g_str_equal(content, prompt) ||
		    (json_object_get_boolean_member(message, "interrupted") &&
		     g_str_has_prefix(prompt, content)))
			return TRUE;
	}
	return FALSE;
}

static void
offhook_show_collect_events(GPtrArray *lines, JsonObject *reply, JsonArray *messages)
{
	JsonArray *events = json_object_get_array_member(reply, "events");

	for (guint i = 0; i < json_array_get_length(events); i++) {
		JsonObject *event = json_array_get_object_element(events, i);
		JsonObject *data = json_object_get_object_member(event, "data");
		const char *type = offhook_client_get(event, "type");
		char *text;

		/* A prompt that is in the transcript is shown as that. */
		if (g_str_equal(type, "prompt.sent") &&
		    offhook_show_is_in_transcript(messages, offhook_client_get(data, "message")))
			continue;
		text = offhook_show_describe_event(type, data);
		if (text != NULL)
			offhook_show_add(lines, offhook_client_get(event, "timestamp"), text);
	}
}

static void
offhook_show_print_lines(JsonObject *call, JsonObject *events)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(offhook_show_line_free);
	JsonArray *messages = json_object_get_array_member(call, "transcription");
	JsonArray *turns = json_object_get_array_member(call, "turns");

	for (guint i = 0; i < json_array_get_length(messages); i++) {
		JsonObject *message = json_array_get_object_element(messages, i);

		offhook_show_add(lines, offhook_client_get(message, "timestamp"),
				 offhook_show_describe_message(message, turns));
	}
	if (events != NULL)
		offhook_show_collect_events(lines, events, messages);
	g_ptr_array_sort(lines, offhook_show_compare);
	for (guint i = 0; i < lines->len; i++) {
		const OffhookShowLine *line = g_ptr_array_index(lines, i);

		g_print("%s  %s\n", line->time, line->text);
	}
}

static void
offhook_show_print_leg_cb(JsonArray *array, guint index, JsonNode *node, gpointer user_data)
{
	g_print("%s%s", index == 0 ? "to pass it on there was call " : ", ",
		json_node_get_string(node));
}

/* The calls that it has to do with. */
static void
offhook_show_print_others(JsonObject *call)
{
	const char *origin = offhook_client_get(call, "origin_call_id");
	JsonArray *legs = json_object_has_member(call, "legs")
			      ? json_object_get_array_member(call, "legs")
			      : NULL;

	if (!g_str_equal(origin, "-"))
		g_print("placed to pass on call %s\n", origin);
	if (legs == NULL || json_array_get_length(legs) == 0)
		return;
	json_array_foreach_element(legs, offhook_show_print_leg_cb, NULL);
	g_print("\n");
}

static void
offhook_show_print_head(JsonObject *call)
{
	g_autofree char *usage = offhook_describe_usage(call);
	const char *assistant = offhook_client_get(call, "assistant");
	const char *recording = offhook_client_get(call, "recording_url");

	g_print("%s %s %s through %s: %s, %.1f s%s\n", offhook_client_get(call, "call_id"),
		offhook_client_get(call, "direction"), offhook_client_get(call, "phone_number"),
		offhook_client_get(call, "provider"), offhook_client_get(call, "status"),
		json_object_get_double_member(call, "duration"), usage);
	g_print("from %s to %s, assistant %s, began %s%s\n", offhook_client_get(call, "from"),
		offhook_client_get(call, "to"), assistant, offhook_client_get(call, "start_time"),
		g_str_equal(recording, "-") ? "" : ", recorded (offhook play)");
	offhook_show_print_others(call);
}

int
offhook_command_show(OffhookClient *client, const OffhookWords *words, GError **error)
{
	const char *given = offhook_words_get_argument(words, 0);
	g_autofree char *path = NULL;
	g_autofree char *events_path = NULL;
	g_autoptr(JsonObject) call = NULL;
	g_autoptr(JsonObject) events = NULL;

	if (offhook_words_has(words, "events"))
		return offhook_show_events(client, given, error);
	path = offhook_call_id_make_path(client, given, "status", error);
	if (path != NULL)
		call = offhook_client_request(client, "GET", path, NULL, error);
	if (call == NULL)
		return EXIT_FAILURE;
	if (offhook_client_print_json(client, call))
		return EXIT_SUCCESS;
	/* A call of which nothing is told any more still has its transcript. */
	events_path =
	    offhook_call_id_make_path(client, offhook_client_get(call, "call_id"), "events", NULL);
	if (events_path != NULL)
		events = offhook_client_request(client, "GET", events_path, NULL, NULL);
	offhook_show_print_head(call);
	offhook_show_print_lines(call, events);
	return EXIT_SUCCESS;
}
