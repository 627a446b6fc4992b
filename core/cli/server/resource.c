/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Commands that are one request each: what is asked is a row of a table, and so is how the answer is shown.
 */

#include "cli/command/commands.h"

#include <stdlib.h>
#include <string.h>

#include <offhook/error.h>
#include <offhook/json.h>

#include "base/json.h"
#include "cli/print/fields.h"
#include "cli/print/table.h"

#define OFFHOOK_RESOURCE_MAX_FIELDS 3

typedef struct {
	const char *command; /* as in the table of commands */
	const char *verb;
	const char *path; /* each {} is the next argument */
	const char
	    *fields[OFFHOOK_RESOURCE_MAX_FIELDS]; /* of the body: the arguments after those */
	const char *json; /* (nullable): the member that the last argument, JSON, becomes */
	const char *list; /* (nullable): the rows of @columns */
	const OffhookTableColumn *columns; /* (nullable): the answer is shown member by member */
	const char *good; /* (nullable): a member; when it is false that is a failure */
} OffhookResource;

/* ---- columns ---- */

OFFHOOK_TABLE_TEXT(offhook_resource_print_id, "id")
OFFHOOK_TABLE_TEXT(offhook_resource_print_user, "user_id")
OFFHOOK_TABLE_TEXT(offhook_resource_print_status, "status")
OFFHOOK_TABLE_TEXT(offhook_resource_print_agent_type, "agent_type")
OFFHOOK_TABLE_TEXT(offhook_resource_print_input, "input")
OFFHOOK_TABLE_TEXT(offhook_resource_print_response, "response")
OFFHOOK_TABLE_TEXT(offhook_resource_print_receipt, "receipt_id")
OFFHOOK_TABLE_TIME(offhook_resource_print_created, "created_at")
OFFHOOK_TABLE_TIME(offhook_resource_print_last, "last_message_at")
OFFHOOK_TABLE_TIME(offhook_resource_print_erased, "erased_at")

static char *
offhook_resource_print_count(JsonObject *row)
{
	return g_strdup_printf("%" G_GINT64_FORMAT,
			       json_object_get_int_member_with_default(row, "message_count", 0));
}

static char *
offhook_resource_print_assistant(JsonObject *row)
{
	JsonObject *metadata = offhook_json_get_object(row, "metadata");

	return g_strdup(metadata != NULL ? offhook_client_get(metadata, "assistant") : "-");
}

static char *
offhook_resource_print_complete(JsonObject *row)
{
	return g_strdup(json_object_get_boolean_member_with_default(row, "complete", FALSE) ? "yes"
											    : "no");
}

static char *
offhook_resource_print_intact(JsonObject *row)
{
	return g_strdup(json_object_get_boolean_member_with_default(row, "intact", FALSE) ? "yes"
											  : "no");
}

/* What Chroma still has of it; of older receipts nobody knows. */
static char *
offhook_resource_print_chroma_left(JsonObject *row)
{
	JsonNode *left = json_object_get_member(row, "chroma_left");

	return left != NULL && JSON_NODE_HOLDS_VALUE(left)
		   ? g_strdup_printf("%" G_GINT64_FORMAT, json_node_get_int(left))
		   : g_strdup("-");
}

static const OffhookTableColumn offhook_resource_conversations[] = {
    {"CONVERSATION", 36, 0, offhook_resource_print_id},
    {"BEGAN", 19, 2, offhook_resource_print_created},
    {"LAST MESSAGE", 19, 1, offhook_resource_print_last},
    {"STATUS", 10, 0, offhook_resource_print_status},
    {"MESSAGES", 8, 3, offhook_resource_print_count},
    {"ASSISTANT", 16, 2, offhook_resource_print_assistant},
    {"USER", 20, 3, offhook_resource_print_user},
    {NULL},
};

static const OffhookTableColumn offhook_resource_erasures[] = {
    {"RECEIPT", 36, 0, offhook_resource_print_receipt},
    {"ERASED", 19, 0, offhook_resource_print_erased},
    {"COMPLETE", 8, 1, offhook_resource_print_complete},
    {"INTACT", 6, 0, offhook_resource_print_intact},
    {"IN CHROMA", 9, 1, offhook_resource_print_chroma_left},
    {NULL},
};

static const OffhookTableColumn offhook_resource_interactions[] = {
    {"AT", 19, 0, offhook_resource_print_created},
    {"AGENT", 14, 2, offhook_resource_print_agent_type},
    {"INPUT", 40, 0, offhook_resource_print_input},
    {"RESPONSE", 40, 1, offhook_resource_print_response},
    {NULL},
};

/* ---- what is asked ---- */

