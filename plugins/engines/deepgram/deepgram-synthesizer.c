/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One call's voice: one socket for as long as it lasts. A piece is a text and a flush, whose answer
 * is the piece's end. The service takes only so many flushes a minute, so when they run short, what
 * waits is flushed together, and where one piece ends and the next begins is estimated. Main thread.
 */

#include "deepgram-synthesizer.h"

#include "deepgram-message.h"
#include "flush-budget.h"
#include <offhook/audio.h>
#include <offhook/error.h>
#include <offhook/socket-client.h>
#include <string.h>

#define MAX_TEXT     1900 /* bytes in one message: the service takes 2,000 characters */
#define AHEAD        2    /* flushes that are not answered yet */
#define SPARE        10   /* flushes: with fewer left, pieces share them */
#define CHARACTER_MS 65   /* how long one takes to say, before it is known better */
#define ENOUGH       10   /* characters to know it better from */

G_STATIC_ASSERT(OFFHOOK_RATE == OFFHOOK_DEEPGRAM_RATE);

/** Something to say. */
typedef struct {
	guint number;
	char *text;
	gsize characters;
	gsize bytes;     /* of sound that were told */
	gboolean asked;  /* its text is with the service */
	gboolean last;   /* ... and a flush after it */
	gboolean shared; /* ... which is not its own alone */
	gboolean ended;  /* all of its sound is there */
} OffhookDeepgramPiece;

struct _OffhookDeepgramSynthesizer {
	OffhookSynthesizer parent_instance;

	OffhookDeepgramConfig *config;
	OffhookSocketClient *socket; /* (nullable) */
	GQueue pieces;               /* OffhookDeepgramPiece */
	OffhookFlushBudget budget;
	guint flushes;   /* that are not answered */
	guint clears;    /* likewise: until then all sound is an old one's */
	GByteArray *odd; /* half a sample */
	double character_bytes;
	guint wake; /* source */
};

G_DEFINE_FINAL_TYPE(OffhookDeepgramSynthesizer, offhook_deepgram_synthesizer,
		    OFFHOOK_TYPE_SYNTHESIZER)

static void offhook_deepgram_synthesizer_ask(OffhookDeepgramSynthesizer *self);

static void
offhook_deepgram_piece_free(gpointer data)
{
	OffhookDeepgramPiece *piece = data;

	g_free(piece->text);
	g_free(piece);
}

static void
offhook_deepgram_synthesizer_command(OffhookDeepgramSynthesizer *self, const char *type,
				     const char *text)
{
	g_autofree char *command = offhook_deepgram_make_command(type, text);

	offhook_socket_client_send_text(self->socket, command);
}

/* ---- telling ---- */

/* All of them. Whoever listens may speak again, and let go of us. */
static void
offhook_deepgram_synthesizer_fail(OffhookDeepgramSynthesizer *owner, const GError *error)
{
	g_autoptr(OffhookDeepgramSynthesizer) self = g_object_ref(owner);
	GQueue failed = self->pieces;
	OffhookDeepgramPiece *piece;

	g_queue_init(&self->pieces);
	self->flushes = self->clears = 0;
	g_byte_array_set_size(self->odd, 0);
	g_clear_handle_id(&self->wake, g_source_remove);
	g_clear_pointer(&self->socket, offhook_socket_client_free);
	while ((piece = g_queue_pop_head(&failed)) != NULL) {
		guint number = piece->number;

		offhook_deepgram_piece_free(piece);
		offhook_synthesizer_emit_done(OFFHOOK_SYNTHESIZER(self), number, error);
	}
}

/* Whoever listens may cancel, which frees the pieces. */
static void
offhook_deepgram_synthesizer_tell_ends(OffhookDeepgramSynthesizer *self)
{
	OffhookDeepgramPiece *piece;

	while ((piece = g_queue_peek_head(&self->pieces)) != NULL && piece->ended) {
		guint number = piece->number;

		offhook_deepgram_piece_free(g_queue_pop_head(&self->pieces));
		offhook_synthesizer_emit_done(OFFHOOK_SYNTHESIZER(self), number, NULL);
	}
}

