/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Text messages (SMS) through the drivers: sends them, and knows of the latest ones how they are
 * doing. Each change is an event. Main thread.
 */
#pragma once

#include "call/event.h"
#include "store/store-erase.h"

#include <offhook/driver.h>

G_BEGIN_DECLS

/** So many are remembered; the oldest are forgotten. */
#define OFFHOOK_TEXT_MESSAGES_MAX 1000

typedef struct _OffhookTextMessages OffhookTextMessages;

OffhookTextMessages *offhook_text_messages_new(OffhookEventBus *events);
void offhook_text_messages_free(OffhookTextMessages *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookTextMessages, offhook_text_messages_free)

/**
 * Finishes when the provider has taken it.
 * @message: `message_id` is ignored
 * @caller: (nullable): in whose call it is sent: what he said may be in it, so it is erased with him
 */
void offhook_text_messages_send_async(OffhookTextMessages *self, OffhookDriver *driver,
				      const OffhookTextMessage *message, const char *caller,
				      GCancellable *cancellable, GAsyncReadyCallback callback,
				      gpointer user_data);
/** Returns: (transfer full): as offhook_text_messages_view() */
JsonObject *offhook_text_messages_send_finish(GAsyncResult *result, GError **error);

/* What drivers report; see <offhook/call-host.h>. */
void offhook_text_messages_receive(OffhookTextMessages *self, OffhookDriver *driver,
				   const OffhookTextMessage *message);
void offhook_text_messages_report(OffhookTextMessages *self, OffhookDriver *driver,
				  const char *provider_message_id, OffhookMessageState state,
				  const char *reason);

/** One message as JSON. (transfer full); %OFFHOOK_ERROR_NOT_FOUND */
JsonObject *offhook_text_messages_view(OffhookTextMessages *self, const char *message_id,
				       GError **error);
/** Forgets all from or to the far end @caller, and what was sent in his calls. Returns: how many */
guint offhook_text_messages_erase(OffhookTextMessages *self, const OffhookCaller *caller);
/** The latest ones, newest first. (transfer full) */
JsonArray *offhook_text_messages_list(OffhookTextMessages *self, guint limit);

G_END_DECLS
