/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A conversation's host for tests: remembers what agents note. Main thread.
 */
#pragma once

#include <offhook/agent-host.h>

G_BEGIN_DECLS

#define TYPE_NOTING_HOST (noting_host_get_type())
G_DECLARE_FINAL_TYPE(NotingHost, noting_host, TEST, NOTING_HOST, OffhookAgentHost)

OffhookAgentHost *noting_host_new(void);

guint noting_host_count(OffhookAgentHost *self);
/** The type of the @n-th note, from 0. (transfer none) */
const char *noting_host_get_type_of(OffhookAgentHost *self, guint n);
/** Its data. (transfer none) */
JsonObject *noting_host_get_data(OffhookAgentHost *self, guint n);

G_END_DECLS
