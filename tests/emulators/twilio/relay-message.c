/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The JSON messages of a ConversationRelay session. The server's are read as strictly as the carrier
 * validates them: known types, the documented fields in their types, and no others. Pure functions. */

#include "relay-message.h"

#include "emu-error.h"

#include <stdarg.h>
#include <string.h>

typedef struct {
	const gchar *name;
	GType type; /* G_TYPE_STRING, G_TYPE_BOOLEAN or G_TYPE_INT64 */
	gboolean required;
} OffhookEmuRelayField;

static const struct {
	const gchar *type;
	OffhookEmuRelayKind kind;
	const gchar *text; /* the field that is kept */
	OffhookEmuRelayField fields[6];
} offhook_emu_relay_types[] = {
    {"text",
     OFFHOOK_EMU_RELAY_TEXT,
     "token",
     {{"token", G_TYPE_STRING, TRUE},
      {"last", G_TYPE_BOOLEAN, FALSE},
      {"lang", G_TYPE_STRING, FALSE},
      {"interruptible", G_TYPE_BOOLEAN, FALSE},
      {"preemptible", G_TYPE_BOOLEAN, FALSE}}},
    {"play",
     OFFHOOK_EMU_RELAY_PLAY,
     "source",
     {{"source", G_TYPE_STRING, TRUE},
      {"loop", G_TYPE_INT64, FALSE},
      {"preemptible", G_TYPE_BOOLEAN, FALSE},
      {"interruptible", G_TYPE_BOOLEAN, FALSE}}},
    {"sendDigits", OFFHOOK_EMU_RELAY_DIGITS, "digits", {{"digits", G_TYPE_STRING, TRUE}}},
    {"language",
     OFFHOOK_EMU_RELAY_LANGUAGE,
     "ttsLanguage",
     {{"ttsLanguage", G_TYPE_STRING, FALSE}, {"transcriptionLanguage", G_TYPE_STRING, FALSE}}},
    {"end", OFFHOOK_EMU_RELAY_END, "handoffData", {{"handoffData", G_TYPE_STRING, FALSE}}},
};

void
offhook_emu_relay_message_free(OffhookEmuRelayMessage *self)
{
	g_free(self->text);
	g_free(self);
}

static gboolean offhook_emu_relay_message_refuse(GError **error, const gchar *format, ...)
    G_GNUC_PRINTF(2, 3);

static gboolean
offhook_emu_relay_message_refuse(GError **error, const gchar *format, ...)
{
	g_autofree gchar *reason = NULL;
	va_list args;

	va_start(args, format);
	reason = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_STREAM, "64107: %s", reason);
	return FALSE;
}

static JsonNode *
offhook_emu_relay_message_get(JsonObject *object, const gchar *name, GType type)
{
	JsonNode *node = json_object_get_member(object, name);

	return node != NULL && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == type
		   ? node
		   : NULL;
}

static const OffhookEmuRelayField *
offhook_emu_relay_field_find(const OffhookEmuRelayField *fields, const gchar *name)
{
	for (; fields->name != NULL; fields++)
		if (g_str_equal(fields->name, name))
			return fields;
	return NULL;
}

static gboolean
offhook_emu_relay_message_check(JsonObject *object, const gchar *type,
				const OffhookEmuRelayField *fields, GError **error)
{
	g_autoptr(GList) members = json_object_get_members(object);

	for (GList *member = members; member != NULL; member = member->next) {
		const gchar *name = member->data;
		const OffhookEmuRelayField *field = offhook_emu_relay_field_find(fields, name);

		if (field == NULL && !g_str_equal(name, "type"))
			return offhook_emu_relay_message_refuse(
			    error, "a %s message has an unexpected field \"%.40s\"", type, name);
		if (field != NULL &&
		    offhook_emu_relay_message_get(object, name, field->type) == NULL)
			return offhook_emu_relay_message_refuse(error, "%s.%s has a wrong type",
								type, name);
	}
	for (; fields->name != NULL; fields++)
		if (fields->required && !json_object_has_member(object, fields->name))
			return offhook_emu_relay_message_refuse(error, "a %s message has no \"%s\"",
								type, fields->name);
	return TRUE;
}

static gboolean
offhook_emu_relay_message_flag(JsonObject *object, const gchar *name, gboolean fallback)
{
	JsonNode *node = offhook_emu_relay_message_get(object, name, G_TYPE_BOOLEAN);

	return node != NULL ? json_node_get_boolean(node) : fallback;
}

/* What the types alone do not say. */
static gboolean
offhook_emu_relay_message_check_values(const OffhookEmuRelayMessage *self, JsonObject *object,
				       GError **error)
{
	if (self->kind == OFFHOOK_EMU_RELAY_DIGITS &&
	    (*self->text == '\0' || strspn(self->text, "0123456789w#*") != strlen(self->text)))
		return offhook_emu_relay_message_refuse(
		    error, "sendDigits.digits: expected 0-9, w, # and *");
	if (self->kind == OFFHOOK_EMU_RELAY_LANGUAGE && json_object_get_size(object) < 2)
		return offhook_emu_relay_message_refuse(error, "a language message says none");
	return TRUE;
}

