/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A tool as its section of the configuration says. Immutable; reference-counted. Any thread.
 */
#pragma once

#include "tool-template.h"
#include <offhook/settings.h>
#include <offhook/toolbox.h>

G_BEGIN_DECLS

/* Names in templates that are neither parameters nor variables. */
#define OFFHOOK_TOOL_CALLER  "caller"
#define OFFHOOK_TOOL_CALL_ID "call_id"
#define OFFHOOK_TOOL_SECRET  "secret"

extern const OffhookSetting offhook_tool_settings[];

typedef struct {
	gatomicrefcount ref_count;
	char *name; /* (nullable): the section's */
	char *description;
	JsonObject *parameters;
	OffhookToolFlags flags;
	guint timeout_ms;
	gsize max_result;

	char *method;
	OffhookToolTemplate *url;
	char *host;         /* (nullable): the URL's; %NULL: another one each time */
	char **hosts;       /* (nullable): that the URL may lead to; %NULL: its host is fixed */
	GPtrArray *headers; /* OffhookToolTemplate, of whole lines */
	char *content_type; /* (nullable): there is no body */
	OffhookToolTemplate *body; /* (nullable): the arguments as JSON */
	char *secret;              /* (nullable) */
	gboolean allow_private;
	gsize max_response;

	char *result_path;           /* (nullable): JSONPath */
	OffhookToolTemplate *result; /* (nullable): its names are such paths without "$." */
} OffhookToolConfig;

/** (transfer full) (nullable): %NULL with %OFFHOOK_ERROR_CONFIG */
OffhookToolConfig *offhook_tool_config_new(OffhookSettings *settings, GError **error);
OffhookToolConfig *offhook_tool_config_ref(OffhookToolConfig *self);
void offhook_tool_config_unref(OffhookToolConfig *self);

/** Is @name one of the parameters? */
gboolean offhook_tool_config_has_parameter(const OffhookToolConfig *self, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookToolConfig, offhook_tool_config_unref)

G_END_DECLS
