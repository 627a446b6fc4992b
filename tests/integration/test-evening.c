/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An evening at the telephone of a restaurant: a guest books a table by voice, through a tool that writes to
 * a service over HTTP, talks into two answers and changes the time; calls again and is known by name, gets
 * angry, and is handed over to a person with a summary. The language model and the recogniser are the emulator
 * of the openai engine's service, the caller is Twilio's.
 */

#include "fixture.h"
#include "service.h"

#include "harness.h"

#include <string.h>

#define DESK_KEY "restaurant-7391"
#define GUEST    "+15550104477"
#define HOST     "+15550100"

/* What the model says. The first that fits the last message is given: the caller's words, or what a tool gave. */
#define SCRIPT                                                                                     \
	"{\"answers\":["                                                                           \
	"{\"after_tool\":true,\"if\":\"19:30\",\"text\":\"You have a table for four on the "       \
	"second of May at half past seven. We will keep it for a quarter of an hour, so please "   \
	"call us when you are late, and tell us whether there are children with you.\"},"          \
	"{\"after_tool\":true,\"if\":\"20:00\",\"text\":\"It is at eight now. Is there anything "  \
	"else?\"},"                                                                                \
	"{\"if\":\"book a table\",\"tools\":[{\"name\":\"book-table\",\"arguments\":"              \
	"{\"name\":\"Ada\",\"people\":4,\"date\":\"2031-05-02\",\"time\":\"19:30\"}}]},"           \
	"{\"if\":\"on the menu\",\"text\":\"Tonight there is risotto with mushrooms, sea bass "    \
	"with fennel, and veal with sage. For dessert there is tiramisu, and of course we have "   \
	"cheese from the mountains.\"},"                                                           \
	"{\"if\":\"make it eight\",\"tools\":[{\"name\":\"change-booking\",\"arguments\":"         \
	"{\"booking\":\"b1\",\"time\":\"20:00\"}}]},"                                              \
	"{\"if\":\"good bye\",\"text\":\"See you soon, goodbye!\",\"tools\":"                      \
	"[{\"name\":\"hang_up\",\"arguments\":{}}]},"                                              \
	"{\"if\":\"parking\",\"text\":\"There is none at the house.\"}],"                          \
	"\"transcripts\":[%s]}"
#define FIRST_CALL                                                                                 \
	"\"my name is ada and i want to book a table for four\",\"what is on the menu\","          \
	"\"please make it eight o'clock instead\",\"good bye\""
#define SECOND_CALL                                                                                \
	"\"where is the parking\",\"that is terrible i am really angry\","                         \
	"\"this is awful i am so disappointed\",\"yes please\""

#define CONFIG                                                                                     \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n"                                     \
	"[engine:openai]\nbase-url=%s\n"                                                           \
	"[tool:book-table]\n"                                                                      \
	"description=Books a table.\n"                                                             \
	"url=%s/bookings\n"                                                                        \
	"allow-private=true\n"                                                                     \
	"parameters=name; people:integer 1..8; date:date; time:time\n"                             \
	"secret-file=@DIR@/desk-key\n"                                                             \
	"headers=Authorization: Bearer {secret}\n"                                                 \
	"[tool:change-booking]\n"                                                                  \
	"description=Changes the time of a booking.\n"                                             \
	"method=PATCH\n"                                                                           \
	"url=%s/bookings/{booking}\n"                                                              \
	"allow-private=true\n"                                                                     \
	"parameters=booking; time:time\n"                                                          \
	"body={\"time\":\"{time}\"}\n"                                                             \
	"[assistant:lucia]\n"                                                                      \
	"driver=twilio\n"                                                                          \
	"agents=input,sentiment,memory,orchestrator\n"                                             \
	"tools=book-table,change-booking\n"                                                        \
	"llm=openai\nstt=openai\ntts=flite\n" FIXTURE_PATIENT "memory.summary=rules\n"             \
	"sentiment.then=offer\n"                                                                   \
	"sentiment.human=" HOST "\n"                                                               \
	"greeting=Trattoria Lucia, good evening.\n"                                                \
	"prompt=You answer the telephone of the Trattoria Lucia.\n"

typedef struct {
	Fixture fixture;
	GSubprocess *desk;
	char *desk_url;
} Evening;

/* ---- the booking desk ---- */

static void
start_desk(Evening *self)
{
	g_autofree char *program =
	    g_test_build_filename(G_TEST_DIST, "integration", "evening-desk.py", NULL);
	const char *const argv[] = {"/usr/bin/python3", program, DESK_KEY, NULL};
	g_autoptr(GDataInputStream) output = NULL;
	g_autoptr(GError) error = NULL;

	self->desk = harness_launch(argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
	output = g_data_input_stream_new(g_subprocess_get_stdout_pipe(self->desk));
	self->desk_url = g_data_input_stream_read_line(output, NULL, NULL, &error);
	g_assert_no_error(error);
	g_assert_nonnull(self->desk_url);
}

/* (transfer full) */
static JsonObject *
read_desk(Evening *self)
{
	g_autofree char *url = g_strconcat(self->desk_url, "/bookings", NULL);
	g_autoptr(SoupMessage) message = soup_message_new("GET", url);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) body =
	    soup_session_send_and_read(self->fixture.session, message, NULL, &error);
	g_autoptr(JsonParser) parser = json_parser_new();

	g_assert_no_error(error);
	g_assert_true(json_parser_load_from_data(parser, g_bytes_get_data(body, NULL),
						 (gssize)g_bytes_get_size(body), &error));
	g_assert_no_error(error);
	return json_object_ref(json_node_get_object(json_parser_get_root(parser)));
}