OffhookEmuRelayMessage *
offhook_emu_relay_message_parse(const gchar *data, gsize length, GError **error)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(OffhookEmuRelayMessage) self = g_new0(OffhookEmuRelayMessage, 1);
	JsonObject *object;
	JsonNode *root, *type, *text;

	if (!json_parser_load_from_data(parser, data, (gssize)length, NULL) ||
	    (root = json_parser_get_root(parser)) == NULL || !JSON_NODE_HOLDS_OBJECT(root)) {
		offhook_emu_relay_message_refuse(error, "a message is not a JSON object");
		return NULL;
	}
	object = json_node_get_object(root);
	type = offhook_emu_relay_message_get(object, "type", G_TYPE_STRING);
	for (gsize i = 0; type != NULL && i < G_N_ELEMENTS(offhook_emu_relay_types); i++) {
		const gchar *name = offhook_emu_relay_types[i].type;

		if (!g_str_equal(name, json_node_get_string(type)))
			continue;
		if (!offhook_emu_relay_message_check(object, name,
						     offhook_emu_relay_types[i].fields, error))
			return NULL;
		self->kind = offhook_emu_relay_types[i].kind;
		text = json_object_get_member(object, offhook_emu_relay_types[i].text);
		self->text = text != NULL ? g_strdup(json_node_get_string(text)) : NULL;
		self->last = offhook_emu_relay_message_flag(object, "last", FALSE);
		self->interruptible = offhook_emu_relay_message_flag(object, "interruptible", TRUE);
		self->preemptible = offhook_emu_relay_message_flag(object, "preemptible", FALSE);
		if (!offhook_emu_relay_message_check_values(self, object, error))
			return NULL;
		return g_steal_pointer(&self);
	}
	offhook_emu_relay_message_refuse(error, "unknown type \"%.40s\"",
					 type != NULL ? json_node_get_string(type) : "");
	return NULL;
}

/* ---- the carrier's ---- */

static JsonBuilder *
offhook_emu_relay_message_begin(const gchar *type)
{
	JsonBuilder *builder = json_builder_new();

	json_builder_begin_object(builder);
	json_builder_set_member_name(builder, "type");
	json_builder_add_string_value(builder, type);
	return builder;
}

static void
offhook_emu_relay_message_add(JsonBuilder *builder, const gchar *name, const gchar *value)
{
	json_builder_set_member_name(builder, name);
	json_builder_add_string_value(builder, value);
}

/* @builder: taken over */
static gchar *
offhook_emu_relay_message_finish(JsonBuilder *builder)
{
	g_autoptr(JsonNode) root = NULL;

	json_builder_end_object(builder);
	root = json_builder_get_root(builder);
	g_object_unref(builder);
	return json_to_string(root, FALSE);
}

gchar *
offhook_emu_relay_message_setup(const OffhookEmuRelayIdentity *identity)
{
	JsonBuilder *builder = offhook_emu_relay_message_begin("setup");
	GHashTableIter iter;
	gpointer name, value;

	offhook_emu_relay_message_add(builder, "sessionId", identity->session_id);
	offhook_emu_relay_message_add(builder, "accountSid", identity->account_sid);
	offhook_emu_relay_message_add(builder, "parentCallSid", "");
	offhook_emu_relay_message_add(builder, "callSid", identity->call_sid);
	offhook_emu_relay_message_add(builder, "from", identity->from);
	offhook_emu_relay_message_add(builder, "to", identity->to);
	offhook_emu_relay_message_add(builder, "forwardedFrom", "");
	offhook_emu_relay_message_add(builder, "callType", "PSTN");
	offhook_emu_relay_message_add(builder, "callerName", "");
	offhook_emu_relay_message_add(builder, "direction", identity->direction);
	offhook_emu_relay_message_add(builder, "callStatus", "RINGING");
	json_builder_set_member_name(builder, "customParameters");
	json_builder_begin_object(builder);
	if (identity->parameters != NULL) {
		g_hash_table_iter_init(&iter, identity->parameters);
		while (g_hash_table_iter_next(&iter, &name, &value))
			offhook_emu_relay_message_add(builder, name, value);
	}
	json_builder_end_object(builder);
	return offhook_emu_relay_message_finish(builder);
}

gchar *
offhook_emu_relay_message_prompt(const gchar *text, const gchar *language, gboolean last)
{
	JsonBuilder *builder = offhook_emu_relay_message_begin("prompt");

	offhook_emu_relay_message_add(builder, "voicePrompt", text);
	offhook_emu_relay_message_add(builder, "lang", language);
	json_builder_set_member_name(builder, "last");
	json_builder_add_boolean_value(builder, last);
	return offhook_emu_relay_message_finish(builder);
}

gchar *
offhook_emu_relay_message_interrupt(const gchar *spoken, gint64 duration_ms)
{
	JsonBuilder *builder = offhook_emu_relay_message_begin("interrupt");

	offhook_emu_relay_message_add(builder, "utteranceUntilInterrupt", spoken);
	json_builder_set_member_name(builder, "durationUntilInterruptMs");
	json_builder_add_int_value(builder, duration_ms);
	return offhook_emu_relay_message_finish(builder);
}

gchar *
offhook_emu_relay_message_dtmf(gchar digit)
{
	JsonBuilder *builder = offhook_emu_relay_message_begin("dtmf");
	const gchar text[] = {digit, '\0'};

	offhook_emu_relay_message_add(builder, "digit", text);
	return offhook_emu_relay_message_finish(builder);
}

gchar *
offhook_emu_relay_message_error(const gchar *description)
{
	JsonBuilder *builder = offhook_emu_relay_message_begin("error");

	offhook_emu_relay_message_add(builder, "description", description);
	return offhook_emu_relay_message_finish(builder);
}
