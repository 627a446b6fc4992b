/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Callers have things done: a language model (an emulator) calls tools, which ask a booking service (a
 * program of its own). The caller is Twilio's emulator.
 */

#include "fixture.h"
#include "service.h"

#include "harness.h"

#include <offhook/json.h>
#include <string.h>
#include <sysexits.h>

#define BOOKING "{\"name\":\"Ada\",\"people\":4,\"date\":\"2026-12-04\",\"time\":\"19:30\"}"
#define CONFIG                                                                                     \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n"                                     \
	"[engine:openai]\nbase-url=%s\n"                                                           \
	"[tool:book-table]\ndescription=Books a table.\nurl=http://127.0.0.1:%" G_GINT64_FORMAT    \
	"/bookings\nallow-private=true\nconfirm=true\n"                                            \
	"parameters=name; people:integer 1..8; date:date; time:time\n"                             \
	"secret=open-sesame\nheaders=Authorization: Bearer {secret}\n"                             \
	"result=Booked as {booking.id}.\n"                                                         \
	"[tool:look]\ndescription=Looks around.\nurl=http://127.0.0.1:%" G_GINT64_FORMAT           \
	"/{what}\nallow-private=true\nparameters=what\nmethod=GET\nresponse-size=4096\n"           \
	"timeout-ms=60000\n"                                                                       \
	"[tool:walled]\ndescription=Must not.\nurl=http://localhost:%" G_GINT64_FORMAT             \
	"/bookings\n"                                                                              \
	"[assistant:reception]\ndriver=twilio\nagents=orchestrator\nstt=openai\ntts=flite\n"       \
	"llm=openai\ntools=book-table, look, walled, current_time\n" FIXTURE_PATIENT               \
	"greeting=Hello.\n"

typedef struct {
	Fixture base;
	Service *model;
	GSubprocess *bookings;
	GDataInputStream *output;
	gint64 port;
	Listener *listener;
} Tools;

/* (transfer full): what the booking service says next */
static JsonObject *
tools_read_line(Tools *self)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *line = g_data_input_stream_read_line(self->output, NULL, NULL, &error);
	JsonObject *object;

	g_assert_no_error(error);
	g_assert_nonnull(line);
	g_test_message("%s", line);
	object = offhook_json_parse_object(line, -1, "line", &error);
	g_assert_no_error(error);
	return object;
}

/* Ends it. Returns how much it had still to say. */
static guint
tools_end_bookings(Tools *self)
{
	guint n = 0;
	char *line;

	g_subprocess_force_exit(self->bookings);
	while ((line = g_data_input_stream_read_line(self->output, NULL, NULL, NULL)) != NULL) {
		g_test_message("%s", line);
		g_free(line);
		n++;
	}
	return n;
}

