/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * One utterance on its way from samples to words, and the call's line it comes over. The main
 * thread fills and ends it, a worker decodes it. Reference-counted.
 */
#pragma once

#include "sphinx-pool.h"
#include <offhook/types.h>

G_BEGIN_DECLS

/** Longer ones are heard up to here. */
#define OFFHOOK_SPHINX_UTTERANCE_MAX_SECONDS 60

/** What all utterances of a call share. */
typedef struct {
	gatomicrefcount ref_count;
	OffhookSphinxPool *pool;
	OffhookWorkQueue *queue;
	OffhookSphinxFrontend *frontend; /* (nullable): of the worker */
} OffhookSphinxLine;

OffhookSphinxLine *offhook_sphinx_line_new(OffhookSphinxPool *pool);
OffhookSphinxLine *offhook_sphinx_line_ref(OffhookSphinxLine *self);
void offhook_sphinx_line_unref(OffhookSphinxLine *self);

typedef enum {
	OFFHOOK_SPHINX_PARTIAL,
	OFFHOOK_SPHINX_FINAL,
	OFFHOOK_SPHINX_FAILED,
} OffhookSphinxReportKind;

typedef struct _OffhookSphinxUtterance OffhookSphinxUtterance;

/** Main thread; never after cancel(). @error: with FAILED */
typedef void (*OffhookSphinxReport)(OffhookSphinxUtterance *utterance, OffhookSphinxReportKind kind,
				    const char *text, double confidence, const GError *error,
				    gpointer user_data);

/**
 * offhook_sphinx_utterance_new:
 * @report: called until cancel() or the final report; @user_data must live as long
 */
OffhookSphinxUtterance *offhook_sphinx_utterance_new(OffhookSphinxLine *line, guint number,
						     OffhookExpectation *expectation,
						     OffhookSphinxReport report,
						     gpointer user_data);
OffhookSphinxUtterance *offhook_sphinx_utterance_ref(OffhookSphinxUtterance *self);
void offhook_sphinx_utterance_unref(OffhookSphinxUtterance *self);

guint offhook_sphinx_utterance_get_number(const OffhookSphinxUtterance *self);
/* Main thread. */
void offhook_sphinx_utterance_push(OffhookSphinxUtterance *self, const gint16 *samples, gsize n);
void offhook_sphinx_utterance_finish(OffhookSphinxUtterance *self);
void offhook_sphinx_utterance_cancel(OffhookSphinxUtterance *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSphinxUtterance, offhook_sphinx_utterance_unref)

G_END_DECLS
