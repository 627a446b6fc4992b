/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What somebody said, without what he did not mean to say. Pure.
 */
#pragma once

#include "language.h"

G_BEGIN_DECLS

/** Longer utterances are cut. */
#define OFFHOOK_INPUT_MAX_BYTES 4096
#define OFFHOOK_INPUT_MAX_WORDS 400

/**
 * Without hesitations ("um"), words that were broken off ("tab- table"), and what was said twice in a
 * row ("I want I want to"), unless that means something ("no no", "five five"). The rest is as it was
 * written. @raw: UTF-8. (transfer full)
 */
char *offhook_input_clean(OffhookLanguage language, const char *raw);

G_END_DECLS
