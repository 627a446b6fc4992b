/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Variables of a call or conversation, in requests. Main thread.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * Reads the member `variables` of @object: strings by names that a variable can have.
 * @variables: (out) (nullable): borrowed; stays when it is not there
 */
gboolean offhook_variables_read(JsonObject *object, JsonObject **variables, GError **error);

G_END_DECLS
