/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Holds answers against examples. Commands may take what is named here for granted.
 */

#include "cli/client/answer.h"

#include <offhook/error.h>
#include <string.h>

/**
 * An example has what there has to be: each member, of its kind; of an array each element is like the first. "name?" may be
 * absent or null, and "*" stands for all members.
 */
typedef struct {
	const char *method;
	const char *path; /* {} is any word */
	const char *example;
} OffhookAnswer;

#define OFFHOOK_ANSWER_CALL "{'call_id':'','status':''}"
#define OFFHOOK_ANSWER_RESPONSE                                                                    \
	"{'response':{'message?':'','answered?':true,'conversation_id?':''}}"
#define OFFHOOK_ANSWER_EVENT "{'type':'','timestamp?':'','data?':{}}"
#define OFFHOOK_ANSWER_ROWS "'rows':{'*':0}"

static const OffhookAnswer offhook_answers[] = {
    {"GET", "/health/detailed",
     "{'status':'','version':'','uptime':0,'active_calls':0,'draining?':true,"
     "'older_processes?':[{'active_calls':0}],'memory':{'rss':0},'cpu':{'user':0,'system':0},"
     "'services':{'database':{'status':''}},'engines':[{}]}"},
    {"GET", "/ready", "{'ready':true}"},
    {"GET", "/plugins",
     "{'plugins':[{'kind':'','name':'','status':'','settings':[{'name':'','secret':true}],"
     "'roles?':['']}]}"},
    {"GET", "/voice/providers", "{'available_providers':[''],'current_provider?':''}"},
    {"POST", "/voice/providers/test",
     "{'success':true,'provider':'','test_results':{},'message?':''}"},
    {"GET", "/voice/messages", "{'messages':[{}]}"},
    {"POST", "/voice/messages", "{'message_id':''}"},

    {"GET", "/voice/calls", "{'calls':[" OFFHOOK_ANSWER_CALL "]}"},
    {"POST", "/voice/calls/initiate", "{'call_id':''}"},
    {"GET", "/voice/calls/scheduled",
     "{'scheduled_calls':[{'scheduled_call_id':'','attempts':0,'max_attempts':0}]}"},
    {"POST", "/voice/calls/scheduled", "{'scheduled_call_id':''}"},
    {"GET", "/voice/calls/scheduled/{}", "{'scheduled_call_id':''}"},
    {"DELETE", "/voice/calls/scheduled/{}", "{'status':''}"},
    {"GET", "/voice/calls/{}/status",
     "{'call_id':'','status':'','duration':0,'transcription':[{'role':'','content':'',"
     "'interrupted':true,'confidence?':0}],'turns':[{}]}"},
    {"GET", "/voice/calls/{}/events", "{'events':[{'type':'','data':{}}]}"},
    {"GET", "/voice/calls/{}/recordings", "{'recordings':[{'recording_id':''}]}"},
    {"POST", "/voice/calls/{}/end", "{'status':''}"},
    {"POST", "/voice/calls/{}/{}", "{'action':''}"},

    {"GET", "/history/calls", "{'calls':[" OFFHOOK_ANSWER_CALL "],'next_cursor?':''}"},
    {"GET", "/history/search",
     "{'hits':[{'role':'','snippet':'','highlights':[{'start':0,'length':0}]}],"
     "'next_cursor?':''}"},
    {"GET", "/history/stats", "{'stats':[{'calls':0}],'total':{'calls':0}}"},

    {"GET", "/assistants", "{'assistants':[{'name':'','agents':[''],'llm':['']}]}"},
    {"GET", "/assistants/{}/check",
     "{'ok':true,'checks':[{'what':'','name':'','ok':true,'problem?':'','remark?':''}]}"},
    {"GET", "/agents", "{'agents':[{'id':''}]}"},
    {"POST", "/agents/create", "{'agent':{'id':''}}"},
    {"GET", "/agents/{}/status", "{'agent_id':''}"},
    {"POST", "/agents/{}/message", OFFHOOK_ANSWER_RESPONSE},
    {"POST", "/conversations", OFFHOOK_ANSWER_RESPONSE},
    {"GET", "/conversations", "{'conversations':[{'id':''}]}"},
    {"GET", "/conversations/{}", "{'messages':[{'role':'','content':''}]}"},
    {"GET", "/memory/{}", "{'memories':[{'text':''}]}"},
    {"DELETE", "/memory/{}", "{'deleted':0}"},
    {"DELETE", "/memory/{}/{}", "{'deleted':0}"},

    {"GET", "/deliveries", "{'deliveries':[{'delivery_id':'','attempts':0}]}"},
    {"POST", "/deliveries/retry", "{'deliveries':0}"},
    {"POST", "/deliveries/{}/retry", "{'deliveries':0}"},
    {"GET", "/callers/{}", "{" OFFHOOK_ANSWER_ROWS "}"},
    {"GET", "/callers/user/{}", "{" OFFHOOK_ANSWER_ROWS "}"},
    {"DELETE", "/callers/{}",
     "{'complete':true," OFFHOOK_ANSWER_ROWS
     ",'files':{'count':0,'bytes':0},'provider_recordings':0,'not_deleted':[{}]}"},
    {"DELETE", "/callers/user/{}",
     "{'complete':true," OFFHOOK_ANSWER_ROWS
     ",'files':{'count':0,'bytes':0},'provider_recordings':0,'not_deleted':[{}]}"},
    {"GET", "/erasures", "{'erasures':[{'receipt_id':''}]}"},
    {"GET", "/erasures/{}", "{'intact':true}"},
    {"GET", "/supabase/interactions/user/{}", "{'interactions':[{'id':''}]}"},
    {"GET", "/supabase/interactions/session/{}", "{'interactions':[{'id':''}]}"},
    {"GET", "/supabase/test", "{'success':true}"},
};

