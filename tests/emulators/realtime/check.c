/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What clients may send, strictly by the description. Pure functions. */

#include "check.h"

#include <string.h>

/* What a member may be: 's'tring, 'n'umber, 'b'oolean, 'o'bject, 'a'rray, 'i'nteger; '?': or null */
typedef struct {
	const gchar *name, *kinds;
	gboolean required;
} OffhookEmuRealtimeMember;

static gboolean
offhook_emu_realtime_is(JsonNode *node, gchar kind)
{
	GType type = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : G_TYPE_NONE;

	switch (kind) {
	case 's':
		return type == G_TYPE_STRING;
	case 'n':
		return type == G_TYPE_INT64 || type == G_TYPE_DOUBLE;
	case 'i':
		return type == G_TYPE_INT64;
	case 'b':
		return type == G_TYPE_BOOLEAN;
	case 'o':
		return JSON_NODE_HOLDS_OBJECT(node);
	case 'a':
		return JSON_NODE_HOLDS_ARRAY(node);
	default:
		return JSON_NODE_HOLDS_NULL(node);
	}
}

static gchar *
offhook_emu_realtime_check_member(const OffhookEmuRealtimeMember *members, const gchar *where,
				  const gchar *name, JsonNode *value)
{
	for (; members->name != NULL; members++) {
		if (!g_str_equal(members->name, name))
			continue;
		for (const gchar *kind = members->kinds; *kind != '\0'; kind++)
			if (offhook_emu_realtime_is(value, *kind))
				return NULL;
		return g_strdup_printf("%s.%s: of a wrong type", where, name);
	}
	return g_strdup_printf("%s.%s: unknown parameter", where, name);
}

static gchar *
offhook_emu_realtime_check_members(JsonObject *object, const gchar *where,
				   const OffhookEmuRealtimeMember *members)
{
	JsonObjectIter iter;
	const gchar *name;
	JsonNode *value;

	json_object_iter_init(&iter, object);
	while (json_object_iter_next(&iter, &name, &value)) {
		gchar *wrong = offhook_emu_realtime_check_member(members, where, name, value);

		if (wrong != NULL)
			return wrong;
	}
	for (; members->name != NULL; members++)
		if (members->required && !json_object_has_member(object, members->name))
			return g_strdup_printf("%s.%s: missing", where, members->name);
	return NULL;
}

static const gchar *
offhook_emu_realtime_get(JsonObject *object, const gchar *name)
{
	JsonNode *node = json_object_get_member(object, name);

	return node != NULL && offhook_emu_realtime_is(node, 's') ? json_node_get_string(node)
								  : NULL;
}

