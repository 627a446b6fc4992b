/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Names for things that last: UUIDs of version 7 (RFC 9562), which sort by the time they were made
 * and are unique over all machines.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Characters of a UUID, without the closing zero. */
#define OFFHOOK_UUID_LENGTH 36

/**
 * A new one, greater than every other that this process made, also when the system's clock is set
 * back. (transfer full). Any thread.
 */
char *offhook_uuid_new_v7(void);

/** When a version 7 UUID was made, in milliseconds since 1970 UTC; -1 when @uuid is not one. */
gint64 offhook_uuid_get_unix_ms(const char *uuid);

/** Whether @uuid is a UUID of any version, in lower case, with hyphens. */
gboolean offhook_uuid_is_valid(const char *uuid);

G_END_DECLS
