/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Reading a JSON document and collecting everything that is wrong with it, each with its place
 * ("$.intents[2].phrases[0]"), the value found and what was expected. One thread.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define OFFHOOK_DIALOG_MAX_TEXT  1000 /* bytes of one text */
#define OFFHOOK_DIALOG_MAX_ITEMS 500  /* of one array */

typedef struct _OffhookDialogCheck OffhookDialogCheck;

/** @name: how errors call the document */
OffhookDialogCheck *offhook_dialog_check_new(const char *name);
void offhook_dialog_check_free(OffhookDialogCheck *self);

/**
 * offhook_dialog_check_parse:
 *
 * Returns: (transfer full) (nullable): the document, if it is JSON and an object
 */
JsonNode *offhook_dialog_check_parse(OffhookDialogCheck *self, const char *text, gsize length);

/** Goes to a member, or an element, of where it is; each push needs a pop. */
void offhook_dialog_check_push(OffhookDialogCheck *self, const char *member);
void offhook_dialog_check_push_index(OffhookDialogCheck *self, guint index);
void offhook_dialog_check_pop(OffhookDialogCheck *self);

/** Notes an error here. @node: (nullable): what was found */
void offhook_dialog_check_fail(OffhookDialogCheck *self, JsonNode *node, const char *expected);
void offhook_dialog_check_fail_text(OffhookDialogCheck *self, const char *value, const char *format,
				    ...) G_GNUC_PRINTF(3, 4);

/** %FALSE with @error (%OFFHOOK_ERROR_CONFIG, one line for each) when anything was wrong. */
gboolean offhook_dialog_check_finish(OffhookDialogCheck *self, GError **error);

/*
 * Members of @object. They return the default and note an error when the member is of another kind;
 * an absent one is an error only when it is required.
 */
typedef enum {
	OFFHOOK_DIALOG_CHECK_OPTIONAL,
	OFFHOOK_DIALOG_CHECK_REQUIRED,
} OffhookDialogCheckNeed;

/** Notes an error for each member that is not among @known. */
void offhook_dialog_check_members(OffhookDialogCheck *self, JsonObject *object,
				  const char *const *known);
/** (transfer full) (nullable) */
char *offhook_dialog_check_string(OffhookDialogCheck *self, JsonObject *object, const char *member,
				  OffhookDialogCheckNeed need);
guint offhook_dialog_check_uint(OffhookDialogCheck *self, JsonObject *object, const char *member,
				guint min, guint max, guint fallback);
double offhook_dialog_check_share(OffhookDialogCheck *self, JsonObject *object, const char *member,
				  double fallback); /* 0 to 1 */
gboolean offhook_dialog_check_boolean(OffhookDialogCheck *self, JsonObject *object,
				      const char *member, gboolean fallback);
/** One text or an array of them. (transfer full): %NULL-terminated; may be empty */
char **offhook_dialog_check_strings(OffhookDialogCheck *self, JsonObject *object,
				    const char *member, OffhookDialogCheckNeed need);
/** (transfer none) (nullable) */
JsonObject *offhook_dialog_check_object(OffhookDialogCheck *self, JsonObject *object,
					const char *member, OffhookDialogCheckNeed need);
JsonArray *offhook_dialog_check_array(OffhookDialogCheck *self, JsonObject *object,
				      const char *member, OffhookDialogCheckNeed need);
/** Element @index of @array, an object; call between push_index() and pop(). */
JsonObject *offhook_dialog_check_element(OffhookDialogCheck *self, JsonArray *array, guint index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookDialogCheck, offhook_dialog_check_free)

G_END_DECLS
