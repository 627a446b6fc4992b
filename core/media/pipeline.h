/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * One direction of a call's audio through GStreamer, without any of its threads: what is pushed in
 * comes out at the other end before push() returns. Built, used and freed in one thread.
 */
#pragma once

#include "base/hot-set.h"
#include <offhook/audio.h>

G_BEGIN_DECLS

/** The whole conversion in one element. */
#define OFFHOOK_PIPELINE_DEFAULT "offhookg711"

typedef struct _OffhookPipeline OffhookPipeline;

/** Called inside offhook_pipeline_push(). */
typedef struct {
	void (*output)(gpointer user_data, const guint8 *data, gsize size);
	void (*dtmf)(gpointer user_data, char digit); /* (nullable): heard by a `dtmfdetect` */
} OffhookPipelineHandler;

/**
 * offhook_pipeline_new:
 * @description: as for gst-launch, with one free end on each side, e.g.
 *   "offhookg711 ! webrtcdsp echo-cancel=false ! level"
 *
 * Returns: (transfer full): %NULL with %OFFHOOK_ERROR_CONFIG, and a message that quotes @description
 *   and says what is wrong (no such element, does not link, no free end, wrong formats)
 */
OffhookPipeline *offhook_pipeline_new(const char *description, const OffhookAudioFormat *in,
				      const OffhookAudioFormat *out,
				      const OffhookPipelineHandler *handler, gpointer user_data,
				      GError **error);
void offhook_pipeline_free(OffhookPipeline *self);

/**
 * offhook_pipeline_push:
 * @data: whole samples of the incoming format
 *
 * Returns: %FALSE with %OFFHOOK_ERROR_FAILED when an element failed; so will later pushes
 */
gboolean offhook_pipeline_push(OffhookPipeline *self, const guint8 *data, gsize size,
			       GError **error);

/**
 * Is it our converter alone, as by default, so that each 20 ms pushed come out as 20 ms, and are nothing
 * but converted?
 */
gboolean offhook_pipeline_is_direct(const OffhookPipeline *self);

/** Is there an element of this name in this installation? */
gboolean offhook_pipeline_has_element(const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookPipeline, offhook_pipeline_free)

/** What a frame touches of it. */
void offhook_pipeline_add_hot(const OffhookPipeline *self, OffhookHotSet *set);

G_END_DECLS
