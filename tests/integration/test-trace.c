/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Traces of calls, as a collector gets them that checks each request by the protocol's own schema. The
 * daemon and a call through Twilio's emulator are real.
 */

#include "fixture.h"

#include "harness.h"

#include <string.h>

#define NUMBER  "+15550100077"
#define FAILURE "traces are not delivered"
#define KEY     "s3cret, word"

#define CONFIG                                                                                     \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n"                                     \
	"[assistant:reception]\ndriver=twilio\nagents=dialog\nstt=pocketsphinx\ntts="              \
	"flite\n" FIXTURE_PATIENT "greeting=Hello.\n"                                              \
	"[trace]\nendpoint=http://127.0.0.1:%" G_GINT64_FORMAT "/v1/traces\n"                      \
	"headers=x-api-key=s3cret%%2C word\nservice-name=front-desk\n%s"

typedef struct {
	Fixture base;
	GSubprocess *collector;
	GDataInputStream *output;
	gint64 port;
	GPtrArray *spans; /* of JsonObject */
} Trace;

static JsonObject *
trace_read_line(Trace *self)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *line = g_data_input_stream_read_line(self->output, NULL, NULL, &error);
	g_autoptr(JsonParser) parser = json_parser_new();

	g_assert_no_error(error);
	if (line == NULL)
		return NULL;
	g_test_message("%s", line);
	g_assert_true(json_parser_load_from_data(parser, line, -1, NULL));
	return json_object_ref(json_node_get_object(json_parser_get_root(parser)));
}

/* @arguments: of the collector, shell words */
static void
trace_start_collector(Trace *self, const char *arguments)
{
	g_autofree char *line = g_strdup_printf(
	    "exec '%s' '%s' '%s' --require 'x-api-key=" KEY "' %s", g_getenv("OFFHOOK_PYTHON"),
	    g_getenv("OFFHOOK_COLLECTOR"), g_getenv("OFFHOOK_OTLP_SCHEMA"), arguments);
	const char *const argv[] = {"/bin/sh", "-c", line, NULL};
	g_autoptr(GSubprocessLauncher) launcher =
	    fixture_make_launcher(&self->base, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) first = NULL;

	self->collector = g_subprocess_launcher_spawnv(launcher, argv, &error);
	g_assert_no_error(error);
	self->output = g_data_input_stream_new(g_subprocess_get_stdout_pipe(self->collector));
	first = trace_read_line(self);
	g_assert_nonnull(first);
	self->port = json_object_get_int_member(first, "port");
}

/* Ends the collector; what it said is in @self->spans, without problems. */
static void
trace_collect(Trace *self)
{
	JsonObject *line;

	g_subprocess_force_exit(self->collector);
	while ((line = trace_read_line(self)) != NULL) {
		g_assert_false(json_object_has_member(line, "problem"));
		if (json_object_has_member(line, "refused"))
			json_object_unref(line);
		else
			g_ptr_array_add(self->spans, line);
	}
}

static void
trace_set_up(Trace *self, gconstpointer data)
{
	fixture_set_up(&self->base, data);
	self->spans = g_ptr_array_new_with_free_func((GDestroyNotify)json_object_unref);
}

static void
trace_tear_down(Trace *self, gconstpointer data)
{
	g_ptr_array_unref(self->spans);
	g_clear_object(&self->output);
	g_clear_object(&self->collector);
	fixture_tear_down(&self->base, data);
}

/* (transfer full): the call's id */
static char *
trace_hold_call(Trace *self, const char *more)
{
	g_autofree char *config = g_strdup_printf(CONFIG, self->port, more);
	g_autofree char *emulator = NULL;
	g_autoptr(JsonObject) call = NULL;

	fixture_configure(&self->base, config);
	fixture_start(&self->base);
	emulator = fixture_finish_emulator(
	    fixture_spawn_emulator(&self->base, "--from", NUMBER, "--say",
				   "what are your opening hours", "--expect", "heard", NULL),
	    0);
	call = fixture_wait_call(&self->base, "completed");
	return g_strdup(json_object_get_string_member(call, "call_id"));
}

/* ---- looking at spans ---- */

static const char *
get(JsonObject *span, const char *member)
{
	return json_object_get_string_member(span, member);
}

static gint64
get_time(JsonObject *span, const char *member)
{
	return json_object_get_int_member(span, member);
}

static JsonNode *
get_attribute(JsonObject *span, const char *name)
{
	return json_object_get_member(json_object_get_object_member(span, "attributes"), name);
}

static void
expect_attribute(JsonObject *span, const char *name, const char *value)
{
	JsonNode *node = get_attribute(span, name);

	g_assert_nonnull(node);
	g_assert_cmpstr(json_node_get_string(node), ==, value);
}

/* The @n-th of that name (from 0) in the order of their beginnings. */
static JsonObject *
find(Trace *self, const char *parent, const char *name, guint n)
{
	for (guint i = 0; i < self->spans->len; i++) {
		JsonObject *span = g_ptr_array_index(self->spans, i);

		if (g_str_equal(get(span, "name"), name) &&
		    g_str_equal(get(span, "parent"), parent) && n-- == 0)
			return span;
	}
	g_error("no span %s of %s", name, parent);
}

/* Its times lie in those of its parent; a turn's beginning is told in whole milliseconds. */
static void
expect_inside(JsonObject *span, JsonObject *parent)
{
	g_assert_cmpint(get_time(span, "start") + 1000000, >=, get_time(parent, "start"));
	g_assert_cmpint(get_time(span, "end"), <=, get_time(parent, "end") + 1000000);
}

