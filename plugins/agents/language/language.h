/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The languages that agents know by themselves. Pure.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
	OFFHOOK_LANGUAGE_EN,
	OFFHOOK_LANGUAGE_DE,
	OFFHOOK_LANGUAGE_FR,
	OFFHOOK_LANGUAGE_ES,
	OFFHOOK_N_LANGUAGES,
} OffhookLanguage;

/** @tag: (nullable): BCP 47, of which the first part counts; English for all that are not known */
OffhookLanguage offhook_language_from_tag(const char *tag);
/** "en" */
const char *offhook_language_get_code(OffhookLanguage language);

G_END_DECLS
