/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NCCO: what each action and each endpoint may hold, as tables. Pure functions. */

#include "ncco.h"

#include "rules.h"

#include <string.h>

#define OFFHOOK_EMU_NCCO_MAX_HEADERS 512

#define STRING(name, least, most, pattern)                                                         \
	{                                                                                          \
		name, OFFHOOK_EMU_RULE_STRING, FALSE, least, most, pattern, NULL                   \
	}
#define REQUIRED_STRING(name, least, most, pattern)                                                \
	{                                                                                          \
		name, OFFHOOK_EMU_RULE_STRING, TRUE, least, most, pattern, NULL                    \
	}
#define INTEGER(name, least, most)                                                                 \
	{                                                                                          \
		name, OFFHOOK_EMU_RULE_INTEGER, FALSE, least, most, NULL, NULL                     \
	}
#define NUMBER(name, least, most)                                                                  \
	{                                                                                          \
		name, OFFHOOK_EMU_RULE_NUMBER, FALSE, least, most, NULL, NULL                      \
	}
#define PLAIN(name, kind)                                                                          \
	{                                                                                          \
		name, OFFHOOK_EMU_RULE_##kind, FALSE, 0, 0, NULL, NULL                             \
	}
#define REQUIRED(name, kind)                                                                       \
	{                                                                                          \
		name, OFFHOOK_EMU_RULE_##kind, TRUE, 0, 0, NULL, NULL                              \
	}
#define OBJECT(name, fields)                                                                       \
	{                                                                                          \
		name, OFFHOOK_EMU_RULE_OBJECT, FALSE, 0, 0, NULL, fields                           \
	}
#define STRINGS(name, required, pattern)                                                           \
	{                                                                                          \
		name, OFFHOOK_EMU_RULE_STRINGS, required, 0, 0, pattern, NULL                      \
	}
#define END                                                                                        \
	{                                                                                          \
		NULL, 0, FALSE, 0, 0, NULL, NULL                                                   \
	}
#define EVENTS PLAIN("eventUrl", URLS), STRING("eventMethod", 3, 4, "GET|POST")
#define ACTION REQUIRED_STRING("action", 1, 20, NULL)

#define OFFHOOK_EMU_NCCO_NUMBER "[0-9]{7,15}"

static const OffhookEmuRule offhook_emu_ncco_detection[] = {
    STRING("behavior", 1, 0, "continue|hangup"), STRING("mode", 1, 0, "default|detect|detect_beep"),
    INTEGER("beep_timeout", 45, 120), END};
static const OffhookEmuRule offhook_emu_ncco_transcription[] = {
    STRING("language", 2, 20, NULL), EVENTS, PLAIN("sentimentAnalysis", BOOLEAN), END};
static const OffhookEmuRule offhook_emu_ncco_connect[] = {
    ACTION,
    REQUIRED("endpoint", ENDPOINTS),
    STRING("from", 7, 15, OFFHOOK_EMU_NCCO_NUMBER),
    PLAIN("randomFromNumber", BOOLEAN),
    STRING("eventType", 1, 0, "synchronous"),
    INTEGER("timeout", 3, 7200),
    INTEGER("limit", 1, 7200),
    STRING("machineDetection", 1, 0, "continue|hangup"),
    OBJECT("advancedMachineDetection", offhook_emu_ncco_detection),
    EVENTS,
    PLAIN("ringbackTone", URL),
    END};
static const OffhookEmuRule offhook_emu_ncco_talk[] = {ACTION,
						       REQUIRED_STRING("text", 1, 1500, NULL),
						       PLAIN("bargeIn", BOOLEAN),
						       INTEGER("loop", 0, 1000),
						       PLAIN("level", LEVEL),
						       STRING("language", 2, 20, NULL),
						       INTEGER("style", 0, 100),
						       PLAIN("premium", BOOLEAN),
						       STRING("provider", 1, 40, NULL),
						       OBJECT("providerOptions", NULL),
						       END};
static const OffhookEmuRule offhook_emu_ncco_stream[] = {ACTION,
							 REQUIRED("streamUrl", URLS),
							 PLAIN("level", LEVEL),
							 PLAIN("bargeIn", BOOLEAN),
							 INTEGER("loop", 0, 1000),
							 END};