static const OffhookResource offhook_resources[] = {
    {"agents delete", "DELETE", "/agents/{}"},
    {"agents status", "GET", "/agents/{}/status"},
    {"connections", "GET", "/ws/status"},
    {"conversations", "GET", "/conversations", .list = "conversations",
     .columns = offhook_resource_conversations},
    {"conversations add", "POST", "/conversations/{}/messages", {"role", "content"}},
    {"conversations end", "POST", "/conversations/{}/end"},
    {"erasures", "GET", "/erasures", .list = "erasures", .columns = offhook_resource_erasures},
    {"erasures show", "GET", "/erasures/{}", .good = "intact"},
    {"memory context", "GET", "/memory/{}/context"},
    {"memory learn", "POST", "/memory/{}/context", .json = ""},
    {"provider list", "GET", "/voice/providers"},
    {"provider show", "GET", "/voice/providers/{}/capabilities"},
    {"ready", "GET", "/ready"},
    {"scheduled show", "GET", "/voice/calls/scheduled/{}"},
    {"sms show", "GET", "/voice/messages/{}"},
    {"supabase health", "GET", "/supabase/health"},
    {"supabase interactions", "GET", "/supabase/interactions/user/{}", .list = "interactions",
     .columns = offhook_resource_interactions},
    {"supabase session", "GET", "/supabase/interactions/session/{}", .list = "interactions",
     .columns = offhook_resource_interactions},
    {"supabase record", "POST", "/supabase/interactions", {"user_id", "input", "response"}},
    {"supabase preferences", "GET", "/supabase/preferences/{}"},
    {"supabase prefer", "POST", "/supabase/preferences/{}", .json = "preferences"},
    {"supabase stats", "GET", "/supabase/stats"},
    {"supabase test", "GET", "/supabase/test", .good = "success"},
};

/** An option, and what REST calls it. */
static const struct {
	const char *option;
	const char *name;
} offhook_resource_options[] = {
    {"limit", "limit"}, {"status", "status"},      {"user", "user_id"},
    {"days", "days"},   {"session", "session_id"}, {"agent-type", "agent_type"},
};

static const OffhookResource *
offhook_resource_find(const char *command)
{
	guint i = 0;

	/* The two tables are of one build. */
	while (!g_str_equal(offhook_resources[i].command, command))
		i++;
	return &offhook_resources[i];
}

/* @n: (out): arguments that are in it. (transfer full) */
static GString *
offhook_resource_make_path(const OffhookResource *self, const OffhookWords *words, guint *n)
{
	g_auto(GStrv) parts = g_strsplit(self->path, "{}", -1);
	GString *path = g_string_new(parts[0]);

	for (*n = 0; parts[*n + 1] != NULL; (*n)++) {
		g_string_append_uri_escaped(path, offhook_words_get_argument(words, *n), NULL,
					    FALSE);
		g_string_append(path, parts[*n + 1]);
	}
	return path;
}

static void
offhook_resource_add_options(const OffhookWords *words, GString *path, JsonObject *body)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_resource_options); i++) {
		const char *option = offhook_resource_options[i].option;
		const char *value =
		    offhook_words_knows(words, option) ? offhook_words_get(words, option) : NULL;

		if (value != NULL && body != NULL)
			json_object_set_string_member(body, offhook_resource_options[i].name,
						      value);
		else if (value != NULL)
			offhook_client_add_parameter(path, offhook_resource_options[i].name, value);
	}
}

/* @n: arguments before those of the body. (transfer full) (nullable): one is no JSON */
static JsonObject *
offhook_resource_make_body(const OffhookResource *self, const OffhookWords *words, guint n,
			   GError **error)
{
	const char *text = offhook_words_get_argument(words, n);
	JsonObject *body = NULL;
	JsonObject *given;

	if (self->json == NULL) {
		body = json_object_new();
		for (guint i = 0; i < OFFHOOK_RESOURCE_MAX_FIELDS && self->fields[i] != NULL; i++)
			if ((text = offhook_words_get_argument(words, n + i)) != NULL)
				json_object_set_string_member(body, self->fields[i], text);
		return body;
	}
	given = offhook_json_parse_object(text, strlen(text), "JSON", error);
	if (given == NULL || *self->json == '\0')
		return given;
	body = json_object_new();
	json_object_set_object_member(body, self->json, given);
	return body;
}

int
offhook_command_resource(OffhookClient *client, const OffhookWords *words, GError **error)
{
	const OffhookResource *self = offhook_resource_find(offhook_words_get_command(words)->name);
	guint n;
	g_autoptr(GString) path = offhook_resource_make_path(self, words, &n);
	g_autoptr(JsonObject) body = NULL;
	g_autoptr(JsonObject) reply = NULL;

	if (g_str_equal(self->verb, "POST")) {
		body = offhook_resource_make_body(self, words, n, error);
		if (body == NULL)
			return EXIT_FAILURE;
	}
	offhook_resource_add_options(words, path, body);
	reply = offhook_client_request(client, self->verb, path->str, body, error);
	if (reply == NULL)
		return EXIT_FAILURE;
	if (offhook_client_print_json(client, reply))
		;
	else if (self->columns != NULL)
		offhook_table_print(self->columns, json_object_get_array_member(reply, self->list));
	else
		offhook_fields_print(reply);
	return self->good == NULL || json_object_get_boolean_member(reply, self->good)
		   ? EXIT_SUCCESS
		   : EXIT_FAILURE;
}