/* Where pieces share a flush: how much more of the sound is this one's, as far as can be told? */
static gsize
offhook_deepgram_synthesizer_get_room(OffhookDeepgramSynthesizer *self,
				      const OffhookDeepgramPiece *piece)
{
	gsize whole = (gsize)((double)piece->characters * self->character_bytes) & ~(gsize)1;

	if (piece->last)
		return G_MAXSIZE;
	return whole - MIN(whole, piece->bytes);
}

/* Whole samples. Whoever listens may cancel, which frees the pieces; then the rest is nobody's. */
static void
offhook_deepgram_synthesizer_tell_sound(OffhookDeepgramSynthesizer *self, GBytes *sound)
{
	gsize size = g_bytes_get_size(sound);
	gsize at = 0;
	OffhookDeepgramPiece *piece;

	while (at < size && self->clears == 0 &&
	       (piece = g_queue_peek_head(&self->pieces)) != NULL && piece->asked) {
		gsize room = offhook_deepgram_synthesizer_get_room(self, piece);
		gsize n = MIN(room, size - at);
		g_autoptr(GBytes) part = g_bytes_new_from_bytes(sound, at, n);

		at += n;
		piece->bytes += n;
		piece->ended = n == room;
		if (n > 0)
			offhook_synthesizer_emit_audio(OFFHOOK_SYNTHESIZER(self), piece->number,
						       part);
		offhook_deepgram_synthesizer_tell_ends(self);
	}
}

/* Up to and with the piece that the flush came after. */
static void
offhook_deepgram_synthesizer_end_flush(OffhookDeepgramSynthesizer *self)
{
	gboolean over = FALSE;

	g_byte_array_set_size(self->odd, 0);
	self->flushes -= self->flushes > 0;
	for (GList *link = self->pieces.head; link != NULL && !over; link = link->next) {
		OffhookDeepgramPiece *piece = link->data;

		over = piece->last || !piece->asked;
		piece->ended = piece->ended || piece->asked;
		/* A measure of this voice. */
		if (piece->last && !piece->shared && piece->characters >= ENOUGH)
			self->character_bytes = (double)piece->bytes / (double)piece->characters;
	}
	offhook_deepgram_synthesizer_tell_ends(self);
	offhook_deepgram_synthesizer_ask(self);
}

/* ---- the socket ---- */

static void
offhook_deepgram_synthesizer_text_cb(gpointer user_data, const char *text, gsize size)
{
	g_autoptr(OffhookDeepgramSynthesizer) self = g_object_ref(user_data);
	g_auto(OffhookDeepgramMessage) message = {0};
	g_autoptr(GError) error = NULL;

	if (!offhook_deepgram_message_parse(&message, text, size, &error))
		offhook_deepgram_synthesizer_fail(self, error);
	else if (message.kind == OFFHOOK_DEEPGRAM_ERROR)
		offhook_deepgram_synthesizer_fail(self, message.error);
	else if (message.kind == OFFHOOK_DEEPGRAM_CLEARED && self->clears > 0)
		self->clears--;
	else if (message.kind == OFFHOOK_DEEPGRAM_FLUSHED && self->clears == 0)
		offhook_deepgram_synthesizer_end_flush(self);
}

static void
offhook_deepgram_synthesizer_binary_cb(gpointer user_data, const guint8 *data, gsize size)
{
	g_autoptr(OffhookDeepgramSynthesizer) self = g_object_ref(user_data);
	g_autoptr(GBytes) sound = NULL;
	guint whole;

	if (self->clears > 0)
		return;
	g_byte_array_append(self->odd, data, (guint)size);
	whole = self->odd->len & ~1u;
	sound = g_bytes_new(self->odd->data, whole);
	g_byte_array_remove_range(self->odd, 0, whole);
	offhook_deepgram_synthesizer_tell_sound(self, sound);
}

/* When nothing is spoken, the next piece opens another. */
static void
offhook_deepgram_synthesizer_closed_cb(gpointer user_data, const OffhookSocketEnd *end)
{
	g_autoptr(GError) error = offhook_deepgram_make_error(end);

	offhook_deepgram_synthesizer_fail(user_data, error);
}

