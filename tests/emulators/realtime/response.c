/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A response on its way: composed at once, sent piece by piece, faster than it sounds. */

#include "session-private.h"

#include "mulaw.h"
#include "saying.h"

#include <string.h>

#define PCM_RATE   24000
#define MULAW_RATE 8000

/* A message, and how long what is in it sounds. */
typedef struct {
	JsonObject *message;
	guint ms;
	OffhookEmuRealtimeItem *item; /* NULL: no sound */
} OffhookEmuRealtimePiece;

struct _OffhookEmuRealtimeResponse {
	OffhookEmuRealtimeSession *session;
	gchar *id;
	GPtrArray *pieces; /* of OffhookEmuRealtimePiece */
	guint next;
	JsonArray *output; /* for response.done */
	guint timer;
};

static void
offhook_emu_realtime_piece_free(gpointer data)
{
	OffhookEmuRealtimePiece *self = data;

	json_object_unref(self->message);
	g_free(self);
}

/* @message is taken over. */
static OffhookEmuRealtimePiece *
offhook_emu_realtime_response_add(OffhookEmuRealtimeResponse *self, JsonObject *message)
{
	OffhookEmuRealtimePiece *piece = g_new0(OffhookEmuRealtimePiece, 1);

	json_object_set_string_member(message, "response_id", self->id);
	json_object_set_int_member(message, "output_index", json_array_get_length(self->output));
	piece->message = message;
	g_ptr_array_add(self->pieces, piece);
	return piece;
}

static JsonObject *
offhook_emu_realtime_response_new_event(OffhookEmuRealtimeResponse *self, const gchar *type,
					const gchar *item_id)
{
	JsonObject *event = offhook_emu_realtime_session_new_event(self->session, type);

	json_object_set_string_member(event, "item_id", item_id);
	return event;
}

static JsonObject *
offhook_emu_realtime_new_item(const gchar *id, const gchar *type, const gchar *status)
{
	JsonObject *item = json_object_new();

	json_object_set_string_member(item, "id", id);
	json_object_set_string_member(item, "object", "realtime.item");
	json_object_set_string_member(item, "type", type);
	json_object_set_string_member(item, "status", status);
	return item;
}

/* response.output_item.*, and conversation.item.*, which says the same. @item is taken over. */
static void
offhook_emu_realtime_response_add_item(OffhookEmuRealtimeResponse *self, const gchar *what,
				       JsonObject *item)
{
	static const gchar *const prefixes[] = {"response.output_item.", "conversation.item."};

	for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++) {
		g_autofree gchar *type = g_strconcat(prefixes[i], what, NULL);
		JsonObject *event = offhook_emu_realtime_session_new_event(self->session, type);

		json_object_set_object_member(event, "item", json_object_ref(item));
		offhook_emu_realtime_response_add(self, event);
	}
	json_object_unref(item);
}

/* ---- speech ---- */

static gchar *
offhook_emu_realtime_encode(const gint16 *samples, gsize n, gboolean is_mulaw)
{
	g_autofree guint8 *bytes = NULL;

	if (!is_mulaw)
		return g_base64_encode((const guchar *)samples, n * sizeof *samples);
	bytes = g_malloc(n + 1);
	for (gsize i = 0; i < n; i++)
		bytes[i] = offhook_emu_mulaw_encode(samples[i]);
	return g_base64_encode(bytes, n);
}

static JsonObject *
offhook_emu_realtime_response_new_part(OffhookEmuRealtimeResponse *self, const gchar *type,
				       const gchar *item_id)
{
	JsonObject *event = offhook_emu_realtime_response_new_event(self, type, item_id);

	json_object_set_int_member(event, "content_index", 0);
	return event;
}

