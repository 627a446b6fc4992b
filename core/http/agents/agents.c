/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * /agents: who one can talk to. Main thread.
 */

#include "http/server/resources.h"
#include "http/server/user-fields.h"
#include "http/calls/views.h"

#include "base/json.h"

#define OFFHOOK_HTTP_MAX_AGENT_NAME   64
#define OFFHOOK_HTTP_MAX_AGENT_PROMPT (16 * 1024)
#define OFFHOOK_HTTP_MAX_AGENT_TOKENS 8192

static OffhookAgentDirectory *
offhook_http_agents_get(OffhookHttpServer *server)
{
	return offhook_call_manager_get_agents(offhook_http_server_get_calls(server));
}

static void
offhook_http_agents_list(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autoptr(GPtrArray) list = offhook_agent_directory_list(offhook_http_agents_get(server));
	JsonObject *reply = json_object_new();
	JsonArray *agents = json_array_new();

	for (guint i = 0; i < list->len; i++)
		json_array_add_object_element(agents,
					      offhook_view_agent(g_ptr_array_index(list, i)));
	json_object_set_array_member(reply, "agents", agents);
	offhook_http_request_reply_json(request, 200, reply);
}

/* ---- making one ---- */

static gboolean
offhook_http_agents_check_members(JsonObject *configuration, GError **error)
{
	static const char *const known[] = {"model", "temperature", "max_tokens", "prompt", NULL};
	g_autoptr(GList) names = json_object_get_members(configuration);

	for (GList *name = names; name != NULL; name = name->next)
		if (!g_strv_contains(known, name->data))
			return offhook_json_refuse(error, "configuration", name->data,
						   "model, temperature, max_tokens and prompt");
	return TRUE;
}

/* @wanted: (out): its texts are borrowed of @body */
static gboolean
offhook_http_agents_read_configuration(JsonObject *body, OffhookCreatedAgent *wanted,
				       GError **error)
{
	JsonObject *configuration = NULL;
	const char *model = NULL;
	const char *prompt = NULL;
	gint64 max_tokens = 0;

	if (!offhook_json_read_object(body, "configuration", &configuration, error))
		return FALSE;
	if (configuration == NULL)
		return TRUE;
	if (!offhook_http_agents_check_members(configuration, error) ||
	    !offhook_user_fields_read_text(configuration, "model", FALSE,
					   OFFHOOK_USER_FIELDS_MAX_NAME, &model, error) ||
	    !offhook_user_fields_read_text(configuration, "prompt", FALSE,
					   OFFHOOK_HTTP_MAX_AGENT_PROMPT, &prompt, error) ||
	    !offhook_json_read_number(configuration, "temperature", 0, 2, &wanted->temperature,
				      error) ||
	    !offhook_json_read_integer(configuration, "max_tokens", 1,
				       OFFHOOK_HTTP_MAX_AGENT_TOKENS, &max_tokens, error))
		return FALSE;
	wanted->model = (char *)model;
	wanted->prompt = (char *)prompt;
	wanted->max_tokens = (guint)max_tokens;
	return TRUE;
}

static void
offhook_http_agents_create(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) body = offhook_http_request_parse_json(request, &error);
	OffhookCreatedAgent wanted = {.temperature = -1};
	g_autoptr(OffhookAgentEntry) made = NULL;
	const char *type = NULL;
	const char *name = NULL;
	JsonObject *reply;

	if (body != NULL &&
	    offhook_user_fields_read_text(body, "agent_type", TRUE, OFFHOOK_HTTP_MAX_AGENT_NAME,
					  &type, &error) &&
	    offhook_user_fields_read_text(body, "name", TRUE, OFFHOOK_HTTP_MAX_AGENT_NAME, &name,
					  &error) &&
	    offhook_http_agents_read_configuration(body, &wanted, &error)) {
		wanted.type = (char *)type;
		wanted.name = (char *)name;
		made = offhook_agent_directory_create(offhook_http_agents_get(server), &wanted,
						      &error);
	}
	if (made == NULL) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	reply = json_object_new();
	json_object_set_boolean_member(reply, "success", TRUE);
	json_object_set_object_member(reply, "agent", offhook_view_agent(made));
	offhook_http_request_reply_json(request, 200, reply);
}

static void
offhook_http_agents_delete(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	const char *id = request->parameters[0];
	g_autoptr(GError) error = NULL;
	JsonObject *reply;

	if (!offhook_agent_directory_remove(offhook_http_agents_get(server), id, &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	reply = json_object_new();
	json_object_set_boolean_member(reply, "success", TRUE);
	json_object_set_string_member(reply, "agent_id", id);
	offhook_http_request_reply_json(request, 200, reply);
}

/* ---- what one has done ---- */

static void
offhook_http_agents_status(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	OffhookAgentDirectory *agents = offhook_http_agents_get(server);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookAgentEntry) agent =
	    offhook_agent_directory_find(agents, request->parameters[0], &error);
	OffhookAgentActivity activity;
	JsonObject *reply;

	if (agent == NULL) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	offhook_agent_directory_get_activity(agents, agent->id, &activity);
	reply = json_object_new();
	json_object_set_string_member(reply, "agent_id", agent->id);
	json_object_set_string_member(reply, "status", agent->status);
	json_object_set_string_member(reply, "type", agent->type);
	offhook_json_set_string(reply, "model", agent->model);
	offhook_view_set_time(reply, "last_activity", activity.last_us);
	json_object_set_int_member(reply, "total_requests", (gint64)activity.requests);
	json_object_set_double_member(reply, "average_response_time",
				      activity.requests > 0 ? (double)activity.total_us / 1000 /
								  (double)activity.requests
							    : 0);
	offhook_http_request_reply_json(request, 200, reply);
}

const OffhookRoute offhook_http_agents_routes[] = {
    {"GET", "/agents", OFFHOOK_RATE_AGENTS, OFFHOOK_ROUTE_NONE, offhook_http_agents_list},
    {"POST", "/agents/create", OFFHOOK_RATE_AGENTS, OFFHOOK_ROUTE_NONE, offhook_http_agents_create},
    {"GET", "/agents/{id}/status", OFFHOOK_RATE_AGENTS, OFFHOOK_ROUTE_NONE,
     offhook_http_agents_status},
    {"DELETE", "/agents/{id}", OFFHOOK_RATE_AGENTS, OFFHOOK_ROUTE_NONE, offhook_http_agents_delete},
    {NULL},
};
