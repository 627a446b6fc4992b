/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Figures of turns and calls, in a line for people. Members that are missing come from an older
 * server.
 */

#include "cli/print/describe.h"

#include <string.h>

#include <offhook/json.h>

#include "cli/client/client.h"
#include "cli/print/clean.h"
#include "cli/print/table.h"

/* -1: there is none. */
static double
offhook_describe_get(JsonObject *object, const char *name)
{
	JsonNode *node = json_object_get_member(object, name);

	return node != NULL && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_double(node) : -1;
}

/* ", hearing 310 (openai)": what an engine or agent needed for its first result. */
static void
offhook_describe_add_share(GString *line, JsonObject *turn, const char *word, const char *time,
			   const char *engine)
{
	double ms = offhook_describe_get(turn, time);
	const char *name = json_object_get_string_member_with_default(turn, engine, NULL);

	if (ms < 0)
		return;
	g_string_append_printf(line, ", %s %.0f", word, ms);
	if (name != NULL)
		g_string_append_printf(line, " (%s)", name);
}

/* Of what a tool answers to the model, as much as tells people why it failed. */
#define OFFHOOK_DESCRIBE_REASON 160

char *
offhook_describe_tool(JsonObject *data)
{
	return g_strdup_printf("%s: %s after %" G_GINT64_FORMAT " ms",
			       offhook_client_get(data, "tool"), offhook_client_get(data, "status"),
			       json_object_get_int_member_with_default(data, "ms", 0));
}

char *
offhook_describe_tool_fully(JsonObject *data)
{
	g_autofree char *end = offhook_describe_tool(data);
	g_autofree char *reason = offhook_clean_text(offhook_client_get(data, "result"));

	if (g_str_equal(offhook_client_get(data, "status"), "ok"))
		return g_steal_pointer(&end);
	if (g_utf8_strlen(reason, -1) > OFFHOOK_DESCRIBE_REASON)
		strcpy(g_utf8_offset_to_pointer(reason, OFFHOOK_DESCRIBE_REASON - 3), "...");
	return g_strconcat(end, ": ", reason, NULL);
}

char *
offhook_describe_event(const char *type, JsonObject *data, const char **who)
{
	*who = "engine";
	if (g_str_equal(type, "engine.switched"))
		return g_strdup_printf("%s: %s in place of %s", offhook_client_get(data, "role"),
				       offhook_client_get(data, "to"),
				       offhook_client_get(data, "from"));
	if (g_str_equal(type, "engine.failed"))
		return g_strdup_printf("%s: %s failed: %s", offhook_client_get(data, "role"),
				       offhook_client_get(data, "engine"),
				       offhook_client_get(data, "message"));
	*who = "agent";
	if (g_str_equal(type, "agent.failed"))
		return g_strdup_printf("%s failed: %s", offhook_client_get(data, "agent"),
				       offhook_client_get(data, "message"));
	*who = "tool";
	if (g_str_equal(type, "tool.called"))
		return g_strdup(offhook_client_get(data, "tool"));
	*who = "call";
	if (g_str_equal(type, "call.handed_over"))
		return g_strdup_printf("handed over from %s to %s",
				       offhook_client_get(data, "from"),
				       offhook_client_get(data, "to"));
	return NULL;
}

char *
offhook_describe_turn(JsonObject *turn)
{
	double delay = offhook_describe_get(turn, "answer_delay_ms");
	double due = offhook_describe_get(turn, "due_ms");
	GString *line;

	if (delay < 0)
		return NULL;
	line = g_string_new(NULL);
	g_string_printf(line, "answered after %.0f ms", delay);
	if (due >= 0)
		g_string_append_printf(line, ": waited %.0f", due);
	offhook_describe_add_share(line, turn, "hearing", "stt_ms", "stt");
	offhook_describe_add_share(line, turn, "agent", "agent_ms", "llm");
	offhook_describe_add_share(line, turn, "voice", "tts_ms", "tts");
	g_string_append_printf(line, ", own %.1f", offhook_describe_get(turn, "own_share_ms"));
	return g_string_free(line, FALSE);
}

char *
offhook_describe_usage(JsonObject *owner)
{
	static const struct {
		const char *name;
		const char *format;
	} units[] = {{"audio_seconds", ", %.1f s heard"},
		     {"input_tokens", ", %.0f tokens in"},
		     {"output_tokens", ", %.0f tokens out"},
		     {"characters", ", %.0f characters spoken"},
		     {"cost", ", for %.4f"}};
	JsonNode *node = json_object_get_member(owner, "usage");
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
		double amount =
		    node != NULL && JSON_NODE_HOLDS_OBJECT(node)
			? offhook_describe_get(json_node_get_object(node), units[i].name)
			: -1;

		if (amount > 0)
			g_string_append_printf(text, units[i].format, amount);
	}
	return g_string_free(text, FALSE);
}

/* An older server does not tell, as its calls are all there are. */
char *
offhook_describe_elders(JsonObject *health)
{
	JsonArray *elders = offhook_json_get_array(health, "older_processes");
	guint n = elders != NULL ? json_array_get_length(elders) : 0;
	gint64 calls = 0;

	for (guint i = 0; i < n; i++)
		calls += json_object_get_int_member(json_array_get_object_element(elders, i),
						    "active_calls");
	if (n == 0)
		return g_strdup("");
	if (n == 1)
		return g_strdup_printf(" (%" G_GINT64_FORMAT " of them in a process that ends)",
				       calls);
	return g_strdup_printf(" (%" G_GINT64_FORMAT " of them in %u processes that end)", calls,
			       n);
}
