/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Wall-clock times: microseconds since 1970 UTC inside, RFC 3339 UTC with milliseconds outside.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Room that offhook_timestamp_print() needs, with the closing zero. */
#define OFFHOOK_TIMESTAMP_SIZE 32

/** Of UTC. */
#define OFFHOOK_TIMESTAMP_DAY_US (G_GINT64_CONSTANT(86400) * G_USEC_PER_SEC)

/** Now. Any thread. */
gint64 offhook_timestamp_now(void);

/** "2024-05-01T12:34:56.789Z". (transfer full): %NULL outside of the years 1 to 9999. */
char *offhook_timestamp_format(gint64 unix_us);

/** The same into @buffer, without allocation; %FALSE (and "") outside of the years 1 to 9999. */
gboolean offhook_timestamp_print(gint64 unix_us, char buffer[OFFHOOK_TIMESTAMP_SIZE]);

/**
 * Reads any RFC 3339 time, with any offset and any number of decimals (cut after microseconds).
 * Sets %OFFHOOK_ERROR_INVALID_ARGUMENT.
 */
gboolean offhook_timestamp_parse(const char *text, gint64 *unix_us, GError **error);

G_END_DECLS
