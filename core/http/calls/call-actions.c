/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * /voice/calls/{id}/...: things done with a call in progress. Main thread.
 */

#include "http/server/resources.h"

#include <offhook/error.h>

#include "base/json.h"
#include "call/manager/call-request.h"

typedef struct {
	OffhookHttpRequest *request;
	char *action;
} OffhookHttpCallAction;

static void
offhook_http_call_actions_done_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autofree OffhookHttpCallAction *action = user_data;
	g_autoptr(OffhookHttpRequest) request = action->request;
	g_autofree char *name = action->action;
	g_autoptr(GError) error = NULL;
	JsonObject *reply;

	if (!offhook_call_manager_control_finish(OFFHOOK_CALL_MANAGER(source), result, &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	reply = json_object_new();
	json_object_set_boolean_member(reply, "success", TRUE);
	json_object_set_string_member(reply, "call_id", request->parameters[0]);
	json_object_set_string_member(reply, "action", name);
	offhook_http_request_reply_json(request, 200, reply);
}

static void
offhook_http_call_actions_do(OffhookHttpServer *server, OffhookHttpRequest *request,
			     const OffhookCallCommand *command, const char *name)
{
	OffhookHttpCallAction *action = g_new0(OffhookHttpCallAction, 1);

	action->request = offhook_http_request_wait(request);
	action->action = g_strdup(name);
	offhook_call_manager_control_async(offhook_http_server_get_calls(server),
					   request->parameters[0], command, NULL,
					   offhook_http_call_actions_done_cb, action);
}

static void
offhook_http_call_actions_transfer(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) body = offhook_http_request_parse_json(request, &error);
	OffhookCallCommand command = {.verb = OFFHOOK_VERB_TRANSFER};

	if (body == NULL || !offhook_call_request_read_transfer(body, &command, &error))
		offhook_http_request_reply_error(request, error);
	else
		offhook_http_call_actions_do(server, request, &command, "transfer");
}

static void
offhook_http_call_actions_with_text(OffhookHttpServer *server, OffhookHttpRequest *request,
				    OffhookCallVerb verb, const char *field, const char *expected,
				    const char *name)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) body = offhook_http_request_parse_json(request, &error);
	OffhookCallCommand command = {.verb = verb};

	if (body == NULL ||
	    !offhook_call_request_read_text(body, field, expected, &command.argument, &error))
		offhook_http_request_reply_error(request, error);
	else
		offhook_http_call_actions_do(server, request, &command, name);
}

static void
offhook_http_call_actions_press(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	offhook_http_call_actions_with_text(server, request, OFFHOOK_VERB_SEND_DTMF, "digits",
					    OFFHOOK_CALL_REQUEST_DIGITS, "dtmf");
}

static void
offhook_http_call_actions_say(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	offhook_http_call_actions_with_text(server, request, OFFHOOK_VERB_PLAY, "text",
					    OFFHOOK_CALL_REQUEST_TEXT, "say");
}

static void
offhook_http_call_actions_play(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) body = offhook_http_request_parse_json(request, &error);
	OffhookCallCommand command = {.verb = OFFHOOK_VERB_PLAY};

	if (body == NULL || !offhook_call_request_read_sound(body, &command, &error))
		offhook_http_request_reply_error(request, error);
	else
		offhook_http_call_actions_do(server, request, &command, "play");
}

static void
offhook_http_call_actions_record(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	static const struct {
		const char *word;
		OffhookCallVerb verb;
	} actions[] = {
	    {"start", OFFHOOK_VERB_START_RECORDING},
	    {"pause", OFFHOOK_VERB_PAUSE_RECORDING},
	    {"resume", OFFHOOK_VERB_RESUME_RECORDING},
	    {"stop", OFFHOOK_VERB_STOP_RECORDING},
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) body = offhook_http_request_parse_json(request, &error);
	const char *word = NULL;

	if (body == NULL || !offhook_json_read_string(body, "action", &word, &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	for (guint i = 0; i < G_N_ELEMENTS(actions); i++) {
		OffhookCallCommand command = {.verb = actions[i].verb};

		if (g_strcmp0(word, actions[i].word) != 0)
			continue;
		offhook_http_call_actions_do(server, request, &command, actions[i].word);
		return;
	}
	offhook_json_refuse(&error, "action", word, "start, pause, resume or stop");
	offhook_http_request_reply_error(request, error);
}

#define OFFHOOK_HTTP_PLAIN_ACTION(word, wanted)                                                    \
	static void offhook_http_call_actions_##word(OffhookHttpServer *server,                    \
						     OffhookHttpRequest *request)                  \
	{                                                                                          \
		const OffhookCallCommand command = {.verb = wanted};                               \
                                                                                                   \
		offhook_http_call_actions_do(server, request, &command, #word);                    \
	}

OFFHOOK_HTTP_PLAIN_ACTION(hold, OFFHOOK_VERB_HOLD)
OFFHOOK_HTTP_PLAIN_ACTION(unhold, OFFHOOK_VERB_UNHOLD)
OFFHOOK_HTTP_PLAIN_ACTION(mute, OFFHOOK_VERB_MUTE)
OFFHOOK_HTTP_PLAIN_ACTION(unmute, OFFHOOK_VERB_UNMUTE)

const OffhookRoute offhook_http_call_actions_routes[] = {
    {"POST", "/voice/calls/{id}/transfer", OFFHOOK_RATE_CALLS, OFFHOOK_ROUTE_CALL,
     offhook_http_call_actions_transfer},
    {"POST", "/voice/calls/{id}/hold", OFFHOOK_RATE_CALLS, OFFHOOK_ROUTE_CALL,
     offhook_http_call_actions_hold},
    {"POST", "/voice/calls/{id}/unhold", OFFHOOK_RATE_CALLS, OFFHOOK_ROUTE_CALL,
     offhook_http_call_actions_unhold},
    {"POST", "/voice/calls/{id}/mute", OFFHOOK_RATE_CALLS, OFFHOOK_ROUTE_CALL,
     offhook_http_call_actions_mute},
    {"POST", "/voice/calls/{id}/unmute", OFFHOOK_RATE_CALLS, OFFHOOK_ROUTE_CALL,
     offhook_http_call_actions_unmute},
    {"POST", "/voice/calls/{id}/dtmf", OFFHOOK_RATE_CALLS, OFFHOOK_ROUTE_CALL,
     offhook_http_call_actions_press},
    {"POST", "/voice/calls/{id}/say", OFFHOOK_RATE_CALLS, OFFHOOK_ROUTE_CALL,
     offhook_http_call_actions_say},
    {"POST", "/voice/calls/{id}/play", OFFHOOK_RATE_CALLS, OFFHOOK_ROUTE_CALL,
     offhook_http_call_actions_play},
    {"POST", "/voice/calls/{id}/recording", OFFHOOK_RATE_CALLS, OFFHOOK_ROUTE_CALL,
     offhook_http_call_actions_record},
    {NULL},
};
