/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One call's ear: one socket for as long as it lasts, to which audio goes as it comes. The daemon
 * says where an utterance ends, and the service is then told to finish what it has. A socket that is
 * gone is opened again for the next utterance, once. Main thread.
 */

#include "deepgram-transcriber.h"

#include "deepgram-message.h"
#include "deepgram-utterance.h"
#include <offhook/audio.h>
#include <offhook/error.h>
#include <offhook/socket-client.h>

#define MAX_UTTERANCES 8    /* that wait for their text */
#define ALIVE_MS       3000 /* the service waits 10 s for audio, or a sign of life */
/*
 * The service does not promise to answer when there is nothing left to finish. After so long, an
 * utterance of which all is settled is taken as it stands.
 */
#define FINISH_MS 700
#define EDGE      800 /* samples: the service rounds */

G_STATIC_ASSERT(OFFHOOK_RATE == OFFHOOK_DEEPGRAM_RATE);

struct _OffhookDeepgramTranscriber {
	OffhookTranscriber parent_instance;

	OffhookDeepgramConfig *config;
	OffhookSocketClient *socket; /* (nullable) */
	GQueue utterances;           /* OffhookDeepgramUtterance, the oldest first */
	gboolean hearing;            /* the last of them is not finished */
	guint64 sent;                /* samples, on this connection */
	double settled;              /* samples: up to there the words will not change */
	gboolean quiet;              /* since the last sign of life */
	guint alive;                 /* source */
	guint patience;              /* source: for the oldest utterance, once it is finished */
};

G_DEFINE_FINAL_TYPE(OffhookDeepgramTranscriber, offhook_deepgram_transcriber,
		    OFFHOOK_TYPE_TRANSCRIBER)

static void offhook_deepgram_transcriber_wait(OffhookDeepgramTranscriber *self);

static void
offhook_deepgram_transcriber_command(OffhookDeepgramTranscriber *self, const char *type)
{
	g_autofree char *command = offhook_deepgram_make_command(type, NULL);

	if (self->socket != NULL)
		offhook_socket_client_send_text(self->socket, command);
}

/* ---- telling ---- */

static void
offhook_deepgram_transcriber_tell_partial(OffhookDeepgramTranscriber *self,
					  const OffhookDeepgramUtterance *utterance)
{
	g_autofree char *text = offhook_deepgram_utterance_get_text(utterance);
	const OffhookTranscript what = {utterance->number, text,
					offhook_deepgram_utterance_get_confidence(utterance)};

	if (*text != '\0')
		offhook_transcriber_emit_partial(OFFHOOK_TRANSCRIBER(self), &what);
}

/* The oldest one, which is finished. */
static void
offhook_deepgram_transcriber_tell_final(OffhookDeepgramTranscriber *self)
{
	OffhookDeepgramUtterance *utterance = g_queue_pop_head(&self->utterances);
	g_autofree char *text = offhook_deepgram_utterance_get_text(utterance);
	const OffhookTranscript what = {utterance->number, text,
					offhook_deepgram_utterance_get_confidence(utterance)};

	offhook_deepgram_utterance_free(utterance);
	g_clear_handle_id(&self->patience, g_source_remove);
	offhook_deepgram_transcriber_wait(self);
	offhook_transcriber_emit_final(OFFHOOK_TRANSCRIBER(self), &what);
}

/* All of them. Whoever listens may begin the next, and let go of us. */
static void
offhook_deepgram_transcriber_fail(OffhookDeepgramTranscriber *owner, const GError *error)
{
	g_autoptr(OffhookDeepgramTranscriber) self = g_object_ref(owner);
	GQueue failed = self->utterances;
	OffhookDeepgramUtterance *utterance;

	g_queue_init(&self->utterances);
	self->hearing = FALSE;
	g_clear_handle_id(&self->patience, g_source_remove);
	g_clear_handle_id(&self->alive, g_source_remove);
	g_clear_pointer(&self->socket, offhook_socket_client_free);
	while ((utterance = g_queue_pop_head(&failed)) != NULL) {
		guint number = utterance->number;

		offhook_deepgram_utterance_free(utterance);
		offhook_transcriber_emit_failed(OFFHOOK_TRANSCRIBER(self), number, error);
	}
}

static gboolean
offhook_deepgram_transcriber_waited_cb(gpointer user_data)
{
	OffhookDeepgramTranscriber *self = user_data;
	OffhookDeepgramUtterance *utterance = g_queue_peek_head(&self->utterances);

	self->patience = 0;
	if (self->settled + EDGE >= (double)utterance->end)
		offhook_deepgram_transcriber_tell_final(self);
	return G_SOURCE_REMOVE;
}

