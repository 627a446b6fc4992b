/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Replies with what an agent answers. A stream begins with its first piece, so that what is refused at
 * once still has the status that says so. Whoever hangs up breaks the answer off. Main thread.
 */

#include "http/agents/chat-reply.h"

#include "http/server/user-fields.h"
#include "call/assistant/variables.h"

#include <offhook/error.h>
#include <offhook/json.h>

#include "base/json.h"
#include "call/chat/chat-speech.h"

/* Of one turn: more is not told. */
#define OFFHOOK_HTTP_CHAT_MAX_WORK 100

/** A request that waits for an answer. */
typedef struct {
	OffhookHttpRequest *request;
	gboolean stream;
	gboolean begun;
	JsonArray *work;
	OffhookHttpChatView view;
	char *transcript; /* (nullable): it was spoken */
} OffhookHttpChat;

static void
offhook_http_chat_free(OffhookHttpChat *self)
{
	offhook_http_request_unref(self->request);
	json_array_unref(self->work);
	g_free(self->transcript);
	g_free(self);
}

/* ---- reading ---- */

gboolean
offhook_http_chat_read_message(JsonObject *body, const char *field, OffhookChatRequest *request,
			       GError **error)
{
	return offhook_user_fields_read_text(body, field, TRUE, OFFHOOK_CHAT_MAX_MESSAGE,
					     &request->what.message, error);
}

static gboolean
offhook_http_chat_read_context(JsonObject *context, OffhookChatRequest *request, GError **error)
{
	const struct {
		const char *field;
		const char **value;
	} names[] = {
	    {"user_id", &request->user_id},
	    {"session_id", &request->session_id},
	    {"conversation_id", &request->conversation_id},
	};

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		if (!offhook_user_fields_read_text(context, names[i].field, FALSE,
						   OFFHOOK_CHAT_MAX_NAME, names[i].value, error))
			return FALSE;
		if (*names[i].value != NULL && **names[i].value == '\0')
			*names[i].value = NULL;
	}
	request->what.context = context;
	return offhook_variables_read(context, &request->variables, error);
}

#define OFFHOOK_HTTP_CHAT_KEYS "0123456789*#ABCD"

static gboolean
offhook_http_chat_read_keys(JsonObject *options, OffhookChatRequest *request, GError **error)
{
	const char *keys = request->what.message;

	if (!offhook_json_read_boolean(options, "keys", &request->what.keys, error))
		return FALSE;
	if (!request->what.keys ||
	    (keys != NULL && *keys != '\0' && keys[strspn(keys, OFFHOOK_HTTP_CHAT_KEYS)] == '\0'))
		return TRUE;
	return offhook_json_refuse(error, "message", keys,
				   "keys, as options.keys says: 0 to 9, *, #, A to D");
}

gboolean
offhook_http_chat_read(JsonObject *body, gboolean context_required, OffhookChatRequest *request,
		       gboolean *stream, GError **error)
{
	JsonObject *context = NULL;
	JsonObject *options = NULL;

	request->what.temperature = -1;
	request->what.confidence = 1;
	if (!offhook_json_read_object(body, "context", &context, error) ||
	    !offhook_json_read_object(body, "options", &options, error))
		return FALSE;
	if (context == NULL && context_required)
		return offhook_json_refuse(error, "context", NULL,
					   "an object: {user_id, session_id, conversation_id}, "
					   "each of them optional");
	if (context != NULL && !offhook_http_chat_read_context(context, request, error))
		return FALSE;
	return options == NULL || (offhook_json_read_boolean(options, "stream", stream, error) &&
				   offhook_http_chat_read_keys(options, request, error) &&
				   offhook_json_read_number(options, "temperature", 0, 2,
							    &request->what.temperature, error));
}

/* ---- the stream ---- */

/* @object: (transfer full) */
static void
offhook_http_chat_send_event(OffhookHttpChat *self, const char *event, JsonObject *object)
{
	g_autofree char *data = NULL;
	GString *piece = g_string_new(NULL);

	json_object_set_string_member(object, "type", event);
	data = offhook_json_to_string(object);
	json_object_unref(object);
	g_string_append_printf(piece, "event: %s\ndata: %s\n\n", event, data);
	if (!self->begun) {
		soup_message_headers_replace(
		    soup_server_message_get_response_headers(self->request->msg), "Cache-Control",
		    "no-cache");
		offhook_http_request_begin_stream(self->request, "text/event-stream");
	}
	self->begun = TRUE;
	offhook_http_request_send_piece(self->request, piece);
}

static void
offhook_http_chat_say_cb(gpointer user_data, const char *text)
{
	OffhookHttpChat *self = user_data;
	JsonObject *delta;

	if (!self->stream)
		return;
	delta = json_object_new();
	json_object_set_string_member(delta, "text", text);
	offhook_http_chat_send_event(self, "delta", delta);
}

static void
offhook_http_chat_work_cb(gpointer user_data, const char *type, JsonObject *data)
{
	OffhookHttpChat *self = user_data;
	JsonObject *item;

	if (json_array_get_length(self->work) >= OFFHOOK_HTTP_CHAT_MAX_WORK)
		return;
	item = json_object_new();
	json_object_set_string_member(item, "name", type);
	json_object_set_object_member(item, "data", json_object_ref(data));
	json_array_add_object_element(self->work, item);
	if (self->stream)
		offhook_http_chat_send_event(self, "work", json_object_ref(item));
}

