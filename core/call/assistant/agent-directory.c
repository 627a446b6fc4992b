/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Looks agents up by their ids. An agent alone needs what an assistant has besides, a language model
 * above all: it borrows that of the first assistant that names it, else of the first that has one.
 * Main thread.
 */

#include "call/assistant/agent-directory.h"

#include <offhook/error.h>
#include <offhook/json.h>

#include "base/json.h"
#include "base/timestamp.h"

#include <string.h>

#define AGENT     "agent-"
#define ASSISTANT "assistant-"

struct _OffhookAgentDirectory {
	OffhookCallRouter *router;
	OffhookPluginRegistry *plugins;
	OffhookEngineHealth *health;
	OffhookEventBus *events;
	OffhookAgentRoster *roster;
	GHashTable *activity; /* id -> OffhookAgentActivity */
	gint64 started_us;
	gboolean loaded;
};

void
offhook_agent_entry_free(OffhookAgentEntry *entry)
{
	if (entry == NULL)
		return;
	g_free(entry->id);
	g_free(entry->type);
	g_free(entry->name);
	g_free(entry->reason);
	g_free(entry->model);
	g_free(entry);
}

void
offhook_agent_address_clear(OffhookAgentAddress *address)
{
	g_clear_pointer(&address->id, g_free);
	g_clear_pointer(&address->assistant, offhook_assistant_unref);
}

/* ---- activity ---- */

void
offhook_agent_directory_count(OffhookAgentDirectory *self, const char *id, gint64 us)
{
	OffhookAgentActivity *activity = g_hash_table_lookup(self->activity, id);

	if (activity == NULL) {
		activity = g_new0(OffhookAgentActivity, 1);
		g_hash_table_insert(self->activity, g_strdup(id), activity);
	}
	activity->requests++;
	activity->total_us += us;
	activity->last_us = offhook_timestamp_now();
}

/* A turn of a call. */
static void
offhook_agent_directory_event_cb(OffhookEventBus *bus, const OffhookEvent *event,
				 gpointer user_data)
{
	OffhookAgentDirectory *self = user_data;
	const char *assistant;
	g_autofree char *id = NULL;
	double ms;

	if (!g_str_equal(event->type, OFFHOOK_EVENT_TURN_COMPLETED))
		return;
	assistant = offhook_json_get_string(event->data, "assistant");
	ms = json_object_get_double_member_with_default(event->data, "agent_ms", -1);
	if (assistant == NULL || ms < 0)
		return;
	id = g_strconcat(ASSISTANT, assistant, NULL);
	offhook_agent_directory_count(self, id, (gint64)(ms * 1000));
}

/* ---- entries ---- */

static OffhookAssistant *
offhook_agent_directory_find_assistant(OffhookAgentDirectory *self, const char *name)
{
	const GPtrArray *assistants = offhook_call_router_list(self->router);

	for (guint i = 0; i < assistants->len; i++) {
		OffhookAssistant *assistant = g_ptr_array_index(assistants, i);

		if (g_str_equal(assistant->settings->name, name))
			return assistant;
	}
	return NULL;
}

/* Whose engines and options @agent borrows. (nullable): there is no assistant */
static OffhookAssistant *
offhook_agent_directory_find_lender(OffhookAgentDirectory *self, const char *agent)
{
	const GPtrArray *assistants = offhook_call_router_list(self->router);
	OffhookAssistant *with_llm = NULL;

	for (guint i = 0; i < assistants->len; i++) {
		OffhookAssistant *assistant = g_ptr_array_index(assistants, i);

		if (g_strv_contains((const char *const *)assistant->settings->agents, agent))
			return assistant;
		if (with_llm == NULL && assistant->llm != NULL)
			with_llm = assistant;
	}
	if (with_llm != NULL)
		return with_llm;
	return assistants->len > 0 ? g_ptr_array_index(assistants, 0) : NULL;
}