/* While it is not connected yet there is nothing to be impatient about. */
static void
offhook_deepgram_transcriber_wait(OffhookDeepgramTranscriber *self)
{
	OffhookDeepgramUtterance *utterance = g_queue_peek_head(&self->utterances);

	if (utterance != NULL && utterance->finished && self->patience == 0 &&
	    self->socket != NULL && offhook_socket_client_is_open(self->socket))
		self->patience =
		    g_timeout_add(FINISH_MS, offhook_deepgram_transcriber_waited_cb, self);
}

/* ---- the socket ---- */

/* Of a cancelled utterance come results, too: they belong to none. (nullable) */
static OffhookDeepgramUtterance *
offhook_deepgram_transcriber_find(OffhookDeepgramTranscriber *self,
				  const OffhookDeepgramMessage *results)
{
	for (GList *link = self->utterances.head; link != NULL; link = link->next)
		if (offhook_deepgram_utterance_has(link->data, results))
			return link->data;
	return NULL;
}

/*
 * An answer to a command to finish may tell of no audio at all, so it is for the oldest that is
 * finished and not later than it.
 */
static gboolean
offhook_deepgram_transcriber_ends(OffhookDeepgramTranscriber *self,
				  const OffhookDeepgramMessage *results)
{
	OffhookDeepgramUtterance *oldest = g_queue_peek_head(&self->utterances);
	double end = (results->start + results->duration) * OFFHOOK_DEEPGRAM_RATE;

	return results->from_finalize && oldest != NULL && oldest->finished &&
	       end > (double)oldest->begin + EDGE;
}

static void
offhook_deepgram_transcriber_take(OffhookDeepgramTranscriber *self,
				  const OffhookDeepgramMessage *results)
{
	OffhookDeepgramUtterance *utterance = offhook_deepgram_transcriber_find(self, results);
	double end = (results->start + results->duration) * OFFHOOK_DEEPGRAM_RATE;
	gboolean news = utterance != NULL && offhook_deepgram_utterance_add(utterance, results);

	if (results->is_final)
		self->settled = MAX(self->settled, end);
	if (news && !offhook_deepgram_transcriber_ends(self, results))
		offhook_deepgram_transcriber_tell_partial(self, utterance);
	while (offhook_deepgram_transcriber_ends(self, results))
		offhook_deepgram_transcriber_tell_final(self);
	offhook_deepgram_transcriber_wait(self);
}

static void
offhook_deepgram_transcriber_text_cb(gpointer user_data, const char *text, gsize size)
{
	g_autoptr(OffhookDeepgramTranscriber) self = g_object_ref(user_data);
	g_auto(OffhookDeepgramMessage) message = {0};
	g_autoptr(GError) error = NULL;

	if (!offhook_deepgram_message_parse(&message, text, size, &error))
		offhook_deepgram_transcriber_fail(self, error);
	else if (message.kind == OFFHOOK_DEEPGRAM_ERROR)
		offhook_deepgram_transcriber_fail(self, message.error);
	else if (message.kind == OFFHOOK_DEEPGRAM_RESULTS)
		offhook_deepgram_transcriber_take(self, &message);
}

static void
offhook_deepgram_transcriber_open_cb(gpointer user_data)
{
	offhook_deepgram_transcriber_wait(user_data);
}

/* When nobody speaks, the next utterance opens another. */
static void
offhook_deepgram_transcriber_closed_cb(gpointer user_data, const OffhookSocketEnd *end)
{
	g_autoptr(GError) error = offhook_deepgram_make_error(end);

	offhook_deepgram_transcriber_fail(user_data, error);
}

static gboolean
offhook_deepgram_transcriber_alive_cb(gpointer user_data)
{
	OffhookDeepgramTranscriber *self = user_data;

	if (self->quiet)
		offhook_deepgram_transcriber_command(self, "KeepAlive");
	self->quiet = TRUE;
	return G_SOURCE_CONTINUE;
}

static void
offhook_deepgram_transcriber_connect(OffhookDeepgramTranscriber *self)
{
	static const OffhookSocketHandler handler = {
	    .open = offhook_deepgram_transcriber_open_cb,
	    .text = offhook_deepgram_transcriber_text_cb,
	    .closed = offhook_deepgram_transcriber_closed_cb,
	};
	const OffhookSocketRequest request = {
	    .url = self->config->listen_url,
	    .headers = (const char *const *)self->config->headers,
	    .connect_timeout_ms = self->config->connect_ms,
	};

	/* The configuration has checked the address. */
	self->socket = offhook_socket_client_new(&request, &handler, self, NULL);
	self->sent = 0;
	self->settled = 0;
	self->quiet = TRUE;
	self->alive = g_timeout_add(ALIVE_MS, offhook_deepgram_transcriber_alive_cb, self);
}

