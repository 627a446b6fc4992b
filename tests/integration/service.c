/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Starting and asking the emulator of a service. Main thread of the test.
 */

#include "service.h"

#include "harness.h"

#include <offhook/json.h>
#include <offhook/web-client.h>
#include <signal.h>
#include <string.h>

struct _Service {
	GSubprocess *process;
	GDataInputStream *output;
	char *base_url;
	char *root; /* http://127.0.0.1:PORT */
	OffhookWebClient *web;
};

static void
service_read_address(Service *self)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GUri) uri = NULL;
	g_autofree char *line = g_data_input_stream_read_line(self->output, NULL, NULL, &error);

	g_assert_no_error(error);
	g_assert_nonnull(line);
	g_assert_true(g_str_has_prefix(line, "base-url="));
	self->base_url = g_strdup(line + strlen("base-url="));
	uri = g_uri_parse(self->base_url, G_URI_FLAGS_NONE, &error);
	g_assert_no_error(error);
	self->root = g_strdup_printf("http://%s:%d", g_uri_get_host(uri), g_uri_get_port(uri));
}

Service *
service_start(const char *name, const char *arguments)
{
	Service *self = g_new0(Service, 1);
	g_autofree char *line =
	    g_strdup_printf("'%s/tests/emulators/%s/offhook-emulate-%s' %s",
			    g_getenv("OFFHOOK_BUILD_ROOT"), name, name, arguments);
	g_auto(GStrv) argv = NULL;
	g_autoptr(GError) error = NULL;

	g_shell_parse_argv(line, NULL, &argv, &error);
	g_assert_no_error(error);
	self->process = harness_launch((const char *const *)argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
	self->output = g_data_input_stream_new(g_subprocess_get_stdout_pipe(self->process));
	service_read_address(self);
	self->web = offhook_web_client_new(0);
	return self;
}

void
service_abandon(Service *self)
{
	g_autoptr(GError) error = NULL;

	g_subprocess_send_signal(self->process, SIGTERM);
	g_subprocess_wait(self->process, NULL, &error);
	g_assert_no_error(error);
	if (!g_subprocess_get_successful(self->process))
		g_test_message("the emulator ended with status %d",
			       g_subprocess_get_status(self->process));
	/* It has no memory errors or leaks either, when it is built so that they are found. */
	g_assert_true(g_subprocess_get_successful(self->process));
	g_object_unref(self->process);
	g_object_unref(self->output);
	g_object_unref(self->web);
	g_free(self->base_url);
	g_free(self->root);
	g_free(self);
}

void
service_stop(Service *self)
{
	g_autoptr(JsonObject) state = service_get_state(self);
	JsonArray *problems = offhook_json_get_array(state, "problems");

	for (guint i = 0; i < json_array_get_length(problems); i++)
		g_printerr("the emulator refused: %s\n",
			   json_array_get_string_element(problems, i));
	g_assert_cmpuint(json_array_get_length(problems), ==, 0);
	service_abandon(self);
}

const char *
service_get_base_url(Service *self)
{
	return self->base_url;
}

/* (transfer full): what it answers */
static JsonObject *
service_ask(Service *self, const char *method, const char *path)
{
	g_autofree char *url = g_strconcat(self->root, path, NULL);
	const OffhookWebRequest request = {.method = method, .url = url};
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(OffhookWebResponse) response = NULL;
	g_autoptr(GError) error = NULL;
	JsonObject *object;
	gsize size;
	const char *data;

	offhook_web_client_send_async(self->web, &request, NULL, harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "the emulator's answer");
	response = offhook_web_client_send_finish(self->web, result, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(response->status, ==, 200);
	data = g_bytes_get_data(response->body, &size);
	object = offhook_json_parse_object(data, (gssize)size, "the emulator's answer", &error);
	g_assert_no_error(error);
	return object;
}

JsonObject *
service_get_state(Service *self)
{
	return service_ask(self, "GET", "/emulator/state");
}

gint64
service_count(Service *self, const char *what)
{
	g_autoptr(JsonObject) state = service_get_state(self);

	return offhook_json_get_number(state, what);
}

typedef struct {
	Service *service;
	const char *what;
	gint64 n;
	gboolean exact;
} ServiceCount;

static gboolean
service_has_counted(gpointer data)
{
	const ServiceCount *count = data;
	gint64 n = service_count(count->service, count->what);

	return count->exact ? n == count->n : n >= count->n;
}

void
service_wait_for_count(Service *self, const char *what, gint64 n)
{
	const ServiceCount count = {self, what, n, TRUE};

	harness_poll_until(service_has_counted, (gpointer)&count, what);
}

void
service_wait_for_more(Service *self, const char *what, gint64 n)
{
	const ServiceCount count = {self, what, n, FALSE};

	harness_poll_until(service_has_counted, (gpointer)&count, what);
}

JsonObject *
service_read_question(Service *self)
{
	g_autoptr(JsonObject) state = service_get_state(self);
	g_autoptr(JsonParser) parser = json_parser_new();

	g_assert_true(json_parser_load_from_data(
	    parser, json_object_get_string_member(state, "last_chat"), -1, NULL));
	return json_object_ref(json_node_get_object(json_parser_get_root(parser)));
}

char *
service_read_talk(Service *self, guint from)
{
	g_autoptr(JsonObject) question = service_read_question(self);
	JsonArray *messages = json_object_get_array_member(question, "messages");
	GString *talk = g_string_new(NULL);

	for (guint i = from; i < json_array_get_length(messages); i++) {
		JsonObject *message = json_array_get_object_element(messages, i);

		g_string_append_printf(talk, "%s: %s\n",
				       json_object_get_string_member(message, "role"),
				       json_object_get_string_member(message, "content"));
	}
	return g_string_free(talk, FALSE);
}

void
service_set_fault(Service *self, const char *fault)
{
	g_autofree char *path = g_strconcat("/emulator/fault/", fault, NULL);

	json_object_unref(service_ask(self, "POST", path));
}
