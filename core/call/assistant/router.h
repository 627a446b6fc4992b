/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which assistant takes a call, and which driver places one. Main thread.
 */
#pragma once

#include "call/assistant/assistant.h"

G_BEGIN_DECLS

typedef struct _OffhookCallRouter OffhookCallRouter;

OffhookCallRouter *offhook_call_router_new(OffhookPluginRegistry *plugins,
					   OffhookEngineHealth *health);
void offhook_call_router_free(OffhookCallRouter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookCallRouter, offhook_call_router_free)

/** Takes the assistants and the provider of @config. %FALSE leaves everything as it was. */
gboolean offhook_call_router_configure(OffhookCallRouter *self, OffhookConfig *config,
				       GError **error);

/** offhook_call_manager_switch_plugin() */
gboolean offhook_call_router_switch_plugin(OffhookCallRouter *self, OffhookPlugin *plugin,
					   gboolean enabled, GError **error);

/** What the assistants' voices say from memory. (transfer none) */
OffhookPhraseCache *offhook_call_router_get_phrases(OffhookCallRouter *self);

/** Whether there is anybody to take a call. */
gboolean offhook_call_router_has_assistants(OffhookCallRouter *self);

/** (transfer none) (element-type OffhookAssistant): in the order of the configuration */
const GPtrArray *offhook_call_router_list(OffhookCallRouter *self);

/** One that can't work, where the configuration is tolerant. */
typedef struct {
	const OffhookAssistantConfig *settings;
	char *problem;
} OffhookRefusedAssistant;

/** (transfer none) (element-type OffhookRefusedAssistant): likewise */
const GPtrArray *offhook_call_router_list_refused(OffhookCallRouter *self);

/**
 * For a call of @driver to @number (nullable): one that asks for this very number goes before one
 * that takes any. (transfer none); %OFFHOOK_ERROR_UNAVAILABLE
 */
OffhookAssistant *offhook_call_router_choose(OffhookCallRouter *self, const char *driver,
					     const char *number, GError **error);

/**
 * For a call that we place through @driver: the one of that @name, or for %NULL the first of the
 * driver. (transfer none); %OFFHOOK_ERROR_INVALID_ARGUMENT, %OFFHOOK_ERROR_UNAVAILABLE
 */
OffhookAssistant *offhook_call_router_find(OffhookCallRouter *self, const char *name,
					   const char *driver, GError **error);

/** The driver that new outbound calls use. (nullable) */
const char *offhook_call_router_get_provider(OffhookCallRouter *self);
gboolean offhook_call_router_set_provider(OffhookCallRouter *self, const char *name,
					  GError **error);
/** The same as an object. (transfer none); %OFFHOOK_ERROR_UNAVAILABLE */
OffhookDriver *offhook_call_router_get_driver(OffhookCallRouter *self, GError **error);

G_END_DECLS
