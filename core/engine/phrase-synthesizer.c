/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Pieces stand in line. The voice behind gets those that are not known; the others are told when it is
 * their turn, which is never before speak() has returned. Main thread.
 */

#include "engine/phrase-synthesizer.h"

/* No short text takes longer to be said than half a minute. */
#define OFFHOOK_PHRASE_MAX_BYTES (30 * OFFHOOK_RATE * sizeof(gint16))

typedef struct {
	guint number;
	OffhookPhrase *phrase; /* (nullable): the voice speaks it */
	OffhookPhraseCache *cache;
	char *key;         /* (nullable): to be kept under */
	GByteArray *audio; /* so far, with a key */
	GArray *words;     /* likewise */
} OffhookPhrasePiece;

struct _OffhookPhraseSynthesizer {
	OffhookSynthesizer parent_instance;

	OffhookPhraseCache *cache;
	OffhookSynthesizer *voice;
	char *prefix;
	GQueue pieces; /* OffhookPhrasePiece */
	gboolean reciting;
	guint wake; /* source */
};

G_DEFINE_FINAL_TYPE(OffhookPhraseSynthesizer, offhook_phrase_synthesizer, OFFHOOK_TYPE_SYNTHESIZER)

/* Its sound is not gathered any more. */
static void
offhook_phrase_piece_release(OffhookPhrasePiece *piece)
{
	if (piece->key != NULL)
		offhook_phrase_cache_release(piece->cache, piece->key);
	g_clear_pointer(&piece->key, g_free);
	g_clear_pointer(&piece->audio, g_byte_array_unref);
	g_clear_pointer(&piece->words, g_array_unref);
}

static void
offhook_phrase_piece_free(gpointer data)
{
	OffhookPhrasePiece *piece = data;

	offhook_phrase_piece_release(piece);
	offhook_phrase_unref(piece->phrase);
	g_free(piece);
}

/* ---- from memory ---- */

static gboolean
offhook_phrase_synthesizer_is_next(OffhookPhraseSynthesizer *self, guint number)
{
	OffhookPhrasePiece *piece = g_queue_peek_head(&self->pieces);

	return piece != NULL && piece->number == number;
}

/* Whoever listens may cancel, and let go of us; the caller holds a reference. */
static void
offhook_phrase_synthesizer_recite(OffhookPhraseSynthesizer *self, OffhookPhrasePiece *piece)
{
	OffhookSynthesizer *synthesizer = OFFHOOK_SYNTHESIZER(self);
	g_autoptr(OffhookPhrase) phrase = offhook_phrase_ref(piece->phrase);
	guint number = piece->number;

	if (phrase->words->len > 0)
		offhook_synthesizer_emit_words(
		    synthesizer, number, (const OffhookWordTime *)(gpointer)phrase->words->data,
		    phrase->words->len);
	if (offhook_phrase_synthesizer_is_next(self, number))
		offhook_synthesizer_emit_audio(synthesizer, number, phrase->audio);
	if (!offhook_phrase_synthesizer_is_next(self, number))
		return;
	offhook_phrase_piece_free(g_queue_pop_head(&self->pieces));
	offhook_synthesizer_emit_done(synthesizer, number, NULL);
}

/* What is known and next in line. */
static void
offhook_phrase_synthesizer_advance(OffhookPhraseSynthesizer *self)
{
	OffhookPhrasePiece *piece;

	while ((piece = g_queue_peek_head(&self->pieces)) != NULL && piece->phrase != NULL) {
		self->reciting = TRUE;
		offhook_phrase_synthesizer_recite(self, piece);
		self->reciting = FALSE;
	}
}

gboolean
offhook_phrase_synthesizer_knows(OffhookSynthesizer *session, guint number)
{
	const OffhookPhrasePiece *last =
	    OFFHOOK_IS_PHRASE_SYNTHESIZER(session)
		? g_queue_peek_tail(&OFFHOOK_PHRASE_SYNTHESIZER(session)->pieces)
		: NULL;

	return last != NULL && last->number == number && last->phrase != NULL;
}

gboolean
offhook_phrase_synthesizer_is_reciting(OffhookSynthesizer *session)
{
	return OFFHOOK_IS_PHRASE_SYNTHESIZER(session) &&
	       OFFHOOK_PHRASE_SYNTHESIZER(session)->reciting;
}

static gboolean
offhook_phrase_synthesizer_wake_cb(gpointer user_data)
{
	g_autoptr(OffhookPhraseSynthesizer) self = g_object_ref(user_data);

	self->wake = 0;
	offhook_phrase_synthesizer_advance(self);
	return G_SOURCE_REMOVE;
}

/* ---- from the voice behind ---- */

/*
 * The piece that it tells of; %NULL: of none any more. It is its turn, unless the voice refuses a piece
 * before it has come to it.
 */
static OffhookPhrasePiece *
offhook_phrase_synthesizer_reach(OffhookPhraseSynthesizer *self, guint number)
{
	offhook_phrase_synthesizer_advance(self);
	for (GList *link = self->pieces.head; link != NULL; link = link->next)
		if (((OffhookPhrasePiece *)link->data)->number == number)
			return link->data;
	return NULL;
}

static void
offhook_phrase_synthesizer_audio_cb(OffhookSynthesizer *voice, guint number, GBytes *audio,
				    gpointer user_data)
{
	g_autoptr(OffhookPhraseSynthesizer) self = g_object_ref(user_data);
	OffhookPhrasePiece *piece = offhook_phrase_synthesizer_reach(self, number);

	if (piece == NULL)
		return;
	if (piece->key != NULL)
		g_byte_array_append(piece->audio, g_bytes_get_data(audio, NULL),
				    (guint)g_bytes_get_size(audio));
	if (piece->key != NULL && piece->audio->len > OFFHOOK_PHRASE_MAX_BYTES)
		offhook_phrase_piece_release(piece);
	offhook_synthesizer_emit_audio(OFFHOOK_SYNTHESIZER(self), number, audio);
}

