/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Decoders are made when they are first needed and then stay. A returned one goes straight to who
 * waits longest, so nobody overtakes. Any thread.
 */

#include "sphinx-pool.h"

#include <offhook/error.h>

#define OFFHOOK_SPHINX_POOL_MAX_GRAMMARS 64
#define OFFHOOK_SPHINX_POOL_MAX_REPORTS  1000

struct _OffhookSphinxPool {
	gatomicrefcount ref_count;
	OffhookSphinxConfig config;

	GMutex load_lock;
	OffhookSphinxLexicon *lexicon; /* under load_lock; then never changes */

	GMutex lock;
	GPtrArray *idle; /* OffhookSphinxDecoder */
	guint n_decoders;
	GQueue line; /* OffhookSphinxTicket, each with a reference to its owner */

	GMutex grammar_lock;
	GHashTable *grammars; /* key -> OffhookSphinxGrammar */
	GQueue grammar_keys;  /* keys of grammars, the oldest first */
	GHashTable *reported; /* set of utf8 */
};

OffhookSphinxPool *
offhook_sphinx_pool_new(const OffhookSphinxConfig *config)
{
	OffhookSphinxPool *self = g_new0(OffhookSphinxPool, 1);

	g_atomic_ref_count_init(&self->ref_count);
	self->config = *config;
	self->config.model = g_strdup(config->model);
	self->config.dictionary = g_strdup(config->dictionary);
	self->config.phone_model = g_strdup(config->phone_model);
	g_mutex_init(&self->load_lock);
	g_mutex_init(&self->lock);
	g_mutex_init(&self->grammar_lock);
	self->idle = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_sphinx_decoder_free);
	g_queue_init(&self->line);
	self->grammars = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
					       (GDestroyNotify)offhook_sphinx_grammar_unref);
	g_queue_init(&self->grammar_keys);
	self->reported = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return self;
}

OffhookSphinxPool *
offhook_sphinx_pool_ref(OffhookSphinxPool *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_sphinx_pool_unref(OffhookSphinxPool *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_ptr_array_unref(self->idle);
	g_hash_table_unref(self->grammars);
	g_queue_clear_full(&self->grammar_keys, g_free);
	g_hash_table_unref(self->reported);
	offhook_sphinx_lexicon_free(self->lexicon);
	g_mutex_clear(&self->load_lock);
	g_mutex_clear(&self->lock);
	g_mutex_clear(&self->grammar_lock);
	g_free(self->config.model);
	g_free(self->config.dictionary);
	g_free(self->config.phone_model);
	g_free(self);
}

const OffhookSphinxConfig *
offhook_sphinx_pool_get_config(OffhookSphinxPool *self)
{
	return &self->config;
}

/* ---- decoders ---- */

static const OffhookSphinxLexicon *
offhook_sphinx_pool_get_lexicon(OffhookSphinxPool *self, GError **error)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->load_lock);

	if (self->lexicon == NULL)
		self->lexicon = offhook_sphinx_lexicon_new(self->config.dictionary, error);
	return self->lexicon;
}

static OffhookSphinxDecoder *
offhook_sphinx_pool_make(OffhookSphinxPool *self, GError **error)
{
	const OffhookSphinxLexicon *lexicon = offhook_sphinx_pool_get_lexicon(self, error);
	OffhookSphinxModel model = {self->config.model, self->config.phone_model};

	return lexicon != NULL ? offhook_sphinx_decoder_new(&model, lexicon, error) : NULL;
}

/* The ticket's decoder, or an idle one; else makes room for a new one (@make), or waits in line. */
static OffhookSphinxDecoder *
offhook_sphinx_pool_take(OffhookSphinxPool *self, OffhookSphinxTicket *ticket, gboolean *make)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->lock);

	if (ticket->decoder != NULL || ticket->waiting)
		return ticket->decoder;
	if (self->idle->len > 0) {
		ticket->decoder = g_ptr_array_steal_index(self->idle, self->idle->len - 1);
		return ticket->decoder;
	}
	*make = self->n_decoders < self->config.decoders;
	if (*make) {
		self->n_decoders++;
		return NULL;
	}
	ticket->ref(ticket->owner);
	ticket->waiting = TRUE;
	g_queue_push_tail(&self->line, ticket);
	return NULL;
}

/* Hands @decoder (nullable: a new one may be made) to the first in line, or lays it down. */
static void
offhook_sphinx_pool_put(OffhookSphinxPool *self, OffhookSphinxDecoder *decoder)
{
	OffhookSphinxTicket *next;

	g_mutex_lock(&self->lock);
	next = g_queue_pop_head(&self->line);
	if (next != NULL)
		next->waiting = FALSE;
	if (decoder == NULL)
		self->n_decoders--;
	else if (next != NULL)
		next->decoder = decoder;
	else
		g_ptr_array_add(self->idle, decoder);
	g_mutex_unlock(&self->lock);
	if (next != NULL) {
		gpointer owner = next->owner;
		void (*unref)(gpointer) = next->unref;

		next->granted(owner);
		unref(owner);
	}
}

