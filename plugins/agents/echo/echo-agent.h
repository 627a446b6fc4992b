/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The echo agent: gives the caller's audio, and words, back. For checking a line and for measuring.
 */
#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_ECHO_AGENT (offhook_echo_agent_get_type())
G_DECLARE_FINAL_TYPE(OffhookEchoAgent, offhook_echo_agent, OFFHOOK, ECHO_AGENT, OffhookAgent)

extern const OffhookSetting offhook_echo_agent_settings[];

G_END_DECLS
