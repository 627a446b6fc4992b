/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Keeps the agents that were made, and writes the whole file whenever one comes or goes. Main thread.
 */

#include "call/assistant/agent-roster.h"

#include <offhook/error.h>
#include <offhook/json.h>

#include "base/json.h"
#include "base/timestamp.h"
#include "base/uuid.h"

#define OFFHOOK_AGENT_ROSTER_FILE "agents.json"

struct _OffhookAgentRoster {
	char *path;      /* (nullable): nowhere yet */
	GPtrArray *list; /* of OffhookCreatedAgent */
};

static void
offhook_created_agent_free(gpointer data)
{
	OffhookCreatedAgent *agent = data;

	g_free(agent->id);
	g_free(agent->type);
	g_free(agent->name);
	g_free(agent->model);
	g_free(agent->prompt);
	g_free(agent);
}

OffhookAgentRoster *
offhook_agent_roster_new(void)
{
	OffhookAgentRoster *self = g_new0(OffhookAgentRoster, 1);

	self->list = g_ptr_array_new_with_free_func(offhook_created_agent_free);
	return self;
}

void
offhook_agent_roster_free(OffhookAgentRoster *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->list);
	g_free(self->path);
	g_free(self);
}

/* ---- the file ---- */

static JsonObject *
offhook_created_agent_write(const OffhookCreatedAgent *agent)
{
	JsonObject *object = json_object_new();
	g_autofree char *created = offhook_timestamp_format(agent->created_us);

	json_object_set_string_member(object, "id", agent->id);
	json_object_set_string_member(object, "type", agent->type);
	json_object_set_string_member(object, "name", agent->name);
	offhook_json_set_string(object, "model", agent->model);
	offhook_json_set_string(object, "prompt", agent->prompt);
	offhook_json_set_figure(object, "temperature", agent->temperature);
	json_object_set_int_member(object, "max_tokens", agent->max_tokens);
	json_object_set_string_member(object, "created_at", created);
	return object;
}

/* (nullable): it lacks what every agent has */
static OffhookCreatedAgent *
offhook_created_agent_read(JsonObject *object)
{
	const char *created = offhook_json_get_string(object, "created_at");
	const char *id = offhook_json_get_string(object, "id");
	const char *type = offhook_json_get_string(object, "type");
	const char *name = offhook_json_get_string(object, "name");
	JsonNode *temperature = json_object_get_member(object, "temperature");
	OffhookCreatedAgent *agent;
	gint64 created_us;

	if (created == NULL || !offhook_timestamp_parse(created, &created_us, NULL) || id == NULL ||
	    type == NULL || name == NULL)
		return NULL;
	agent = g_new0(OffhookCreatedAgent, 1);
	agent->id = g_strdup(id);
	agent->type = g_strdup(type);
	agent->name = g_strdup(name);
	agent->model = g_strdup(offhook_json_get_string(object, "model"));
	agent->prompt = g_strdup(offhook_json_get_string(object, "prompt"));
	agent->temperature = temperature != NULL && JSON_NODE_HOLDS_VALUE(temperature)
				 ? json_node_get_double(temperature)
				 : -1;
	agent->max_tokens = (guint)MAX(offhook_json_get_number(object, "max_tokens"), 0);
	agent->created_us = created_us;
	return agent;
}

static gboolean
offhook_agent_roster_parse(OffhookAgentRoster *self, const char *text, gsize size, GError **error)
{
	g_autoptr(JsonObject) file =
	    offhook_json_parse_object(text, (gssize)size, self->path, error);
	JsonArray *agents = file != NULL ? offhook_json_get_array(file, "agents") : NULL;

	if (file == NULL)
		return FALSE;
	for (guint i = 0; agents != NULL && i < json_array_get_length(agents); i++) {
		JsonNode *node = json_array_get_element(agents, i);
		OffhookCreatedAgent *agent =
		    JSON_NODE_HOLDS_OBJECT(node)
			? offhook_created_agent_read(json_node_get_object(node))
			: NULL;

		if (agent == NULL) {
			g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
				    "%s: agents[%u] is no agent with id, type, name and created_at",
				    self->path, i);
			return FALSE;
		}
		g_ptr_array_add(self->list, agent);
	}
	return TRUE;
}