gboolean
offhook_sphinx_pool_load(OffhookSphinxPool *self, GError **error)
{
	OffhookSphinxDecoder *decoder;
	gboolean needed;

	g_mutex_lock(&self->lock);
	needed = self->n_decoders == 0;
	if (needed)
		self->n_decoders++;
	g_mutex_unlock(&self->lock);
	if (!needed)
		return TRUE;
	decoder = offhook_sphinx_pool_make(self, error);
	offhook_sphinx_pool_put(self, decoder);
	return decoder != NULL;
}

OffhookSphinxDecoder *
offhook_sphinx_pool_acquire(OffhookSphinxPool *self, OffhookSphinxTicket *ticket, GError **error)
{
	gboolean make = FALSE;
	OffhookSphinxDecoder *decoder = offhook_sphinx_pool_take(self, ticket, &make);

	if (!make)
		return decoder;
	decoder = offhook_sphinx_pool_make(self, error);
	if (decoder == NULL) {
		offhook_sphinx_pool_put(self, NULL);
		return NULL;
	}
	g_mutex_lock(&self->lock);
	ticket->decoder = decoder;
	g_mutex_unlock(&self->lock);
	return decoder;
}

void
offhook_sphinx_pool_release(OffhookSphinxPool *self, OffhookSphinxTicket *ticket)
{
	OffhookSphinxDecoder *decoder;
	gboolean left;

	g_mutex_lock(&self->lock);
	decoder = g_steal_pointer(&ticket->decoder);
	left = ticket->waiting && g_queue_remove(&self->line, ticket);
	ticket->waiting = FALSE;
	g_mutex_unlock(&self->lock);
	if (left)
		ticket->unref(ticket->owner);
	if (decoder == NULL)
		return;
	if (offhook_sphinx_decoder_is_worn(decoder))
		g_clear_pointer(&decoder, offhook_sphinx_decoder_free);
	offhook_sphinx_pool_put(self, decoder);
}

/* ---- grammars ---- */

/* Tells once of each word that the dictionary lacks. */
static void
offhook_sphinx_pool_report(OffhookSphinxPool *self, const OffhookSphinxLexicon *lexicon,
			   OffhookSphinxGrammar *grammar)
{
	GPtrArray *words = offhook_sphinx_grammar_get_words(grammar);

	for (guint i = 0; i < words->len; i++) {
		g_auto(GStrv) found = offhook_sphinx_lexicon_find(lexicon, words->pdata[i]);
		g_autofree char *guess = NULL;

		if (found[0] != NULL ||
		    g_hash_table_size(self->reported) >= OFFHOOK_SPHINX_POOL_MAX_REPORTS ||
		    !g_hash_table_add(self->reported, g_strdup(words->pdata[i])))
			continue;
		guess = offhook_sphinx_lexicon_guess(lexicon, words->pdata[i]);
		if (guess != NULL)
			g_message("\"%s\" is not in the pronouncing dictionary: listening for [%s]",
				  (const char *)words->pdata[i], guess);
		else
			g_warning("\"%s\" is not in the pronouncing dictionary and can't be "
				  "pronounced: phrases with it won't be heard",
				  (const char *)words->pdata[i]);
	}
}

static void
offhook_sphinx_pool_keep_grammar(OffhookSphinxPool *self, const char *key,
				 OffhookSphinxGrammar *grammar)
{
	char *kept = g_strdup(key);

	if (g_queue_get_length(&self->grammar_keys) >= OFFHOOK_SPHINX_POOL_MAX_GRAMMARS) {
		g_autofree char *oldest = g_queue_pop_head(&self->grammar_keys);

		g_hash_table_remove(self->grammars, oldest);
	}
	g_queue_push_tail(&self->grammar_keys, kept);
	g_hash_table_insert(self->grammars, kept, offhook_sphinx_grammar_ref(grammar));
}

OffhookSphinxGrammar *
offhook_sphinx_pool_get_grammar(OffhookSphinxPool *self, const char *key,
				OffhookExpectation *expectation, GError **error)
{
	const OffhookSphinxLexicon *lexicon = offhook_sphinx_pool_get_lexicon(self, error);
	g_autoptr(GMutexLocker) locker = NULL;
	OffhookSphinxGrammar *grammar;

	if (lexicon == NULL)
		return NULL;
	locker = g_mutex_locker_new(&self->grammar_lock);
	grammar = g_hash_table_lookup(self->grammars, key);
	if (grammar != NULL)
		return offhook_sphinx_grammar_ref(grammar);
	grammar = offhook_sphinx_grammar_new(expectation, error);
	if (grammar == NULL)
		return NULL;
	offhook_sphinx_pool_report(self, lexicon, grammar);
	offhook_sphinx_pool_keep_grammar(self, key, grammar);
	return grammar;
}
