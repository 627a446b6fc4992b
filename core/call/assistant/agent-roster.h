/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The agents that were made over REST: an agent's plugin with a model and a manner of its own. They are
 * in a file of the state directory. Main thread.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** The most there can be. */
#define OFFHOOK_AGENT_ROSTER_MAX 100

typedef struct {
	char *id;   /* "agent-" and a UUID */
	char *type; /* the agent's plugin */
	char *name;
	char *model;        /* (nullable): the assistant's */
	char *prompt;       /* (nullable): likewise */
	double temperature; /* negative: likewise */
	guint max_tokens;   /* 0: likewise */
	gint64 created_us;
} OffhookCreatedAgent;

typedef struct _OffhookAgentRoster OffhookAgentRoster;

OffhookAgentRoster *offhook_agent_roster_new(void);
void offhook_agent_roster_free(OffhookAgentRoster *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookAgentRoster, offhook_agent_roster_free)

/**
 * Reads those of @state_dir. A file that is not there is none; one that can't be read is
 * %OFFHOOK_ERROR_STORAGE or %OFFHOOK_ERROR_FORMAT, and is left alone: then nothing can be made.
 */
gboolean offhook_agent_roster_load(OffhookAgentRoster *self, const char *state_dir, GError **error);

/** (transfer none) (element-type OffhookCreatedAgent): oldest first */
const GPtrArray *offhook_agent_roster_list(OffhookAgentRoster *self);
/** (transfer none) (nullable) */
const OffhookCreatedAgent *offhook_agent_roster_find(OffhookAgentRoster *self, const char *id);

/**
 * offhook_agent_roster_add:
 * @wanted: without an id and a time
 *
 * Returns: (transfer none): %OFFHOOK_ERROR_LIMIT when there are too many, %OFFHOOK_ERROR_STORAGE
 */
const OffhookCreatedAgent *offhook_agent_roster_add(OffhookAgentRoster *self,
						    const OffhookCreatedAgent *wanted,
						    GError **error);
/** %OFFHOOK_ERROR_NOT_FOUND, %OFFHOOK_ERROR_STORAGE */
gboolean offhook_agent_roster_remove(OffhookAgentRoster *self, const char *id, GError **error);

G_END_DECLS
