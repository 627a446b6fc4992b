/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One call's voice: one connection, on which each piece of speech is a context of its own. Only the end
 * of a context tells that all of its sound has come, so pieces that shared one could not be told apart
 * for certain; and what is interrupted is closed without touching what comes after it.
 *
 * A context that is closed before its first sound has left is silent, so it is closed when that has
 * come. It counts against the five that a connection may have until the service says that it has
 * ended. Main thread.
 */

#include "elevenlabs-synthesizer.h"

#include "elevenlabs-error.h"
#include "elevenlabs-message.h"
#include "elevenlabs-piece.h"
#include <offhook/error.h>

#define AT_A_TIME  2   /* contexts that speak: the next text is made while one is played */
#define MAX_OPEN   4   /* contexts; a keep-alive may count as one more */
#define MAX_PIECES 256 /* that wait */

struct _OffhookElevenlabsSynthesizer {
	OffhookSynthesizer parent_instance;

	OffhookElevenlabsConfig *config;
	OffhookSocketClient *socket; /* (nullable): not connected, nor about to be */
	GQueue pieces;               /* OffhookElevenlabsPiece; the first n_asked were sent */
	guint n_asked;
	GHashTable *closed; /* contexts of cancelled pieces whose end was not told yet */
	guint deadline;     /* source: for the first piece's next message */
	guint keep_alive;   /* source */
	guint wake;         /* source */
};

G_DEFINE_FINAL_TYPE(OffhookElevenlabsSynthesizer, offhook_elevenlabs_synthesizer,
		    OFFHOOK_TYPE_SYNTHESIZER)

static void offhook_elevenlabs_synthesizer_go_on(OffhookElevenlabsSynthesizer *self);

/* ---- the connection ---- */

/* @message: (transfer full) */
static void
offhook_elevenlabs_synthesizer_send(OffhookElevenlabsSynthesizer *self, char *message)
{
	offhook_socket_client_send_text(self->socket, message);
	g_free(message);
}

static void
offhook_elevenlabs_synthesizer_drop(OffhookElevenlabsSynthesizer *self)
{
	g_clear_pointer(&self->socket, offhook_socket_client_free);
	g_clear_handle_id(&self->keep_alive, g_source_remove);
	g_hash_table_remove_all(self->closed);
}

/* The connection is of no use any more: what was sent on it has failed. @error: (transfer full) */
static void
offhook_elevenlabs_synthesizer_fail(OffhookElevenlabsSynthesizer *self, GError *error)
{
	GList *link = self->pieces.head;

	offhook_elevenlabs_synthesizer_drop(self);
	for (; self->n_asked > 0; self->n_asked--, link = link->next)
		if (!offhook_elevenlabs_piece_has_ended(link->data))
			offhook_elevenlabs_piece_end(link->data, g_error_copy(error));
	g_error_free(error);
	offhook_elevenlabs_synthesizer_go_on(self);
}

/* (nullable): none that was sent */
static OffhookElevenlabsPiece *
offhook_elevenlabs_synthesizer_find(OffhookElevenlabsSynthesizer *self, const char *context)
{
	GList *link = self->pieces.head;

	for (guint i = 0; i < self->n_asked; i++, link = link->next)
		if (g_strcmp0(offhook_elevenlabs_piece_get_context(link->data), context) == 0)
			return link->data;
	return NULL;
}

static void
offhook_elevenlabs_synthesizer_take(OffhookElevenlabsSynthesizer *self,
				    OffhookElevenlabsMessage *message)
{
	OffhookElevenlabsPiece *piece = offhook_elevenlabs_synthesizer_find(self, message->context);
	gboolean is_first;

	if (piece == NULL) {
		if (message->is_final && message->context != NULL)
			g_hash_table_remove(self->closed, message->context);
	} else {
		is_first = !offhook_elevenlabs_piece_has_sound(piece);
		offhook_elevenlabs_piece_take(piece, message);
		if (is_first && offhook_elevenlabs_piece_has_sound(piece))
			offhook_elevenlabs_synthesizer_send(
			    self, offhook_elevenlabs_message_make_end(message->context));
	}
	offhook_elevenlabs_synthesizer_go_on(self);
}

