/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a service says is wrong, in the many forms in which servers say it. Any thread.
 */
#pragma once

#include <offhook/json.h>
#include <offhook/web-client.h>

G_BEGIN_DECLS

/** (transfer full): for a response whose status is not 2xx */
GError *offhook_openai_error_from_response(const OffhookWebResponse *response);

/**
 * (transfer full) (nullable): what @object, a whole JSON body or event, says is wrong; %NULL when it
 * has no error. The status was 200.
 */
GError *offhook_openai_error_from_object(JsonObject *object);

G_END_DECLS
