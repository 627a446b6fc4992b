/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One client's connection: what it sets up, says and takes back. Main loop only. */

#include "session-private.h"

#include "mulaw.h"
#include "pcm.h"

#include <string.h>

#define LEAST_MS   100 /* that can be committed */
#define LOUD_RMS   500
#define STARTED_MS 60
#define FRAME_MS   20

/* A transcript on its way. */
typedef struct {
	OffhookEmuRealtimeSession *session;
	gchar *item_id;
	gchar *text;
	guint timer;
} OffhookEmuRealtimeTranscript;

gchar *
offhook_emu_realtime_session_new_id(OffhookEmuRealtimeSession *self, const gchar *prefix)
{
	return g_strdup_printf("%s_%04u", prefix, ++self->n_ids);
}

JsonObject *
offhook_emu_realtime_session_new_event(OffhookEmuRealtimeSession *self, const gchar *type)
{
	JsonObject *event = json_object_new();
	g_autofree gchar *id = offhook_emu_realtime_session_new_id(self, "event");

	json_object_set_string_member(event, "type", type);
	json_object_set_string_member(event, "event_id", id);
	return event;
}

static void
offhook_emu_realtime_item_free(gpointer data)
{
	OffhookEmuRealtimeItem *self = data;

	g_free(self->id);
	g_free(self);
}

OffhookEmuRealtimeItem *
offhook_emu_realtime_session_add_item(OffhookEmuRealtimeSession *self, const gchar *id)
{
	OffhookEmuRealtimeItem *item = g_new0(OffhookEmuRealtimeItem, 1);

	item->id = g_strdup(id);
	g_hash_table_insert(self->items, item->id, item);
	return item;
}

/* An error that the session survives. @event: the client's */
static void
offhook_emu_realtime_session_tell_error(OffhookEmuRealtimeSession *self, JsonObject *event,
					const gchar *code, const gchar *text)
{
	JsonObject *reply = offhook_emu_realtime_session_new_event(self, "error");
	JsonObject *error = json_object_new();

	json_object_set_string_member(error, "type", "invalid_request_error");
	json_object_set_string_member(error, "code", code);
	json_object_set_string_member(error, "message", text);
	json_object_set_null_member(error, "param");
	if (event != NULL && json_object_has_member(event, "event_id"))
		json_object_set_string_member(error, "event_id",
					      json_object_get_string_member(event, "event_id"));
	json_object_set_object_member(reply, "error", error);
	offhook_emu_peer_send(self->peer, reply);
}

/* What a client must not do: told, and remembered. */
static void
offhook_emu_realtime_session_refuse(OffhookEmuRealtimeSession *self, JsonObject *event,
				    const gchar *code, const gchar *text)
{
	offhook_emu_socket_service_complain(self->peer->service, "%s", text);
	offhook_emu_realtime_session_tell_error(self, event, code, text);
}

/* ---- set-up ---- */

static gchar *
offhook_emu_realtime_to_text(JsonObject *object)
{
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);

	json_node_set_object(node, object);
	return json_to_string(node, FALSE);
}

static void
offhook_emu_realtime_session_tell_session(OffhookEmuRealtimeSession *self, const gchar *type,
					  JsonObject *session)
{
	JsonObject *event = offhook_emu_realtime_session_new_event(self, type);

	json_object_set_object_member(event, "session", json_object_ref(session));
	offhook_emu_peer_send(self->peer, event);
}

static void
offhook_emu_realtime_session_update(OffhookEmuRealtimeSession *self, JsonObject *event)
{
	JsonObject *session = json_object_get_object_member(event, "session");

	offhook_emu_realtime_apply(session, &self->setup);
	self->updated = TRUE;
	g_free(self->owner->last_setup);
	self->owner->last_setup = offhook_emu_realtime_to_text(session);
	offhook_emu_realtime_session_tell_session(self, "session.updated", session);
}

/* ---- what is heard ---- */

static guint
offhook_emu_realtime_session_to_ms(OffhookEmuRealtimeSession *self, gsize bytes)
{
	return (guint)(bytes / (self->setup.in_mulaw ? 8 : 48));
}

static void
offhook_emu_realtime_transcript_free(gpointer data)
{
	OffhookEmuRealtimeTranscript *self = data;

	g_clear_handle_id(&self->timer, g_source_remove);
	g_free(self->item_id);
	g_free(self->text);
	g_free(self);
}

