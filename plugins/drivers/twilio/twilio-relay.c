/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Twilio ConversationRelay: Twilio recognises and speaks, and only words cross. One object per
 * WebSocket, used in its media thread alone.
 *
 * All that we say may be replaced by what we say next ("preemptible"): Twilio has no message that
 * silences it, and an answer that nobody waits for any more must not be spoken before the new one.
 */

#include "twilio-relay.h"

#include "stream-start.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

struct _OffhookTwilioRelay {
	OffhookWireProtocol parent_instance;

	gboolean started;
	guint complaints; /* "error" messages */
};

G_DEFINE_FINAL_TYPE(OffhookTwilioRelay, offhook_twilio_relay, OFFHOOK_TYPE_WIRE_PROTOCOL)

static gboolean
offhook_twilio_relay_fail(GError **error, const char *type, const char *expected)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "%s message: expected %s", type,
		    expected);
	return FALSE;
}

/* ---- what Twilio sends ---- */

static gboolean
offhook_twilio_relay_check_text(const char *type, const char *text, GError **error)
{
	if (!g_utf8_validate(text, -1, NULL))
		return offhook_twilio_relay_fail(error, type, "a text in UTF-8");
	if (strlen(text) <= OFFHOOK_TWILIO_RELAY_MAX_TEXT)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
		    "%s message: expected a text of at most %d bytes", type,
		    OFFHOOK_TWILIO_RELAY_MAX_TEXT);
	return FALSE;
}

static gboolean
offhook_twilio_relay_take_setup(OffhookTwilioRelay *self, OffhookMediaPort *port,
				JsonObject *message, GError **error)
{
	g_autoptr(OffhookStreamStart) start = NULL;

	if (self->started)
		return offhook_twilio_relay_fail(error, "setup", "only one on a connection");
	start = offhook_twilio_relay_setup_read(message, error);
	if (start == NULL)
		return FALSE;
	self->started = TRUE;
	offhook_media_port_receive_start(port, start);
	return TRUE;
}

static gboolean
offhook_twilio_relay_take_prompt(OffhookTwilioRelay *self, OffhookMediaPort *port,
				 JsonObject *message, GError **error)
{
	const char *text = offhook_json_get_string(message, "voicePrompt");
	JsonNode *last = json_object_get_member(message, "last");
	/* Only partial prompts need to say that they are not the last. */
	gboolean partial = last != NULL && JSON_NODE_HOLDS_VALUE(last) &&
			   json_node_get_value_type(last) == G_TYPE_BOOLEAN &&
			   !json_node_get_boolean(last);

	if (text == NULL)
		return offhook_twilio_relay_fail(error, "prompt", "a string voicePrompt");
	if (!offhook_twilio_relay_check_text("prompt", text, error))
		return FALSE;
	offhook_media_port_receive_utterance(port, text, !partial);
	return TRUE;
}

static gboolean
offhook_twilio_relay_take_dtmf(OffhookTwilioRelay *self, OffhookMediaPort *port,
			       JsonObject *message, GError **error)
{
	const char *digit = offhook_json_get_string(message, "digit");

	if (digit == NULL || digit[0] == '\0' || digit[1] != '\0' ||
	    strchr("0123456789*#ABCDabcd", digit[0]) == NULL)
		return offhook_twilio_relay_fail(error, "dtmf", "one of 0-9, *, #, A-D in digit");
	offhook_media_port_receive_dtmf(port, g_ascii_toupper(digit[0]));
	return TRUE;
}

static gboolean
offhook_twilio_relay_take_interrupt(OffhookTwilioRelay *self, OffhookMediaPort *port,
				    JsonObject *message, GError **error)
{
	const char *spoken = offhook_json_get_string(message, "utteranceUntilInterrupt");

	if (spoken == NULL)
		spoken = ""; /* before the first word */
	if (!offhook_twilio_relay_check_text("interrupt", spoken, error))
		return FALSE;
	offhook_media_port_receive_cut_off(port, spoken);
	return TRUE;
}

/*
 * The session goes on. Behind the colon Twilio quotes what we sent, and that is nobody's to read. Only
 * plain words are logged: it may be a stranger's, whose token has not been looked at yet.
 */
static gboolean
offhook_twilio_relay_take_error(OffhookTwilioRelay *self, OffhookMediaPort *port,
				JsonObject *message, GError **error)
{
	const char *text = offhook_json_get_string(message, "description");
	g_autofree char *head = g_strndup(text != NULL ? text : "", 80);

	head[strspn(head, G_CSET_A_2_Z G_CSET_a_2_z " ")] = '\0';
	if (self->complaints++ == 0)
		g_message("ConversationRelay reports an error: %s", head);
	return TRUE;
}

static const struct {
	const char *type;
	gboolean in_session;
	gboolean (*take)(OffhookTwilioRelay *self, OffhookMediaPort *port, JsonObject *message,
			 GError **error);
} offhook_twilio_relay_types[] = {
    {"setup", FALSE, offhook_twilio_relay_take_setup},
    {"prompt", TRUE, offhook_twilio_relay_take_prompt},
    {"dtmf", TRUE, offhook_twilio_relay_take_dtmf},
    {"interrupt", TRUE, offhook_twilio_relay_take_interrupt},
    {"error", TRUE, offhook_twilio_relay_take_error},
};

