/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Everything a plugin may use.
 */
#pragma once

#include <offhook/agent.h>
#include <offhook/audio.h>
#include <offhook/call-host.h>
#include <offhook/call-table.h>
#include <offhook/call.h>
#include <offhook/clock.h>
#include <offhook/completion.h>
#include <offhook/context.h>
#include <offhook/driver.h>
#include <offhook/engine.h>
#include <offhook/error.h>
#include <offhook/expectation.h>
#include <offhook/form.h>
#include <offhook/g711.h>
#include <offhook/json.h>
#include <offhook/media-port.h>
#include <offhook/origination.h>
#include <offhook/pacer.h>
#include <offhook/plugin.h>
#include <offhook/resampler.h>
#include <offhook/settings.h>
#include <offhook/stream-calls.h>
#include <offhook/stream-tokens.h>
#include <offhook/types.h>
#include <offhook/wav.h>
#include <offhook/webhook.h>
#include <offhook/wire-protocol.h>
#include <offhook/work-queue.h>
