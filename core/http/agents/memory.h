/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the routes below /memory/{user} have in common. Main thread.
 */
#pragma once

#include "http/server/request.h"

G_BEGIN_DECLS

/** Whether the first parameter of the path is a user that whoever asks may ask about. */
gboolean offhook_http_memory_admit(OffhookHttpRequest *request, GError **error);

G_END_DECLS