/* (transfer full) */
static OffhookAssistant *
offhook_agent_directory_make_alone(OffhookAgentDirectory *self,
				   const OffhookAssistantChange *change, GError **error)
{
	OffhookAssistant *lender = offhook_agent_directory_find_lender(self, change->agent);

	if (lender != NULL)
		return offhook_assistant_new_alone(lender, change, self->plugins, self->health,
						   error);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "no assistant is configured");
	return NULL;
}

static char *
offhook_agent_directory_find_model(OffhookAgentDirectory *self, const char *agent)
{
	const OffhookAssistantChange change = {.agent = agent};
	g_autoptr(OffhookAssistant) alone = offhook_agent_directory_make_alone(self, &change, NULL);

	return alone != NULL ? g_strdup(offhook_assistant_get_model(alone)) : NULL;
}

static OffhookAgentEntry *
offhook_agent_directory_view_plugin(OffhookAgentDirectory *self, OffhookPlugin *plugin)
{
	OffhookAgentEntry *entry = g_new0(OffhookAgentEntry, 1);
	const char *name = offhook_plugin_get_name(plugin);

	entry->id = g_strconcat(AGENT, name, NULL);
	entry->type = g_strdup(offhook_plugin_get_plugin_name(plugin));
	entry->name = g_strdup(name);
	entry->status = g_intern_string(offhook_plugin_get_status_name(plugin));
	entry->reason = g_strdup(offhook_plugin_get_reason(plugin));
	entry->model = offhook_agent_directory_find_model(self, name);
	entry->created_us = self->started_us;
	return entry;
}

static OffhookAgentEntry *
offhook_agent_directory_view_assistant(OffhookAgentDirectory *self, OffhookAssistant *assistant)
{
	OffhookAgentEntry *entry = g_new0(OffhookAgentEntry, 1);

	entry->id = g_strconcat(ASSISTANT, assistant->settings->name, NULL);
	entry->type = g_strdup("assistant");
	entry->name = g_strdup(assistant->settings->name);
	entry->status = "active";
	entry->model = g_strdup(offhook_assistant_get_model(assistant));
	entry->created_us = self->started_us;
	return entry;
}

static OffhookAgentEntry *
offhook_agent_directory_view_created(OffhookAgentDirectory *self, const OffhookCreatedAgent *agent)
{
	OffhookPlugin *plugin =
	    offhook_plugin_registry_find(self->plugins, OFFHOOK_PLUGIN_AGENT, agent->type);
	OffhookAgentEntry *entry = g_new0(OffhookAgentEntry, 1);

	entry->id = g_strdup(agent->id);
	entry->type = g_strdup(agent->type);
	entry->name = g_strdup(agent->name);
	entry->status =
	    plugin != NULL ? g_intern_string(offhook_plugin_get_status_name(plugin)) : "failed";
	entry->reason = plugin != NULL ? g_strdup(offhook_plugin_get_reason(plugin))
				       : g_strdup_printf("there is no agent %s", agent->type);
	entry->model = agent->model != NULL ? g_strdup(agent->model)
					    : offhook_agent_directory_find_model(self, agent->type);
	entry->created_us = agent->created_us;
	return entry;
}

const GPtrArray *
offhook_agent_directory_list_assistants(OffhookAgentDirectory *self)
{
	return offhook_call_router_list(self->router);
}

const GPtrArray *
offhook_agent_directory_list_refused(OffhookAgentDirectory *self)
{
	return offhook_call_router_list_refused(self->router);
}