/* ---- calls ---- */

static Service *
start_model(Evening *self, const char *transcripts, const char *name)
{
	g_autofree char *path = g_build_filename(self->fixture.dir, name, NULL);
	g_autofree char *requests = g_strconcat(path, "l", NULL);
	g_autofree char *script = g_strdup_printf(SCRIPT, transcripts);
	g_autofree char *arguments =
	    g_strdup_printf("--script '%s' --requests '%s'", path, requests);

	g_assert_true(g_file_set_contents(path, script, -1, NULL));
	return service_start("openai", arguments);
}

static void
configure(Evening *self, Service *model)
{
	g_autofree char *config =
	    g_strdup_printf(CONFIG, service_get_base_url(model), self->desk_url, self->desk_url);
	g_autofree char *key = g_build_filename(self->fixture.dir, "desk-key", NULL);

	g_assert_true(g_file_set_contents_full(key, DESK_KEY "\n", -1,
					       G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
	fixture_configure(&self->fixture, config);
}

/* What became of the newest call: its events of @types, each with its members in @names. */
static char *
read_events(Evening *self, const char *const *types, const char *const *names)
{
	g_autoptr(JsonObject) call = fixture_wait_call_of(&self->fixture, GUEST, "completed");
	g_autofree char *path = g_strdup_printf("/voice/calls/%s/events",
						json_object_get_string_member(call, "call_id"));
	g_autoptr(JsonObject) reply = fixture_request(&self->fixture, "GET", path, NULL, 200);
	JsonArray *events = json_object_get_array_member(reply, "events");
	GString *lines = g_string_new(NULL);

	for (guint i = 0; i < json_array_get_length(events); i++) {
		JsonObject *event = json_array_get_object_element(events, i);
		const char *type = json_object_get_string_member(event, "type");
		JsonObject *data = json_object_get_object_member(event, "data");

		if (!g_strv_contains(types, type))
			continue;
		g_string_append(lines, type);
		for (guint j = 0; names[j] != NULL; j++)
			if (json_object_has_member(data, names[j]))
				g_string_append_printf(
				    lines, " %s", json_object_get_string_member(data, names[j]));
		g_string_append_c(lines, '\n');
	}
	return g_string_free(lines, FALSE);
}

static char *
read_tools(Evening *self)
{
	static const char *const types[] = {"tool.called", "tool.completed", NULL};
	static const char *const names[] = {"tool", "status", NULL};

	return read_events(self, types, names);
}

/* ---- the evening ---- */

static void
check_desk(Evening *self)
{
	g_autoptr(JsonObject) desk = read_desk(self);
	JsonArray *bookings = json_object_get_array_member(desk, "bookings");
	JsonObject *booking;

	g_assert_cmpuint(json_array_get_length(bookings), ==, 1);
	booking = json_array_get_object_element(bookings, 0);
	g_assert_cmpstr(json_object_get_string_member(booking, "name"), ==, "Ada");
	g_assert_cmpint(json_object_get_int_member(booking, "people"), ==, 4);
	g_assert_cmpstr(json_object_get_string_member(booking, "date"), ==, "2031-05-02");
	g_assert_cmpstr(json_object_get_string_member(booking, "time"), ==, "20:00");
	g_assert_cmpuint(json_array_get_length(json_object_get_array_member(desk, "requests")), ==,
			 2);
}

static gboolean
one_listens(gpointer data)
{
	g_autoptr(JsonObject) status = fixture_request(data, "GET", "/ws/status", NULL, 200);

	return json_object_get_int_member(status, "active_connections") == 1;
}

static GSubprocess *
start_tail(Evening *self)
{
	GSubprocess *tail = fixture_start_cli(&self->fixture, "tail --once");

	harness_wait_until(one_listens, &self->fixture, "tail to listen");
	return tail;
}

/* Who follows the call is told of the tools, but not of what they were given. */
static void
check_tail(GSubprocess *tail)
{
	g_autofree char *output = fixture_finish_cli(tail, "tail --once", 0);

	g_test_message("%s", output);
	g_assert_nonnull(strstr(output, "  tool     book-table\n"));
	g_assert_nonnull(strstr(output, "  tool     book-table: ok after "));
	g_assert_null(strstr(output, "2031-05-02"));
}

static void
hold_first_call(Evening *self)
{
	GSubprocess *tail = start_tail(self);
	g_autofree char *output = fixture_finish_emulator(
	    fixture_spawn_emulator(&self->fixture, "--from", GUEST, "--say",
				   "my name is ada and i want to book a table for four",
				   "--barge-in", "3", "what is on the menu", "--barge-in", "3",
				   "please make it eight o'clock instead", "--say", "good bye now",
				   "--expect", "heard", "--expect", "hangup", NULL),
	    0);
	g_autofree char *talk = NULL;
	g_autofree char *tools = NULL;
	guint n_cut = 0;

	talk = fixture_read_talk(&self->fixture, &n_cut);
	tools = read_tools(self);
	check_tail(tail);
	g_test_message("%s%s%s", output, talk, tools);
	g_assert_cmpuint(n_cut, ==, 2);
	g_assert_nonnull(strstr(talk, "assistant: You have a table for four"));
	g_assert_null(strstr(talk, "whether there are children"));
	g_assert_nonnull(strstr(talk, "assistant: Tonight there is risotto"));
	g_assert_null(strstr(talk, "from the mountains"));
	g_assert_nonnull(strstr(talk, "assistant: It is at eight now."));
	g_assert_cmpstr(tools, ==,
			"tool.called book-table\ntool.completed book-table ok\n"
			"tool.called change-booking\ntool.completed change-booking ok\n");
	check_desk(self);
}

/* The model was told of the guest, whose name nobody has said in this call. */
static void
check_known(Service *model)
{
	g_autoptr(JsonObject) state = service_get_state(model);
	const char *question = json_object_get_string_member(state, "last_chat");

	g_test_message("%s", question);
	g_assert_nonnull(strcasestr(question, "name"));
	g_assert_nonnull(strcasestr(question, "ada"));
}

/* All that was said in the call so far. */
static char *
read_talk_now(Evening *self, const char *call_id)
{
	g_autofree char *path = g_strdup_printf("/voice/calls/%s/status", call_id);
	g_autoptr(JsonObject) call = fixture_request(&self->fixture, "GET", path, NULL, 200);
	JsonArray *messages = json_object_get_array_member(call, "transcription");
	GString *talk = g_string_new(NULL);

	for (guint i = 0; i < json_array_get_length(messages); i++)
		g_string_append_printf(talk, "%s\n",
				       json_object_get_string_member(
					   json_array_get_object_element(messages, i), "content"));
	return g_string_free(talk, FALSE);
}

/* The person is being called: whoever takes the call knows why. */
static void
check_handed_over(Evening *self, Listener *listener)
{
	JsonObject *event = listener_wait(listener, "call.transferring", 1);
	JsonObject *data = json_object_get_object_member(event, "data");
	g_autofree char *talk = read_talk_now(self, json_object_get_string_member(data, "call_id"));

	g_test_message("%s", talk);
	g_assert_nonnull(strstr(talk, "speak to a person"));
	g_assert_nonnull(strstr(json_object_get_string_member(data, "summary"), "disappointed"));
}

static void
check_angry(Listener *listener)
{
	static const char *const moods[] = {"neutral", "negative", "negative"};

	for (guint i = 0; i < G_N_ELEMENTS(moods); i++) {
		JsonObject *event = listener_wait(listener, "sentiment.detected", i + 1);

		g_assert_cmpstr(json_object_get_string_member(
				    json_object_get_object_member(event, "data"), "sentiment"),
				==, moods[i]);
	}
}

static void
hold_second_call(Evening *self, Service *model)
{
	Listener *listener = listener_new(
	    &self->fixture, "{\"type\":\"subscribe\",\"events\":[\"call.transferring\","
			    "\"sentiment.detected\"]}");
	g_autofree char *output = fixture_finish_emulator(
	    fixture_spawn_emulator(&self->fixture, "--from", GUEST, "--say", "where is the parking",
				   "--say", "that is terrible i am really angry", "--say",
				   "this is awful i am so disappointed", "--say", "yes please",
				   "--expect", "heard", "--expect", "transfer=" HOST, NULL),
	    0);

	g_test_message("%s", output);
	check_known(model);
	check_angry(listener);
	check_handed_over(self, listener);
	listener_free(listener);
}

static void
test_evening(Evening *self, gconstpointer data)
{
	Service *model;

	start_desk(self);
	model = start_model(self, FIRST_CALL, "first.json");
	configure(self, model);
	fixture_start(&self->fixture);
	hold_first_call(self);
	service_stop(model);
	fixture_stop(&self->fixture);
	/* Whatever is remembered is in the database. */
	model = start_model(self, SECOND_CALL, "second.json");
	configure(self, model);
	fixture_start(&self->fixture);
	hold_second_call(self, model);
	service_stop(model);
}

static void
set_up(Evening *self, gconstpointer data)
{
	fixture_set_up(&self->fixture, data);
}

static void
tear_down(Evening *self, gconstpointer data)
{
	fixture_tear_down(&self->fixture, data);
	g_subprocess_force_exit(self->desk);
	g_subprocess_wait(self->desk, NULL, NULL);
	g_clear_object(&self->desk);
	g_clear_pointer(&self->desk_url, g_free);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/integration/evening", Evening, NULL, set_up, test_evening, tear_down);
	return g_test_run();
}
