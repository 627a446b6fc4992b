/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What clients may ask for and say, strictly by the description. Pure functions. */

#include "check.h"

#include <string.h>

#define PATH_PREFIX "/v1/text-to-speech/"

/* ---- the address ---- */

static gboolean
offhook_emu_elevenlabs_is_boolean(const gchar *value)
{
	return g_str_equal(value, "true") || g_str_equal(value, "false");
}

static gchar *
offhook_emu_elevenlabs_check_format(const gchar *value, OffhookEmuElevenlabsWish *wish)
{
	static const struct {
		const gchar *name;
		guint rate;
	} formats[] = {
	    {"pcm_8000", 8000},   {"pcm_16000", 16000}, {"pcm_22050", 22050},
	    {"pcm_24000", 24000}, {"pcm_44100", 44100}, {"ulaw_8000", 8000},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
		if (g_str_equal(formats[i].name, value)) {
			wish->rate = formats[i].rate;
			wish->is_mulaw = g_str_has_prefix(value, "ulaw");
			return NULL;
		}
	return g_strdup_printf("output_format=%s: this emulator has pcm_8000, pcm_16000, "
			       "pcm_22050, pcm_24000, pcm_44100 and ulaw_8000",
			       value);
}

static gchar *
offhook_emu_elevenlabs_check_model(const gchar *value)
{
	static const gchar *const models[] = {"eleven_flash_v2_5",      "eleven_flash_v2",
					      "eleven_turbo_v2_5",      "eleven_turbo_v2",
					      "eleven_multilingual_v2", NULL};

	return g_strv_contains(models, value)
		   ? NULL
		   : g_strdup_printf("model_id=%s: there is no such model here", value);
}

static gchar *
offhook_emu_elevenlabs_check_query(const OffhookEmuField *field, OffhookEmuElevenlabsWish *wish)
{
	static const gchar *const switches[] = {"enable_ssml_parsing", "enable_logging",
						"sync_alignment", "auto_mode", NULL};
	guint64 number;

	if (g_str_equal(field->name, "model_id"))
		return offhook_emu_elevenlabs_check_model(field->value);
	if (g_str_equal(field->name, "output_format"))
		return offhook_emu_elevenlabs_check_format(field->value, wish);
	if (g_strv_contains(switches, field->name)) {
		if (!offhook_emu_elevenlabs_is_boolean(field->value))
			return g_strdup_printf("%s=%s: expected true or false", field->name,
					       field->value);
		if (g_str_equal(field->name, "auto_mode"))
			wish->auto_mode = g_str_equal(field->value, "true");
		return NULL;
	}
	if (g_str_equal(field->name, "inactivity_timeout")) {
		if (!g_ascii_string_to_unsigned(field->value, 10, 1, 180, &number, NULL))
			return g_strdup("inactivity_timeout: expected seconds, 1 to 180");
		wish->idle_s = (guint)number;
		return NULL;
	}
	if (g_str_equal(field->name, "language_code"))
		return strlen(field->value) == 2 ? NULL
						 : g_strdup("language_code: expected two letters");
	if (g_str_equal(field->name, "apply_text_normalization"))
		return g_str_equal(field->value, "auto") || g_str_equal(field->value, "on") ||
			       g_str_equal(field->value, "off")
			   ? NULL
			   : g_strdup("apply_text_normalization: expected auto, on or off");
	if (g_str_equal(field->name, "seed"))
		return NULL;
	return g_strdup_printf("%s: there is no such parameter", field->name);
}

gchar *
offhook_emu_elevenlabs_check_address(const gchar *path, const OffhookEmuForm *query,
				     OffhookEmuElevenlabsWish *wish)
{
	const gchar *rest = path + strlen(PATH_PREFIX), *slash;
	gchar *wrong = NULL;

	*wish = (OffhookEmuElevenlabsWish){.rate = 16000, .idle_s = 20};
	if (!g_str_has_prefix(path, PATH_PREFIX) || (slash = strchr(rest, '/')) == NULL ||
	    slash == rest)
		return g_strdup_printf("%s: there is nothing here", path);
	wish->multi = g_str_equal(slash, "/multi-stream-input");
	if (!wish->multi && !g_str_equal(slash, "/stream-input"))
		return g_strdup_printf("%s: there is nothing here", path);
	wish->voice = g_strndup(rest, (gsize)(slash - rest));
	for (guint i = 0; wrong == NULL && i < query->fields->len; i++)
		wrong =
		    offhook_emu_elevenlabs_check_query(g_ptr_array_index(query->fields, i), wish);
	return wrong;
}

void
offhook_emu_elevenlabs_wish_clear(OffhookEmuElevenlabsWish *self)
{
	g_clear_pointer(&self->voice, g_free);
}

/* ---- messages ---- */

static gchar *
offhook_emu_elevenlabs_check_number(JsonObject *object, const gchar *name, gdouble least,
				    gdouble most)
{
	JsonNode *node = json_object_get_member(object, name);
	GType type = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : G_TYPE_NONE;
	gdouble value;

	if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
		return g_strdup_printf("%s: expected a number", name);
	value = json_node_get_double(node);
	return value >= least && value <= most
		   ? NULL
		   : g_strdup_printf("%s: expected %g to %g", name, least, most);
}

static gchar *
offhook_emu_elevenlabs_check_settings(JsonObject *settings)
{
	JsonObjectIter iter;
	const gchar *name;
	gchar *wrong = NULL;

	json_object_iter_init(&iter, settings);
	while (wrong == NULL && json_object_iter_next(&iter, &name, NULL)) {
		if (g_str_equal(name, "stability") || g_str_equal(name, "similarity_boost") ||
		    g_str_equal(name, "style"))
			wrong = offhook_emu_elevenlabs_check_number(settings, name, 0, 1);
		else if (g_str_equal(name, "speed"))
			wrong = offhook_emu_elevenlabs_check_number(settings, name, 0.7, 1.2);
		else if (!g_str_equal(name, "use_speaker_boost"))
			wrong = g_strdup_printf("voice_settings.%s: there is no such member", name);
	}
	return wrong;
}

/* The types of what a message may have. */
static gchar *
offhook_emu_elevenlabs_check_member(const gchar *name, JsonNode *node, gboolean multi)
{
	static const struct {
		const gchar *name;
		GType type; /* G_TYPE_NONE: an object */
		gboolean multi, single;
	} members[] = {
	    {"text", G_TYPE_STRING, TRUE, TRUE},
	    {"voice_settings", G_TYPE_NONE, TRUE, TRUE},
	    {"generation_config", G_TYPE_NONE, TRUE, TRUE},
	    {"flush", G_TYPE_BOOLEAN, TRUE, TRUE},
	    {"try_trigger_generation", G_TYPE_BOOLEAN, FALSE, TRUE},
	    {"xi-api-key", G_TYPE_STRING, FALSE, TRUE},
	    {"xi_api_key", G_TYPE_STRING, TRUE, TRUE},
	    {"context_id", G_TYPE_STRING, TRUE, FALSE},
	    {"close_context", G_TYPE_BOOLEAN, TRUE, FALSE},
	    {"close_socket", G_TYPE_BOOLEAN, TRUE, FALSE},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(members); i++) {
		if (!g_str_equal(members[i].name, name) ||
		    !(multi ? members[i].multi : members[i].single))
			continue;
		if (members[i].type == G_TYPE_NONE
			? JSON_NODE_HOLDS_OBJECT(node)
			: JSON_NODE_HOLDS_VALUE(node) &&
			      json_node_get_value_type(node) == members[i].type)
			return NULL;
		return g_strdup_printf("%s: of another type than expected", name);
	}
	return g_strdup_printf("%s: there is no such member", name);
}

gchar *
offhook_emu_elevenlabs_check_message(JsonObject *message, gboolean multi)
{
	JsonObjectIter iter;
	const gchar *name;
	JsonNode *node;
	gchar *wrong = NULL;

	json_object_iter_init(&iter, message);
	while (wrong == NULL && json_object_iter_next(&iter, &name, &node))
		wrong = offhook_emu_elevenlabs_check_member(name, node, multi);
	if (wrong == NULL && json_object_has_member(message, "voice_settings"))
		wrong = offhook_emu_elevenlabs_check_settings(
		    json_object_get_object_member(message, "voice_settings"));
	if (wrong == NULL && json_object_has_member(message, "text")) {
		const gchar *text = json_object_get_string_member(message, "text");

		if (*text != '\0' && !g_str_has_suffix(text, " "))
			wrong = g_strdup("text: expected a space at its end");
	}
	return wrong;
}
