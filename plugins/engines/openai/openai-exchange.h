/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One request to a service and its answer as it arrives, with deadlines for each stage. Main thread.
 */
#pragma once

#include "openai-config.h"
#include <offhook/web-client.h>

G_BEGIN_DECLS

typedef struct _OffhookOpenaiExchange OffhookOpenaiExchange;

typedef struct {
	/* A piece of the body of a good answer. %FALSE with @error ends it. */
	gboolean (*data)(gpointer user_data, const guint8 *data, gsize size, GError **error);
	/* Once, last. @error: (nullable) (transfer none): %NULL when all of a good answer came */
	void (*end)(gpointer user_data, const GError *error);
} OffhookOpenaiEvents;

/** What to ask. Borrowed. */
typedef struct {
	const OffhookOpenaiPlace *place;
	const char *path; /* below the place's URL, with a '/' */
	const char *accept;
	const char *content_type;
	GBytes *body;   /* (nullable): GET without */
	gsize max_size; /* of the answer */
} OffhookOpenaiQuestion;

/**
 * Starts it. No event before this has returned. Both events may free the exchange.
 * @events: a static table
 */
OffhookOpenaiExchange *offhook_openai_exchange_new(OffhookWebClient *web,
						   OffhookOpenaiConfig *config,
						   const OffhookOpenaiQuestion *question,
						   const OffhookOpenaiEvents *events,
						   gpointer user_data);
/** Breaks it off; no event comes after. */
void offhook_openai_exchange_free(OffhookOpenaiExchange *self);
/**
 * Instead of offhook_openai_exchange_free(), for an answer of which all that matters has come: it
 * has a moment to end by itself, so that its connection can be used again.
 */
void offhook_openai_exchange_let_go(OffhookOpenaiExchange *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookOpenaiExchange, offhook_openai_exchange_free)

G_END_DECLS
