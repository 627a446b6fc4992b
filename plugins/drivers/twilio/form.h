/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Larger forms are refused: Twilio's own stay far below. */
#define OFFHOOK_TWILIO_FORM_MAX_BYTES  65536
#define OFFHOOK_TWILIO_FORM_MAX_FIELDS 256

typedef struct {
	char *name; /* decoded bytes, not necessarily UTF-8 */
	char *value;
} OffhookTwilioField;

/** The fields of a form in the order they came, repeated names included. */
typedef struct _OffhookTwilioForm OffhookTwilioForm;

/** @data: application/x-www-form-urlencoded; an empty one gives a form without fields. */
OffhookTwilioForm *offhook_twilio_form_parse(const char *data, gsize size, GError **error);
void offhook_twilio_form_free(OffhookTwilioForm *self);

guint offhook_twilio_form_get_size(const OffhookTwilioForm *self);
const OffhookTwilioField *offhook_twilio_form_get_field(const OffhookTwilioForm *self, guint index);

/** Returns: (nullable): the first value of @name, if it is UTF-8. */
const char *offhook_twilio_form_get(const OffhookTwilioForm *self, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookTwilioForm, offhook_twilio_form_free)

G_END_DECLS
