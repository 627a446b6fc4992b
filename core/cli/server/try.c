/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook assistant try: an assistant in the terminal. A line is a message, or keys of a telephone; the answer comes as it is
 * made, what the agents do besides is dim. Ctrl-C breaks an answer off and ends, as Ctrl-D does.
 */

#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <gio/gunixinputstream.h>
#include <offhook/error.h>
#include <offhook/json.h>

#include "base/json.h"
#include "cli/client/answer.h"
#include "cli/command/commands.h"
#include "cli/print/describe.h"
#include "cli/print/clean.h"
#include "cli/print/table.h"

#define OFFHOOK_TRY_DIM   "\033[2m"
#define OFFHOOK_TRY_PLAIN "\033[0m"

typedef struct {
	OffhookClient *client;
	const OffhookTryOptions *options;
	GMainLoop *loop;
	GDataInputStream *input;
	GCancellable *cancellable;
	GDataInputStream *events; /* (nullable): of the answer that comes */
	char *conversation_id;    /* (nullable): not begun */
	gboolean interactive;
	gboolean coloured;
	gboolean speaking; /* the line on the screen is the agent's, and not at its end */
	gboolean asked;    /* the last was a message, no beginning */
	gboolean answered; /* ... and was answered */
	gboolean failed;   /* some message was not */
	gboolean leaving;
	GPtrArray *work; /* lines that wait for the end of the agent's */
	GError *error;
} OffhookTry;

static void offhook_try_next(OffhookTry *self);

static void
offhook_try_leave(OffhookTry *self)
{
	self->leaving = TRUE;
	g_main_loop_quit(self->loop);
}

/* ---- what is shown ---- */

static void
offhook_try_end_line(OffhookTry *self)
{
	if (self->speaking)
		g_print("\n");
	self->speaking = FALSE;
}

static void
offhook_try_print_dim(OffhookTry *self, const char *text)
{
	g_autofree char *clean = offhook_clean_text(text);

	g_print("%s%s%s\n", self->coloured ? OFFHOOK_TRY_DIM : "", clean,
		self->coloured ? OFFHOOK_TRY_PLAIN : "");
}

static void
offhook_try_say(OffhookTry *self, const char *text)
{
	g_autofree char *clean = offhook_clean_text(text);

	g_print("%s%s", self->speaking ? "" : "agent    ", clean);
	fflush(stdout);
	self->speaking = TRUE;
}

static char *
offhook_try_describe_work(const char *name, JsonObject *data)
{
	const char *tool = offhook_json_get_string(data, "tool");
	JsonObject *arguments = offhook_json_get_object(data, "arguments");
	g_autofree char *text = NULL;

	if (tool != NULL && g_str_equal(name, "tool.called")) {
		text = arguments != NULL ? offhook_json_to_string(arguments) : g_strdup("");
		return g_strdup_printf("tool     %s %s", tool, text);
	}
	if (tool != NULL && g_str_equal(name, "tool.completed")) {
		text = offhook_describe_tool_fully(data);
		return g_strdup_printf("tool     %s", text);
	}
	json_object_remove_member(data, "conversation_id");
	text = offhook_json_to_string(data);
	return g_strdup_printf("         (%s %s)", name, text);
}

/* Not into the middle of what the agent says. */
static void
offhook_try_show_work(OffhookTry *self, JsonObject *event)
{
	const char *name = offhook_json_get_string(event, "name");
	JsonObject *data = offhook_json_get_object(event, "data");
	g_autofree char *line = NULL;

	if (name == NULL || data == NULL)
		return;
	line = offhook_try_describe_work(name, data);
	if (self->speaking)
		g_ptr_array_add(self->work, g_steal_pointer(&line));
	else
		offhook_try_print_dim(self, line);
}

