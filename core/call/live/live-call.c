/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A call in progress. Whatever ends it (the far end, the provider, the agent, an operator) comes to
 * one place, offhook_live_call_finish(), once. Main thread.
 */

#include "call/live/live-call-private.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <offhook/prompt.h>

#include "base/log.h"
#include "memory/store-memory.h"

/* Until an answered call has media: the provider may find out first who answered, for a minute. */
#define OFFHOOK_LIVE_CALL_ANSWERED_S 90

G_DEFINE_FINAL_TYPE(OffhookLiveCall, offhook_live_call, G_TYPE_OBJECT)

guint offhook_live_call_signals[OFFHOOK_LIVE_CALL_N_SIGNALS];

OffhookAssistant *
offhook_live_call_get_assistant(OffhookLiveCall *self)
{
	return offhook_call_get_assistant(self->call);
}

/* ---- the beginning ---- */

/* Nobody told how the call that we placed goes on. */
static void
offhook_live_call_give_up(OffhookLiveCall *self)
{
	gboolean rings = offhook_call_get_state(self->call) == OFFHOOK_CALL_RINGING;
	g_autoptr(GError) error = g_error_new(
	    OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT,
	    rings
		? "nobody has answered within %u s"
		: "the provider has told nothing of the call within %u s: can it reach public-url?",
	    self->patience_s);

	offhook_live_call_drop(self);
	offhook_journal_error(self->journal, error);
	self->ours = TRUE;
	offhook_live_call_close(self, rings ? OFFHOOK_END_NO_ANSWER : OFFHOOK_END_FAILED, error);
}

static void
offhook_live_call_media_missing_cb(gpointer user_data)
{
	OffhookLiveCall *self = user_data;
	g_autoptr(GError) error =
	    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT, "the call's audio never came");

	if (self->away) {
		offhook_live_call_leave(self);
	} else if (self->stream == NULL && self->patience_s > 0 &&
		   offhook_call_get_state(self->call) < OFFHOOK_CALL_ACTIVE) {
		offhook_live_call_give_up(self);
	} else if (self->stream == NULL) {
		offhook_live_call_drop(self);
		offhook_live_call_fail(self, error);
	}
}

OffhookLiveCall *
offhook_live_call_new(OffhookCall *call, OffhookStore *store, OffhookEventBus *events,
		      OffhookSpending *spending)
{
	OffhookLiveCall *self = g_object_new(OFFHOOK_TYPE_LIVE_CALL, NULL);
	JsonObject *data = json_object_new();
	const char *number = offhook_call_get_phone_number(call);

	self->call = g_object_ref(call);
	self->spending = spending;
	self->store = g_object_ref(store);
	self->journal = offhook_journal_new(store, events, spending, call);
	offhook_journal_save_call(self->journal);
	if (number != NULL)
		json_object_set_string_member(data, "phone_number", number);
	else
		json_object_set_null_member(data, "phone_number");
	json_object_set_string_member(data, "provider",
				      offhook_driver_get_name(offhook_call_get_driver(call)));
	json_object_set_string_member(
	    data, "direction", offhook_call_direction_to_string(offhook_call_get_direction(call)));
	offhook_journal_record(self->journal, OFFHOOK_EVENT_CALL_STARTED, data);
	return self;
}

void
offhook_live_call_set_messages(OffhookLiveCall *self, OffhookTextMessages *messages,
			       const OffhookCallScheduler *scheduler)
{
	self->messages = messages;
	self->scheduler = scheduler;
}

OffhookCall *
offhook_live_call_get_call(OffhookLiveCall *self)
{
	return self->call;
}

void
offhook_live_call_save(OffhookLiveCall *self)
{
	offhook_journal_save_call(self->journal);
}

void
offhook_live_call_expect_media(OffhookLiveCall *self, guint timeout_s)
{
	offhook_deadline_set(self->media_deadline,
			     g_get_monotonic_time() + (gint64)timeout_s * G_USEC_PER_SEC);
}

gboolean
offhook_live_call_awaits_media(OffhookLiveCall *self)
{
	return self->n_streams == 0 && self->reason == OFFHOOK_END_NONE && !self->finished;
}

