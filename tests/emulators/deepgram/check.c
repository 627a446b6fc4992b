/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What clients may ask for and say, strictly by the description. Pure functions. */

#include "check.h"

#include <string.h>

#define MAX_RATE 48000

/* A parameter: "" any text, "0" a number, "a|b" one of these. */
typedef struct {
	const gchar *name;
	const gchar *values;
} OffhookEmuDeepgramParameter;

static const OffhookEmuDeepgramParameter offhook_emu_deepgram_listen[] = {
    {"model", "nova-3|nova-3-general|nova-3-medical|nova-2|nova-2-general|nova-2-phonecall|"
	      "enhanced|base"},
    {"language", ""},
    {"encoding", "linear16|mulaw"},
    {"sample_rate", "0"},
    {"channels", "1"},
    {"interim_results", "true|false"},
    {"punctuate", "true|false"},
    {"smart_format", "true|false"},
    {"endpointing", "false|0"},
    {"vad_events", "true|false"},
    {"keyterm", ""},
    {"keywords", ""},
    {"numerals", "true|false"},
    {"profanity_filter", "true|false"},
    {"filler_words", "true|false"},
    {"no_delay", "true|false"},
    {"mip_opt_out", "true|false"},
    {"tag", ""},
    {NULL},
};

static const OffhookEmuDeepgramParameter offhook_emu_deepgram_speak[] = {
    {"model", ""},         {"encoding", "linear16|mulaw"}, {"sample_rate", "0"},
    {"container", "none"}, {"mip_opt_out", "true|false"},  {NULL},
};

static gboolean
offhook_emu_deepgram_is_number(const gchar *value)
{
	guint64 number;

	return g_ascii_string_to_unsigned(value, 10, 0, G_MAXINT, &number, NULL);
}

static gboolean
offhook_emu_deepgram_fits(const gchar *value, const gchar *values)
{
	g_auto(GStrv) choices = g_strsplit(values, "|", -1);

	if (*value == '\0')
		return FALSE;
	if (*values == '\0' || g_strv_contains((const gchar *const *)choices, value))
		return TRUE;
	return g_strv_contains((const gchar *const *)choices, "0") &&
	       offhook_emu_deepgram_is_number(value);
}

static gchar *
offhook_emu_deepgram_check_field(const OffhookEmuField *field,
				 const OffhookEmuDeepgramParameter *table)
{
	for (; table->name != NULL; table++) {
		if (!g_str_equal(table->name, field->name))
			continue;
		return offhook_emu_deepgram_fits(field->value, table->values)
			   ? NULL
			   : g_strdup_printf("%s=%s: expected %s", field->name, field->value,
					     table->values);
	}
	return g_strdup_printf("%s: there is no such parameter", field->name);
}

/* Each may be there once, but for the words that are likely. */
static gboolean
offhook_emu_deepgram_is_repeated(const OffhookEmuForm *query, guint at)
{
	const OffhookEmuField *field = g_ptr_array_index(query->fields, at);

	if (g_str_has_prefix(field->name, "key") || g_str_equal(field->name, "tag"))
		return FALSE;
	for (guint i = 0; i < at; i++) {
		const OffhookEmuField *other = g_ptr_array_index(query->fields, i);

		if (g_str_equal(other->name, field->name))
			return TRUE;
	}
	return FALSE;
}

static gchar *
offhook_emu_deepgram_check_query(const OffhookEmuForm *query, OffhookEmuDeepgramWish *wish)
{
	const OffhookEmuDeepgramParameter *table =
	    wish->listen ? offhook_emu_deepgram_listen : offhook_emu_deepgram_speak;
	const gchar *encoding = offhook_emu_form_get(query, "encoding");
	const gchar *rate = offhook_emu_form_get(query, "sample_rate");
	const gchar *model = offhook_emu_form_get(query, "model");
	gchar *wrong = NULL;

	for (guint i = 0; wrong == NULL && i < query->fields->len; i++) {
		wrong =
		    offhook_emu_deepgram_check_field(g_ptr_array_index(query->fields, i), table);
		if (wrong == NULL && offhook_emu_deepgram_is_repeated(query, i))
			wrong = g_strdup("a parameter is there twice");
	}
	if (wrong != NULL)
		return wrong;
	if (encoding == NULL || rate == NULL)
		return g_strdup("encoding and sample_rate: expected both, for the audio is raw");
	wish->is_mulaw = g_str_equal(encoding, "mulaw");
	wish->interim = offhook_emu_form_has(query, "interim_results", "true");
	wish->rate = (guint)g_ascii_strtoull(rate, NULL, 10);
	if (wish->rate < 8000 || wish->rate > MAX_RATE)
		return g_strdup("sample_rate: expected 8000 to 48000");
	if (!wish->listen && (model == NULL || !g_str_has_prefix(model, "aura-")))
		return g_strdup("model: there is no such voice");
	if (offhook_emu_form_get(query, "keyterm") != NULL &&
	    (model == NULL || !g_str_has_prefix(model, "nova-3")))
		return g_strdup("keyterm: nova-3 only");
	return NULL;
}

gchar *
offhook_emu_deepgram_check_address(const gchar *path, const OffhookEmuForm *query,
				   OffhookEmuDeepgramWish *wish, guint *status)
{
	gchar *wrong;

	*wish = (OffhookEmuDeepgramWish){.listen = g_str_equal(path, "/v1/listen")};
	if (!wish->listen && !g_str_equal(path, "/v1/speak")) {
		*status = 404;
		return g_strdup("There is nothing here.");
	}
	wrong = offhook_emu_deepgram_check_query(query, wish);
	*status = wrong != NULL ? 400 : 101;
	return wrong;
}

/* ---- messages ---- */

gchar *
offhook_emu_deepgram_check_message(const gchar *text, const gchar *const *types,
				   JsonObject **message)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	JsonNode *root;
	JsonObject *object;
	const gchar *type;
	guint members = 1;

	if (!json_parser_load_from_data(parser, text, -1, NULL) ||
	    (root = json_parser_get_root(parser)) == NULL || !JSON_NODE_HOLDS_OBJECT(root))
		return g_strdup("a message that is no JSON object");
	object = json_node_get_object(root);
	type = json_object_get_string_member_with_default(object, "type", "");
	if (!g_strv_contains(types, type))
		return g_strdup_printf("a message of the type \"%s\"", type);
	if (g_str_equal(type, "Speak")) {
		members++;
		if (json_object_get_string_member_with_default(object, "text", NULL) == NULL)
			return g_strdup("Speak without a text");
	}
	if (json_object_get_size(object) != members)
		return g_strdup_printf("%s with members that it has not", type);
	*message = json_object_ref(object);
	return NULL;
}