static gboolean
offhook_emu_realtime_transcript_cb(gpointer user_data)
{
	OffhookEmuRealtimeTranscript *self = user_data;
	OffhookEmuRealtimeSession *session = self->session;
	JsonObject *event;

	self->timer = 0;
	event = offhook_emu_realtime_session_new_event(
	    session, "conversation.item.input_audio_transcription.delta");
	json_object_set_string_member(event, "item_id", self->item_id);
	json_object_set_int_member(event, "content_index", 0);
	json_object_set_string_member(event, "delta", self->text);
	offhook_emu_peer_send(session->peer, event);
	event = offhook_emu_realtime_session_new_event(
	    session, "conversation.item.input_audio_transcription.completed");
	json_object_set_string_member(event, "item_id", self->item_id);
	json_object_set_int_member(event, "content_index", 0);
	json_object_set_string_member(event, "transcript", self->text);
	offhook_emu_peer_send(session->peer, event);
	g_ptr_array_remove(session->due, self);
	return G_SOURCE_REMOVE;
}

static void
offhook_emu_realtime_session_transcribe(OffhookEmuRealtimeSession *self, const gchar *item_id,
					guint ms)
{
	GPtrArray *texts = self->owner->script->transcripts;
	OffhookEmuRealtimeTranscript *transcript = g_new0(OffhookEmuRealtimeTranscript, 1);

	transcript->session = self;
	transcript->item_id = g_strdup(item_id);
	transcript->text =
	    texts->len > 0 ? g_strdup(g_ptr_array_index(texts, self->n_transcripts++ % texts->len))
			   : g_strdup_printf("%.1f seconds of speech", ms / 1000.0);
	transcript->timer = g_timeout_add((guint)self->owner->options->transcript_ms,
					  offhook_emu_realtime_transcript_cb, transcript);
	g_ptr_array_add(self->due, transcript);
}

static void
offhook_emu_realtime_session_commit(OffhookEmuRealtimeSession *self, JsonObject *event)
{
	guint ms = offhook_emu_realtime_session_to_ms(self, self->input_bytes);
	g_autofree gchar *id = NULL;
	JsonObject *reply;

	if (ms < LEAST_MS) {
		offhook_emu_realtime_session_refuse(
		    self, event, "input_audio_buffer_commit_empty",
		    "Error committing input audio buffer: expected at least 100ms of audio.");
		return;
	}
	id = offhook_emu_realtime_session_new_id(self, "item");
	offhook_emu_realtime_session_add_item(self, id);
	self->input_bytes = 0;
	self->owner->commits++;
	self->owner->committed_ms += ms;
	reply = offhook_emu_realtime_session_new_event(self, "input_audio_buffer.committed");
	json_object_set_string_member(reply, "item_id", id);
	json_object_set_null_member(reply, "previous_item_id");
	offhook_emu_peer_send(self->peer, reply);
	if (self->setup.transcribes)
		offhook_emu_realtime_session_transcribe(self, id, ms);
}

static void
offhook_emu_realtime_session_tell_speech(OffhookEmuRealtimeSession *self, const gchar *type)
{
	JsonObject *event = offhook_emu_realtime_session_new_event(self, type);

	json_object_set_string_member(event, "item_id", "item_next");
	offhook_emu_peer_send(self->peer, event);
}

/* The service's own voice detection. */
static void
offhook_emu_realtime_session_listen(OffhookEmuRealtimeSession *self, gboolean loud)
{
	self->loud_ms = loud ? self->loud_ms + FRAME_MS : 0;
	self->quiet_ms = loud ? 0 : self->quiet_ms + FRAME_MS;
	if (!self->speaking && self->loud_ms >= STARTED_MS) {
		self->speaking = TRUE;
		offhook_emu_realtime_session_tell_speech(self, "input_audio_buffer.speech_started");
		if (self->response != NULL && self->setup.interrupts)
			offhook_emu_realtime_response_cancel(self, "turn_detected");
	} else if (self->speaking && self->quiet_ms >= (guint)self->setup.silence_ms) {
		self->speaking = FALSE;
		offhook_emu_realtime_session_tell_speech(self, "input_audio_buffer.speech_stopped");
		offhook_emu_realtime_session_commit(self, NULL);
		if (self->response == NULL && self->setup.creates)
			offhook_emu_realtime_response_start(self);
	}
}

static void
offhook_emu_realtime_session_detect(OffhookEmuRealtimeSession *self, const guint8 *data, gsize size)
{
	gsize step = (self->setup.in_mulaw ? 8 : 48) * FRAME_MS;
	gint16 frame[48 / 2 * FRAME_MS];

	for (gsize at = 0; at + step <= size; at += step) {
		gsize n = self->setup.in_mulaw ? step : step / 2;

		if (self->setup.in_mulaw)
			for (gsize i = 0; i < n; i++)
				frame[i] = offhook_emu_mulaw_decode(data[at + i]);
		else
			memcpy(frame, data + at, step);
		offhook_emu_realtime_session_listen(self, offhook_emu_pcm_rms(frame, n) > LOUD_RMS);
	}
}