/* The share of @text's words that belongs to piece @i of @n, with the space behind each. */
static gchar *
offhook_emu_realtime_cut_words(const gchar *text, guint i, guint n)
{
	gsize size = strlen(text);
	gsize ends[2];

	for (guint k = 0; k < 2; k++) {
		gsize at = size * (i + k) / n;

		while (at > 0 && at < size && text[at - 1] != ' ')
			at++;
		ends[k] = at;
	}
	return g_strndup(text + ends[0], ends[1] - ends[0]);
}

static void
offhook_emu_realtime_response_add_sound(OffhookEmuRealtimeResponse *self, const gchar *text,
					OffhookEmuRealtimeItem *item)
{
	const OffhookEmuRealtimeOptions *options = self->session->owner->options;
	gboolean is_mulaw = self->session->setup.out_mulaw;
	guint rate = is_mulaw ? MULAW_RATE : PCM_RATE;
	g_autoptr(OffhookEmuPcm) pcm = offhook_emu_saying_make(text, options->voice.name, rate);
	guint step = rate / 1000 * (guint)options->piece_ms;
	guint n = MAX((pcm->samples->len + step - 1) / step, 1);

	for (guint i = 0; i < n; i++) {
		guint begin = i * step, end = MIN(begin + step, pcm->samples->len);
		g_autofree gchar *words = offhook_emu_realtime_cut_words(text, i, n);
		g_autofree gchar *audio = offhook_emu_realtime_encode(
		    (const gint16 *)(gpointer)pcm->samples->data + begin, end - begin, is_mulaw);
		JsonObject *event;
		OffhookEmuRealtimePiece *piece;

		if (*words != '\0') {
			event = offhook_emu_realtime_response_new_part(
			    self, "response.output_audio_transcript.delta", item->id);
			json_object_set_string_member(event, "delta", words);
			offhook_emu_realtime_response_add(self, event);
		}
		event = offhook_emu_realtime_response_new_part(self, "response.output_audio.delta",
							       item->id);
		json_object_set_string_member(event, "delta", audio);
		piece = offhook_emu_realtime_response_add(self, event);
		piece->ms = (end - begin) * 1000 / rate;
		piece->item = item;
	}
}

static void
offhook_emu_realtime_response_add_speech(OffhookEmuRealtimeResponse *self, const gchar *text)
{
	g_autofree gchar *id = offhook_emu_realtime_session_new_id(self->session, "item");
	OffhookEmuRealtimeItem *item = offhook_emu_realtime_session_add_item(self->session, id);
	JsonObject *whole = offhook_emu_realtime_new_item(id, "message", "in_progress");
	JsonObject *event;

	item->assistant = TRUE;
	json_object_set_string_member(whole, "role", "assistant");
	offhook_emu_realtime_response_add_item(self, "added", whole);
	offhook_emu_realtime_response_add(
	    self, offhook_emu_realtime_response_new_part(self, "response.content_part.added", id));
	offhook_emu_realtime_response_add_sound(self, text, item);
	offhook_emu_realtime_response_add(
	    self, offhook_emu_realtime_response_new_part(self, "response.output_audio.done", id));
	event = offhook_emu_realtime_response_new_part(self,
						       "response.output_audio_transcript.done", id);
	json_object_set_string_member(event, "transcript", text);
	offhook_emu_realtime_response_add(self, event);
	offhook_emu_realtime_response_add(
	    self, offhook_emu_realtime_response_new_part(self, "response.content_part.done", id));
	whole = offhook_emu_realtime_new_item(id, "message", "completed");
	json_object_set_string_member(whole, "role", "assistant");
	offhook_emu_realtime_response_add_item(self, "done", json_object_ref(whole));
	json_array_add_object_element(self->output, whole);
}

/* ---- tools ---- */

