/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Patterns as lists of words, one set per language, since words are split by language. Which intent
 * it is tells the pattern that says most and leaves the least of what was said. Any thread.
 */

#include "input-intents.h"

#include "input-builtin.h"
#include "language-words.h"
#include "language-yes-no.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

/* How many other words "..." stands for at most. */
#define OFFHOOK_INPUT_INTENTS_GAP       6
#define OFFHOOK_INPUT_INTENTS_MAX_BYTES 200 /* of a pattern or name */
/* A yes with more words around it is something else. */
#define OFFHOOK_INPUT_INTENTS_MAX_ANSWER 5
#define OFFHOOK_INPUT_INTENTS_COURTESY   0.6
/* What is sure of nothing. */
#define OFFHOOK_INPUT_INTENTS_NOTHING 0.3

typedef struct {
	char *name;
	GPtrArray *patterns[OFFHOOK_N_LANGUAGES]; /* (element-type GStrv) */
} OffhookInputIntent;

struct _OffhookInputIntents {
	gatomicrefcount ref_count;
	GPtrArray *intents; /* (element-type OffhookInputIntent) */
	OffhookInputIntent *side_talk;
};

static void
offhook_input_intent_free(gpointer data)
{
	OffhookInputIntent *intent = data;

	if (intent == NULL)
		return;
	for (guint i = 0; i < OFFHOOK_N_LANGUAGES; i++)
		g_ptr_array_unref(intent->patterns[i]);
	g_free(intent->name);
	g_free(intent);
}

static OffhookInputIntent *
offhook_input_intents_look_up(const OffhookInputIntents *self, const char *name)
{
	for (guint i = 0; i < self->intents->len; i++) {
		OffhookInputIntent *intent = g_ptr_array_index(self->intents, i);

		if (g_str_equal(intent->name, name))
			return intent;
	}
	return NULL;
}

static OffhookInputIntent *
offhook_input_intent_new(const char *name)
{
	OffhookInputIntent *intent = g_new0(OffhookInputIntent, 1);

	intent->name = g_strdup(name);
	for (guint i = 0; i < OFFHOOK_N_LANGUAGES; i++)
		intent->patterns[i] = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	return intent;
}

/* (transfer none) */
static OffhookInputIntent *
offhook_input_intents_make(OffhookInputIntents *self, const char *name)
{
	OffhookInputIntent *intent = offhook_input_intents_look_up(self, name);

	if (intent == NULL) {
		intent = offhook_input_intent_new(name);
		g_ptr_array_add(self->intents, intent);
	}
	return intent;
}

/* ---- patterns ---- */

/* As the words of an utterance are split, with the stars and dots that splitting loses. */
static char **
offhook_input_pattern_compile(OffhookLanguage language, const char *text)
{
	g_auto(GStrv) parts = g_strsplit_set(text, " \t", -1);
	g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; parts[i] != NULL; i++) {
		gboolean stem = g_str_has_suffix(parts[i], "*");
		g_auto(GStrv) words = NULL;

		if (g_str_equal(parts[i], "...")) {
			g_ptr_array_add(items, g_strdup("..."));
			continue;
		}
		words =
		    offhook_language_words_split_in(offhook_language_get_code(language), parts[i]);
		for (guint k = 0; words[k] != NULL; k++)
			g_ptr_array_add(items, stem && words[k + 1] == NULL
						   ? g_strconcat(words[k], "*", NULL)
						   : g_strdup(words[k]));
	}
	g_ptr_array_add(items, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&items), FALSE);
}

static gboolean
offhook_input_pattern_fits(const char *item, const char *word)
{
	gsize length = strlen(item);

	if (item[length - 1] == '*')
		return strncmp(item, word, length - 1) == 0;
	return g_str_equal(item, word);
}

