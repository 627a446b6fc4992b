/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How long to wait after a failure, in microseconds. Any thread.
 */
#pragma once

#include <offhook/web-client.h>

G_BEGIN_DECLS

/** The longest one that we choose: an hour. */
#define OFFHOOK_RETRY_DELAY_MAX_US (G_GINT64_CONSTANT(3600) * G_USEC_PER_SEC)

/** After so many failures, 1 or more: doubled each time, some less, so that not all come at once. */
gint64 offhook_retry_delay_make(guint failures);

/** What the answer asks for (Retry-After, seconds or a date), a day at most; 0: nothing. @response: (nullable) */
gint64 offhook_retry_delay_read(const OffhookWebResponse *response, gint64 now_us);

G_END_DECLS