static gboolean
offhook_twilio_relay_receive(OffhookWireProtocol *protocol, OffhookMediaPort *port,
			     OffhookWireKind kind, const guint8 *data, gsize size, GError **error)
{
	OffhookTwilioRelay *self = OFFHOOK_TWILIO_RELAY(protocol);
	g_autoptr(JsonObject) message = NULL;
	const char *type;

	if (kind != OFFHOOK_WIRE_TEXT)
		return offhook_twilio_relay_fail(error, "session", "text, not binary");
	message =
	    offhook_json_parse_object((const char *)data, (gssize)size, "session message", error);
	if (message == NULL)
		return FALSE;
	type = offhook_json_get_string(message, "type");
	if (type == NULL)
		return offhook_twilio_relay_fail(error, "session", "a string \"type\"");
	for (guint i = 0; i < G_N_ELEMENTS(offhook_twilio_relay_types); i++) {
		if (!g_str_equal(offhook_twilio_relay_types[i].type, type))
			continue;
		if (offhook_twilio_relay_types[i].in_session && !self->started)
			return offhook_twilio_relay_fail(error, type, "the setup before it");
		return offhook_twilio_relay_types[i].take(self, port, message, error);
	}
	return TRUE; /* "info", and what Twilio may add one day */
}

/* ---- what we send ---- */

/* @message: (transfer full) */
static void
offhook_twilio_relay_append(GByteArray *out, JsonObject *message)
{
	g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
	g_autofree char *text = NULL;

	json_node_take_object(root, message);
	text = offhook_json_node_to_string(root);
	g_byte_array_append(out, (const guint8 *)text, (guint)strlen(text));
}

static JsonObject *
offhook_twilio_relay_make(const char *type)
{
	JsonObject *message = json_object_new();

	json_object_set_string_member(message, "type", type);
	return message;
}

static gboolean
offhook_twilio_relay_format_text(OffhookWireProtocol *protocol, const OffhookPortText *text,
				 GByteArray *out)
{
	JsonObject *message;

	if (!OFFHOOK_TWILIO_RELAY(protocol)->started)
		return FALSE;
	message = offhook_twilio_relay_make("text");
	json_object_set_string_member(message, "token", text->text);
	json_object_set_boolean_member(message, "last", text->last);
	json_object_set_boolean_member(message, "interruptible", text->interruptible);
	json_object_set_boolean_member(message, "preemptible", TRUE);
	if (text->language != NULL)
		json_object_set_string_member(message, "lang", text->language);
	offhook_twilio_relay_append(out, message);
	return TRUE;
}

static gboolean
offhook_twilio_relay_format_digits(OffhookWireProtocol *protocol, const char *digits,
				   GByteArray *out)
{
	g_autoptr(GString) keys = g_string_new(digits);
	JsonObject *message;

	if (!OFFHOOK_TWILIO_RELAY(protocol)->started)
		return FALSE;
	g_string_replace(keys, "W", "ww", 0); /* it knows only half seconds */
	message = offhook_twilio_relay_make("sendDigits");
	json_object_set_string_member(message, "digits", keys->str);
	offhook_twilio_relay_append(out, message);
	return TRUE;
}

/* Without it the end of the connection is a failure to Twilio. The reason is for its records. */
static gboolean
offhook_twilio_relay_format_end(OffhookWireProtocol *protocol, const GError *error, GByteArray *out)
{
	JsonObject *message;

	if (!OFFHOOK_TWILIO_RELAY(protocol)->started)
		return FALSE;
	message = offhook_twilio_relay_make("end");
	json_object_set_string_member(message, "handoffData",
				      error == NULL ? "{\"reason\":\"done\"}"
						    : "{\"reason\":\"failed\"}");
	offhook_twilio_relay_append(out, message);
	return TRUE;
}

static void
offhook_twilio_relay_describe(OffhookWireProtocol *protocol, OffhookMediaPort *port)
{
	offhook_media_port_set_features(port, OFFHOOK_MEDIA_TEXT | OFFHOOK_MEDIA_DTMF_EVENTS);
}

OffhookWireProtocol *
offhook_twilio_relay_new(void)
{
	return g_object_new(OFFHOOK_TYPE_TWILIO_RELAY, NULL);
}

static void
offhook_twilio_relay_init(OffhookTwilioRelay *self)
{
}

static void
offhook_twilio_relay_class_init(OffhookTwilioRelayClass *klass)
{
	OffhookWireProtocolClass *protocol_class = OFFHOOK_WIRE_PROTOCOL_CLASS(klass);

	protocol_class->describe = offhook_twilio_relay_describe;
	protocol_class->receive = offhook_twilio_relay_receive;
	protocol_class->format_text = offhook_twilio_relay_format_text;
	protocol_class->format_digits = offhook_twilio_relay_format_digits;
	protocol_class->format_end = offhook_twilio_relay_format_end;
}
