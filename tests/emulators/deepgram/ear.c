/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A connection that is listened to. Nothing is understood: the n-th utterance is the n-th line of the
 * script, of which a word is recognised for each third of a second. What is between two commands to
 * finish is an utterance; every three seconds of it are settled, as with the service. */

#include "deepgram.h"

#include <string.h>

#define WORD_MS    333
#define INTERIM_MS 500
#define SETTLE_MS  3000

struct _OffhookEmuDeepgramEar {
	OffhookEmuDeepgram *owner;
	OffhookEmuPeer *peer;
	OffhookEmuDeepgramWish wish;
	guint64 samples; /* since the connection began */
	guint64 begin;   /* of the utterance */
	guint64 told;    /* up to there there were results */
	guint64 settled; /* ... and final ones */
	gchar **words;   /* NULL: no utterance */
	guint settled_words;
	gboolean answered; /* something of this utterance */
	guint utterance;   /* number */
	GQueue ends;       /* of utterances that are finished: OffhookEmuDeepgramEnd */
	guint idle;        /* source */
};

/* A command to finish, until it is answered. */
typedef struct {
	OffhookEmuDeepgramEar *ear;
	JsonObject *results;
	gboolean mid;
	gboolean close;
	guint timer;
} OffhookEmuDeepgramEnd;

static void
offhook_emu_deepgram_end_free(gpointer data)
{
	OffhookEmuDeepgramEnd *self = data;

	g_clear_handle_id(&self->timer, g_source_remove);
	g_clear_pointer(&self->results, json_object_unref);
	g_free(self);
}

/* ---- results ---- */

static gdouble
offhook_emu_deepgram_ear_to_seconds(const OffhookEmuDeepgramEar *self, guint64 samples)
{
	return (gdouble)samples / self->wish.rate;
}

/* The words from @from to before @to. */
static JsonObject *
offhook_emu_deepgram_ear_make_alternative(const OffhookEmuDeepgramEar *self, guint from, guint to)
{
	JsonObject *alternative = json_object_new();
	JsonArray *words = json_array_new();
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = from; i < to; i++) {
		JsonObject *word = json_object_new();
		gdouble start =
		    offhook_emu_deepgram_ear_to_seconds(self, self->begin) + i * WORD_MS / 1000.0;

		g_string_append_printf(text, "%s%s", i > from ? " " : "", self->words[i]);
		json_object_set_string_member(word, "word", self->words[i]);
		json_object_set_string_member(word, "punctuated_word", self->words[i]);
		json_object_set_double_member(word, "start", start);
		json_object_set_double_member(word, "end", start + WORD_MS / 1000.0);
		json_object_set_double_member(word, "confidence", 0.98);
		json_array_add_object_element(words, word);
	}
	json_object_set_string_member(alternative, "transcript", text->str);
	json_object_set_double_member(alternative, "confidence", to > from ? 0.98 : 0);
	json_object_set_array_member(alternative, "words", words);
	return alternative;
}

static JsonArray *
offhook_emu_deepgram_make_pair(gint first, gint second)
{
	JsonArray *pair = json_array_new();

	json_array_add_int_element(pair, first);
	json_array_add_int_element(pair, second);
	return pair;
}

static JsonObject *
offhook_emu_deepgram_ear_make_results(const OffhookEmuDeepgramEar *self, guint to,
				      gboolean is_final, gboolean from_finalize)
{
	JsonObject *results = json_object_new();
	JsonObject *channel = json_object_new();
	JsonObject *metadata = json_object_new();
	JsonArray *alternatives = json_array_new();

	json_array_add_object_element(alternatives, offhook_emu_deepgram_ear_make_alternative(
							self, MIN(self->settled_words, to), to));
	json_object_set_array_member(channel, "alternatives", alternatives);
	json_object_set_string_member(metadata, "request_id", "emulated");
	json_object_set_string_member(results, "type", "Results");
	json_object_set_array_member(results, "channel_index",
				     offhook_emu_deepgram_make_pair(0, 1));
	json_object_set_double_member(results, "start",
				      offhook_emu_deepgram_ear_to_seconds(self, self->settled));
	json_object_set_double_member(
	    results, "duration",
	    offhook_emu_deepgram_ear_to_seconds(self, self->samples - self->settled));
	json_object_set_boolean_member(results, "is_final", is_final);
	json_object_set_boolean_member(results, "speech_final", FALSE);
	json_object_set_boolean_member(results, "from_finalize", from_finalize);
	json_object_set_object_member(results, "channel", channel);
	json_object_set_object_member(results, "metadata", metadata);
	return results;
}