/* ---- which one it is ---- */

static gboolean
offhook_answer_fits(const char *pattern, const char *path)
{
	while (*pattern != '\0') {
		if (g_str_has_prefix(pattern, "{}")) {
			pattern += strlen("{}");
			path += strcspn(path, "/?");
		} else if (*pattern++ != *path++) {
			return FALSE;
		}
	}
	return *path == '\0' || *path == '?';
}

/* (nullable): nothing of it is taken for granted */
static const char *
offhook_answer_find(const char *method, const char *path)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_answers); i++)
		if (g_str_equal(offhook_answers[i].method, method) &&
		    offhook_answer_fits(offhook_answers[i].path, path))
			return offhook_answers[i].example;
	return NULL;
}

/* ---- whether it is like that ---- */

static const char *
offhook_answer_name_kind(JsonNode *node)
{
	if (node == NULL)
		return "missing";
	if (JSON_NODE_HOLDS_NULL(node))
		return "null";
	if (JSON_NODE_HOLDS_OBJECT(node))
		return "an object";
	if (JSON_NODE_HOLDS_ARRAY(node))
		return "an array";
	if (json_node_get_value_type(node) == G_TYPE_STRING)
		return "a string";
	return json_node_get_value_type(node) == G_TYPE_BOOLEAN ? "true or false" : "a number";
}

static gboolean offhook_answer_check_node(JsonNode *example, JsonNode *node, const char *place,
					  GError **error);

static gboolean
offhook_answer_check_member(JsonNode *example, JsonObject *object, const char *name,
			    const char *place, GError **error)
{
	g_autofree char *inner = g_strdup_printf("%s%s%s", place, *place != '\0' ? "." : "", name);
	JsonNode *node = json_object_get_member(object, name);

	return offhook_answer_check_node(example, node, inner, error);
}

static gboolean
offhook_answer_check_all(JsonNode *example, JsonObject *object, const char *place, GError **error)
{
	g_autoptr(GList) names = json_object_get_members(object);

	for (GList *each = names; each != NULL; each = each->next)
		if (!offhook_answer_check_member(example, object, each->data, place, error))
			return FALSE;
	return TRUE;
}

