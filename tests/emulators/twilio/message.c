/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The JSON messages of a media stream. Reading is as strict as the carrier: exactly the documented
 * fields, nothing missing, nothing more, or the message is refused with the carrier's error number.
 * Pure functions. */

#include "message.h"

#include "emu-error.h"

#include <json-glib/json-glib.h>
#include <stdarg.h>
#include <string.h>

void
offhook_emu_message_free(OffhookEmuMessage *self)
{
	g_free(self->audio);
	g_free(self->mark);
	g_free(self);
}

static gboolean offhook_emu_message_refuse(GError **error, const gchar *format, ...)
    G_GNUC_PRINTF(2, 3);

static gboolean
offhook_emu_message_refuse(GError **error, const gchar *format, ...)
{
	g_autofree gchar *reason = NULL;
	va_list args;

	va_start(args, format);
	reason = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_STREAM, "31951: %s", reason);
	return FALSE;
}

/* Exactly the @count fields named, no other. */
static gboolean
offhook_emu_message_check_fields(JsonObject *object, const gchar *where, const gchar *const *names,
				 GError **error)
{
	g_autoptr(GList) members = json_object_get_members(object);

	for (guint i = 0; names[i] != NULL; i++) {
		if (!json_object_has_member(object, names[i]))
			return offhook_emu_message_refuse(error, "%s has no \"%s\"", where,
							  names[i]);
	}
	for (GList *member = members; member != NULL; member = member->next) {
		if (!g_strv_contains(names, member->data))
			return offhook_emu_message_refuse(error,
							  "%s has an unexpected field \"%s\"",
							  where, (const gchar *)member->data);
	}
	return TRUE;
}

static const gchar *
offhook_emu_message_string(JsonObject *object, const gchar *where, const gchar *name,
			   GError **error)
{
	JsonNode *node = json_object_get_member(object, name);

	if (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING)
		return json_node_get_string(node);
	offhook_emu_message_refuse(error, "%s.%s is not a string", where, name);
	return NULL;
}

/* The object @name of @message, which must hold exactly the string @field. */
static const gchar *
offhook_emu_message_body(JsonObject *message, const gchar *name, const gchar *field, GError **error)
{
	const gchar *const fields[] = {field, NULL};
	JsonNode *node = json_object_get_member(message, name);

	if (!JSON_NODE_HOLDS_OBJECT(node)) {
		offhook_emu_message_refuse(error, "\"%s\" is not an object", name);
		return NULL;
	}
	if (!offhook_emu_message_check_fields(json_node_get_object(node), name, fields, error))
		return NULL;
	return offhook_emu_message_string(json_node_get_object(node), name, field, error);
}

static gboolean
offhook_emu_message_is_base64(const gchar *text)
{
	gsize length = strlen(text);
	gsize plain =
	    strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
	gsize padding = strspn(text + plain, "=");

	return length > 0 && length % 4 == 0 && padding <= 2 && plain + padding == length;
}

static gboolean
offhook_emu_message_read_media(OffhookEmuMessage *self, JsonObject *object, GError **error)
{
	const gchar *payload = offhook_emu_message_body(object, "media", "payload", error);

	if (payload == NULL)
		return FALSE;
	if (!offhook_emu_message_is_base64(payload))
		return offhook_emu_message_refuse(
		    error, "media.payload of %zu characters is not base64", strlen(payload));
	self->kind = OFFHOOK_EMU_MESSAGE_MEDIA;
	self->audio = g_base64_decode(payload, &self->audio_length);
	return TRUE;
}

static gboolean
offhook_emu_message_read_mark(OffhookEmuMessage *self, JsonObject *object, GError **error)
{
	const gchar *name = offhook_emu_message_body(object, "mark", "name", error);

	if (name == NULL)
		return FALSE;
	if (*name == '\0')
		return offhook_emu_message_refuse(error, "mark.name is empty");
	self->kind = OFFHOOK_EMU_MESSAGE_MARK;
	self->mark = g_strdup(name);
	return TRUE;
}

