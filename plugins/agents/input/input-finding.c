/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Puts together what was found. Any one thread.
 */

#include "input-finding.h"

#include "input-cleaner.h"
#include "language-detect.h"
#include "language-words.h"
#include "model-question.h"

#include <offhook/json.h>
#include <string.h>

#define OFFHOOK_INPUT_FINDING_MAX_VALUE 200

static const char *const offhook_input_finding_languages[] = {
    [OFFHOOK_LANGUAGE_EN] = "English",
    [OFFHOOK_LANGUAGE_DE] = "German",
    [OFFHOOK_LANGUAGE_FR] = "French",
    [OFFHOOK_LANGUAGE_ES] = "Spanish",
};

/* To whom? Only what is plainly said to somebody else, and asks and orders nothing, is not for us. */
static gboolean
offhook_input_finding_is_addressed(const OffhookInputFinding *self,
				   const OffhookInputIntents *intents, const char *const *words)
{
	return !offhook_input_intents_is_side_talk(intents, self->language, words) ||
	       !g_str_equal(self->intent, OFFHOOK_INPUT_UNKNOWN) ||
	       strchr(self->raw, '?') != NULL || self->entities->len > 0;
}

OffhookInputFinding *
offhook_input_finding_new(const char *message, OffhookLanguage usual, gboolean detect,
			  const OffhookInputIntents *intents, GDateTime *now)
{
	OffhookInputFinding *self = g_new0(OffhookInputFinding, 1);
	g_auto(GStrv) split = NULL;
	const char *const *words;

	self->raw = g_utf8_make_valid(message, MIN(strlen(message), OFFHOOK_INPUT_MAX_BYTES));
	self->language = detect ? offhook_language_detect(self->raw, usual) : usual;
	self->foreign = self->language != usual;
	self->text = offhook_input_clean(self->language, self->raw);
	split =
	    offhook_language_words_split_in(offhook_language_get_code(self->language), self->text);
	words = (const char *const *)split;
	self->intent =
	    g_strdup(offhook_input_intents_find(intents, self->language, words, &self->confidence));
	self->entities = offhook_input_entities_find(self->language, self->text, words, now);
	self->addressed = offhook_input_finding_is_addressed(self, intents, words);
	return self;
}

void
offhook_input_finding_free(OffhookInputFinding *self)
{
	if (self == NULL)
		return;
	g_free(self->raw);
	g_free(self->text);
	g_free(self->intent);
	g_ptr_array_unref(self->entities);
	g_free(self);
}

static void
offhook_input_finding_merge_entity(OffhookInputFinding *self, JsonNode *node)
{
	JsonObject *object = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
	const char *value = offhook_json_get_string(object, "value");
	OffhookInputEntityType type;

	if (value == NULL || *value == '\0' || strlen(value) > OFFHOOK_INPUT_FINDING_MAX_VALUE ||
	    !offhook_input_entity_from_name(offhook_json_get_string(object, "type"), &type))
		return;
	for (guint i = 0; i < self->entities->len; i++) {
		const OffhookInputEntity *known = g_ptr_array_index(self->entities, i);

		if (known->type == type && g_str_equal(known->value, value))
			return;
	}
	offhook_input_entities_add(self->entities, type, value, NULL);
}

void
offhook_input_finding_merge(OffhookInputFinding *self, JsonObject *answer,
			    const OffhookInputIntents *intents)
{
	const char *intent = offhook_json_get_string(answer, "intent");
	JsonArray *entities = offhook_json_get_array(answer, "entities");

	if (intent != NULL && offhook_input_intents_has(intents, intent)) {
		g_free(self->intent);
		self->intent = g_strdup(intent);
		self->confidence =
		    offhook_model_answer_get_confidence(answer, MAX(self->confidence, 0.5));
	}
	for (guint i = 0; entities != NULL && i < json_array_get_length(entities) &&
			  i < OFFHOOK_INPUT_MAX_ENTITIES;
	     i++)
		offhook_input_finding_merge_entity(self, json_array_get_element(entities, i));
}

/* "The caller speaks German. Said in other words: time 19:30, number 4." (transfer full) */
static char *
offhook_input_finding_make_note(const OffhookInputFinding *self)
{
	GString *note = g_string_new(NULL);

	if (self->foreign)
		g_string_append_printf(note, "The caller speaks %s.",
				       offhook_input_finding_languages[self->language]);
	for (guint i = 0; i < self->entities->len; i++) {
		const OffhookInputEntity *entity = g_ptr_array_index(self->entities, i);

		if (i == 0)
			g_string_append_printf(
			    note, "%sIn what the caller said:", note->len > 0 ? " " : "");
		g_string_append_printf(note, "%s %s %s", i > 0 ? "," : "",
				       offhook_input_entity_get_name(entity->type), entity->value);
	}
	if (self->entities->len > 0)
		g_string_append_c(note, '.');
	return g_string_free(note, FALSE);
}

/* What both have. */
static JsonObject *
offhook_input_finding_begin(const OffhookInputFinding *self)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "language",
				      offhook_language_get_code(self->language));
	json_object_set_string_member(object, "intent", self->intent);
	json_object_set_double_member(object, "confidence", self->confidence);
	json_object_set_boolean_member(object, "addressed", self->addressed);
	return object;
}

JsonObject *
offhook_input_finding_describe(const OffhookInputFinding *self)
{
	JsonObject *object = offhook_input_finding_begin(self);
	JsonArray *entities = json_array_new();
	g_autofree char *note = offhook_input_finding_make_note(self);

	for (guint i = 0; i < self->entities->len; i++) {
		const OffhookInputEntity *entity = g_ptr_array_index(self->entities, i);
		JsonObject *one = json_object_new();

		json_object_set_string_member(one, "type",
					      offhook_input_entity_get_name(entity->type));
		json_object_set_string_member(one, "value", entity->value);
		json_object_set_string_member(one, "text", entity->text);
		json_array_add_object_element(entities, one);
	}
	json_object_set_string_member(object, "text", self->text);
	json_object_set_string_member(object, "raw", self->raw);
	json_object_set_array_member(object, "entities", entities);
	if (*note != '\0')
		json_object_set_string_member(object, "for_model", note);
	return object;
}

JsonObject *
offhook_input_finding_summarise(const OffhookInputFinding *self)
{
	JsonObject *object = offhook_input_finding_begin(self);
	JsonArray *types = json_array_new();

	for (guint i = 0; i < self->entities->len; i++) {
		const OffhookInputEntity *entity = g_ptr_array_index(self->entities, i);

		json_array_add_string_element(types, offhook_input_entity_get_name(entity->type));
	}
	json_object_set_array_member(object, "entities", types);
	return object;
}
