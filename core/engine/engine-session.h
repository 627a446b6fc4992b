/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Opening a session of an engine in a role. Main thread.
 */
#pragma once

#include "engine/engine-health.h"

G_BEGIN_DECLS

/**
 * Returns: (transfer full) (nullable): an OffhookTranscriber, OffhookSynthesizer or
 *   OffhookCompleter, as @use's role says; the engine's error
 */
GObject *offhook_engine_session_open(const OffhookEngineUse *use, GError **error);

/** Ends whatever @session does and lets go of it. @user_data: whose handlers are disconnected */
void offhook_engine_session_close(GObject **session, gpointer user_data);

G_END_DECLS