GPtrArray *
offhook_agent_directory_list(OffhookAgentDirectory *self)
{
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_agent_entry_free);
	g_autoptr(GPtrArray) plugins =
	    offhook_plugin_registry_list_kind(self->plugins, OFFHOOK_PLUGIN_AGENT);
	const GPtrArray *assistants = offhook_call_router_list(self->router);
	const GPtrArray *created = offhook_agent_roster_list(self->roster);

	for (guint i = 0; i < plugins->len; i++)
		g_ptr_array_add(
		    list, offhook_agent_directory_view_plugin(self, g_ptr_array_index(plugins, i)));
	for (guint i = 0; i < assistants->len; i++)
		g_ptr_array_add(list, offhook_agent_directory_view_assistant(
					  self, g_ptr_array_index(assistants, i)));
	for (guint i = 0; i < created->len; i++)
		g_ptr_array_add(list, offhook_agent_directory_view_created(
					  self, g_ptr_array_index(created, i)));
	return list;
}

/* ---- who an id is ---- */

/** One of the three, or none. */
typedef struct {
	const OffhookCreatedAgent *created;
	OffhookAssistant *assistant;
	OffhookPlugin *plugin;
} OffhookAgentWho;

static gboolean
offhook_agent_directory_look_up(OffhookAgentDirectory *self, const char *id, OffhookAgentWho *who,
				GError **error)
{
	const char *agent = g_str_has_prefix(id, AGENT) ? id + strlen(AGENT) : id;
	const char *assistant = g_str_has_prefix(id, ASSISTANT) ? id + strlen(ASSISTANT) : id;

	*who = (OffhookAgentWho){.created = offhook_agent_roster_find(self->roster, id)};
	if (who->created != NULL)
		return TRUE;
	who->plugin = offhook_plugin_registry_find(self->plugins, OFFHOOK_PLUGIN_AGENT, agent);
	if (who->plugin == NULL)
		who->assistant = offhook_agent_directory_find_assistant(self, assistant);
	if (who->plugin != NULL || who->assistant != NULL)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
		    "there is no agent or assistant %s; GET /agents lists them", id);
	return FALSE;
}

OffhookAgentEntry *
offhook_agent_directory_find(OffhookAgentDirectory *self, const char *id, GError **error)
{
	OffhookAgentWho who;

	if (!offhook_agent_directory_look_up(self, id, &who, error))
		return NULL;
	if (who.created != NULL)
		return offhook_agent_directory_view_created(self, who.created);
	return who.plugin != NULL ? offhook_agent_directory_view_plugin(self, who.plugin)
				  : offhook_agent_directory_view_assistant(self, who.assistant);
}

gboolean
offhook_agent_directory_resolve(OffhookAgentDirectory *self, const char *id,
				OffhookAgentAddress *address, GError **error)
{
	const GPtrArray *assistants = offhook_call_router_list(self->router);
	OffhookAssistantChange change = {0};
	OffhookAgentWho who = {0};

	*address = (OffhookAgentAddress){.temperature = -1};
	if (id != NULL && !offhook_agent_directory_look_up(self, id, &who, error))
		return FALSE;
	if (id == NULL && assistants->len > 0)
		who.assistant = g_ptr_array_index(assistants, 0);
	if (who.assistant != NULL) {
		address->id = g_strconcat(ASSISTANT, who.assistant->settings->name, NULL);
		address->assistant = offhook_assistant_ref(who.assistant);
		return TRUE;
	}
	address->alone = TRUE;
	if (who.created != NULL) {
		address->id = g_strdup(who.created->id);
		address->temperature = who.created->temperature;
		address->max_tokens = who.created->max_tokens;
		change.agent = who.created->type;
		change.model = who.created->model;
		change.prompt = who.created->prompt;
	} else if (who.plugin != NULL) {
		change.agent = offhook_plugin_get_name(who.plugin);
		address->id = g_strconcat(AGENT, change.agent, NULL);
	}
	address->assistant = offhook_agent_directory_make_alone(self, &change, error);
	return address->assistant != NULL;
}