static const OffhookEmuRule offhook_emu_ncco_input_dtmf[] = {
    INTEGER("timeOut", 0, 10), INTEGER("maxDigits", 1, 20), PLAIN("submitOnHash", BOOLEAN), END};
static const OffhookEmuRule offhook_emu_ncco_input_speech[] = {STRINGS("uuid", FALSE, NULL),
							       NUMBER("endOnSilence", 0.4, 10),
							       STRING("language", 2, 20, NULL),
							       STRINGS("context", FALSE, NULL),
							       INTEGER("startTimeout", 1, 60),
							       INTEGER("maxDuration", 1, 60),
							       PLAIN("saveAudio", BOOLEAN),
							       INTEGER("sensitivity", 10, 100),
							       END};
static const OffhookEmuRule offhook_emu_ncco_input[] = {
    ACTION,
    STRINGS("type", TRUE, "dtmf|speech"),
    STRING("mode", 1, 0, "synchronous|asynchronous"),
    OBJECT("dtmf", offhook_emu_ncco_input_dtmf),
    OBJECT("speech", offhook_emu_ncco_input_speech),
    EVENTS,
    END};
static const OffhookEmuRule offhook_emu_ncco_record[] = {
    ACTION,
    STRING("format", 1, 0, "mp3|wav|ogg"),
    STRING("split", 1, 0, "conversation"),
    INTEGER("channels", 1, 32),
    INTEGER("endOnSilence", 3, 10),
    STRING("endOnKey", 1, 1, "[0-9*#]"),
    INTEGER("timeOut", 3, 7200),
    PLAIN("beepStart", BOOLEAN),
    EVENTS,
    OBJECT("transcription", offhook_emu_ncco_transcription),
    END};
static const OffhookEmuRule offhook_emu_ncco_conversation[] = {
    ACTION,
    REQUIRED_STRING("name", 1, 100, NULL),
    PLAIN("musicOnHoldUrl", URLS),
    PLAIN("startOnEnter", BOOLEAN),
    PLAIN("endOnExit", BOOLEAN),
    PLAIN("record", BOOLEAN),
    STRINGS("canSpeak", FALSE, NULL),
    STRINGS("canHear", FALSE, NULL),
    PLAIN("mute", BOOLEAN),
    EVENTS,
    OBJECT("transcription", offhook_emu_ncco_transcription),
    END};
static const OffhookEmuRule offhook_emu_ncco_notify[] = {
    ACTION, REQUIRED("payload", OBJECT), REQUIRED("eventUrl", URLS),
    STRING("eventMethod", 3, 4, "GET|POST"), END};
static const OffhookEmuRule offhook_emu_ncco_transfer[] = {
    ACTION,
    REQUIRED_STRING("conversationId", 1, 100, NULL),
    STRINGS("canSpeak", FALSE, NULL),
    STRINGS("canHear", FALSE, NULL),
    PLAIN("mute", BOOLEAN),
    END};
/* out of range is clamped, says the carrier */
static const OffhookEmuRule offhook_emu_ncco_wait[] = {ACTION, NUMBER("timeout", 0, 1e6), END};

static const struct {
	const gchar *name;
	const OffhookEmuRule *rules;
} offhook_emu_ncco_actions[] = {
    {"connect", offhook_emu_ncco_connect}, {"talk", offhook_emu_ncco_talk},
    {"stream", offhook_emu_ncco_stream},   {"input", offhook_emu_ncco_input},
    {"record", offhook_emu_ncco_record},   {"conversation", offhook_emu_ncco_conversation},
    {"notify", offhook_emu_ncco_notify},   {"transfer", offhook_emu_ncco_transfer},
    {"wait", offhook_emu_ncco_wait},
};

/* ---- endpoints ---- */

static const OffhookEmuRule offhook_emu_ncco_answer[] = {REQUIRED("url", URL),
							 PLAIN("ringbackTone", URL), END};
static const OffhookEmuRule offhook_emu_ncco_phone[] = {
    REQUIRED_STRING("type", 1, 20, NULL),
    REQUIRED_STRING("number", 7, 15, OFFHOOK_EMU_NCCO_NUMBER),
    STRING("dtmfAnswer", 0, 0, "[0-9*#pP]*"),
    STRING("shaken", 1, 0, NULL),
    OBJECT("onAnswer", offhook_emu_ncco_answer),
    END};
