/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One call: who, where from, in which state, with which media. State changes in exactly one place.
 */
#pragma once

#include <offhook/offhook.h>

#include "call/assistant/assistant.h"

G_BEGIN_DECLS

#define OFFHOOK_TYPE_CALL (offhook_call_get_type())
G_DECLARE_FINAL_TYPE(OffhookCall, offhook_call, OFFHOOK, CALL, GObject)

/** Signals `state-changed` (OffhookCallState from, OffhookCallState to), `speaker-changed` (). */

/** Whose voice is on the line. */
typedef enum {
	OFFHOOK_SPEAKER_NOBODY,
	OFFHOOK_SPEAKER_CALLER,
	OFFHOOK_SPEAKER_AGENT,
} OffhookSpeaker;

OffhookCall *offhook_call_new(OffhookCallDirection direction, OffhookDriver *driver,
			      const char *provider_call_id, const char *from, const char *to,
			      OffhookAssistant *assistant);

const char *offhook_call_get_id(OffhookCall *self);
OffhookCallState offhook_call_get_state(OffhookCall *self);
OffhookEndReason offhook_call_get_end_reason(OffhookCall *self);
/** As REST says it: "initiating", "ringing", "in-progress", or the end reason. */
const char *offhook_call_get_status(OffhookCall *self);
OffhookCallDirection offhook_call_get_direction(OffhookCall *self);
OffhookDriver *offhook_call_get_driver(OffhookCall *self);
/** Whoever has the call now. */
OffhookAssistant *offhook_call_get_assistant(OffhookCall *self);
/** Whoever took it: records and counts say so, whoever has it now. */
OffhookAssistant *offhook_call_get_taker(OffhookCall *self);
/** The call is handed over. */
void offhook_call_set_assistant(OffhookCall *self, OffhookAssistant *assistant);
const char *offhook_call_get_provider_call_id(OffhookCall *self); /* (nullable) */
void offhook_call_set_provider_call_id(OffhookCall *self, const char *provider_call_id);
const char *offhook_call_get_from(OffhookCall *self); /* (nullable) */
const char *offhook_call_get_to(OffhookCall *self);   /* (nullable) */
/** The other side's number: the caller inbound, the called outbound. (nullable) */
const char *offhook_call_get_phone_number(OffhookCall *self);
/* Unix microseconds; 0 while it has not happened. */
gint64 offhook_call_get_created(OffhookCall *self);
gint64 offhook_call_get_answered(OffhookCall *self);
gint64 offhook_call_get_ended(OffhookCall *self);
/** Seconds from answer to end (or now); 0 when never answered. */
double offhook_call_get_duration(OffhookCall *self);
/** (nullable): the call for whose sake this one was placed */
OffhookCall *offhook_call_get_origin(OffhookCall *self);
void offhook_call_set_origin(OffhookCall *self, OffhookCall *origin);
/** (nullable): where it is being recorded */
const char *offhook_call_get_recording_path(OffhookCall *self);
void offhook_call_set_recording_path(OffhookCall *self, const char *path);

OffhookSpeaker offhook_call_get_speaker(OffhookCall *self);
void offhook_call_set_speaker(OffhookCall *self, OffhookSpeaker speaker);

/** Whether the table allows it. */
gboolean offhook_call_can_change(OffhookCallState from, OffhookCallState to);

/** %FALSE when the table forbids it; the state then stays. */
gboolean offhook_call_set_state(OffhookCall *self, OffhookCallState state, OffhookEndReason reason);

G_END_DECLS