void
offhook_live_call_set_patience(OffhookLiveCall *self, guint seconds)
{
	self->patience_s = seconds;
}

void
offhook_live_call_expect_answer(OffhookLiveCall *self)
{
	offhook_live_call_expect_media(self, self->patience_s);
}

void
offhook_live_call_set_variables(OffhookLiveCall *self, JsonObject *variables)
{
	g_clear_pointer(&self->variables, json_object_unref);
	self->variables = variables != NULL ? json_object_ref(variables) : NULL;
}

static void
offhook_live_call_copy_variable_cb(JsonObject *from, const char *name, JsonNode *value,
				   gpointer user_data)
{
	json_object_set_member(user_data, name, json_node_copy(value));
}

/* Between the driver and its far end; one of them is a secret. */
static const char *const offhook_live_call_own_parameters[] = {"token", "call_id", "from", "to",
							       NULL};

void
offhook_live_call_add_custom(OffhookLiveCall *self, GHashTable *parameters)
{
	g_autoptr(JsonObject) given = g_steal_pointer(&self->variables);
	GHashTableIter iter;
	gpointer name, value;

	self->variables = json_object_new();
	if (given != NULL)
		json_object_foreach_member(given, offhook_live_call_copy_variable_cb,
					   self->variables);
	g_hash_table_iter_init(&iter, parameters);
	while (g_hash_table_iter_next(&iter, &name, &value)) {
		g_autofree char *variable = offhook_prompt_make_custom_name(name);

		if (!g_strv_contains(offhook_live_call_own_parameters, name))
			json_object_set_string_member(self->variables, variable, value);
	}
}

static void
offhook_live_call_configure_media(OffhookLiveCall *self)
{
	OffhookConfig *config = offhook_live_call_get_assistant(self)->config;
	OffhookMediaSessionConfig media = OFFHOOK_MEDIA_SESSION_CONFIG_DEFAULT;
	g_autofree char *path = offhook_live_call_prepare_recording(self, &media.recording);

	media.incoming_pipeline = offhook_config_get_string(config, "media", "inbound-pipeline");
	media.outgoing_pipeline = offhook_config_get_string(config, "media", "outbound-pipeline");
	media.lead_ms = offhook_config_get_integer(config, "media", "lead-ms");
	media.echo_guard_db = offhook_config_get_integer(config, "media", "echo-guard-db");
	media.interruptible = offhook_live_call_get_assistant(self)->settings->interruptible;
	media.audio_agent = self->audio_agent;
	offhook_media_session_configure(offhook_stream_get_session(self->stream), &media);
}

/* What an agent tells; some of it is known to us. */
static void
offhook_live_call_record_cb(gpointer user_data, const char *type, JsonObject *data)
{
	OffhookLiveCall *self = user_data;
	const char *summary = offhook_json_get_string(data, "summary");

	if (summary != NULL && g_str_equal(type, OFFHOOK_EVENT_CONVERSATION_SUMMARISED))
		offhook_journal_set_summary(self->journal, summary);
	offhook_journal_record(self->journal, type, data);
}

static const OffhookSessionHostEvents offhook_live_call_host_events = {
    .record = offhook_live_call_record_cb,
};

/* (transfer full) (nullable): a caller without a number could be anybody */
static OffhookMemory *
offhook_live_call_open_memory(OffhookLiveCall *self)
{
	g_autofree char *user_id =
	    offhook_store_memory_get_caller_id(offhook_call_get_phone_number(self->call));

	return user_id != NULL
		   ? offhook_store_memory_new(self->store, user_id,
					      offhook_journal_get_conversation_id(self->journal),
					      NULL)
		   : NULL;
}

