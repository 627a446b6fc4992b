/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One client's connection: its contexts (the one of a single stream has no id), each with what it has
 * to say and the timer by which that leaves. As with the service, a context that is closed before
 * its first sound has left says nothing, and one that is closed later comes to its end. */

#include "session.h"

#include "voice.h"

#include <string.h>

#define MAX_CONTEXTS   5
#define FIRST_SCHEDULE 120 /* characters that are waited for unless told otherwise */

typedef struct {
	OffhookEmuElevenlabsSession *session;
	gchar *id;       /* NULL: the single stream */
	GString *buffer; /* not in the making yet */
	GQueue batches;  /* GPtrArray of pieces */
	guint next;      /* piece of the first batch */
	guint timer;
	gboolean led; /* the space at the beginning has been told of */
	gboolean voiced;
	gboolean closing;
} OffhookEmuElevenlabsContext;

struct _OffhookEmuElevenlabsSession {
	OffhookEmuElevenlabs *owner;
	OffhookEmuPeer *peer;
	OffhookEmuElevenlabsWish wish;
	GPtrArray *contexts;
	gboolean has_key;
	guint idle; /* source */
};

/* ---- contexts ---- */

static void
offhook_emu_elevenlabs_context_free(gpointer data)
{
	OffhookEmuElevenlabsContext *self = data;

	g_clear_handle_id(&self->timer, g_source_remove);
	g_queue_clear_full(&self->batches, (GDestroyNotify)g_ptr_array_unref);
	g_string_free(self->buffer, TRUE);
	g_free(self->id);
	g_free(self);
}

static OffhookEmuElevenlabsContext *
offhook_emu_elevenlabs_session_find(OffhookEmuElevenlabsSession *self, const gchar *id)
{
	for (guint i = 0; i < self->contexts->len; i++) {
		OffhookEmuElevenlabsContext *context = g_ptr_array_index(self->contexts, i);

		if (g_strcmp0(context->id, id) == 0)
			return context;
	}
	return NULL;
}

static void
offhook_emu_elevenlabs_context_end(OffhookEmuElevenlabsContext *self)
{
	OffhookEmuElevenlabsSession *session = self->session;
	OffhookEmuPeer *peer = session->peer;
	JsonObject *final = json_object_new();
	gboolean multi = session->wish.multi;

	json_object_set_boolean_member(final, "isFinal", TRUE);
	if (self->id != NULL)
		json_object_set_string_member(final, "contextId", self->id);
	else if (!multi)
		json_object_set_null_member(final, "audio");
	offhook_emu_peer_send(peer, final);
	g_ptr_array_remove(session->contexts, self);
	if (!multi)
		offhook_emu_peer_close(peer, 1000, NULL);
}

static void offhook_emu_elevenlabs_context_go_on(OffhookEmuElevenlabsContext *self, guint ms);

static gboolean
offhook_emu_elevenlabs_context_timer_cb(gpointer user_data)
{
	OffhookEmuElevenlabsContext *self = user_data;
	OffhookEmuElevenlabsSession *session = self->session;
	GPtrArray *batch = g_queue_peek_head(&self->batches);
	const OffhookEmuElevenlabsPiece *piece = g_ptr_array_index(batch, self->next);
	guint ms = (guint)(piece->ms / session->owner->options->voice.speed);

	self->timer = 0;
	if (!offhook_emu_peer_step(session->peer, self->voiced))
		return G_SOURCE_REMOVE;
	if (self->id != NULL)
		json_object_set_string_member(piece->message, "contextId", self->id);
	offhook_emu_peer_send(session->peer, json_object_ref(piece->message));
	self->voiced = TRUE;
	if (++self->next == batch->len) {
		self->next = 0;
		g_ptr_array_unref(g_queue_pop_head(&self->batches));
	}
	offhook_emu_elevenlabs_context_go_on(self, ms);
	return G_SOURCE_REMOVE;
}

/* The next piece leaves after @ms, or that was all. */
static void
offhook_emu_elevenlabs_context_go_on(OffhookEmuElevenlabsContext *self, guint ms)
{
	if (!g_queue_is_empty(&self->batches))
		self->timer = g_timeout_add(ms, offhook_emu_elevenlabs_context_timer_cb, self);
	else if (self->closing)
		offhook_emu_elevenlabs_context_end(self);
}

