/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The answer of POST /chat/completions: a stream of events, or one object from a server that does
 * not stream. Calls nobody: what can be said is taken out after each push. One thread.
 */
#pragma once

#include <offhook/completion.h>

G_BEGIN_DECLS

typedef struct _OffhookOpenaiChat OffhookOpenaiChat;

OffhookOpenaiChat *offhook_openai_chat_new(void);
void offhook_openai_chat_free(OffhookOpenaiChat *self);

/** Returns: %FALSE with @error: what the service says is wrong, or %OFFHOOK_ERROR_FORMAT or LIMIT */
gboolean offhook_openai_chat_push(OffhookOpenaiChat *self, const guint8 *data, gsize size,
				  GError **error);
/** The service has said that it is done: nothing that matters comes any more. */
gboolean offhook_openai_chat_is_complete(OffhookOpenaiChat *self);
/**
 * Whether the model has written anything since the last time: text, thoughts, or a part of a tool's
 * call; not signs of life of its server.
 */
gboolean offhook_openai_chat_take_progress(OffhookOpenaiChat *self);
/** What there is to say since the last time. (transfer full) (nullable): nothing */
char *offhook_openai_chat_take_text(OffhookOpenaiChat *self);

/**
 * offhook_openai_chat_finish:
 * @completion: (out): its calls belong to @self
 *
 * At the end of the body, or when it is complete. Text may be left to take.
 *
 * Returns: %FALSE with @error when the answer is not whole
 */
gboolean offhook_openai_chat_finish(OffhookOpenaiChat *self, OffhookCompletion *completion,
				    GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookOpenaiChat, offhook_openai_chat_free)

G_END_DECLS