static const OffhookEmuRule offhook_emu_ncco_user_to_user[] = {
    REQUIRED_STRING("User-to-User", 1, 256, NULL), END};
static const OffhookEmuRule offhook_emu_ncco_sip[] = {
    REQUIRED_STRING("type", 1, 20, NULL),
    STRING("uri", 1, 0, "sips?:.+"),
    STRING("domain", 1, 0, NULL),
    STRING("user", 1, 0, NULL),
    OBJECT("headers", NULL),
    OBJECT("standardHeaders", offhook_emu_ncco_user_to_user),
    OBJECT("standard_headers", offhook_emu_ncco_user_to_user),
    END};
static const OffhookEmuRule offhook_emu_ncco_authorization[] = {
    STRING("type", 1, 0, "vonage|custom"), STRING("value", 1, 8191, "[ -~]+"), END};
static const OffhookEmuRule offhook_emu_ncco_websocket[] = {
    REQUIRED_STRING("type", 1, 20, NULL),
    REQUIRED_STRING("uri", 1, 0, "wss?://.+"),
    REQUIRED_STRING("content-type", 1, 0, "audio/l16;rate=(8000|16000|24000)"),
    OBJECT("headers", NULL),
    OBJECT("authorization", offhook_emu_ncco_authorization),
    END};
static const OffhookEmuRule offhook_emu_ncco_app[] = {REQUIRED_STRING("type", 1, 20, NULL),
						      REQUIRED_STRING("user", 1, 0, NULL), END};
static const OffhookEmuRule offhook_emu_ncco_vbc[] = {
    REQUIRED_STRING("type", 1, 20, NULL), REQUIRED_STRING("extension", 1, 0, "[0-9]+"), END};

static const struct {
	const gchar *name;
	const OffhookEmuRule *rules;
} offhook_emu_ncco_endpoints[] = {
    {"phone", offhook_emu_ncco_phone},
    {"sip", offhook_emu_ncco_sip},
    {"websocket", offhook_emu_ncco_websocket},
    {"app", offhook_emu_ncco_app},
    {"vbc", offhook_emu_ncco_vbc},
};

/* The headers of a socket come back beside "event" and "content-type", which they must not hide. */
static gboolean
offhook_emu_ncco_check_websocket(JsonObject *endpoint, const gchar *where, GError **error)
{
	JsonNode *headers = json_object_get_member(endpoint, "headers");
	JsonNode *authorization = json_object_get_member(endpoint, "authorization");
	g_autofree gchar *text = headers != NULL ? json_to_string(headers, FALSE) : NULL;

	if (text != NULL && strlen(text) > OFFHOOK_EMU_NCCO_MAX_HEADERS)
		return offhook_emu_rules_refuse(error, "%s.headers has %zu bytes, at most %d",
						where, strlen(text), OFFHOOK_EMU_NCCO_MAX_HEADERS);
	if (headers != NULL &&
	    (json_object_has_member(json_node_get_object(headers), "event") ||
	     json_object_has_member(json_node_get_object(headers), "content-type")))
		return offhook_emu_rules_refuse(
		    error, "%s.headers has \"event\" or \"content-type\"", where);
	if (authorization != NULL) {
		JsonObject *object = json_node_get_object(authorization);
		gboolean custom = g_strcmp0(offhook_emu_rules_get(object, "type"), "custom") == 0;

		if (custom != json_object_has_member(object, "value"))
			return offhook_emu_rules_refuse(
			    error, "%s.authorization: a value goes with the type custom", where);
	}
	return TRUE;
}

gboolean
offhook_emu_ncco_check_endpoint(JsonNode *node, const gchar *where, GError **error)
{
	const gchar *type;

	if (!JSON_NODE_HOLDS_OBJECT(node))
		return offhook_emu_rules_refuse(error, "%s: an endpoint is not an object", where);
	type = offhook_emu_rules_get(json_node_get_object(node), "type");
	for (gsize i = 0; i < G_N_ELEMENTS(offhook_emu_ncco_endpoints); i++) {
		if (g_strcmp0(type, offhook_emu_ncco_endpoints[i].name) != 0)
			continue;
		return offhook_emu_rules_check(offhook_emu_ncco_endpoints[i].rules,
					       json_node_get_object(node), type, error) &&
		       (!g_str_equal(type, "websocket") ||
			offhook_emu_ncco_check_websocket(json_node_get_object(node), type, error));
	}
	return offhook_emu_rules_refuse(error, "%s: an endpoint of type \"%.40s\" is not known",
					where, type != NULL ? type : "");
}