/* What it was given is made. */
static void
offhook_emu_elevenlabs_context_make(OffhookEmuElevenlabsContext *self)
{
	OffhookEmuElevenlabsSession *session = self->session;
	OffhookEmuElevenlabs *owner = session->owner;
	GPtrArray *pieces;

	if (self->buffer->len == 0)
		return;
	pieces = offhook_emu_elevenlabs_voice_speak(self->buffer->str, !self->led,
						    owner->options->voice.name, &session->wish);
	owner->texts++;
	owner->characters += (guint)g_utf8_strlen(self->buffer->str, -1);
	g_free(owner->last_text);
	owner->last_text = g_strdup(self->buffer->str);
	g_string_truncate(self->buffer, 0);
	self->led = TRUE;
	if (pieces->len == 0) {
		g_ptr_array_unref(pieces);
		return;
	}
	g_queue_push_tail(&self->batches, pieces);
	if (self->timer == 0)
		offhook_emu_elevenlabs_context_go_on(
		    self, offhook_emu_peer_get_first_ms(session->peer,
							(guint)owner->options->voice.first_ms));
}

static void
offhook_emu_elevenlabs_context_close(OffhookEmuElevenlabsContext *self)
{
	self->session->owner->closed++;
	self->closing = TRUE;
	if (!self->voiced) {
		g_clear_handle_id(&self->timer, g_source_remove);
		g_queue_clear_full(&self->batches, (GDestroyNotify)g_ptr_array_unref);
	}
	if (self->timer != 0)
		self->session->owner->cut++;
	else
		offhook_emu_elevenlabs_context_end(self);
}

/* ---- messages ---- */

/* What the client did wrong ends the connection. */
static void
offhook_emu_elevenlabs_session_refuse(OffhookEmuElevenlabsSession *self, guint status,
				      const gchar *why)
{
	offhook_emu_socket_service_complain(self->peer->service, "%s", why);
	offhook_emu_peer_fail(self->peer, status, why, 1008);
}

static OffhookEmuElevenlabsContext *
offhook_emu_elevenlabs_session_begin(OffhookEmuElevenlabsSession *self, const gchar *id)
{
	OffhookEmuElevenlabsContext *context = g_new0(OffhookEmuElevenlabsContext, 1);

	context->session = self;
	context->id = g_strdup(id);
	context->buffer = g_string_new(NULL);
	g_queue_init(&context->batches);
	g_ptr_array_add(self->contexts, context);
	self->owner->contexts++;
	return context;
}

/* The first message of a context: the key, the voice, a space and nothing else. */
static void
offhook_emu_elevenlabs_session_greet(OffhookEmuElevenlabsSession *self, JsonObject *message,
				     const gchar *id)
{
	const gchar *text = json_object_get_string_member_with_default(message, "text", "");
	const gchar *key = json_object_get_string_member_with_default(
	    message, "xi_api_key",
	    json_object_get_string_member_with_default(message, "xi-api-key", NULL));
	const OffhookEmuElevenlabsOptions *options = self->owner->options;

	if (!self->has_key && g_strcmp0(key, options->socket.key) != 0)
		offhook_emu_peer_fail(self->peer, 401, "Invalid API key", 1008);
	else if (!g_strv_contains((const gchar *const *)options->voices, self->wish.voice))
		offhook_emu_peer_fail(self->peer, 404, "A voice with this voice_id does not exist.",
				      1008);
	else if (!g_str_equal(text, " "))
		offhook_emu_elevenlabs_session_refuse(
		    self, 400, "the first message of a context: expected one space as text");
	else if (self->contexts->len >= MAX_CONTEXTS)
		offhook_emu_elevenlabs_session_refuse(self, 400,
						      "Maximum simultaneous contexts exceeded (5)");
	else
		offhook_emu_elevenlabs_session_begin(self, id);
}

static gboolean
offhook_emu_elevenlabs_get_flag(JsonObject *message, const gchar *name)
{
	return json_object_get_boolean_member_with_default(message, name, FALSE);
}

/* A message of a context that has begun. */
static void
offhook_emu_elevenlabs_context_take(OffhookEmuElevenlabsContext *self, JsonObject *message)
{
	OffhookEmuElevenlabsSession *session = self->session;
	const gchar *text = json_object_get_string_member_with_default(message, "text", NULL);
	gboolean multi = session->wish.multi;
	gboolean is_end = text != NULL && *text == '\0' && !multi;
	gboolean is_pause = text != NULL && g_str_equal(text, multi ? "" : " ");

	if (json_object_has_member(message, "voice_settings") ||
	    json_object_has_member(message, "generation_config")) {
		offhook_emu_elevenlabs_session_refuse(
		    session, 400, "settings: only in the first message of a context");
		return;
	}
	if (self->closing) {
		offhook_emu_elevenlabs_session_refuse(session, 400,
						      "a message for a context that was closed");
		return;
	}
	if (is_pause && json_object_get_size(message) <= 2)
		session->owner->kept_alive++;
	else if (text != NULL)
		g_string_append(self->buffer, text);
	if (session->wish.auto_mode || is_end ||
	    offhook_emu_elevenlabs_get_flag(message, "flush") ||
	    g_utf8_strlen(self->buffer->str, -1) >= FIRST_SCHEDULE)
		offhook_emu_elevenlabs_context_make(self);
	if (is_end) {
		/* Here all that was given is said before it ends. */
		self->voiced = TRUE;
		offhook_emu_elevenlabs_context_close(self);
	} else if (offhook_emu_elevenlabs_get_flag(message, "close_context")) {
		offhook_emu_elevenlabs_context_close(self);
	}
}