gboolean
offhook_agent_roster_load(OffhookAgentRoster *self, const char *state_dir, GError **error)
{
	g_autofree char *path = g_build_filename(state_dir, OFFHOOK_AGENT_ROSTER_FILE, NULL);
	g_autofree char *text = NULL;
	g_autoptr(GError) local = NULL;
	gsize size;

	g_ptr_array_set_size(self->list, 0);
	g_free(self->path);
	self->path = g_steal_pointer(&path);
	if (!g_file_get_contents(self->path, &text, &size, &local)) {
		if (g_error_matches(local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
			return TRUE;
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE, "%s", local->message);
	} else if (offhook_agent_roster_parse(self, text, size, error)) {
		return TRUE;
	}
	/* Not to be written over. */
	g_clear_pointer(&self->path, g_free);
	g_ptr_array_set_size(self->list, 0);
	return FALSE;
}

static gboolean
offhook_agent_roster_save(OffhookAgentRoster *self, GError **error)
{
	g_autoptr(JsonObject) file = json_object_new();
	JsonArray *agents = json_array_new();
	g_autofree char *text = NULL;
	g_autoptr(GError) local = NULL;

	for (guint i = 0; i < self->list->len; i++)
		json_array_add_object_element(
		    agents, offhook_created_agent_write(g_ptr_array_index(self->list, i)));
	json_object_set_array_member(file, "agents", agents);
	text = offhook_json_to_string(file);
	if (self->path != NULL &&
	    g_file_set_contents_full(self->path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
				     &local))
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE,
		    "the list of agents can't be written: %s",
		    local != NULL ? local->message : "it could not be read at the start");
	return FALSE;
}

/* ---- who is there ---- */

const GPtrArray *
offhook_agent_roster_list(OffhookAgentRoster *self)
{
	return self->list;
}

const OffhookCreatedAgent *
offhook_agent_roster_find(OffhookAgentRoster *self, const char *id)
{
	for (guint i = 0; i < self->list->len; i++) {
		const OffhookCreatedAgent *agent = g_ptr_array_index(self->list, i);

		if (g_str_equal(agent->id, id))
			return agent;
	}
	return NULL;
}

const OffhookCreatedAgent *
offhook_agent_roster_add(OffhookAgentRoster *self, const OffhookCreatedAgent *wanted,
			 GError **error)
{
	g_autofree char *uuid = offhook_uuid_new_v7();
	OffhookCreatedAgent *agent;

	if (self->list->len >= OFFHOOK_AGENT_ROSTER_MAX) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "there are %u agents already that were made, which is as many as there "
			    "can be: delete one first",
			    self->list->len);
		return NULL;
	}
	agent = g_memdup2(wanted, sizeof(*wanted));
	agent->id = g_strconcat("agent-", uuid, NULL);
	agent->type = g_strdup(wanted->type);
	agent->name = g_strdup(wanted->name);
	agent->model = g_strdup(wanted->model);
	agent->prompt = g_strdup(wanted->prompt);
	agent->created_us = offhook_timestamp_now();
	g_ptr_array_add(self->list, agent);
	if (offhook_agent_roster_save(self, error))
		return agent;
	g_ptr_array_remove_index(self->list, self->list->len - 1);
	return NULL;
}

gboolean
offhook_agent_roster_remove(OffhookAgentRoster *self, const char *id, GError **error)
{
	const OffhookCreatedAgent *agent = offhook_agent_roster_find(self, id);
	guint place;
	gpointer taken;

	if (agent == NULL || !g_ptr_array_find(self->list, agent, &place)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
			    "there is no agent %s that was made", id);
		return FALSE;
	}
	taken = g_ptr_array_steal_index(self->list, place);
	if (offhook_agent_roster_save(self, error)) {
		offhook_created_agent_free(taken);
		return TRUE;
	}
	g_ptr_array_insert(self->list, (gint)place, taken);
	return FALSE;
}
