/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Phrases by the digest of all that their sound depends on. Main thread.
 */

#include "engine/phrase-cache.h"

#include "turn/sentence-splitter.h"

#include <string.h>

/* Texts that were said once, of which the digest is remembered. */
#define OFFHOOK_PHRASE_MAX_SEEN 4096

typedef struct {
	char *key;
	OffhookPhrase *phrase;
	GList link; /* in `order` */
} OffhookPhraseEntry;

struct _OffhookPhraseCache {
	gatomicrefcount ref_count;
	gsize max_bytes;
	guint generation;
	GHashTable *entries; /* key -> OffhookPhraseEntry */
	GQueue order;        /* OffhookPhraseEntry; the head was used last */
	GHashTable *seen;    /* set of keys: said once */
	GHashTable *fixed;   /* set of digests of texts */
	GHashTable *making;  /* set of keys: somebody gathers its sound */
	OffhookPhraseStats stats;
};

/* ---- phrases ---- */

OffhookPhrase *
offhook_phrase_ref(OffhookPhrase *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_phrase_unref(OffhookPhrase *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_bytes_unref(self->audio);
	g_array_unref(self->words);
	g_free(self);
}

static gsize
offhook_phrase_get_size(const OffhookPhrase *self)
{
	return g_bytes_get_size(self->audio) + self->words->len * sizeof(OffhookWordTime) +
	       sizeof(OffhookPhraseEntry);
}

static void
offhook_phrase_entry_free(gpointer data)
{
	OffhookPhraseEntry *entry = data;

	offhook_phrase_unref(entry->phrase);
	g_free(entry->key);
	g_free(entry);
}

/* ---- the cache ---- */

OffhookPhraseCache *
offhook_phrase_cache_new(void)
{
	OffhookPhraseCache *self = g_new0(OffhookPhraseCache, 1);

	g_atomic_ref_count_init(&self->ref_count);
	self->entries =
	    g_hash_table_new_full(g_str_hash, g_str_equal, NULL, offhook_phrase_entry_free);
	self->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->fixed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->making = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_queue_init(&self->order);
	return self;
}

OffhookPhraseCache *
offhook_phrase_cache_ref(OffhookPhraseCache *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_phrase_cache_unref(OffhookPhraseCache *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_hash_table_unref(self->entries);
	g_hash_table_unref(self->seen);
	g_hash_table_unref(self->fixed);
	g_hash_table_unref(self->making);
	g_free(self);
}

void
offhook_phrase_cache_reset(OffhookPhraseCache *self, gsize max_bytes)
{
	self->max_bytes = max_bytes;
	self->generation++;
	g_queue_init(&self->order);
	g_hash_table_remove_all(self->entries);
	g_hash_table_remove_all(self->seen);
	g_hash_table_remove_all(self->fixed);
	g_hash_table_remove_all(self->making);
	self->stats.phrases = 0;
	self->stats.bytes = 0;
}

static void
offhook_phrase_cache_drop_last(OffhookPhraseCache *self)
{
	GList *link = g_queue_peek_tail_link(&self->order);
	OffhookPhraseEntry *entry = link->data;

	g_queue_unlink(&self->order, link);
	self->stats.phrases--;
	self->stats.bytes -= offhook_phrase_get_size(entry->phrase);
	g_hash_table_remove(self->entries, entry->key);
}

/* ---- keys ---- */

static void
offhook_phrase_digest_add(GChecksum *digest, const char *text)
{
	/* With the NUL, so that parts can't run into each other. */
	g_checksum_update(digest, (const guchar *)(text != NULL ? text : ""),
			  (gssize)(text != NULL ? strlen(text) + 1 : 1));
}

/* (transfer full): a digest of both */
static char *
offhook_phrase_make_key(const char *prefix, const char *text)
{
	g_autoptr(GChecksum) digest = g_checksum_new(G_CHECKSUM_SHA256);

	offhook_phrase_digest_add(digest, prefix);
	offhook_phrase_digest_add(digest, text);
	return g_strdup(g_checksum_get_string(digest));
}

char *
offhook_phrase_cache_make_prefix(OffhookPhraseCache *self, const char *engine,
				 const OffhookSynthesizeOptions *options)
{
	g_autoptr(GChecksum) digest = g_checksum_new(G_CHECKSUM_SHA256);
	g_autofree char *generation = g_strdup_printf("%u", self->generation);
	g_autoptr(GList) names = NULL;

	offhook_phrase_digest_add(digest, generation);
	offhook_phrase_digest_add(digest, engine);
	offhook_phrase_digest_add(digest, options->language);
	offhook_phrase_digest_add(digest, options->voice);
	if (options->options != NULL)
		names = g_list_sort(g_hash_table_get_keys(options->options), (GCompareFunc)strcmp);
	for (GList *name = names; name != NULL; name = name->next) {
		offhook_phrase_digest_add(digest, name->data);
		offhook_phrase_digest_add(digest,
					  g_hash_table_lookup(options->options, name->data));
	}
	return g_strdup(g_checksum_get_string(digest));
}

static gboolean
offhook_phrase_is_short(const char *text)
{
	return *text != '\0' &&
	       g_utf8_strlen(text, (gssize)strnlen(text, OFFHOOK_PHRASE_MAX_CHARACTERS * 4 + 1)) <=
		   OFFHOOK_PHRASE_MAX_CHARACTERS;
}

void
offhook_phrase_cache_declare(OffhookPhraseCache *self, const char *text, const char *language)
{
	g_autoptr(OffhookSentenceSplitter) splitter = offhook_sentence_splitter_new(language);
	OffhookSentence *sentence;

	offhook_sentence_splitter_push(splitter, text, -1);
	offhook_sentence_splitter_flush(splitter);
	while ((sentence = offhook_sentence_splitter_pop(splitter)) != NULL) {
		g_hash_table_add(self->fixed,
				 offhook_phrase_make_key("", offhook_sentence_get_text(sentence)));
		offhook_sentence_free(sentence);
	}
}

/* Is it worth being kept? Remembers that it was said. */
static gboolean
offhook_phrase_cache_is_wanted(OffhookPhraseCache *self, const char *key, const char *text)
{
	g_autofree char *alone = offhook_phrase_make_key("", text);

	if (g_hash_table_contains(self->fixed, alone) || g_hash_table_contains(self->seen, key))
		return TRUE;
	if (g_hash_table_size(self->seen) >= OFFHOOK_PHRASE_MAX_SEEN)
		g_hash_table_remove_all(self->seen);
	g_hash_table_add(self->seen, g_strdup(key));
	return FALSE;
}

/* ---- phrases in and out ---- */

OffhookPhrase *
offhook_phrase_cache_find(OffhookPhraseCache *self, const char *prefix, const char *text,
			  char **key)
{
	g_autofree char *wanted = NULL;
	OffhookPhraseEntry *entry;

	*key = NULL;
	if (self->max_bytes == 0 || !offhook_phrase_is_short(text))
		return NULL;
	wanted = offhook_phrase_make_key(prefix, text);
	entry = g_hash_table_lookup(self->entries, wanted);
	if (entry != NULL) {
		self->stats.hits++;
		g_queue_unlink(&self->order, &entry->link);
		g_queue_push_head_link(&self->order, &entry->link);
		return offhook_phrase_ref(entry->phrase);
	}
	self->stats.misses++;
	if (offhook_phrase_cache_is_wanted(self, wanted, text) &&
	    g_hash_table_add(self->making, g_strdup(wanted)))
		*key = g_steal_pointer(&wanted);
	return NULL;
}

void
offhook_phrase_cache_release(OffhookPhraseCache *self, const char *key)
{
	g_hash_table_remove(self->making, key);
}

void
offhook_phrase_cache_keep(OffhookPhraseCache *self, const char *key, GBytes *audio, GArray *words)
{
	OffhookPhraseEntry *entry;
	OffhookPhrase *phrase;
	gsize size;

	if (g_hash_table_contains(self->entries, key) || g_bytes_get_size(audio) == 0)
		return;
	phrase = g_new0(OffhookPhrase, 1);
	g_atomic_ref_count_init(&phrase->ref_count);
	phrase->audio = g_bytes_ref(audio);
	phrase->words = g_array_ref(words);
	size = offhook_phrase_get_size(phrase);
	if (size > self->max_bytes) {
		offhook_phrase_unref(phrase);
		return;
	}
	while (self->stats.bytes + size > self->max_bytes)
		offhook_phrase_cache_drop_last(self);
	entry = g_new0(OffhookPhraseEntry, 1);
	entry->key = g_strdup(key);
	entry->phrase = phrase;
	entry->link.data = entry;
	g_queue_push_head_link(&self->order, &entry->link);
	g_hash_table_insert(self->entries, entry->key, entry);
	g_hash_table_remove(self->seen, key);
	self->stats.phrases++;
	self->stats.bytes += size;
}

void
offhook_phrase_cache_get_stats(OffhookPhraseCache *self, OffhookPhraseStats *stats)
{
	*stats = self->stats;
}
