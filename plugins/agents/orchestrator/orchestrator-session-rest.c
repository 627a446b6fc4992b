/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the language model does when nobody waits for it: sums up what soon has no room any more, and, after
 * the conversation, all of it. Main thread.
 */

#include "orchestrator-session-private.h"

static gboolean
offhook_orchestrator_session_is_idle(OffhookOrchestratorSession *self)
{
	return (self->turn == NULL || !offhook_agent_turn_is_open(self->turn)) &&
	       !offhook_orchestrator_summariser_is_busy(self->summariser);
}

/* The caller hears the answer or thinks: the model has time. */
static void
offhook_orchestrator_session_save_room(OffhookOrchestratorSession *self)
{
	g_autofree char *oldest = NULL;

	if (!self->options->summarise || !offhook_orchestrator_session_is_idle(self))
		return;
	oldest = offhook_orchestrator_history_describe_oldest(self->history, &self->summary_end);
	if (oldest != NULL)
		offhook_orchestrator_summariser_start(
		    self->summariser, OFFHOOK_ORCHESTRATOR_TO_GO_ON,
		    offhook_orchestrator_history_get_summary(self->history), oldest);
}

void
offhook_orchestrator_session_heard(OffhookAgentSession *session, const char *text,
				   gboolean interrupted)
{
	OffhookOrchestratorSession *self = OFFHOOK_ORCHESTRATOR_SESSION(session);

	offhook_orchestrator_history_hear(self->history, text, interrupted);
	if (!interrupted)
		offhook_orchestrator_session_save_room(self);
}

static void
offhook_orchestrator_session_record_summary(OffhookOrchestratorSession *self, const char *summary)
{
	JsonObject *data = json_object_new();

	json_object_set_string_member(data, "summary", summary);
	offhook_agent_host_note(self->host, "conversation.summarised", data);
}

void
offhook_orchestrator_session_summarised_cb(gpointer user_data, OffhookOrchestratorPurpose purpose,
					   const char *summary)
{
	g_autoptr(OffhookOrchestratorSession) self = g_object_ref(user_data);

	if (purpose == OFFHOOK_ORCHESTRATOR_TO_GO_ON) {
		if (summary != NULL)
			offhook_orchestrator_history_replace_oldest(self->history,
								    self->summary_end, summary);
		return;
	}
	if (summary != NULL)
		offhook_orchestrator_session_record_summary(self, summary);
	offhook_agent_session_emit_closed(OFFHOOK_AGENT_SESSION(self));
}

/* Who goes on with the caller sums it up, too. */
void
offhook_orchestrator_session_close(OffhookAgentSession *session)
{
	OffhookOrchestratorSession *self = OFFHOOK_ORCHESTRATOR_SESSION(session);
	g_autofree char *talk = NULL;

	offhook_orchestrator_summariser_cancel(self->summariser);
	offhook_orchestrator_session_stop(self);
	if (!self->options->end_summary || self->host == NULL || self->gone ||
	    !offhook_orchestrator_history_has_words(self->history)) {
		offhook_agent_session_emit_closed(session);
		return;
	}
	talk = offhook_orchestrator_history_describe(self->history);
	offhook_orchestrator_summariser_start(
	    self->summariser, OFFHOOK_ORCHESTRATOR_TO_RECORD,
	    offhook_orchestrator_history_get_summary(self->history), talk);
}
