/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A daemon with assistants and no telephone. The language model is the emulator of the openai
 * engine's service.
 */

#include "desk.h"

#include <string.h>

#define SCRIPT                                                                                     \
	"{\"answers\":["                                                                           \
	"{\"if\":\"opening hours\",\"text\":\"We are open from noon until ten in the evening.\"}," \
	"{\"if\":\"never mind\",\"text\":\"Very well.\"},"                                         \
	"{\"if\":\"ponder\",\"fault\":\"half-open\"},"                                             \
	"{\"if\":\"crash\",\"fault\":\"400\"},"                                                    \
	"{\"if\":\"bye\",\"text\":\"Goodbye!\",\"tools\":[{\"name\":\"hang_up\","                  \
	"\"arguments\":{}}]},"                                                                     \
	"{\"text\":\"Very well.\"}]}"
#define CONFIG                                                                                     \
	"max-conversations=3\n"                                                                    \
	"[engine:openai]\nbase-url=%s\nmodel=emulated\n"                                           \
	"first-byte-timeout-ms=60000\nstall-timeout-ms=60000\n"                                    \
	"[assistant:reception]\nagents=orchestrator\nllm=openai\ngreeting=Hello there.\n"          \
	"prompt=The guest is {variables.guest}, {guest}, not {variables.other}. "                  \
	"{\"x\":{y}}\nllm-timeout-ms=60000\nstall-timeout-ms=30000\nanswer-timeout-ms=120000\n"    \
	"[assistant:bar]\nagents=dialog\nstt=pocketsphinx\n"                                       \
	"[assistant:crew]\nagents=input, sentiment, orchestrator, "                                \
	"dialog\nllm=openai\n" FIXTURE_PATIENT                                                     \
	"[assistant:door]\nagents=input, dialog\nllm=openai\n"                                     \
	"input.classify=true\ninput.budget-ms=5000\n" FIXTURE_PATIENT

static void
desk_set_up(Desk *self, gconstpointer data)
{
	g_autofree char *path = NULL;
	g_autofree char *arguments = NULL;
	g_autofree char *config = NULL;

	fixture_set_up(&self->fixture, data);
	path = g_build_filename(self->fixture.dir, "script.json", NULL);
	arguments = g_strdup_printf("--script '%s'", path);
	g_assert_true(g_file_set_contents(path, SCRIPT, -1, NULL));
	self->service = service_start("openai", arguments);
	config = g_strdup_printf(CONFIG, service_get_base_url(self->service));
	fixture_configure(&self->fixture, config);
	fixture_start(&self->fixture);
}

static void
desk_tear_down(Desk *self, gconstpointer data)
{
	service_stop(self->service);
	fixture_tear_down(&self->fixture, data);
}

JsonObject *
desk_send(Desk *self, const char *path, const char *body)
{
	g_autoptr(JsonObject) reply =
	    fixture_request(&self->fixture, "POST", path, body, SOUP_STATUS_OK);

	g_assert_true(json_object_get_boolean_member(reply, "success"));
	return json_object_ref(json_object_get_object_member(reply, "response"));
}

void
desk_expect_refusal(Desk *self, const char *method, const char *path, const char *body,
		    guint status, const char *code, const char *field)
{
	g_autoptr(JsonObject) reply = fixture_request(&self->fixture, method, path, body, status);
	JsonObject *error = json_object_get_object_member(reply, "error");
	JsonObject *details = json_object_get_object_member(error, "details");

	g_assert_cmpstr(json_object_get_string_member(error, "code"), ==, code);
	if (field == NULL)
		return;
	g_assert_cmpstr(json_object_get_string_member(details, "field"), ==, field);
	g_assert_true(json_object_has_member(details, "value"));
	g_assert_cmpuint(strlen(json_object_get_string_member(details, "expected")), >, 0);
}

void
desk_add(const char *path, void (*test)(Desk *self, gconstpointer data))
{
	g_test_add(path, Desk, NULL, desk_set_up, test, desk_tear_down);
}
