/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A conversation by text: its record and its agents. They are opened when the first message comes, and
 * anew, with what was said so far, after a hand-over. Main thread.
 */

#include "call/chat/chat-private.h"

#include <offhook/error.h>
#include <offhook/json.h>

#include "base/timestamp.h"
#include "engine/supervised-completer.h"
#include "memory/store-memory.h"

/* ---- the record ---- */

static void
offhook_chat_check(OffhookChat *self, gboolean ok, GError *error)
{
	g_autoptr(GError) owned = error;

	if (ok || self->complained)
		return;
	self->complained = TRUE;
	g_warning("conversation %s: not written down: %s", offhook_chat_get_id(self),
		  owned->message);
}

gint64
offhook_chat_count_tokens(OffhookChat *self)
{
	const OffhookUsageTotals *used = offhook_meter_get_total(self->meter);

	return self->tokens_before + used->input_tokens + used->output_tokens;
}

void
offhook_chat_save(OffhookChat *self, const char *status)
{
	GError *error = NULL;
	gboolean ok;

	offhook_conversation_log_set_usage(self->log, offhook_assistant_get_model(self->assistant),
					   offhook_chat_count_tokens(self));
	ok = offhook_conversation_log_save(self->log, status, &error);
	offhook_chat_check(self, ok, error);
}

/* Written down, and what the agents are told that are opened later. @agent: (nullable) */
void
offhook_chat_write(OffhookChat *self, OffhookMessageRole role, const char *agent, const char *text)
{
	GError *error = NULL;
	g_autofree char *id = NULL;
	gboolean ok = offhook_conversation_log_add(
	    self->log, role == OFFHOOK_MESSAGE_USER ? "user" : "assistant", agent, text, -1, &id,
	    &error);

	offhook_chat_check(self, ok, error);
	offhook_talk_log_add(self->talk, id, role, text);
}

/* Another one's engines have other prices. */
void
offhook_chat_take_assistant(OffhookChat *self, OffhookAssistant *assistant)
{
	OffhookAssistant *old = self->assistant;

	self->assistant = offhook_assistant_ref(assistant);
	offhook_assistant_unref(old);
	offhook_meter_free(self->meter);
	self->meter = offhook_meter_new(assistant->config, assistant->settings->name,
					offhook_timestamp_now(), self->spending);
	offhook_conversation_log_set_agent(self->log, assistant->settings->name,
					   offhook_assistant_get_agent_name(assistant, -1));
}

/* What tools gave is nothing that somebody said. */
static void
offhook_chat_remember(OffhookChat *self, const char *id, const char *role, const char *text)
{
	static const struct {
		const char *name;
		OffhookMessageRole role;
	} roles[] = {
	    {"user", OFFHOOK_MESSAGE_USER},
	    {"assistant", OFFHOOK_MESSAGE_ASSISTANT},
	    {"system", OFFHOOK_MESSAGE_SYSTEM},
	};

	for (guint i = 0; i < G_N_ELEMENTS(roles); i++)
		if (g_str_equal(role, roles[i].name))
			offhook_talk_log_add(self->talk, id, roles[i].role, text);
}

static void
offhook_chat_recall(OffhookChat *self, GPtrArray *messages)
{
	for (guint i = 0; messages != NULL && i < messages->len; i++) {
		const OffhookMessageRecord *message = g_ptr_array_index(messages, i);

		offhook_chat_remember(self, message->id, message->role, message->content);
	}
}

static void
offhook_chat_usage_cb(GObject *session, const OffhookUsage *usage, OffhookChat *self)
{
	offhook_meter_add(self->meter, usage);
}

/* Notes of agents and runs of tools: for whoever asked, and for all who listen. */
void
offhook_chat_record_cb(gpointer user_data, const char *type, JsonObject *data)
{
	OffhookChat *self = user_data;
	const char *summary = offhook_json_get_string(data, "summary");

	if (summary != NULL && g_str_equal(type, OFFHOOK_EVENT_CONVERSATION_SUMMARISED))
		offhook_conversation_log_set_summary(self->log, summary);
	if (data == NULL)
		data = json_object_new();
	json_object_set_string_member(data, "conversation_id", offhook_chat_get_id(self));
	if (self->turn != NULL)
		self->turn->handler.work(self->turn->user_data, type, data);
	offhook_event_bus_publish(self->events, type, NULL, 0, data);
}