static void
offhook_elevenlabs_synthesizer_text_cb(gpointer user_data, const char *text, gsize size)
{
	OffhookElevenlabsSynthesizer *self = user_data;
	g_auto(OffhookElevenlabsMessage) message = {0};
	GError *error = NULL;

	if (!offhook_elevenlabs_message_parse(&message, text, size, &error))
		offhook_elevenlabs_synthesizer_fail(self, error);
	else if (message.fault != NULL)
		offhook_elevenlabs_synthesizer_fail(
		    self, offhook_elevenlabs_error_new(message.fault, message.explanation));
	else
		offhook_elevenlabs_synthesizer_take(self, &message);
}

/* While nothing is to be said this is no failure: the next text connects again. */
static void
offhook_elevenlabs_synthesizer_closed_cb(gpointer user_data, const OffhookSocketEnd *end)
{
	offhook_elevenlabs_synthesizer_fail(user_data, offhook_elevenlabs_error_new_from_end(end));
}

static gboolean
offhook_elevenlabs_synthesizer_keep_alive_cb(gpointer user_data)
{
	OffhookElevenlabsSynthesizer *self = user_data;

	if (offhook_socket_client_is_open(self->socket))
		offhook_elevenlabs_synthesizer_send(self, offhook_elevenlabs_message_make_pause());
	return G_SOURCE_CONTINUE;
}

static void
offhook_elevenlabs_synthesizer_connect(OffhookElevenlabsSynthesizer *self)
{
	static const OffhookSocketHandler handler = {
	    .text = offhook_elevenlabs_synthesizer_text_cb,
	    .closed = offhook_elevenlabs_synthesizer_closed_cb,
	};
	const OffhookElevenlabsConfig *config = self->config;
	const OffhookSocketRequest request = {
	    .url = config->url,
	    .headers = (const char *const *)config->headers,
	    .connect_timeout_ms = config->connect_ms,
	};

	/* What could be wrong with the address was checked with the settings. */
	self->socket = offhook_socket_client_new(&request, &handler, self, NULL);
	g_return_if_fail(self->socket != NULL);
	self->keep_alive = g_timeout_add(config->keep_alive_ms,
					 offhook_elevenlabs_synthesizer_keep_alive_cb, self);
}

/* ---- asking ---- */

static gboolean
offhook_elevenlabs_synthesizer_deadline_cb(gpointer user_data)
{
	OffhookElevenlabsSynthesizer *self = user_data;
	OffhookElevenlabsPiece *piece = g_queue_peek_head(&self->pieces);

	self->deadline = 0;
	offhook_elevenlabs_synthesizer_fail(
	    self, g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT, "elevenlabs: %s",
			      offhook_elevenlabs_piece_has_sound(piece)
				  ? "the sound stopped in the middle"
				  : "no sound came in time"));
	return G_SOURCE_REMOVE;
}

static void
offhook_elevenlabs_synthesizer_set_deadline(OffhookElevenlabsSynthesizer *self)
{
	OffhookElevenlabsPiece *piece = g_queue_peek_head(&self->pieces);
	gboolean going;

	g_clear_handle_id(&self->deadline, g_source_remove);
	if (piece == NULL || offhook_elevenlabs_piece_has_ended(piece))
		return;
	going = offhook_elevenlabs_piece_has_sound(piece);
	self->deadline =
	    g_timeout_add(going ? self->config->stall_ms : self->config->first_audio_ms,
			  offhook_elevenlabs_synthesizer_deadline_cb, self);
}

