/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook assistant: who answers, whether it could, and talking to it. Where no server is running, one
 * runs meanwhile.
 */

#include <stdlib.h>

#include <offhook/error.h>
#include <offhook/json.h>

#include "cli/command/commands.h"
#include "cli/client/private-server.h"
#include "cli/print/clean.h"
#include "cli/print/table.h"

/* ---- list ---- */

static char *
offhook_assistant_join(JsonObject *assistant, const char *field)
{
	JsonArray *names = json_object_get_array_member(assistant, field);
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < json_array_get_length(names); i++)
		g_string_append_printf(text, "%s%s", i > 0 ? ", " : "",
				       json_array_get_string_element(names, i));
	return g_string_free(text->len > 0 ? text : g_string_append_c(text, '-'), FALSE);
}

#define OFFHOOK_ASSISTANT_LIST(name)                                                               \
	static char *offhook_assistant_print_##name(JsonObject *row)                               \
	{                                                                                          \
		return offhook_assistant_join(row, #name);                                         \
	}
OFFHOOK_TABLE_TEXT(offhook_assistant_print_name, "name")
OFFHOOK_ASSISTANT_LIST(agents)
OFFHOOK_ASSISTANT_LIST(llm)
OFFHOOK_TABLE_TEXT(offhook_assistant_print_model, "model")
OFFHOOK_TABLE_TEXT(offhook_assistant_print_number, "number")
OFFHOOK_TABLE_TEXT(offhook_assistant_print_problem, "problem")

/* Of a tolerant server, and only where there is one. */
static void
offhook_assistant_print_problem_cb(JsonArray *array, guint index, JsonNode *node,
				   gpointer user_data)
{
	JsonObject *assistant = json_node_get_object(node);
	g_autofree char *problem = offhook_assistant_print_problem(assistant);
	g_autofree char *clean = offhook_clean_text(problem);

	if (json_object_has_member(assistant, "problem"))
		g_print("%s can't work: %s\n", offhook_client_get(assistant, "name"), clean);
}

/* ---- check ---- */

static void
offhook_assistant_print_check_cb(JsonArray *array, guint index, JsonNode *node, gpointer user_data)
{
	JsonObject *check = json_node_get_object(node);
	const char *problem = offhook_json_get_string(check, "problem");
	const char *remark = offhook_json_get_string(check, "remark");

	g_print("%-9s %-16s %s%s\n", offhook_client_get(check, "what"),
		offhook_client_get(check, "name"),
		problem != NULL  ? problem
		: remark != NULL ? "remark: "
				 : "ok",
		problem == NULL && remark != NULL ? remark : "");
}

/* ---- the command ---- */

/* Asks the server that runs, else one of our own. */
static JsonObject *
offhook_assistant_ask(OffhookClient *client, OffhookPrivateServer **server, GError **error)
{
	g_autoptr(GError) local = NULL;
	JsonObject *reply = offhook_client_request(client, "GET", "/assistants", NULL, &local);

	if (reply != NULL)
		return reply;
	if (client->named || !g_error_matches(local, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE)) {
		g_propagate_error(error, g_steal_pointer(&local));
		return NULL;
	}
	*server =
	    offhook_private_server_start(client, OFFHOOK_PRIVATE_SERVER_TOLERANT, NULL, error);
	if (*server == NULL)
		return NULL;
	g_printerr("offhook: no server is running; one of its own runs for this command\n");
	return offhook_client_request(client, "GET", "/assistants", NULL, error);
}

/* (transfer none) (nullable) */
static JsonObject *
offhook_assistant_find(JsonObject *assistants, const char *name, GError **error)
{
	JsonArray *array = json_object_get_array_member(assistants, "assistants");
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; i < json_array_get_length(array); i++) {
		JsonObject *assistant = json_array_get_object_element(array, i);
		const char *each = offhook_client_get(assistant, "name");

		if (g_str_equal(each, name))
			return assistant;
		g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", each);
	}
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
		    "there is no assistant %s, only %s", name, names->str);
	return NULL;
}

/* One that can't work as it is configured is no one to talk with. */
static gboolean
offhook_assistant_is_usable(JsonObject *assistants, const char *name, GError **error)
{
	JsonObject *assistant = offhook_assistant_find(assistants, name, error);
	const char *problem =
	    assistant != NULL ? offhook_json_get_string(assistant, "problem") : NULL;

	if (problem != NULL)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, "%s", problem);
	return assistant != NULL && problem == NULL;
}

int
offhook_command_assistant_list(OffhookClient *client, const OffhookWords *words, GError **error)
{
	static const OffhookTableColumn columns[] = {
	    {"NAME", 16, 0, offhook_assistant_print_name},
	    {"AGENTS", 28, 1, offhook_assistant_print_agents},
	    {"LLM", 16, 2, offhook_assistant_print_llm},
	    {"MODEL", 20, 3, offhook_assistant_print_model},
	    {"NUMBER", 16, 1, offhook_assistant_print_number},
	    {NULL},
	};
	g_autoptr(OffhookPrivateServer) server = NULL;
	g_autoptr(JsonObject) assistants = offhook_assistant_ask(client, &server, error);
	JsonArray *list;

	if (assistants == NULL)
		return EXIT_FAILURE;
	if (offhook_client_print_json(client, assistants))
		return EXIT_SUCCESS;
	list = json_object_get_array_member(assistants, "assistants");
	offhook_table_print(columns, list);
	json_array_foreach_element(list, offhook_assistant_print_problem_cb, NULL);
	return EXIT_SUCCESS;
}

int
offhook_command_assistant_check(OffhookClient *client, const OffhookWords *words, GError **error)
{
	const char *name = offhook_words_get_argument(words, 0);
	g_autofree char *escaped = g_uri_escape_string(name, NULL, FALSE);
	g_autofree char *path = g_strdup_printf("/assistants/%s/check", escaped);
	g_autoptr(OffhookPrivateServer) server = NULL;
	g_autoptr(JsonObject) assistants = offhook_assistant_ask(client, &server, error);
	g_autoptr(JsonObject) reply = NULL;

	if (assistants != NULL && offhook_assistant_find(assistants, name, error) != NULL)
		reply = offhook_client_request(client, "GET", path, NULL, error);
	if (reply == NULL)
		return EXIT_FAILURE;
	if (!offhook_client_print_json(client, reply))
		json_array_foreach_element(json_object_get_array_member(reply, "checks"),
					   offhook_assistant_print_check_cb, NULL);
	return json_object_get_boolean_member(reply, "ok") ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
offhook_command_assistant_try(OffhookClient *client, const OffhookWords *words, GError **error)
{
	const char *name = offhook_words_get_argument(words, 0);
	const char *user = offhook_words_get(words, "user");
	g_autoptr(JsonObject) variables = json_object_new();
	g_autoptr(OffhookPrivateServer) server = NULL;
	g_autoptr(JsonObject) assistants = NULL;

	if (!offhook_words_read_variables(offhook_words_get_list(words, "set"), variables, error))
		return EXIT_FAILURE;
	assistants = offhook_assistant_ask(client, &server, error);
	if (assistants == NULL || !offhook_assistant_is_usable(assistants, name, error))
		return EXIT_FAILURE;
	return offhook_try_run(
	    client,
	    &(OffhookTryOptions){.assistant = name,
				 .user_id = user != NULL ? user : g_get_user_name(),
				 .variables = variables,
				 .open = offhook_words_has(words, "open")},
	    error);
}
