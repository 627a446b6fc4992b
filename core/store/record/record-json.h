/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Records as JSON, to be read back: by the names of their fields. Any thread.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "store/record/record-type.h"

G_BEGIN_DECLS

/** (transfer full) */
JsonObject *offhook_record_type_to_json(const OffhookRecordType *self, gconstpointer record);

/**
 * offhook_record_type_from_json:
 * @object: as from offhook_record_type_to_json(), or anything else. A field that is not there is
 *   empty: an older version did not have it
 *
 * Returns: (transfer full) (nullable): %OFFHOOK_ERROR_FORMAT names the field that can't be. What is in
 *   fields is not checked further.
 */
gpointer offhook_record_type_from_json(const OffhookRecordType *self, JsonObject *object,
				       GError **error);

G_END_DECLS
