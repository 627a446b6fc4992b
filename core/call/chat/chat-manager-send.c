/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Finds the conversation of a message, in memory or in the store, and hands the message to it. Main
 * thread.
 */

#include "call/chat/chat-manager-private.h"

#include <offhook/json.h>

static void
offhook_chat_parcel_free(OffhookChatParcel *parcel)
{
	if (parcel == NULL)
		return;
	if (parcel->cancelled_id != 0)
		g_signal_handler_disconnect(parcel->cancellable, parcel->cancelled_id);
	g_clear_object(&parcel->cancellable);
	offhook_agent_address_clear(&parcel->address);
	g_free(parcel->record.id);
	g_free(parcel->record.user_id);
	g_free(parcel->session_id);
	g_free(parcel->message);
	g_clear_pointer(&parcel->context, json_object_unref);
	g_clear_pointer(&parcel->variables, json_object_unref);
	g_free(parcel);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookChatParcel, offhook_chat_parcel_free)

/* ---- the answer ---- */

static void
offhook_chat_parcel_say_cb(gpointer user_data, const char *text)
{
	OffhookChatParcel *parcel = user_data;

	parcel->receiver.say(parcel->user_data, text);
}

static void
offhook_chat_parcel_work_cb(gpointer user_data, const char *type, JsonObject *data)
{
	OffhookChatParcel *parcel = user_data;

	parcel->receiver.work(parcel->user_data, type, data);
}

/* The assistant that an agent has handed over to goes on from the next message. */
static void
offhook_chat_parcel_hand_over(OffhookChatParcel *parcel, const OffhookChatAnswer *answer)
{
	for (guint i = 0; i < json_array_get_length(answer->actions); i++) {
		JsonObject *action = json_array_get_object_element(answer->actions, i);
		const char *target = offhook_json_get_string(action, "target");
		g_auto(OffhookAgentAddress) address = {0};
		g_autofree char *id = NULL;

		if (!g_str_equal(offhook_json_get_string(action, "type"), "hand_over") ||
		    target == NULL)
			continue;
		id = g_strconcat("assistant-", target, NULL);
		if (offhook_agent_directory_resolve(parcel->manager->directory, id, &address, NULL))
			offhook_chat_set_assistant(parcel->open->chat, address.assistant,
						   offhook_json_get_string(action, "summary"));
	}
}

static void
offhook_chat_parcel_finish(OffhookChatParcel *parcel, const OffhookChatAnswer *answer,
			   const GError *error)
{
	g_autofree char *speaker = answer != NULL && answer->agent != NULL && !parcel->address.alone
				       ? g_strconcat("agent-", answer->agent, NULL)
				       : NULL;
	const OffhookChatSource source = {
	    .agent_id = speaker != NULL ? speaker : parcel->address.id,
	    .conversation_id =
		parcel->open != NULL ? offhook_chat_get_id(parcel->open->chat) : parcel->record.id,
	};

	if (parcel->open != NULL)
		parcel->open->parcel = NULL;
	parcel->receiver.done(parcel->user_data, &source, answer, error);
	offhook_chat_parcel_free(parcel);
}

static void
offhook_chat_parcel_done_cb(gpointer user_data, const OffhookChatAnswer *answer,
			    const GError *error)
{
	OffhookChatParcel *parcel = user_data;

	parcel->open->used_us = g_get_monotonic_time();
	if (answer != NULL) {
		offhook_agent_directory_count(parcel->manager->directory, parcel->address.id,
					      answer->us);
		offhook_chat_parcel_hand_over(parcel, answer);
	}
	offhook_chat_parcel_finish(parcel, answer, error);
}

static const OffhookChatHandler offhook_chat_parcel_handler = {
    .say = offhook_chat_parcel_say_cb,
    .work = offhook_chat_parcel_work_cb,
    .done = offhook_chat_parcel_done_cb,
};

/* The answer is broken off, and that is told. */
void
offhook_chat_parcel_break_off(OffhookChatParcel *parcel, OffhookError code, const char *why)
{
	g_autoptr(GError) error = g_error_new_literal(OFFHOOK_ERROR, code, why);

	offhook_chat_cancel(parcel->open->chat);
	offhook_chat_parcel_finish(parcel, NULL, error);
}

static void
offhook_chat_parcel_cancelled_cb(GCancellable *cancellable, gpointer user_data)
{
	offhook_chat_parcel_break_off(user_data, OFFHOOK_ERROR_CANCELLED,
				      "nobody waits for the answer any more");
}