static void
offhook_emu_realtime_response_add_call(OffhookEmuRealtimeResponse *self,
				       const OffhookEmuRealtimeAnswer *answer)
{
	OffhookEmuRealtimeSession *session = self->session;
	g_autofree gchar *id = offhook_emu_realtime_session_new_id(session, "item");
	g_autofree gchar *call_id = offhook_emu_realtime_session_new_id(session, "call");
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
	g_autofree gchar *arguments = NULL;
	JsonObject *whole = offhook_emu_realtime_new_item(id, "function_call", "completed");
	JsonObject *event;

	json_node_take_object(node, answer->arguments != NULL ? json_object_ref(answer->arguments)
							      : json_object_new());
	arguments = json_to_string(node, FALSE);
	json_object_set_string_member(whole, "name", answer->tool);
	json_object_set_string_member(whole, "call_id", call_id);
	json_object_set_string_member(whole, "arguments", arguments);
	offhook_emu_realtime_response_add_item(self, "added", json_object_ref(whole));
	event = offhook_emu_realtime_response_new_event(
	    self, "response.function_call_arguments.delta", id);
	json_object_set_string_member(event, "call_id", call_id);
	json_object_set_string_member(event, "delta", arguments);
	offhook_emu_realtime_response_add(self, event);
	event = offhook_emu_realtime_response_new_event(
	    self, "response.function_call_arguments.done", id);
	json_object_set_string_member(event, "call_id", call_id);
	json_object_set_string_member(event, "name", answer->tool);
	json_object_set_string_member(event, "arguments", arguments);
	offhook_emu_realtime_response_add(self, event);
	offhook_emu_realtime_response_add_item(self, "done", json_object_ref(whole));
	json_array_add_object_element(self->output, whole);
	g_ptr_array_add(session->calls, g_steal_pointer(&call_id));
}

/* ---- on its way ---- */

static JsonObject *
offhook_emu_realtime_response_describe(OffhookEmuRealtimeResponse *self, const gchar *status)
{
	JsonObject *response = json_object_new();

	json_object_set_string_member(response, "id", self->id);
	json_object_set_string_member(response, "object", "realtime.response");
	json_object_set_string_member(response, "status", status);
	json_object_set_array_member(response, "output", json_array_ref(self->output));
	return response;
}

static JsonObject *
offhook_emu_realtime_make_details(gint text, gint audio)
{
	JsonObject *details = json_object_new();

	json_object_set_int_member(details, "text_tokens", text);
	json_object_set_int_member(details, "audio_tokens", audio);
	return details;
}

/* Every response is paid for alike, so that a test can say what a call costs. */
static JsonObject *
offhook_emu_realtime_make_usage(void)
{
	JsonObject *usage = json_object_new();
	JsonObject *input = offhook_emu_realtime_make_details(40, 60);

	json_object_set_int_member(input, "cached_tokens", 30);
	json_object_set_object_member(input, "cached_tokens_details",
				      offhook_emu_realtime_make_details(10, 20));
	json_object_set_int_member(usage, "input_tokens", 100);
	json_object_set_object_member(usage, "input_token_details", input);
	json_object_set_int_member(usage, "output_tokens", 80);
	json_object_set_object_member(usage, "output_token_details",
				      offhook_emu_realtime_make_details(20, 60));
	json_object_set_int_member(usage, "total_tokens", 180);
	return usage;
}

/* @reason: NULL: it was completed */
static void
offhook_emu_realtime_response_end(OffhookEmuRealtimeResponse *self, const gchar *reason)
{
	OffhookEmuRealtimeSession *session = self->session;
	JsonObject *event = offhook_emu_realtime_session_new_event(session, "response.done");
	JsonObject *response = offhook_emu_realtime_response_describe(
	    self, reason != NULL ? "cancelled" : "completed");

	if (reason != NULL) {
		JsonObject *details = json_object_new();

		json_object_set_string_member(details, "type", "cancelled");
		json_object_set_string_member(details, "reason", reason);
		json_object_set_object_member(response, "status_details", details);
		session->owner->cancelled++;
	} else {
		session->owner->completed++;
	}
	json_object_set_object_member(response, "usage", offhook_emu_realtime_make_usage());
	json_object_set_object_member(event, "response", response);
	session->response = NULL;
	offhook_emu_peer_send(session->peer, event);
	offhook_emu_realtime_response_free(self);
}

