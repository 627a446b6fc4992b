/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>

typedef enum {
	OFFHOOK_EMU_RULE_STRING,  /* of least..most characters, matching @pattern if there is one */
	OFFHOOK_EMU_RULE_INTEGER, /* least..most */
	OFFHOOK_EMU_RULE_NUMBER,  /* least..most */
	OFFHOOK_EMU_RULE_LEVEL,   /* -1..1, as a number or as a string */
	OFFHOOK_EMU_RULE_BOOLEAN,
	OFFHOOK_EMU_RULE_OBJECT,    /* with these @fields; NULL: any */
	OFFHOOK_EMU_RULE_URL,       /* absolute */
	OFFHOOK_EMU_RULE_URLS,      /* an array of one */
	OFFHOOK_EMU_RULE_STRINGS,   /* an array of those that match @pattern */
	OFFHOOK_EMU_RULE_ENDPOINTS, /* an array of one endpoint */
	OFFHOOK_EMU_RULE_NCCO,      /* an array of actions */
} OffhookEmuRuleKind;

/* What a field of a document may be. */
typedef struct _OffhookEmuRule {
	const gchar *name; /* NULL ends a list */
	OffhookEmuRuleKind kind;
	gboolean required;
	gdouble least, most;
	const gchar *pattern; /* a whole value, extended regular expression */
	const struct _OffhookEmuRule *fields;
} OffhookEmuRule;

/* FALSE: a field is missing, not known or not as it may be; the error (OFFHOOK_EMU_ERROR_DOCUMENT)
 * says which, after @where. */
gboolean offhook_emu_rules_check(const OffhookEmuRule *rules, JsonObject *object,
				 const gchar *where, GError **error);
gboolean offhook_emu_rules_refuse(GError **error, const gchar *format, ...) G_GNUC_PRINTF(2, 3);
/* The first string of the array or the string @name; NULL: absent. */
const gchar *offhook_emu_rules_get(JsonObject *object, const gchar *name);