static void
offhook_deepgram_synthesizer_connect(OffhookDeepgramSynthesizer *self)
{
	static const OffhookSocketHandler handler = {
	    .text = offhook_deepgram_synthesizer_text_cb,
	    .binary = offhook_deepgram_synthesizer_binary_cb,
	    .closed = offhook_deepgram_synthesizer_closed_cb,
	};
	const OffhookSocketRequest request = {
	    .url = self->config->speak_url,
	    .headers = (const char *const *)self->config->headers,
	    .connect_timeout_ms = self->config->connect_ms,
	};

	/* The configuration has checked the address. */
	self->socket = offhook_socket_client_new(&request, &handler, self, NULL);
	self->budget.n = 0;
}

/* ---- asking ---- */

/* Cut at spaces, as far as there are any, else between characters. */
static void
offhook_deepgram_synthesizer_send_text(OffhookDeepgramSynthesizer *self, const char *text)
{
	while (*text != '\0') {
		gsize size = strlen(text);
		const char *end;
		g_autofree char *part = NULL;

		if (size > MAX_TEXT) {
			const char *space = g_strrstr_len(text, MAX_TEXT, " ");

			g_utf8_validate(text, MAX_TEXT, &end);
			size = (gsize)((space != NULL && space > text ? space + 1 : end) - text);
		}
		part = g_strndup(text, size);
		offhook_deepgram_synthesizer_command(self, "Speak", part);
		text += size;
	}
}

static void
offhook_deepgram_synthesizer_flush(OffhookDeepgramSynthesizer *self, OffhookDeepgramPiece *piece)
{
	piece->last = TRUE;
	offhook_deepgram_synthesizer_command(self, "Flush", NULL);
	offhook_flush_budget_take(&self->budget, g_get_monotonic_time());
	self->flushes++;
}

/* The first that is not asked for, and, when flushes run short, those that wait behind it. */
static void
offhook_deepgram_synthesizer_ask_next(OffhookDeepgramSynthesizer *self, GList *link, gboolean share)
{
	for (;; link = link->next) {
		OffhookDeepgramPiece *piece = link->data;
		OffhookDeepgramPiece *next = link->next != NULL ? link->next->data : NULL;

		g_autofree char *text = g_strconcat(piece->text, " ", NULL);

		piece->asked = TRUE;
		piece->shared = share;
		offhook_deepgram_synthesizer_send_text(self, text);
		if (!share || next == NULL || next->ended) {
			offhook_deepgram_synthesizer_flush(self, piece);
			return;
		}
	}
}

static gboolean
offhook_deepgram_synthesizer_wake_cb(gpointer user_data)
{
	g_autoptr(OffhookDeepgramSynthesizer) self = g_object_ref(user_data);

	self->wake = 0;
	offhook_deepgram_synthesizer_tell_ends(self);
	offhook_deepgram_synthesizer_ask(self);
	return G_SOURCE_REMOVE;
}

/* (nullable): the first piece that is not with the service */
static GList *
offhook_deepgram_synthesizer_find_waiting(OffhookDeepgramSynthesizer *self)
{
	GList *link = self->pieces.head;

	while (link != NULL && (((OffhookDeepgramPiece *)link->data)->asked ||
				((OffhookDeepgramPiece *)link->data)->ended))
		link = link->next;
	return link;
}

static void
offhook_deepgram_synthesizer_ask(OffhookDeepgramSynthesizer *self)
{
	GList *link;

	while ((link = offhook_deepgram_synthesizer_find_waiting(self)) != NULL) {
		gint64 now = g_get_monotonic_time();
		gboolean share = offhook_flush_budget_get_left(&self->budget, now) < SPARE;
		gint64 wait_us = offhook_flush_budget_get_wait(&self->budget, now);

		if (self->flushes >= (share ? 1 : AHEAD))
			return;
		if (wait_us > 0) {
			if (self->wake == 0)
				self->wake =
				    g_timeout_add((guint)(wait_us / 1000) + 1,
						  offhook_deepgram_synthesizer_wake_cb, self);
			return;
		}
		if (self->socket == NULL)
			offhook_deepgram_synthesizer_connect(self);
		offhook_deepgram_synthesizer_ask_next(self, link, share);
	}
}