static void
offhook_try_show_action(OffhookTry *self, JsonObject *action)
{
	const char *type = offhook_client_get(action, "type");
	const char *target = offhook_json_get_string(action, "target");
	g_autofree char *line = g_strdup_printf(
	    "         (%s%s%s)", type, target != NULL ? " " : "", target != NULL ? target : "");

	offhook_try_print_dim(self, line);
}

static void
offhook_try_show_figures(OffhookTry *self, JsonObject *response)
{
	const char *model = offhook_json_get_string(response, "model");
	gint64 tokens = json_object_get_int_member_with_default(response, "tokens_used", 0);
	g_autoptr(GString) line = g_string_new(NULL);

	g_string_append_printf(
	    line, "         (%.0f ms",
	    json_object_get_double_member_with_default(response, "response_time", 0));
	if (tokens > 0)
		g_string_append_printf(line, ", %" G_GINT64_FORMAT " tokens", tokens);
	if (model != NULL && tokens > 0)
		g_string_append_printf(line, ", %s", model);
	g_string_append_c(line, ')');
	offhook_try_print_dim(self, line->str);
}

static void
offhook_try_show_response(OffhookTry *self, JsonObject *response)
{
	JsonArray *actions = offhook_json_get_array(response, "actions");

	offhook_try_end_line(self);
	for (guint i = 0; i < self->work->len; i++)
		offhook_try_print_dim(self, g_ptr_array_index(self->work, i));
	g_ptr_array_set_size(self->work, 0);
	offhook_try_show_figures(self, response);
	for (guint i = 0; actions != NULL && i < json_array_get_length(actions); i++)
		offhook_try_show_action(self, json_array_get_object_element(actions, i));
}

/* There a call would be over, or somebody else's. */
static gboolean
offhook_try_is_end(JsonObject *response)
{
	JsonArray *actions = offhook_json_get_array(response, "actions");

	for (guint i = 0; actions != NULL && i < json_array_get_length(actions); i++) {
		const char *type =
		    offhook_client_get(json_array_get_object_element(actions, i), "type");

		if (g_str_equal(type, "hang_up") || g_str_equal(type, "transfer"))
			return TRUE;
	}
	return FALSE;
}

/* Whoever wanted to talk with it has not. */
static void
offhook_try_mind_hours(OffhookTry *self)
{
	g_printerr(
	    "offhook: %s is closed by its hours, this is what a caller gets now; --open talks with "
	    "it all the same\n",
	    self->options->assistant);
	self->failed = self->failed || self->leaving;
}

static void
offhook_try_take_response(OffhookTry *self, JsonObject *response)
{
	self->answered = json_object_get_boolean_member_with_default(response, "answered", TRUE);
	self->leaving = self->leaving || offhook_try_is_end(response);
	g_free(self->conversation_id);
	self->conversation_id = g_strdup(offhook_json_get_string(response, "conversation_id"));
	if (!self->client->json)
		offhook_try_show_response(self, response);
	if (json_object_get_boolean_member_with_default(response, "closed", FALSE))
		offhook_try_mind_hours(self);
}

static void
offhook_try_show_error(OffhookTry *self, const char *message)
{
	g_autofree char *clean = offhook_clean_text(message);

	offhook_try_end_line(self);
	g_printerr("error    %s\n", clean);
	self->failed = TRUE;
}

static void
offhook_try_show(OffhookTry *self, const char *text)
{
	g_autoptr(JsonObject) raw = offhook_json_parse_object(text, -1, "event", NULL);
	g_autoptr(JsonObject) event = raw != NULL ? offhook_clean_object(raw) : NULL;
	const char *type = event != NULL ? offhook_json_get_string(event, "type") : NULL;
	JsonObject *response = event != NULL ? offhook_json_get_object(event, "response") : NULL;

	if (type == NULL)
		return;
	/* As a script wants it: what the server said. */
	if (self->client->json)
		offhook_client_print_line(raw);
	else if (g_str_equal(type, "delta"))
		offhook_try_say(self, offhook_client_get(event, "text"));
	else if (g_str_equal(type, "work"))
		offhook_try_show_work(self, event);
	if (g_str_equal(type, "response") && response != NULL)
		offhook_try_take_response(self, response);
	if (g_str_equal(type, "error"))
		offhook_try_show_error(
		    self, offhook_client_get(offhook_json_get_object(event, "error"), "message"));
}

