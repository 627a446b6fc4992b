/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One call's voice: each piece is one exchange. The next piece is asked for while one is spoken, and
 * its sound is held until it is its turn. Main thread.
 */

#include "openai-synthesizer.h"

#include "openai-exchange.h"
#include "speech-decoder.h"
#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

#define MAX_CHARACTERS 4096               /* that the service takes at a time */
#define MAX_SOUND      (32 * 1024 * 1024) /* bytes */
#define AT_A_TIME      2                  /* exchanges */

/** Something to say. */
typedef struct {
	OffhookOpenaiSynthesizer *owner;
	guint number;
	char *text;
	OffhookOpenaiExchange *exchange; /* (nullable): not asked for yet, or over */
	OffhookSpeechDecoder *decoder;
	GByteArray *sound; /* not told yet */
	gboolean begun;
	gboolean ended;
	GError *error; /* (nullable) */
} OffhookOpenaiPiece;

struct _OffhookOpenaiSynthesizer {
	OffhookSynthesizer parent_instance;

	OffhookWebClient *web;
	OffhookOpenaiConfig *config;
	char *voice;
	GQueue pieces; /* OffhookOpenaiPiece */
	guint wake;    /* source */
};

G_DEFINE_FINAL_TYPE(OffhookOpenaiSynthesizer, offhook_openai_synthesizer, OFFHOOK_TYPE_SYNTHESIZER)

static void
offhook_openai_piece_free(gpointer data)
{
	OffhookOpenaiPiece *piece = data;

	g_clear_pointer(&piece->exchange, offhook_openai_exchange_free);
	offhook_speech_decoder_free(piece->decoder);
	g_byte_array_unref(piece->sound);
	g_clear_error(&piece->error);
	g_free(piece->text);
	g_free(piece);
}

static void
offhook_openai_piece_end(OffhookOpenaiPiece *piece, GError *error)
{
	piece->ended = TRUE;
	piece->error = error;
}

/* ---- asking ---- */

static GBytes *
offhook_openai_piece_build(const OffhookOpenaiPiece *piece)
{
	const OffhookOpenaiConfig *config = piece->owner->config;
	g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
	JsonObject *body = json_object_new();
	char *text;

	json_node_take_object(root, body);
	json_object_set_string_member(body, "model", config->speech_model);
	json_object_set_string_member(body, "voice", piece->owner->voice);
	json_object_set_string_member(body, "input", piece->text);
	json_object_set_string_member(body, "response_format",
				      config->speech_is_wav ? "wav" : "pcm");
	if (config->speed != 1)
		json_object_set_double_member(body, "speed", config->speed);
	if (config->instructions != NULL)
		json_object_set_string_member(body, "instructions", config->instructions);
	text = offhook_json_node_to_string(root);
	return g_bytes_new_take(text, strlen(text));
}

static void offhook_openai_synthesizer_tell(OffhookOpenaiSynthesizer *self);

static gboolean
offhook_openai_piece_data_cb(gpointer user_data, const guint8 *data, gsize size, GError **error)
{
	OffhookOpenaiPiece *piece = user_data;
	gboolean good =
	    offhook_speech_decoder_push(piece->decoder, data, size, piece->sound, error);

	offhook_openai_synthesizer_tell(piece->owner);
	return good;
}

static void
offhook_openai_piece_end_cb(gpointer user_data, const GError *error)
{
	OffhookOpenaiPiece *piece = user_data;
	GError *local = error != NULL ? g_error_copy(error) : NULL;

	g_clear_pointer(&piece->exchange, offhook_openai_exchange_free);
	if (local == NULL)
		offhook_speech_decoder_finish(piece->decoder, piece->sound, &local);
	offhook_openai_piece_end(piece, local);
	offhook_openai_synthesizer_tell(piece->owner);
}

static void
offhook_openai_piece_ask(OffhookOpenaiPiece *piece)
{
	static const OffhookOpenaiEvents events = {offhook_openai_piece_data_cb,
						   offhook_openai_piece_end_cb};
	OffhookOpenaiSynthesizer *self = piece->owner;
	g_autoptr(GBytes) body = offhook_openai_piece_build(piece);
	const OffhookOpenaiQuestion question = {
	    .place = &self->config->speech,
	    .path = "/audio/speech",
	    .accept = "*/*",
	    .content_type = "application/json",
	    .body = body,
	    .max_size = MAX_SOUND,
	};

	piece->begun = TRUE;
	piece->exchange =
	    offhook_openai_exchange_new(self->web, self->config, &question, &events, piece);
}

/* The first few pieces are under way. */
static void
offhook_openai_synthesizer_ask(OffhookOpenaiSynthesizer *self)
{
	guint n = 0;

	for (GList *link = self->pieces.head; link != NULL && n < AT_A_TIME; link = link->next) {
		OffhookOpenaiPiece *piece = link->data;

		if (!piece->begun && !piece->ended)
			offhook_openai_piece_ask(piece);
		n += piece->exchange != NULL ? 1 : 0;
	}
}

