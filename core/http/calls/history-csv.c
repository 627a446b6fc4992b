/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Comma-separated values. Main thread.
 */

#include "http/calls/history-csv.h"

#include <string.h>

#include "base/json.h"

static const char *const offhook_csv_call_columns[] = {
    "call_id",  "status",           "direction",  "from",         "to",
    "provider", "provider_call_id", "assistant",  "start_time",   "answer_time",
    "end_time", "duration",         "end_reason", "recording_url"};
static const char *const offhook_csv_usage_columns[] = {"input_tokens", "output_tokens",
							"characters", "audio_seconds", "cost"};

/* A phone number is left as it is: with nothing but digits after its plus there is nothing to compute. */
static gboolean
offhook_csv_is_formula(const char *value)
{
	if (*value == '+' && value[1] != '\0')
		return value[1 + strspn(value + 1, "0123456789")] != '\0';
	return *value != '\0' && strchr("=+-@\t\r\n", *value) != NULL;
}

void
offhook_csv_add_field(GString *text, const char *value)
{
	gboolean formula = offhook_csv_is_formula(value);
	gboolean quoted = strpbrk(value, ",\"\r\n") != NULL;

	if (quoted)
		g_string_append_c(text, '"');
	if (formula)
		g_string_append_c(text, '\'');
	for (const char *p = value; *p != '\0'; p++) {
		if (*p == '"')
			g_string_append_c(text, '"');
		g_string_append_c(text, *p);
	}
	if (quoted)
		g_string_append_c(text, '"');
}

/* @node: (nullable) */
static void
offhook_csv_add_node(GString *text, JsonNode *node)
{
	char digits[G_ASCII_DTOSTR_BUF_SIZE];

	if (node == NULL || !JSON_NODE_HOLDS_VALUE(node))
		return;
	if (json_node_get_value_type(node) == G_TYPE_STRING)
		offhook_csv_add_field(text, json_node_get_string(node));
	else if (json_node_get_value_type(node) == G_TYPE_INT64)
		g_string_append_printf(text, "%" G_GINT64_FORMAT, json_node_get_int(node));
	else
		g_string_append(text, g_ascii_formatd(digits, sizeof digits, "%.6g",
						      json_node_get_double(node)));
}

void
offhook_csv_add_header(GString *text)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_csv_call_columns); i++)
		g_string_append_printf(text, "%s,", offhook_csv_call_columns[i]);
	for (guint i = 0; i < G_N_ELEMENTS(offhook_csv_usage_columns); i++)
		g_string_append_printf(text, "%s%s", i > 0 ? "," : "",
				       offhook_csv_usage_columns[i]);
	g_string_append(text, "\r\n");
}

void
offhook_csv_add_call(GString *text, JsonObject *call)
{
	JsonNode *usage = json_object_get_member(call, "usage");

	for (guint i = 0; i < G_N_ELEMENTS(offhook_csv_call_columns); i++) {
		offhook_csv_add_node(text,
				     json_object_get_member(call, offhook_csv_call_columns[i]));
		g_string_append_c(text, ',');
	}
	for (guint i = 0; i < G_N_ELEMENTS(offhook_csv_usage_columns); i++) {
		if (i > 0)
			g_string_append_c(text, ',');
		if (usage != NULL && JSON_NODE_HOLDS_OBJECT(usage))
			offhook_csv_add_node(text,
					     json_object_get_member(json_node_get_object(usage),
								    offhook_csv_usage_columns[i]));
	}
	g_string_append(text, "\r\n");
}
