/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A connection that is spoken to: what it was given and told to flush leaves in pieces of an odd number
 * of bytes, for nobody promises whole samples. */

#include "deepgram.h"

#include "mulaw.h"
#include "saying.h"

#include <string.h>

#define MAX_TEXT      2000 /* characters */
#define MAX_FLUSHES   20
#define FLUSH_SECONDS 60
#define PIECE_MS      50

/* A flush, until it is answered. */
typedef struct {
	GByteArray *sound;
	guint at;
	gint64 number;
} OffhookEmuDeepgramFlush;

struct _OffhookEmuDeepgramVoice {
	OffhookEmuDeepgram *owner;
	OffhookEmuPeer *peer;
	OffhookEmuDeepgramWish wish;
	GString *buffer;
	GQueue flushes; /* OffhookEmuDeepgramFlush */
	gint64 next;    /* number of a flush */
	gint64 clears;
	gint64 times[MAX_FLUSHES]; /* when the last ones were, as a ring */
	guint n_times;
	guint timer;
};

static void
offhook_emu_deepgram_flush_free(gpointer data)
{
	OffhookEmuDeepgramFlush *self = data;

	g_byte_array_unref(self->sound);
	g_free(self);
}

static void
offhook_emu_deepgram_voice_send_number(OffhookEmuDeepgramVoice *self, const gchar *type,
				       gint64 number)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "type", type);
	json_object_set_int_member(object, "sequence_id", number);
	offhook_emu_peer_send(self->peer, object);
}

/* What has nothing to be said makes no sound. */
static gboolean
offhook_emu_deepgram_is_speakable(const gchar *text)
{
	for (const gchar *at = text; *at != '\0'; at = g_utf8_next_char(at))
		if (g_unichar_isalnum(g_utf8_get_char(at)))
			return TRUE;
	return FALSE;
}

static GByteArray *
offhook_emu_deepgram_voice_make(OffhookEmuDeepgramVoice *self, const gchar *text)
{
	GByteArray *sound = g_byte_array_new();
	g_autoptr(OffhookEmuPcm) pcm = NULL;
	const gint16 *samples;

	if (!offhook_emu_deepgram_is_speakable(text))
		return sound;
	pcm = offhook_emu_saying_make(text, self->owner->options->voice.name, self->wish.rate);
	samples = (const gint16 *)(gpointer)pcm->samples->data;
	if (!self->wish.is_mulaw) {
		g_byte_array_append(sound, (const guint8 *)samples,
				    pcm->samples->len * (guint)sizeof *samples);
		return sound;
	}
	g_byte_array_set_size(sound, pcm->samples->len);
	for (guint i = 0; i < pcm->samples->len; i++)
		sound->data[i] = offhook_emu_mulaw_encode(samples[i]);
	return sound;
}

/* ---- what leaves ---- */

static void offhook_emu_deepgram_voice_go_on(OffhookEmuDeepgramVoice *self, guint ms);

static gboolean
offhook_emu_deepgram_voice_timer_cb(gpointer user_data)
{
	OffhookEmuDeepgramVoice *self = user_data;
	OffhookEmuDeepgramFlush *flush = g_queue_peek_head(&self->flushes);
	guint piece = self->wish.rate / 1000 * PIECE_MS * (self->wish.is_mulaw ? 1 : 2) + 1;
	guint n = MIN(piece, flush->sound->len - flush->at);

	self->timer = 0;
	if (!offhook_emu_peer_step(self->peer, flush->at > 0))
		return G_SOURCE_REMOVE;
	if (n > 0) {
		offhook_emu_peer_send_binary(self->peer, flush->sound->data + flush->at, n);
		flush->at += n;
		offhook_emu_deepgram_voice_go_on(
		    self, (guint)(PIECE_MS / self->owner->options->voice.speed));
		return G_SOURCE_REMOVE;
	}
	offhook_emu_deepgram_voice_send_number(self, "Flushed", flush->number);
	offhook_emu_deepgram_flush_free(g_queue_pop_head(&self->flushes));
	if (!g_queue_is_empty(&self->flushes))
		offhook_emu_deepgram_voice_go_on(
		    self, offhook_emu_peer_get_first_ms(
			      self->peer, (guint)self->owner->options->voice.first_ms));
	return G_SOURCE_REMOVE;
}

static void
offhook_emu_deepgram_voice_go_on(OffhookEmuDeepgramVoice *self, guint ms)
{
	self->timer = g_timeout_add(ms, offhook_emu_deepgram_voice_timer_cb, self);
}

/* ---- what comes ---- */

static void
offhook_emu_deepgram_voice_refuse(OffhookEmuDeepgramVoice *self, const gchar *why)
{
	offhook_emu_socket_service_complain(self->peer->service, "%s", why);
	offhook_emu_peer_fail(self->peer, 400, why, 1008);
}