/* ---- a turn ---- */

/* @error: (nullable): the connection broke */
static void
offhook_try_end_turn(OffhookTry *self, const GError *error)
{
	offhook_try_end_line(self);
	g_clear_object(&self->events);
	if (error != NULL && !g_cancellable_is_cancelled(self->cancellable))
		offhook_try_show_error(self, error->message);
	self->failed = self->failed || (self->asked && !self->answered);
	if (ferror(stdout) || self->leaving || g_cancellable_is_cancelled(self->cancellable))
		offhook_try_leave(self);
	else if (self->conversation_id == NULL && self->failed)
		offhook_try_leave(self);
	else
		offhook_try_next(self);
}

static void
offhook_try_event_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookTry *self = user_data;
	g_autoptr(GError) error = NULL;
	g_autofree char *line = g_data_input_stream_read_line_finish_utf8(
	    G_DATA_INPUT_STREAM(source), result, NULL, &error);

	if (line == NULL) {
		offhook_try_end_turn(self, error);
		return;
	}
	if (g_str_has_prefix(line, "data: "))
		offhook_try_show(self, line + strlen("data: "));
	g_data_input_stream_read_line_async(self->events, G_PRIORITY_DEFAULT, self->cancellable,
					    offhook_try_event_cb, self);
}

static void
offhook_try_sent_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookTry *self = user_data;
	SoupMessage *msg = soup_session_get_async_result_message(SOUP_SESSION(source), result);
	g_autoptr(GError) error = NULL;
	g_autoptr(GInputStream) body =
	    soup_session_send_finish(SOUP_SESSION(source), result, &error);

	if (body != NULL && soup_message_get_status(msg) >= 400)
		offhook_client_read_refusal(msg, body, &error);
	else if (body != NULL)
		offhook_answer_check_type(msg, &error);
	if (error != NULL) {
		offhook_try_end_turn(self, error);
		return;
	}
	self->events = g_data_input_stream_new(body);
	g_data_input_stream_read_line_async(self->events, G_PRIORITY_DEFAULT, self->cancellable,
					    offhook_try_event_cb, self);
}

/* What is typed so is no message: the keys of a telephone. */
#define OFFHOOK_TRY_KEYS "/keys "

/* @message: (nullable): the conversation begins */
static JsonObject *
offhook_try_make_body(OffhookTry *self, const char *message)
{
	gboolean keys = message != NULL && g_str_has_prefix(message, OFFHOOK_TRY_KEYS);
	JsonObject *body = json_object_new();
	JsonObject *context = json_object_new();
	JsonObject *options = json_object_new();

	if (keys)
		json_object_set_boolean_member(options, "keys", TRUE);
	if (message != NULL)
		json_object_set_string_member(
		    body, "message", keys ? message + strlen(OFFHOOK_TRY_KEYS) : message);
	else
		json_object_set_object_member(context, "variables",
					      json_object_ref(self->options->variables));
	if (self->conversation_id != NULL)
		json_object_set_string_member(context, "conversation_id", self->conversation_id);
	json_object_set_string_member(context, "user_id", self->options->user_id);
	if (self->options->open)
		json_object_set_boolean_member(context, "open", TRUE);
	json_object_set_boolean_member(options, "stream", TRUE);
	json_object_set_object_member(body, "context", context);
	json_object_set_object_member(body, "options", options);
	return body;
}

