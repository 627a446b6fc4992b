/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reads a TwiML document into a list of verbs, strict where the carrier is: names are
 * case-sensitive, the root must be Response, the document at most 64 kB, a Parameter under 500
 * characters. Pure parsing, no I/O. */

#include "twiml.h"

#include "emu-error.h"

#include <string.h>

#define OFFHOOK_EMU_TWIML_MAX_BYTES     (64 * 1024)
#define OFFHOOK_EMU_TWIML_MAX_PARAMETER 500

static const struct {
	const gchar *name;
	OffhookEmuVerbKind kind;
} offhook_emu_twiml_verbs[] = {
    {"Connect", OFFHOOK_EMU_VERB_CONNECT}, {"Say", OFFHOOK_EMU_VERB_SAY},
    {"Play", OFFHOOK_EMU_VERB_PLAY},       {"Pause", OFFHOOK_EMU_VERB_PAUSE},
    {"Hangup", OFFHOOK_EMU_VERB_HANGUP},   {"Reject", OFFHOOK_EMU_VERB_REJECT},
    {"Dial", OFFHOOK_EMU_VERB_DIAL},       {"Redirect", OFFHOOK_EMU_VERB_REDIRECT},
    {"Start", OFFHOOK_EMU_VERB_START},     {"Stop", OFFHOOK_EMU_VERB_OTHER},
    {"Gather", OFFHOOK_EMU_VERB_OTHER},    {"Record", OFFHOOK_EMU_VERB_OTHER},
};

typedef struct {
	OffhookEmuTwiml *twiml;
	OffhookEmuVerb *verb; /* the one being read */
} OffhookEmuTwimlReader;

static GHashTable *
offhook_emu_twiml_attributes(const gchar **names, const gchar **values)
{
	GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	for (guint i = 0; names[i] != NULL; i++)
		g_hash_table_replace(table, g_strdup(names[i]), g_strdup(values[i]));
	return table;
}

static void
offhook_emu_verb_free(gpointer data)
{
	OffhookEmuVerb *self = data;

	g_free(self->name);
	g_free(self->noun);
	g_string_free(self->text, TRUE);
	g_hash_table_unref(self->attributes);
	g_clear_pointer(&self->noun_attributes, g_hash_table_unref);
	g_hash_table_unref(self->parameters);
	g_free(self);
}

const gchar *
offhook_emu_verb_get(const OffhookEmuVerb *self, const gchar *attribute, const gchar *fallback)
{
	const gchar *value = g_hash_table_lookup(self->attributes, attribute);

	return value != NULL ? value : fallback;
}

static void offhook_emu_twiml_warn(OffhookEmuTwimlReader *reader, const gchar *format, ...)
    G_GNUC_PRINTF(2, 3);

static void
offhook_emu_twiml_warn(OffhookEmuTwimlReader *reader, const gchar *format, ...)
{
	va_list args;

	va_start(args, format);
	g_ptr_array_add(reader->twiml->warnings, g_strdup_vprintf(format, args));
	va_end(args);
}

static void
offhook_emu_twiml_open_verb(OffhookEmuTwimlReader *reader, const gchar *name, const gchar **names,
			    const gchar **values)
{
	OffhookEmuVerb *verb = g_new0(OffhookEmuVerb, 1);
	gboolean known = FALSE;

	verb->kind = OFFHOOK_EMU_VERB_OTHER;
	verb->name = g_strdup(name);
	verb->text = g_string_new(NULL);
	verb->attributes = offhook_emu_twiml_attributes(names, values);
	verb->parameters = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (gsize i = 0; i < G_N_ELEMENTS(offhook_emu_twiml_verbs); i++) {
		if (g_str_equal(name, offhook_emu_twiml_verbs[i].name)) {
			verb->kind = offhook_emu_twiml_verbs[i].kind;
			known = TRUE;
		}
	}
	if (!known)
		offhook_emu_twiml_warn(reader, "12200: <%s> is not a verb", name);
	g_ptr_array_add(reader->twiml->verbs, verb);
	reader->verb = verb;
}