static gboolean
offhook_emu_message_read(OffhookEmuMessage *self, JsonObject *object, const gchar *event,
			 GError **error)
{
	static const gchar *const media[] = {"event", "streamSid", "media", NULL};
	static const gchar *const mark[] = {"event", "streamSid", "mark", NULL};
	static const gchar *const clear[] = {"event", "streamSid", NULL};

	if (g_str_equal(event, "media"))
		return offhook_emu_message_check_fields(object, "media message", media, error) &&
		       offhook_emu_message_read_media(self, object, error);
	if (g_str_equal(event, "mark"))
		return offhook_emu_message_check_fields(object, "mark message", mark, error) &&
		       offhook_emu_message_read_mark(self, object, error);
	if (g_str_equal(event, "clear")) {
		self->kind = OFFHOOK_EMU_MESSAGE_CLEAR;
		return offhook_emu_message_check_fields(object, "clear message", clear, error);
	}
	return offhook_emu_message_refuse(error, "event \"%.40s\" is not known", event);
}

/* @stream_sid is NULL while no start message has been sent: then nothing may be received. */
OffhookEmuMessage *
offhook_emu_message_parse(const gchar *text, gsize length, const gchar *stream_sid, GError **error)
{
	g_autoptr(JsonParser) parser = json_parser_new_immutable();
	g_autoptr(OffhookEmuMessage) self = g_new0(OffhookEmuMessage, 1);
	g_autoptr(GError) local = NULL;
	const gchar *event;
	const gchar *sid;
	JsonObject *object;

	if (!json_parser_load_from_data(parser, text, (gssize)length, &local)) {
		offhook_emu_message_refuse(error, "not JSON: %s", local->message);
		return NULL;
	}
	if (json_parser_get_root(parser) == NULL ||
	    !JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser))) {
		offhook_emu_message_refuse(error, "not a JSON object");
		return NULL;
	}
	object = json_node_get_object(json_parser_get_root(parser));
	if (!json_object_has_member(object, "event") ||
	    !json_object_has_member(object, "streamSid")) {
		offhook_emu_message_refuse(error, "\"event\" or \"streamSid\" is missing");
		return NULL;
	}
	event = offhook_emu_message_string(object, "message", "event", error);
	sid = event != NULL ? offhook_emu_message_string(object, "message", "streamSid", error)
			    : NULL;
	if (sid == NULL)
		return NULL;
	if (g_strcmp0(sid, stream_sid) != 0) {
		offhook_emu_message_refuse(error,
					   stream_sid == NULL ? "%s message before start"
							      : "%s message with a wrong streamSid",
					   event);
		return NULL;
	}
	if (!offhook_emu_message_read(self, object, event, error))
		return NULL;
	return g_steal_pointer(&self);
}

static gchar *
offhook_emu_message_print(JsonBuilder *builder)
{
	g_autoptr(JsonNode) root = json_builder_get_root(builder);

	return json_to_string(root, FALSE);
}

static void
offhook_emu_message_set(JsonBuilder *builder, const gchar *name, const gchar *value)
{
	json_builder_set_member_name(builder, name);
	json_builder_add_string_value(builder, value);
}

static JsonBuilder *
offhook_emu_message_begin(const gchar *event, guint64 sequence, const gchar *stream_sid)
{
	JsonBuilder *builder = json_builder_new();
	g_autofree gchar *number = g_strdup_printf("%" G_GUINT64_FORMAT, sequence);

	json_builder_begin_object(builder);
	offhook_emu_message_set(builder, "event", event);
	offhook_emu_message_set(builder, "sequenceNumber", number);
	offhook_emu_message_set(builder, "streamSid", stream_sid);
	json_builder_set_member_name(builder, event);
	json_builder_begin_object(builder);
	return builder;
}

