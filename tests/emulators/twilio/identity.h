/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "account.h"
#include "form.h"

gchar *offhook_emu_identity_new_sid(const gchar *prefix);

/* Whose call it is. */
typedef struct {
	const gchar *call_sid;
	const gchar *direction; /* "inbound", "outbound-api" */
	const gchar *from;
	const gchar *to;
	const gchar *answered_by; /* NULL: not asked for */
} OffhookEmuParties;

OffhookEmuForm *offhook_emu_identity_new_form(const OffhookEmuOptions *options,
					      const OffhookEmuParties *parties,
					      const gchar *call_status);
void offhook_emu_identity_add_progress(OffhookEmuForm *form, guint sequence);
void offhook_emu_identity_add_stream_event(OffhookEmuForm *form, const gchar *stream_sid,
					   const gchar *name, const gchar *event,
					   const gchar *error);
void offhook_emu_identity_add_completed(OffhookEmuForm *form, gint64 duration_ms);