static const OffhookSessionHostEvents offhook_chat_host_events = {
    .record = offhook_chat_record_cb,
};

/* ---- the agents ---- */

/* They may have something left to do, which needs no chain. */
void
offhook_chat_dismiss_agents(OffhookChat *self)
{
	g_clear_pointer(&self->expectation, offhook_expectation_unref);
	g_clear_pointer(&self->chain, offhook_agent_chain_free);
	offhook_crew_dismiss(&self->crew, self->closer);
}

/* Nobody is left of those that were dismissed. */
static void
offhook_chat_forget_agents(OffhookChat *self)
{
	for (guint i = 0; i < self->hosts->len; i++)
		offhook_session_host_close(g_ptr_array_index(self->hosts, i));
	for (guint i = 0; i < self->engines->len; i++)
		g_signal_handlers_disconnect_by_data(g_ptr_array_index(self->engines, i), self);
	g_ptr_array_set_size(self->hosts, 0);
	g_ptr_array_set_size(self->engines, 0);
}

static void
offhook_chat_closer_cb(gpointer user_data)
{
	OffhookChat *self = user_data;

	if (self->chain == NULL)
		offhook_chat_forget_agents(self);
	if (self->closed == NULL)
		return;
	offhook_chat_save(self, "completed");
	self->closed(self->closed_data);
}

/* (transfer full) (nullable): a user whose id is a number is the caller with that number, too */
static OffhookMemory *
offhook_chat_open_memory(OffhookChat *self)
{
	const char *user_id = offhook_chat_get_user_id(self);
	g_autofree char *number = offhook_store_memory_get_caller_id(user_id);

	return user_id != NULL
		   ? offhook_store_memory_new(self->store, number != NULL ? number : user_id,
					      offhook_chat_get_id(self), NULL)
		   : NULL;
}

/* @session: (nullable) */
static void
offhook_chat_count_use(OffhookChat *self, gpointer session)
{
	if (session == NULL)
		return;
	g_ptr_array_add(self->engines, g_object_ref(session));
	g_signal_connect(session, "usage", G_CALLBACK(offhook_chat_usage_cb), self);
}

static gboolean
offhook_chat_open_crew(OffhookChat *self, GError **error)
{
	g_autoptr(OffhookMemory) memory = offhook_chat_open_memory(self);
	g_autoptr(GPtrArray) history = offhook_talk_log_make_messages(self->talk, self->summary);
	const OffhookCrewOptions options = {
	    .caller = offhook_chat_get_user_id(self),
	    .variables = self->variables,
	    .history = history->len > 0 ? history : NULL,
	    .memory = memory != NULL ? OFFHOOK_STORE_MEMORY(memory) : NULL,
	    .events = &offhook_chat_host_events,
	    .user_data = self,
	};

	if (!offhook_crew_open(&self->crew, self->assistant, &options, error))
		return FALSE;
	g_ptr_array_add(self->hosts, g_object_ref(self->crew.host));
	offhook_chat_count_use(self, self->crew.completer);
	offhook_chat_count_use(self, self->crew.embedder);
	self->chain = offhook_agent_chain_new(g_ptr_array_ref(self->crew.sessions),
					      &offhook_chat_chain_handler, self);
	return TRUE;
}

gboolean
offhook_chat_open_agents(OffhookChat *self, GError **error)
{
	return self->chain != NULL || offhook_chat_open_crew(self, error);
}

/* ---- public ---- */

