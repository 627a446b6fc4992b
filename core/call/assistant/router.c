/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Assistants in the order of the configuration, and the current provider. Main thread.
 */

#include "call/assistant/router.h"

#include <offhook/error.h>

#include "base/json.h"
#include "config/config-plugins.h"

struct _OffhookCallRouter {
	OffhookPluginRegistry *plugins;
	OffhookEngineHealth *health;
	OffhookPhraseCache *phrases;
	OffhookConfig *config; /* (nullable): not configured yet */
	GPtrArray *assistants; /* of OffhookAssistant */
	GPtrArray *refused;    /* of OffhookRefusedAssistant; they borrow from @config */
	char *provider;        /* (nullable) */
};

static void
offhook_call_router_free_refused(gpointer data)
{
	OffhookRefusedAssistant *refused = data;

	g_free(refused->problem);
	g_free(refused);
}

OffhookCallRouter *
offhook_call_router_new(OffhookPluginRegistry *plugins, OffhookEngineHealth *health)
{
	OffhookCallRouter *self = g_new0(OffhookCallRouter, 1);

	self->plugins = g_object_ref(plugins);
	self->health = g_object_ref(health);
	self->phrases = offhook_phrase_cache_new();
	self->assistants = g_ptr_array_new();
	self->refused = g_ptr_array_new_with_free_func(offhook_call_router_free_refused);
	return self;
}

void
offhook_call_router_free(OffhookCallRouter *self)
{
	if (self == NULL)
		return;
	g_clear_pointer(&self->config, offhook_config_unref);
	g_ptr_array_unref(self->assistants);
	g_ptr_array_unref(self->refused);
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

const GPtrArray *
offhook_call_router_list(OffhookCallRouter *self)
{
	return self->assistants;
}

const GPtrArray *
offhook_call_router_list_refused(OffhookCallRouter *self)
{
	return self->refused;
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

/* @refused: (out): those that can't work, where that is tolerated */
static GPtrArray *
offhook_call_router_load_assistants(OffhookCallRouter *self, OffhookConfig *config,
				    GPtrArray *refused, GError **error)
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
		} else if (offhook_config_is_tolerant(config)) {
			OffhookRefusedAssistant *one = g_new(OffhookRefusedAssistant, 1);

			*one = (OffhookRefusedAssistant){settings, g_strdup(local->message)};
			g_ptr_array_add(refused, one);
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
	g_autoptr(GPtrArray) refused =
	    g_ptr_array_new_with_free_func(offhook_call_router_free_refused);
	GPtrArray *assistants = offhook_call_router_load_assistants(self, config, refused, error);
	OffhookConfig *old = self->config;

	if (assistants == NULL)
		return FALSE;
	g_ptr_array_unref(self->assistants);
	self->assistants = assistants;
	g_ptr_array_unref(self->refused);
	self->refused = g_steal_pointer(&refused);
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

typedef struct {
	OffhookPluginRegistry *plugins;
	OffhookPlugin *plugin;
} OffhookCallRouterLoss;

static gboolean
offhook_call_router_is_lost_cb(gpointer data, OffhookPluginKind kind, const char *name)
{
	const OffhookCallRouterLoss *loss = data;

	return offhook_plugin_registry_find(loss->plugins, kind, name) == loss->plugin ||
	       offhook_plugin_registry_is_switched_off(loss->plugins, kind, name);
}

/* Every assistant must have something else for what @plugin does, as things are switched now. */
static gboolean
offhook_call_router_can_spare(OffhookCallRouter *self, OffhookPlugin *plugin, GError **error)
{
	const GPtrArray *sections =
	    self->config != NULL ? offhook_config_get_assistants(self->config) : NULL;
	OffhookCallRouterLoss loss = {self->plugins, plugin};
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; sections != NULL && i < sections->len; i++) {
		const OffhookAssistantConfig *settings = g_ptr_array_index(sections, i);
		g_autoptr(GError) local = NULL;

		offhook_assistant_config_free_copy(offhook_assistant_config_new_without(
		    settings, offhook_call_router_is_lost_cb, &loss, &local));
		if (local != NULL)
			g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "",
					       settings->name);
	}
	if (names->len == 0)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
		    "%s %s has nobody to stand in for it in: assistant %s",
		    offhook_plugin_get_kind_name(plugin), offhook_plugin_get_name(plugin),
		    names->str);
	return FALSE;
}

gboolean
offhook_call_router_switch_plugin(OffhookCallRouter *self, OffhookPlugin *plugin, gboolean enabled,
				  GError **error)
{
	g_autoptr(OffhookConfig) config =
	    self->config != NULL ? offhook_config_ref(self->config) : NULL;

	if ((!enabled && !offhook_call_router_can_spare(self, plugin, error)) ||
	    !offhook_plugin_registry_set_enabled(self->plugins, plugin, enabled, error))
		return FALSE;
	/* The assistants are made anew, and calls begin with those. */
	return config == NULL || offhook_call_router_configure(self, config, error);
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
