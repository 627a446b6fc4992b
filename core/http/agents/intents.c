/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * POST /process-intent and /process-audio: what a caller wants, without a call. Main thread.
 */

#include "http/agents/chat-reply.h"
#include "http/server/resources.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <offhook/wav.h>

#include "base/json.h"

#include <string.h>

#define OFFHOOK_HTTP_LINE_RATE 8000

/* ---- intent ---- */

/* Without an agent that finds it out nobody knows the intent. */
static JsonObject *
offhook_http_intents_view(const OffhookChatSource *source, const OffhookChatAnswer *answer,
			  JsonArray *work)
{
	JsonObject *input = offhook_json_get_object(answer->context, "input");
	const char *intent = offhook_json_get_string(input, "intent");
	JsonArray *entities = offhook_json_get_array(input, "entities");
	JsonObject *reply = json_object_new();

	json_object_set_boolean_member(reply, "success", TRUE);
	json_object_set_string_member(reply, "intent", intent != NULL ? intent : "unknown");
	json_object_set_double_member(
	    reply, "confidence",
	    input != NULL ? json_object_get_double_member_with_default(input, "confidence", 0) : 0);
	json_object_set_array_member(
	    reply, "entities", entities != NULL ? json_array_ref(entities) : json_array_new());
	json_object_set_string_member(reply, "response", answer->text);
	json_object_set_string_member(reply, "agent_id", source->agent_id);
	json_object_set_string_member(reply, "conversation_id", source->conversation_id);
	json_object_set_array_member(reply, "actions", json_array_ref(answer->actions));
	return reply;
}

static void
offhook_http_intents_process(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) body = offhook_http_request_parse_json(request, &error);
	OffhookChatRequest message = {0};
	gboolean stream = FALSE;

	if (body != NULL && offhook_http_chat_read_message(body, "text", &message, &error) &&
	    offhook_json_read_string(body, "agent_id", &message.agent_id, &error) &&
	    offhook_http_chat_read(body, FALSE, &message, &stream, &error))
		offhook_http_chat_send(server, request, &message, stream,
				       offhook_http_intents_view);
	else
		offhook_http_request_reply_error(request, error);
}

/* ---- audio ---- */

/* @info: (out): of sound without a header, whose names are the web's or our own */
static gboolean
offhook_http_speech_find_format(const char *name, gsize size, OffhookWavInfo *info)
{
	static const struct {
		const char *name;
		OffhookEncoding encoding;
	} formats[] = {
	    {"audio/basic", OFFHOOK_ENCODING_MULAW}, {"audio/pcmu", OFFHOOK_ENCODING_MULAW},
	    {"audio/pcma", OFFHOOK_ENCODING_ALAW},   {"ulaw", OFFHOOK_ENCODING_MULAW},
	    {"mulaw", OFFHOOK_ENCODING_MULAW},       {"alaw", OFFHOOK_ENCODING_ALAW},
	};

	for (guint i = 0; name != NULL && i < G_N_ELEMENTS(formats); i++) {
		if (g_ascii_strcasecmp(name, formats[i].name) != 0)
			continue;
		*info = (OffhookWavInfo){.encoding = formats[i].encoding,
					 .rate = OFFHOOK_HTTP_LINE_RATE,
					 .channels = 1,
					 .size = size};
		return TRUE;
	}
	return FALSE;
}

/* @format: (nullable): WAV says by itself what it is */
static GBytes *
offhook_http_speech_decode(GBytes *audio, const char *format, GError **error)
{
	g_autoptr(GError) local = NULL;
	OffhookWavInfo info;
	gsize size;
	const guint8 *data = g_bytes_get_data(audio, &size);

	if (offhook_http_speech_find_format(format, size, &info) ||
	    offhook_wav_parse(data, size, &info, &local))
		return offhook_wav_read(data, &info, OFFHOOK_RATE);
	offhook_json_refuse(error, "audio", local->message,
			    "a WAV file, or G.711 at 8 kHz with the type audio/PCMU or audio/PCMA, "
			    "or in JSON: audio in base64 with format wav, ulaw or alaw");
	return NULL;
}

static GBytes *
offhook_http_speech_read_json(JsonObject *body, GError **error)
{
	const char *text = NULL;
	const char *format = NULL;
	g_autoptr(GBytes) audio = NULL;
	g_autofree guint8 *bytes = NULL;
	gsize size;

	if (!offhook_json_read_string(body, "audio", &text, error) ||
	    !offhook_json_read_string(body, "format", &format, error))
		return NULL;
	if (text != NULL)
		bytes = g_base64_decode(text, &size);
	if (bytes == NULL || size == 0) {
		offhook_json_refuse(error, "audio", text != NULL ? "(no base64)" : NULL,
				    "a sound in base64");
		return NULL;
	}
	audio = g_bytes_new_take(g_steal_pointer(&bytes), size);
	return offhook_http_speech_decode(audio, format, error);
}

/* The query of a body that is sound says what JSON would. */
static JsonObject *
offhook_http_speech_read_query(OffhookHttpRequest *request)
{
	static const char *const names[] = {"user_id", "session_id", "conversation_id"};
	const char *agent_id = offhook_http_request_get_query(request, "agent_id");
	JsonObject *body = json_object_new();
	JsonObject *context = json_object_new();

	offhook_json_set_string(body, "agent_id", agent_id);
	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		offhook_json_set_string(context, names[i],
					offhook_http_request_get_query(request, names[i]));
	json_object_set_object_member(body, "context", context);
	return body;
}

/* @body: (out) (transfer full) */
static GBytes *
offhook_http_speech_read(OffhookHttpRequest *request, JsonObject **body, GError **error)
{
	const char *type = soup_message_headers_get_content_type(
	    soup_server_message_get_request_headers(request->msg), NULL);
	g_autoptr(GBytes) bytes =
	    soup_message_body_flatten(soup_server_message_get_request_body(request->msg));

	if (type == NULL || g_ascii_strcasecmp(type, "application/json") != 0) {
		*body = offhook_http_speech_read_query(request);
		return offhook_http_speech_decode(bytes, type, error);
	}
	*body = offhook_http_request_parse_json(request, error);
	return *body != NULL ? offhook_http_speech_read_json(*body, error) : NULL;
}

static void
offhook_http_speech_process(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) body = NULL;
	g_autoptr(GBytes) samples = offhook_http_speech_read(request, &body, &error);
	OffhookChatRequest message = {0};
	gboolean stream = FALSE;

	if (samples != NULL &&
	    offhook_json_read_string(body, "agent_id", &message.agent_id, &error) &&
	    offhook_http_chat_read(body, FALSE, &message, &stream, &error))
		offhook_http_chat_send_speech(server, request, &message, samples, stream,
					      offhook_http_intents_view);
	else
		offhook_http_request_reply_error(request, error);
}

const OffhookRoute offhook_http_intents_routes[] = {
    {"POST", "/process-intent", OFFHOOK_RATE_AGENTS, OFFHOOK_ROUTE_NONE,
     offhook_http_intents_process},
    {"POST", "/process-audio", OFFHOOK_RATE_AGENTS, OFFHOOK_ROUTE_NONE,
     offhook_http_speech_process},
    {NULL},
};
