/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the daemon offers to a conversation's agents: checks, then asks the core. Main thread.
 */

#include <offhook/agent-host.h>

#include <offhook/error.h>
#include <string.h>

G_DEFINE_ABSTRACT_TYPE(OffhookAgentHost, offhook_agent_host, G_TYPE_OBJECT)

#define LETTERS         "abcdefghijklmnopqrstuvwxyz"
#define NAME_CHARACTERS LETTERS "0123456789_"

OffhookToolbox *
offhook_agent_host_get_toolbox(OffhookAgentHost *self)
{
	return OFFHOOK_AGENT_HOST_GET_CLASS(self)->get_toolbox(self);
}

OffhookMemory *
offhook_agent_host_get_memory(OffhookAgentHost *self)
{
	OffhookAgentHostClass *klass = OFFHOOK_AGENT_HOST_GET_CLASS(self);

	return klass->get_memory != NULL ? klass->get_memory(self) : NULL;
}

JsonObject *
offhook_agent_host_get_variables(OffhookAgentHost *self)
{
	return OFFHOOK_AGENT_HOST_GET_CLASS(self)->get_variables(self);
}

static gboolean
offhook_agent_host_check_variable(const char *name, const char *value, GError **error)
{
	gsize length = strlen(name);

	if (length == 0 || length > OFFHOOK_VARIABLE_MAX_NAME || !g_ascii_islower(*name) ||
	    strspn(name, NAME_CHARACTERS) != length) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "variable: \"%.80s\" is no name, expected 1 to %d of a-z, 0-9 and _, "
			    "beginning with a letter",
			    name, OFFHOOK_VARIABLE_MAX_NAME);
		return FALSE;
	}
	if (value != NULL && strlen(value) > OFFHOOK_VARIABLE_MAX_VALUE) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "variable %s: %" G_GSIZE_FORMAT " bytes, expected at most %d", name,
			    strlen(value), OFFHOOK_VARIABLE_MAX_VALUE);
		return FALSE;
	}
	if (value != NULL && !g_utf8_validate(value, -1, NULL)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "variable %s: not UTF-8", name);
		return FALSE;
	}
	return TRUE;
}

gboolean
offhook_agent_host_set_variable(OffhookAgentHost *self, const char *name, const char *value,
				GError **error)
{
	return offhook_agent_host_check_variable(name, value, error) &&
	       OFFHOOK_AGENT_HOST_GET_CLASS(self)->set_variable(self, name, value, error);
}

GPtrArray *
offhook_agent_host_get_history(OffhookAgentHost *self)
{
	return OFFHOOK_AGENT_HOST_GET_CLASS(self)->get_history(self);
}

/* "word.word" */
static gboolean
offhook_agent_host_is_event(const char *type)
{
	gsize length = strlen(type);
	const char *dot = strchr(type, '.');

	return length <= OFFHOOK_AGENT_HOST_MAX_EVENT && dot != NULL && dot != type &&
	       dot[1] != '\0' && strspn(type, NAME_CHARACTERS ".") == length;
}

void
offhook_agent_host_note(OffhookAgentHost *self, const char *type, JsonObject *data)
{
	g_autoptr(JsonObject) object = data != NULL ? data : json_object_new();

	g_return_if_fail(offhook_agent_host_is_event(type));

	OFFHOOK_AGENT_HOST_GET_CLASS(self)->note(self, type, g_steal_pointer(&object));
}

static void
offhook_agent_host_init(OffhookAgentHost *self)
{
}

static void
offhook_agent_host_class_init(OffhookAgentHostClass *klass)
{
}