static void
offhook_phrase_synthesizer_words_cb(OffhookSynthesizer *voice, guint number,
				    const OffhookWordTime *words, guint n, gpointer user_data)
{
	g_autoptr(OffhookPhraseSynthesizer) self = g_object_ref(user_data);
	OffhookPhrasePiece *piece = offhook_phrase_synthesizer_reach(self, number);

	if (piece == NULL)
		return;
	if (piece->key != NULL)
		g_array_append_vals(piece->words, words, n);
	offhook_synthesizer_emit_words(OFFHOOK_SYNTHESIZER(self), number, words, n);
}

static void
offhook_phrase_synthesizer_done_cb(OffhookSynthesizer *voice, guint number, const GError *error,
				   gpointer user_data)
{
	g_autoptr(OffhookPhraseSynthesizer) self = g_object_ref(user_data);
	OffhookPhrasePiece *piece = offhook_phrase_synthesizer_reach(self, number);

	if (piece == NULL)
		return;
	/* Only what is whole. */
	if (piece->key != NULL && error == NULL) {
		g_autoptr(GBytes) audio =
		    g_byte_array_free_to_bytes(g_steal_pointer(&piece->audio));

		offhook_phrase_cache_keep(self->cache, piece->key, audio, piece->words);
	}
	g_queue_remove(&self->pieces, piece);
	offhook_phrase_piece_free(piece);
	offhook_synthesizer_emit_done(OFFHOOK_SYNTHESIZER(self), number, error);
	offhook_phrase_synthesizer_advance(self);
}

/* ---- the session ---- */

static void
offhook_phrase_synthesizer_speak(OffhookSynthesizer *synthesizer, guint number, const char *text)
{
	OffhookPhraseSynthesizer *self = OFFHOOK_PHRASE_SYNTHESIZER(synthesizer);
	OffhookPhrasePiece *piece = g_new0(OffhookPhrasePiece, 1);

	piece->number = number;
	piece->cache = self->cache;
	piece->phrase = offhook_phrase_cache_find(self->cache, self->prefix, text, &piece->key);
	if (piece->key != NULL) {
		piece->audio = g_byte_array_new();
		piece->words = g_array_new(FALSE, FALSE, sizeof(OffhookWordTime));
	}
	g_queue_push_tail(&self->pieces, piece);
	if (piece->phrase == NULL)
		offhook_synthesizer_speak(self->voice, number, text);
	else if (self->wake == 0)
		self->wake = g_idle_add_full(G_PRIORITY_DEFAULT, offhook_phrase_synthesizer_wake_cb,
					     self, NULL);
}

static void
offhook_phrase_synthesizer_cancel(OffhookSynthesizer *synthesizer)
{
	OffhookPhraseSynthesizer *self = OFFHOOK_PHRASE_SYNTHESIZER(synthesizer);

	g_clear_handle_id(&self->wake, g_source_remove);
	g_queue_clear_full(&self->pieces, offhook_phrase_piece_free);
	offhook_synthesizer_cancel(self->voice);
}

OffhookSynthesizer *
offhook_phrase_synthesizer_new(OffhookPhraseCache *cache, OffhookSynthesizer *voice,
			       const char *engine, const OffhookSynthesizeOptions *options)
{
	OffhookPhraseSynthesizer *self = g_object_new(OFFHOOK_TYPE_PHRASE_SYNTHESIZER, NULL);

	self->cache = offhook_phrase_cache_ref(cache);
	self->voice = voice;
	self->prefix = offhook_phrase_cache_make_prefix(cache, engine, options);
	g_signal_connect(voice, "audio", G_CALLBACK(offhook_phrase_synthesizer_audio_cb), self);
	g_signal_connect(voice, "words", G_CALLBACK(offhook_phrase_synthesizer_words_cb), self);
	g_signal_connect(voice, "done", G_CALLBACK(offhook_phrase_synthesizer_done_cb), self);
	return OFFHOOK_SYNTHESIZER(self);
}

static void
offhook_phrase_synthesizer_dispose(GObject *object)
{
	OffhookPhraseSynthesizer *self = OFFHOOK_PHRASE_SYNTHESIZER(object);

	g_clear_handle_id(&self->wake, g_source_remove);
	g_queue_clear_full(&self->pieces, offhook_phrase_piece_free);
	if (self->voice != NULL) {
		g_signal_handlers_disconnect_by_data(self->voice, self);
		offhook_synthesizer_cancel(self->voice);
	}
	g_clear_object(&self->voice);
	g_clear_pointer(&self->cache, offhook_phrase_cache_unref);
	g_clear_pointer(&self->prefix, g_free);

	G_OBJECT_CLASS(offhook_phrase_synthesizer_parent_class)->dispose(object);
}

static void
offhook_phrase_synthesizer_init(OffhookPhraseSynthesizer *self)
{
	g_queue_init(&self->pieces);
}

static void
offhook_phrase_synthesizer_class_init(OffhookPhraseSynthesizerClass *klass)
{
	OffhookSynthesizerClass *synthesizer = OFFHOOK_SYNTHESIZER_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = offhook_phrase_synthesizer_dispose;
	synthesizer->speak = offhook_phrase_synthesizer_speak;
	synthesizer->cancel = offhook_phrase_synthesizer_cancel;
}