/* "name?" */
static gboolean
offhook_answer_check_optional(JsonNode *example, JsonObject *object, const char *name,
			      const char *place, GError **error)
{
	g_autofree char *plain = g_strndup(name, strlen(name) - 1);
	JsonNode *node = json_object_get_member(object, plain);

	return node == NULL || JSON_NODE_HOLDS_NULL(node) ||
	       offhook_answer_check_member(example, object, plain, place, error);
}

static gboolean
offhook_answer_check_object(JsonObject *example, JsonObject *object, const char *place,
			    GError **error)
{
	g_autoptr(GList) names = json_object_get_members(example);
	gboolean good = TRUE;

	for (GList *each = names; good && each != NULL; each = each->next) {
		const char *name = each->data;
		JsonNode *node = json_object_get_member(example, name);

		if (g_str_equal(name, "*"))
			good = offhook_answer_check_all(node, object, place, error);
		else if (g_str_has_suffix(name, "?"))
			good = offhook_answer_check_optional(node, object, name, place, error);
		else
			good = offhook_answer_check_member(node, object, name, place, error);
	}
	return good;
}

static gboolean
offhook_answer_check_array(JsonArray *example, JsonArray *array, const char *place, GError **error)
{
	JsonNode *first = json_array_get_element(example, 0);

	for (guint i = 0; i < json_array_get_length(array); i++) {
		g_autofree char *inner = g_strdup_printf("%s[%u]", place, i);

		if (!offhook_answer_check_node(first, json_array_get_element(array, i), inner,
					       error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
offhook_answer_check_node(JsonNode *example, JsonNode *node, const char *place, GError **error)
{
	const char *expected = offhook_answer_name_kind(example);
	const char *given = offhook_answer_name_kind(node);

	if (!g_str_equal(given, expected)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "the server's answer is not what was expected: %s is %s, not %s", place,
			    given, expected);
		return FALSE;
	}
	if (JSON_NODE_HOLDS_OBJECT(example))
		return offhook_answer_check_object(json_node_get_object(example),
						   json_node_get_object(node), place, error);
	if (JSON_NODE_HOLDS_ARRAY(example))
		return offhook_answer_check_array(json_node_get_array(example),
						  json_node_get_array(node), place, error);
	return TRUE;
}

/* Written with the quotes that are easy to write in C. */
static JsonNode *
offhook_answer_read_example(const char *example)
{
	g_autofree char *text = g_strdelimit(g_strdup(example), "'", '"');

	return json_from_string(text, NULL);
}

static gboolean
offhook_answer_check_example(const char *example, JsonObject *object, GError **error)
{
	g_autoptr(JsonNode) node = offhook_answer_read_example(example);

	return offhook_answer_check_object(json_node_get_object(node), object, "", error);
}

gboolean
offhook_answer_check(const char *method, const char *path, JsonObject *reply, GError **error)
{
	const char *example = offhook_answer_find(method, path);

	return example == NULL || offhook_answer_check_example(example, reply, error);
}

gboolean
offhook_answer_check_event(JsonObject *event, GError **error)
{
	return offhook_answer_check_example(OFFHOOK_ANSWER_EVENT, event, error);
}

/* ---- what is no JSON ---- */

static const char *
offhook_answer_get_type(SoupMessage *msg)
{
	return soup_message_headers_get_content_type(soup_message_get_response_headers(msg), NULL);
}

gboolean
offhook_answer_refuse(SoupMessage *msg, const char *what, GError **error)
{
	const char *type = offhook_answer_get_type(msg);
	g_autofree char *uri = g_uri_to_string_partial(
	    soup_message_get_uri(msg),
	    G_URI_HIDE_QUERY | G_URI_HIDE_USERINFO | G_URI_HIDE_FRAGMENT);

	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
		    "the server's answer is not what was expected: %s (%s from %s)", what,
		    type != NULL ? type : "of no type", uri);
	return FALSE;
}

gboolean
offhook_answer_check_type(SoupMessage *msg, GError **error)
{
	return g_strcmp0(offhook_answer_get_type(msg), "text/html") != 0 ||
	       offhook_answer_refuse(msg, "a web page", error);
}
