/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The decoders, as many as are allowed, and who waits for one. Made by the engine for its settings,
 * reference-counted by the sessions. Any thread; what takes time is marked.
 */
#pragma once

#include "sphinx-decoder.h"

G_BEGIN_DECLS

typedef struct {
	char *model;
	char *dictionary;
	char *phone_model;
	guint decoders;
	double min_confidence;
} OffhookSphinxConfig;

typedef struct _OffhookSphinxPool OffhookSphinxPool;

/** One who needs a decoder, embedded in the owner's struct. */
typedef struct {
	OffhookSphinxDecoder *decoder;   /* (nullable): granted; the pool's to touch */
	gboolean waiting;                /* the pool's to touch */
	void (*granted)(gpointer owner); /* any thread, under no lock */
	gpointer owner;                  /* may be gone after forget() */
	gpointer (*ref)(gpointer owner);
	void (*unref)(gpointer owner);
} OffhookSphinxTicket;

OffhookSphinxPool *offhook_sphinx_pool_new(const OffhookSphinxConfig *config);
OffhookSphinxPool *offhook_sphinx_pool_ref(OffhookSphinxPool *self);
void offhook_sphinx_pool_unref(OffhookSphinxPool *self);
const OffhookSphinxConfig *offhook_sphinx_pool_get_config(OffhookSphinxPool *self);

/** Reads the model so that the first utterance needn't wait for it. Takes time. */
gboolean offhook_sphinx_pool_load(OffhookSphinxPool *self, GError **error);

/**
 * offhook_sphinx_pool_acquire:
 *
 * Takes a decoder, perhaps a new one; when all are in use, @ticket waits in line, and its
 * `granted` is called when asking again will give one. Takes time.
 *
 * Returns: (transfer none) (nullable): the ticket's until release(); without one, @error is set
 * when there can be none
 */
OffhookSphinxDecoder *offhook_sphinx_pool_acquire(OffhookSphinxPool *self,
						  OffhookSphinxTicket *ticket, GError **error);
/** Gives the decoder back, or leaves the line. */
void offhook_sphinx_pool_release(OffhookSphinxPool *self, OffhookSphinxTicket *ticket);

/**
 * offhook_sphinx_pool_get_grammar:
 * @key: of @expectation
 *
 * Returns: (transfer full) (nullable): from the cache, or built. Takes time.
 */
OffhookSphinxGrammar *offhook_sphinx_pool_get_grammar(OffhookSphinxPool *self, const char *key,
						      OffhookExpectation *expectation,
						      GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSphinxPool, offhook_sphinx_pool_unref)

G_END_DECLS
