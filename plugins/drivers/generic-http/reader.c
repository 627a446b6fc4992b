/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Values, pointers, templates and words of the settings, each checked on its own. Main thread.
 */

#include "reader.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

#define SHOWN_LENGTH 80

/* ---- values ---- */

gboolean
offhook_generic_reader_fail(GError **error, const char *key, const char *value,
			    const char *expected)
{
	g_autofree char *shown = g_utf8_make_valid(value, -1);

	if (g_utf8_strlen(shown, -1) > SHOWN_LENGTH) {
		g_autofree char *cut = g_utf8_substring(shown, 0, SHOWN_LENGTH);

		g_free(shown);
		shown = g_strconcat(cut, "...", NULL);
	}
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
		    "[" OFFHOOK_GENERIC_SECTION "] %s=%s: expected %s", key, shown, expected);
	return FALSE;
}

/* An empty value is as good as none: .env files are full of them. (nullable) */
const char *
offhook_generic_reader_get(OffhookGenericReader *self, const char *key)
{
	const char *value = offhook_settings_get_string(self->settings, key);

	return value != NULL && *value != '\0' ? value : NULL;
}

const char *
offhook_generic_reader_get_of(OffhookGenericReader *self, const char *name, const char *part)
{
	g_autofree char *key = g_strconcat(name, part, NULL);

	return offhook_generic_reader_get(self, key);
}

gboolean
offhook_generic_reader_read_pointers(OffhookGenericReader *self, const char *key,
				     OffhookGenericPointers **pointers, GError **error)
{
	const char *text = offhook_generic_reader_get(self, key);
	g_autoptr(GError) local = NULL;

	*pointers = offhook_generic_pointers_new(text != NULL ? text : "", &local);
	return *pointers != NULL || offhook_generic_reader_fail(error, key, text, local->message);
}

/* ---- templates ---- */

static OffhookGenericEscape
offhook_generic_escape_of(const char *content_type)
{
	if (g_str_equal(content_type, "application/json"))
		return OFFHOOK_GENERIC_JSON;
	if (g_str_equal(content_type, "application/x-www-form-urlencoded"))
		return OFFHOOK_GENERIC_FORM;
	return g_str_equal(content_type, "text/xml") ? OFFHOOK_GENERIC_XML : OFFHOOK_GENERIC_PLAIN;
}

/* Every name stands for @other, but @raw (nullable) for @raw_value. */
static char *
offhook_generic_render_sample(const OffhookGenericTemplate *template, const char *const *names,
			      const char *raw, const char *raw_value, const char *other)
{
	g_autofree OffhookGenericValue *values =
	    g_new0(OffhookGenericValue, g_strv_length((char **)names) + 1);

	for (guint i = 0; names[i] != NULL; i++)
		values[i] = (OffhookGenericValue){
		    names[i], g_strcmp0(names[i], raw) == 0 ? raw_value : other};
	return offhook_generic_template_render(template, values);
}

static gboolean
offhook_generic_is_json_object(const char *text)
{
	g_autoptr(JsonObject) object = offhook_json_parse_object(text, -1, "it", NULL);

	return object != NULL;
}

/* @content_type: of what it makes. *@template stays %NULL when the key has no value. */
gboolean
offhook_generic_reader_read_template(OffhookGenericReader *self, const char *key,
				     const char *content_type, const char *const *names,
				     OffhookGenericTemplate **template, GError **error)
{
	const char *text = offhook_generic_reader_get(self, key);
	OffhookGenericEscape escape = offhook_generic_escape_of(content_type);
	g_autoptr(GError) local = NULL;
	g_autofree char *sample = NULL;

	if (text == NULL)
		return TRUE;
	*template = offhook_generic_template_new(text, escape, names, NULL, &local);
	if (*template == NULL)
		return offhook_generic_reader_fail(error, key, text, local->message);
	/* A word is JSON in quotes only. The one number is right without them. */
	sample = offhook_generic_render_sample(*template, names, "ring_timeout", "1", "a");
	if (escape == OFFHOOK_GENERIC_JSON && !offhook_generic_is_json_object(sample))
		return offhook_generic_reader_fail(error, key, text,
						   "a JSON object, with each {{name}} in quotes");
	return TRUE;
}

