/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "call.h"

#include <json-glib/json-glib.h>

/* What becomes of a call that the server places. */
typedef enum {
	OFFHOOK_EMU_FATE_ANSWERED,
	OFFHOOK_EMU_FATE_BUSY,
	OFFHOOK_EMU_FATE_UNANSWERED,
	OFFHOOK_EMU_FATE_FAILED,
	OFFHOOK_EMU_FATE_MACHINE,
	OFFHOOK_EMU_FATE_BEEP,
	OFFHOOK_EMU_FATE_TIMEOUT,
	OFFHOOK_EMU_FATE_REJECTED,
	OFFHOOK_EMU_FATE_CANCELLED,
	OFFHOOK_EMU_FATE_TWICE,
	OFFHOOK_EMU_FATE_REORDERED,
	OFFHOOK_EMU_FATE_LATE,
	OFFHOOK_EMU_FATE_EARLY,
	OFFHOOK_EMU_FATE_TOO_MANY,
	OFFHOOK_EMU_FATE_ERROR,
	OFFHOOK_EMU_FATE_LOST_ERROR,
	OFFHOOK_EMU_FATE_LOST,
	OFFHOOK_EMU_FATE_SLOW,
	OFFHOOK_EMU_FATE_INVALID,
	OFFHOOK_EMU_FATE_FORBIDDEN,
	OFFHOOK_EMU_FATE_NOT_YET,
} OffhookEmuFate;

/* By the last digits of @number. */
OffhookEmuFate offhook_emu_fate_find(const gchar *number);

/* Placed with @request, the checked body of POST /v1/calls. */
OffhookEmuCall *offhook_emu_call_new_outbound(const OffhookEmuOptions *options,
					      const OffhookEmuAddress *address,
					      SoupSession *session, OffhookEmuSink *sink,
					      guint number, JsonObject *request);
const gchar *offhook_emu_call_get_uuid(OffhookEmuCall *self);
/* As REST shows it. */
JsonObject *offhook_emu_call_view(OffhookEmuCall *self);
gboolean offhook_emu_call_is_answered(OffhookEmuCall *self);
OffhookEmuFate offhook_emu_call_get_fate(OffhookEmuCall *self);
gboolean offhook_emu_call_is_over(OffhookEmuCall *self);
gint64 offhook_emu_call_get_age_ms(OffhookEmuCall *self);

/* What REST may do to a leg of it. */
void offhook_emu_call_end_leg(OffhookEmuCall *self, const gchar *uuid);
/* @node: an NCCO; FALSE: it is wrong */
gboolean offhook_emu_call_transfer(OffhookEmuCall *self, JsonNode *node, GError **error);
void offhook_emu_call_transfer_to_url(OffhookEmuCall *self, const gchar *url);
void offhook_emu_call_mute(OffhookEmuCall *self, const gchar *action);
void offhook_emu_call_log(OffhookEmuCall *self, const gchar *event, const gchar *text);