/* How many of @words from the first on the items are, gaps included; 0 for none. @n: items matched */
static guint
offhook_input_pattern_match_here(char **items, const char *const *words, guint *n)
{
	guint at = 0;

	*n = 0;
	for (guint i = 0; items[i] != NULL; i++) {
		guint gap = 0;

		if (g_str_equal(items[i], "...")) {
			if (items[i + 1] == NULL)
				continue;
			i++;
			while (words[at + gap] != NULL && gap <= OFFHOOK_INPUT_INTENTS_GAP &&
			       !offhook_input_pattern_fits(items[i], words[at + gap]))
				gap++;
		}
		if (gap > OFFHOOK_INPUT_INTENTS_GAP || words[at + gap] == NULL ||
		    !offhook_input_pattern_fits(items[i], words[at + gap]))
			return 0;
		at += gap + 1;
		(*n)++;
	}
	return at;
}

/* The most items that any of the patterns has in @words; 0 for none. */
static guint
offhook_input_patterns_match(const GPtrArray *patterns, const char *const *words)
{
	guint most = 0;

	for (guint i = 0; i < patterns->len; i++) {
		char **items = g_ptr_array_index(patterns, i);

		for (guint at = 0; words[at] != NULL; at++) {
			guint n = 0;

			if (*items[0] == *words[at] &&
			    offhook_input_pattern_match_here(items, words + at, &n) > 0)
				most = MAX(most, n);
		}
	}
	return most;
}

/* ---- making them ---- */

static gboolean
offhook_input_intents_refuse(const char *place, const char *value, const char *expected,
			     GError **error)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, "[input] %s: \"%s\" is not %s",
		    place, value, expected);
	return FALSE;
}

static gboolean
offhook_input_intents_is_name(const char *name)
{
	gsize length = strlen(name);

	return length > 0 && length <= 64 && g_ascii_isalpha(*name) &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == length;
}

/* @only: the language that it is for, or %OFFHOOK_N_LANGUAGES for any */
static gboolean
offhook_input_intents_add(OffhookInputIntents *self, const char *place, const char *name,
			  const char *pattern, OffhookLanguage only, GError **error)
{
	OffhookInputIntent *intent;

	if (!offhook_input_intents_is_name(name) || g_str_equal(name, OFFHOOK_INPUT_UNKNOWN))
		return offhook_input_intents_refuse(
		    place, name, "the name of an intent (lower-case letters, digits, _ and -)",
		    error);
	if (strlen(pattern) > OFFHOOK_INPUT_INTENTS_MAX_BYTES ||
	    !g_utf8_validate(pattern, -1, NULL))
		return offhook_input_intents_refuse(
		    place, name, "an intent with patterns of up to 200 bytes", error);
	intent = offhook_input_intents_make(self, name);
	if (self->intents->len > OFFHOOK_INPUT_MAX_INTENTS)
		return offhook_input_intents_refuse(place, name, "one of up to 200 intents", error);
	for (guint i = 0; i < OFFHOOK_N_LANGUAGES; i++) {
		g_auto(GStrv) items = NULL;

		if (only != OFFHOOK_N_LANGUAGES && only != i)
			continue;
		items = offhook_input_pattern_compile(i, pattern);
		if (items[0] == NULL || g_str_equal(items[0], "..."))
			return offhook_input_intents_refuse(
			    place, pattern, "a pattern that begins with a word", error);
		if (intent->patterns[i]->len >= OFFHOOK_INPUT_MAX_PATTERNS)
			return offhook_input_intents_refuse(
			    place, name, "an intent with up to 200 patterns", error);
		g_ptr_array_add(intent->patterns[i], g_steal_pointer(&items));
	}
	return TRUE;
}

static void
offhook_input_intent_add_built_in(OffhookInputIntent *self, OffhookLanguage language,
				  const char *patterns)
{
	g_auto(GStrv) list = g_strsplit(patterns, "|", -1);

	for (guint i = 0; list[i] != NULL; i++)
		g_ptr_array_add(self->patterns[language],
				offhook_input_pattern_compile(language, list[i]));
}

