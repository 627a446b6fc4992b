/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which language a tag names. Pure functions, any thread.
 */

#include "language.h"

#include <string.h>

static const char *const offhook_language_codes[] = {
    [OFFHOOK_LANGUAGE_EN] = "en",
    [OFFHOOK_LANGUAGE_DE] = "de",
    [OFFHOOK_LANGUAGE_FR] = "fr",
    [OFFHOOK_LANGUAGE_ES] = "es",
};

OffhookLanguage
offhook_language_from_tag(const char *tag)
{
	gsize length = tag != NULL ? strcspn(tag, "-_") : 0;

	for (guint i = 0; i < OFFHOOK_N_LANGUAGES; i++) {
		if (strlen(offhook_language_codes[i]) == length &&
		    g_ascii_strncasecmp(offhook_language_codes[i], tag, length) == 0)
			return i;
	}
	return OFFHOOK_LANGUAGE_EN;
}

const char *
offhook_language_get_code(OffhookLanguage language)
{
	g_return_val_if_fail(language < OFFHOOK_N_LANGUAGES, "en");

	return offhook_language_codes[language];
}
