/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The carrier's side of ConversationRelay: recognises the caller, who is known to say what the script
 * has, speaks the server's tokens, breaks off when the caller speaks into them, and checks every
 * message. Main loop only. */

#include "relay.h"

#include "carrier.h"
#include "relay-voice.h"

#include <string.h>

#define OFFHOOK_EMU_RELAY_PARTIAL_MS  250
#define OFFHOOK_EMU_RELAY_NOTICE_MS   200 /* until the caller's voice is noticed */
#define OFFHOOK_EMU_RELAY_MAX_UNKNOWN 10
#define OFFHOOK_EMU_RELAY_CLOSE_S     3

typedef struct {
	const OffhookEmuOptions *options;
	OffhookEmuStream *stream; /* since it is open */
	OffhookEmuLine *line;
	OffhookEmuJournal *journal;
	const OffhookEmuRelayEvents *events;
	gpointer user_data;
	OffhookEmuRelayVoice *voice;

	gchar *setup;
	gchar *language;
	gboolean dtmf;
	gboolean partials;
	gboolean by_speech; /* interrupts */
	gboolean by_keys;

	gchar *text;   /* that the caller is saying, or has said last */
	gboolean deaf; /* ... into something that can't be interrupted */
	guint unknown; /* in a row */
	guint partial_timer, notice_timer, final_timer, close_timer;
} OffhookEmuRelay;

static void
offhook_emu_relay_free(gpointer wire)
{
	OffhookEmuRelay *self = wire;

	g_clear_handle_id(&self->partial_timer, g_source_remove);
	g_clear_handle_id(&self->notice_timer, g_source_remove);
	g_clear_handle_id(&self->final_timer, g_source_remove);
	g_clear_handle_id(&self->close_timer, g_source_remove);
	offhook_emu_relay_voice_free(self->voice);
	g_free(self->setup);
	g_free(self->language);
	g_free(self->text);
	g_free(self);
}

static void
offhook_emu_relay_note(OffhookEmuRelay *self, const gchar *event, const gchar *text, gboolean flag,
		       const gchar *words)
{
	JsonObject *fields = json_object_new();

	json_object_set_string_member(fields, "text", text != NULL ? text : "");
	json_object_set_boolean_member(fields, "last", flag);
	offhook_emu_journal_add(self->journal, g_get_monotonic_time(), event, fields,
				words != NULL ? "%s\"%s\"" : NULL, words, text != NULL ? text : "");
}

/* ---- what the caller does ---- */

static void
offhook_emu_relay_send_prompt(OffhookEmuRelay *self, const gchar *text, gboolean last)
{
	g_autofree gchar *message = offhook_emu_relay_message_prompt(text, self->language, last);

	offhook_emu_relay_note(self, "prompt-sent", text, last, last ? "carrier heard " : NULL);
	offhook_emu_stream_send_text(self->stream, message);
}

static void
offhook_emu_relay_interrupt(OffhookEmuRelay *self)
{
	gint64 duration_ms;
	g_autofree gchar *spoken = offhook_emu_relay_voice_cut(self->voice, &duration_ms);
	g_autofree gchar *message = offhook_emu_relay_message_interrupt(spoken, duration_ms);

	offhook_emu_relay_note(self, "interrupt-sent", spoken, FALSE, "carrier breaks off after ");
	offhook_emu_stream_send_text(self->stream, message);
}

static gboolean
offhook_emu_relay_partial_cb(gpointer user_data)
{
	OffhookEmuRelay *self = user_data;
	gsize half = strlen(self->text) / 2;
	g_autofree gchar *text = g_strndup(self->text, half + strcspn(self->text + half, " "));

	self->partial_timer = 0;
	if (self->partials && !self->deaf)
		offhook_emu_relay_send_prompt(self, text, FALSE);
	return G_SOURCE_REMOVE;
}

static gboolean
offhook_emu_relay_notice_cb(gpointer user_data)
{
	OffhookEmuRelay *self = user_data;

	self->notice_timer = 0;
	if (!offhook_emu_relay_voice_is_speaking(self->voice))
		return G_SOURCE_REMOVE;
	if (self->by_speech && offhook_emu_relay_voice_is_interruptible(self->voice))
		offhook_emu_relay_interrupt(self);
	else
		self->deaf = TRUE;
	return G_SOURCE_REMOVE;
}

static gboolean
offhook_emu_relay_final_cb(gpointer user_data)
{
	OffhookEmuRelay *self = user_data;

	self->final_timer = 0;
	if (!self->deaf)
		offhook_emu_relay_send_prompt(self, self->text, TRUE);
	return G_SOURCE_REMOVE;
}

