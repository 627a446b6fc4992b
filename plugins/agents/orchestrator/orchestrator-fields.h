/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The details that an assistant collects from the caller: `collect=name:name!, party:number(1..20)`, and
 * what counts as one. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define OFFHOOK_ORCHESTRATOR_MAX_FIELDS 16

typedef enum {
	OFFHOOK_ORCHESTRATOR_FIELD_TEXT,
	OFFHOOK_ORCHESTRATOR_FIELD_NAME,
	OFFHOOK_ORCHESTRATOR_FIELD_NUMBER,
	OFFHOOK_ORCHESTRATOR_FIELD_DATE,
	OFFHOOK_ORCHESTRATOR_FIELD_TIME,
	OFFHOOK_ORCHESTRATOR_FIELD_EMAIL,
	OFFHOOK_ORCHESTRATOR_FIELD_ADDRESS,
	OFFHOOK_ORCHESTRATOR_FIELD_PHONE,
} OffhookOrchestratorFieldType;

typedef struct {
	char *name;
	OffhookOrchestratorFieldType type;
	gboolean required;
	gint64 min; /* of numbers */
	gint64 max;
} OffhookOrchestratorField;

/**
 * @text: (nullable)
 *
 * Returns: (transfer full) (nullable) (element-type OffhookOrchestratorField): maybe empty;
 *   %OFFHOOK_ERROR_CONFIG
 */
GPtrArray *offhook_orchestrator_fields_parse(const char *text, GError **error);

/** How the model is to write it, for its instructions. (transfer full) */
char *offhook_orchestrator_field_describe(const OffhookOrchestratorField *self);
/** Keys can be pressed for it. @max: (out): how many; 0: any number */
gboolean offhook_orchestrator_field_takes_keys(const OffhookOrchestratorField *self, guint *max);

/**
 * offhook_orchestrator_field_normalise:
 * @text: UTF-8
 * @today: dates before it are none
 *
 * Returns: (transfer full) (nullable): the value as it is kept; %NULL with
 *   %OFFHOOK_ERROR_INVALID_ARGUMENT, whose message the model can make use of
 */
char *offhook_orchestrator_field_normalise(const OffhookOrchestratorField *self, const char *text,
					   GDateTime *today, GError **error);

G_END_DECLS