void
offhook_agent_directory_get_activity(OffhookAgentDirectory *self, const char *id,
				     OffhookAgentActivity *activity)
{
	const OffhookAgentActivity *own = g_hash_table_lookup(self->activity, id);
	OffhookAgentWho who = {0};
	GObject *agent = NULL;

	*activity = own != NULL ? *own : (OffhookAgentActivity){0};
	if (offhook_agent_directory_look_up(self, id, &who, NULL) && who.plugin != NULL)
		agent = offhook_plugin_get_object(who.plugin);
	if (agent != NULL)
		activity->requests = offhook_agent_get_activity(
		    OFFHOOK_AGENT(agent), &activity->total_us, &activity->last_us);
}

/* ---- those that are made ---- */

/* Who lists the agents must know which of them is which. */
static gboolean
offhook_agent_directory_check_name(OffhookAgentDirectory *self, const char *name, GError **error)
{
	for (const char *p = name; *p != '\0'; p = g_utf8_next_char(p))
		if (g_unichar_iscntrl(g_utf8_get_char(p)))
			return offhook_json_refuse(error, "name", name,
						   "a name without control characters");
	if (offhook_plugin_registry_find(self->plugins, OFFHOOK_PLUGIN_AGENT, name) == NULL &&
	    offhook_agent_directory_find_assistant(self, name) == NULL)
		return TRUE;
	return offhook_json_refuse(
	    error, "name", name, "a name that no agent and no assistant of the configuration has");
}

OffhookAgentEntry *
offhook_agent_directory_create(OffhookAgentDirectory *self, const OffhookCreatedAgent *wanted,
			       GError **error)
{
	OffhookAgent *agent = offhook_plugin_registry_get_agent(self->plugins, wanted->type, NULL);
	const OffhookCreatedAgent *created;

	if (agent == NULL || !(offhook_agent_get_features(agent) & OFFHOOK_AGENT_TURNS)) {
		offhook_json_refuse(error, "agent_type", wanted->type,
				    "the type of an agent of GET /agents that is active and takes "
				    "turns");
		return NULL;
	}
	if (!offhook_agent_directory_check_name(self, wanted->name, error))
		return NULL;
	created = offhook_agent_roster_add(self->roster, wanted, error);
	return created != NULL ? offhook_agent_directory_view_created(self, created) : NULL;
}

gboolean
offhook_agent_directory_remove(OffhookAgentDirectory *self, const char *id, GError **error)
{
	OffhookAgentWho who;

	if (!offhook_agent_directory_look_up(self, id, &who, error))
		return FALSE;
	if (who.created == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED,
			    "%s is there by configuration: only agents that POST /agents/create "
			    "made can be deleted",
			    id);
		return FALSE;
	}
	g_hash_table_remove(self->activity, id);
	return offhook_agent_roster_remove(self->roster, id, error);
}

void
offhook_agent_directory_load(OffhookAgentDirectory *self, const char *state_dir)
{
	g_autoptr(GError) error = NULL;

	if (self->loaded)
		return;
	self->loaded = TRUE;
	if (!offhook_agent_roster_load(self->roster, state_dir, &error))
		g_warning("%s", error->message);
}

OffhookAgentDirectory *
offhook_agent_directory_new(OffhookCallRouter *router, OffhookPluginRegistry *plugins,
			    OffhookEngineHealth *health, OffhookEventBus *events)
{
	OffhookAgentDirectory *self = g_new0(OffhookAgentDirectory, 1);

	self->router = router;
	self->plugins = g_object_ref(plugins);
	self->health = g_object_ref(health);
	self->events = g_object_ref(events);
	self->roster = offhook_agent_roster_new();
	self->activity = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	self->started_us = offhook_timestamp_now();
	g_signal_connect(events, "event", G_CALLBACK(offhook_agent_directory_event_cb), self);
	return self;
}

void
offhook_agent_directory_free(OffhookAgentDirectory *self)
{
	if (self == NULL)
		return;
	g_signal_handlers_disconnect_by_data(self->events, self);
	offhook_agent_roster_free(self->roster);
	g_hash_table_unref(self->activity);
	g_object_unref(self->plugins);
	g_object_unref(self->health);
	g_object_unref(self->events);
	g_free(self);
}
