/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "generic-config.h"

G_BEGIN_DECLS

/** Settings on their way into a configuration. Errors name key, value and expectation. */
typedef struct {
	OffhookSettings *settings;
	OffhookGenericConfig *config;
} OffhookGenericReader;

/** %OFFHOOK_ERROR_CONFIG; @value is shown, if need be shortened. Always %FALSE. */
gboolean offhook_generic_reader_fail(GError **error, const char *key, const char *value,
				     const char *expected);

/** An empty value is as good as none: .env files are full of them. (transfer none) (nullable) */
const char *offhook_generic_reader_get(OffhookGenericReader *self, const char *key);
/** The same of "NAME-part". */
const char *offhook_generic_reader_get_of(OffhookGenericReader *self, const char *name,
					  const char *part);

gboolean offhook_generic_reader_read_pointers(OffhookGenericReader *self, const char *key,
					      OffhookGenericPointers **pointers, GError **error);

/** @content_type: of what it makes. *@template stays %NULL when the key has no value. */
gboolean offhook_generic_reader_read_template(OffhookGenericReader *self, const char *key,
					      const char *content_type, const char *const *names,
					      OffhookGenericTemplate **template, GError **error);

/** Whom we ask is the configuration's to say, never a caller's number's. @text: the template */
gboolean offhook_generic_reader_read_url(OffhookGenericReader *self, const char *key,
					 const char *text, const char *const *names,
					 OffhookGenericTemplate **url, GError **error);

/**
 * offhook_generic_reader_read_words:
 * @keys: the setting with the words of each kind; the first stands for none
 * @words: word in lower case -> kind; a word means one thing only
 */
gboolean offhook_generic_reader_read_words(OffhookGenericReader *self, const char *const *keys,
					   guint n_keys, GHashTable *words, GError **error);

/** "scheme://user@host:port" of an http or https URL. (transfer full) (nullable) */
char *offhook_generic_dup_origin(const char *url);
/** May both stand in a request? (nullable) */
gboolean offhook_generic_header_is_valid(const char *name, const char *value);

G_END_DECLS
