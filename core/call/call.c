/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A call's facts and its state table. Main thread.
 */

#include "call/call.h"

#include "base/uuid.h"

#define BIT(state) (1u << OFFHOOK_CALL_##state)

/* The table is the documentation: which states may follow which. */
static const guint8 offhook_call_allowed[OFFHOOK_CALL_STATE_LAST] = {
    [OFFHOOK_CALL_NEW] = BIT(RINGING) | BIT(ACTIVE) | BIT(ENDED),
    [OFFHOOK_CALL_RINGING] = BIT(ACTIVE) | BIT(ENDED),
    [OFFHOOK_CALL_ACTIVE] = BIT(ENDED),
    [OFFHOOK_CALL_ENDED] = 0,
};

struct _OffhookCall {
	GObject parent_instance;

	char *id;
	OffhookCallDirection direction;
	OffhookDriver *driver;
	OffhookAssistant *assistant;
	OffhookAssistant *taker;
	char *provider_call_id;
	char *from;
	char *to;
	OffhookCallState state;
	OffhookEndReason end_reason;
	gint64 created_us;
	gint64 answered_us;
	gint64 ended_us;
	char *recording_path;
	OffhookSpeaker speaker;
	OffhookCall *origin; /* (nullable) */
};

G_DEFINE_FINAL_TYPE(OffhookCall, offhook_call, G_TYPE_OBJECT)

static guint offhook_call_state_changed;
static guint offhook_call_speaker_changed;

OffhookCall *
offhook_call_new(OffhookCallDirection direction, OffhookDriver *driver,
		 const char *provider_call_id, const char *from, const char *to,
		 OffhookAssistant *assistant)
{
	OffhookCall *self = g_object_new(OFFHOOK_TYPE_CALL, NULL);

	self->id = offhook_uuid_new_v7();
	self->direction = direction;
	self->driver = g_object_ref(driver);
	self->assistant = offhook_assistant_ref(assistant);
	self->taker = offhook_assistant_ref(assistant);
	self->provider_call_id = g_strdup(provider_call_id);
	self->from = g_strdup(from);
	self->to = g_strdup(to);
	self->created_us = g_get_real_time();
	return self;
}

const char *
offhook_call_get_id(OffhookCall *self)
{
	return self->id;
}

OffhookCallState
offhook_call_get_state(OffhookCall *self)
{
	return self->state;
}

OffhookEndReason
offhook_call_get_end_reason(OffhookCall *self)
{
	return self->end_reason;
}

const char *
offhook_call_get_status(OffhookCall *self)
{
	/* REST knows no "rejected": to its users the call has failed. */
	if (self->end_reason == OFFHOOK_END_REJECTED)
		return offhook_end_reason_to_string(OFFHOOK_END_FAILED);
	if (self->state == OFFHOOK_CALL_ENDED)
		return offhook_end_reason_to_string(self->end_reason);
	return offhook_call_state_to_string(self->state);
}

OffhookCallDirection
offhook_call_get_direction(OffhookCall *self)
{
	return self->direction;
}

OffhookDriver *
offhook_call_get_driver(OffhookCall *self)
{
	return self->driver;
}

OffhookAssistant *
offhook_call_get_assistant(OffhookCall *self)
{
	return self->assistant;
}

OffhookAssistant *
offhook_call_get_taker(OffhookCall *self)
{
	return self->taker;
}

void
offhook_call_set_assistant(OffhookCall *self, OffhookAssistant *assistant)
{
	offhook_assistant_ref(assistant);
	offhook_assistant_unref(self->assistant);
	self->assistant = assistant;
}

const char *
offhook_call_get_provider_call_id(OffhookCall *self)
{
	return self->provider_call_id;
}

void
offhook_call_set_provider_call_id(OffhookCall *self, const char *provider_call_id)
{
	g_autofree char *copy = g_strdup(provider_call_id);

	g_free(self->provider_call_id);
	self->provider_call_id = g_steal_pointer(&copy);
}

const char *
offhook_call_get_from(OffhookCall *self)
{
	return self->from;
}

const char *
offhook_call_get_to(OffhookCall *self)
{
	return self->to;
}

const char *
offhook_call_get_phone_number(OffhookCall *self)
{
	return self->direction == OFFHOOK_CALL_INBOUND ? self->from : self->to;
}

gint64
offhook_call_get_created(OffhookCall *self)
{
	return self->created_us;
}

gint64
offhook_call_get_answered(OffhookCall *self)
{
	return self->answered_us;
}

gint64
offhook_call_get_ended(OffhookCall *self)
{
	return self->ended_us;
}

double
offhook_call_get_duration(OffhookCall *self)
{
	gint64 end_us = self->ended_us != 0 ? self->ended_us : g_get_real_time();

	if (self->answered_us == 0)
		return 0;
	return (double)MAX(end_us - self->answered_us, 0) / G_USEC_PER_SEC;
}

const char *
offhook_call_get_recording_path(OffhookCall *self)
{
	return self->recording_path;
}

void
offhook_call_set_recording_path(OffhookCall *self, const char *path)
{
	g_autofree char *copy = g_strdup(path);

	g_free(self->recording_path);
	self->recording_path = g_steal_pointer(&copy);
}

OffhookCall *
offhook_call_get_origin(OffhookCall *self)
{
	return self->origin;
}

void
offhook_call_set_origin(OffhookCall *self, OffhookCall *origin)
{
	g_set_object(&self->origin, origin);
}

OffhookSpeaker
offhook_call_get_speaker(OffhookCall *self)
{
	return self->speaker;
}

void
offhook_call_set_speaker(OffhookCall *self, OffhookSpeaker speaker)
{
	if (self->speaker == speaker)
		return;
	self->speaker = speaker;
	g_signal_emit(self, offhook_call_speaker_changed, 0);
}

gboolean
offhook_call_can_change(OffhookCallState from, OffhookCallState to)
{
	return (offhook_call_allowed[from] >> to) & 1;
}

gboolean
offhook_call_set_state(OffhookCall *self, OffhookCallState state, OffhookEndReason reason)
{
	OffhookCallState old = self->state;

	if (!offhook_call_can_change(old, state))
		return FALSE;
	self->state = state;
	if (state == OFFHOOK_CALL_ACTIVE)
		self->answered_us = g_get_real_time();
	if (state == OFFHOOK_CALL_ENDED) {
		self->ended_us = g_get_real_time();
		self->end_reason = reason != OFFHOOK_END_NONE ? reason : OFFHOOK_END_COMPLETED;
	}
	g_signal_emit(self, offhook_call_state_changed, 0, old, state);
	return TRUE;
}

static void
offhook_call_finalize(GObject *object)
{
	OffhookCall *self = OFFHOOK_CALL(object);

	g_free(self->id);
	g_clear_object(&self->driver);
	g_clear_pointer(&self->assistant, offhook_assistant_unref);
	g_clear_pointer(&self->taker, offhook_assistant_unref);
	g_free(self->provider_call_id);
	g_free(self->from);
	g_free(self->to);
	g_free(self->recording_path);
	g_clear_object(&self->origin);

	G_OBJECT_CLASS(offhook_call_parent_class)->finalize(object);
}

static void
offhook_call_init(OffhookCall *self)
{
}

static void
offhook_call_class_init(OffhookCallClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = offhook_call_finalize;
	offhook_call_state_changed =
	    g_signal_new("state-changed", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0, NULL,
			 NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
	offhook_call_speaker_changed =
	    g_signal_new("speaker-changed", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0, NULL,
			 NULL, NULL, G_TYPE_NONE, 0);
}
