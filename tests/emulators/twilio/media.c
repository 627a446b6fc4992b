/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The media stream as Twilio speaks it: connected, start, media, dtmf, mark and stop with their
 * numbers, mu-law inside; and a check of what the server sends. Main loop only. */

#include "media.h"

#include "message.h"
#include "mulaw.h"

typedef struct {
	const OffhookEmuOptions *options;
	OffhookEmuLine *line;
	gchar *stream_sid;
	gchar *account_sid;
	gchar *call_sid;
	GHashTable *parameters;
	guint64 sequence; /* of the next message */
	guint64 chunk;
	gboolean started;
} OffhookEmuMedia;

static void
offhook_emu_media_free(gpointer wire)
{
	OffhookEmuMedia *self = wire;

	g_clear_pointer(&self->parameters, g_hash_table_unref);
	g_free(self->stream_sid);
	g_free(self->account_sid);
	g_free(self->call_sid);
	g_free(self);
}

static void
offhook_emu_media_send_start(OffhookEmuMedia *self, OffhookEmuStream *stream)
{
	g_autofree gchar *text = offhook_emu_message_start(
	    self->sequence++, self->stream_sid, self->account_sid, self->call_sid,
	    self->options->account->no_parameters ? NULL : self->parameters);

	offhook_emu_stream_send_text(stream, text);
}

static gboolean
offhook_emu_media_greet(gpointer wire, OffhookEmuStream *stream)
{
	OffhookEmuMedia *self = wire;
	g_autofree gchar *connected = offhook_emu_message_connected();

	offhook_emu_stream_send_text(stream, connected);
	if (self->options->account->no_start) {
		offhook_emu_stream_wrong(stream, "no start message, and nothing after it");
		return FALSE;
	}
	offhook_emu_media_send_start(self, stream);
	self->started = TRUE;
	return TRUE;
}

static void
offhook_emu_media_send_audio(gpointer wire, OffhookEmuStream *stream, gint64 timestamp_ms,
			     const gint16 *samples, gsize length)
{
	OffhookEmuMedia *self = wire;
	g_autofree guint8 *codes = g_malloc(MAX(length, 1));
	g_autofree gchar *text = NULL;

	for (gsize i = 0; i < length; i++)
		codes[i] = offhook_emu_mulaw_encode(samples[i]);
	text = offhook_emu_message_media(self->sequence++, self->stream_sid, ++self->chunk,
					 timestamp_ms, codes, length);
	offhook_emu_stream_send_text(stream, text);
}

static void
offhook_emu_media_send_key(gpointer wire, OffhookEmuStream *stream, gchar digit)
{
	OffhookEmuMedia *self = wire;
	g_autofree gchar *text =
	    offhook_emu_message_dtmf(self->sequence++, self->stream_sid, digit);

	offhook_emu_stream_send_text(stream, text);
}

static void
offhook_emu_media_send_mark(gpointer wire, OffhookEmuStream *stream, const gchar *name)
{
	OffhookEmuMedia *self = wire;
	g_autofree gchar *text = offhook_emu_message_mark(self->sequence++, self->stream_sid, name);

	offhook_emu_stream_send_text(stream, text);
}

static void
offhook_emu_media_send_stop(gpointer wire, OffhookEmuStream *stream)
{
	OffhookEmuMedia *self = wire;
	g_autofree gchar *text = offhook_emu_message_stop(self->sequence++, self->stream_sid,
							  self->account_sid, self->call_sid);

	offhook_emu_stream_send_text(stream, text);
}

static void
offhook_emu_media_misbehave(gpointer wire, OffhookEmuStream *stream)
{
	OffhookEmuMedia *self = wire;
	const OffhookEmuAccount *account = self->options->account;

	if (account->wrong_stream_id) {
		g_autofree gchar *text = offhook_emu_message_media(
		    self->sequence++, "MZffffffffffffffffffffffffffffffff", ++self->chunk, 0,
		    (const guint8 *)"\xff\xff\xff\xff", 4);

		offhook_emu_stream_wrong(stream, "a message with a wrong streamSid");
		offhook_emu_stream_send_text(stream, text);
	}
	if (account->duplicate_start) {
		offhook_emu_stream_wrong(stream, "a second start message");
		offhook_emu_media_send_start(self, stream);
	}
	if (account->binary) {
		offhook_emu_stream_wrong(stream, "a binary message");
		offhook_emu_stream_send(stream, SOUP_WEBSOCKET_DATA_BINARY, "\x00\xff\x7f\x80", 4);
	}
}

static void
offhook_emu_media_play(OffhookEmuMedia *self, const OffhookEmuMessage *message)
{
	g_autofree gint16 *samples = g_new(gint16, message->audio_length);

	for (gsize i = 0; i < message->audio_length; i++)
		samples[i] = offhook_emu_mulaw_decode(message->audio[i]);
	offhook_emu_line_receive_audio(self->line, samples, message->audio_length);
}

static void
offhook_emu_media_receive(gpointer wire, OffhookEmuStream *stream, gint type, const gchar *data,
			  gsize length)
{
	OffhookEmuMedia *self = wire;
	g_autoptr(OffhookEmuMessage) message = NULL;
	g_autoptr(GError) error = NULL;

	if (type != SOUP_WEBSOCKET_DATA_TEXT) {
		offhook_emu_stream_violate(stream, "31950: a binary message of %zu bytes", length);
		return;
	}
	message = offhook_emu_message_parse(data, length, self->started ? self->stream_sid : NULL,
					    &error);
	if (message == NULL) {
		offhook_emu_stream_violate(stream, "%s", error->message);
		return;
	}
	switch (message->kind) {
	case OFFHOOK_EMU_MESSAGE_MEDIA:
		offhook_emu_media_play(self, message);
		break;
	case OFFHOOK_EMU_MESSAGE_MARK:
		offhook_emu_line_receive_mark(self->line, message->mark);
		break;
	case OFFHOOK_EMU_MESSAGE_CLEAR:
		offhook_emu_line_receive_clear(self->line, TRUE);
		break;
	}
}

static const OffhookEmuStreamProtocol offhook_emu_media_protocol = {
    .greet = offhook_emu_media_greet,
    .send_audio = offhook_emu_media_send_audio,
    .send_key = offhook_emu_media_send_key,
    .send_mark = offhook_emu_media_send_mark,
    .send_stop = offhook_emu_media_send_stop,
    .misbehave = offhook_emu_media_misbehave,
    .receive = offhook_emu_media_receive,
    .free = offhook_emu_media_free,
    .sample_bytes = 1,
    .code_late = "31901: ",
    .code_network = "31902: ",
    .code_upgrade = "31920: ",
    .code_framing = "31924: ",
};

OffhookEmuStream *
offhook_emu_media_new(const OffhookEmuOptions *options, const OffhookEmuMediaIdentity *identity,
		      OffhookEmuLine *line, const OffhookEmuStreamEvents *events,
		      gpointer user_data)
{
	OffhookEmuMedia *self = g_new0(OffhookEmuMedia, 1);

	self->options = options;
	self->line = line;
	self->stream_sid = g_strdup(identity->stream_sid);
	self->account_sid = g_strdup(identity->account_sid);
	self->call_sid = g_strdup(identity->call_sid);
	if (identity->parameters != NULL)
		self->parameters = g_hash_table_ref(identity->parameters);
	self->sequence = 1;
	return offhook_emu_stream_new(options, &offhook_emu_media_protocol, self, events,
				      user_data);
}