static void
offhook_elevenlabs_synthesizer_ask_for(OffhookElevenlabsSynthesizer *self,
				       OffhookElevenlabsPiece *piece)
{
	const char *context = offhook_elevenlabs_piece_get_context(piece);

	if (self->socket == NULL)
		offhook_elevenlabs_synthesizer_connect(self);
	offhook_elevenlabs_synthesizer_send(
	    self, offhook_elevenlabs_message_make_greeting(context, self->config->voice_settings));
	offhook_elevenlabs_synthesizer_send(
	    self, offhook_elevenlabs_message_make_text(context,
						       offhook_elevenlabs_piece_get_text(piece)));
}

/* The first few pieces are under way. */
static void
offhook_elevenlabs_synthesizer_ask(OffhookElevenlabsSynthesizer *self)
{
	guint n_speaking = 0, i = 0;

	for (GList *link = self->pieces.head; link != NULL; link = link->next, i++) {
		gboolean ended = offhook_elevenlabs_piece_has_ended(link->data);

		if (i >= self->n_asked) {
			if (n_speaking >= AT_A_TIME ||
			    n_speaking + g_hash_table_size(self->closed) >= MAX_OPEN)
				return;
			if (!ended)
				offhook_elevenlabs_synthesizer_ask_for(self, link->data);
			self->n_asked = i + 1;
		}
		n_speaking += ended ? 0 : 1;
	}
}

/* ---- telling ---- */

/* Whoever listens may cancel, which frees the pieces, and let go of us. */
static void
offhook_elevenlabs_synthesizer_go_on(OffhookElevenlabsSynthesizer *owner)
{
	g_autoptr(OffhookElevenlabsSynthesizer) self = g_object_ref(owner);
	OffhookSynthesizer *synthesizer = OFFHOOK_SYNTHESIZER(self);
	OffhookElevenlabsPiece *piece;

	while ((piece = g_queue_peek_head(&self->pieces)) != NULL) {
		guint number = offhook_elevenlabs_piece_get_number(piece);
		g_autoptr(GArray) words = offhook_elevenlabs_piece_take_words(piece);
		g_autoptr(GBytes) sound = NULL;
		g_autoptr(GError) error = NULL;

		if (words != NULL) {
			offhook_synthesizer_emit_words(
			    synthesizer, number, (const OffhookWordTime *)(gpointer)words->data,
			    words->len);
		} else if ((sound = offhook_elevenlabs_piece_take_sound(piece)) != NULL) {
			offhook_synthesizer_emit_audio(synthesizer, number, sound);
		} else if (offhook_elevenlabs_piece_has_ended(piece)) {
			error = offhook_elevenlabs_piece_take_error(piece);
			offhook_elevenlabs_piece_free(g_queue_pop_head(&self->pieces));
			self->n_asked -= self->n_asked > 0 ? 1 : 0;
			offhook_synthesizer_emit_done(synthesizer, number, error);
		} else {
			break;
		}
	}
	offhook_elevenlabs_synthesizer_ask(self);
	offhook_elevenlabs_synthesizer_set_deadline(self);
}

static gboolean
offhook_elevenlabs_synthesizer_wake_cb(gpointer user_data)
{
	OffhookElevenlabsSynthesizer *self = user_data;

	self->wake = 0;
	offhook_elevenlabs_synthesizer_go_on(self);
	return G_SOURCE_REMOVE;
}

/* Nothing is told before this has returned. */
static void
offhook_elevenlabs_synthesizer_speak(OffhookSynthesizer *synthesizer, guint number,
				     const char *text)
{
	OffhookElevenlabsSynthesizer *self = OFFHOOK_ELEVENLABS_SYNTHESIZER(synthesizer);
	OffhookElevenlabsPiece *piece =
	    offhook_elevenlabs_piece_new(number, text, &self->config->format);

	if (g_queue_get_length(&self->pieces) >= MAX_PIECES &&
	    !offhook_elevenlabs_piece_has_ended(piece))
		offhook_elevenlabs_piece_end(
		    piece,
		    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY,
				"elevenlabs: %d texts already wait to be spoken", MAX_PIECES));
	g_queue_push_tail(&self->pieces, piece);
	offhook_elevenlabs_synthesizer_ask(self);
	if (g_queue_get_length(&self->pieces) == 1)
		offhook_elevenlabs_synthesizer_set_deadline(self);
	if (offhook_elevenlabs_piece_has_ended(piece) && self->wake == 0)
		self->wake = g_idle_add_full(G_PRIORITY_DEFAULT,
					     offhook_elevenlabs_synthesizer_wake_cb, self, NULL);
}