/* ---- telling ---- */

/* Whoever listens may cancel, which frees the pieces, and let go of us. */
static void
offhook_openai_synthesizer_tell(OffhookOpenaiSynthesizer *owner)
{
	g_autoptr(OffhookOpenaiSynthesizer) self = g_object_ref(owner);
	OffhookSynthesizer *synthesizer = OFFHOOK_SYNTHESIZER(self);
	OffhookOpenaiPiece *piece;

	while ((piece = g_queue_peek_head(&self->pieces)) != NULL) {
		if (piece->sound->len > 0) {
			g_autoptr(GBytes) sound = g_byte_array_free_to_bytes(piece->sound);

			piece->sound = g_byte_array_new();
			offhook_synthesizer_emit_audio(synthesizer, piece->number, sound);
		} else if (piece->ended) {
			g_autoptr(GError) error = g_steal_pointer(&piece->error);
			guint number = piece->number;

			offhook_openai_piece_free(g_queue_pop_head(&self->pieces));
			offhook_synthesizer_emit_done(synthesizer, number, error);
		} else {
			break;
		}
	}
	offhook_openai_synthesizer_ask(self);
}

static gboolean
offhook_openai_synthesizer_wake_cb(gpointer user_data)
{
	OffhookOpenaiSynthesizer *self = user_data;

	self->wake = 0;
	offhook_openai_synthesizer_tell(self);
	return G_SOURCE_REMOVE;
}

static void
offhook_openai_synthesizer_speak(OffhookSynthesizer *synthesizer, guint number, const char *text)
{
	OffhookOpenaiSynthesizer *self = OFFHOOK_OPENAI_SYNTHESIZER(synthesizer);
	OffhookOpenaiPiece *piece = g_new0(OffhookOpenaiPiece, 1);

	piece->owner = self;
	piece->number = number;
	piece->text = g_strstrip(g_utf8_make_valid(text, -1));
	piece->decoder = offhook_speech_decoder_new(self->config->speech_rate);
	piece->sound = g_byte_array_new();
	if (*piece->text == '\0')
		offhook_openai_piece_end(piece, NULL);
	else if (g_utf8_strlen(piece->text, -1) > MAX_CHARACTERS)
		offhook_openai_piece_end(piece,
					 g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
						     "openai: a text to speak has more than %d "
						     "characters",
						     MAX_CHARACTERS));
	g_queue_push_tail(&self->pieces, piece);
	offhook_openai_synthesizer_ask(self);
	/* What has ended already is told later, as all else. */
	if (piece->ended && self->wake == 0)
		self->wake = g_idle_add_full(G_PRIORITY_DEFAULT, offhook_openai_synthesizer_wake_cb,
					     self, NULL);
}

static void
offhook_openai_synthesizer_cancel(OffhookSynthesizer *synthesizer)
{
	OffhookOpenaiSynthesizer *self = OFFHOOK_OPENAI_SYNTHESIZER(synthesizer);

	g_clear_handle_id(&self->wake, g_source_remove);
	g_queue_clear_full(&self->pieces, offhook_openai_piece_free);
}

OffhookSynthesizer *
offhook_openai_synthesizer_new(OffhookWebClient *web, OffhookOpenaiConfig *config,
			       const char *voice)
{
	OffhookOpenaiSynthesizer *self = g_object_new(OFFHOOK_TYPE_OPENAI_SYNTHESIZER, NULL);

	self->web = g_object_ref(web);
	self->config = offhook_openai_config_ref(config);
	self->voice = g_strdup(voice != NULL ? voice : config->voice);
	return OFFHOOK_SYNTHESIZER(self);
}

static void
offhook_openai_synthesizer_dispose(GObject *object)
{
	OffhookOpenaiSynthesizer *self = OFFHOOK_OPENAI_SYNTHESIZER(object);

	offhook_openai_synthesizer_cancel(OFFHOOK_SYNTHESIZER(self));
	g_clear_pointer(&self->config, offhook_openai_config_unref);
	g_clear_object(&self->web);
	g_clear_pointer(&self->voice, g_free);

	G_OBJECT_CLASS(offhook_openai_synthesizer_parent_class)->dispose(object);
}

static void
offhook_openai_synthesizer_init(OffhookOpenaiSynthesizer *self)
{
	g_queue_init(&self->pieces);
}

static void
offhook_openai_synthesizer_class_init(OffhookOpenaiSynthesizerClass *klass)
{
	OffhookSynthesizerClass *synthesizer = OFFHOOK_SYNTHESIZER_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = offhook_openai_synthesizer_dispose;
	synthesizer->speak = offhook_openai_synthesizer_speak;
	synthesizer->cancel = offhook_openai_synthesizer_cancel;
}