static void
offhook_emu_realtime_session_append(OffhookEmuRealtimeSession *self, JsonObject *event)
{
	const gchar *audio = json_object_get_string_member(event, "audio");
	g_autofree guint8 *data = NULL;
	gsize size;

	if (!self->updated) {
		offhook_emu_realtime_session_refuse(self, event, "invalid_value",
						    "sound before session.update");
		return;
	}
	data = g_base64_decode(audio, &size);
	if (size == 0 || strlen(audio) % 4 != 0 || (!self->setup.in_mulaw && size % 2 != 0)) {
		offhook_emu_realtime_session_refuse(self, event, "invalid_value",
						    "audio: whole samples in base64");
		return;
	}
	self->input_bytes += size;
	if (self->setup.vad)
		offhook_emu_realtime_session_detect(self, data, size);
}

static void
offhook_emu_realtime_session_clear(OffhookEmuRealtimeSession *self, JsonObject *event)
{
	self->input_bytes = 0;
	offhook_emu_peer_send(
	    self->peer, offhook_emu_realtime_session_new_event(self, "input_audio_buffer.cleared"));
}

/* ---- what is said ---- */

static void
offhook_emu_realtime_session_create(OffhookEmuRealtimeSession *self, JsonObject *event)
{
	if (self->response != NULL)
		offhook_emu_realtime_session_refuse(
		    self, event, "conversation_already_has_active_response",
		    "Conversation already has an active response in progress.");
	else if (self->calls->len > 0)
		offhook_emu_realtime_session_refuse(self, event, "invalid_value",
						    "a response while a tool's output is missing");
	else
		offhook_emu_realtime_response_start(self);
}

static void
offhook_emu_realtime_session_cancel(OffhookEmuRealtimeSession *self, JsonObject *event)
{
	if (self->response != NULL)
		offhook_emu_realtime_response_cancel(self, "client_cancelled");
	else
		offhook_emu_realtime_session_tell_error(
		    self, event, "response_cancel_not_active",
		    "Cancellation failed: no active response found");
}

static void
offhook_emu_realtime_session_truncate(OffhookEmuRealtimeSession *self, JsonObject *event)
{
	OffhookEmuRealtimeItem *item =
	    g_hash_table_lookup(self->items, json_object_get_string_member(event, "item_id"));
	gint64 ms = json_object_get_int_member(event, "audio_end_ms");
	JsonObject *reply;

	if (item == NULL || !item->assistant || item->audio_ms == 0 ||
	    json_object_get_int_member(event, "content_index") != 0) {
		offhook_emu_realtime_session_refuse(self, event, "invalid_value",
						    "truncate: no such sound");
		return;
	}
	if (ms < 0 || ms > item->audio_ms) {
		g_autofree gchar *text = g_strdup_printf(
		    "Audio content of %ums is already shorter than %" G_GINT64_FORMAT "ms",
		    item->audio_ms, ms);

		offhook_emu_realtime_session_refuse(self, event, "invalid_value", text);
		return;
	}
	self->owner->truncations++;
	self->owner->truncated_ms = (guint)ms;
	self->owner->truncated_of_ms = item->audio_ms;
	reply = offhook_emu_realtime_session_new_event(self, "conversation.item.truncated");
	json_object_set_string_member(reply, "item_id", item->id);
	json_object_set_int_member(reply, "content_index", 0);
	json_object_set_int_member(reply, "audio_end_ms", ms);
	offhook_emu_peer_send(self->peer, reply);
}

static void
offhook_emu_realtime_session_delete(OffhookEmuRealtimeSession *self, JsonObject *event)
{
	const gchar *id = json_object_get_string_member(event, "item_id");
	JsonObject *reply;

	if (!g_hash_table_contains(self->items, id)) {
		offhook_emu_realtime_session_refuse(self, event, "item_delete_invalid_item_id",
						    "delete: no such item");
		return;
	}
	self->owner->deleted++;
	reply = offhook_emu_realtime_session_new_event(self, "conversation.item.deleted");
	json_object_set_string_member(reply, "item_id", id);
	g_hash_table_remove(self->items, id);
	offhook_emu_peer_send(self->peer, reply);
}