static gboolean
offhook_emu_twiml_add_parameter(OffhookEmuTwimlReader *reader, const gchar **names,
				const gchar **values, GError **error)
{
	g_autoptr(GHashTable) attributes = offhook_emu_twiml_attributes(names, values);
	const gchar *name = g_hash_table_lookup(attributes, "name");
	const gchar *value = g_hash_table_lookup(attributes, "value");

	if (name == NULL || value == NULL) {
		g_set_error_literal(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_DOCUMENT,
				    "12200: <Parameter> needs name and value");
		return FALSE;
	}
	if (g_utf8_strlen(name, -1) + g_utf8_strlen(value, -1) >= OFFHOOK_EMU_TWIML_MAX_PARAMETER) {
		g_set_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_DOCUMENT,
			    "<Parameter name=\"%s\">: name and value have %u characters or more",
			    name, OFFHOOK_EMU_TWIML_MAX_PARAMETER);
		return FALSE;
	}
	g_hash_table_replace(reader->verb->parameters, g_strdup(name), g_strdup(value));
	return TRUE;
}

static void
offhook_emu_twiml_start_cb(GMarkupParseContext *context, const gchar *name, const gchar **names,
			   const gchar **values, gpointer user_data, GError **error)
{
	OffhookEmuTwimlReader *reader = user_data;
	guint depth = g_slist_length((GSList *)g_markup_parse_context_get_element_stack(context));

	if (depth == 1) {
		if (!g_str_equal(name, "Response"))
			g_set_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_DOCUMENT,
				    "the root element is <%s>, expected <Response>", name);
	} else if (depth == 2) {
		offhook_emu_twiml_open_verb(reader, name, names, values);
	} else if (depth == 3) {
		g_free(reader->verb->noun);
		g_clear_pointer(&reader->verb->noun_attributes, g_hash_table_unref);
		reader->verb->noun = g_strdup(name);
		reader->verb->noun_attributes = offhook_emu_twiml_attributes(names, values);
		if (reader->verb->kind == OFFHOOK_EMU_VERB_DIAL)
			g_string_truncate(reader->verb->text, 0);
	} else if (depth == 4 && g_str_equal(name, "Parameter")) {
		offhook_emu_twiml_add_parameter(reader, names, values, error);
	} else if (depth != 4 || !g_str_equal(name, "Language")) {
		offhook_emu_twiml_warn(reader, "12200: <%s> is not expected here", name);
	}
}

static void
offhook_emu_twiml_end_cb(GMarkupParseContext *context, const gchar *name, gpointer user_data,
			 GError **error)
{
	OffhookEmuTwimlReader *reader = user_data;

	if (g_slist_length((GSList *)g_markup_parse_context_get_element_stack(context)) == 2) {
		g_strstrip(reader->verb->text->str);
		reader->verb->text->len = strlen(reader->verb->text->str);
		reader->verb = NULL;
	}
}

static void
offhook_emu_twiml_text_cb(GMarkupParseContext *context, const gchar *text, gsize length,
			  gpointer user_data, GError **error)
{
	OffhookEmuTwimlReader *reader = user_data;

	if (reader->verb != NULL)
		g_string_append_len(reader->verb->text, text, (gssize)length);
}

void
offhook_emu_twiml_free(OffhookEmuTwiml *self)
{
	g_ptr_array_unref(self->verbs);
	g_ptr_array_unref(self->warnings);
	g_free(self);
}

OffhookEmuTwiml *
offhook_emu_twiml_parse(const gchar *text, gsize length, GError **error)
{
	static const GMarkupParser parser = {
	    .start_element = offhook_emu_twiml_start_cb,
	    .end_element = offhook_emu_twiml_end_cb,
	    .text = offhook_emu_twiml_text_cb,
	};
	g_autoptr(OffhookEmuTwiml) twiml = g_new0(OffhookEmuTwiml, 1);
	g_autoptr(GMarkupParseContext) context = NULL;
	OffhookEmuTwimlReader reader = {.twiml = twiml};
	g_autoptr(GError) local = NULL;

	twiml->verbs = g_ptr_array_new_with_free_func(offhook_emu_verb_free);
	twiml->warnings = g_ptr_array_new_with_free_func(g_free);
	if (length > OFFHOOK_EMU_TWIML_MAX_BYTES) {
		g_set_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_DOCUMENT,
			    "11750: the document has %" G_GSIZE_FORMAT
			    " bytes, at most %d are read",
			    length, OFFHOOK_EMU_TWIML_MAX_BYTES);
		return NULL;
	}
	context = g_markup_parse_context_new(&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, &reader, NULL);
	if (!g_markup_parse_context_parse(context, text, (gssize)length, &local) ||
	    !g_markup_parse_context_end_parse(context, &local)) {
		g_set_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_DOCUMENT,
			    "12100: the document cannot be read: %s", local->message);
		return NULL;
	}
	return g_steal_pointer(&twiml);
}