static void
offhook_emu_deepgram_voice_speak(OffhookEmuDeepgramVoice *self, const gchar *text)
{
	if (g_utf8_strlen(text, -1) > MAX_TEXT)
		offhook_emu_deepgram_voice_refuse(self, "a text of more than 2000 characters");
	else
		g_string_append(self->buffer, text);
}

static gboolean
offhook_emu_deepgram_voice_may_flush(OffhookEmuDeepgramVoice *self)
{
	gint64 now = g_get_monotonic_time();
	gint64 *oldest = &self->times[self->n_times % MAX_FLUSHES];

	if (self->n_times >= MAX_FLUSHES && now - *oldest < FLUSH_SECONDS * G_USEC_PER_SEC)
		return FALSE;
	*oldest = now;
	self->n_times++;
	return TRUE;
}

static void
offhook_emu_deepgram_voice_flush(OffhookEmuDeepgramVoice *self)
{
	OffhookEmuDeepgramFlush *flush;
	OffhookEmuDeepgram *owner = self->owner;

	if (!offhook_emu_deepgram_voice_may_flush(self)) {
		JsonObject *warning = json_object_new();

		offhook_emu_socket_service_complain(self->peer->service,
						    "more than 20 flushes in 60 s");
		json_object_set_string_member(warning, "type", "Warning");
		json_object_set_string_member(warning, "code", "FLUSH_LIMIT");
		json_object_set_string_member(warning, "description", "too many flushes");
		offhook_emu_peer_send(self->peer, warning);
		return;
	}
	flush = g_new0(OffhookEmuDeepgramFlush, 1);
	flush->number = self->next++;
	flush->sound = offhook_emu_deepgram_voice_make(self, self->buffer->str);
	owner->flushes++;
	owner->texts++;
	owner->characters += (guint)g_utf8_strlen(self->buffer->str, -1);
	g_free(owner->last_text);
	owner->last_text = g_strdup(self->buffer->str);
	g_string_truncate(self->buffer, 0);
	g_queue_push_tail(&self->flushes, flush);
	if (self->timer == 0)
		offhook_emu_deepgram_voice_go_on(
		    self, offhook_emu_peer_get_first_ms(self->peer,
							(guint)owner->options->voice.first_ms));
}

static void
offhook_emu_deepgram_voice_clear(OffhookEmuDeepgramVoice *self)
{
	g_clear_handle_id(&self->timer, g_source_remove);
	g_queue_clear_full(&self->flushes, offhook_emu_deepgram_flush_free);
	g_string_truncate(self->buffer, 0);
	self->owner->clears++;
	offhook_emu_deepgram_voice_send_number(self, "Cleared", self->clears++);
}

void
offhook_emu_deepgram_voice_take_text(OffhookEmuDeepgramVoice *self, const gchar *text)
{
	static const gchar *const types[] = {"Speak", "Flush", "Clear", "Close", NULL};
	g_autoptr(JsonObject) message = NULL;
	g_autofree gchar *wrong = offhook_emu_deepgram_check_message(text, types, &message);
	const gchar *type;

	if (wrong != NULL) {
		offhook_emu_deepgram_voice_refuse(self, wrong);
		return;
	}
	type = json_object_get_string_member(message, "type");
	if (g_str_equal(type, "Speak"))
		offhook_emu_deepgram_voice_speak(self,
						 json_object_get_string_member(message, "text"));
	else if (g_str_equal(type, "Flush"))
		offhook_emu_deepgram_voice_flush(self);
	else if (g_str_equal(type, "Clear"))
		offhook_emu_deepgram_voice_clear(self);
	else
		offhook_emu_peer_close(self->peer, 1000, NULL);
}

OffhookEmuDeepgramVoice *
offhook_emu_deepgram_voice_new(OffhookEmuDeepgram *owner, OffhookEmuPeer *peer,
			       const OffhookEmuDeepgramWish *wish)
{
	OffhookEmuDeepgramVoice *self = g_new0(OffhookEmuDeepgramVoice, 1);
	JsonObject *metadata = json_object_new();

	self->owner = owner;
	self->peer = peer;
	self->wish = *wish;
	self->buffer = g_string_new(NULL);
	g_queue_init(&self->flushes);
	json_object_set_string_member(metadata, "type", "Metadata");
	json_object_set_string_member(metadata, "request_id", "emulated");
	json_object_set_string_member(metadata, "model_name", "emulated");
	offhook_emu_peer_send(peer, metadata);
	return self;
}

void
offhook_emu_deepgram_voice_free(OffhookEmuDeepgramVoice *self)
{
	g_clear_handle_id(&self->timer, g_source_remove);
	g_queue_clear_full(&self->flushes, offhook_emu_deepgram_flush_free);
	g_string_free(self->buffer, TRUE);
	g_free(self);
}
