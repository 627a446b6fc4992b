/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What we say to the service. Pure.
 */

#include "realtime-message.h"

#include <json-glib/json-glib.h>
#include <string.h>
#include <offhook/json.h>

#define OFFHOOK_REALTIME_INSTRUCTIONS                                                              \
	"You are a friendly assistant on the telephone. Answer in one or two short sentences."

static JsonBuilder *
offhook_realtime_begin(const char *type)
{
	JsonBuilder *builder = json_builder_new();

	json_builder_begin_object(builder);
	json_builder_set_member_name(builder, "type");
	json_builder_add_string_value(builder, type);
	return builder;
}

static void
offhook_realtime_set_string(JsonBuilder *builder, const char *name, const char *value)
{
	json_builder_set_member_name(builder, name);
	json_builder_add_string_value(builder, value);
}

static void
offhook_realtime_set_object(JsonBuilder *builder, const char *name)
{
	json_builder_set_member_name(builder, name);
	json_builder_begin_object(builder);
}

/* @builder: (transfer full) */
static char *
offhook_realtime_finish(JsonBuilder *builder)
{
	g_autoptr(JsonBuilder) own = builder;
	g_autoptr(JsonNode) root = NULL;

	json_builder_end_object(builder);
	root = json_builder_get_root(builder);
	return offhook_json_node_to_string(root);
}

/* ---- the session ---- */

static void
offhook_realtime_add_format(JsonBuilder *builder, const OffhookRealtimeSetup *self)
{
	offhook_realtime_set_object(builder, "format");
	offhook_realtime_set_string(builder, "type", self->mulaw ? "audio/pcmu" : "audio/pcm");
	if (!self->mulaw) {
		json_builder_set_member_name(builder, "rate");
		json_builder_add_int_value(builder, 24000);
	}
	json_builder_end_object(builder);
}

/* "de" of "de-AT": the service wants that and no more. (transfer full) (nullable) */
static char *
offhook_realtime_get_language(const OffhookRealtimeSetup *self)
{
	gsize length = self->language != NULL ? strcspn(self->language, "-_") : 0;

	return length == 2 ? g_ascii_strdown(self->language, 2) : NULL;
}

static void
offhook_realtime_add_input(JsonBuilder *builder, const OffhookRealtimeSetup *self)
{
	g_autofree char *language = offhook_realtime_get_language(self);

	offhook_realtime_set_object(builder, "input");
	offhook_realtime_add_format(builder, self);
	/* Who may talk, and when a turn has ended, is decided here. */
	json_builder_set_member_name(builder, "turn_detection");
	json_builder_add_null_value(builder);
	json_builder_set_member_name(builder, "noise_reduction");
	if (self->noise_reduction != NULL) {
		json_builder_begin_object(builder);
		offhook_realtime_set_string(builder, "type", self->noise_reduction);
		json_builder_end_object(builder);
	} else {
		json_builder_add_null_value(builder);
	}
	if (self->transcription_model != NULL) {
		offhook_realtime_set_object(builder, "transcription");
		offhook_realtime_set_string(builder, "model", self->transcription_model);
		if (language != NULL)
			offhook_realtime_set_string(builder, "language", language);
		json_builder_end_object(builder);
	}
	json_builder_end_object(builder);
}

static void
offhook_realtime_add_output(JsonBuilder *builder, const OffhookRealtimeSetup *self)
{
	offhook_realtime_set_object(builder, "output");
	offhook_realtime_add_format(builder, self);
	if (self->voice != NULL)
		offhook_realtime_set_string(builder, "voice", self->voice);
	json_builder_set_member_name(builder, "speed");
	json_builder_add_double_value(builder, self->speed);
	json_builder_end_object(builder);
}

/* Leaves the parameters open. */
static void
offhook_realtime_begin_tool(JsonBuilder *builder, const char *name, const char *description)
{
	json_builder_begin_object(builder);
	offhook_realtime_set_string(builder, "type", "function");
	offhook_realtime_set_string(builder, "name", name);
	offhook_realtime_set_string(builder, "description", description);
	offhook_realtime_set_object(builder, "parameters");
	offhook_realtime_set_string(builder, "type", "object");
	offhook_realtime_set_object(builder, "properties");
}

static void
offhook_realtime_add_transfer(JsonBuilder *builder, const OffhookRealtimeSetup *self)
{
	g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(self->transfers),
					     (GCompareFunc)(void (*)(void))strcmp);

	offhook_realtime_begin_tool(builder, OFFHOOK_REALTIME_TOOL_TRANSFER,
				    "Transfers the caller to somebody else. Say so before.");
	offhook_realtime_set_object(builder, "to");
	offhook_realtime_set_string(builder, "type", "string");
	json_builder_set_member_name(builder, "enum");
	json_builder_begin_array(builder);
	for (GList *name = names; name != NULL; name = name->next)
		json_builder_add_string_value(builder, name->data);
	json_builder_end_array(builder);
	json_builder_end_object(builder);
	json_builder_end_object(builder);
	json_builder_set_member_name(builder, "required");
	json_builder_begin_array(builder);
	json_builder_add_string_value(builder, "to");
	json_builder_end_array(builder);
	json_builder_end_object(builder);
	json_builder_end_object(builder);
}

