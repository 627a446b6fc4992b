/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook tail: the transcripts of calls as they are spoken, over the control WebSocket.
 */

#include <stdio.h>
#include <stdlib.h>

#include <offhook/error.h>

#include "base/json.h"
#include "cli/command/commands.h"
#include "cli/print/describe.h"
#include "cli/client/call-id.h"
#include "cli/client/listen.h"

typedef struct {
	OffhookClient *client;
	GMainLoop *loop;
	char *call_id; /* (nullable): all */
	gboolean once;
	OffhookTailPlace place; /* (nullable): once we listen, begins what is to be followed */
	gpointer place_data;
	char *status; /* (nullable): how the call ended */
	GError *error;
} OffhookTail;

static const char *const offhook_tail_events[] = {
    "call.started",   "call.ringing",        "call.answered",   "call.transferred",
    "call.completed", "call.transferring",   "call.returned",   "message.received",
    "message.sent",   "message.interrupted", "message.unclear", "prompt.sent",
    "dtmf.received",  "turn.completed",      "error.occurred",  "call.answered_by",
    "call.held",      "call.resumed",        "call.muted",      "call.unmuted",
    "call.details",   "recording.changed",   "limit.reached",   "call.handed_over",
    "tool.called",    "tool.completed",      "engine.switched", "engine.failed",
    "agent.failed",   NULL,
};

/* What tools are given and what they give is more than is said: offhook show and offhook events have it. */
static const char *const offhook_tail_untold[] = {"arguments", "result", NULL};

/* "2026-01-02T12:34:56.789Z" -> "12:34:56.789", in local time */
static char *
offhook_tail_format_time(const char *timestamp)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_iso8601(timestamp, NULL);
	g_autoptr(GDateTime) local = utc != NULL ? g_date_time_to_local(utc) : NULL;
	g_autofree char *text = local != NULL ? g_date_time_format(local, "%H:%M:%S") : NULL;

	if (text == NULL)
		return g_strdup(timestamp);
	return g_strdup_printf("%s.%03d", text, g_date_time_get_microsecond(local) / 1000);
}

/* In the parentheses of what is no word of anybody. (nullable) */
static char *
offhook_tail_describe_turn(JsonObject *data)
{
	g_autofree char *times = offhook_describe_turn(data);

	return times != NULL ? g_strdup_printf("         (%s)", times) : NULL;
}

static char *
offhook_tail_describe_end(JsonObject *data)
{
	g_autofree char *usage = offhook_describe_usage(data);

	return g_strdup_printf("call     %s after %.1f s%s", offhook_client_get(data, "status"),
			       json_object_get_double_member(data, "duration"), usage);
}

/* "tool     book-table": what show tells in the same words. (transfer full) (nullable) */
static char *
offhook_tail_describe_event(const char *type, JsonObject *data)
{
	const char *who;
	g_autofree char *text = offhook_describe_event(type, data, &who);

	return text != NULL ? g_strdup_printf("%-9s%s", who, text) : NULL;
}

static char *
offhook_tail_describe_tool(JsonObject *data)
{
	g_autofree char *end = offhook_describe_tool(data);

	return g_strdup_printf("tool     %s", end);
}

/* One line for an event, or NULL when there is nothing to show. */
static char *
offhook_tail_describe(const char *type, JsonObject *data)
{
	const char *message = offhook_client_get(data, "message");
	char *told = offhook_tail_describe_event(type, data);

	if (told != NULL)
		return told;
	if (g_str_equal(type, "tool.completed"))
		return offhook_tail_describe_tool(data);
	if (g_str_equal(type, "message.received"))
		return g_strdup_printf(
		    "caller   %s  (confidence %.2f)", message,
		    json_object_get_double_member_with_default(data, "confidence", 0));
	if (g_str_equal(type, "message.sent") || g_str_equal(type, "prompt.sent"))
		return g_strdup_printf("agent    %s", message);
	if (g_str_equal(type, "message.interrupted"))
		return g_strdup_printf("         (interrupted after: \"%s\")", message);
	if (g_str_equal(type, "message.unclear"))
		return g_strdup("caller   (not understood)");
	if (g_str_equal(type, "dtmf.received"))
		return g_strdup_printf("caller   [key %s]", offhook_client_get(data, "digit"));
	if (g_str_equal(type, "turn.completed"))
		return offhook_tail_describe_turn(data);
	if (g_str_equal(type, "call.started"))
		return g_strdup_printf(
		    "call     %s %s through %s", offhook_client_get(data, "direction"),
		    offhook_client_get(data, "phone_number"), offhook_client_get(data, "provider"));
	if (g_str_equal(type, "call.completed"))
		return offhook_tail_describe_end(data);
	if (g_str_equal(type, "limit.reached"))
		return g_strdup_printf("call     has reached its %s",
				       offhook_client_get(data, "limit"));
	if (g_str_equal(type, "error.occurred"))
		return g_strdup_printf("error    %s: %s", offhook_client_get(data, "error_code"),
				       message);
	if (g_str_equal(type, "call.answered_by"))
		return g_strdup_printf("call     answered by: %s",
				       offhook_client_get(data, "answered_by"));
	if (g_str_equal(type, "call.returned"))
		return g_strdup_printf("call     back from the transfer: %s",
				       offhook_client_get(data, "reason"));
	if (g_str_equal(type, "recording.changed"))
		return g_strdup_printf("record   %s", offhook_client_get(data, "status"));
	if (g_str_has_prefix(type, "call."))
		return g_strdup_printf("call     %s", type + strlen("call."));
	return NULL;
}