/* NULL: absent or null */
static JsonObject *
offhook_emu_realtime_get_object(JsonObject *object, const gchar *name)
{
	JsonNode *node = object != NULL ? json_object_get_member(object, name) : NULL;

	return node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

static gboolean
offhook_emu_realtime_is_one_of(const gchar *value, const gchar *list)
{
	g_auto(GStrv) words = g_strsplit(list, " ", -1);

	return value != NULL && g_strv_contains((const gchar *const *)words, value);
}

/* ---- the session ---- */

static gchar *
offhook_emu_realtime_check_format(JsonObject *format, const gchar *where)
{
	static const OffhookEmuRealtimeMember members[] = {
	    {"type", "s", TRUE}, {"rate", "i"}, {NULL}};
	const gchar *type;
	gchar *wrong;

	if (format == NULL)
		return NULL;
	wrong = offhook_emu_realtime_check_members(format, where, members);
	if (wrong != NULL)
		return wrong;
	type = offhook_emu_realtime_get(format, "type");
	if (g_strcmp0(type, "audio/pcm") == 0)
		return json_object_get_int_member_with_default(format, "rate", 0) == 24000
			   ? NULL
			   : g_strdup_printf("%s.rate: only 24000", where);
	if (!offhook_emu_realtime_is_one_of(type, "audio/pcmu audio/pcma"))
		return g_strdup_printf("%s.type: %s", where, type);
	return json_object_has_member(format, "rate") ? g_strdup_printf("%s.rate: none here", where)
						      : NULL;
}

static gchar *
offhook_emu_realtime_check_detection(JsonObject *detection)
{
	static const OffhookEmuRealtimeMember server[] = {
	    {"type", "s", TRUE},        {"threshold", "n"},
	    {"prefix_padding_ms", "i"}, {"silence_duration_ms", "i"},
	    {"create_response", "b"},   {"interrupt_response", "b"},
	    {"idle_timeout_ms", "i?"},  {NULL},
	};
	static const OffhookEmuRealtimeMember semantic[] = {
	    {"type", "s", TRUE},
	    {"eagerness", "s"},
	    {"create_response", "b"},
	    {"interrupt_response", "b"},
	    {NULL},
	};
	const gchar *type;

	if (detection == NULL)
		return NULL;
	type = offhook_emu_realtime_get(detection, "type");
	if (g_strcmp0(type, "semantic_vad") == 0)
		return offhook_emu_realtime_check_members(detection, "turn_detection", semantic);
	if (g_strcmp0(type, "server_vad") == 0)
		return offhook_emu_realtime_check_members(detection, "turn_detection", server);
	return g_strdup("turn_detection.type: server_vad or semantic_vad");
}

static gchar *
offhook_emu_realtime_check_input(JsonObject *input)
{
	static const OffhookEmuRealtimeMember members[] = {
	    {"format", "o"},
	    {"transcription", "o?"},
	    {"noise_reduction", "o?"},
	    {"turn_detection", "o?"},
	    {NULL},
	};
	static const OffhookEmuRealtimeMember transcription_members[] = {
	    {"model", "s", TRUE}, {"language", "s"}, {"prompt", "s"}, {"delay", "s"}, {NULL}};
	JsonObject *transcription;
	gchar *wrong;

	if (input == NULL)
		return NULL;
	transcription = offhook_emu_realtime_get_object(input, "transcription");
	wrong = offhook_emu_realtime_check_members(input, "audio.input", members);
	if (wrong == NULL)
		wrong = offhook_emu_realtime_check_format(
		    offhook_emu_realtime_get_object(input, "format"), "audio.input.format");
	if (wrong == NULL && transcription != NULL)
		wrong = offhook_emu_realtime_check_members(transcription, "transcription",
							   transcription_members);
	return wrong != NULL ? wrong
			     : offhook_emu_realtime_check_detection(
				   offhook_emu_realtime_get_object(input, "turn_detection"));
}

static gchar *
offhook_emu_realtime_check_output(JsonObject *output)
{
	static const OffhookEmuRealtimeMember members[] = {
	    {"format", "o"}, {"voice", "so"}, {"speed", "n"}, {NULL}};
	gdouble speed;
	gchar *wrong;

	if (output == NULL)
		return NULL;
	speed = json_object_get_double_member_with_default(output, "speed", 1);
	wrong = offhook_emu_realtime_check_members(output, "audio.output", members);
	if (wrong == NULL)
		wrong = offhook_emu_realtime_check_format(
		    offhook_emu_realtime_get_object(output, "format"), "audio.output.format");
	if (wrong == NULL && !(speed >= 0.25 && speed <= 1.5))
		wrong = g_strdup("audio.output.speed: 0.25 to 1.5");
	return wrong;
}

static gchar *
offhook_emu_realtime_check_tools(JsonObject *session)
{
	static const OffhookEmuRealtimeMember members[] = {
	    {"type", "s", TRUE},
	    {"name", "s", TRUE},
	    {"description", "s"},
	    {"parameters", "o"},
	    {NULL},
	};
	JsonArray *tools = json_object_has_member(session, "tools")
			       ? json_object_get_array_member(session, "tools")
			       : NULL;

	for (guint i = 0; tools != NULL && i < json_array_get_length(tools); i++) {
		JsonNode *tool = json_array_get_element(tools, i);
		gchar *wrong = JSON_NODE_HOLDS_OBJECT(tool)
				   ? offhook_emu_realtime_check_members(json_node_get_object(tool),
									"tools[]", members)
				   : g_strdup("tools: of objects");

		if (wrong != NULL)
			return wrong;
		if (g_strcmp0(offhook_emu_realtime_get(json_node_get_object(tool), "type"),
			      "function") != 0)
			return g_strdup("tools[].type: only function");
	}
	return NULL;
}

static gchar *
offhook_emu_realtime_check_modalities(JsonObject *object)
{
	JsonArray *list = json_object_has_member(object, "output_modalities")
			      ? json_object_get_array_member(object, "output_modalities")
			      : NULL;

	if (list == NULL)
		return NULL;
	if (json_array_get_length(list) != 1 ||
	    !offhook_emu_realtime_is(json_array_get_element(list, 0), 's') ||
	    !offhook_emu_realtime_is_one_of(json_array_get_string_element(list, 0), "audio text"))
		return g_strdup("output_modalities: [\"audio\"] or [\"text\"]");
	return NULL;
}

static gchar *
offhook_emu_realtime_check_session(JsonObject *session)
{
	static const OffhookEmuRealtimeMember members[] = {
	    {"type", "s", TRUE},
	    {"model", "s"},
	    {"instructions", "s"},
	    {"audio", "o"},
	    {"output_modalities", "a"},
	    {"tools", "a"},
	    {"tool_choice", "so"},
	    {"max_output_tokens", "is"},
	    {"tracing", "so?"},
	    {"truncation", "so"},
	    {"prompt", "o?"},
	    {"include", "a"},
	    {NULL},
	};
	static const OffhookEmuRealtimeMember audio_members[] = {
	    {"input", "o"}, {"output", "o"}, {NULL}};
	JsonObject *audio = offhook_emu_realtime_get_object(session, "audio");
	gchar *wrong = offhook_emu_realtime_check_members(session, "session", members);

	if (wrong == NULL && g_strcmp0(offhook_emu_realtime_get(session, "type"), "realtime") != 0)
		wrong = g_strdup("session.type: only realtime here");
	if (wrong == NULL && audio != NULL)
		wrong = offhook_emu_realtime_check_members(audio, "session.audio", audio_members);
	if (wrong == NULL)
		wrong = offhook_emu_realtime_check_input(
		    offhook_emu_realtime_get_object(audio, "input"));
	if (wrong == NULL)
		wrong = offhook_emu_realtime_check_output(
		    offhook_emu_realtime_get_object(audio, "output"));
	if (wrong == NULL)
		wrong = offhook_emu_realtime_check_modalities(session);
	return wrong != NULL ? wrong : offhook_emu_realtime_check_tools(session);
}

/* ---- items ---- */

static gchar *
offhook_emu_realtime_check_content(const gchar *role, JsonNode *node)
{
	JsonObject *part = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
	const gchar *type = part != NULL ? offhook_emu_realtime_get(part, "type") : NULL;
	const gchar *expected = g_str_equal(role, "assistant") ? "output_text" : "input_text";

	if (g_strcmp0(type, expected) != 0)
		return g_strdup_printf("item.content[].type: %s for %s", expected, role);
	return offhook_emu_realtime_get(part, "text") != NULL
		   ? NULL
		   : g_strdup("item.content[].text: missing");
}

static gchar *
offhook_emu_realtime_check_item(JsonObject *item)
{
	static const OffhookEmuRealtimeMember message[] = {
	    {"type", "s", TRUE}, {"role", "s", TRUE}, {"content", "a", TRUE}, {"id", "s"}, {NULL}};
	static const OffhookEmuRealtimeMember output[] = {{"type", "s", TRUE},
							  {"call_id", "s", TRUE},
							  {"output", "s", TRUE},
							  {"id", "s"},
							  {NULL}};
	const gchar *type = offhook_emu_realtime_get(item, "type");
	const gchar *role;
	JsonArray *content;
	gchar *wrong;

	if (g_strcmp0(type, "function_call_output") == 0)
		return offhook_emu_realtime_check_members(item, "item", output);
	if (g_strcmp0(type, "message") != 0)
		return g_strdup("item.type: message or function_call_output");
	wrong = offhook_emu_realtime_check_members(item, "item", message);
	if (wrong != NULL)
		return wrong;
	role = offhook_emu_realtime_get(item, "role");
	if (!offhook_emu_realtime_is_one_of(role, "user assistant system"))
		return g_strdup("item.role: user, assistant or system");
	content = json_object_get_array_member(item, "content");
	for (guint i = 0; wrong == NULL && i < json_array_get_length(content); i++)
		wrong =
		    offhook_emu_realtime_check_content(role, json_array_get_element(content, i));
	return wrong;
}

/* ---- events ---- */

static gchar *
offhook_emu_realtime_check_response(JsonObject *response)
{
	static const OffhookEmuRealtimeMember members[] = {
	    {"instructions", "s"}, {"output_modalities", "a"},
	    {"conversation", "s"}, {"input", "a"},
	    {"metadata", "o"},     {"tools", "a"},
	    {"tool_choice", "so"}, {"max_output_tokens", "is"},
	    {"audio", "o"},        {NULL},
	};
	gchar *wrong;

	if (response == NULL)
		return NULL;
	wrong = offhook_emu_realtime_check_members(response, "response", members);
	return wrong != NULL ? wrong : offhook_emu_realtime_check_modalities(response);
}

gchar *
offhook_emu_realtime_check_event(JsonObject *event)
{
	static const struct {
		const gchar *type;
		OffhookEmuRealtimeMember members[6];
	} events[] = {
	    {"session.update", {{"session", "o", TRUE}}},
	    {"input_audio_buffer.append", {{"audio", "s", TRUE}}},
	    {"input_audio_buffer.commit", {{NULL}}},
	    {"input_audio_buffer.clear", {{NULL}}},
	    {"response.create", {{"response", "o"}}},
	    {"response.cancel", {{"response_id", "s"}}},
	    {"conversation.item.create", {{"item", "o", TRUE}, {"previous_item_id", "s?"}}},
	    {"conversation.item.truncate",
	     {{"item_id", "s", TRUE}, {"content_index", "i", TRUE}, {"audio_end_ms", "i", TRUE}}},
	    {"conversation.item.delete", {{"item_id", "s", TRUE}}},
	};
	OffhookEmuRealtimeMember members[8] = {{"type", "s", TRUE}, {"event_id", "s"}};
	const gchar *type = offhook_emu_realtime_get(event, "type");
	gchar *wrong;

	for (gsize i = 0; type != NULL && i < G_N_ELEMENTS(events); i++) {
		if (!g_str_equal(events[i].type, type))
			continue;
		memcpy(members + 2, events[i].members, sizeof events[i].members);
		wrong = offhook_emu_realtime_check_members(event, type, members);
		if (wrong != NULL)
			return wrong;
		if (i == 0)
			return offhook_emu_realtime_check_session(
			    json_object_get_object_member(event, "session"));
		if (g_str_equal(type, "response.create"))
			return offhook_emu_realtime_check_response(
			    offhook_emu_realtime_get_object(event, "response"));
		return g_str_equal(type, "conversation.item.create")
			   ? offhook_emu_realtime_check_item(
				 json_object_get_object_member(event, "item"))
			   : NULL;
	}
	return g_strdup_printf("type: %s is not known", type != NULL ? type : "none");
}

/* ---- what it comes to ---- */

static void
offhook_emu_realtime_apply_format(JsonObject *side, gboolean *is_mulaw)
{
	JsonObject *format = offhook_emu_realtime_get_object(side, "format");

	if (format != NULL)
		*is_mulaw = g_strcmp0(offhook_emu_realtime_get(format, "type"), "audio/pcmu") == 0;
}

void
offhook_emu_realtime_apply(JsonObject *session, OffhookEmuRealtimeSetup *setup)
{
	JsonObject *audio = offhook_emu_realtime_get_object(session, "audio");
	JsonObject *input = offhook_emu_realtime_get_object(audio, "input");
	JsonObject *detection = offhook_emu_realtime_get_object(input, "turn_detection");

	offhook_emu_realtime_apply_format(input, &setup->in_mulaw);
	offhook_emu_realtime_apply_format(offhook_emu_realtime_get_object(audio, "output"),
					  &setup->out_mulaw);
	if (input != NULL && json_object_has_member(input, "transcription"))
		setup->transcribes =
		    offhook_emu_realtime_get_object(input, "transcription") != NULL;
	if (input == NULL || !json_object_has_member(input, "turn_detection"))
		return;
	setup->vad = detection != NULL;
	if (detection == NULL)
		return;
	setup->creates =
	    json_object_get_boolean_member_with_default(detection, "create_response", TRUE);
	setup->interrupts =
	    json_object_get_boolean_member_with_default(detection, "interrupt_response", TRUE);
	setup->silence_ms =
	    (gint)json_object_get_int_member_with_default(detection, "silence_duration_ms", 500);
}
