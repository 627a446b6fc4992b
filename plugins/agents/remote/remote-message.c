/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Messages of the program's WebSocket: each a part of an answer. Pure functions, any thread.
 */

#include "remote-message.h"

#include "remote-field.h"

static gboolean
offhook_remote_message_read_say(OffhookRemoteMessage *self, JsonObject *object, GError **error)
{
	if (!offhook_remote_field_read_string(object, "text", OFFHOOK_REMOTE_MAX_SAY,
					      &self->answer->say, error))
		return FALSE;
	return self->answer->say != NULL || offhook_remote_field_refuse("text", "a string", error);
}

static gboolean
offhook_remote_message_read_act(OffhookRemoteMessage *self, JsonObject *object, GError **error)
{
	return offhook_remote_answer_read_act(self->answer, object, error);
}

static gboolean
offhook_remote_message_read_expect(OffhookRemoteMessage *self, JsonObject *object, GError **error)
{
	return offhook_remote_answer_read_expectation(self->answer, object, error);
}

static gboolean
offhook_remote_message_read_variables(OffhookRemoteMessage *self, JsonObject *object,
				      GError **error)
{
	return offhook_remote_answer_read_variables(self->answer, object, error);
}

static gboolean
offhook_remote_message_read_done(OffhookRemoteMessage *self, JsonObject *object, GError **error)
{
	self->done = TRUE;
	return offhook_remote_field_read_boolean(object, "answered", &self->answer->answered,
						 error);
}

static gboolean
offhook_remote_message_read_fail(OffhookRemoteMessage *self, JsonObject *object, GError **error)
{
	if (!offhook_remote_field_read_string(object, "message", 1024, &self->failure, error))
		return FALSE;
	if (self->failure == NULL)
		self->failure = g_strdup("no reason given");
	return TRUE;
}

/* {"event": "order.placed", "data": {...}} */
static gboolean
offhook_remote_message_read_note(OffhookRemoteMessage *self, JsonObject *object, GError **error)
{
	JsonObject *data;

	if (!offhook_remote_field_read_string(object, "event", OFFHOOK_AGENT_HOST_MAX_EVENT,
					      &self->answer->note, error) ||
	    !offhook_remote_field_read_object(object, "data", &data, error))
		return FALSE;
	if (self->answer->note == NULL ||
	    !g_regex_match_simple("^[a-z][a-z_]*\\.[a-z][a-z_]*$", self->answer->note, 0, 0))
		return offhook_remote_field_refuse("event", "word.word in lower case", error);
	self->answer->note_data = data != NULL ? json_object_ref(data) : NULL;
	return TRUE;
}

typedef gboolean (*OffhookRemoteMessageFunc)(OffhookRemoteMessage *, JsonObject *, GError **);

static OffhookRemoteMessageFunc
offhook_remote_message_find(const char *type)
{
	static const struct {
		const char *type;
		OffhookRemoteMessageFunc read;
	} types[] = {
	    {"say", offhook_remote_message_read_say},
	    {"act", offhook_remote_message_read_act},
	    {"expect", offhook_remote_message_read_expect},
	    {"variables", offhook_remote_message_read_variables},
	    {"done", offhook_remote_message_read_done},
	    {"fail", offhook_remote_message_read_fail},
	    {"note", offhook_remote_message_read_note},
	};

	for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
		if (g_str_equal(types[i].type, type))
			return types[i].read;
	}
	return NULL;
}

static gboolean
offhook_remote_message_read_id(OffhookRemoteMessage *self, JsonObject *object, GError **error)
{
	JsonNode *node = offhook_remote_field_get(object, "id");

	if (node == NULL)
		return TRUE;
	if (json_node_get_value_type(node) != G_TYPE_INT64 || json_node_get_int(node) < 1)
		return offhook_remote_field_refuse("id", "that of a turn", error);
	self->id = json_node_get_int(node);
	return TRUE;
}

OffhookRemoteMessage *
offhook_remote_message_parse(const char *text, gsize size, GError **error)
{
	g_autoptr(JsonObject) object = offhook_remote_field_open(text, size, error);
	g_autoptr(OffhookRemoteMessage) self = g_new0(OffhookRemoteMessage, 1);
	OffhookRemoteMessageFunc read;
	g_autofree char *type = NULL;

	self->answer = offhook_remote_answer_make();
	if (object == NULL || !offhook_remote_field_read_string(object, "type", 32, &type, error))
		return NULL;
	if (type == NULL) {
		offhook_remote_field_refuse("type", "a string", error);
		return NULL;
	}
	read = offhook_remote_message_find(type);
	if (read == NULL)
		return NULL;
	if (!offhook_remote_message_read_id(self, object, error) || !read(self, object, error)) {
		g_prefix_error(error, "%s: ", type);
		return NULL;
	}
	return g_steal_pointer(&self);
}

void
offhook_remote_message_free(OffhookRemoteMessage *self)
{
	if (self == NULL)
		return;
	offhook_remote_answer_free(self->answer);
	g_free(self->failure);
	g_free(self);
}
