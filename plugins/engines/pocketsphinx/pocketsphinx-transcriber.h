/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** One call's ear. Main thread. */
#pragma once

#include "sphinx-pool.h"
#include <offhook/engine.h>

G_BEGIN_DECLS

/** Utterances of one call that may be on their way; a further one fails with %OFFHOOK_ERROR_BUSY. */
#define OFFHOOK_POCKETSPHINX_MAX_UTTERANCES 8

#define OFFHOOK_TYPE_POCKETSPHINX_TRANSCRIBER (offhook_pocketsphinx_transcriber_get_type())
G_DECLARE_FINAL_TYPE(OffhookPocketsphinxTranscriber, offhook_pocketsphinx_transcriber, OFFHOOK,
		     POCKETSPHINX_TRANSCRIBER, OffhookTranscriber)

OffhookTranscriber *offhook_pocketsphinx_transcriber_new(OffhookSphinxPool *pool);

G_END_DECLS
