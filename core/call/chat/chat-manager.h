/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * All conversations by text that are open: found by their ids, also after a restart, closed when nobody
 * has written for a while. Main thread.
 */
#pragma once

#include "call/assistant/agent-directory.h"
#include "call/chat/chat.h"
#include "call/chat/dictation.h"
#include "store/store-erase.h"

G_BEGIN_DECLS

typedef struct _OffhookChatManager OffhookChatManager;

/**
 * @directory, @spending: (transfer none): outlive it
 * @idle: from the main loop: nothing is open any more, and no agent has anything left to do
 */
OffhookChatManager *offhook_chat_manager_new(OffhookAgentDirectory *directory,
					     OffhookEngineHealth *health, OffhookStore *store,
					     OffhookEventBus *events, OffhookSpending *spending,
					     void (*idle)(gpointer user_data), gpointer user_data);
/** All are written down as over, answers are broken off, and no others are opened. */
void offhook_chat_manager_shut_down(OffhookChatManager *self);
gboolean offhook_chat_manager_is_idle(OffhookChatManager *self);
void offhook_chat_manager_free(OffhookChatManager *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookChatManager, offhook_chat_manager_free)

/** How many may be open, and for how long. */
void offhook_chat_manager_configure(OffhookChatManager *self, OffhookConfig *config);
guint offhook_chat_manager_count(OffhookChatManager *self);

/** A message for an agent. Borrowed. */
typedef struct {
	const char *agent_id;   /* (nullable): the first assistant */
	const char *user_id;    /* (nullable) */
	const char *session_id; /* (nullable): finds an open conversation of this user and agent */
	const char
	    *conversation_id;  /* (nullable): goes before session_id; a new one may be named */
	JsonObject *variables; /* (nullable): of a new conversation */
	OffhookChatMessage what;
} OffhookChatRequest;

/** Where the answer comes from. Borrowed until `done` returns. */
typedef struct {
	const char *agent_id; /* who has spoken; who was addressed, where no agent of it has */
	const char *conversation_id;
} OffhookChatSource;

/** As OffhookChatHandler; `done` comes once if send() took the message, and never inside of it. */
typedef struct {
	void (*say)(gpointer user_data, const char *text);
	void (*work)(gpointer user_data, const char *type, JsonObject *data);
	void (*done)(gpointer user_data, const OffhookChatSource *source,
		     const OffhookChatAnswer *answer, const GError *error);
} OffhookChatReceiver;

/**
 * offhook_chat_manager_send:
 * @cancellable: (nullable): nobody waits for the answer any more: `done` comes at once, with
 *   %OFFHOOK_ERROR_CANCELLED
 *
 * When as many conversations are open as there may be, the one that has been idle longest is closed; it can
 * be found again. Where all are being answered: %OFFHOOK_ERROR_BUSY. A conversation of another user is
 * %OFFHOOK_ERROR_PERMISSION, that of a call %OFFHOOK_ERROR_INVALID_STATE. Another agent than before goes
 * on with a conversation knowing what was said.
 */
gboolean offhook_chat_manager_send(OffhookChatManager *self, const OffhookChatRequest *request,
				   const OffhookChatReceiver *receiver, gpointer user_data,
				   GCancellable *cancellable, GError **error);

/** The id of the open conversation that @request goes on with. (nullable) (transfer none): there is none */
const char *offhook_chat_manager_find_open(OffhookChatManager *self,
					   const OffhookChatRequest *request);

/** Writes down speech as it is expected in an open conversation; see offhook_dictation_async(). */
void offhook_chat_manager_hear_async(OffhookChatManager *self, const char *conversation_id,
				     GBytes *s16_16k, GCancellable *cancellable,
				     GAsyncReadyCallback callback, gpointer user_data);

/**
 * offhook_chat_manager_add_message_async:
 * @role: one of offhook_store_message_roles
 *
 * Writes down something that was said elsewhere; an open conversation's agents know it from the next turn
 * on. %OFFHOOK_ERROR_NOT_FOUND, %OFFHOOK_ERROR_INVALID_STATE while it is being answered, and the
 * store's errors.
 */
void offhook_chat_manager_add_message_async(OffhookChatManager *self, const char *conversation_id,
					    const char *role, const char *content,
					    GAsyncReadyCallback callback, gpointer user_data);
/** Returns: (transfer full): the message's id */
char *offhook_chat_manager_add_message_finish(GAsyncResult *result, GError **error);

/**
 * Closes it and writes it down as over. %OFFHOOK_ERROR_NOT_FOUND: it is not open.
 */
gboolean offhook_chat_manager_end(OffhookChatManager *self, const char *conversation_id,
				  GError **error);

/** (nullable) (transfer none): one that is open */
OffhookChat *offhook_chat_manager_find(OffhookChatManager *self, const char *conversation_id);

/**
 * Closes all conversations of @caller, without a word in the record. %OFFHOOK_ERROR_INVALID_STATE while
 * one is being answered, or its agents have something left to do: what they do would be written down.
 */
gboolean offhook_chat_manager_forget(OffhookChatManager *self, const OffhookCaller *caller,
				     GError **error);

G_END_DECLS
