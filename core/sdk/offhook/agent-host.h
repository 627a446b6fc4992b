/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What the daemon offers to the agents of one conversation, be it a call or not: tools, variables, what
 * was said before, and a way to tell what they find out. Main thread.
 */
#pragma once

#include <json-glib/json-glib.h>
#include <offhook/memory.h>
#include <offhook/toolbox.h>
#include <offhook/types.h>

G_BEGIN_DECLS

/**
 * Of one conversation: how many variables, bytes of a name and of a value, bytes of an event's
 * type.
 */
#define OFFHOOK_VARIABLES_MAX        100
#define OFFHOOK_VARIABLE_MAX_NAME    64
#define OFFHOOK_VARIABLE_MAX_VALUE   4096
#define OFFHOOK_AGENT_HOST_MAX_EVENT 64 /* bytes of a type */

#define OFFHOOK_TYPE_AGENT_HOST (offhook_agent_host_get_type())
G_DECLARE_DERIVABLE_TYPE(OffhookAgentHost, offhook_agent_host, OFFHOOK, AGENT_HOST, GObject)

struct _OffhookAgentHostClass {
	GObjectClass parent_class;

	OffhookToolbox *(*get_toolbox)(OffhookAgentHost *self);
	JsonObject *(*get_variables)(OffhookAgentHost *self);
	gboolean (*set_variable)(OffhookAgentHost *self, const char *name, const char *value,
				 GError **error);
	GPtrArray *(*get_history)(OffhookAgentHost *self);
	void (*note)(OffhookAgentHost *self, const char *type, JsonObject *data);

	OffhookMemory *(*get_memory)(OffhookAgentHost *self);

	gpointer spare[11];
};

/** (transfer none) */
OffhookToolbox *offhook_agent_host_get_toolbox(OffhookAgentHost *self);

/** (transfer none) (nullable): what is remembered of the user; of one who can't be told from others: nothing */
OffhookMemory *offhook_agent_host_get_memory(OffhookAgentHost *self);

/** (transfer none): name -> string: what came with the call, and what agents have set; not to be changed */
JsonObject *offhook_agent_host_get_variables(OffhookAgentHost *self);
/**
 * offhook_agent_host_set_variable:
 * @name: lower-case letters, digits and '_', beginning with a letter
 * @value: (nullable): %NULL takes it away
 *
 * Returns: %FALSE with %OFFHOOK_ERROR_INVALID_ARGUMENT or %OFFHOOK_ERROR_LIMIT
 */
gboolean offhook_agent_host_set_variable(OffhookAgentHost *self, const char *name,
					 const char *value, GError **error);

/**
 * (transfer none) (nullable) (element-type OffhookMessage): what was said before the session was opened,
 * oldest first: in a conversation that is continued, or that another assistant has handed over. Its
 * summary is a message of %OFFHOOK_MESSAGE_SYSTEM, the first.
 */
GPtrArray *offhook_agent_host_get_history(OffhookAgentHost *self);

/**
 * offhook_agent_host_note:
 * @type: `word.word`, lower-case, e.g. "sentiment.detected"; those that the daemon has for itself
 *   ("call.started") are refused, with a warning
 * @data: (transfer full) (nullable)
 *
 * Tells an event of the conversation to whoever listens, and writes it down.
 */
void offhook_agent_host_note(OffhookAgentHost *self, const char *type, JsonObject *data);

G_END_DECLS