static gboolean
offhook_emu_realtime_response_timer_cb(gpointer user_data)
{
	OffhookEmuRealtimeResponse *self = user_data;
	OffhookEmuRealtimeSession *session = self->session;
	guint ms = 0;

	self->timer = 0;
	/* All up to the next that sounds. */
	while (ms == 0 && self->next < self->pieces->len) {
		OffhookEmuRealtimePiece *piece = g_ptr_array_index(self->pieces, self->next);
		gboolean mid = piece->item != NULL && piece->item->audio_ms > 0;

		if ((piece->item != NULL || self->next == 0) &&
		    !offhook_emu_peer_step(session->peer, mid))
			return G_SOURCE_REMOVE;
		self->next++;
		if (piece->item != NULL)
			piece->item->audio_ms += piece->ms;
		ms = piece->ms;
		offhook_emu_peer_send(session->peer, json_object_ref(piece->message));
	}
	if (self->next == self->pieces->len)
		offhook_emu_realtime_response_end(self, NULL);
	else
		self->timer = g_timeout_add((guint)(ms / session->owner->options->voice.speed),
					    offhook_emu_realtime_response_timer_cb, self);
	return G_SOURCE_REMOVE;
}

static void
offhook_emu_realtime_response_compose(OffhookEmuRealtimeResponse *self)
{
	OffhookEmuRealtimeSession *session = self->session;
	GPtrArray *answers = session->owner->script->answers;
	guint n = session->n_answers++;
	g_autofree gchar *text = g_strdup_printf("Answer number %u.", n + 1);
	const OffhookEmuRealtimeAnswer made_up = {.text = text};
	const OffhookEmuRealtimeAnswer *answer =
	    n < answers->len ? g_ptr_array_index(answers, n) : &made_up;

	if (answer->text != NULL)
		offhook_emu_realtime_response_add_speech(self, answer->text);
	if (answer->tool != NULL)
		offhook_emu_realtime_response_add_call(self, answer);
}

void
offhook_emu_realtime_response_start(OffhookEmuRealtimeSession *session)
{
	OffhookEmuRealtimeResponse *self = g_new0(OffhookEmuRealtimeResponse, 1);
	JsonObject *event = offhook_emu_realtime_session_new_event(session, "response.created");

	self->session = session;
	self->id = offhook_emu_realtime_session_new_id(session, "resp");
	self->pieces = g_ptr_array_new_with_free_func(offhook_emu_realtime_piece_free);
	self->output = json_array_new();
	session->response = self;
	session->owner->responses++;
	json_object_set_object_member(event, "response",
				      offhook_emu_realtime_response_describe(self, "in_progress"));
	offhook_emu_peer_send(session->peer, event);
	offhook_emu_realtime_response_compose(self);
	self->timer =
	    g_timeout_add(offhook_emu_peer_get_first_ms(
			      session->peer, (guint)session->owner->options->voice.first_ms),
			  offhook_emu_realtime_response_timer_cb, self);
}

void
offhook_emu_realtime_response_cancel(OffhookEmuRealtimeSession *session, const gchar *reason)
{
	OffhookEmuRealtimeResponse *self = session->response;

	/* What it would have called is not waited for. */
	if (self->next < self->pieces->len)
		g_ptr_array_set_size(session->calls, 0);
	g_clear_pointer(&self->output, json_array_unref);
	self->output = json_array_new();
	offhook_emu_realtime_response_end(self, reason);
}

void
offhook_emu_realtime_response_free(OffhookEmuRealtimeResponse *self)
{
	g_clear_handle_id(&self->timer, g_source_remove);
	g_ptr_array_unref(self->pieces);
	json_array_unref(self->output);
	g_free(self->id);
	g_free(self);
}
