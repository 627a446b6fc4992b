/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * /assistants: who answers, of what it is made, and whether it could. Main thread.
 */

#include "http/server/resources.h"

#include <offhook/error.h>

#include "base/json.h"
#include "call/chat/rehearsal.h"

/* How often, and in all how long, is waited for tools that are not there yet. */
#define OFFHOOK_HTTP_CHECK_MS    250
#define OFFHOOK_HTTP_CHECK_TRIES 16

static JsonArray *
offhook_http_assistants_view_names(char **names)
{
	JsonArray *array = json_array_new();

	for (char **name = names; *name != NULL; name++)
		json_array_add_string_element(array, *name);
	return array;
}

/* @model: (nullable) */
static JsonObject *
offhook_http_assistants_view(const OffhookAssistantConfig *settings, const char *model)
{
	JsonObject *object = json_object_new();
	g_autofree char *id = g_strconcat("assistant-", settings->name, NULL);

	json_object_set_string_member(object, "id", id);
	json_object_set_string_member(object, "name", settings->name);
	offhook_json_set_string(object, "driver", settings->driver);
	offhook_json_set_string(object, "number", settings->number);
	json_object_set_string_member(object, "language", settings->language);
	json_object_set_array_member(object, "agents",
				     offhook_http_assistants_view_names(settings->agents));
	json_object_set_array_member(object, "stt",
				     offhook_http_assistants_view_names(settings->stt));
	json_object_set_array_member(object, "llm",
				     offhook_http_assistants_view_names(settings->llm));
	json_object_set_array_member(object, "tts",
				     offhook_http_assistants_view_names(settings->tts));
	offhook_json_set_string(object, "model", model);
	return object;
}

static void
offhook_http_assistants_list(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	OffhookAgentDirectory *agents =
	    offhook_call_manager_get_agents(offhook_http_server_get_calls(server));
	const GPtrArray *list = offhook_agent_directory_list_assistants(agents);
	const GPtrArray *refused = offhook_agent_directory_list_refused(agents);
	JsonObject *reply = json_object_new();
	JsonArray *assistants = json_array_new();

	for (guint i = 0; i < list->len; i++) {
		OffhookAssistant *assistant = g_ptr_array_index(list, i);

		json_array_add_object_element(
		    assistants, offhook_http_assistants_view(
				    assistant->settings, offhook_assistant_get_model(assistant)));
	}
	for (guint i = 0; i < refused->len; i++) {
		const OffhookRefusedAssistant *one = g_ptr_array_index(refused, i);
		JsonObject *object = offhook_http_assistants_view(one->settings, NULL);

		json_object_set_string_member(object, "problem", one->problem);
		json_array_add_object_element(assistants, object);
	}
	json_object_set_array_member(reply, "assistants", assistants);
	offhook_http_request_reply_json(request, 200, reply);
}

/* ---- check ---- */

/** A check that may be too early: soon after its start a daemon is still connecting to tools' servers. */
typedef struct {
	OffhookHttpRequest *request;
	OffhookAssistant *assistant;
	OffhookPluginRegistry *plugins;
	guint n;
} OffhookHttpAssistantCheck;

static void
offhook_http_assistants_check_free(OffhookHttpAssistantCheck *check)
{
	offhook_http_request_unref(check->request);
	offhook_assistant_unref(check->assistant);
	g_object_unref(check->plugins);
	g_free(check);
}

/* @problem: (nullable) */
static JsonObject *
offhook_http_assistants_view_item(const char *what, const char *name, const char *problem)
{
	JsonObject *check = json_object_new();

	json_object_set_string_member(check, "what", what);
	json_object_set_string_member(check, "name", name);
	json_object_set_boolean_member(check, "ok", problem == NULL);
	offhook_json_set_string(check, "problem", problem);
	return check;
}

/* @ok: (out): nothing is wrong */
static JsonArray *
offhook_http_assistants_view_items(GPtrArray *items, gboolean *ok)
{
	JsonArray *checks = json_array_new();

	*ok = TRUE;
	for (guint i = 0; i < items->len; i++) {
		const OffhookRehearsalItem *item = g_ptr_array_index(items, i);
		JsonObject *check =
		    offhook_http_assistants_view_item(item->what, item->name, item->problem);

		if (item->remark != NULL)
			json_object_set_string_member(check, "remark", item->remark);
		json_array_add_object_element(checks, check);
		*ok = *ok && item->problem == NULL;
	}
	return checks;
}

