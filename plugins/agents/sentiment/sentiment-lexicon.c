/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reads a word list into a table of phrases, each as the words of an utterance are split, and looks
 * up the longest that an utterance goes on with. Any thread.
 */

#include "sentiment-lexicon.h"

#include "language-words.h"
#include "sentiment-resource.h"

#include <offhook/error.h>
#include <string.h>

#define OFFHOOK_SENTIMENT_LEXICON_PATH "/org/offhook/sentiment/"
/* Shorter beginnings would be those of anything. */
#define OFFHOOK_SENTIMENT_LEXICON_MIN_STEM 3

struct _OffhookSentimentLexicon {
	char *language;
	GHashTable *entries; /* phrase, or beginning of a word and "*" -> OffhookSentimentEntry */
};

static const struct {
	const char *name;
	OffhookSentimentKinds kind;
} offhook_sentiment_lexicon_sections[] = {
    {"[words]", OFFHOOK_SENTIMENT_WORD},
    {"[negation]", OFFHOOK_SENTIMENT_NEGATION},
    {"[negation-next]", OFFHOOK_SENTIMENT_NEGATION_NEXT},
    {"[negation-after]", OFFHOOK_SENTIMENT_NEGATION_AFTER},
    {"[intensify]", OFFHOOK_SENTIMENT_INTENSIFY},
    {"[soften]", OFFHOOK_SENTIMENT_SOFTEN},
    {"[contrast]", OFFHOOK_SENTIMENT_CONTRAST},
};

static gboolean
offhook_sentiment_lexicon_refuse(const char *line, const char *expected, GError **error)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "word list: \"%s\", expected %s",
		    line, expected);
	return FALSE;
}

static OffhookSentimentKinds
offhook_sentiment_lexicon_find_section(const char *line)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_sentiment_lexicon_sections); i++) {
		if (g_str_equal(offhook_sentiment_lexicon_sections[i].name, line))
			return offhook_sentiment_lexicon_sections[i].kind;
	}
	return 0;
}

/* The phrase as its words are split, with the star that splitting loses. (transfer full) (nullable) */
static char *
offhook_sentiment_lexicon_make_key(OffhookSentimentLexicon *self, const char *phrase)
{
	gboolean stem = g_str_has_suffix(phrase, "*");
	g_auto(GStrv) words = offhook_language_words_split_in(self->language, phrase);
	g_autofree char *joined = g_strjoinv(" ", words);
	guint n = g_strv_length(words);

	if (n == 0 || n > OFFHOOK_SENTIMENT_MAX_PHRASE ||
	    (stem && (n > 1 || strlen(joined) < OFFHOOK_SENTIMENT_LEXICON_MIN_STEM)))
		return NULL;
	return stem ? g_strconcat(joined, "*", NULL) : g_steal_pointer(&joined);
}

/* "still waiting -2": takes the number off the end of @line. */
static gboolean
offhook_sentiment_lexicon_take_weight(char *line, double *weight)
{
	char *space = strrchr(line, ' ');
	char *end = NULL;

	if (space == NULL)
		return FALSE;
	*weight = g_ascii_strtod(space + 1, &end);
	if (end == space + 1 || *end != '\0' || *weight < -4.0 || *weight > 4.0)
		return FALSE;
	*space = '\0';
	return TRUE;
}

static gboolean
offhook_sentiment_lexicon_add(OffhookSentimentLexicon *self, OffhookSentimentKinds kind,
			      const char *line, GError **error)
{
	g_autofree char *phrase = g_strdup(line);
	g_autofree char *key = NULL;
	OffhookSentimentEntry *entry;
	double weight = 0.0;

	if (kind == OFFHOOK_SENTIMENT_WORD &&
	    !offhook_sentiment_lexicon_take_weight(phrase, &weight))
		return offhook_sentiment_lexicon_refuse(line, "a phrase and a weight of -4 to 4",
							error);
	key = offhook_sentiment_lexicon_make_key(self, phrase);
	if (key == NULL)
		return offhook_sentiment_lexicon_refuse(
		    line, "up to 6 words, or the beginning of one and a star", error);
	entry = g_hash_table_lookup(self->entries, key);
	if (entry != NULL && (entry->kinds & kind) != 0)
		return offhook_sentiment_lexicon_refuse(line, "each phrase once", error);
	if (entry == NULL) {
		entry = g_new0(OffhookSentimentEntry, 1);
		g_hash_table_insert(self->entries, g_steal_pointer(&key), entry);
	}
	entry->kinds |= kind;
	if (kind == OFFHOOK_SENTIMENT_WORD)
		entry->weight = weight;
	return TRUE;
}

