/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Messages to the program. Main thread.
 */

#include "remote-request.h"

#include <offhook/webhook.h>
#include <offhook/json.h>

static const char *const offhook_remote_request_kinds[] = {
    [OFFHOOK_TURN_START] = "start",     [OFFHOOK_TURN_MESSAGE] = "message",
    [OFFHOOK_TURN_DIGITS] = "digits",   [OFFHOOK_TURN_UNCLEAR] = "unclear",
    [OFFHOOK_TURN_SILENCE] = "silence", [OFFHOOK_TURN_FAILURE] = "failure",
};

OffhookRemoteTalk *
offhook_remote_talk_new(const OffhookAgentOptions *options)
{
	OffhookRemoteTalk *self = g_new0(OffhookRemoteTalk, 1);

	self->session = g_uuid_string_random();
	self->assistant = g_strdup(options->assistant);
	self->language = g_strdup(options->language);
	self->call_id = g_strdup(options->call_id);
	self->caller = g_strdup(options->caller);
	self->host = options->host;
	return self;
}

void
offhook_remote_talk_free(OffhookRemoteTalk *self)
{
	if (self == NULL)
		return;
	g_free(self->session);
	g_free(self->assistant);
	g_free(self->language);
	g_free(self->call_id);
	g_free(self->caller);
	g_free(self);
}

static JsonObject *
offhook_remote_request_begin(const char *type, gint64 id)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "type", type);
	if (id > 0)
		json_object_set_int_member(object, "id", id);
	return object;
}

/* @object: (transfer full). (transfer full) */
static char *
offhook_remote_request_end(JsonObject *object)
{
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);

	json_node_take_object(node, object);
	return offhook_json_node_to_string(node);
}

static void
offhook_remote_request_add(JsonObject *object, const char *name, const char *value)
{
	if (value != NULL)
		json_object_set_string_member(object, name, value);
	else
		json_object_set_null_member(object, name);
}

static JsonObject *
offhook_remote_request_describe_heard(const char *text, gboolean interrupted)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "text", text);
	json_object_set_boolean_member(object, "interrupted", interrupted);
	return object;
}

char *
offhook_remote_request_print_turn(const OffhookRemoteTalk *talk, OffhookAgentTurn *turn, gint64 id,
				  const char *heard, gboolean interrupted)
{
	JsonObject *object = offhook_remote_request_begin("turn", id);
	g_autofree char *message = g_utf8_make_valid(offhook_agent_turn_get_message(turn), -1);
	double confidence = offhook_agent_turn_get_confidence(turn);

	json_object_set_string_member(object, "session", talk->session);
	offhook_remote_request_add(object, "call_id", talk->call_id);
	offhook_remote_request_add(object, "caller", talk->caller);
	offhook_remote_request_add(object, "assistant", talk->assistant);
	offhook_remote_request_add(object, "language", talk->language);
	json_object_set_string_member(
	    object, "kind", offhook_remote_request_kinds[offhook_agent_turn_get_kind(turn)]);
	json_object_set_string_member(object, "message", message);
	/* JSON knows no NaN, and no infinity. */
	json_object_set_double_member(object, "confidence",
				      confidence >= 0.0 ? MIN(confidence, 1.0) : 0.0);
	json_object_set_int_member(object, "attempt", offhook_agent_turn_get_attempt(turn));
	json_object_set_boolean_member(object, "confirmed", offhook_agent_turn_is_confirmed(turn));
	json_object_set_object_member(object, "context",
				      json_object_ref(offhook_agent_turn_get_context(turn)));
	if (talk->host != NULL)
		json_object_set_object_member(
		    object, "variables",
		    json_object_ref(offhook_agent_host_get_variables(talk->host)));
	if (heard != NULL)
		json_object_set_object_member(
		    object, "heard", offhook_remote_request_describe_heard(heard, interrupted));
	return offhook_remote_request_end(object);
}

char *
offhook_remote_request_print(const char *type, gint64 id)
{
	return offhook_remote_request_end(offhook_remote_request_begin(type, id));
}

char *
offhook_remote_request_print_heard(gint64 id, const char *text, gboolean interrupted)
{
	JsonObject *object = offhook_remote_request_begin("heard", id);
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	json_object_set_string_member(object, "text", valid);
	json_object_set_boolean_member(object, "interrupted", interrupted);
	return offhook_remote_request_end(object);
}

char **
offhook_remote_request_make_headers(const OffhookRemoteOptions *options, GBytes *body)
{
	g_autofree char *uuid = NULL;
	g_autofree char *id = NULL;

	if (options->secret == NULL)
		return g_new0(char *, 1);
	uuid = g_uuid_string_random();
	id = g_strconcat("msg_", uuid, NULL);
	return offhook_webhook_make_signature(id, g_get_real_time() / G_USEC_PER_SEC, body,
					      options->secret);
}
