/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Whom one can talk to: the agents' plugins, the assistants, and the agents that were made, under the
 * ids by which programs know them; and how much they have done. Main thread.
 */
#pragma once

#include "call/assistant/agent-roster.h"
#include "call/event.h"
#include "call/assistant/router.h"

G_BEGIN_DECLS

/** One of them, as GET /agents tells. */
typedef struct {
	char *id;   /* "agent-sentiment", "assistant-reception", "agent-" and a UUID */
	char *type; /* the agent's plugin; "assistant" */
	char *name;
	const char *status; /* interned */
	char *reason;       /* (nullable): why it does not work */
	char *model;        /* (nullable): of what it asks */
	gint64 created_us;
} OffhookAgentEntry;

void offhook_agent_entry_free(OffhookAgentEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookAgentEntry, offhook_agent_entry_free)

/** Who answers those who write to it. */
typedef struct {
	char *id;
	OffhookAssistant *assistant;
	gboolean alone;     /* an agent without the others of an assistant */
	double temperature; /* negative: as configured */
	guint max_tokens;   /* 0: likewise */
} OffhookAgentAddress;

void offhook_agent_address_clear(OffhookAgentAddress *address);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OffhookAgentAddress, offhook_agent_address_clear)

typedef struct _OffhookAgentDirectory OffhookAgentDirectory;

/** @router: (transfer none): outlives it */
OffhookAgentDirectory *offhook_agent_directory_new(OffhookCallRouter *router,
						   OffhookPluginRegistry *plugins,
						   OffhookEngineHealth *health,
						   OffhookEventBus *events);
void offhook_agent_directory_free(OffhookAgentDirectory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookAgentDirectory, offhook_agent_directory_free)

/** Reads the agents that were made; once. A file that can't be read is told in the log. */
void offhook_agent_directory_load(OffhookAgentDirectory *self, const char *state_dir);

/** (transfer none) (element-type OffhookAssistant): in the order of the configuration */
const GPtrArray *offhook_agent_directory_list_assistants(OffhookAgentDirectory *self);
/** (transfer none) (element-type OffhookRefusedAssistant): those that can't work */
const GPtrArray *offhook_agent_directory_list_refused(OffhookAgentDirectory *self);
/** (transfer full) (element-type OffhookAgentEntry) */
GPtrArray *offhook_agent_directory_list(OffhookAgentDirectory *self);
/**
 * @id: as it is listed; also a plugin's or an assistant's name alone
 * Returns: (transfer full): %OFFHOOK_ERROR_NOT_FOUND
 */
OffhookAgentEntry *offhook_agent_directory_find(OffhookAgentDirectory *self, const char *id,
						GError **error);

/**
 * offhook_agent_directory_create:
 * @wanted: its type must be an agent that takes turns: %OFFHOOK_ERROR_INVALID_ARGUMENT
 *
 * Returns: (transfer full); the errors of offhook_agent_roster_add()
 */
OffhookAgentEntry *offhook_agent_directory_create(OffhookAgentDirectory *self,
						  const OffhookCreatedAgent *wanted,
						  GError **error);
/** Of one that was made: %OFFHOOK_ERROR_NOT_FOUND, for others %OFFHOOK_ERROR_NOT_SUPPORTED */
gboolean offhook_agent_directory_remove(OffhookAgentDirectory *self, const char *id,
					GError **error);

/**
 * offhook_agent_directory_resolve:
 * @id: (nullable): the first assistant
 * @address: (out): to be cleared
 *
 * %OFFHOOK_ERROR_NOT_FOUND, and what keeps the agent from working.
 */
gboolean offhook_agent_directory_resolve(OffhookAgentDirectory *self, const char *id,
					 OffhookAgentAddress *address, GError **error);

/* ---- what they have done since the start ---- */

typedef struct {
	guint64 requests; /* turns that came to an end */
	gint64 total_us;  /* they took */
	gint64 last_us;   /* unix time of the latest; 0: none */
} OffhookAgentActivity;

/** A turn of a conversation by text with @id has ended. */
void offhook_agent_directory_count(OffhookAgentDirectory *self, const char *id, gint64 us);
/** Of calls and conversations by text. */
void offhook_agent_directory_get_activity(OffhookAgentDirectory *self, const char *id,
					  OffhookAgentActivity *activity);

G_END_DECLS