/* "a|b|c" */
static gboolean
offhook_input_intents_add_all(OffhookInputIntents *self, const char *place, const char *name,
			      const char *patterns, OffhookLanguage only, GError **error)
{
	g_auto(GStrv) list = g_strsplit(patterns, "|", -1);

	for (guint i = 0; list[i] != NULL; i++) {
		if (!offhook_input_intents_add(self, place, name, g_strstrip(list[i]), only, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
offhook_input_intents_add_text(OffhookInputIntents *self, const char *text, GError **error)
{
	g_auto(GStrv) items = g_strsplit(text, ";", -1);

	for (guint i = 0; items[i] != NULL; i++) {
		char *colon;

		if (*g_strstrip(items[i]) == '\0')
			continue;
		colon = strchr(items[i], ':');
		if (colon == NULL)
			return offhook_input_intents_refuse(
			    "intents", items[i], "NAME: PATTERN | PATTERN; NAME: ...", error);
		*colon = '\0';
		if (!offhook_input_intents_add_all(self, "intents", g_strstrip(items[i]), colon + 1,
						   OFFHOOK_N_LANGUAGES, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
offhook_input_intents_add_object(OffhookInputIntents *self, JsonObject *object, GError **error)
{
	const char *name = offhook_json_get_string(object, "name");
	const char *code = offhook_json_get_string(object, "language");
	JsonArray *patterns = offhook_json_get_array(object, "patterns");
	OffhookLanguage only = code != NULL ? offhook_language_from_tag(code) : OFFHOOK_N_LANGUAGES;

	if (name == NULL || patterns == NULL)
		return offhook_input_intents_refuse(
		    "intents-file", name != NULL ? name : "",
		    "an intent with \"name\" and a list of \"patterns\"", error);
	for (guint i = 0; i < json_array_get_length(patterns); i++) {
		JsonNode *node = json_array_get_element(patterns, i);

		if (json_node_get_value_type(node) != G_TYPE_STRING)
			return offhook_input_intents_refuse(
			    "intents-file", name, "an intent with patterns that are strings",
			    error);
		if (!offhook_input_intents_add(self, "intents-file", name,
					       json_node_get_string(node), only, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
offhook_input_intents_add_file(OffhookInputIntents *self, const char *path, GError **error)
{
	g_autoptr(GFile) file = g_file_new_for_path(path);
	g_autoptr(GInputStream) stream = NULL;
	g_autoptr(JsonObject) object = NULL;
	g_autoptr(GError) local = NULL;
	g_autofree char *text = g_malloc(OFFHOOK_INPUT_MAX_FILE + 1);
	JsonArray *intents;
	gsize size = 0;

	stream = G_INPUT_STREAM(g_file_read(file, NULL, &local));
	if (stream == NULL || !g_input_stream_read_all(stream, text, OFFHOOK_INPUT_MAX_FILE + 1,
						       &size, NULL, &local)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, "[input] intents-file: %s",
			    local->message);
		return FALSE;
	}
	if (size > OFFHOOK_INPUT_MAX_FILE)
		return offhook_input_intents_refuse("intents-file", path,
						    "a file of at most 256 KiB", error);
	object = offhook_json_parse_object(text, (gssize)size, "intents-file", &local);
	intents = offhook_json_get_array(object, "intents");
	if (intents == NULL)
		return offhook_input_intents_refuse("intents-file", path,
						    "JSON with a list \"intents\"", error);
	for (guint i = 0; i < json_array_get_length(intents); i++) {
		JsonNode *node = json_array_get_element(intents, i);

		if (!JSON_NODE_HOLDS_OBJECT(node))
			return offhook_input_intents_refuse("intents-file", path,
							    "a list of objects", error);
		if (!offhook_input_intents_add_object(self, json_node_get_object(node), error))
			return FALSE;
	}
	return TRUE;
}

OffhookInputIntents *
offhook_input_intents_new(const char *file, const char *text, GError **error)
{
	g_autoptr(OffhookInputIntents) self = g_new0(OffhookInputIntents, 1);

	g_atomic_ref_count_init(&self->ref_count);
	self->intents = g_ptr_array_new_with_free_func(offhook_input_intent_free);
	offhook_input_intents_make(self, "yes");
	offhook_input_intents_make(self, "no");
	self->side_talk = offhook_input_intent_new("side-talk");
	for (guint i = 0; i < OFFHOOK_N_LANGUAGES; i++)
		offhook_input_intent_add_built_in(self->side_talk, i, offhook_input_side_talk[i]);
	for (const OffhookInputBuiltIn *one = offhook_input_built_in; one->name != NULL; one++) {
		OffhookInputIntent *intent = offhook_input_intents_make(self, one->name);

		for (guint i = 0; i < OFFHOOK_N_LANGUAGES; i++)
			offhook_input_intent_add_built_in(intent, i, one->patterns[i]);
	}
	if ((file != NULL && !offhook_input_intents_add_file(self, file, error)) ||
	    (text != NULL && !offhook_input_intents_add_text(self, text, error)))
		return NULL;
	return g_steal_pointer(&self);
}

OffhookInputIntents *
offhook_input_intents_ref(OffhookInputIntents *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_input_intents_unref(OffhookInputIntents *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_ptr_array_unref(self->intents);
	offhook_input_intent_free(self->side_talk);
	g_free(self);
}

/* ---- asking them ---- */

/* Who says good day before he says what he wants does not want to say good day. */
static gboolean
offhook_input_intents_is_courtesy(const OffhookInputIntent *intent, guint matched, guint n)
{
	return g_str_equal(intent->name, OFFHOOK_INPUT_GREETING) && n > matched + 2;
}

/* More the more words the pattern has, and the less else was said. */
static double
offhook_input_intents_judge(guint matched, guint n)
{
	return 0.55 + 0.25 * MIN(matched, 3) / 3.0 + 0.2 * MIN(matched, n) / MAX(n, 1);
}

/* A brief answer. @score: (out) */
static const char *
offhook_input_intents_find_answer(OffhookLanguage language, const char *const *words, guint n,
				  double *score)
{
	gboolean yes = FALSE;
	guint at = 0;

	if (n > OFFHOOK_INPUT_INTENTS_MAX_ANSWER)
		return NULL;
	while (at < MIN(n, 2) && offhook_language_yes_no_read(offhook_language_get_code(language),
							      words + at, &yes) == 0)
		at++;
	if (at >= MIN(n, 2))
		return NULL;
	*score = 1.0 - 0.08 * n;
	return yes ? "yes" : "no";
}

const char *
offhook_input_intents_find(const OffhookInputIntents *self, OffhookLanguage language,
			   const char *const *words, double *confidence)
{
	guint n = g_strv_length((char **)words);
	double answered = 0.0;
	const char *answer = offhook_input_intents_find_answer(language, words, n, &answered);
	const char *best = OFFHOOK_INPUT_UNKNOWN;
	double most = OFFHOOK_INPUT_INTENTS_NOTHING;

	for (guint i = 0; i < self->intents->len; i++) {
		const OffhookInputIntent *intent = g_ptr_array_index(self->intents, i);
		guint matched = offhook_input_patterns_match(intent->patterns[language], words);
		double score = matched > 0 ? offhook_input_intents_judge(matched, n) : 0.0;

		if (offhook_input_intents_is_courtesy(intent, matched, n))
			score *= OFFHOOK_INPUT_INTENTS_COURTESY;
		if (score > most) {
			most = score;
			best = intent->name;
		}
	}
	if (answered > most) {
		most = answered;
		best = answer;
	}
	*confidence = most;
	return best;
}

gboolean
offhook_input_intents_has(const OffhookInputIntents *self, const char *name)
{
	return offhook_input_intents_look_up(self, name) != NULL;
}

char *
offhook_input_intents_list(const OffhookInputIntents *self)
{
	GString *names = g_string_new(NULL);

	for (guint i = 0; i < self->intents->len; i++) {
		const OffhookInputIntent *intent = g_ptr_array_index(self->intents, i);

		g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", intent->name);
	}
	return g_string_free(names, FALSE);
}

gboolean
offhook_input_intents_is_side_talk(const OffhookInputIntents *self, OffhookLanguage language,
				   const char *const *words)
{
	return offhook_input_patterns_match(self->side_talk->patterns[language], words) > 0;
}
