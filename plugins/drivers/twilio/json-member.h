/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Members of @object (nullable), whose types are the far end's whim: %NULL for another type. */
JsonObject *offhook_twilio_json_get_object(JsonObject *object, const char *name);
const char *offhook_twilio_json_get_string(JsonObject *object, const char *name);

/** Numbers come as strings and as numbers. Returns: -1 for anything else and for negative ones. */
gint64 offhook_twilio_json_get_number(JsonObject *object, const char *name);

G_END_DECLS
