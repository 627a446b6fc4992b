/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "openai-config.h"
#include <offhook/engine.h>
#include <offhook/web-client.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_OPENAI_COMPLETER (offhook_openai_completer_get_type())
G_DECLARE_FINAL_TYPE(OffhookOpenaiCompleter, offhook_openai_completer, OFFHOOK, OPENAI_COMPLETER,
		     OffhookCompleter)

OffhookCompleter *offhook_openai_completer_new(OffhookWebClient *web, OffhookOpenaiConfig *config);

G_END_DECLS
