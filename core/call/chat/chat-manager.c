/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which conversations by text are open, and for how long. Main thread.
 */

#include "call/chat/chat-manager-private.h"

#include "call/conversation/conversation-log.h"

/* How often is looked for those that are idle. */
#define OFFHOOK_CHAT_MANAGER_TICK_S 15

static void
offhook_open_chat_free(gpointer data)
{
	OffhookOpenChat *open = data;

	offhook_chat_free(open->chat);
	g_free(open->addressed);
	g_free(open);
}

/* ---- room ---- */

static void
offhook_chat_manager_closed_cb(gpointer user_data)
{
	OffhookOpenChat *open = user_data;
	OffhookChatManager *self = open->manager;

	g_hash_table_remove(self->closing, open);
	if (offhook_chat_manager_is_idle(self))
		self->idle(self->idle_data);
}

static void
offhook_chat_manager_close(OffhookChatManager *self, OffhookOpenChat *open)
{
	gpointer key = NULL;

	g_hash_table_steal_extended(self->chats, offhook_chat_get_id(open->chat), &key, NULL);
	g_free(key);
	g_hash_table_add(self->closing, open);
	offhook_chat_close(open->chat, offhook_chat_manager_closed_cb, open);
}

void
offhook_chat_manager_set_deadline(OffhookChatManager *self)
{
	offhook_deadline_set(self->deadline, g_hash_table_size(self->chats) > 0
						 ? g_get_monotonic_time() +
						       OFFHOOK_CHAT_MANAGER_TICK_S * G_USEC_PER_SEC
						 : G_MAXINT64);
}

static void
offhook_chat_manager_tick_cb(gpointer user_data)
{
	OffhookChatManager *self = user_data;
	gint64 before_us = g_get_monotonic_time() - self->idle_us;
	g_autoptr(GList) all = g_hash_table_get_values(self->chats);

	for (GList *each = all; each != NULL; each = each->next) {
		OffhookOpenChat *open = each->data;

		if (!offhook_chat_is_busy(open->chat) && open->used_us <= before_us)
			offhook_chat_manager_close(self, open);
	}
	offhook_chat_manager_set_deadline(self);
}

static OffhookOpenChat *
offhook_chat_manager_find_idlest(OffhookChatManager *self)
{
	OffhookOpenChat *idlest = NULL;
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, self->chats);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		OffhookOpenChat *open = value;

		if (!offhook_chat_is_busy(open->chat) &&
		    (idlest == NULL || open->used_us < idlest->used_us))
			idlest = open;
	}
	return idlest;
}

gboolean
offhook_chat_manager_make_room(OffhookChatManager *self, GError **error)
{
	OffhookOpenChat *idlest;

	if (g_hash_table_size(self->chats) < self->max)
		return TRUE;
	idlest = offhook_chat_manager_find_idlest(self);
	if (idlest != NULL) {
		offhook_chat_manager_close(self, idlest);
		return TRUE;
	}
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY,
		    "%u conversations are being answered, the limit ([server] "
		    "max-conversations) is %u",
		    g_hash_table_size(self->chats), self->max);
	return FALSE;
}

OffhookChat *
offhook_chat_manager_find(OffhookChatManager *self, const char *conversation_id)
{
	OffhookOpenChat *open = g_hash_table_lookup(self->chats, conversation_id);

	return open != NULL ? open->chat : NULL;
}

/* ---- speech ---- */

void
offhook_chat_manager_hear_async(OffhookChatManager *self, const char *conversation_id,
				GBytes *s16_16k, GCancellable *cancellable,
				GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookChat *chat = offhook_chat_manager_find(self, conversation_id);

	if (chat != NULL)
		offhook_dictation_async(offhook_chat_get_assistant(chat), self->health,
					self->spending, s16_16k, offhook_chat_get_expectation(chat),
					cancellable, callback, user_data);
	else
		g_task_report_new_error(NULL, callback, user_data, NULL, OFFHOOK_ERROR,
					OFFHOOK_ERROR_NOT_FOUND, "conversation %s is not open",
					conversation_id);
}

/* ---- messages from elsewhere ---- */

/** One that is to be added to a conversation that is not open. */
typedef struct {
	char *role;
	char *content;
} OffhookChatInsert;

static void
offhook_chat_insert_free(gpointer data)
{
	OffhookChatInsert *insert = data;

	g_free(insert->role);
	g_free(insert->content);
	g_free(insert);
}

static void
offhook_chat_manager_insert_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	const OffhookChatInsert *insert = g_task_get_task_data(task);
	GError *error = NULL;
	g_autoptr(OffhookConversationRecord) record =
	    offhook_store_get_conversation_finish(OFFHOOK_STORE(source), result, NULL, &error);
	g_autoptr(OffhookConversationLog) log = NULL;
	g_autofree char *id = NULL;

	if (record != NULL) {
		log = offhook_conversation_log_new(OFFHOOK_STORE(source), record);
		offhook_conversation_log_add(log, insert->role, NULL, insert->content, -1, &id,
					     &error);
	}
	if (error != NULL)
		g_task_return_error(task, error);
	else
		g_task_return_pointer(task, g_steal_pointer(&id), g_free);
}

