/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The call control objects this driver answers with, and how Vonage writes numbers. Any thread.
 */

#include "ncco.h"

#include <offhook/call.h>
#include <offhook/json.h>
#include <string.h>

char *
offhook_vonage_ncco_to_string(JsonArray *ncco)
{
	g_autoptr(JsonNode) root = json_node_init_array(json_node_alloc(), ncco);

	return offhook_json_node_to_string(root);
}

void
offhook_vonage_json_add_in_array(JsonObject *object, const char *name, const char *value)
{
	JsonArray *array = json_array_new();

	json_array_add_string_element(array, value);
	json_object_set_array_member(object, name, array);
}

static JsonObject *
offhook_vonage_ncco_add(JsonArray *ncco, const char *action)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "action", action);
	json_array_add_object_element(ncco, object);
	return object;
}

/* An empty connect action and, through @endpoint, its only endpoint. */
static JsonObject *
offhook_vonage_ncco_add_connect(JsonArray *ncco, const char *type, const char *event_url,
				JsonObject **endpoint)
{
	JsonObject *action = offhook_vonage_ncco_add(ncco, "connect");
	JsonArray *endpoints = json_array_new();

	*endpoint = json_object_new();
	json_object_set_string_member(*endpoint, "type", type);
	json_array_add_object_element(endpoints, *endpoint);
	json_object_set_array_member(action, "endpoint", endpoints);
	/* So that what goes wrong, and the end of our stream, are answered with what comes next. */
	json_object_set_string_member(action, "eventType", "synchronous");
	offhook_vonage_json_add_in_array(action, "eventUrl", event_url);
	json_object_set_string_member(action, "eventMethod", "POST");
	return action;
}

/*
 * The headers come back at the top level of the stream's first message, beside "event" and
 * "content-type", and fit well into their 512 bytes.
 */
static JsonObject *
offhook_vonage_ncco_make_headers(const OffhookVonageNccoStream *stream)
{
	JsonObject *headers = json_object_new();

	json_object_set_string_member(headers, "call_id", stream->call_id);
	if (stream->token != NULL)
		json_object_set_string_member(headers, "token", stream->token);
	return headers;
}

void
offhook_vonage_ncco_add_stream(JsonArray *ncco, const OffhookVonageNccoStream *stream)
{
	g_autofree char *type = g_strdup_printf("audio/l16;rate=%u", stream->rate);
	JsonObject *authorization = json_object_new();
	JsonObject *endpoint;

	offhook_vonage_ncco_add_connect(ncco, "websocket", stream->event_url, &endpoint);
	json_object_set_string_member(endpoint, "uri", stream->uri);
	json_object_set_string_member(endpoint, "content-type", type);
	json_object_set_object_member(endpoint, "headers",
				      offhook_vonage_ncco_make_headers(stream));
	if (stream->vonage || stream->token == NULL) {
		json_object_set_string_member(authorization, "type", "vonage");
	} else {
		g_autofree char *value = g_strconcat("Bearer ", stream->token, NULL);

		json_object_set_string_member(authorization, "type", "custom");
		json_object_set_string_member(authorization, "value", value);
	}
	json_object_set_object_member(endpoint, "authorization", authorization);
}

void
offhook_vonage_ncco_add_dial(JsonArray *ncco, const char *target, const char *from,
			     const char *event_url)
{
	gboolean sip = g_str_has_prefix(target, "sip:");
	g_autofree char *to = offhook_vonage_number_to_wire(target);
	g_autofree char *caller = from != NULL ? offhook_vonage_number_to_wire(from) : NULL;
	JsonObject *endpoint;
	JsonObject *action =
	    offhook_vonage_ncco_add_connect(ncco, sip ? "sip" : "phone", event_url, &endpoint);

	json_object_set_string_member(endpoint, sip ? "uri" : "number", to);
	if (caller != NULL)
		json_object_set_string_member(action, "from", caller);
}

void
offhook_vonage_ncco_add_record(JsonArray *ncco, const char *event_url)
{
	JsonObject *action = offhook_vonage_ncco_add(ncco, "record");

	json_object_set_string_member(action, "format", "wav");
	json_object_set_string_member(action, "split", "conversation");
	json_object_set_int_member(action, "channels", 2);
	offhook_vonage_json_add_in_array(action, "eventUrl", event_url);
	json_object_set_string_member(action, "eventMethod", "POST");
}

void
offhook_vonage_ncco_add_conversation(JsonArray *ncco, const char *name)
{
	JsonObject *action = offhook_vonage_ncco_add(ncco, "conversation");

	json_object_set_string_member(action, "name", name);
	json_object_set_boolean_member(action, "endOnExit", TRUE);
}

void
offhook_vonage_ncco_add_talk(JsonArray *ncco, const char *text)
{
	json_object_set_string_member(offhook_vonage_ncco_add(ncco, "talk"), "text", text);
}

/* ---- numbers ---- */

gboolean
offhook_vonage_target_is_valid(const char *target)
{
	static const char *const schemes[] = {"sip:", NULL};

	return offhook_phone_target_is_valid(target, schemes);
}

char *
offhook_vonage_number_to_wire(const char *number)
{
	return g_strdup(*number == '+' ? number + 1 : number);
}

char *
offhook_vonage_number_from_wire(const char *number)
{
	g_autofree char *with_plus = g_strconcat("+", number, NULL);

	return offhook_phone_number_is_valid(with_plus) ? g_steal_pointer(&with_plus)
							: g_strdup(number);
}
