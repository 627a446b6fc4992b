/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>

/* A call control object: an array of actions, checked. */
typedef struct {
	JsonArray *actions;
} OffhookEmuNcco;

#define OFFHOOK_EMU_NCCO_MAX_BYTES (64 * 1024)

/* All of them are strict: an unknown action or field, a value out of its range, a mistake in an
 * endpoint are errors (OFFHOOK_EMU_ERROR_DOCUMENT). */
OffhookEmuNcco *offhook_emu_ncco_parse(const gchar *text, gsize length, GError **error);
OffhookEmuNcco *offhook_emu_ncco_new(JsonNode *node, GError **error);
void offhook_emu_ncco_free(OffhookEmuNcco *self);
gboolean offhook_emu_ncco_check(JsonNode *node, GError **error);
gboolean offhook_emu_ncco_check_endpoint(JsonNode *node, const gchar *where, GError **error);

guint offhook_emu_ncco_get_length(const OffhookEmuNcco *self);
JsonObject *offhook_emu_ncco_get(const OffhookEmuNcco *self, guint index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuNcco, offhook_emu_ncco_free)