/* ---- the whole ---- */

static gboolean
offhook_emu_ncco_check_action(JsonNode *node, GError **error)
{
	const gchar *name = JSON_NODE_HOLDS_OBJECT(node)
				? offhook_emu_rules_get(json_node_get_object(node), "action")
				: NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(offhook_emu_ncco_actions); i++) {
		JsonObject *action;

		if (g_strcmp0(name, offhook_emu_ncco_actions[i].name) != 0)
			continue;
		action = json_node_get_object(node);
		if (!offhook_emu_rules_check(offhook_emu_ncco_actions[i].rules, action, name,
					     error))
			return FALSE;
		if (g_str_equal(name, "record") && json_object_has_member(action, "channels") &&
		    !json_object_has_member(action, "split"))
			return offhook_emu_rules_refuse(error, "record.channels needs split");
		if (g_strcmp0(offhook_emu_rules_get(action, "mode"), "asynchronous") == 0 &&
		    json_object_has_member(action, "dtmf"))
			return offhook_emu_rules_refuse(
			    error, "input.dtmf must be left out in asynchronous mode");
		return TRUE;
	}
	return offhook_emu_rules_refuse(error, "the action \"%.40s\" is not known",
					name != NULL ? name : "");
}

/* After bargeIn, the next action of another kind must be input. */
static gboolean
offhook_emu_ncco_check_barge_in(JsonArray *actions, GError **error)
{
	const gchar *barging = NULL;

	for (guint i = 0; i < json_array_get_length(actions); i++) {
		JsonObject *action = json_array_get_object_element(actions, i);
		const gchar *name = json_object_get_string_member(action, "action");

		if (barging != NULL && !g_str_equal(name, barging)) {
			if (!g_str_equal(name, "input"))
				return offhook_emu_rules_refuse(
				    error, "after %s with bargeIn comes %s, expected input",
				    barging, name);
			barging = NULL;
		}
		if (json_object_get_boolean_member_with_default(action, "bargeIn", FALSE))
			barging = name;
	}
	return TRUE;
}

gboolean
offhook_emu_ncco_check(JsonNode *node, GError **error)
{
	JsonArray *actions;

	if (node == NULL || !JSON_NODE_HOLDS_ARRAY(node))
		return offhook_emu_rules_refuse(error, "an NCCO is an array");
	actions = json_node_get_array(node);
	for (guint i = 0; i < json_array_get_length(actions); i++) {
		if (!offhook_emu_ncco_check_action(json_array_get_element(actions, i), error))
			return FALSE;
	}
	return offhook_emu_ncco_check_barge_in(actions, error);
}

OffhookEmuNcco *
offhook_emu_ncco_new(JsonNode *node, GError **error)
{
	OffhookEmuNcco *self;

	if (!offhook_emu_ncco_check(node, error))
		return NULL;
	self = g_new0(OffhookEmuNcco, 1);
	self->actions = json_array_ref(json_node_get_array(node));
	return self;
}

OffhookEmuNcco *
offhook_emu_ncco_parse(const gchar *text, gsize length, GError **error)
{
	g_autoptr(JsonParser) parser = json_parser_new();

	if (length > OFFHOOK_EMU_NCCO_MAX_BYTES) {
		offhook_emu_rules_refuse(error, "an NCCO of %zu bytes or more, at most %d are read",
					 length, OFFHOOK_EMU_NCCO_MAX_BYTES);
		return NULL;
	}
	if (!json_parser_load_from_data(parser, text, (gssize)length, NULL)) {
		offhook_emu_rules_refuse(error, "the answer is not JSON");
		return NULL;
	}
	return offhook_emu_ncco_new(json_parser_get_root(parser), error);
}

void
offhook_emu_ncco_free(OffhookEmuNcco *self)
{
	json_array_unref(self->actions);
	g_free(self);
}

guint
offhook_emu_ncco_get_length(const OffhookEmuNcco *self)
{
	return json_array_get_length(self->actions);
}

JsonObject *
offhook_emu_ncco_get(const OffhookEmuNcco *self, guint index)
{
	return json_array_get_object_element(self->actions, index);
}
