/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <offhook/socket-client.h>

G_BEGIN_DECLS

/**
 * offhook_elevenlabs_error_new:
 * @fault: the service's word for what is wrong; may be ""
 * @explanation: (nullable): what it says
 *
 * (transfer full)
 */
GError *offhook_elevenlabs_error_new(const char *fault, const char *explanation);
/** Why the connection ended, or was never there. (transfer full) */
GError *offhook_elevenlabs_error_new_from_end(const OffhookSocketEnd *end);

G_END_DECLS
