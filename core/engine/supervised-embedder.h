/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Vectors from an assistant's engines that stand in for each other. Each question is put to one engine
 * at a time, and to the next when that one fails or is late. It is followed to its end also when nobody
 * waits for it any more: what it used is paid all the same, and an engine that never answers must be
 * noticed by those whose patience is short. Which engine has answered, and so by what model the vectors
 * are, says the receipt of each answer: only vectors of one model can be compared.
 *
 * Has the signals of engine-seat.h. Main thread.
 */
#pragma once

#include "engine/engine-lineup.h"

G_BEGIN_DECLS

#define OFFHOOK_TYPE_SUPERVISED_EMBEDDER (offhook_supervised_embedder_get_type())
G_DECLARE_FINAL_TYPE(OffhookSupervisedEmbedder, offhook_supervised_embedder, OFFHOOK,
		     SUPERVISED_EMBEDDER, OffhookEmbedder)

/**
 * offhook_supervised_embedder_new:
 * @lineup: of %OFFHOOK_ENGINE_EMBED; its first_ms is how long one may take for an answer
 *
 * Returns: (nullable): none of them opens a session
 */
OffhookEmbedder *offhook_supervised_embedder_new(OffhookEngineLineup *lineup, GError **error);

/** Whom the next question goes to. (transfer none) */
const char *offhook_supervised_embedder_get_engine(OffhookSupervisedEmbedder *self);

G_END_DECLS
