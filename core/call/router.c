/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Assistants in the order of the configuration, and the current provider. Main thread.
 */

#include "call/router.h"

#include <offhook/error.h>

#include "base/json.h"
#include "config/config-plugins.h"

struct _OffhookCallRouter {
	OffhookPluginRegistry *plugins;
	OffhookEngineHealth *health;
	OffhookPhraseCache *phrases;
	OffhookConfig *config; /* (nullable): not configured yet */
	GPtrArray *assistants; /* of OffhookAssistant */
	char *provider;        /* (nullable) */
};

OffhookCallRouter *
offhook_call_router_new(OffhookPluginRegistry *plugins, OffhookEngineHealth *health)
{
	OffhookCallRouter *self = g_new0(OffhookCallRouter, 1);

	self->plugins = g_object_ref(plugins);
	self->health = g_object_ref(health);
	self->phrases = offhook_phrase_cache_new();
	self->assistants = g_ptr_array_new();
	return self;
}

void
offhook_call_router_free(OffhookCallRouter *self)
{
	if (self == NULL)
		return;
	g_clear_pointer(&self->config, offhook_config_unref);
	g_ptr_array_unref(self->assistants);
	g_object_unref(self->plugins);
	g_object_unref(self->health);
	offhook_phrase_cache_unref(self->phrases);
	g_free(self->provider);
	g_free(self);
}

gboolean
offhook_call_router_has_assistants(OffhookCallRouter *self)
{
	return self->assistants->len > 0;
}

OffhookAssistant *
offhook_call_router_choose(OffhookCallRouter *self, const char *driver, const char *number,
			   GError **error)
{
	OffhookAssistant *any = NULL;

	for (guint i = 0; i < self->assistants->len; i++) {
		OffhookAssistant *assistant = g_ptr_array_index(self->assistants, i);

		if (!offhook_assistant_takes(assistant, driver, number))
			continue;
		if (assistant->settings->number != NULL)
			return assistant;
		if (any == NULL)
			any = assistant;
	}
	if (any == NULL)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "no assistant takes calls of %s to this number", driver);
	return any;
}

OffhookAssistant *
offhook_call_router_find(OffhookCallRouter *self, const char *name, const char *driver,
			 GError **error)
{
	for (guint i = 0; i < self->assistants->len; i++) {
		OffhookAssistant *assistant = g_ptr_array_index(self->assistants, i);
		const OffhookAssistantConfig *settings = assistant->settings;

		if (name != NULL
			? g_str_equal(settings->name, name)
			: settings->driver == NULL || g_str_equal(settings->driver, driver))
			return assistant;
	}
	if (name != NULL)
		offhook_json_refuse(error, "assistant", name, "the name of a configured assistant");
	else
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "no assistant takes calls of %s", driver);
	return NULL;
}

/* Allowed, for tests and for text; but a caller would wonder. */
static void
offhook_call_router_warn(OffhookAssistant *assistant)
{
	const char *name = assistant->settings->name;

	if (assistant->takes_audio)
		return;
	if (assistant->tts == NULL)
		g_warning("assistant %s has no tts: silent, unless the line speaks", name);
	if (assistant->stt == NULL)
		g_warning("assistant %s has no stt: hears only keys, unless the line recognises",
			  name);
}

static GPtrArray *
offhook_call_router_load_assistants(OffhookCallRouter *self, OffhookConfig *config, GError **error)
{
	const GPtrArray *sections = offhook_config_get_assistants(config);
	g_autoptr(GPtrArray) assistants =
	    g_ptr_array_new_with_free_func((GDestroyNotify)offhook_assistant_unref);

	for (guint i = 0; i < sections->len; i++) {
		const OffhookAssistantConfig *settings = g_ptr_array_index(sections, i);
		g_autoptr(GError) local = NULL;
		OffhookAssistant *assistant =
		    offhook_assistant_new(config, settings, self->plugins, self->health, &local);

		if (assistant != NULL) {
			offhook_call_router_warn(assistant);
			if (assistant->tts != NULL)
				offhook_engine_lineup_set_phrases(assistant->tts, self->phrases);
			g_ptr_array_add(assistants, assistant);
		} else if (settings->built_in) {
			g_message("the built-in %s", local->message);
		} else {
			g_propagate_error(error, g_steal_pointer(&local));
			return NULL;
		}
	}
	return g_steal_pointer(&assistants);
}

