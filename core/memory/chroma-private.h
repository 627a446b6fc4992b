/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Inside of it: the requests and what collection they are about (chroma.c), and what is done in order
 * (chroma-jobs.c). Main thread.
 */
#pragma once

#include "memory/chroma.h"

#include <offhook/web-client.h>

G_BEGIN_DECLS

typedef struct _OffhookChromaJob OffhookChromaJob;

struct _OffhookChroma {
	GObject parent_instance;

	OffhookStore *store; /* (nullable), borrowed: it was closed */
	OffhookWebClient *web;
	char *base; /* the address of its collections */
	char *name;
	char *token; /* (nullable) */
	guint timeout_ms;
	GCancellable *cancellable;

	char *collection_id; /* (nullable): not known yet */
	char *model;         /* of that */

	GQueue jobs; /* of OffhookChromaJob */
	gboolean working;
	gboolean unsettled; /* something was deleted, or may have been, of which receipts do not know yet */
	guint timer; /* source: something is to be deleted later */
	guint64 failures;
	gboolean failing;     /* and that has been told */
	gint64 rest_until_us; /* it has failed: until then nothing is asked */
};

/** @method, @path: behind the collections' address. */
void offhook_chroma_ask(OffhookChroma *self, const char *method, const char *path, JsonObject *body,
			GCancellable *cancellable, GAsyncReadyCallback callback,
			gpointer user_data);
JsonObject *offhook_chroma_ask_finish(GAsyncResult *result, GError **error);

/**
 * Finds the collection for vectors by @model, and makes one that is not there. The task's value is a
 * boolean; then collection_id is its.
 */
void offhook_chroma_open_async(OffhookChroma *self, const char *model, GCancellable *cancellable,
			       GAsyncReadyCallback callback, gpointer user_data);
gboolean offhook_chroma_open_finish(OffhookChroma *self, GAsyncResult *result, GError **error);

/** Whether it is left alone for a moment, as it has failed. */
gboolean offhook_chroma_rests(OffhookChroma *self);
/** How a request went. @error: (nullable) */
void offhook_chroma_note(OffhookChroma *self, const GError *error);
/** The collection is not what it was. */
void offhook_chroma_forget_collection(OffhookChroma *self);

/** (transfer full): {"ids": [...]} */
JsonObject *offhook_chroma_make_ids(const char *const *ids);

/* chroma-jobs.c */
void offhook_chroma_job_free(OffhookChromaJob *job);

G_END_DECLS
