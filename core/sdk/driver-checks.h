/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <offhook/call.h>

G_BEGIN_DECLS

/* What no provider can take, found before a driver is asked: %OFFHOOK_ERROR_INVALID_ARGUMENT. */
gboolean offhook_driver_check_call_request(const OffhookCallRequest *request, GError **error);
gboolean offhook_driver_check_argument(OffhookCallVerb verb, const char *argument, GError **error);
gboolean offhook_driver_check_message(const OffhookTextMessage *message, GError **error);

G_END_DECLS