static void
offhook_deepgram_synthesizer_speak(OffhookSynthesizer *synthesizer, guint number, const char *text)
{
	OffhookDeepgramSynthesizer *self = OFFHOOK_DEEPGRAM_SYNTHESIZER(synthesizer);
	OffhookDeepgramPiece *piece = g_new0(OffhookDeepgramPiece, 1);

	piece->number = number;
	piece->text = g_strstrip(g_utf8_make_valid(text, -1));
	piece->characters = (gsize)g_utf8_strlen(piece->text, -1);
	piece->ended = piece->characters == 0;
	g_queue_push_tail(&self->pieces, piece);
	/* What has ended already is told later, as all else. */
	if (piece->ended && self->wake == 0)
		self->wake = g_idle_add_full(G_PRIORITY_DEFAULT,
					     offhook_deepgram_synthesizer_wake_cb, self, NULL);
	else
		offhook_deepgram_synthesizer_ask(self);
}

static void
offhook_deepgram_synthesizer_cancel(OffhookSynthesizer *synthesizer)
{
	OffhookDeepgramSynthesizer *self = OFFHOOK_DEEPGRAM_SYNTHESIZER(synthesizer);

	g_clear_handle_id(&self->wake, g_source_remove);
	g_queue_clear_full(&self->pieces, offhook_deepgram_piece_free);
	g_byte_array_set_size(self->odd, 0);
	if (self->flushes == 0)
		return;
	self->flushes = 0;
	self->clears++;
	offhook_deepgram_synthesizer_command(self, "Clear", NULL);
}

OffhookSynthesizer *
offhook_deepgram_synthesizer_new(OffhookDeepgramConfig *config)
{
	OffhookDeepgramSynthesizer *self = g_object_new(OFFHOOK_TYPE_DEEPGRAM_SYNTHESIZER, NULL);

	self->config = offhook_deepgram_config_ref(config);
	offhook_deepgram_synthesizer_connect(self);
	return OFFHOOK_SYNTHESIZER(self);
}

static void
offhook_deepgram_synthesizer_dispose(GObject *object)
{
	OffhookDeepgramSynthesizer *self = OFFHOOK_DEEPGRAM_SYNTHESIZER(object);

	g_clear_handle_id(&self->wake, g_source_remove);
	g_clear_pointer(&self->socket, offhook_socket_client_free);
	g_queue_clear_full(&self->pieces, offhook_deepgram_piece_free);
	self->flushes = 0;
	g_clear_pointer(&self->config, offhook_deepgram_config_unref);

	G_OBJECT_CLASS(offhook_deepgram_synthesizer_parent_class)->dispose(object);
}

static void
offhook_deepgram_synthesizer_finalize(GObject *object)
{
	g_byte_array_unref(OFFHOOK_DEEPGRAM_SYNTHESIZER(object)->odd);

	G_OBJECT_CLASS(offhook_deepgram_synthesizer_parent_class)->finalize(object);
}

static void
offhook_deepgram_synthesizer_init(OffhookDeepgramSynthesizer *self)
{
	g_queue_init(&self->pieces);
	self->odd = g_byte_array_new();
	self->character_bytes = CHARACTER_MS * (OFFHOOK_DEEPGRAM_RATE / 1000) * sizeof(gint16);
}

static void
offhook_deepgram_synthesizer_class_init(OffhookDeepgramSynthesizerClass *klass)
{
	OffhookSynthesizerClass *synthesizer = OFFHOOK_SYNTHESIZER_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = offhook_deepgram_synthesizer_dispose;
	G_OBJECT_CLASS(klass)->finalize = offhook_deepgram_synthesizer_finalize;
	synthesizer->speak = offhook_deepgram_synthesizer_speak;
	synthesizer->cancel = offhook_deepgram_synthesizer_cancel;
}
