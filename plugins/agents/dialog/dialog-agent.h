/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The dialog agent: assistants that follow a script in a file.
 */
#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_DIALOG_AGENT (offhook_dialog_agent_get_type())
G_DECLARE_FINAL_TYPE(OffhookDialogAgent, offhook_dialog_agent, OFFHOOK, DIALOG_AGENT, OffhookAgent)

extern const OffhookSetting offhook_dialog_agent_settings[];

G_END_DECLS
