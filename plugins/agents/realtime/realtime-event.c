/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The service's messages. Types that are not known are none of our business: new ones come any day.
 */

#include "realtime-event.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

static const struct {
	const char *type;
	OffhookRealtimeEventKind kind;
	const char *text; /* (nullable): the member that holds the text */
} offhook_realtime_types[] = {
    {"session.created", OFFHOOK_REALTIME_CREATED, NULL},
    {"session.updated", OFFHOOK_REALTIME_UPDATED, NULL},
    {"input_audio_buffer.committed", OFFHOOK_REALTIME_COMMITTED, NULL},
    {"conversation.item.input_audio_transcription.delta", OFFHOOK_REALTIME_TRANSCRIPT_DELTA,
     "delta"},
    {"conversation.item.input_audio_transcription.completed", OFFHOOK_REALTIME_TRANSCRIPT,
     "transcript"},
    {"conversation.item.input_audio_transcription.failed", OFFHOOK_REALTIME_TRANSCRIPT_FAILED,
     NULL},
    {"response.created", OFFHOOK_REALTIME_RESPONSE_CREATED, NULL},
    {"response.output_audio.delta", OFFHOOK_REALTIME_AUDIO, NULL},
    {"response.output_audio_transcript.delta", OFFHOOK_REALTIME_WORDS, "delta"},
    {"response.function_call_arguments.done", OFFHOOK_REALTIME_CALL, "arguments"},
    {"response.done", OFFHOOK_REALTIME_RESPONSE_DONE, NULL},
    {"error", OFFHOOK_REALTIME_ERROR, NULL},
};

/* (transfer full): never %NULL */
static char *
offhook_realtime_event_dup(JsonObject *object, const char *name)
{
	const char *value = object != NULL ? offhook_json_get_string(object, name) : NULL;

	return g_strdup(value != NULL ? value : "");
}

/* json-glib takes escapes for halves of characters: what is said has to be UTF-8. */
static char *
offhook_realtime_event_dup_text(JsonObject *object, const char *name)
{
	g_autofree char *value = name != NULL ? offhook_realtime_event_dup(object, name) : NULL;

	return value != NULL ? g_utf8_make_valid(value, -1) : g_strdup("");
}

/* 0: not told, or nothing that could be. @object: (nullable) */
static gint64
offhook_realtime_event_read_count(JsonObject *object, const char *name)
{
	return MAX(offhook_json_get_number(object, name), 0);
}

/* Text, sound, and what of both had been kept; older services only tell how much was kept in all. */
static void
offhook_realtime_event_read_usage(OffhookAgentUsage *self, JsonObject *usage)
{
	JsonObject *in = offhook_json_get_object(usage, "input_token_details");
	JsonObject *out = offhook_json_get_object(usage, "output_token_details");
	JsonObject *kept = offhook_json_get_object(in, "cached_tokens_details");

	self->input_tokens = offhook_realtime_event_read_count(usage, "input_tokens");
	self->output_tokens = offhook_realtime_event_read_count(usage, "output_tokens");
	self->audio_input_tokens = offhook_realtime_event_read_count(in, "audio_tokens");
	self->audio_output_tokens = offhook_realtime_event_read_count(out, "audio_tokens");
	self->cached_input_tokens = kept != NULL
					? offhook_realtime_event_read_count(kept, "text_tokens")
					: offhook_realtime_event_read_count(in, "cached_tokens");
	self->cached_audio_input_tokens = offhook_realtime_event_read_count(kept, "audio_tokens");
}

/* The response's own description, where the event is about all of it. */
static void
offhook_realtime_event_read_response(OffhookRealtimeEvent *self, JsonObject *response)
{
	JsonObject *details = offhook_json_get_object(response, "status_details");
	JsonObject *error = details != NULL ? offhook_json_get_object(details, "error") : NULL;
	JsonObject *usage = offhook_json_get_object(response, "usage");

	if (usage != NULL)
		offhook_realtime_event_read_usage(&self->usage, usage);
	g_free(self->response_id);
	self->response_id = offhook_realtime_event_dup(response, "id");
	g_free(self->status);
	self->status = offhook_realtime_event_dup(response, "status");
	if (error == NULL)
		return;
	g_free(self->code);
	self->code = offhook_realtime_event_dup(error, "code");
}

static gboolean
offhook_realtime_event_read_audio(OffhookRealtimeEvent *self, JsonObject *object, GError **error)
{
	const char *delta = offhook_json_get_string(object, "delta");
	guint8 *data;
	gsize size;

	if (delta == NULL || strlen(delta) % 4 != 0) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "realtime: delta: expected sound in base64");
		return FALSE;
	}
	data = g_base64_decode(delta, &size);
	self->audio = g_bytes_new_take(data, size);
	return TRUE;
}

static void
offhook_realtime_event_classify(OffhookRealtimeEvent *self, JsonObject *object)
{
	const char *type = offhook_json_get_string(object, "type");
	const char *text = NULL;

	for (gsize i = 0; type != NULL && i < G_N_ELEMENTS(offhook_realtime_types); i++) {
		if (!g_str_equal(offhook_realtime_types[i].type, type))
			continue;
		self->kind = offhook_realtime_types[i].kind;
		text = offhook_realtime_types[i].text;
	}
	self->text = offhook_realtime_event_dup_text(object, text);
}

OffhookRealtimeEvent *
offhook_realtime_event_parse(const char *text, gsize size, GError **error)
{
	g_autoptr(OffhookRealtimeEvent) self = g_new0(OffhookRealtimeEvent, 1);
	g_autoptr(JsonObject) object =
	    offhook_json_parse_object(text, (gssize)size, "realtime: event", error);
	JsonObject *response, *failure;

	if (object == NULL)
		return NULL;
	offhook_realtime_event_classify(self, object);
	response = offhook_json_get_object(object, "response");
	failure = offhook_json_get_object(object, "error");
	self->item_id = offhook_realtime_event_dup(object, "item_id");
	self->response_id = offhook_realtime_event_dup(object, "response_id");
	self->call_id = offhook_realtime_event_dup(object, "call_id");
	self->name = offhook_realtime_event_dup(object, "name");
	self->status = g_strdup("");
	self->code = offhook_realtime_event_dup(failure, "code");
	self->event_id = offhook_realtime_event_dup(failure, "event_id");
	if (response != NULL)
		offhook_realtime_event_read_response(self, response);
	if (self->kind == OFFHOOK_REALTIME_AUDIO &&
	    !offhook_realtime_event_read_audio(self, object, error))
		return NULL;
	return g_steal_pointer(&self);
}

void
offhook_realtime_event_free(OffhookRealtimeEvent *self)
{
	if (self == NULL)
		return;
	g_free(self->item_id);
	g_free(self->response_id);
	g_free(self->call_id);
	g_free(self->name);
	g_free(self->text);
	g_free(self->status);
	g_free(self->code);
	g_free(self->event_id);
	g_clear_pointer(&self->audio, g_bytes_unref);
	g_free(self);
}
