/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Which language somebody speaks. Pure.
 */
#pragma once

#include "language.h"

G_BEGIN_DECLS

/**
 * offhook_language_detect:
 * @text: what was said
 * @usual: the language that is taken for spoken as long as the words do not clearly tell another
 *
 * By the small words that only one of the languages has.
 */
OffhookLanguage offhook_language_detect(const char *text, OffhookLanguage usual);

G_END_DECLS