static void
offhook_try_send(OffhookTry *self, const char *message)
{
	g_autofree char *id = g_strconcat("assistant-", self->options->assistant, NULL);
	g_autofree char *escaped = g_uri_escape_string(id, NULL, FALSE);
	g_autofree char *path = message != NULL ? g_strdup_printf("/agents/%s/message", escaped)
						: g_strdup("/conversations");
	g_autoptr(JsonObject) body = offhook_try_make_body(self, message);
	g_autoptr(SoupMessage) msg =
	    offhook_client_make_message(self->client, "POST", path, &self->error);
	g_autofree char *text = NULL;
	g_autoptr(GBytes) sent = NULL;

	if (msg == NULL) {
		offhook_try_leave(self);
		return;
	}
	json_object_set_string_member(body, "agent_id", id);
	text = offhook_json_to_string(body);
	sent = g_bytes_new(text, strlen(text));
	soup_message_set_request_body_from_bytes(msg, "application/json", sent);
	self->asked = message != NULL;
	self->answered = FALSE;
	soup_session_send_async(self->client->session, msg, G_PRIORITY_DEFAULT, self->cancellable,
				offhook_try_sent_cb, self);
}

/* ---- what is typed ---- */

static void
offhook_try_line_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookTry *self = user_data;
	g_autofree char *line = g_data_input_stream_read_line_finish_utf8(
	    G_DATA_INPUT_STREAM(source), result, NULL, NULL);

	if (line == NULL) {
		if (self->interactive)
			g_print("\n");
		offhook_try_leave(self);
		return;
	}
	if (*g_strstrip(line) == '\0') {
		offhook_try_next(self);
		return;
	}
	if (!self->interactive && !self->client->json)
		g_print("you      %s\n", line);
	offhook_try_send(self, line);
}

static void
offhook_try_next(OffhookTry *self)
{
	if (self->interactive) {
		g_print("you      ");
		fflush(stdout);
	}
	g_data_input_stream_read_line_async(self->input, G_PRIORITY_DEFAULT, self->cancellable,
					    offhook_try_line_cb, self);
}

static gboolean
offhook_try_interrupted_cb(gpointer user_data)
{
	OffhookTry *self = user_data;

	g_cancellable_cancel(self->cancellable);
	return G_SOURCE_CONTINUE;
}

/* ---- the command ---- */

static void
offhook_try_end_conversation(OffhookTry *self)
{
	g_autofree char *path = NULL;
	g_autoptr(JsonObject) reply = NULL;

	if (self->conversation_id == NULL)
		return;
	path = g_strdup_printf("/conversations/%s/end", self->conversation_id);
	reply = offhook_client_request(self->client, "POST", path, NULL, NULL);
}

int
offhook_try_run(OffhookClient *client, const OffhookTryOptions *options, GError **error)
{
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	g_autoptr(GInputStream) standard = g_unix_input_stream_new(STDIN_FILENO, FALSE);
	g_autoptr(GDataInputStream) input = g_data_input_stream_new(standard);
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(GPtrArray) work = g_ptr_array_new_with_free_func(g_free);
	OffhookTry self = {
	    .client = client,
	    .options = options,
	    .loop = loop,
	    .input = input,
	    .cancellable = cancellable,
	    .interactive = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && !client->json,
	    .coloured = isatty(STDOUT_FILENO) && g_getenv("NO_COLOR") == NULL,
	    .work = work,
	};
	guint interrupted_id = g_unix_signal_add(SIGINT, offhook_try_interrupted_cb, &self);

	g_object_set(client->session, "timeout", 0, NULL);
	offhook_try_send(&self, NULL);
	if (!self.leaving)
		g_main_loop_run(loop);
	g_source_remove(interrupted_id);
	offhook_try_end_conversation(&self);
	g_free(self.conversation_id);
	if (self.error == NULL)
		return self.failed ? EXIT_FAILURE : EXIT_SUCCESS;
	g_propagate_error(error, self.error);
	return EXIT_FAILURE;
}