gboolean
offhook_live_call_open_crew(OffhookLiveCall *self, OffhookAssistant *assistant,
			    JsonObject *variables, GPtrArray *history, OffhookCrew *crew,
			    GError **error)
{
	g_autoptr(OffhookMemory) memory = offhook_live_call_open_memory(self);
	const OffhookCrewOptions options = {
	    .call_id = offhook_call_get_id(self->call),
	    .caller = offhook_call_get_phone_number(self->call),
	    .line = offhook_media_session_get_line(offhook_stream_get_session(self->stream)),
	    .variables = variables,
	    .history = history,
	    .messages = self->messages,
	    .scheduler = self->scheduler,
	    .driver = offhook_call_get_driver(self->call),
	    .memory = memory != NULL ? OFFHOOK_STORE_MEMORY(memory) : NULL,
	    .events = &offhook_live_call_host_events,
	    .user_data = self,
	};

	return offhook_crew_open(crew, assistant, &options, error);
}

OffhookConversation *
offhook_live_call_open_conversation(OffhookLiveCall *self, OffhookCrew *crew, GError **error)
{
	OffhookConversation *conversation = offhook_conversation_new(
	    self->call, offhook_stream_get_session(self->stream), self->journal,
	    g_ptr_array_ref(crew->sessions), &offhook_live_call_conversation_events, self, error);

	if (conversation != NULL && crew->completer != NULL)
		offhook_conversation_watch_completer(conversation, crew->completer);
	if (conversation != NULL && crew->embedder != NULL)
		offhook_conversation_watch_embedder(conversation, crew->embedder);
	if (conversation != NULL && crew->host != NULL)
		offhook_conversation_set_toolbox(
		    conversation, offhook_agent_host_get_toolbox(OFFHOOK_AGENT_HOST(crew->host)));
	return conversation;
}

/* One that comes back meets the agents that it left. */
static gboolean
offhook_live_call_open_agents(OffhookLiveCall *self, GError **error)
{
	if (self->crew.sessions != NULL)
		return TRUE;
	if (self->agent != NULL)
		offhook_crew_init_with(&self->crew, self->agent);
	else if (!offhook_live_call_open_crew(self, offhook_live_call_get_assistant(self),
					      self->variables, NULL, &self->crew, error))
		return FALSE;
	g_set_object(&self->audio_agent, self->crew.audio);
	return TRUE;
}

static gboolean
offhook_live_call_begin_conversation(OffhookLiveCall *self, GError **error)
{
	OffhookMediaSession *session = offhook_stream_get_session(self->stream);

	if (!offhook_live_call_open_agents(self, error))
		return FALSE;
	if (self->audio_agent != NULL && offhook_media_session_carries_text(session)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "assistant %s has an agent that wants the audio, but the far end "
			    "recognises and speaks",
			    offhook_live_call_get_assistant(self)->settings->name);
		return FALSE;
	}
	if (self->audio_agent != NULL)
		return TRUE;
	self->conversation = offhook_live_call_open_conversation(self, &self->crew, error);
	return self->conversation != NULL;
}

/*
 * A machine has answered: does what the assistant wants done then. %FALSE: nothing, it is talked to
 * like anybody.
 */
static gboolean
offhook_live_call_mind_machine(OffhookLiveCall *self)
{
	const OffhookAssistantConfig *settings = offhook_live_call_get_assistant(self)->settings;
	OffhookAnsweredBy by = self->answered_by;

	if (!self->told_answered_by || self->agent != NULL || by == OFFHOOK_ANSWERED_BY_UNKNOWN ||
	    by == OFFHOOK_ANSWERED_BY_HUMAN || settings->on_machine == OFFHOOK_MACHINE_TALK)
		return FALSE;
	if (settings->on_machine == OFFHOOK_MACHINE_HANG_UP || by == OFFHOOK_ANSWERED_BY_FAX ||
	    settings->machine_message == NULL) {
		offhook_live_call_hang_up(self, OFFHOOK_END_COMPLETED);
		return TRUE;
	}
	if (self->conversation == NULL || by != OFFHOOK_ANSWERED_BY_MACHINE_BEEP)
		return FALSE;
	offhook_conversation_announce(self->conversation, settings->machine_message, TRUE);
	return TRUE;
}

/* The agents are there before the conversation is. */
static void
offhook_live_call_tell_memory(OffhookLiveCall *self)
{
	OffhookMemory *memory =
	    self->crew.host != NULL
		? offhook_agent_host_get_memory(OFFHOOK_AGENT_HOST(self->crew.host))
		: NULL;

	if (memory != NULL)
		offhook_store_memory_set_conversation(
		    OFFHOOK_STORE_MEMORY(memory),
		    offhook_journal_get_conversation_id(self->journal));
}