/* Messages that begin no context and need none. TRUE: it was one */
static gboolean
offhook_emu_elevenlabs_session_take_own(OffhookEmuElevenlabsSession *self, JsonObject *message,
					const gchar *id)
{
	const gchar *text = json_object_get_string_member_with_default(message, "text", NULL);

	if (!self->wish.multi)
		return FALSE;
	if (offhook_emu_elevenlabs_get_flag(message, "close_socket")) {
		offhook_emu_peer_close(self->peer, 1000, NULL);
		return TRUE;
	}
	if (g_strcmp0(text, "") == 0 && id == NULL) {
		self->owner->kept_alive++;
		return TRUE;
	}
	/* It may have ended just when this was sent. */
	return offhook_emu_elevenlabs_get_flag(message, "close_context") &&
	       offhook_emu_elevenlabs_session_find(self, id) == NULL;
}

static gboolean
offhook_emu_elevenlabs_session_idle_cb(gpointer user_data)
{
	OffhookEmuElevenlabsSession *self = user_data;

	self->idle = 0;
	/* The service's own words, which do not fit into a reason. */
	offhook_emu_peer_close(self->peer, 1008,
			       "Have not received a new text input within the timeout. Streaming "
			       "input terminated. Please make sure to eit");
	return G_SOURCE_REMOVE;
}

static void
offhook_emu_elevenlabs_session_stay(OffhookEmuElevenlabsSession *self)
{
	guint seconds = self->owner->options->idle_s > 0 ? (guint)self->owner->options->idle_s
							 : self->wish.idle_s;

	g_clear_handle_id(&self->idle, g_source_remove);
	self->idle = g_timeout_add(seconds * 1000, offhook_emu_elevenlabs_session_idle_cb, self);
}

void
offhook_emu_elevenlabs_session_take(OffhookEmuElevenlabsSession *self, const gchar *text)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autofree gchar *wrong = NULL;
	OffhookEmuElevenlabsContext *context;
	JsonObject *message;
	const gchar *id;

	offhook_emu_elevenlabs_session_stay(self);
	if (!json_parser_load_from_data(parser, text, -1, NULL) ||
	    json_parser_get_root(parser) == NULL ||
	    !JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser))) {
		offhook_emu_elevenlabs_session_refuse(self, 400, "a message that is no object");
		return;
	}
	message = json_node_get_object(json_parser_get_root(parser));
	wrong = offhook_emu_elevenlabs_check_message(message, self->wish.multi);
	if (wrong != NULL) {
		offhook_emu_elevenlabs_session_refuse(self, 400, wrong);
		return;
	}
	id = json_object_get_string_member_with_default(message, "context_id", NULL);
	if (offhook_emu_elevenlabs_session_take_own(self, message, id))
		return;
	context = offhook_emu_elevenlabs_session_find(self, id);
	if (context != NULL)
		offhook_emu_elevenlabs_context_take(context, message);
	else
		offhook_emu_elevenlabs_session_greet(self, message, id);
}

OffhookEmuElevenlabsSession *
offhook_emu_elevenlabs_session_new(OffhookEmuElevenlabs *owner, OffhookEmuPeer *peer,
				   gboolean has_key)
{
	OffhookEmuElevenlabsSession *self = g_new0(OffhookEmuElevenlabsSession, 1);

	self->owner = owner;
	self->peer = peer;
	self->has_key = has_key;
	self->contexts = g_ptr_array_new_with_free_func(offhook_emu_elevenlabs_context_free);
	g_free(offhook_emu_elevenlabs_check_address(peer->path, peer->query, &self->wish));
	owner->open++;
	offhook_emu_elevenlabs_session_stay(self);
	return self;
}

void
offhook_emu_elevenlabs_session_free(OffhookEmuElevenlabsSession *self)
{
	self->owner->open--;
	g_clear_handle_id(&self->idle, g_source_remove);
	g_ptr_array_unref(self->contexts);
	offhook_emu_elevenlabs_wish_clear(&self->wish);
	g_free(self);
}
