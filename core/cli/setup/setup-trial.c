/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook setup: tries what is going to be written, with a server of its own.
 */

#include "cli/setup/setup.h"

#include <string.h>

#include <offhook/error.h>

#include "cli/client/private-server.h"

#define OFFHOOK_SETUP_TIMEOUT_S 60

static gboolean
offhook_setup_test_provider(OffhookSetup *self, OffhookClient *client, GError **error)
{
	g_autoptr(JsonObject) body = json_object_new();
	g_autoptr(JsonObject) reply = NULL;
	g_autoptr(GError) local = NULL;
	JsonObject *results;

	json_object_set_string_member(body, "provider", self->driver);
	reply = offhook_client_request(client, "POST", "/voice/providers/test", body, &local);
	/* One without an account has nothing to be wrong. */
	if (g_error_matches(local, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED))
		return TRUE;
	if (reply == NULL) {
		g_propagate_prefixed_error(error, g_steal_pointer(&local), "%s: ", self->driver);
		return FALSE;
	}
	/* That we can be reached it can't know: this server is another one. */
	results = json_object_get_object_member(reply, "test_results");
	if (g_str_equal(offhook_client_get(results, "authentication"), "passed") &&
	    g_str_equal(offhook_client_get(results, "api_access"), "passed"))
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER, "%s: %s", self->driver,
		    offhook_client_get(reply, "message"));
	return FALSE;
}

/* Says hello: a key that is wrong is found out by using it. */
static gboolean
offhook_setup_test_llm(OffhookSetup *self, OffhookClient *client, GError **error)
{
	g_autofree char *path = g_strdup_printf("/agents/assistant-%s/message", self->assistant);
	g_autoptr(JsonObject) body = json_object_new();
	g_autoptr(JsonObject) reply = NULL;
	JsonObject *response;

	json_object_set_string_member(body, "message", "Hello.");
	json_object_set_object_member(body, "context", json_object_new());
	reply = offhook_client_request(client, "POST", path, body, error);
	if (reply == NULL)
		return FALSE;
	response = json_object_get_object_member(reply, "response");
	if (json_object_get_boolean_member_with_default(response, "answered", TRUE))
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER, "%s gave no answer: %s",
		    self->llm, offhook_client_get(response, "message"));
	return FALSE;
}

static gboolean
offhook_setup_test_assistant(OffhookSetup *self, OffhookClient *client, GError **error)
{
	g_autofree char *path = g_strdup_printf("/assistants/%s/check", self->assistant);
	g_autoptr(JsonObject) reply = offhook_client_request(client, "GET", path, NULL, error);
	JsonArray *checks = reply != NULL ? json_object_get_array_member(reply, "checks") : NULL;

	if (reply == NULL)
		return FALSE;
	for (guint i = 0; i < json_array_get_length(checks); i++) {
		JsonObject *check = json_array_get_object_element(checks, i);

		if (json_object_get_boolean_member(check, "ok"))
			continue;
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER, "%s %s: %s",
			    offhook_client_get(check, "what"), offhook_client_get(check, "name"),
			    offhook_client_get(check, "problem"));
		return FALSE;
	}
	return self->llm == NULL || offhook_setup_test_llm(self, client, error);
}

/* With the very files, in a folder that goes away. That the server starts is the check of the configuration. */
static gboolean
offhook_setup_test_in(OffhookSetup *self, const char *dir, GError **error)
{
	g_autofree char *path = g_build_filename(dir, "offhookd.conf", NULL);
	g_autoptr(OffhookClient) client = NULL;
	g_autoptr(OffhookPrivateServer) server = NULL;

	if (!offhook_setup_files_write(self->files, path, error))
		return FALSE;
	client = offhook_client_new(NULL, NULL, path);
	g_object_set(client->session, "timeout", OFFHOOK_SETUP_TIMEOUT_S, NULL);
	server = offhook_private_server_start(client, OFFHOOK_PRIVATE_SERVER_STRICT, NULL, error);
	if (server == NULL)
		return FALSE;
	if (offhook_words_has(self->words, "no-test"))
		return TRUE;
	return offhook_setup_test_provider(self, client, error) &&
	       offhook_setup_test_assistant(self, client, error);
}

gboolean
offhook_setup_test(OffhookSetup *self, GError **error)
{
	g_autofree char *dir = g_dir_make_tmp("offhook-XXXXXX", error);
	gboolean good = dir != NULL && offhook_setup_test_in(self, dir, error);

	if (dir != NULL)
		offhook_private_server_remove_dir(dir);
	return good;
}
