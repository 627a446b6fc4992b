/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Everything a plugin may use.
 *
 * What X_new(), X_copy() and X_ref() give is the caller's, who frees it with X_free() or X_unref(), or with
 * g_object_unref() where it is an object; X_free() and X_unref() may be given %NULL. Elsewhere (transfer full) means
 * the same, and (transfer none) that it stays with whoever has it. What may be %NULL is marked as (nullable).
 */
#pragma once

#include <offhook/agent-host.h>
#include <offhook/agent.h>
#include <offhook/audio.h>
#include <offhook/call-host.h>
#include <offhook/call-table.h>
#include <offhook/call.h>
#include <offhook/clock.h>
#include <offhook/completion.h>
#include <offhook/context.h>
#include <offhook/driver.h>
#include <offhook/embedder.h>
#include <offhook/engine.h>
#include <offhook/error.h>
#include <offhook/expectation.h>
#include <offhook/form.h>
#include <offhook/g711.h>
#include <offhook/json-schema.h>
#include <offhook/json.h>
#include <offhook/media-port.h>
#include <offhook/memory.h>
#include <offhook/opening-hours.h>
#include <offhook/origination.h>
#include <offhook/pacer.h>
#include <offhook/plugin.h>
#include <offhook/prompt.h>
#include <offhook/resampler.h>
#include <offhook/settings.h>
#include <offhook/stream-calls.h>
#include <offhook/stream-tokens.h>
#include <offhook/toolbox.h>
#include <offhook/types.h>
#include <offhook/wav.h>
#include <offhook/webhook.h>
#include <offhook/wire-protocol.h>
#include <offhook/work-queue.h>