static void
offhook_emu_deepgram_ear_send_metadata(OffhookEmuDeepgramEar *self)
{
	JsonObject *metadata = json_object_new();

	json_object_set_string_member(metadata, "type", "Metadata");
	json_object_set_string_member(metadata, "request_id", "emulated");
	json_object_set_double_member(metadata, "duration",
				      offhook_emu_deepgram_ear_to_seconds(self, self->samples));
	json_object_set_int_member(metadata, "channels", 1);
	offhook_emu_peer_send(self->peer, metadata);
	offhook_emu_peer_close(self->peer, 1000, NULL);
}

/* ---- an utterance ---- */

static void
offhook_emu_deepgram_ear_begin(OffhookEmuDeepgramEar *self)
{
	gchar **lines = self->owner->options->transcripts;
	guint n = lines != NULL ? g_strv_length(lines) : 0;

	self->words = g_strsplit(n > 0 ? lines[self->utterance % n] : "", " ", -1);
	self->begin = self->settled = self->told = self->samples;
	self->settled_words = 0;
	self->answered = FALSE;
}

static void
offhook_emu_deepgram_ear_send_interim(OffhookEmuDeepgramEar *self)
{
	guint64 ms = (self->samples - self->begin) * 1000 / self->wish.rate;
	guint heard = MIN(g_strv_length(self->words), (guint)(ms / WORD_MS));
	gboolean settles = (self->samples - self->settled) * 1000 / self->wish.rate >= SETTLE_MS;

	if (!self->wish.interim && !settles)
		return;
	if ((self->samples - self->told) * 1000 / self->wish.rate < INTERIM_MS)
		return;
	self->told = self->samples;
	if (!offhook_emu_peer_step(self->peer, self->answered))
		return;
	self->answered = TRUE;
	offhook_emu_peer_send(self->peer,
			      offhook_emu_deepgram_ear_make_results(self, heard, settles, FALSE));
	if (settles) {
		self->settled = self->samples;
		self->settled_words = heard;
	}
}

static gboolean
offhook_emu_deepgram_end_cb(gpointer user_data)
{
	OffhookEmuDeepgramEnd *self = user_data;
	OffhookEmuDeepgramEar *ear = self->ear;

	self->timer = 0;
	if (self->results != NULL && offhook_emu_peer_step(ear->peer, self->mid))
		offhook_emu_peer_send(ear->peer, g_steal_pointer(&self->results));
	if (self->close)
		offhook_emu_deepgram_ear_send_metadata(ear);
	g_queue_remove(&ear->ends, self);
	offhook_emu_deepgram_end_free(self);
	return G_SOURCE_REMOVE;
}

/* What has come since is an utterance. Without any there is nothing to answer. */
static void
offhook_emu_deepgram_ear_finish(OffhookEmuDeepgramEar *self, gboolean close)
{
	OffhookEmuDeepgramEnd *end = g_new0(OffhookEmuDeepgramEnd, 1);
	guint ms = (guint)self->owner->options->transcript_ms;
	g_auto(GStrv) words = NULL;

	if (self->words != NULL) {
		if (self->owner->options->transcripts == NULL) {
			g_autofree gchar *derived = g_strdup_printf(
			    "%.1f seconds of speech",
			    offhook_emu_deepgram_ear_to_seconds(self, self->samples - self->begin));

			g_strfreev(self->words);
			self->words = g_strsplit(derived, " ", -1);
		}
		end->results = offhook_emu_deepgram_ear_make_results(
		    self, g_strv_length(self->words), TRUE, !close);
		self->owner->utterances++;
		self->utterance++;
		ms = offhook_emu_peer_get_first_ms(self->peer, ms);
	}
	words = g_steal_pointer(&self->words);
	end->ear = self;
	end->mid = self->answered;
	end->close = close;
	end->timer = g_timeout_add(ms, offhook_emu_deepgram_end_cb, end);
	g_queue_push_tail(&self->ends, end);
}