static void
offhook_emu_relay_hear(gpointer wire, OffhookEmuStream *stream, const gchar *text, gboolean said)
{
	OffhookEmuRelay *self = wire;

	if (g_str_has_suffix(text, ".wav")) {
		offhook_emu_stream_violate(stream, "\"%s\" can't be recognised here, give a text",
					   text);
		return;
	}
	if (said) {
		g_clear_handle_id(&self->final_timer, g_source_remove);
		self->final_timer = g_timeout_add(self->options->account->hearing_ms,
						  offhook_emu_relay_final_cb, self);
		return;
	}
	g_free(self->text);
	self->text = g_strdup(text);
	self->deaf = FALSE;
	g_clear_handle_id(&self->partial_timer, g_source_remove);
	g_clear_handle_id(&self->notice_timer, g_source_remove);
	self->notice_timer =
	    g_timeout_add(OFFHOOK_EMU_RELAY_NOTICE_MS, offhook_emu_relay_notice_cb, self);
	self->partial_timer =
	    g_timeout_add(OFFHOOK_EMU_RELAY_PARTIAL_MS, offhook_emu_relay_partial_cb, self);
}

static void
offhook_emu_relay_send_key(gpointer wire, OffhookEmuStream *stream, gchar digit)
{
	OffhookEmuRelay *self = wire;
	g_autofree gchar *message = offhook_emu_relay_message_dtmf(digit);

	if (self->by_keys && offhook_emu_relay_voice_is_speaking(self->voice) &&
	    offhook_emu_relay_voice_is_interruptible(self->voice))
		offhook_emu_relay_interrupt(self);
	if (self->dtmf)
		offhook_emu_stream_send_text(stream, message);
}

/* ---- the stream ---- */

static gboolean
offhook_emu_relay_greet(gpointer wire, OffhookEmuStream *stream)
{
	OffhookEmuRelay *self = wire;

	self->stream = stream;
	if (self->options->account->no_start) {
		offhook_emu_stream_wrong(stream, "no setup message, and nothing after it");
		return FALSE;
	}
	offhook_emu_stream_send_text(stream, self->setup);
	return TRUE;
}

/* Sound does not leave the carrier; only a fault on demand has something to send here. */
static void
offhook_emu_relay_send_audio(gpointer wire, OffhookEmuStream *stream, gint64 timestamp_ms,
			     const gint16 *samples, gsize length)
{
	g_autofree gchar *text = NULL;
	g_autofree gchar *message = NULL;

	if (length <= offhook_emu_carrier.rates[0])
		return;
	text = g_strnfill(length, 'a');
	message = offhook_emu_relay_message_prompt(text, "en-US", TRUE);
	offhook_emu_stream_send_text(stream, message);
}

static void
offhook_emu_relay_send_mark(gpointer wire, OffhookEmuStream *stream, const gchar *name)
{
}

static void
offhook_emu_relay_misbehave(gpointer wire, OffhookEmuStream *stream)
{
	OffhookEmuRelay *self = wire;
	const OffhookEmuAccount *account = self->options->account;
	g_autofree gchar *error = offhook_emu_relay_message_error("Something: went wrong");
	g_autofree gchar *prompt = offhook_emu_relay_message_prompt("hello", "en-US", TRUE);

	if (account->relay_error)
		offhook_emu_stream_send_text(stream, error);
	if (account->duplicate_start) {
		offhook_emu_stream_wrong(stream, "a second setup message");
		offhook_emu_stream_send_text(stream, self->setup);
	}
	if (account->binary) {
		offhook_emu_stream_wrong(stream, "a binary message");
		offhook_emu_stream_send(stream, SOUP_WEBSOCKET_DATA_BINARY, "\x00\xff\x7f\x80", 4);
	}
	if (account->flood > 0)
		offhook_emu_stream_wrong(stream, "a flood of prompts");
	for (guint i = 0; i < account->flood; i++)
		offhook_emu_stream_send_text(stream, prompt);
}

static gboolean
offhook_emu_relay_close_cb(gpointer user_data)
{
	OffhookEmuRelay *self = user_data;

	self->close_timer = 0;
	offhook_emu_stream_stop(self->stream);
	return G_SOURCE_REMOVE;
}

static void
offhook_emu_relay_take_end(OffhookEmuRelay *self, const OffhookEmuRelayMessage *message)
{
	/* "last" tells whether all that was to be spoken had been */
	offhook_emu_relay_note(self, "session-end", message->text,
			       !offhook_emu_relay_voice_is_speaking(self->voice),
			       "server  ends the session ");
	self->events->ended(message->text, self->user_data);
	if (self->close_timer == 0)
		self->close_timer = g_timeout_add_seconds(OFFHOOK_EMU_RELAY_CLOSE_S,
							  offhook_emu_relay_close_cb, self);
}