void
offhook_chat_manager_add_message_async(OffhookChatManager *self, const char *conversation_id,
				       const char *role, const char *content,
				       GAsyncReadyCallback callback, gpointer user_data)
{
	g_autoptr(GTask) task = g_task_new(NULL, NULL, callback, user_data);
	OffhookOpenChat *open = g_hash_table_lookup(self->chats, conversation_id);
	OffhookChatInsert *insert;
	GError *error = NULL;
	char *id = NULL;

	if (open != NULL) {
		if (offhook_chat_add_message(open->chat, role, content, &id, &error))
			g_task_return_pointer(task, id, g_free);
		else
			g_task_return_error(task, error);
		return;
	}
	insert = g_new0(OffhookChatInsert, 1);
	insert->role = g_strdup(role);
	insert->content = g_strdup(content);
	g_task_set_task_data(task, insert, offhook_chat_insert_free);
	offhook_store_get_conversation_async(self->store, conversation_id, NULL,
					     offhook_chat_manager_insert_cb,
					     g_steal_pointer(&task));
}

char *
offhook_chat_manager_add_message_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

gboolean
offhook_chat_manager_end(OffhookChatManager *self, const char *conversation_id, GError **error)
{
	OffhookOpenChat *open = g_hash_table_lookup(self->chats, conversation_id);

	if (open == NULL || offhook_chat_is_busy(open->chat)) {
		g_set_error(error, OFFHOOK_ERROR,
			    open == NULL ? OFFHOOK_ERROR_NOT_FOUND : OFFHOOK_ERROR_INVALID_STATE,
			    "conversation %s is %s", conversation_id,
			    open == NULL ? "not open: there is none, or it has ended already"
					 : "being answered");
		return FALSE;
	}
	offhook_chat_manager_close(self, open);
	return TRUE;
}

static gboolean
offhook_open_chat_is_of(const OffhookOpenChat *open, const OffhookCaller *caller)
{
	const char *user_id = offhook_chat_get_user_id(open->chat);

	return user_id != NULL && (g_strcmp0(user_id, caller->user_id) == 0 ||
				   offhook_caller_has_number(caller, user_id));
}

static gboolean
offhook_chat_manager_refuse_to_forget(const OffhookOpenChat *open, GError **error)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
		    "conversation %s of this caller is in progress: erase when it has ended",
		    offhook_chat_get_id(open->chat));
	return FALSE;
}

gboolean
offhook_chat_manager_forget(OffhookChatManager *self, const OffhookCaller *caller, GError **error)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, self->closing);
	while (g_hash_table_iter_next(&iter, &value, NULL))
		if (offhook_open_chat_is_of(value, caller))
			return offhook_chat_manager_refuse_to_forget(value, error);
	g_hash_table_iter_init(&iter, self->chats);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		OffhookOpenChat *open = value;

		if (!offhook_open_chat_is_of(open, caller))
			continue;
		if (offhook_chat_is_busy(open->chat))
			return offhook_chat_manager_refuse_to_forget(open, error);
		g_hash_table_iter_remove(&iter);
	}
	return TRUE;
}

guint
offhook_chat_manager_count(OffhookChatManager *self)
{
	return g_hash_table_size(self->chats);
}

void
offhook_chat_manager_configure(OffhookChatManager *self, OffhookConfig *config)
{
	self->max = (guint)offhook_config_get_integer(config, "server", "max-conversations");
	self->idle_us = offhook_config_get_integer(config, "server", "conversation-idle-seconds") *
			G_USEC_PER_SEC;
}

OffhookChatManager *
offhook_chat_manager_new(OffhookAgentDirectory *directory, OffhookEngineHealth *health,
			 OffhookStore *store, OffhookEventBus *events, OffhookSpending *spending,
			 void (*idle)(gpointer user_data), gpointer user_data)
{
	OffhookChatManager *self = g_new0(OffhookChatManager, 1);

	self->directory = directory;
	self->health = g_object_ref(health);
	self->store = g_object_ref(store);
	self->events = g_object_ref(events);
	self->spending = spending;
	self->idle = idle;
	self->idle_data = user_data;
	self->chats =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, offhook_open_chat_free);
	self->closing =
	    g_hash_table_new_full(g_direct_hash, g_direct_equal, offhook_open_chat_free, NULL);
	self->loading = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->cancellable = g_cancellable_new();
	self->deadline = offhook_deadline_new(offhook_chat_manager_tick_cb, self);
	return self;
}

void
offhook_chat_manager_shut_down(OffhookChatManager *self)
{
	g_autoptr(GList) all = g_hash_table_get_values(self->chats);

	g_cancellable_cancel(self->cancellable);
	for (GList *each = all; each != NULL; each = each->next) {
		OffhookOpenChat *open = each->data;

		if (open->parcel != NULL)
			offhook_chat_parcel_break_off(open->parcel, OFFHOOK_ERROR_UNAVAILABLE,
						      "the server is shutting down");
		offhook_chat_manager_close(self, open);
	}
}

gboolean
offhook_chat_manager_is_idle(OffhookChatManager *self)
{
	return g_hash_table_size(self->chats) == 0 && g_hash_table_size(self->closing) == 0;
}

void
offhook_chat_manager_free(OffhookChatManager *self)
{
	if (self == NULL)
		return;
	offhook_chat_manager_shut_down(self);
	g_hash_table_unref(self->chats);
	g_hash_table_unref(self->closing);
	g_hash_table_unref(self->loading);
	offhook_deadline_free(self->deadline);
	g_object_unref(self->cancellable);
	g_object_unref(self->health);
	g_object_unref(self->store);
	g_object_unref(self->events);
	g_free(self);
}