/* ---- asking ---- */

/* @parcel: (transfer full): once it is taken */
static gboolean
offhook_chat_manager_deliver(OffhookChatManager *self, OffhookOpenChat *open,
			     OffhookChatParcel *parcel, GError **error)
{
	const OffhookChatMessage message = {
	    .message = parcel->message,
	    .keys = parcel->keys,
	    .context = parcel->context,
	    .confidence = parcel->confidence,
	    .temperature = parcel->temperature,
	};

	if (!offhook_chat_is_busy(open->chat) &&
	    !g_str_equal(open->addressed, parcel->address.id)) {
		g_free(open->addressed);
		open->addressed = g_strdup(parcel->address.id);
		offhook_chat_set_assistant(open->chat, parcel->address.assistant, NULL);
	}
	open->used_us = g_get_monotonic_time();
	if (!offhook_chat_take_turn(open->chat, &message, &offhook_chat_parcel_handler, parcel,
				    error))
		return FALSE;
	parcel->open = open;
	open->parcel = parcel;
	if (parcel->cancellable != NULL)
		parcel->cancelled_id =
		    g_signal_connect(parcel->cancellable, "cancelled",
				     G_CALLBACK(offhook_chat_parcel_cancelled_cb), parcel);
	return TRUE;
}

/* @record: a new one, or as it was found. (nullable) (transfer none) */
static OffhookOpenChat *
offhook_chat_manager_open(OffhookChatManager *self, OffhookChatParcel *parcel,
			  const OffhookConversationRecord *record, GPtrArray *messages,
			  GError **error)
{
	const OffhookChatOptions options = {
	    .assistant = parcel->address.assistant,
	    .record = record,
	    .messages = messages,
	    .session_id = parcel->session_id,
	    .variables = parcel->variables,
	    .alone = parcel->address.alone,
	    .temperature = parcel->address.temperature,
	    .max_tokens = parcel->address.max_tokens,
	};
	OffhookOpenChat *open;

	if (g_cancellable_is_cancelled(self->cancellable)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "the server is shutting down");
		return NULL;
	}
	if (!offhook_chat_manager_make_room(self, error))
		return NULL;
	open = g_new0(OffhookOpenChat, 1);
	open->manager = self;
	open->chat = offhook_chat_new(self->store, self->events, self->spending, &options);
	open->addressed = g_strdup(parcel->address.id);
	g_hash_table_insert(self->chats, g_strdup(offhook_chat_get_id(open->chat)), open);
	offhook_chat_manager_set_deadline(self);
	return open;
}

static gboolean
offhook_chat_manager_check_owner(const char *id, const char *owner, const char *user_id,
				 GError **error)
{
	if (g_strcmp0(owner, user_id) == 0)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
		    "conversation %s is that of another user", id);
	return FALSE;
}

static gboolean
offhook_chat_manager_check_found(const OffhookConversationRecord *record,
				 const OffhookChatParcel *parcel, GError **error)
{
	if (!offhook_chat_manager_check_owner(record->id, record->user_id, parcel->record.user_id,
					      error))
		return FALSE;
	if (record->call_id == NULL)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
		    "conversation %s is that of call %s", record->id, record->call_id);
	return FALSE;
}

/* What was said before a restart, or before it was closed, is found again. */
static void
offhook_chat_manager_loaded_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookChatParcel *parcel = user_data;
	OffhookChatManager *self = parcel->manager;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) messages = NULL;
	g_autoptr(OffhookConversationRecord) record =
	    offhook_store_get_conversation_finish(OFFHOOK_STORE(source), result, &messages, &error);
	OffhookOpenChat *open = NULL;

	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
		/* The manager is gone. */
		parcel->receiver.done(parcel->user_data, &(OffhookChatSource){0}, NULL, error);
		offhook_chat_parcel_free(parcel);
		return;
	}
	g_hash_table_remove(self->loading, parcel->record.id);
	if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND))
		g_clear_error(&error);
	if (error == NULL && !g_cancellable_set_error_if_cancelled(parcel->cancellable, &error) &&
	    (record == NULL || offhook_chat_manager_check_found(record, parcel, &error)))
		open = offhook_chat_manager_open(
		    self, parcel, record != NULL ? record : &parcel->record, messages, &error);
	if (open == NULL || !offhook_chat_manager_deliver(self, open, parcel, &error))
		offhook_chat_parcel_finish(parcel, NULL, error);
}

