/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Bodies and signatures. Any thread.
 */

#include "delivery/signed-event.h"

#include <string.h>

#include "base/json.h"

/*
 * Texts that are ids, times, names in the configuration, or one of a few words of ours. Everything else
 * may be a name, a number or what was said.
 */
static const char *const offhook_signed_event_plain[] = {
    "agent",
    "agent_id",
    "answered_by",
    "assistant",
    "assistant_message_id",
    "call_id",
    "conversation_id",
    "created_at",
    "direction",
    "driver",
    "end_reason",
    "engine",
    "error_code",
    "intent",
    "kind",
    "limit",
    "llm",
    "message_id",
    "provider",
    "receipt_id",
    "recording_id",
    "role",
    "scheduled_call_id",
    "sentiment",
    "source",
    "start_time",
    "state",
    "status",
    "stt",
    "tool",
    "tts",
    "user_message_id",
    NULL,
};

/* What these hold was said, or follows from it: numbers as well as texts, under names that others have given. */
static const char *const offhook_signed_event_said[] = {"arguments", "details", "entities", "result",
							 NULL};

/* Words that are ours in one type of event, and anybody's in others. */
static const struct {
	const char *type;
	const char *names[3];
} offhook_signed_event_plain_in[] = {
    {"call.handed_over", {"from", "to"}}, /* assistants */
    {"engine.switched", {"from", "to"}},  /* engines */
    {"plugins.changed", {"name"}},
};

static JsonNode *offhook_signed_event_redact(JsonNode *node, const char *name);

static void
offhook_signed_event_redact_member_cb(JsonObject *object, const char *name, JsonNode *node,
				      gpointer user_data)
{
	JsonNode *redacted = offhook_signed_event_redact(node, name);

	if (redacted != NULL)
		json_object_set_member(user_data, name, redacted);
}

static void
offhook_signed_event_redact_element_cb(JsonArray *array, guint index, JsonNode *node,
				       gpointer user_data)
{
	JsonNode *redacted = offhook_signed_event_redact(node, "");

	if (redacted != NULL)
		json_array_add_element(user_data, redacted);
}

/* (transfer full) (nullable): a member of that name without what may be personal */
static JsonNode *
offhook_signed_event_redact(JsonNode *node, const char *name)
{
	JsonNode *redacted;

	if (g_strv_contains(offhook_signed_event_said, name))
		return NULL;
	if (JSON_NODE_HOLDS_OBJECT(node)) {
		redacted = json_node_new(JSON_NODE_OBJECT);
		json_node_take_object(redacted, json_object_new());
		json_object_foreach_member(json_node_get_object(node),
					   offhook_signed_event_redact_member_cb,
					   json_node_get_object(redacted));
		return redacted;
	}
	if (JSON_NODE_HOLDS_ARRAY(node)) {
		redacted = json_node_new(JSON_NODE_ARRAY);
		json_node_take_array(redacted, json_array_new());
		json_array_foreach_element(json_node_get_array(node),
					   offhook_signed_event_redact_element_cb,
					   json_node_get_array(redacted));
		return redacted;
	}
	if (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING &&
	    !g_strv_contains(offhook_signed_event_plain, name))
		return NULL;
	return json_node_copy(node);
}

/* What is left out by its name, but is ours in events of this type. */
static void
offhook_signed_event_put_back(const char *type, JsonObject *data, JsonObject *redacted)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_signed_event_plain_in); i++) {
		const char *const *name = offhook_signed_event_plain_in[i].names;

		if (!g_str_equal(offhook_signed_event_plain_in[i].type, type))
			continue;
		for (; *name != NULL; name++)
			if (json_object_has_member(data, *name))
				json_object_set_member(redacted, *name,
						       json_object_dup_member(data, *name));
	}
}

static JsonObject *
offhook_signed_event_redact_data(const char *type, JsonObject *data)
{
	JsonObject *redacted = json_object_new();

	json_object_foreach_member(data, offhook_signed_event_redact_member_cb, redacted);
	offhook_signed_event_put_back(type, data, redacted);
	return redacted;
}

char *
offhook_signed_event_print_body(const OffhookEvent *event, gboolean personal_data)
{
	g_autoptr(JsonObject) message = offhook_event_make_message(
	    event->type, event->at_us,
	    personal_data ? json_object_ref(event->data)
			  : offhook_signed_event_redact_data(event->type, event->data));

	return offhook_json_to_string(message);
}

static char *
offhook_signed_event_sign(const char *id, gint64 at_s, const char *body, GBytes *key)
{
	g_autofree char *start = g_strdup_printf("%s.%" G_GINT64_FORMAT ".", id, at_s);
	g_autoptr(GHmac) hmac =
	    g_hmac_new(G_CHECKSUM_SHA256, g_bytes_get_data(key, NULL), g_bytes_get_size(key));
	guint8 digest[32];
	gsize size = sizeof digest;

	g_hmac_update(hmac, (const guchar *)start, -1);
	g_hmac_update(hmac, (const guchar *)body, -1);
	g_hmac_get_digest(hmac, digest, &size);
	return g_base64_encode(digest, size);
}

char **
offhook_signed_event_make_headers(const char *id, gint64 at_s, const char *body, GBytes *key)
{
	g_autofree char *signature = offhook_signed_event_sign(id, at_s, body, key);
	char **headers = g_new0(char *, 4);

	headers[0] = g_strconcat("webhook-id: ", id, NULL);
	headers[1] = g_strdup_printf("webhook-timestamp: %" G_GINT64_FORMAT, at_s);
	headers[2] = g_strconcat("webhook-signature: v1,", signature, NULL);
	return headers;
}