static void
offhook_elevenlabs_synthesizer_cancel(OffhookSynthesizer *synthesizer)
{
	OffhookElevenlabsSynthesizer *self = OFFHOOK_ELEVENLABS_SYNTHESIZER(synthesizer);
	OffhookElevenlabsPiece *piece;

	g_clear_handle_id(&self->wake, g_source_remove);
	g_clear_handle_id(&self->deadline, g_source_remove);
	while ((piece = g_queue_pop_head(&self->pieces)) != NULL) {
		const char *context = offhook_elevenlabs_piece_get_context(piece);

		if (self->n_asked > 0 && !offhook_elevenlabs_piece_has_ended(piece)) {
			/* With its first sound it was closed already. */
			if (!offhook_elevenlabs_piece_has_sound(piece))
				offhook_elevenlabs_synthesizer_send(
				    self, offhook_elevenlabs_message_make_end(context));
			g_hash_table_add(self->closed, g_strdup(context));
		}
		self->n_asked -= self->n_asked > 0 ? 1 : 0;
		offhook_elevenlabs_piece_free(piece);
	}
	/* The service is behind with ending them: a new connection is sooner ready. */
	if (g_hash_table_size(self->closed) >= MAX_OPEN) {
		offhook_elevenlabs_synthesizer_drop(self);
		offhook_elevenlabs_synthesizer_connect(self);
	}
}

/* ---- the session ---- */

OffhookSynthesizer *
offhook_elevenlabs_synthesizer_new(OffhookElevenlabsConfig *config)
{
	OffhookElevenlabsSynthesizer *self =
	    g_object_new(OFFHOOK_TYPE_ELEVENLABS_SYNTHESIZER, NULL);

	self->config = config;
	/* The first text need not wait for it. */
	offhook_elevenlabs_synthesizer_connect(self);
	return OFFHOOK_SYNTHESIZER(self);
}

static void
offhook_elevenlabs_synthesizer_dispose(GObject *object)
{
	OffhookElevenlabsSynthesizer *self = OFFHOOK_ELEVENLABS_SYNTHESIZER(object);

	g_clear_handle_id(&self->wake, g_source_remove);
	g_clear_handle_id(&self->deadline, g_source_remove);
	if (self->closed != NULL)
		offhook_elevenlabs_synthesizer_drop(self);
	g_queue_clear_full(&self->pieces, (GDestroyNotify)offhook_elevenlabs_piece_free);
	self->n_asked = 0;
	g_clear_pointer(&self->closed, g_hash_table_unref);
	g_clear_pointer(&self->config, offhook_elevenlabs_config_free);

	G_OBJECT_CLASS(offhook_elevenlabs_synthesizer_parent_class)->dispose(object);
}

static void
offhook_elevenlabs_synthesizer_init(OffhookElevenlabsSynthesizer *self)
{
	g_queue_init(&self->pieces);
	self->closed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void
offhook_elevenlabs_synthesizer_class_init(OffhookElevenlabsSynthesizerClass *klass)
{
	OffhookSynthesizerClass *synthesizer = OFFHOOK_SYNTHESIZER_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = offhook_elevenlabs_synthesizer_dispose;
	synthesizer->speak = offhook_elevenlabs_synthesizer_speak;
	synthesizer->cancel = offhook_elevenlabs_synthesizer_cancel;
}