static void
tools_set_up(Tools *self, gconstpointer data)
{
	const char *const argv[] = {g_getenv("OFFHOOK_PYTHON"), g_getenv("OFFHOOK_BOOKING_PY"),
				    "--key", "open-sesame", NULL};
	g_autoptr(JsonObject) first = NULL;

	fixture_set_up(&self->base, data);
	self->bookings = harness_launch(argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
	self->output = g_data_input_stream_new(g_subprocess_get_stdout_pipe(self->bookings));
	first = tools_read_line(self);
	self->port = json_object_get_int_member(first, "port");
}

static void
tools_tear_down(Tools *self, gconstpointer data)
{
	g_clear_pointer(&self->listener, listener_free);
	service_stop(self->model);
	g_clear_object(&self->output);
	g_clear_object(&self->bookings);
	fixture_tear_down(&self->base, data);
}

/* @answers, @transcripts: members of the script's lists */
static void
tools_start(Tools *self, const char *answers, const char *transcripts)
{
	g_autofree char *path = g_build_filename(self->base.dir, "script.json", NULL);
	g_autofree char *script =
	    g_strdup_printf("{\"answers\":[%s],\"transcripts\":[%s]}", answers, transcripts);
	g_autofree char *arguments = g_strdup_printf("--script '%s'", path);
	g_autofree char *config = NULL;

	g_assert_true(g_file_set_contents(path, script, -1, NULL));
	self->model = service_start("openai", arguments);
	config = g_strdup_printf(CONFIG, service_get_base_url(self->model), self->port, self->port,
				 self->port);
	fixture_configure(&self->base, config);
	fixture_start(&self->base);
	self->listener =
	    listener_new(&self->base, "{\"type\":\"subscribe\",\"events\":[\"tool.completed\"]}");
}

/* The status of the @n-th tool that has ended. */
static const char *
tools_get_status(Tools *self, guint n)
{
	JsonObject *event = listener_wait(self->listener, "tool.completed", n);

	return json_object_get_string_member(json_object_get_object_member(event, "data"),
					     "status");
}

/* A table is booked when the caller has said yes, and once. */
static void
test_confirm(Tools *self, gconstpointer data)
{
	g_autoptr(JsonObject) request = NULL;
	g_autoptr(JsonNode) body = NULL;
	g_autofree char *output = NULL;
	g_autofree char *talk = NULL;
	g_autofree char *log = NULL;
	g_autofree char *text = NULL;

	tools_start(self,
		    "{\"if\":\"book a table\",\"tools\":[{\"name\":\"book-table\","
		    "\"arguments\":" BOOKING "}]},"
		    "{\"if\":\"yes\",\"tools\":[{\"name\":\"book-table\",\"arguments\":" BOOKING
		    "}]},"
		    "{\"after_tool\":true,\"if\":\"not done\",\"text\":\"A table for four on "
		    "Friday. Is that right?\"},"
		    "{\"after_tool\":true,\"if\":\"booked as b1\",\"text\":\"Your table is booked, "
		    "Ada.\"}",
		    "\"i want to book a table\",\"yes please\"");
	output = fixture_finish_emulator(
	    fixture_spawn_emulator(&self->base, "--say", "i want to book a table", "--say",
				   "yes please", "--expect", "heard", NULL),
	    0);
	talk = fixture_read_talk(&self->base, NULL);
	g_test_message("%s%s", output, talk);
	g_assert_cmpstr(tools_get_status(self, 1), ==, "unconfirmed");
	g_assert_cmpstr(tools_get_status(self, 2), ==, "ok");
	g_assert_nonnull(strstr(talk, "assistant: Your table is booked, Ada."));
	request = tools_read_line(self);
	g_assert_cmpstr(json_object_get_string_member(request, "method"), ==, "POST");
	g_assert_cmpstr(json_object_get_string_member(request, "authorization"), ==,
			"Bearer open-sesame");
	body = json_node_init_object(json_node_alloc(),
				     json_object_get_object_member(request, "body"));
	text = json_to_string(body, FALSE);
	g_assert_cmpstr(text, ==, BOOKING);
	g_assert_cmpuint(tools_end_bookings(self), ==, 0);
	log = fixture_read_log(&self->base);
	g_assert_null(strstr(log, "open-sesame"));
}

/* A service that is of no use is talked about, not waited for. */
static void
test_trouble(Tools *self, gconstpointer data)
{
	g_autofree char *output = NULL;
	g_autofree char *talk = NULL;

	tools_start(self,
		    "{\"if\":\"look\",\"tools\":[{\"name\":\"look\",\"arguments\":{\"what\":"
		    "\"broken\"}},{\"name\":\"look\",\"arguments\":{\"what\":\"large\"}},"
		    "{\"name\":\"walled\",\"arguments\":{}}]},"
		    "{\"after_tool\":true,\"if\":\"not allowed\",\"text\":\"That is not to be.\"}",
		    "\"please look\"");
	output = fixture_finish_emulator(
	    fixture_spawn_emulator(&self->base, "--say", "please look", "--expect", "heard", NULL),
	    0);
	talk = fixture_read_talk(&self->base, NULL);
	g_test_message("%s%s", output, talk);
	g_assert_nonnull(strstr(talk, "assistant: That is not to be."));
	for (guint i = 1; i <= 3; i++)
		g_assert_cmpstr(tools_get_status(self, i), ==, "failed");
	/* The two that are allowed. */
	g_assert_cmpuint(tools_end_bookings(self), ==, 2);
}

/* The caller has something else to say: the request ends, and the talk goes on. */
static void
test_barge_in(Tools *self, gconstpointer data)
{
	g_autoptr(JsonObject) request = NULL;
	g_autoptr(JsonObject) gone = NULL;
	g_autofree char *output = NULL;
	g_autofree char *talk = NULL;

	tools_start(self,
		    "{\"if\":\"never mind\",\"text\":\"All right then.\"},"
		    "{\"if\":\"look\",\"tools\":[{\"name\":\"look\",\"arguments\":{\"what\":"
		    "\"slow\"}}]},"
		    "{\"after_tool\":true,\"text\":\"I looked.\"}",
		    "\"please look\",\"never mind that\"");
	output = fixture_finish_emulator(
	    fixture_spawn_emulator(&self->base, "--say", "please look", "--barge-in", "1",
				   "never mind that please", "--expect", "heard", NULL),
	    0);
	talk = fixture_read_talk(&self->base, NULL);
	g_test_message("%s%s", output, talk);
	g_assert_nonnull(strstr(talk, "assistant: All right then."));
	g_assert_null(strstr(talk, "I looked."));
	g_assert_cmpstr(tools_get_status(self, 1), ==, "cancelled");
	request = tools_read_line(self);
	g_assert_cmpstr(json_object_get_string_member(request, "path"), ==, "/slow");
	gone = tools_read_line(self);
	g_assert_cmpstr(json_object_get_string_member(gone, "gone"), ==, "/slow");
}

/* Nobody has to wait for a caller to hear that a tool can't be asked. */
static void
test_check(Tools *self, gconstpointer data)
{
	tools_start(self, "{\"text\":\"Well.\"}", "");
	fixture_expect_cli(&self->base, "assistant check reception", 1,
			   "url: \"localhost\" leads to");
}

static void
test_walled_address(Fixture *fixture, gconstpointer data)
{
	g_autofree char *output = NULL;
	int status = -1;

	fixture_configure(fixture, "[tool:walled]\ndescription=Must not.\nurl=http://10.1.2.3/\n"
				   "[assistant:reception]\nagents=dialog\ntools=walled\n");
	output = fixture_run_daemon(fixture, "--check-config", &status);
	g_test_message("%s", output);
	g_assert_cmpint(status, ==, EX_CONFIG);
	g_assert_nonnull(strstr(output, "tool:walled"));
	g_assert_nonnull(strstr(output, "url: \"10.1.2.3\""));
}

/* What is installed to be copied is right. */
static void
test_sample(Fixture *fixture, gconstpointer data)
{
	g_autofree char *text = NULL;
	g_autofree char *config = NULL;
	g_autofree char *output = NULL;
	int status = -1;

	g_assert_true(g_file_get_contents(g_getenv("OFFHOOK_TOOLS_SAMPLE"), &text, NULL, NULL));
	config = g_strconcat("[engine:openai]\napi-key=k\n", text, NULL);
	fixture_configure(fixture, config);
	output = fixture_run_daemon(fixture, "--check-config", &status);
	g_test_message("%s", output);
	g_assert_cmpint(status, ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, func)                                                                            \
	g_test_add("/integration/tools/" name, Tools, NULL, tools_set_up, func, tools_tear_down)
	ADD("confirm", test_confirm);
	ADD("trouble", test_trouble);
	ADD("barge-in", test_barge_in);
	ADD("check", test_check);
	g_test_add("/integration/tools/walled-address", Fixture, NULL, fixture_set_up,
		   test_walled_address, fixture_tear_down);
	g_test_add("/integration/tools/sample", Fixture, NULL, fixture_set_up, test_sample,
		   fixture_tear_down);
	return g_test_run();
}
