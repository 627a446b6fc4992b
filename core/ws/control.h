/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The control WebSocket at /ws: clients hear of calls and may begin them. Main thread.
 */
#pragma once

#include "http/server/server.h"

G_BEGIN_DECLS

typedef struct _OffhookControl OffhookControl;

/** What it answers. Ends with a %NULL method. */
extern const OffhookRoute offhook_control_routes[];

/** Adds /ws and /ws/status to @server, which must outlive it. */
OffhookControl *offhook_control_new(OffhookHttpServer *server, OffhookEventBus *events);
/** All clients are to connect again, as another process is there for them. */
void offhook_control_dismiss(OffhookControl *self);
/** Says goodbye to all clients. */
void offhook_control_free(OffhookControl *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookControl, offhook_control_free)

G_END_DECLS