static gboolean
offhook_tail_is_wanted(OffhookTail *self, JsonObject *data)
{
	return self->call_id == NULL ||
	       g_str_equal(offhook_client_get(data, "call_id"), self->call_id);
}

/* A call may have ended before we listened; then nothing more comes. */
static void
offhook_tail_check_end(OffhookTail *self)
{
	g_autofree char *path =
	    offhook_call_id_make_path(self->client, self->call_id, "status", &self->error);
	g_autoptr(JsonObject) call =
	    path != NULL ? offhook_client_request(self->client, "GET", path, NULL, &self->error)
			 : NULL;
	const char *status = call != NULL ? offhook_client_get(call, "status") : NULL;

	if (status != NULL && offhook_client_is_live(status))
		return;
	if (status != NULL && !offhook_client_print_json(self->client, call))
		g_print("call     %s\n", status);
	g_main_loop_quit(self->loop);
}

/* The call begins when we listen, so that nothing of it is missed. */
static void
offhook_tail_place(OffhookTail *self)
{
	self->call_id = self->place(self->client, self->place_data, &self->error);
	if (self->call_id == NULL)
		g_main_loop_quit(self->loop);
}

/* Now nothing is missed. */
static void
offhook_tail_begin(OffhookTail *self)
{
	if (self->place != NULL)
		offhook_tail_place(self);
	else if (self->call_id != NULL)
		offhook_tail_check_end(self);
}

static void
offhook_tail_event_cb(const char *type, JsonObject *event, gpointer user_data)
{
	OffhookTail *self = user_data;
	JsonNode *node = json_object_get_member(event, "data");
	JsonObject *data =
	    node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
	const char *call_id = data != NULL ? offhook_client_get(data, "call_id") : "-";
	g_autofree char *time = offhook_tail_format_time(offhook_client_get(event, "timestamp"));
	g_autofree char *line = NULL;

	if (g_str_equal(type, "subscribed"))
		offhook_tail_begin(self);
	if (data == NULL || !offhook_tail_is_wanted(self, data))
		return;
	for (const char *const *member = offhook_tail_untold; *member != NULL; member++)
		json_object_remove_member(data, *member);
	if (self->client->json) {
		offhook_client_print_line(event);
	} else if ((line = offhook_tail_describe(type, data)) != NULL) {
		/* The end of an id tells calls apart; its beginning is a time. */
		gsize length = strlen(call_id);

		g_print("%s  %s  %s\n", time, length > 6 ? call_id + length - 6 : "      ", line);
	}
	if (self->once && g_str_equal(type, "call.completed"))
		self->status = g_strdup(offhook_client_get(data, "status"));
	/* Whoever was reading has gone, or what we wait for has come. */
	if (ferror(stdout) || self->status != NULL)
		g_main_loop_quit(self->loop);
}

static void
offhook_tail_clear(OffhookTail *self)
{
	g_free(self->call_id);
	g_free(self->status);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OffhookTail, offhook_tail_clear)

/* Listens until there is nothing more to come. */
static gboolean
offhook_tail_run(OffhookTail *self, GError **error)
{
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);

	self->loop = loop;
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!offhook_listen(self->client, offhook_tail_events, loop, offhook_tail_event_cb, self,
			    error))
		return FALSE;
	if (self->error == NULL)
		return TRUE;
	g_propagate_error(error, self->error);
	return FALSE;
}

int
offhook_tail_follow(OffhookClient *client, OffhookTailPlace place, gpointer user_data,
		    GError **error)
{
	static const char *const well[] = {"completed", "transferred", NULL};
	g_auto(OffhookTail)
	    tail = {.client = client, .once = TRUE, .place = place, .place_data = user_data};

	if (!offhook_tail_run(&tail, error))
		return EXIT_FAILURE;
	return tail.status != NULL && g_strv_contains(well, tail.status) ? EXIT_SUCCESS
									 : EXIT_FAILURE;
}

int
offhook_command_tail(OffhookClient *client, const OffhookWords *words, GError **error)
{
	const char *given = offhook_words_get_argument(words, 0);
	g_auto(OffhookTail) tail = {
	    .client = client,
	    .call_id = given != NULL ? offhook_call_id_find(client, given, error) : NULL,
	    .once = offhook_words_has(words, "once"),
	};

	if (given != NULL && tail.call_id == NULL)
		return EXIT_FAILURE;
	return offhook_tail_run(&tail, error) ? EXIT_SUCCESS : EXIT_FAILURE;
}
