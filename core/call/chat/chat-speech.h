/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A message that is spoken: written down first, by engines that may have to know what is expected. Main
 * thread.
 */
#pragma once

#include "call/chat/chat-manager.h"

G_BEGIN_DECLS

/** As OffhookChatReceiver; `heard` comes once, before what is said, if it was understood at all. */
typedef struct {
	void (*heard)(gpointer user_data, const char *text);
	OffhookChatReceiver receiver;
} OffhookSpeechReceiver;

/**
 * offhook_chat_speech_send:
 * @request: without a message
 * @s16_16k: S16 mono at OFFHOOK_RATE
 *
 * As offhook_chat_manager_send(). A conversation that is not open begins as a call does: what its agents
 * say first is part of it, not of the answer, and tells what they expect to hear. Speech that is not
 * understood is a turn of its own.
 */
gboolean offhook_chat_speech_send(OffhookChatManager *chats, const OffhookChatRequest *request,
				  GBytes *s16_16k, const OffhookSpeechReceiver *receiver,
				  gpointer user_data, GCancellable *cancellable, GError **error);

G_END_DECLS
