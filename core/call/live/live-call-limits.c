/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A call's limits: how long it may take and what its engines may cost. Reached, the call is ended as a
 * person would: what is being said is said to its end, then a sentence, then the hang-up. Main thread.
 */

#include "call/live/live-call-private.h"

#include "base/timestamp.h"
#include "call/assistant/phrases.h"

/* So long somebody may go on talking before the sentence is said all the same. */
#define OFFHOOK_LIVE_CALL_PATIENCE_S 15
/* ... and so long it may take before the line is cut. */
#define OFFHOOK_LIVE_CALL_FAREWELL_S 30

typedef enum {
	OFFHOOK_LIMIT_NONE, /* waits for max-duration */
	OFFHOOK_LIMIT_PATIENT,
	OFFHOOK_LIMIT_SAID,
} OffhookLimitStage;

static void
offhook_live_call_set_limit_stage(OffhookLiveCall *self, guint stage, guint seconds)
{
	self->limit_stage = stage;
	offhook_deadline_set(self->limit_deadline,
			     g_get_monotonic_time() + (gint64)seconds * G_USEC_PER_SEC);
}

static const char *
offhook_live_call_get_limit_message(OffhookLiveCall *self)
{
	const OffhookAssistantConfig *settings = offhook_live_call_get_assistant(self)->settings;

	return settings->limit_message != NULL
		   ? settings->limit_message
		   : offhook_phrases_get(settings->language, OFFHOOK_PHRASE_LIMIT)[0];
}

static void
offhook_live_call_say_limit(OffhookLiveCall *self, gboolean at_once)
{
	if (self->conversation == NULL) {
		offhook_live_call_hang_up(self, OFFHOOK_END_COMPLETED);
		return;
	}
	offhook_live_call_set_limit_stage(
	    self, at_once ? OFFHOOK_LIMIT_SAID : OFFHOOK_LIMIT_PATIENT,
	    at_once ? OFFHOOK_LIVE_CALL_FAREWELL_S : OFFHOOK_LIVE_CALL_PATIENCE_S);
	offhook_conversation_take_leave(self->conversation,
					offhook_live_call_get_limit_message(self), at_once);
}

/* @limit: the key that set it */
static void
offhook_live_call_reach_limit(OffhookLiveCall *self, const char *limit)
{
	JsonObject *data = json_object_new();

	json_object_set_string_member(data, "limit", limit);
	json_object_set_string_member(data, "assistant",
				      offhook_live_call_get_assistant(self)->settings->name);
	offhook_journal_record(self->journal, OFFHOOK_EVENT_LIMIT_REACHED, data);
	offhook_live_call_say_limit(self, FALSE);
}

void
offhook_live_call_limit_cb(gpointer user_data)
{
	OffhookLiveCall *self = user_data;

	/* Whoever has the call now, or is about to, is not ours to cut off. */
	if (self->finished || self->away || self->transferring)
		return;
	if (self->limit_stage == OFFHOOK_LIMIT_NONE)
		offhook_live_call_reach_limit(self, self->reached != NULL ? self->reached
									  : "max-duration");
	else if (self->limit_stage == OFFHOOK_LIMIT_PATIENT)
		offhook_live_call_say_limit(self, TRUE);
	else
		offhook_live_call_hang_up(self, OFFHOOK_END_COMPLETED);
}

/* The key of the limit that was reached, or NULL. */
static const char *
offhook_live_call_find_reached(OffhookLiveCall *self)
{
	const OffhookAssistantConfig *settings = offhook_live_call_get_assistant(self)->settings;
	double cost = offhook_journal_get_usage(self->journal)->cost;

	if (settings->max_cost_per_call > 0 && cost >= settings->max_cost_per_call)
		return "max-cost-per-call";
	if (offhook_spending_is_over(self->spending, settings, offhook_timestamp_now()))
		return "max-cost-per-day";
	return NULL;
}

void
offhook_live_call_used_cb(gpointer user_data)
{
	OffhookLiveCall *self = user_data;

	/* A call between two people is not a conversation of the assistant's. */
	if (self->finished || self->agent != NULL || self->reached != NULL ||
	    self->limit_stage != OFFHOOK_LIMIT_NONE)
		return;
	/* Not from inside an engine's session. */
	self->reached = offhook_live_call_find_reached(self);
	if (self->reached != NULL)
		offhook_deadline_set(self->limit_deadline, 0);
}

gboolean
offhook_live_call_mind_limits(OffhookLiveCall *self)
{
	const OffhookAssistantConfig *settings = offhook_live_call_get_assistant(self)->settings;

	if (self->agent != NULL)
		return FALSE;
	if (settings->max_duration_s > 0 && self->n_streams == 1)
		offhook_live_call_set_limit_stage(self, OFFHOOK_LIMIT_NONE,
						  settings->max_duration_s);
	if (!offhook_spending_is_over(self->spending, settings, offhook_timestamp_now()))
		return FALSE;
	offhook_live_call_reach_limit(self, "max-cost-per-day");
	return TRUE;
}
