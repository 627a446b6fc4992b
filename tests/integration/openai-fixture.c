/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Starting and asking the emulator. Main thread of the test.
 */

#include "openai-fixture.h"

#include "harness.h"
#include "openai-config.h"

#include <offhook/web-client.h>
#include <signal.h>
#include <string.h>

#define EMULATOR "tests/emulators/openai/offhook-emulate-openai"

static struct {
	GSubprocess *process;
	GDataInputStream *output;
	char *root; /* http://127.0.0.1:PORT */
	OffhookWebClient *web;
} emulator;

void
openai_start(const char *arguments)
{
	g_autofree char *program = g_build_filename(g_getenv("OFFHOOK_BUILD_ROOT"), EMULATOR, NULL);
	g_autofree char *line = g_strdup_printf("'%s' --voice tone %s", program, arguments);
	g_autofree char *answer = NULL;
	g_auto(GStrv) argv = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_null(emulator.process);
	g_shell_parse_argv(line, NULL, &argv, &error);
	g_assert_no_error(error);
	emulator.process =
	    g_subprocess_newv((const char *const *)argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
	g_assert_no_error(error);
	emulator.output = g_data_input_stream_new(g_subprocess_get_stdout_pipe(emulator.process));
	answer = g_data_input_stream_read_line(emulator.output, NULL, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(g_str_has_prefix(answer, "base-url="));
	g_assert_true(g_str_has_suffix(answer, "/v1"));
	answer[strlen(answer) - strlen("/v1")] = '\0';
	emulator.root = g_strdup(answer + strlen("base-url="));
	emulator.web = offhook_web_client_new(0);
}

static JsonObject *
ask_for_state(void)
{
	g_autofree char *url = g_strconcat(emulator.root, "/emulator/state", NULL);
	const OffhookWebRequest request = {.url = url};
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(OffhookWebResponse) response = NULL;
	g_autoptr(GError) error = NULL;
	JsonObject *state;
	gsize size;
	const char *data;

	offhook_web_client_send_async(emulator.web, &request, NULL, harness_store_result_cb,
				      &stored);
	result = harness_wait_result(&stored, "the emulator's state");
	response = offhook_web_client_send_finish(emulator.web, result, &error);
	g_assert_no_error(error);
	data = g_bytes_get_data(response->body, &size);
	state = offhook_json_parse_object(data, (gssize)size, "state", &error);
	g_assert_no_error(error);
	return state;
}

void
openai_abandon(void)
{
	g_autoptr(GError) error = NULL;

	g_subprocess_send_signal(emulator.process, SIGTERM);
	g_subprocess_wait(emulator.process, NULL, &error);
	g_assert_no_error(error);
	/* It has no memory errors or leaks either, when it is built so that they are found. */
	g_assert_true(g_subprocess_get_successful(emulator.process));
	g_clear_object(&emulator.process);
	g_clear_object(&emulator.output);
	g_clear_object(&emulator.web);
	g_clear_pointer(&emulator.root, g_free);
}

void
openai_stop(void)
{
	g_autoptr(JsonObject) state = ask_for_state();
	JsonArray *problems = offhook_json_get_array(state, "problems");

	for (guint i = 0; i < json_array_get_length(problems); i++)
		g_printerr("the emulator refused: %s\n",
			   json_array_get_string_element(problems, i));
	g_assert_cmpuint(json_array_get_length(problems), ==, 0);
	openai_abandon();
}

guint
openai_get_deadline_ms(void)
{
#if defined(__SANITIZE_ADDRESS__)
	return 2500;
#else
	return 800;
#endif
}

OffhookEngine *
openai_open_engine(const char *fault, const char *settings)
{
	g_autoptr(GHashTable) values =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autofree char *deadline = g_strdup_printf("%u", openai_get_deadline_ms());
	g_auto(GStrv) more = g_strsplit(settings != NULL ? settings : "", ";", -1);
	g_autoptr(OffhookSettings) checked = NULL;
	g_autoptr(GError) error = NULL;
	OffhookEngine *engine = g_object_new(OFFHOOK_TYPE_OPENAI_ENGINE, NULL);

	g_hash_table_insert(values, g_strdup("base-url"),
			    fault != NULL ? g_strdup_printf("%s/fault/%s/v1", emulator.root, fault)
					  : g_strconcat(emulator.root, "/v1", NULL));
	g_hash_table_insert(values, g_strdup("first-byte-timeout-ms"), g_strdup(deadline));
	g_hash_table_insert(values, g_strdup("stall-timeout-ms"), g_strdup(deadline));
	for (char **pair = more; *pair != NULL && **pair != '\0'; pair++) {
		g_auto(GStrv) parts = g_strsplit(*pair, "=", 2);

		g_hash_table_insert(values, g_strdup(parts[0]), g_strdup(parts[1]));
	}
	checked = offhook_settings_new(offhook_openai_settings, values, "engine:openai", &error);
	g_assert_no_error(error);
	g_assert_true(offhook_engine_configure(engine, checked, &error));
	g_assert_no_error(error);
	return engine;
}

char *
openai_get_setting(void)
{
	return g_strdup_printf("base-url=%s/v1", emulator.root);
}

gint64
openai_count(const char *what)
{
	g_autoptr(JsonObject) state = ask_for_state();

	return offhook_json_get_number(state, what);
}

void
openai_wait_for_count(const char *what, gint64 n)
{
	gint64 last = -1;

	/* Each question is a round trip, in which the other side goes on. */
	for (guint i = 0; i < 20000 && last != n; i++)
		last = openai_count(what);
	g_assert_cmpint(last, ==, n);
}

char *
openai_get_last_chat(void)
{
	g_autoptr(JsonObject) state = ask_for_state();

	return g_strdup(offhook_json_get_string(state, "last_chat"));
}
