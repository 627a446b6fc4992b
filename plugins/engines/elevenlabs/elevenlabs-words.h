/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * From the times of characters to the times of words. Pure.
 */
#pragma once

#include "elevenlabs-message.h"
#include <offhook/engine.h>

G_BEGIN_DECLS

typedef struct _OffhookElevenlabsWords OffhookElevenlabsWords;

/** @text: UTF-8, as it was given to speak() */
OffhookElevenlabsWords *offhook_elevenlabs_words_new(const char *text);
void offhook_elevenlabs_words_free(OffhookElevenlabsWords *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookElevenlabsWords, offhook_elevenlabs_words_free)

/**
 * offhook_elevenlabs_words_push:
 * @times: of the next characters, from the beginning of their piece of audio
 * @before_ms: what that began after
 * @out: (element-type OffhookWordTime): where words are appended that are complete now
 *
 * The service may leave characters out, or have others instead: it goes on where they agree again. A
 * word all of whose characters are missing lies between its neighbours.
 */
void offhook_elevenlabs_words_push(OffhookElevenlabsWords *self, GArray *times, guint before_ms,
				   GArray *out);

G_END_DECLS