/* scheme://user@host:port of @url; (transfer full) (nullable): it is no URL for us */
char *
offhook_generic_dup_origin(const char *url)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_HAS_PASSWORD, NULL);
	const char *scheme = uri != NULL ? g_uri_get_scheme(uri) : "";
	const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;

	if ((!g_str_equal(scheme, "http") && !g_str_equal(scheme, "https")) || host == NULL ||
	    *host == '\0')
		return NULL;
	return g_strdup_printf("%s://%s@%s:%d", scheme,
			       g_uri_get_userinfo(uri) != NULL ? g_uri_get_userinfo(uri) : "", host,
			       g_uri_get_port(uri));
}

/* Whom we ask is the configuration's to say, never a caller's number's. */
gboolean
offhook_generic_reader_read_url(OffhookGenericReader *self, const char *key, const char *text,
				const char *const *names, OffhookGenericTemplate **url,
				GError **error)
{
	const char *api_url = self->config->api_url;
	g_autofree char *one = NULL;
	g_autofree char *other = NULL;
	g_autofree char *origin = NULL;
	g_autofree char *other_origin = NULL;
	g_autoptr(GError) local = NULL;

	*url = offhook_generic_template_new(text, OFFHOOK_GENERIC_FORM, names, "api_url", &local);
	if (*url == NULL)
		return offhook_generic_reader_fail(error, key, text, local->message);
	if (api_url == NULL && offhook_generic_template_uses(*url, "api_url"))
		return offhook_generic_reader_fail(error, key, text,
						   "no {{api_url}} without api-url");
	one = offhook_generic_render_sample(*url, names, "api_url", api_url, "1");
	other = offhook_generic_render_sample(*url, names, "api_url", api_url, "22");
	origin = offhook_generic_dup_origin(one);
	other_origin = offhook_generic_dup_origin(other);
	if (origin == NULL)
		return offhook_generic_reader_fail(error, key, text, "an http or https URL");
	if (g_strcmp0(origin, other_origin) != 0)
		return offhook_generic_reader_fail(
		    error, key, text, "no {{names}} but {{api_url}} before the URL's path");
	return TRUE;
}

/* ---- the rest ---- */

gboolean
offhook_generic_header_is_valid(const char *name, const char *value)
{
	if (name == NULL || *name == '\0' || value == NULL)
		return FALSE;
	for (const char *p = name; *p != '\0'; p++)
		if (!g_ascii_isalnum(*p) && strchr("!#$%&'*+-.^_`|~", *p) == NULL)
			return FALSE;
	for (const char *p = value; *p != '\0'; p++)
		if ((guint8)*p < ' ' || *p == 0x7f)
			return FALSE;
	return TRUE;
}

gboolean
offhook_generic_reader_read_words(OffhookGenericReader *self, const char *const *keys, guint n_keys,
				  GHashTable *words, GError **error)
{
	for (guint kind = 1; kind < n_keys; kind++) {
		const char *text = offhook_generic_reader_get(self, keys[kind]);
		g_auto(GStrv) items = g_strsplit(text != NULL ? text : "", ",", -1);

		for (char **item = items; *item != NULL; item++) {
			char *word = g_utf8_strdown(g_strstrip(*item), -1);
			guint other = GPOINTER_TO_UINT(g_hash_table_lookup(words, word));

			if (*word == '\0' || other != 0) {
				g_autofree char *expected =
				    other != 0 ? g_strdup_printf("no word of %s", keys[other])
					       : g_strdup("words joined by commas");

				g_free(word);
				return offhook_generic_reader_fail(error, keys[kind], text,
								   expected);
			}
			g_hash_table_insert(words, word, GUINT_TO_POINTER(kind));
		}
	}
	return TRUE;
}
