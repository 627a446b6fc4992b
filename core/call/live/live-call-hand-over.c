/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Another assistant goes on with the caller: its agents, engines and voice, in the same media. What was
 * said is theirs to know; what the former agents have left to do, they do beside it. Main thread.
 */

#include "call/live/live-call-private.h"

#include <offhook/error.h>

#include "base/json.h"
#include "base/log.h"

/* Two that hand the caller to and fro would do so without end. */
#define OFFHOOK_LIVE_CALL_MAX_HAND_OVERS 10

void
offhook_live_call_set_passing(OffhookLiveCall *self, const char *target, const char *summary,
			      gboolean warm_only)
{
	g_free(self->passing.target);
	g_free(self->passing.summary);
	self->passing.target = g_strdup(target);
	self->passing.summary = summary != NULL && *summary != '\0' ? g_strdup(summary) : NULL;
	self->passing.warm_only = warm_only;
}

static gboolean
offhook_live_call_hand_over_cb(gpointer user_data)
{
	g_autoptr(OffhookLiveCall) self = g_object_ref(user_data);

	self->hand_over_id = 0;
	g_signal_emit(self, offhook_live_call_signals[OFFHOOK_LIVE_CALL_HAND_OVER], 0,
		      self->passing.target, self->passing.summary);
	return G_SOURCE_REMOVE;
}

/* The conversation that asks for it is in the middle of something. */
void
offhook_live_call_agent_hand_over_cb(gpointer user_data, const char *assistant, const char *summary)
{
	OffhookLiveCall *self = user_data;

	offhook_live_call_set_passing(self, assistant, summary, FALSE);
	if (self->hand_over_id == 0)
		self->hand_over_id =
		    g_idle_add_full(G_PRIORITY_DEFAULT, offhook_live_call_hand_over_cb, self, NULL);
}

static gboolean
offhook_live_call_check_hand_over(OffhookLiveCall *self, OffhookAssistant *assistant,
				  GError **error)
{
	const char *name = assistant->settings->name;

	if (self->finished || self->reason != OFFHOOK_END_NONE || self->away ||
	    self->transferring || self->conversation == NULL || self->agent != NULL)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "call %s has no conversation that could be handed over",
			    offhook_call_get_id(self->call));
	else if (g_str_equal(name, offhook_live_call_get_assistant(self)->settings->name))
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "assistant %s has the call already", name);
	else if (assistant->takes_audio)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED,
			    "assistant %s wants the audio itself: it takes calls from their "
			    "beginning only",
			    name);
	else if (self->n_hand_overs >= OFFHOOK_LIVE_CALL_MAX_HAND_OVERS)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "call %s was handed over %d times already",
			    offhook_call_get_id(self->call), OFFHOOK_LIVE_CALL_MAX_HAND_OVERS);
	else
		return TRUE;
	return FALSE;
}

/* (transfer full): who, and what there is to know */
static JsonObject *
offhook_live_call_describe_hand_over(const char *from, const char *to, const char *summary)
{
	JsonObject *data = json_object_new();

	json_object_set_string_member(data, "from", from);
	json_object_set_string_member(data, "to", to);
	offhook_json_set_string(data, "summary", summary);
	return data;
}

/* @conversation: (transfer full), of @crew (transfer full) */
static void
offhook_live_call_take_over(OffhookLiveCall *self, OffhookCrew *crew,
			    OffhookConversation *conversation, const char *from,
			    const char *summary)
{
	const char *to = offhook_live_call_get_assistant(self)->settings->name;
	g_autoptr(OffhookConversation) former = self->conversation;

	self->n_hand_overs++;
	self->conversation = conversation;
	offhook_live_call_dismiss(self);
	self->crew = *crew;
	*crew = (OffhookCrew){0};
	offhook_live_call_set_passing(self, NULL, NULL, FALSE);
	offhook_call_message(offhook_call_get_id(self->call), "%s hands over to %s", from, to);
	offhook_journal_record(self->journal, OFFHOOK_EVENT_CALL_HANDED_OVER,
			       offhook_live_call_describe_hand_over(from, to, summary));
	offhook_conversation_take_over(conversation, former,
				       offhook_live_call_describe_hand_over(from, to, summary));
	if (self->held)
		offhook_conversation_set_held(conversation, TRUE);
}

gboolean
offhook_live_call_hand_over(OffhookLiveCall *self, OffhookAssistant *assistant, const char *summary,
			    GError **error)
{
	g_autoptr(OffhookAssistant) former =
	    offhook_assistant_ref(offhook_live_call_get_assistant(self));
	g_autofree char *kept = g_strdup(summary);
	g_autoptr(GPtrArray) history = NULL;
	g_auto(OffhookCrew) crew = {0};
	OffhookConversation *conversation;
	JsonObject *variables = NULL;

	if (!offhook_live_call_check_hand_over(self, assistant, error))
		return FALSE;
	if (self->crew.host != NULL)
		variables = offhook_agent_host_get_variables(OFFHOOK_AGENT_HOST(self->crew.host));
	history = offhook_journal_make_history(self->journal, kept);
	if (!offhook_live_call_open_crew(self, assistant, variables, history, &crew, error))
		return FALSE;
	offhook_call_set_assistant(self->call, assistant);
	conversation = offhook_live_call_open_conversation(self, &crew, error);
	if (conversation == NULL) {
		offhook_call_set_assistant(self->call, former);
		return FALSE;
	}
	offhook_live_call_take_over(self, &crew, conversation, former->settings->name, kept);
	return TRUE;
}