static void
offhook_http_chat_done_cb(gpointer user_data, const OffhookChatSource *source,
			  const OffhookChatAnswer *answer, const GError *error)
{
	OffhookHttpChat *self = user_data;
	JsonObject *reply = answer != NULL ? self->view(source, answer, self->work) : NULL;

	if (answer != NULL && self->transcript != NULL)
		json_object_set_string_member(reply, "transcript", self->transcript);
	if (self->stream && (self->begun || answer != NULL)) {
		if (answer != NULL)
			offhook_http_chat_send_event(self, "response", reply);
		else
			offhook_http_chat_send_event(
			    self, "error", offhook_http_request_view_error(self->request, error));
		offhook_http_request_end_stream(self->request);
	} else if (answer != NULL) {
		offhook_http_request_reply_json(self->request, 200, reply);
	} else {
		offhook_http_request_reply_error(self->request, error);
	}
	offhook_http_chat_free(self);
}

static const OffhookChatReceiver offhook_http_chat_receiver = {
    .say = offhook_http_chat_say_cb,
    .work = offhook_http_chat_work_cb,
    .done = offhook_http_chat_done_cb,
};

static void
offhook_http_chat_heard_cb(gpointer user_data, const char *text)
{
	OffhookHttpChat *self = user_data;
	JsonObject *heard;

	self->transcript = g_strdup(text);
	if (!self->stream)
		return;
	heard = json_object_new();
	json_object_set_string_member(heard, "text", text);
	offhook_http_chat_send_event(self, "transcript", heard);
}

static OffhookHttpChat *
offhook_http_chat_new(OffhookHttpRequest *request, gboolean stream, OffhookHttpChatView view)
{
	OffhookHttpChat *self = g_new0(OffhookHttpChat, 1);

	self->request = offhook_http_request_wait(request);
	self->stream = stream;
	self->work = json_array_new();
	self->view = view;
	return self;
}

static OffhookChatManager *
offhook_http_chat_get_manager(OffhookHttpServer *server)
{
	return offhook_call_manager_get_chats(offhook_http_server_get_calls(server));
}

void
offhook_http_chat_send(OffhookHttpServer *server, OffhookHttpRequest *request,
		       const OffhookChatRequest *message, gboolean stream, OffhookHttpChatView view)
{
	OffhookHttpChat *self = offhook_http_chat_new(request, stream, view);
	g_autoptr(GError) error = NULL;

	if (offhook_chat_manager_send(offhook_http_chat_get_manager(server), message,
				      &offhook_http_chat_receiver, self,
				      offhook_http_request_get_cancellable(request), &error))
		return;
	offhook_http_request_reply_error(request, error);
	offhook_http_chat_free(self);
}

void
offhook_http_chat_send_speech(OffhookHttpServer *server, OffhookHttpRequest *request,
			      const OffhookChatRequest *message, GBytes *s16_16k, gboolean stream,
			      OffhookHttpChatView view)
{
	const OffhookSpeechReceiver receiver = {.heard = offhook_http_chat_heard_cb,
						.receiver = offhook_http_chat_receiver};
	OffhookHttpChat *self = offhook_http_chat_new(request, stream, view);
	g_autoptr(GError) error = NULL;

	if (offhook_chat_speech_send(offhook_http_chat_get_manager(server), message, s16_16k,
				     &receiver, self, offhook_http_request_get_cancellable(request),
				     &error))
		return;
	offhook_http_request_reply_error(request, error);
	offhook_http_chat_free(self);
}

/* ---- views ---- */

/*
 * What an agent has found out is in the answer under the names of the agents' contract. Two of them have
 * a confidence: that of the intent goes first.
 */
static void
offhook_http_chat_add_findings(JsonObject *response, const OffhookChatSource *source,
			       JsonObject *context)
{
	static const char *const of_input[] = {"intent", "confidence", "entities"};
	static const char *const of_sentiment[] = {"sentiment", "confidence", "agent"};
	JsonObject *input = offhook_json_get_object(context, "input");
	JsonObject *sentiment = offhook_json_get_object(context, "sentiment");

	for (guint i = 0; input != NULL && i < G_N_ELEMENTS(of_input); i++)
		if (json_object_has_member(input, of_input[i]))
			json_object_set_member(response, of_input[i],
					       json_object_dup_member(input, of_input[i]));
	for (guint i = 0; sentiment != NULL && i < G_N_ELEMENTS(of_sentiment); i++)
		if (json_object_has_member(sentiment, of_sentiment[i]) &&
		    !json_object_has_member(response, of_sentiment[i]))
			json_object_set_member(response, of_sentiment[i],
					       json_object_dup_member(sentiment, of_sentiment[i]));
	if (sentiment != NULL && !json_object_has_member(response, "agent"))
		json_object_set_string_member(response, "agent", source->agent_id);
}

JsonObject *
offhook_http_chat_view_response(const OffhookChatSource *source, const OffhookChatAnswer *answer,
				JsonArray *work)
{
	JsonObject *reply = json_object_new();
	JsonObject *response = json_object_new();

	json_object_set_string_member(response, "message", answer->text);
	json_object_set_string_member(response, "agent_id", source->agent_id);
	json_object_set_string_member(response, "assistant", answer->assistant);
	offhook_json_set_string(response, "model", answer->model);
	json_object_set_int_member(response, "tokens_used", answer->tokens);
	json_object_set_double_member(response, "response_time", (double)answer->us / 1000);
	json_object_set_string_member(response, "conversation_id", source->conversation_id);
	json_object_set_boolean_member(response, "answered", answer->answered);
	if (answer->closed)
		json_object_set_boolean_member(response, "closed", TRUE);
	json_object_set_array_member(response, "actions", json_array_ref(answer->actions));
	json_object_set_array_member(response, "work", json_array_ref(work));
	offhook_http_chat_add_findings(response, source, answer->context);
	json_object_set_boolean_member(reply, "success", TRUE);
	json_object_set_object_member(reply, "response", response);
	return reply;
}