/* That somebody has called us and we answer is nothing new. */
static void
offhook_live_call_tell_answered(OffhookLiveCall *self)
{
	if (offhook_call_get_direction(self->call) == OFFHOOK_CALL_OUTBOUND)
		offhook_journal_record(self->journal, OFFHOOK_EVENT_CALL_ANSWERED, NULL);
}

/* Whoever is to take over a caller is not talking to an assistant. */
static void
offhook_live_call_log_answer(OffhookLiveCall *self)
{
	const char *id = offhook_call_get_id(self->call);
	OffhookCall *origin = offhook_call_get_origin(self->call);

	if (origin != NULL)
		offhook_call_message(id, "answered, and asked to take over call %s",
				     offhook_call_get_id(origin));
	else
		offhook_call_message(id, "answered by %s",
				     offhook_live_call_get_assistant(self)->settings->name);
}

gboolean
offhook_live_call_attach_stream(OffhookLiveCall *self, OffhookStream *stream, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (self->finished || self->reason != OFFHOOK_END_NONE || self->stream != NULL ||
	    self->away) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "call %s %s, it takes no media", offhook_call_get_id(self->call),
			    self->away             ? "has been passed on"
			    : self->stream != NULL ? "has media already"
						   : "has ended");
		return FALSE;
	}
	offhook_deadline_set(self->media_deadline, G_MAXINT64);
	self->stream = stream;
	self->n_streams++;
	offhook_stream_bind(self->stream, &offhook_live_call_media_events, self);
	if (!offhook_live_call_begin_conversation(self, &local)) {
		offhook_live_call_fail(self, local);
		return TRUE;
	}
	if (offhook_call_set_state(self->call, OFFHOOK_CALL_ACTIVE, OFFHOOK_END_NONE))
		offhook_live_call_tell_answered(self);
	offhook_live_call_configure_media(self);
	offhook_journal_save_call(self->journal);
	offhook_live_call_log_answer(self);
	if (offhook_live_call_mind_limits(self))
		return TRUE;
	if (self->conversation != NULL && self->failure != NULL)
		offhook_conversation_resume(self->conversation, self->n_turns, self->failure);
	else if (self->conversation != NULL && !offhook_live_call_mind_machine(self) &&
		 !offhook_live_call_mind_hours(self))
		offhook_conversation_start(self->conversation, self->agent == NULL);
	offhook_live_call_tell_memory(self);
	return TRUE;
}

gboolean
offhook_live_call_attach_port(OffhookLiveCall *self, OffhookMediaThread *thread,
			      OffhookMediaPort *port, GError **error)
{
	OffhookStream *stream = offhook_stream_new(thread, port, NULL, NULL);

	if (offhook_live_call_attach_stream(self, stream, error))
		return TRUE;
	offhook_stream_free(stream);
	return FALSE;
}

void
offhook_live_call_update(OffhookLiveCall *self, OffhookCallState state, OffhookEndReason reason)
{
	if (state == OFFHOOK_CALL_ENDED) {
		offhook_live_call_close(self, reason, NULL);
	} else if (offhook_call_set_state(self->call, state, reason)) {
		offhook_journal_save_call(self->journal);
		if (state == OFFHOOK_CALL_ACTIVE && self->stream == NULL)
			offhook_live_call_expect_media(self, OFFHOOK_LIVE_CALL_ANSWERED_S);
		if (state == OFFHOOK_CALL_RINGING)
			offhook_journal_record(self->journal, OFFHOOK_EVENT_CALL_RINGING, NULL);
		else if (state == OFFHOOK_CALL_ACTIVE)
			offhook_live_call_tell_answered(self);
	}
}

void
offhook_live_call_report(OffhookLiveCall *self, OffhookCallState state, OffhookEndReason reason,
			 gint64 sequence)
{
	if (sequence >= 0 && sequence <= self->sequence)
		return;
	self->sequence = MAX(self->sequence, sequence);
	offhook_live_call_update(self, state, reason);
}

