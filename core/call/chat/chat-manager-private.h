/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The inside of the manager of conversations by text: which are open (chat-manager.c), and how a message
 * gets to one of them (chat-manager-send.c).
 */
#pragma once

#include <offhook/error.h>

#include "base/deadline.h"
#include "call/chat/chat-manager.h"

G_BEGIN_DECLS

struct _OffhookChatManager {
	OffhookAgentDirectory *directory;
	OffhookEngineHealth *health;
	OffhookStore *store;
	OffhookEventBus *events;
	OffhookSpending *spending;
	GHashTable *chats;   /* id -> OffhookOpenChat */
	GHashTable *closing; /* set of OffhookOpenChat: over, but for their agents */
	GHashTable *loading; /* set of ids: being read from the store */
	void (*idle)(gpointer user_data);
	gpointer idle_data;
	GCancellable *cancellable;
	OffhookDeadline *deadline;
	guint max;
	gint64 idle_us;
};

typedef struct _OffhookChatParcel OffhookChatParcel;

/** One that is open. */
typedef struct {
	OffhookChatManager *manager;
	OffhookChat *chat;
	OffhookChatParcel *parcel; /* (nullable): that is being answered */
	char *addressed;           /* to whom the messages are written */
	gint64 used_us;            /* monotonic */
} OffhookOpenChat;

/** A message on its way. */
struct _OffhookChatParcel {
	OffhookChatManager *manager;
	OffhookAgentAddress address;
	OffhookConversationRecord record; /* of its conversation, if that is a new one */
	char *session_id;
	char *message;
	gboolean keys; /* that is what @message is */
	double confidence;
	double temperature;
	JsonObject *context;   /* (nullable) */
	JsonObject *variables; /* (nullable) */
	OffhookChatReceiver receiver;
	gpointer user_data;
	OffhookOpenChat *open; /* (nullable): it is being answered */
	GCancellable *cancellable;
	gulong cancelled_id;
};

/* ---- chat-manager.c ---- */
/** For one more. */
gboolean offhook_chat_manager_make_room(OffhookChatManager *self, GError **error);
/** When it is to be looked for those that are idle. */
void offhook_chat_manager_set_deadline(OffhookChatManager *self);

/* ---- chat-manager-send.c ---- */
/** The answer is broken off, and that is told. */
void offhook_chat_parcel_break_off(OffhookChatParcel *parcel, OffhookError code, const char *why);

G_END_DECLS