/* The open one that @request is about; @addressed: to whom it is written. (nullable) */
static OffhookOpenChat *
offhook_chat_manager_match(OffhookChatManager *self, const OffhookChatRequest *request,
			   const char *addressed)
{
	GHashTableIter iter;
	gpointer value;

	if (request->conversation_id != NULL)
		return g_hash_table_lookup(self->chats, request->conversation_id);
	if (request->session_id == NULL)
		return NULL;
	g_hash_table_iter_init(&iter, self->chats);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		OffhookOpenChat *open = value;

		if (g_strcmp0(offhook_chat_get_session_id(open->chat), request->session_id) == 0 &&
		    g_strcmp0(offhook_chat_get_user_id(open->chat), request->user_id) == 0 &&
		    g_str_equal(open->addressed, addressed))
			return open;
	}
	return NULL;
}

static OffhookChatParcel *
offhook_chat_manager_pack(OffhookChatManager *self, const OffhookChatRequest *request,
			  const OffhookChatReceiver *receiver, gpointer user_data,
			  GCancellable *cancellable)
{
	OffhookChatParcel *parcel = g_new0(OffhookChatParcel, 1);

	parcel->manager = self;
	parcel->record.id = g_strdup(request->conversation_id);
	parcel->record.user_id = g_strdup(request->user_id);
	parcel->session_id = g_strdup(request->session_id);
	parcel->message = g_strdup(request->what.message);
	parcel->keys = request->what.keys;
	parcel->confidence = request->what.confidence;
	parcel->temperature = request->what.temperature;
	if (request->what.context != NULL)
		parcel->context = json_object_ref(request->what.context);
	if (request->variables != NULL)
		parcel->variables = json_object_ref(request->variables);
	parcel->receiver = *receiver;
	parcel->user_data = user_data;
	g_set_object(&parcel->cancellable, cancellable);
	return parcel;
}

/* Reads the conversation of @parcel, which nobody else may begin meanwhile. */
static gboolean
offhook_chat_manager_load(OffhookChatManager *self, OffhookChatParcel *parcel, GError **error)
{
	const char *id = parcel->record.id;

	if (!g_hash_table_add(self->loading, g_strdup(id))) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "conversation %s is being answered: send the next message after the "
			    "answer",
			    id);
		return FALSE;
	}
	offhook_store_get_conversation_async(self->store, id, self->cancellable,
					     offhook_chat_manager_loaded_cb, parcel);
	return TRUE;
}

gboolean
offhook_chat_manager_send(OffhookChatManager *self, const OffhookChatRequest *request,
			  const OffhookChatReceiver *receiver, gpointer user_data,
			  GCancellable *cancellable, GError **error)
{
	g_autoptr(OffhookChatParcel) parcel =
	    offhook_chat_manager_pack(self, request, receiver, user_data, cancellable);
	const char *id = request->conversation_id;
	OffhookOpenChat *open;

	if (!offhook_agent_directory_resolve(self->directory, request->agent_id, &parcel->address,
					     error))
		return FALSE;
	open = offhook_chat_manager_match(self, request, parcel->address.id);
	if (open != NULL && !offhook_chat_manager_check_owner(id != NULL ? id : parcel->session_id,
							      offhook_chat_get_user_id(open->chat),
							      parcel->record.user_id, error))
		return FALSE;
	if (open == NULL && id != NULL) {
		if (!offhook_chat_manager_load(self, parcel, error))
			return FALSE;
		g_steal_pointer(&parcel);
		return TRUE;
	}
	if (open == NULL)
		open = offhook_chat_manager_open(self, parcel, &parcel->record, NULL, error);
	if (open == NULL || !offhook_chat_manager_deliver(self, open, parcel, error))
		return FALSE;
	g_steal_pointer(&parcel);
	return TRUE;
}

const char *
offhook_chat_manager_find_open(OffhookChatManager *self, const OffhookChatRequest *request)
{
	g_auto(OffhookAgentAddress) address = {0};
	OffhookOpenChat *open = NULL;

	if (offhook_agent_directory_resolve(self->directory, request->agent_id, &address, NULL))
		open = offhook_chat_manager_match(self, request, address.id);
	return open != NULL ? offhook_chat_get_id(open->chat) : NULL;
}
