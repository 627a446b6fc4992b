/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Messages of requests for agents, and their answers as replies: in one piece, or streamed as
 * server-sent events. Main thread.
 */
#pragma once

#include "http/server/server.h"

G_BEGIN_DECLS

/**
 * Makes the reply's body of an answer. (transfer full)
 * @work: what the agents did besides: {name, data}
 */
typedef JsonObject *(*OffhookHttpChatView)(const OffhookChatSource *source,
					   const OffhookChatAnswer *answer, JsonArray *work);

/**
 * offhook_http_chat_read:
 * @request: its texts and objects are borrowed of @body afterwards
 *
 * Reads context{user_id, session_id, conversation_id, variables} and options{stream, temperature} of a
 * body; what else the context has is the agents'. @context_required: as SEED has it for agents
 */
gboolean offhook_http_chat_read(JsonObject *body, gboolean context_required,
				OffhookChatRequest *request, gboolean *stream, GError **error);
/** The message itself, from @field. */
gboolean offhook_http_chat_read_message(JsonObject *body, const char *field,
					OffhookChatRequest *request, GError **error);

/** Sends it and replies. */
void offhook_http_chat_send(OffhookHttpServer *server, OffhookHttpRequest *request,
			    const OffhookChatRequest *message, gboolean stream,
			    OffhookHttpChatView view);

/** The same for what was spoken; the reply's body has a `transcript` besides. */
void offhook_http_chat_send_speech(OffhookHttpServer *server, OffhookHttpRequest *request,
				   const OffhookChatRequest *message, GBytes *s16_16k,
				   gboolean stream, OffhookHttpChatView view);

/** {success, response{message, agent_id, model, tokens_used, response_time, ...}} */
JsonObject *offhook_http_chat_view_response(const OffhookChatSource *source,
					    const OffhookChatAnswer *answer, JsonArray *work);

G_END_DECLS
