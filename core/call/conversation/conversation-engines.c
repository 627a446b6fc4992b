/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The engines that serve a conversation: opened so that one stands in for the other, and what is told
 * when it does. Main thread.
 */

#include "call/conversation/conversation-private.h"

#include <offhook/error.h>

#include "base/json.h"
#include "base/log.h"
#include "engine/supervised-completer.h"
#include "engine/supervised-embedder.h"
#include "engine/supervised-synthesizer.h"
#include "engine/supervised-transcriber.h"

static OffhookEngineRoles
offhook_conversation_get_role(GObject *session)
{
	if (OFFHOOK_IS_TRANSCRIBER(session))
		return OFFHOOK_ENGINE_TRANSCRIBE;
	if (OFFHOOK_IS_EMBEDDER(session))
		return OFFHOOK_ENGINE_EMBED;
	return OFFHOOK_IS_SYNTHESIZER(session) ? OFFHOOK_ENGINE_SYNTHESIZE
					       : OFFHOOK_ENGINE_COMPLETE;
}

static void
offhook_conversation_switched_cb(GObject *session, const char *from, const char *to,
				 const GError *error, OffhookConversation *self)
{
	const char *role = offhook_engine_role_to_string(offhook_conversation_get_role(session));
	JsonObject *data = json_object_new();

	if (error != NULL)
		offhook_call_warning(offhook_call_get_id(self->call),
				     "%s: %s takes over from %s: %s", role, to, from,
				     error->message);
	else
		offhook_call_message(offhook_call_get_id(self->call), "%s: %s instead of %s", role,
				     to, from);
	json_object_set_string_member(data, "role", role);
	json_object_set_string_member(data, "from", from);
	json_object_set_string_member(data, "to", to);
	offhook_json_set_string(data, "error_code",
				error != NULL ? offhook_error_get_api_code(error) : NULL);
	offhook_journal_record(self->journal, OFFHOOK_EVENT_ENGINE_SWITCHED, data);
}

static void
offhook_conversation_attempt_failed_cb(GObject *session, const char *engine, const GError *error,
				       OffhookConversation *self)
{
	offhook_journal_engine_failed(
	    self->journal, offhook_engine_role_to_string(offhook_conversation_get_role(session)),
	    engine, error);
}

static void
offhook_conversation_usage_cb(GObject *session, const OffhookUsage *usage,
			      OffhookConversation *self)
{
	offhook_journal_add_usage(self->journal, usage);
	self->events.used(self->user_data);
}

void
offhook_conversation_add_agent_usage(OffhookConversation *self, guint place,
				     const OffhookAgentUsage *used)
{
	const OffhookUsage usage = offhook_usage_from_agent(
	    offhook_assistant_get_agent_name(offhook_conversation_get_assistant(self), (gint)place),
	    used);

	offhook_conversation_usage_cb(NULL, &usage, self);
}

/* @engine: whom the session began with; the first of @lineup may have been left alone. */
static void
offhook_conversation_watch_session(OffhookConversation *self, gpointer session,
				   OffhookEngineLineup *lineup, const char *engine)
{
	const char *first = offhook_engine_lineup_get(lineup, 0)->use.name;

	g_signal_connect(session, "switched", G_CALLBACK(offhook_conversation_switched_cb), self);
	g_signal_connect(session, "attempt-failed",
			 G_CALLBACK(offhook_conversation_attempt_failed_cb), self);
	g_signal_connect(session, "usage", G_CALLBACK(offhook_conversation_usage_cb), self);
	if (g_strcmp0(engine, first) != 0)
		offhook_conversation_switched_cb(session, first, engine, NULL, self);
}

gboolean
offhook_conversation_open_transcriber(OffhookConversation *self, OffhookTranscriber **transcriber,
				      GError **error)
{
	OffhookEngineLineup *lineup = offhook_conversation_get_assistant(self)->stt;

	*transcriber = NULL;
	if (lineup == NULL || offhook_media_session_carries_text(self->media))
		return TRUE;
	*transcriber = offhook_supervised_transcriber_new(lineup, error);
	if (*transcriber == NULL)
		return FALSE;
	offhook_conversation_watch_session(self, *transcriber, lineup,
					   offhook_supervised_transcriber_get_engine(
					       OFFHOOK_SUPERVISED_TRANSCRIBER(*transcriber)));
	return TRUE;
}

gboolean
offhook_conversation_open_synthesizer(OffhookConversation *self, OffhookSynthesizer **synthesizer,
				      GError **error)
{
	OffhookEngineLineup *lineup = offhook_conversation_get_assistant(self)->tts;

	*synthesizer = NULL;
	if (lineup == NULL || offhook_media_session_carries_text(self->media))
		return TRUE;
	*synthesizer = offhook_supervised_synthesizer_new(lineup, error);
	if (*synthesizer == NULL)
		return FALSE;
	offhook_conversation_watch_session(self, *synthesizer, lineup,
					   offhook_supervised_synthesizer_get_engine(
					       OFFHOOK_SUPERVISED_SYNTHESIZER(*synthesizer)));
	return TRUE;
}

void
offhook_conversation_watch_completer(OffhookConversation *self, OffhookCompleter *completer)
{
	OffhookEngineLineup *lineup = offhook_conversation_get_assistant(self)->llm;

	self->completer = g_object_ref(completer);
	offhook_conversation_watch_session(
	    self, completer, lineup,
	    offhook_supervised_completer_get_engine(OFFHOOK_SUPERVISED_COMPLETER(completer)));
}

void
offhook_conversation_watch_embedder(OffhookConversation *self, OffhookEmbedder *embedder)
{
	OffhookEngineLineup *lineup = offhook_conversation_get_assistant(self)->embed;

	self->embedder = g_object_ref(embedder);
	offhook_conversation_watch_session(
	    self, embedder, lineup,
	    offhook_supervised_embedder_get_engine(OFFHOOK_SUPERVISED_EMBEDDER(embedder)));
}