void
offhook_live_call_set_answered_by(OffhookLiveCall *self, OffhookAnsweredBy by)
{
	JsonObject *data;

	if (self->finished || (self->told_answered_by && self->answered_by == by))
		return;
	self->told_answered_by = TRUE;
	self->answered_by = by;
	data = json_object_new();
	json_object_set_string_member(data, "answered_by", offhook_answered_by_to_string(by));
	offhook_journal_record(self->journal, OFFHOOK_EVENT_CALL_ANSWERED_BY, data);
	offhook_live_call_mind_machine(self);
}

void
offhook_live_call_set_agent(OffhookLiveCall *self, OffhookAgentSession *agent)
{
	g_set_object(&self->agent, agent);
}

void
offhook_live_call_record(OffhookLiveCall *self, const char *type, JsonObject *data)
{
	offhook_journal_record(self->journal, type, data);
}

void
offhook_live_call_fail(OffhookLiveCall *self, const GError *error)
{
	if (self->finished)
		return;
	offhook_journal_error(self->journal, error);
	self->ours = TRUE;
	offhook_live_call_close(self, OFFHOOK_END_FAILED, error);
}

gboolean
offhook_live_call_add_text(OffhookLiveCall *self, const char *text, GError **error)
{
	if (self->conversation == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "call %s has no conversation", offhook_call_get_id(self->call));
		return FALSE;
	}
	return offhook_conversation_add_text(self->conversation, text, error);
}

static void
offhook_live_call_dispose(GObject *object)
{
	OffhookLiveCall *self = OFFHOOK_LIVE_CALL(object);

	g_cancellable_cancel(self->cancellable);
	g_clear_handle_id(&self->over_id, g_source_remove);
	g_clear_handle_id(&self->hand_over_id, g_source_remove);
	g_clear_pointer(&self->conversation, offhook_conversation_free);
	g_clear_pointer(&self->stream, offhook_stream_free);
	g_clear_pointer(&self->closer, offhook_session_closer_free);
	offhook_crew_clear(&self->crew);
	g_clear_object(&self->audio_agent);
	g_clear_object(&self->agent);
	g_clear_error(&self->failure);
	g_clear_pointer(&self->recording, g_free);
	g_clear_pointer(&self->variables, json_object_unref);
	offhook_live_call_set_passing(self, NULL, NULL, FALSE);
	g_clear_pointer(&self->journal, offhook_journal_free);
	g_clear_object(&self->store);
	g_clear_pointer(&self->media_deadline, offhook_deadline_free);
	g_clear_pointer(&self->limit_deadline, offhook_deadline_free);
	g_clear_object(&self->cancellable);
	g_clear_object(&self->call);

	G_OBJECT_CLASS(offhook_live_call_parent_class)->dispose(object);
}

static void
offhook_live_call_init(OffhookLiveCall *self)
{
	self->sequence = -1;
	self->cancellable = g_cancellable_new();
	self->media_deadline = offhook_deadline_new(offhook_live_call_media_missing_cb, self);
	self->limit_deadline = offhook_deadline_new(offhook_live_call_limit_cb, self);
	self->closer = offhook_session_closer_new(offhook_live_call_closed_cb, self);
}

static void
offhook_live_call_class_init(OffhookLiveCallClass *klass)
{
	G_OBJECT_CLASS(klass)->dispose = offhook_live_call_dispose;
	offhook_live_call_signals[OFFHOOK_LIVE_CALL_OVER] =
	    g_signal_new("over", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
			 G_TYPE_NONE, 0);
	offhook_live_call_signals[OFFHOOK_LIVE_CALL_CLOSED] =
	    g_signal_new("closed", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
			 G_TYPE_NONE, 0);
	offhook_live_call_signals[OFFHOOK_LIVE_CALL_WARM_TRANSFER] =
	    g_signal_new("warm-transfer", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0, NULL,
			 NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
	offhook_live_call_signals[OFFHOOK_LIVE_CALL_HAND_OVER] =
	    g_signal_new("hand-over", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
			 NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}