/* What was typed, or what a tool gave. FALSE: nobody called that tool */
static gboolean
offhook_emu_realtime_session_read_item(OffhookEmuRealtimeSession *self, JsonObject *item)
{
	const gchar *text;
	guint at;

	if (g_str_equal(json_object_get_string_member(item, "type"), "message")) {
		text = json_object_get_string_member(
		    json_array_get_object_element(json_object_get_array_member(item, "content"), 0),
		    "text");
	} else {
		if (!g_ptr_array_find_with_equal_func(
			self->calls, json_object_get_string_member(item, "call_id"), g_str_equal,
			&at))
			return FALSE;
		g_ptr_array_remove_index(self->calls, at);
		self->owner->tool_outputs++;
		text = json_object_get_string_member(item, "output");
	}
	g_free(self->owner->last_text);
	self->owner->last_text = g_strdup(text);
	return TRUE;
}

static void
offhook_emu_realtime_session_create_item(OffhookEmuRealtimeSession *self, JsonObject *event)
{
	static const gchar *const types[] = {"conversation.item.added", "conversation.item.done"};
	JsonObject *item = json_object_get_object_member(event, "item");
	g_autofree gchar *id = offhook_emu_realtime_session_new_id(self, "item");

	if (!offhook_emu_realtime_session_read_item(self, item)) {
		offhook_emu_realtime_session_refuse(self, event, "invalid_value",
						    "an output of a tool that was not called");
		return;
	}
	offhook_emu_realtime_session_add_item(self, id);
	json_object_set_string_member(item, "id", id);
	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		JsonObject *reply = offhook_emu_realtime_session_new_event(self, types[i]);

		json_object_set_object_member(reply, "item", json_object_ref(item));
		offhook_emu_peer_send(self->peer, reply);
	}
}

void
offhook_emu_realtime_session_take(OffhookEmuRealtimeSession *self, const gchar *text)
{
	static const struct {
		const gchar *type;
		void (*take)(OffhookEmuRealtimeSession *self, JsonObject *event);
	} events[] = {
	    {"session.update", offhook_emu_realtime_session_update},
	    {"input_audio_buffer.append", offhook_emu_realtime_session_append},
	    {"input_audio_buffer.commit", offhook_emu_realtime_session_commit},
	    {"input_audio_buffer.clear", offhook_emu_realtime_session_clear},
	    {"response.create", offhook_emu_realtime_session_create},
	    {"response.cancel", offhook_emu_realtime_session_cancel},
	    {"conversation.item.create", offhook_emu_realtime_session_create_item},
	    {"conversation.item.truncate", offhook_emu_realtime_session_truncate},
	    {"conversation.item.delete", offhook_emu_realtime_session_delete},
	};
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autofree gchar *wrong = NULL;
	JsonObject *event;

	if (!json_parser_load_from_data(parser, text, -1, NULL) ||
	    !JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser))) {
		offhook_emu_realtime_session_refuse(self, NULL, "invalid_json",
						    "a message that is no object");
		return;
	}
	event = json_node_get_object(json_parser_get_root(parser));
	wrong = offhook_emu_realtime_check_event(event);
	if (wrong != NULL) {
		offhook_emu_realtime_session_refuse(self, NULL, "unknown_parameter", wrong);
		return;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(events); i++)
		if (g_str_equal(events[i].type, json_object_get_string_member(event, "type")))
			events[i].take(self, event);
}

OffhookEmuRealtimeSession *
offhook_emu_realtime_session_new(OffhookEmuRealtime *owner, OffhookEmuPeer *peer)
{
	OffhookEmuRealtimeSession *self = g_new0(OffhookEmuRealtimeSession, 1);
	g_autoptr(JsonObject) session = json_object_new();

	self->owner = owner;
	self->peer = peer;
	self->setup = (OffhookEmuRealtimeSetup){
	    .vad = TRUE, .creates = TRUE, .interrupts = TRUE, .silence_ms = 200};
	self->items =
	    g_hash_table_new_full(g_str_hash, g_str_equal, NULL, offhook_emu_realtime_item_free);
	self->due = g_ptr_array_new_with_free_func(offhook_emu_realtime_transcript_free);
	self->calls = g_ptr_array_new_with_free_func(g_free);
	owner->sessions++;
	json_object_set_string_member(session, "type", "realtime");
	json_object_set_string_member(session, "id", "sess_emulated");
	json_object_set_int_member(session, "expires_at",
				   g_get_real_time() / G_USEC_PER_SEC + 3600);
	offhook_emu_realtime_session_tell_session(self, "session.created", session);
	return self;
}

void
offhook_emu_realtime_session_free(OffhookEmuRealtimeSession *self)
{
	g_clear_pointer(&self->response, offhook_emu_realtime_response_free);
	g_ptr_array_unref(self->due);
	g_ptr_array_unref(self->calls);
	g_hash_table_unref(self->items);
	g_free(self);
}