/* ---- hearing ---- */

static void
offhook_deepgram_transcriber_finish(OffhookTranscriber *transcriber)
{
	OffhookDeepgramTranscriber *self = OFFHOOK_DEEPGRAM_TRANSCRIBER(transcriber);
	OffhookDeepgramUtterance *utterance = g_queue_peek_tail(&self->utterances);

	if (!self->hearing)
		return;
	self->hearing = FALSE;
	utterance->finished = TRUE;
	utterance->end = self->sent;
	offhook_deepgram_transcriber_command(self, "Finalize");
	offhook_deepgram_transcriber_wait(self);
}

static void
offhook_deepgram_transcriber_begin(OffhookTranscriber *transcriber, guint number,
				   OffhookExpectation *expectation)
{
	OffhookDeepgramTranscriber *self = OFFHOOK_DEEPGRAM_TRANSCRIBER(transcriber);

	offhook_deepgram_transcriber_finish(transcriber);
	if (self->utterances.length >= MAX_UTTERANCES) {
		g_autoptr(GError) error =
		    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY,
				"deepgram: %u utterances of this call still wait for their text",
				self->utterances.length);

		offhook_transcriber_emit_failed(transcriber, number, error);
		return;
	}
	if (self->socket == NULL)
		offhook_deepgram_transcriber_connect(self);
	g_queue_push_tail(&self->utterances, offhook_deepgram_utterance_new(number, self->sent));
	self->hearing = TRUE;
}

/* A message without audio would end the stream. */
static void
offhook_deepgram_transcriber_push(OffhookTranscriber *transcriber, const gint16 *samples, gsize n)
{
	OffhookDeepgramTranscriber *self = OFFHOOK_DEEPGRAM_TRANSCRIBER(transcriber);

	if (!self->hearing || n == 0)
		return;
	offhook_socket_client_send_binary(self->socket, (const guint8 *)samples,
					  n * sizeof *samples);
	self->sent += n;
	self->quiet = FALSE;
}

/* What was sent can't be taken back, but it is not to stand before what comes next. */
static void
offhook_deepgram_transcriber_cancel(OffhookTranscriber *transcriber)
{
	OffhookDeepgramTranscriber *self = OFFHOOK_DEEPGRAM_TRANSCRIBER(transcriber);

	if (self->hearing)
		offhook_deepgram_transcriber_command(self, "Finalize");
	self->hearing = FALSE;
	g_clear_handle_id(&self->patience, g_source_remove);
	g_queue_clear_full(&self->utterances, (GDestroyNotify)offhook_deepgram_utterance_free);
}

OffhookTranscriber *
offhook_deepgram_transcriber_new(OffhookDeepgramConfig *config)
{
	OffhookDeepgramTranscriber *self = g_object_new(OFFHOOK_TYPE_DEEPGRAM_TRANSCRIBER, NULL);

	self->config = offhook_deepgram_config_ref(config);
	offhook_deepgram_transcriber_connect(self);
	return OFFHOOK_TRANSCRIBER(self);
}

static void
offhook_deepgram_transcriber_dispose(GObject *object)
{
	OffhookDeepgramTranscriber *self = OFFHOOK_DEEPGRAM_TRANSCRIBER(object);

	g_clear_handle_id(&self->alive, g_source_remove);
	g_clear_handle_id(&self->patience, g_source_remove);
	g_clear_pointer(&self->socket, offhook_socket_client_free);
	self->hearing = FALSE;
	g_queue_clear_full(&self->utterances, (GDestroyNotify)offhook_deepgram_utterance_free);
	g_clear_pointer(&self->config, offhook_deepgram_config_unref);

	G_OBJECT_CLASS(offhook_deepgram_transcriber_parent_class)->dispose(object);
}

static void
offhook_deepgram_transcriber_init(OffhookDeepgramTranscriber *self)
{
	g_queue_init(&self->utterances);
}

static void
offhook_deepgram_transcriber_class_init(OffhookDeepgramTranscriberClass *klass)
{
	OffhookTranscriberClass *transcriber = OFFHOOK_TRANSCRIBER_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = offhook_deepgram_transcriber_dispose;
	transcriber->begin = offhook_deepgram_transcriber_begin;
	transcriber->push = offhook_deepgram_transcriber_push;
	transcriber->finish = offhook_deepgram_transcriber_finish;
	transcriber->cancel = offhook_deepgram_transcriber_cancel;
}
