/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Reading a script's file, for the loader's own files only; others use dialog-script.h.
 */
#pragma once

#include "dialog-check.h"
#include "dialog-script.h"

G_BEGIN_DECLS

typedef struct {
	OffhookDialogCheck *check;
	OffhookDialogScript *script;
	GHashTable *form_names; /* set of utf8: also those not read yet */
} OffhookDialogLoader;

OffhookDialogScript *offhook_dialog_script_new(void);
OffhookDialogIntent *offhook_dialog_intent_new(void);
/** (element-type OffhookDialogReply) */
GPtrArray *offhook_dialog_script_new_cases(void);
OffhookDialogField *offhook_dialog_field_new(void);
OffhookDialogForm *offhook_dialog_form_new(const char *name);
void offhook_dialog_reply_free(OffhookDialogReply *reply);
GPtrArray *offhook_dialog_patterns_new(void);

/** Answers or a prompt: their "{...}" must exist. (transfer full) */
char **offhook_dialog_loader_read_texts(OffhookDialogLoader *self, JsonObject *object,
					const char *member, OffhookDialogCheckNeed need);

/** Phrases in their notation, whose slots must exist, appended to @patterns. */
void offhook_dialog_loader_read_patterns(OffhookDialogLoader *self, JsonObject *object,
					 const char *member, OffhookDialogCheckNeed need,
					 GPtrArray *patterns);
void offhook_dialog_loader_add_pattern(OffhookDialogLoader *self, const char *phrase,
				       GPtrArray *patterns);

/** Lower-case letters, digits and '-'. Notes an error otherwise. */
gboolean offhook_dialog_loader_is_name(OffhookDialogLoader *self, const char *name);

void offhook_dialog_loader_read_slots(OffhookDialogLoader *self, JsonObject *root);
/** (transfer full): what an object with answers, action, form says; never %NULL */
/** "cases" of @object, then @object itself as the one that always fits. */
void offhook_dialog_loader_read_cases(OffhookDialogLoader *self, JsonObject *object,
				      GPtrArray *cases);
void offhook_dialog_loader_read_intents(OffhookDialogLoader *self, JsonObject *root);
void offhook_dialog_loader_read_forms(OffhookDialogLoader *self, JsonObject *root);
void offhook_dialog_loader_read_prompts(OffhookDialogLoader *self, JsonObject *root);

G_END_DECLS