static void
offhook_realtime_add_tools(JsonBuilder *builder, const OffhookRealtimeSetup *self)
{
	json_builder_set_member_name(builder, "tools");
	json_builder_begin_array(builder);
	if (self->hang_up) {
		offhook_realtime_begin_tool(builder, OFFHOOK_REALTIME_TOOL_HANG_UP,
					    "Ends the call, when the caller has said goodbye. Say "
					    "goodbye before.");
		json_builder_end_object(builder);
		json_builder_end_object(builder);
		json_builder_end_object(builder);
	}
	if (g_hash_table_size(self->transfers) > 0)
		offhook_realtime_add_transfer(builder, self);
	json_builder_end_array(builder);
}

char *
offhook_realtime_setup_to_message(const OffhookRealtimeSetup *self)
{
	JsonBuilder *builder = offhook_realtime_begin("session.update");

	offhook_realtime_set_string(builder, "event_id", OFFHOOK_REALTIME_ID_SETUP);
	offhook_realtime_set_object(builder, "session");
	offhook_realtime_set_string(builder, "type", "realtime");
	offhook_realtime_set_string(builder, "instructions",
				    self->instructions != NULL ? self->instructions
							       : OFFHOOK_REALTIME_INSTRUCTIONS);
	json_builder_set_member_name(builder, "output_modalities");
	json_builder_begin_array(builder);
	json_builder_add_string_value(builder, "audio");
	json_builder_end_array(builder);
	json_builder_set_member_name(builder, "max_output_tokens");
	json_builder_add_int_value(builder, self->max_output_tokens);
	offhook_realtime_set_object(builder, "audio");
	offhook_realtime_add_input(builder, self);
	offhook_realtime_add_output(builder, self);
	json_builder_end_object(builder);
	offhook_realtime_add_tools(builder, self);
	json_builder_end_object(builder);
	return offhook_realtime_finish(builder);
}

/* ---- the rest ---- */

char *
offhook_realtime_make_audio(const guint8 *data, gsize size)
{
	g_autofree char *text = g_base64_encode(data, size);

	return g_strconcat("{\"type\":\"input_audio_buffer.append\",\"audio\":\"", text, "\"}",
			   NULL);
}

char *
offhook_realtime_make_plain(const char *type)
{
	return offhook_realtime_finish(offhook_realtime_begin(type));
}

char *
offhook_realtime_make_respond(const char *instructions)
{
	JsonBuilder *builder = offhook_realtime_begin("response.create");

	offhook_realtime_set_string(builder, "event_id", OFFHOOK_REALTIME_ID_RESPOND);
	if (instructions != NULL) {
		offhook_realtime_set_object(builder, "response");
		offhook_realtime_set_string(builder, "instructions", instructions);
		json_builder_end_object(builder);
	}
	return offhook_realtime_finish(builder);
}

char *
offhook_realtime_make_cancel(const char *response_id)
{
	JsonBuilder *builder = offhook_realtime_begin("response.cancel");

	offhook_realtime_set_string(builder, "response_id", response_id);
	return offhook_realtime_finish(builder);
}

char *
offhook_realtime_make_text(const char *role, const char *text)
{
	JsonBuilder *builder = offhook_realtime_begin("conversation.item.create");

	offhook_realtime_set_object(builder, "item");
	offhook_realtime_set_string(builder, "type", "message");
	offhook_realtime_set_string(builder, "role", role);
	json_builder_set_member_name(builder, "content");
	json_builder_begin_array(builder);
	json_builder_begin_object(builder);
	offhook_realtime_set_string(builder, "type",
				    g_str_equal(role, "assistant") ? "output_text" : "input_text");
	offhook_realtime_set_string(builder, "text", text);
	json_builder_end_object(builder);
	json_builder_end_array(builder);
	json_builder_end_object(builder);
	return offhook_realtime_finish(builder);
}

char *
offhook_realtime_make_tool_output(const char *call_id, const char *output)
{
	JsonBuilder *builder = offhook_realtime_begin("conversation.item.create");

	offhook_realtime_set_object(builder, "item");
	offhook_realtime_set_string(builder, "type", "function_call_output");
	offhook_realtime_set_string(builder, "call_id", call_id);
	offhook_realtime_set_string(builder, "output", output);
	json_builder_end_object(builder);
	return offhook_realtime_finish(builder);
}

char *
offhook_realtime_make_truncate(const char *item_id, guint audio_end_ms)
{
	JsonBuilder *builder = offhook_realtime_begin("conversation.item.truncate");

	offhook_realtime_set_string(builder, "item_id", item_id);
	json_builder_set_member_name(builder, "content_index");
	json_builder_add_int_value(builder, 0);
	json_builder_set_member_name(builder, "audio_end_ms");
	json_builder_add_int_value(builder, audio_end_ms);
	return offhook_realtime_finish(builder);
}

char *
offhook_realtime_make_delete(const char *item_id)
{
	JsonBuilder *builder = offhook_realtime_begin("conversation.item.delete");

	offhook_realtime_set_string(builder, "item_id", item_id);
	return offhook_realtime_finish(builder);
}
