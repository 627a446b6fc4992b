/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reads sections. The configuration has checked each key by itself; what takes two of them, or a file,
 * is checked here. Main thread.
 */

#include "delivery/settings.h"

#include <string.h>

#include <offhook/error.h>

#include "config/normalise.h"
#include "config/secret.h"

/* The group and others may not even read it. */
#define OFFHOOK_DELIVERY_SECRET_FORBIDDEN 0077

/* (transfer full) (nullable) */
static char *
offhook_delivery_settings_read_secret(OffhookConfig *config, const char *section, GError **error)
{
	const char *secret = offhook_config_get_string(config, section, "secret");
	const char *path = offhook_config_get_string(config, section, "secret-file");
	g_autoptr(GError) local = NULL;
	char *text;

	if ((secret == NULL) == (path == NULL)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "[%s] secret: expected one of secret and secret-file", section);
		return NULL;
	}
	if (secret != NULL)
		return g_strdup(secret);
	text = offhook_secret_read_file(path, OFFHOOK_DELIVERY_SECRET_FORBIDDEN, &local);
	if (text == NULL)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, "[%s] secret-file: %s",
			    section, local->message);
	return text;
}

static GBytes *
offhook_delivery_settings_read_key(OffhookConfig *config, const char *section, GError **error)
{
	char *secret = offhook_delivery_settings_read_secret(config, section, error);
	GBytes *key;

	if (secret == NULL)
		return NULL;
	key = offhook_normalise_decode_webhook_secret(secret);
	offhook_secret_free(secret);
	if (key == NULL)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "[%s] secret-file: expected whsec_ and 24 to 64 bytes in base64",
			    section);
	return key;
}

OffhookDeliverySettings *
offhook_delivery_settings_new(OffhookConfig *config, const char *name, GError **error)
{
	g_autofree char *section = g_strconcat("webhook:", name, NULL);
	GBytes *key = offhook_delivery_settings_read_key(config, section, error);
	OffhookDeliverySettings *self;

	if (key == NULL)
		return NULL;
	self = g_new0(OffhookDeliverySettings, 1);
	self->name = g_strdup(name);
	self->url = g_strdup(offhook_config_get_string(config, section, "url"));
	self->key = key;
	self->patterns = offhook_config_get_list(config, section, "events");
	self->timeout_ms = offhook_config_get_integer(config, section, "timeout-ms");
	self->retry_us =
	    offhook_config_get_integer(config, section, "retry-hours") * 3600 * G_USEC_PER_SEC;
	self->parallel = offhook_config_get_integer(config, section, "parallel");
	self->max_waiting = offhook_config_get_integer(config, section, "max-waiting");
	self->personal_data = offhook_config_get_boolean(config, section, "personal-data");
	self->dead_keep_days = offhook_config_get_integer(config, section, "dead-keep-days");
	return self;
}

void
offhook_delivery_settings_free(OffhookDeliverySettings *self)
{
	if (self == NULL)
		return;
	g_free(self->name);
	g_free(self->url);
	g_bytes_unref(self->key);
	g_strfreev(self->patterns);
	g_free(self);
}

static gboolean
offhook_delivery_pattern_fits(const char *pattern, const char *type)
{
	gsize length = strlen(pattern);

	if (g_str_has_suffix(pattern, "*"))
		return strncmp(pattern, type, length - 1) == 0;
	return g_str_equal(pattern, type);
}

gboolean
offhook_delivery_settings_wants(const OffhookDeliverySettings *self, const char *type)
{
	for (guint i = 0; self->patterns[i] != NULL; i++)
		if (offhook_delivery_pattern_fits(self->patterns[i], type))
			return TRUE;
	return FALSE;
}

GPtrArray *
offhook_delivery_settings_list(OffhookConfig *config, GError **error)
{
	g_autoptr(GPtrArray) list =
	    g_ptr_array_new_with_free_func((GDestroyNotify)offhook_delivery_settings_free);
	g_auto(GStrv) names = offhook_config_list_named(config, "webhook");
	g_autoptr(GString) wrong = g_string_new(NULL);

	for (guint i = 0; names[i] != NULL; i++) {
		g_autoptr(GError) local = NULL;
		OffhookDeliverySettings *settings =
		    offhook_delivery_settings_new(config, names[i], &local);

		if (settings != NULL)
			g_ptr_array_add(list, settings);
		else
			g_string_append_printf(wrong, "%s%s", wrong->len > 0 ? "\n" : "",
					       local->message);
	}
	if (wrong->len == 0)
		return g_steal_pointer(&list);
	g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, wrong->str);
	return NULL;
}