static void
check_turn(Trace *self, JsonObject *turn)
{
	static const struct {
		const char *name;
		const char *engine;
	} stages[] = {{"endpoint", NULL},
		      {"stt", "pocketsphinx"},
		      {"agent", NULL},
		      {"tts", "flite"},
		      {"playout", NULL}};

	for (guint i = 0; i < G_N_ELEMENTS(stages); i++) {
		JsonObject *stage = find(self, get(turn, "id"), stages[i].name, 0);

		expect_inside(stage, turn);
		if (stages[i].engine != NULL)
			expect_attribute(stage, "offhook.engine", stages[i].engine);
		else
			g_assert_null(get_attribute(stage, "offhook.engine"));
	}
	g_assert_cmpfloat(json_node_get_double(get_attribute(turn, "offhook.answer_delay_ms")), >,
			  100);
	g_assert_cmpfloat(json_node_get_double(get_attribute(turn, "offhook.own_share_ms")), >=, 0);
}

/* One call: its span, two turns in it, and in the one that answers all stages. */
static JsonObject *
check_trace(Trace *self, const char *call_id)
{
	g_auto(GStrv) parts = g_strsplit(call_id, "-", -1);
	g_autofree char *trace_id = g_strjoinv("", parts);
	JsonObject *call = find(self, "", "call", 0);
	JsonObject *greeting = find(self, get(call, "id"), "turn", 0);
	JsonObject *answer = find(self, get(call, "id"), "turn", 1);

	for (guint i = 0; i < self->spans->len; i++) {
		JsonObject *span = g_ptr_array_index(self->spans, i);

		g_assert_cmpstr(get(span, "trace"), ==, trace_id);
		g_assert_cmpstr(get(span, "service"), ==, "front-desk");
		g_assert_false(json_object_get_boolean_member(span, "failed"));
	}
	expect_attribute(call, "offhook.call_id", call_id);
	expect_attribute(call, "offhook.driver", "twilio");
	expect_attribute(call, "offhook.direction", "inbound");
	expect_attribute(call, "offhook.assistant", "reception");
	expect_attribute(call, "offhook.status", "completed");
	expect_inside(greeting, call);
	expect_inside(answer, call);
	check_turn(self, answer);
	return call;
}

/* ---- tests ---- */

static void
test_call(Trace *self, gconstpointer data)
{
	g_autofree char *id = NULL;
	JsonObject *call;

	trace_start_collector(self, "");
	id = trace_hold_call(self, "");
	/* What waits is sent before the end. */
	fixture_stop(&self->base);
	trace_collect(self);
	call = check_trace(self, id);
	g_assert_null(get_attribute(call, "offhook.phone_number"));
}

/* A collector that is not ready is asked again; then nothing is missing. */
static void
test_retry(Trace *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	trace_start_collector(self, "--refuse 2 --status 503");
	id = trace_hold_call(self, "[log]\npersonal-data=true\n");
	fixture_stop(&self->base);
	trace_collect(self);
	expect_attribute(check_trace(self, id), "offhook.phone_number", NUMBER);
}

/* Refused for good, or not there at all: one line in the log, and calls are as ever. */
static void
test_failure(Trace *self, gconstpointer data)
{
	g_autofree char *id = NULL;
	g_autofree char *log = NULL;

	if (data != NULL) {
		trace_start_collector(self, data);
	} else {
		trace_start_collector(self, "");
		trace_collect(self);
	}
	id = trace_hold_call(self, "");
	fixture_wait_log(&self->base, FAILURE);
	fixture_stop(&self->base);
	log = fixture_read_log(&self->base);
	g_assert_null(strstr(strstr(log, FAILURE) + 1, FAILURE));
	g_assert_null(strstr(log, "s3cret"));
	if (data != NULL)
		trace_collect(self);
	g_assert_cmpuint(self->spans->len, ==, 0);
}

static void
test_sample(Trace *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	trace_start_collector(self, "");
	id = trace_hold_call(self, "sample-percent=0\n");
	fixture_stop(&self->base);
	trace_collect(self);
	g_assert_cmpuint(self->spans->len, ==, 0);
}

/* A header that is none is told at once, without what may be a key. */
static void
test_wrong_headers(Fixture *fixture, gconstpointer data)
{
	g_autofree char *output = NULL;
	int status;

	fixture_configure(fixture,
			  "[trace]\nendpoint=http://127.0.0.1:4318/v1/traces\nheaders=s3cret\n");
	output = fixture_run_daemon(fixture, "--check-config", &status);
	g_assert_cmpint(status, !=, 0);
	g_assert_nonnull(strstr(output, "[trace] headers"));
	g_assert_null(strstr(output, "s3cret"));
}

#define TEST_ADD(name, data, func)                                                                 \
	g_test_add("/integration/trace/" name, Trace, data, trace_set_up, func, trace_tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	TEST_ADD("call", NULL, test_call);
	TEST_ADD("retry", NULL, test_retry);
	TEST_ADD("refused", "--refuse 1000 --status 400", test_failure);
	TEST_ADD("away", NULL, test_failure);
	TEST_ADD("sample", NULL, test_sample);
	g_test_add("/integration/trace/wrong-headers", Fixture, NULL, fixture_set_up,
		   test_wrong_headers, fixture_tear_down);
	return g_test_run();
}