static gchar *
offhook_emu_message_end(JsonBuilder *builder)
{
	json_builder_end_object(builder);
	json_builder_end_object(builder);
	return offhook_emu_message_print(builder);
}

gchar *
offhook_emu_message_connected(void)
{
	return g_strdup("{\"event\":\"connected\",\"protocol\":\"Call\",\"version\":\"1.0.0\"}");
}

gchar *
offhook_emu_message_start(guint64 sequence, const gchar *stream_sid, const gchar *account_sid,
			  const gchar *call_sid, GHashTable *parameters)
{
	g_autoptr(JsonBuilder) builder = offhook_emu_message_begin("start", sequence, stream_sid);
	GHashTableIter iter;
	gpointer name, value;

	offhook_emu_message_set(builder, "streamSid", stream_sid);
	offhook_emu_message_set(builder, "accountSid", account_sid);
	offhook_emu_message_set(builder, "callSid", call_sid);
	json_builder_set_member_name(builder, "tracks");
	json_builder_begin_array(builder);
	json_builder_add_string_value(builder, "inbound");
	json_builder_end_array(builder);
	json_builder_set_member_name(builder, "customParameters");
	json_builder_begin_object(builder);
	if (parameters != NULL) {
		g_hash_table_iter_init(&iter, parameters);
		while (g_hash_table_iter_next(&iter, &name, &value))
			offhook_emu_message_set(builder, name, value);
	}
	json_builder_end_object(builder);
	json_builder_set_member_name(builder, "mediaFormat");
	json_builder_begin_object(builder);
	offhook_emu_message_set(builder, "encoding", "audio/x-mulaw");
	json_builder_set_member_name(builder, "sampleRate");
	json_builder_add_int_value(builder, 8000);
	json_builder_set_member_name(builder, "channels");
	json_builder_add_int_value(builder, 1);
	json_builder_end_object(builder);
	return offhook_emu_message_end(builder);
}

/* Sent fifty times a second, so printed directly: nothing in it needs escaping. */
gchar *
offhook_emu_message_media(guint64 sequence, const gchar *stream_sid, guint64 chunk,
			  gint64 timestamp_ms, const guint8 *audio, gsize length)
{
	g_autofree gchar *payload = g_base64_encode(audio, length);

	return g_strdup_printf("{\"event\":\"media\",\"sequenceNumber\":\"%" G_GUINT64_FORMAT
			       "\",\"streamSid\":\"%s\",\"media\":{\"track\":\"inbound\",\"chunk\":"
			       "\"%" G_GUINT64_FORMAT "\",\"timestamp\":\"%" G_GINT64_FORMAT
			       "\",\"payload\":\"%s\"}}",
			       sequence, stream_sid, chunk, timestamp_ms, payload);
}

gchar *
offhook_emu_message_dtmf(guint64 sequence, const gchar *stream_sid, gchar digit)
{
	g_autoptr(JsonBuilder) builder = offhook_emu_message_begin("dtmf", sequence, stream_sid);
	const gchar text[] = {digit, '\0'};

	offhook_emu_message_set(builder, "track", "inbound_track");
	offhook_emu_message_set(builder, "digit", text);
	return offhook_emu_message_end(builder);
}

gchar *
offhook_emu_message_mark(guint64 sequence, const gchar *stream_sid, const gchar *name)
{
	g_autoptr(JsonBuilder) builder = offhook_emu_message_begin("mark", sequence, stream_sid);

	offhook_emu_message_set(builder, "name", name);
	return offhook_emu_message_end(builder);
}

gchar *
offhook_emu_message_stop(guint64 sequence, const gchar *stream_sid, const gchar *account_sid,
			 const gchar *call_sid)
{
	g_autoptr(JsonBuilder) builder = offhook_emu_message_begin("stop", sequence, stream_sid);

	offhook_emu_message_set(builder, "accountSid", account_sid);
	offhook_emu_message_set(builder, "callSid", call_sid);
	return offhook_emu_message_end(builder);
}