OffhookChat *
offhook_chat_new(OffhookStore *store, OffhookEventBus *events, OffhookSpending *spending,
		 const OffhookChatOptions *options)
{
	OffhookChat *self = g_new0(OffhookChat, 1);

	self->store = g_object_ref(store);
	self->events = g_object_ref(events);
	self->spending = spending;
	self->session_id = g_strdup(options->session_id);
	self->variables =
	    options->variables != NULL ? json_object_ref(options->variables) : json_object_new();
	self->alone = options->alone;
	self->temperature = options->temperature;
	self->max_tokens = options->max_tokens;
	self->talk = offhook_talk_log_new();
	self->warned = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->hosts = g_ptr_array_new_with_free_func(g_object_unref);
	self->engines = g_ptr_array_new_with_free_func(g_object_unref);
	self->closer = offhook_session_closer_new(offhook_chat_closer_cb, self);
	self->deadline = offhook_deadline_new(offhook_chat_expired_cb, self);
	self->log = offhook_conversation_log_new(store, options->record);
	offhook_conversation_log_get_usage(self->log, &self->tokens_before);
	offhook_chat_recall(self, options->messages);
	self->n_turns = options->messages != NULL ? options->messages->len : 0;
	offhook_chat_take_assistant(self, options->assistant);
	offhook_chat_save(self, "active");
	return self;
}

void
offhook_chat_free(OffhookChat *self)
{
	if (self == NULL)
		return;
	offhook_chat_turn_free(g_steal_pointer(&self->turn));
	offhook_chat_dismiss_agents(self);
	offhook_chat_forget_agents(self);
	offhook_session_closer_free(self->closer);
	g_hash_table_unref(self->warned);
	g_ptr_array_unref(self->hosts);
	g_ptr_array_unref(self->engines);
	offhook_deadline_free(self->deadline);
	offhook_talk_log_free(self->talk);
	offhook_conversation_log_free(self->log);
	offhook_meter_free(self->meter);
	offhook_assistant_unref(self->assistant);
	offhook_assistant_unref(self->next);
	json_object_unref(self->variables);
	g_object_unref(self->store);
	g_object_unref(self->events);
	g_free(self->session_id);
	g_free(self->summary);
	g_free(self);
}

const char *
offhook_chat_get_id(OffhookChat *self)
{
	return offhook_conversation_log_get_id(self->log);
}

const char *
offhook_chat_get_user_id(OffhookChat *self)
{
	return offhook_conversation_log_get_record(self->log)->user_id;
}

const char *
offhook_chat_get_session_id(OffhookChat *self)
{
	return self->session_id;
}

OffhookAssistant *
offhook_chat_get_assistant(OffhookChat *self)
{
	return self->next != NULL ? self->next : self->assistant;
}

OffhookExpectation *
offhook_chat_get_expectation(OffhookChat *self)
{
	return self->expectation;
}

gboolean
offhook_chat_is_busy(OffhookChat *self)
{
	return self->turn != NULL;
}

gboolean
offhook_chat_is_over(OffhookChat *self)
{
	return self->over;
}

gboolean
offhook_chat_add_message(OffhookChat *self, const char *role, const char *content, char **id,
			 GError **error)
{
	if (self->turn != NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "conversation %s is being answered: add the message after the answer",
			    offhook_chat_get_id(self));
		return FALSE;
	}
	if (!offhook_conversation_log_add(self->log, role, NULL, content, -1, id, error)) {
		g_clear_pointer(id, g_free);
		return FALSE;
	}
	offhook_chat_remember(self, *id, role, content);
	offhook_chat_dismiss_agents(self);
	return TRUE;
}

void
offhook_chat_set_assistant(OffhookChat *self, OffhookAssistant *assistant, const char *summary)
{
	if (summary != NULL) {
		g_free(self->summary);
		self->summary = g_strdup(summary);
	}
	offhook_assistant_ref(assistant);
	offhook_assistant_unref(self->next);
	self->next = assistant;
}

void
offhook_chat_close(OffhookChat *self, void (*closed)(gpointer user_data), gpointer user_data)
{
	g_autoptr(GPtrArray) nobody = g_ptr_array_new();

	offhook_chat_cancel(self);
	offhook_chat_save(self, "completed");
	self->closed = closed;
	self->closed_data = user_data;
	offhook_chat_dismiss_agents(self);
	/* There may be nobody who has anything to do. */
	if (offhook_session_closer_is_idle(self->closer))
		offhook_session_closer_add(self->closer, nobody, NULL);
}
