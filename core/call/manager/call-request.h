/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a door's client asks of the call manager, read from JSON. What is read is borrowed from the
 * object; errors name field, value and expectation.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "base/json.h"
#include "call/manager/call-manager.h"

G_BEGIN_DECLS

/* What is expected of arguments, for the messages of errors. */
#define OFFHOOK_CALL_REQUEST_DIGITS "1 to 64 of 0-9, A-D, *, #, w and W"
#define OFFHOOK_CALL_REQUEST_TEXT   "what is to be said"

/** {phone_number, assistant, options} as POST /voice/calls/initiate takes it. */
gboolean offhook_call_request_read(JsonObject *body, OffhookInitiateRequest *wanted,
				   GError **error);
/** The options alone. */
gboolean offhook_call_request_read_options(JsonObject *options, OffhookInitiateRequest *wanted,
					   GError **error);

/** The names that the two readers know, and no others, %NULL-terminated: of {options}, of a transfer. */
extern const char *const offhook_call_request_option_names[];
extern const char *const offhook_call_request_transfer_names[];
/** For doors without a past, which need not ignore what they don't know. */
gboolean offhook_call_request_check_names(JsonObject *object, const char *const *names,
					  GError **error);

/** A string that must be there. */
gboolean offhook_call_request_read_text(JsonObject *body, const char *field, const char *expected,
					const char **value, GError **error);
/** {target, mode, briefing} into a command that transfers. */
gboolean offhook_call_request_read_transfer(JsonObject *body, OffhookCallCommand *command,
					    GError **error);
/** {url} into one that plays. */
gboolean offhook_call_request_read_sound(JsonObject *body, OffhookCallCommand *command,
					 GError **error);

G_END_DECLS
