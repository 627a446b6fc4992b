/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "call.h"

/* A call that the server places through the REST interface; begun with start_at() once answered. */
OffhookEmuCall *offhook_emu_call_new_outbound(const OffhookEmuOptions *options,
					      const OffhookEmuAddress *address,
					      SoupSession *session, OffhookEmuSink *sink,
					      guint number, const gchar *call_sid,
					      const gchar *from, const gchar *to);
void offhook_emu_call_start_at(OffhookEmuCall *self, const gchar *url, const gchar *answered_by,
			       OffhookEmuCallFunc done, gpointer user_data);