/* ---- what comes ---- */

static gboolean
offhook_emu_deepgram_ear_idle_cb(gpointer user_data)
{
	OffhookEmuDeepgramEar *self = user_data;

	self->idle = 0;
	offhook_emu_peer_close(self->peer, 1011,
			       "Deepgram did not receive audio data or a text message within the "
			       "timeout window. See NET-0001");
	return G_SOURCE_REMOVE;
}

static void
offhook_emu_deepgram_ear_stay(OffhookEmuDeepgramEar *self)
{
	g_clear_handle_id(&self->idle, g_source_remove);
	self->idle = g_timeout_add((guint)self->owner->options->idle_ms,
				   offhook_emu_deepgram_ear_idle_cb, self);
}

void
offhook_emu_deepgram_ear_take_audio(OffhookEmuDeepgramEar *self, GBytes *audio)
{
	gsize size = g_bytes_get_size(audio);
	guint sample = self->wish.is_mulaw ? 1 : 2;

	offhook_emu_deepgram_ear_stay(self);
	if (size == 0) {
		offhook_emu_socket_service_complain(self->peer->service, "a message without audio");
		offhook_emu_deepgram_ear_finish(self, TRUE);
		return;
	}
	if (size % sample != 0) {
		offhook_emu_socket_service_complain(self->peer->service, "half a sample");
		offhook_emu_peer_close(self->peer, 1008, "DATA-0000");
		return;
	}
	if (self->words == NULL)
		offhook_emu_deepgram_ear_begin(self);
	self->samples += size / sample;
	self->owner->heard_ms += size / sample * 1000 / self->wish.rate;
	offhook_emu_deepgram_ear_send_interim(self);
}

void
offhook_emu_deepgram_ear_take_text(OffhookEmuDeepgramEar *self, const gchar *text)
{
	static const gchar *const types[] = {"KeepAlive", "Finalize", "CloseStream", NULL};
	g_autoptr(JsonObject) message = NULL;
	g_autofree gchar *wrong = offhook_emu_deepgram_check_message(text, types, &message);
	const gchar *type;

	if (wrong != NULL) {
		offhook_emu_socket_service_complain(self->peer->service, "%s", wrong);
		offhook_emu_peer_fail(self->peer, 400, wrong, 1008);
		return;
	}
	offhook_emu_deepgram_ear_stay(self);
	type = json_object_get_string_member(message, "type");
	if (g_str_equal(type, "KeepAlive")) {
		self->owner->kept_alive++;
	} else if (g_str_equal(type, "CloseStream")) {
		offhook_emu_deepgram_ear_finish(self, TRUE);
	} else {
		self->owner->finalized++;
		offhook_emu_deepgram_ear_finish(self, FALSE);
	}
}

OffhookEmuDeepgramEar *
offhook_emu_deepgram_ear_new(OffhookEmuDeepgram *owner, OffhookEmuPeer *peer,
			     const OffhookEmuDeepgramWish *wish)
{
	OffhookEmuDeepgramEar *self = g_new0(OffhookEmuDeepgramEar, 1);

	self->owner = owner;
	self->peer = peer;
	self->wish = *wish;
	g_queue_init(&self->ends);
	offhook_emu_deepgram_ear_stay(self);
	return self;
}

void
offhook_emu_deepgram_ear_free(OffhookEmuDeepgramEar *self)
{
	g_clear_handle_id(&self->idle, g_source_remove);
	g_queue_clear_full(&self->ends, offhook_emu_deepgram_end_free);
	g_strfreev(self->words);
	g_free(self);
}