static void
offhook_http_assistants_reply_checks(OffhookHttpRequest *request, const char *name, gboolean ok,
				     JsonArray *checks)
{
	JsonObject *reply = json_object_new();

	json_object_set_string_member(reply, "assistant", name);
	json_object_set_boolean_member(reply, "ok", ok);
	json_object_set_array_member(reply, "checks", checks);
	offhook_http_request_reply_json(request, 200, reply);
}

static void
offhook_http_assistants_checked_cb(gpointer user_data, GPtrArray *items)
{
	OffhookHttpAssistantCheck *check = user_data;
	gboolean ok;
	JsonArray *checks = offhook_http_assistants_view_items(items, &ok);

	offhook_http_assistants_reply_checks(check->request, check->assistant->settings->name, ok,
					     checks);
	g_ptr_array_unref(items);
	offhook_http_assistants_check_free(check);
}

static gboolean
offhook_http_assistants_is_early(GPtrArray *items)
{
	for (guint i = 0; i < items->len; i++)
		if (((const OffhookRehearsalItem *)g_ptr_array_index(items, i))->early)
			return TRUE;
	return FALSE;
}

static gboolean
offhook_http_assistants_check_cb(gpointer user_data)
{
	OffhookHttpAssistantCheck *check = user_data;
	GPtrArray *items = offhook_rehearsal_run(check->assistant, check->plugins);

	if (offhook_http_assistants_is_early(items) && ++check->n < OFFHOOK_HTTP_CHECK_TRIES) {
		g_ptr_array_unref(items);
		return G_SOURCE_CONTINUE;
	}
	offhook_rehearsal_probe(check->assistant, items, offhook_http_assistants_checked_cb, check);
	return G_SOURCE_REMOVE;
}

static void
offhook_http_assistants_begin_check(OffhookHttpRequest *request, OffhookAssistant *assistant,
				    OffhookPluginRegistry *plugins)
{
	OffhookHttpAssistantCheck *check = g_new0(OffhookHttpAssistantCheck, 1);

	check->request = offhook_http_request_wait(request);
	check->assistant = offhook_assistant_ref(assistant);
	check->plugins = g_object_ref(plugins);
	if (offhook_http_assistants_check_cb(check))
		g_timeout_add(OFFHOOK_HTTP_CHECK_MS, offhook_http_assistants_check_cb, check);
}

/* One that can't work has been looked at already. FALSE: it is none of those */
static gboolean
offhook_http_assistants_check_refused(OffhookAgentDirectory *agents, OffhookHttpRequest *request)
{
	const GPtrArray *refused = offhook_agent_directory_list_refused(agents);

	for (guint i = 0; i < refused->len; i++) {
		const OffhookRefusedAssistant *one = g_ptr_array_index(refused, i);
		const char *name = one->settings->name;
		JsonArray *checks;

		if (!g_str_equal(name, request->parameters[0]))
			continue;
		checks = json_array_new();
		json_array_add_object_element(
		    checks, offhook_http_assistants_view_item("assistant", name, one->problem));
		offhook_http_assistants_reply_checks(request, name, FALSE, checks);
		return TRUE;
	}
	return FALSE;
}

static void
offhook_http_assistants_check(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	OffhookAgentDirectory *agents =
	    offhook_call_manager_get_agents(offhook_http_server_get_calls(server));
	const GPtrArray *list = offhook_agent_directory_list_assistants(agents);
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < list->len; i++) {
		OffhookAssistant *assistant = g_ptr_array_index(list, i);

		if (!g_str_equal(assistant->settings->name, request->parameters[0]))
			continue;
		offhook_http_assistants_begin_check(request, assistant,
						    offhook_http_server_get_plugins(server));
		return;
	}
	if (offhook_http_assistants_check_refused(agents, request))
		return;
	g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND, "there is no assistant %s",
		    request->parameters[0]);
	offhook_http_request_reply_error(request, error);
}

const OffhookRoute offhook_http_assistants_routes[] = {
    {"GET", "/assistants", OFFHOOK_RATE_AGENTS, OFFHOOK_ROUTE_NONE, offhook_http_assistants_list},
    {"GET", "/assistants/{name}/check", OFFHOOK_RATE_AGENTS, OFFHOOK_ROUTE_NONE,
     offhook_http_assistants_check},
    {NULL},
};
