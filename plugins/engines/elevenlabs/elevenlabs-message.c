/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Messages. Of the two alignments the service sends, the one of the normalised text ("8" is "eight"
 * there) is not looked at: it is not about what we sent.
 */

#include "elevenlabs-message.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

#define MAX_TIME_MS (10 * 60 * 1000)

/* ---- theirs ---- */

/* A number of ms; FALSE: it is none */
static gboolean
offhook_elevenlabs_get_ms(JsonArray *array, guint i, guint *ms)
{
	JsonNode *node = json_array_get_element(array, i);
	GType type = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : G_TYPE_NONE;
	double value =
	    type == G_TYPE_INT64 || type == G_TYPE_DOUBLE ? json_node_get_double(node) : -1;

	if (!(value >= 0 && value <= MAX_TIME_MS))
		return FALSE;
	*ms = (guint)value;
	return TRUE;
}

/* What the service calls a character may be several of Unicode's. */
static gboolean
offhook_elevenlabs_add_time(GArray *times, JsonNode *node, guint start_ms, guint ms)
{
	const char *text = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;

	if (text == NULL)
		return FALSE;
	for (; *text != '\0'; text = g_utf8_next_char(text)) {
		OffhookElevenlabsTime time = {g_utf8_get_char(text), start_ms, start_ms + ms};

		g_array_append_val(times, time);
	}
	return TRUE;
}

/* (transfer full) (nullable) */
static GArray *
offhook_elevenlabs_read_times(JsonObject *alignment)
{
	JsonArray *characters, *starts, *durations;
	g_autoptr(GArray) times = NULL;
	guint n;

	if (alignment == NULL)
		return NULL;
	characters = offhook_json_get_array(alignment, "chars");
	starts = offhook_json_get_array(alignment, "charStartTimesMs");
	durations = offhook_json_get_array(alignment, "charDurationsMs");
	if (characters == NULL || starts == NULL || durations == NULL)
		return NULL;
	n = json_array_get_length(characters);
	if (json_array_get_length(starts) != n || json_array_get_length(durations) != n)
		return NULL;
	times = g_array_sized_new(FALSE, FALSE, sizeof(OffhookElevenlabsTime), n);
	for (guint i = 0; i < n; i++) {
		guint start_ms, ms;

		if (!offhook_elevenlabs_get_ms(starts, i, &start_ms) ||
		    !offhook_elevenlabs_get_ms(durations, i, &ms) ||
		    !offhook_elevenlabs_add_time(times, json_array_get_element(characters, i),
						 start_ms, ms))
			return NULL;
	}
	return g_steal_pointer(&times);
}

static gboolean
offhook_elevenlabs_read_audio(OffhookElevenlabsMessage *self, const char *text, GError **error)
{
	gsize size = 0;
	guchar *data;

	if (text == NULL || *text == '\0')
		return TRUE;
	/* GLib's decoder passes over what is no base64; that would be noise for the caller. */
	if (text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
			      "\r\n")] != '\0') {
		g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
				    "elevenlabs: audio that is no base64");
		return FALSE;
	}
	data = g_base64_decode(text, &size);
	self->audio = g_bytes_new_take(data, size);
	return TRUE;
}

static gboolean
offhook_elevenlabs_is_true(JsonObject *object, const char *name)
{
	JsonNode *node = json_object_get_member(object, name);

	return node != NULL && JSON_NODE_HOLDS_VALUE(node) &&
	       json_node_get_value_type(node) == G_TYPE_BOOLEAN && json_node_get_boolean(node);
}

gboolean
offhook_elevenlabs_message_parse(OffhookElevenlabsMessage *self, const char *text, gsize size,
				 GError **error)
{
	g_autoptr(JsonObject) object = NULL;

	*self = (OffhookElevenlabsMessage){0};
	object = offhook_json_parse_object(text, (gssize)size, "elevenlabs: a message", error);
	if (object == NULL)
		return FALSE;
	self->context = g_strdup(offhook_json_get_string(object, "contextId"));
	self->is_final = offhook_elevenlabs_is_true(object, "isFinal");
	self->explanation = g_strdup(offhook_json_get_string(object, "message"));
	self->fault = g_strdup(offhook_json_get_string(object, "error"));
	if (self->fault == NULL && self->explanation != NULL)
		self->fault = g_strdup("");
	if (self->fault != NULL)
		return TRUE;
	self->times = offhook_elevenlabs_read_times(offhook_json_get_object(object, "alignment"));
	return offhook_elevenlabs_read_audio(self, offhook_json_get_string(object, "audio"), error);
}

void
offhook_elevenlabs_message_clear(OffhookElevenlabsMessage *self)
{
	g_clear_pointer(&self->context, g_free);
	g_clear_pointer(&self->audio, g_bytes_unref);
	g_clear_pointer(&self->times, g_array_unref);
	g_clear_pointer(&self->fault, g_free);
	g_clear_pointer(&self->explanation, g_free);
}

/* ---- ours ---- */

/* @object: (transfer full) */
static char *
offhook_elevenlabs_write(JsonObject *object)
{
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);

	json_node_take_object(node, object);
	return offhook_json_node_to_string(node);
}

char *
offhook_elevenlabs_message_make_greeting(const char *context, const char *settings)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "text", " ");
	json_object_set_string_member(object, "context_id", context);
	if (settings != NULL)
		json_object_set_member(object, "voice_settings", json_from_string(settings, NULL));
	return offhook_elevenlabs_write(object);
}

char *
offhook_elevenlabs_message_make_text(const char *context, const char *text)
{
	JsonObject *object = json_object_new();
	g_autofree char *spaced = g_strconcat(text, " ", NULL);

	json_object_set_string_member(object, "text", spaced);
	json_object_set_string_member(object, "context_id", context);
	json_object_set_boolean_member(object, "flush", TRUE);
	return offhook_elevenlabs_write(object);
}

char *
offhook_elevenlabs_message_make_end(const char *context)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "context_id", context);
	json_object_set_boolean_member(object, "close_context", TRUE);
	return offhook_elevenlabs_write(object);
}

char *
offhook_elevenlabs_message_make_pause(void)
{
	return g_strdup("{\"text\":\"\"}");
}