/* The first that can place calls; @configured: of those that the configuration speaks of. */
static char *
offhook_call_router_first_provider(OffhookCallRouter *self, OffhookConfig *config,
				   gboolean configured)
{
	g_autoptr(GPtrArray) drivers =
	    offhook_plugin_registry_list_kind(self->plugins, OFFHOOK_PLUGIN_DRIVER);

	for (guint i = 0; i < drivers->len; i++) {
		const char *name = offhook_plugin_get_name(g_ptr_array_index(drivers, i));
		OffhookDriver *driver =
		    offhook_plugin_registry_get_driver(self->plugins, name, NULL);

		if (driver == NULL || !offhook_driver_get_capabilities(driver)->outbound)
			continue;
		if (!configured || offhook_config_wants_plugin(config, OFFHOOK_PLUGIN_DRIVER, name))
			return g_strdup(name);
	}
	return NULL;
}

/* The one that is named, else one that has a section, else any that can place calls. */
static char *
offhook_call_router_choose_provider(OffhookCallRouter *self, OffhookConfig *config)
{
	const char *wanted = offhook_config_get_voice_provider(config);
	char *provider;

	if (wanted != NULL &&
	    offhook_plugin_registry_get_driver(self->plugins, wanted, NULL) != NULL)
		return g_strdup(wanted);
	provider = offhook_call_router_first_provider(self, config, TRUE);
	return provider != NULL ? provider
				: offhook_call_router_first_provider(self, config, FALSE);
}

/* Phrases as the engines spoke them before may be wrong now. */
static void
offhook_call_router_reset_phrases(OffhookCallRouter *self, OffhookConfig *config)
{
	gint64 mib = offhook_config_get_integer(config, "media", "phrase-cache-mib");

	offhook_phrase_cache_reset(self->phrases, (gsize)mib * 1024 * 1024);
	for (guint i = 0; i < self->assistants->len; i++) {
		const OffhookAssistant *assistant = g_ptr_array_index(self->assistants, i);
		const OffhookAssistantConfig *settings = assistant->settings;

		if (settings->greeting != NULL)
			offhook_phrase_cache_declare(self->phrases, settings->greeting,
						     settings->language);
		if (settings->machine_message != NULL)
			offhook_phrase_cache_declare(self->phrases, settings->machine_message,
						     settings->language);
	}
}

gboolean
offhook_call_router_configure(OffhookCallRouter *self, OffhookConfig *config, GError **error)
{
	GPtrArray *assistants = offhook_call_router_load_assistants(self, config, error);
	OffhookConfig *old = self->config;

	if (assistants == NULL)
		return FALSE;
	g_ptr_array_unref(self->assistants);
	self->assistants = assistants;
	self->config = offhook_config_ref(config);
	offhook_call_router_reset_phrases(self, config);
	/* A provider that was switched to stays until the configuration itself says otherwise. */
	if (old == NULL || g_strcmp0(offhook_config_get_voice_provider(old),
				     offhook_config_get_voice_provider(config)) != 0) {
		g_free(self->provider);
		self->provider = offhook_call_router_choose_provider(self, config);
	}
	g_clear_pointer(&old, offhook_config_unref);
	offhook_engine_health_hurry(self->health);
	return TRUE;
}

OffhookPhraseCache *
offhook_call_router_get_phrases(OffhookCallRouter *self)
{
	return self->phrases;
}

const char *
offhook_call_router_get_provider(OffhookCallRouter *self)
{
	return self->provider;
}

gboolean
offhook_call_router_set_provider(OffhookCallRouter *self, const char *name, GError **error)
{
	OffhookDriver *driver = offhook_plugin_registry_get_driver(self->plugins, name, error);

	if (driver == NULL)
		return FALSE;
	g_free(self->provider);
	/* Its own name, should this be an alias. */
	self->provider = g_strdup(offhook_driver_get_name(driver));
	g_message("new calls go through %s", self->provider);
	return TRUE;
}

OffhookDriver *
offhook_call_router_get_driver(OffhookCallRouter *self, GError **error)
{
	if (self->provider != NULL)
		return offhook_plugin_registry_get_driver(self->plugins, self->provider, error);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
		    "no driver that can place calls is active");
	return NULL;
}
