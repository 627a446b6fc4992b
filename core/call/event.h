/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What happens in calls, told to everyone who listens: the control WebSocket, the store, tests.
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Sent to a WebSocket client that asked for nothing in particular (the reference system's set). */
#define OFFHOOK_EVENT_CALL_STARTED     "call.started"
#define OFFHOOK_EVENT_MESSAGE_RECEIVED "message.received"
#define OFFHOOK_EVENT_MESSAGE_SENT     "message.sent"
#define OFFHOOK_EVENT_CALL_COMPLETED   "call.completed" /* twin: call.ended */
#define OFFHOOK_EVENT_ERROR            "error.occurred"

/* Sent to those who subscribe to them. */
#define OFFHOOK_EVENT_SYSTEM_STATUS      "system.status"
#define OFFHOOK_EVENT_CALL_RINGING       "call.ringing"
#define OFFHOOK_EVENT_CALL_ANSWERED      "call.answered"     /* one that we placed */
#define OFFHOOK_EVENT_CALL_TRANSFERRING  "call.transferring" /* the other side is being asked */
#define OFFHOOK_EVENT_CALL_TRANSFERRED   "call.transferred"
#define OFFHOOK_EVENT_CALL_RETURNED      "call.returned"    /* the transfer came to nothing */
#define OFFHOOK_EVENT_CALL_HANDED_OVER   "call.handed_over" /* to another assistant */
#define OFFHOOK_EVENT_PROMPT_SENT        "prompt.sent"    /* greeting, re-prompt, "still there?" */
#define OFFHOOK_EVENT_SPEECH_STARTED     "speech.started" /* the caller began to speak */
#define OFFHOOK_EVENT_TRANSCRIPT_PARTIAL "transcript.partial"
#define OFFHOOK_EVENT_UNCLEAR            "message.unclear"     /* heard, not understood */
#define OFFHOOK_EVENT_INTERRUPTED        "message.interrupted" /* data: what was heard of it */
#define OFFHOOK_EVENT_TURN_COMPLETED     "turn.completed"      /* with all its times */
#define OFFHOOK_EVENT_TOOL_CALLED        "tool.called"         /* by an agent */
#define OFFHOOK_EVENT_TOOL_COMPLETED     "tool.completed"
#define OFFHOOK_EVENT_VARIABLE_SET       "variable.set"  /* by an agent */
#define OFFHOOK_EVENT_ENGINE_USED        "engine.used"   /* what it is paid for */
#define OFFHOOK_EVENT_LIMIT_REACHED      "limit.reached" /* the call will be ended */
#define OFFHOOK_EVENT_DTMF               "dtmf.received"
#define OFFHOOK_EVENT_CALL_ANSWERED_BY   "call.answered_by" /* a person or a machine */
#define OFFHOOK_EVENT_CALL_DETAILS       "call.details"     /* attestation, caller's name, ... */
#define OFFHOOK_EVENT_CALL_HELD          "call.held"        /* and call.resumed after it */
#define OFFHOOK_EVENT_CALL_RESUMED       "call.resumed"
#define OFFHOOK_EVENT_CALL_MUTED         "call.muted"
#define OFFHOOK_EVENT_CALL_UNMUTED       "call.unmuted"
#define OFFHOOK_EVENT_RECORDING_CHANGED  "recording.changed"
#define OFFHOOK_EVENT_CALLER_ERASED      "caller.erased"
#define OFFHOOK_EVENT_RETENTION          "retention.completed" /* what was too old is gone */
#define OFFHOOK_EVENT_SMS_SENT           "sms.sent"
#define OFFHOOK_EVENT_SMS_STATUS         "sms.status"
#define OFFHOOK_EVENT_SMS_RECEIVED       "sms.received"
#define OFFHOOK_EVENT_SCHEDULED_CALL     "scheduled_call.changed" /* its status is in the data */
#define OFFHOOK_EVENT_PLUGINS_CHANGED    "plugins.changed"
#define OFFHOOK_EVENT_ENGINE_HEALTH      "engine.health"   /* of the daemon's engines */
#define OFFHOOK_EVENT_ENGINE_SWITCHED    "engine.switched" /* another one serves a call */
#define OFFHOOK_EVENT_ENGINE_FAILED      "engine.failed"   /* once, and was asked again */
#define OFFHOOK_EVENT_AGENT_FAILED       "agent.failed"    /* the next one has the turn */

/* Told by agents, and known to the daemon. */
#define OFFHOOK_EVENT_CONVERSATION_SUMMARISED "conversation.summarised" /* data: summary */

/** Whether only the daemon itself may tell events of that type: by its first word. */
gboolean offhook_event_is_reserved(const char *type);

/** One event. Immutable; reference-counted. */
typedef struct {
	gatomicrefcount ref_count;
	const char *type; /* interned */
	char *call_id;    /* (nullable): not about one call */
	guint seq;        /* per call, from 1; 0 without a call */
	gint64 at_us;     /* unix time */
	JsonObject *data;
} OffhookEvent;

OffhookEvent *offhook_event_ref(OffhookEvent *event);
void offhook_event_unref(OffhookEvent *event);
GType offhook_event_get_type(void);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEvent, offhook_event_unref)

#define OFFHOOK_EVENT_RECORDING_SERVER   "server"
#define OFFHOOK_EVENT_RECORDING_PROVIDER "provider"

/**
 * The data of %OFFHOOK_EVENT_RECORDING_CHANGED. (transfer full)
 * @source: who records
 * @duration_ms: -1: not known
 */
JsonObject *offhook_event_describe_recording(const char *recording_id, const char *source,
					     const char *status, gint64 duration_ms);

/** How an event is sent to whoever listens: {type, timestamp, data{}}. @data: (transfer full) */
JsonObject *offhook_event_make_message(const char *type, gint64 at_us, JsonObject *data);

#define OFFHOOK_TYPE_EVENT_BUS (offhook_event_bus_get_type())
G_DECLARE_FINAL_TYPE(OffhookEventBus, offhook_event_bus, OFFHOOK, EVENT_BUS, GObject)

/** Signal `event` (OffhookEvent): emitted from the main loop, in order. Main thread. */
OffhookEventBus *offhook_event_bus_new(void);

/** @data: (transfer full) (nullable) */
void offhook_event_bus_publish(OffhookEventBus *self, const char *type, const char *call_id,
			       guint seq, JsonObject *data);

G_END_DECLS