/* A bad message does not end the session, ten in a row do. */
static void
offhook_emu_relay_refuse(OffhookEmuRelay *self, const gchar *reason)
{
	g_autofree gchar *message = offhook_emu_relay_message_error(reason);

	offhook_emu_stream_violate(self->stream, "%s", reason);
	offhook_emu_stream_send_text(self->stream, message);
	if (++self->unknown == OFFHOOK_EMU_RELAY_MAX_UNKNOWN)
		offhook_emu_stream_break(self->stream, "64105: ten messages in a row are bad");
}

static void
offhook_emu_relay_receive(gpointer wire, OffhookEmuStream *stream, gint type, const gchar *data,
			  gsize length)
{
	OffhookEmuRelay *self = wire;
	g_autoptr(OffhookEmuRelayMessage) message = NULL;
	g_autoptr(GError) error = NULL;

	if (type == SOUP_WEBSOCKET_DATA_TEXT)
		message = offhook_emu_relay_message_parse(data, length, &error);
	if (message == NULL) {
		offhook_emu_relay_refuse(self, error != NULL ? error->message
							     : "64107: a binary message");
		return;
	}
	self->unknown = 0;
	switch (message->kind) {
	case OFFHOOK_EMU_RELAY_TEXT:
		offhook_emu_relay_note(self, "text-received", message->text, message->last,
				       "server  says ");
		offhook_emu_relay_voice_add(self->voice, message->text, message->last,
					    message->interruptible, message->preemptible);
		break;
	case OFFHOOK_EMU_RELAY_DIGITS:
		offhook_emu_relay_note(self, "digits-received", message->text, TRUE,
				       "server  presses ");
		break;
	case OFFHOOK_EMU_RELAY_END:
		offhook_emu_relay_take_end(self, message);
		break;
	case OFFHOOK_EMU_RELAY_PLAY:
	case OFFHOOK_EMU_RELAY_LANGUAGE:
		offhook_emu_stream_violate(stream, "play and language are not emulated");
		break;
	}
}

static const OffhookEmuStreamProtocol offhook_emu_relay_protocol = {
    .greet = offhook_emu_relay_greet,
    .send_audio = offhook_emu_relay_send_audio,
    .send_key = offhook_emu_relay_send_key,
    .send_mark = offhook_emu_relay_send_mark,
    .hear = offhook_emu_relay_hear,
    .misbehave = offhook_emu_relay_misbehave,
    .receive = offhook_emu_relay_receive,
    .free = offhook_emu_relay_free,
    .sample_bytes = 1,
    .code_late = "64102: ",
    .code_network = "64102: ",
    .code_upgrade = "64102: ",
    .code_framing = "64105: ",
};

static gboolean
offhook_emu_relay_is(GHashTable *attributes, const gchar *name, const gchar *value)
{
	return g_strcmp0(g_hash_table_lookup(attributes, name), value) == 0;
}

OffhookEmuStream *
offhook_emu_relay_new(const OffhookEmuOptions *options, const OffhookEmuRelayIdentity *identity,
		      GHashTable *attributes, OffhookEmuLine *line, OffhookEmuJournal *journal,
		      const OffhookEmuRelayEvents *relay_events,
		      const OffhookEmuStreamEvents *events, gpointer user_data)
{
	OffhookEmuRelay *self = g_new0(OffhookEmuRelay, 1);
	const gchar *language = g_hash_table_lookup(attributes, "language");

	self->options = options;
	self->line = line;
	self->journal = journal;
	self->events = relay_events;
	self->user_data = user_data;
	self->setup = offhook_emu_relay_message_setup(identity);
	self->language = g_strdup(language != NULL ? language : "en-US");
	self->dtmf = offhook_emu_relay_is(attributes, "dtmfDetection", "true");
	self->partials = offhook_emu_relay_is(attributes, "partialPrompts", "true");
	self->by_speech = !offhook_emu_relay_is(attributes, "interruptible", "none") &&
			  !offhook_emu_relay_is(attributes, "interruptible", "dtmf");
	self->by_keys = !offhook_emu_relay_is(attributes, "interruptible", "none") &&
			!offhook_emu_relay_is(attributes, "interruptible", "speech");
	self->voice = offhook_emu_relay_voice_new(line, offhook_emu_carrier.rates[0],
						  options->account->speech_rate);
	return offhook_emu_stream_new(options, &offhook_emu_relay_protocol, self, events,
				      user_data);
}
