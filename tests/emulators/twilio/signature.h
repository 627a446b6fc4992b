/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "form.h"

gchar *offhook_emu_signature_make(const gchar *auth_token, const gchar *url,
				  const OffhookEmuForm *form);
