/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "form.h"
#include "options.h"

gchar *offhook_emu_identity_new_sid(const gchar *prefix);
OffhookEmuForm *offhook_emu_identity_new_form(const OffhookEmuOptions *options,
					      const gchar *call_sid, const gchar *call_status);
void offhook_emu_identity_add_stream_event(OffhookEmuForm *form, const gchar *stream_sid,
					   const gchar *name, const gchar *event,
					   const gchar *error);
void offhook_emu_identity_add_completed(OffhookEmuForm *form, gint64 duration_ms);