OffhookSentimentLexicon *
offhook_sentiment_lexicon_new(const char *language, const char *text, GError **error)
{
	g_autoptr(OffhookSentimentLexicon) self = g_new0(OffhookSentimentLexicon, 1);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	OffhookSentimentKinds kind = 0;

	self->language = g_strdup(language);
	self->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (guint i = 0; lines[i] != NULL; i++) {
		const char *line = g_strstrip(lines[i]);

		if (*line == '\0' || *line == '#')
			continue;
		if (*line == '[') {
			kind = offhook_sentiment_lexicon_find_section(line);
			if (kind == 0) {
				offhook_sentiment_lexicon_refuse(line, "[words], [negation], ...",
								 error);
				return NULL;
			}
		} else if (kind == 0) {
			offhook_sentiment_lexicon_refuse(line, "[words] before it", error);
			return NULL;
		} else if (!offhook_sentiment_lexicon_add(self, kind, line, error)) {
			return NULL;
		}
	}
	return g_steal_pointer(&self);
}

OffhookSentimentLexicon *
offhook_sentiment_lexicon_load(const char *language, GError **error)
{
	g_autofree char *path = g_strconcat(OFFHOOK_SENTIMENT_LEXICON_PATH, language, ".txt", NULL);
	g_autoptr(GBytes) bytes = g_resource_lookup_data(offhook_sentiment_get_resource(), path,
							 G_RESOURCE_LOOKUP_FLAGS_NONE, error);
	g_autofree char *text = NULL;

	if (bytes == NULL)
		return NULL;
	text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	return offhook_sentiment_lexicon_new(language, text, error);
}

void
offhook_sentiment_lexicon_free(OffhookSentimentLexicon *self)
{
	if (self == NULL)
		return;
	g_hash_table_unref(self->entries);
	g_free(self->language);
	g_free(self);
}

const char *
offhook_sentiment_lexicon_get_language(const OffhookSentimentLexicon *self)
{
	return self->language;
}

/* A word by its longest beginning that has a star. */
static const OffhookSentimentEntry *
offhook_sentiment_lexicon_find_stem(const OffhookSentimentLexicon *self, const char *word)
{
	g_autoptr(GString) stem = g_string_new(word);

	for (gsize length = stem->len; length >= OFFHOOK_SENTIMENT_LEXICON_MIN_STEM; length--) {
		const OffhookSentimentEntry *entry;

		g_string_truncate(stem, length);
		g_string_append_c(stem, '*');
		entry = g_hash_table_lookup(self->entries, stem->str);
		if (entry != NULL)
			return entry;
	}
	return NULL;
}

guint
offhook_sentiment_lexicon_find(const OffhookSentimentLexicon *self, const char *const *words,
			       const OffhookSentimentEntry **entry)
{
	g_autoptr(GString) phrase = g_string_new(NULL);
	guint found = 0;

	for (guint n = 0; n < OFFHOOK_SENTIMENT_MAX_PHRASE && words[n] != NULL; n++) {
		const OffhookSentimentEntry *longer;

		g_string_append_printf(phrase, "%s%s", n > 0 ? " " : "", words[n]);
		longer = g_hash_table_lookup(self->entries, phrase->str);
		if (longer != NULL) {
			*entry = longer;
			found = n + 1;
		}
	}
	if (found == 0 && words[0] != NULL) {
		*entry = offhook_sentiment_lexicon_find_stem(self, words[0]);
		found = *entry != NULL ? 1 : 0;
	}
	return found;
}
