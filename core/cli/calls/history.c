/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook history, search, stats, export.
 */

#include <stdlib.h>
#include <unistd.h>

#include <gio/gunixoutputstream.h>

#include "cli/command/commands.h"
#include "cli/print/clean.h"
#include "cli/print/table.h"

/* Of a page of the server. */
#define OFFHOOK_HISTORY_PAGE 500
#define OFFHOOK_SEARCH_PAGE  100

/* ---- what is wanted ---- */

/* @resource with a parameter for each option that was given. (transfer full) */
static GString *
offhook_history_make_path(const char *resource, const OffhookWords *words)
{
	static const struct {
		const char *option;
		const char *parameter;
	} parameters[] = {
	    {"status", "status"},
	    {"number", "phone_number"},
	    {"direction", "direction"},
	    {"provider", "provider"},
	    {"assistant", "assistant"},
	    {"from", "from"},
	    {"to", "to"},
	    {"min-duration", "min_duration"},
	    {"max-duration", "max_duration"},
	    {"min-cost", "min_cost"},
	    {"max-cost", "max_cost"},
	    {"text", "text"},
	    {"role", "role"},
	    {"call", "call_id"},
	    {"by", "group_by"},
	    {"format", "format"},
	};
	GString *path = g_string_new(resource);

	for (guint i = 0; i < G_N_ELEMENTS(parameters); i++)
		if (offhook_words_knows(words, parameters[i].option))
			offhook_client_add_parameter(
			    path, parameters[i].parameter,
			    offhook_words_get(words, parameters[i].option));
	return path;
}

/* ---- pages ---- */

/*
 * As many of the rows @member as are wanted, over as many pages as it takes: {member: [...],
 * next_cursor}. (transfer full)
 */
static JsonObject *
offhook_history_collect(OffhookClient *client, GString *path, const char *member, guint wanted,
			guint page_size, GError **error)
{
	g_autoptr(JsonArray) rows = json_array_new();
	g_autofree char *cursor = NULL;
	gsize length = path->len;
	JsonObject *all;

	do {
		g_autoptr(JsonObject) reply = NULL;
		JsonArray *page;

		g_string_truncate(path, length);
		offhook_client_add_limit(path,
					 MIN(wanted - json_array_get_length(rows), page_size));
		offhook_client_add_parameter(path, "cursor", cursor);
		reply = offhook_client_request(client, "GET", path->str, NULL, error);
		if (reply == NULL)
			return NULL;
		page = json_object_get_array_member(reply, member);
		for (guint i = 0; i < json_array_get_length(page); i++)
			json_array_add_element(rows,
					       json_node_copy(json_array_get_element(page, i)));
		g_free(cursor);
		cursor = g_strdup(
		    json_object_get_string_member_with_default(reply, "next_cursor", NULL));
	} while (cursor != NULL && json_array_get_length(rows) < wanted);
	all = json_object_new();
	json_object_set_array_member(all, member, g_steal_pointer(&rows));
	if (cursor != NULL)
		json_object_set_string_member(all, "next_cursor", cursor);
	else
		json_object_set_null_member(all, "next_cursor");
	return all;
}

static void
offhook_history_tell_more(JsonObject *all)
{
	if (!json_object_get_null_member(all, "next_cursor"))
		g_print("There are more: --limit N shows N of them.\n");
}

/* ---- history ---- */

#define OFFHOOK_HISTORY_PRINT(name, member)                                                        \
	static char *name(JsonObject *row)                                                         \
	{                                                                                          \
		return g_strdup(offhook_client_get(row, member));                                  \
	}
OFFHOOK_HISTORY_PRINT(offhook_history_print_id, "call_id")
OFFHOOK_HISTORY_PRINT(offhook_history_print_direction, "direction")
OFFHOOK_HISTORY_PRINT(offhook_history_print_number, "phone_number")
OFFHOOK_HISTORY_PRINT(offhook_history_print_status, "status")
OFFHOOK_HISTORY_PRINT(offhook_history_print_assistant, "assistant")
OFFHOOK_HISTORY_PRINT(offhook_history_print_provider, "provider")
OFFHOOK_HISTORY_PRINT(offhook_history_print_day, "day")

static char *
offhook_history_print_start(JsonObject *row)
{
	return offhook_table_print_time(offhook_client_get(row, "start_time"));
}

static char *
offhook_history_print_length(JsonObject *row)
{
	return offhook_table_print_length(
	    json_object_get_double_member_with_default(row, "duration", 0));
}

static char *
offhook_history_print_cost(JsonObject *row)
{
	JsonNode *usage = json_object_get_member(row, "usage");
	JsonNode *cost = usage != NULL && JSON_NODE_HOLDS_OBJECT(usage)
			     ? json_object_get_member(json_node_get_object(usage), "cost")
			     : NULL;

	return cost != NULL && JSON_NODE_HOLDS_VALUE(cost)
		   ? g_strdup_printf("%.4f", json_node_get_double(cost))
		   : g_strdup("-");
}

int
offhook_command_history(OffhookClient *client, const OffhookWords *words, GError **error)
{
	static const OffhookTableColumn columns[] = {
	    {"CALL", 36, 0, offhook_history_print_id},
	    {"STARTED", 19, 0, offhook_history_print_start},
	    {"NUMBER", 16, 1, offhook_history_print_number},
	    {"STATUS", 11, 2, offhook_history_print_status},
	    {"LENGTH", 7, 3, offhook_history_print_length},
	    {"ASSISTANT", 14, 4, offhook_history_print_assistant},
	    {"WAY", 8, 5, offhook_history_print_direction},
	    {"PROVIDER", 12, 6, offhook_history_print_provider},
	    {"COST", 8, 7, offhook_history_print_cost},
	    {NULL},
	};
	g_autoptr(GString) path = NULL;
	g_autoptr(JsonObject) all = NULL;

	path = offhook_history_make_path("/history/calls", words);
	all = offhook_history_collect(client, path, "calls",
				      offhook_words_get_number(words, "limit", 50),
				      OFFHOOK_HISTORY_PAGE, error);
	if (all == NULL)
		return EXIT_FAILURE;
	if (offhook_client_print_json(client, all))
		return EXIT_SUCCESS;
	offhook_table_print(columns, json_object_get_array_member(all, "calls"));
	offhook_history_tell_more(all);
	return EXIT_SUCCESS;
}

/* ---- search ---- */

/* What was looked for is bold, where that can be shown. */
static void
offhook_history_print_snippet(JsonObject *hit)
{
	g_autofree char *text = offhook_clean_text(offhook_client_get(hit, "snippet"));
	JsonArray *places = json_object_get_array_member(hit, "highlights");
	gboolean bold = isatty(STDOUT_FILENO) && g_getenv("NO_COLOR") == NULL;
	const char *rest = text;
	glong at = 0;

	for (guint i = 0; bold && i < json_array_get_length(places); i++) {
		JsonObject *place = json_array_get_object_element(places, i);
		glong start = json_object_get_int_member(place, "start");
		glong length = json_object_get_int_member(place, "length");
		const char *word;
		const char *end;

		if (start < at || start + length > g_utf8_strlen(text, -1))
			break;
		word = g_utf8_offset_to_pointer(rest, start - at);
		end = g_utf8_offset_to_pointer(word, length);
		g_print("%.*s\033[1m%.*s\033[0m", (int)(word - rest), rest, (int)(end - word),
			word);
		rest = end;
		at = start + length;
	}
	g_print("%s\n", rest);
}

static void
offhook_history_print_hit_cb(JsonArray *array, guint index, JsonNode *node, gpointer user_data)
{
	JsonObject *hit = json_node_get_object(node);
	g_autofree char *time = offhook_table_print_time(offhook_client_get(hit, "timestamp"));
	gboolean user = g_str_equal(offhook_client_get(hit, "role"), "user");

	g_print("%s  %s  %s%s\n    ", time, offhook_client_get(hit, "call_id"),
		user ? "caller" : offhook_client_get(hit, "role"),
		json_object_get_boolean_member_with_default(hit, "interrupted", FALSE)
		    ? " [interrupted]"
		    : "");
	offhook_history_print_snippet(hit);
}

int
offhook_command_search(OffhookClient *client, const OffhookWords *words, GError **error)
{
	g_autofree char *text = NULL;
	g_autoptr(GString) path = NULL;
	g_autoptr(JsonObject) all = NULL;
	JsonArray *hits;

	text = g_strjoinv(" ", (char **)offhook_words_get_arguments(words));
	path = offhook_history_make_path("/history/search", words);
	offhook_client_add_parameter(path, "text", text);
	all = offhook_history_collect(client, path, "hits",
				      offhook_words_get_number(words, "limit", 20),
				      OFFHOOK_SEARCH_PAGE, error);
	if (all == NULL)
		return EXIT_FAILURE;
	if (offhook_client_print_json(client, all))
		return EXIT_SUCCESS;
	hits = json_object_get_array_member(all, "hits");
	if (json_array_get_length(hits) == 0)
		g_printerr("nobody has said \"%s\"\n", text);
	json_array_foreach_element(hits, offhook_history_print_hit_cb, NULL);
	offhook_history_tell_more(all);
	return EXIT_SUCCESS;
}

/* ---- stats ---- */

static char *
offhook_history_print_figure(JsonObject *row, const char *member, const char *format)
{
	JsonNode *node = json_object_get_member(row, member);
	char digits[G_ASCII_DTOSTR_BUF_SIZE];

	if (node == NULL || !JSON_NODE_HOLDS_VALUE(node))
		return g_strdup("-");
	return g_strdup(g_ascii_formatd(digits, sizeof digits, format, json_node_get_double(node)));
}

#define OFFHOOK_HISTORY_FIGURE(name, member, format)                                               \
	static char *name(JsonObject *row)                                                         \
	{                                                                                          \
		return offhook_history_print_figure(row, member, format);                          \
	}
OFFHOOK_HISTORY_FIGURE(offhook_history_print_calls, "calls", "%.0f")
OFFHOOK_HISTORY_FIGURE(offhook_history_print_minutes, "minutes", "%.1f")
OFFHOOK_HISTORY_FIGURE(offhook_history_print_delay, "median_answer_delay_ms", "%.0f ms")
OFFHOOK_HISTORY_FIGURE(offhook_history_print_sum, "cost", "%.4f")

static char *
offhook_history_print_rate(JsonObject *row)
{
	return g_strdup_printf(
	    "%.1f %%", 100 * json_object_get_double_member_with_default(row, "answer_rate", 0));
}

int
offhook_command_stats(OffhookClient *client, const OffhookWords *words, GError **error)
{
	const OffhookTableColumn columns[] = {
	    {"DAY", 10, 0, offhook_history_print_day},
	    {"PROVIDER", 12, 0, offhook_history_print_provider},
	    {"ASSISTANT", 14, 0, offhook_history_print_assistant},
	    {"CALLS", 9, 0, offhook_history_print_calls},
	    {"MINUTES", 10, 2, offhook_history_print_minutes},
	    {"ANSWERED", 8, 3, offhook_history_print_rate},
	    {"DELAY", 8, 4, offhook_history_print_delay},
	    {"COST", 11, 1, offhook_history_print_sum},
	    {NULL},
	};
	g_autoptr(GString) path = NULL;
	g_autoptr(JsonObject) reply = NULL;
	JsonObject *total;

	path = offhook_history_make_path("/history/stats", words);
	reply = offhook_client_request(client, "GET", path->str, NULL, error);
	if (reply == NULL)
		return EXIT_FAILURE;
	if (offhook_client_print_json(client, reply))
		return EXIT_SUCCESS;
	total = json_object_get_object_member(reply, "total");
	json_object_set_string_member(total, "day", "all");
	json_array_add_object_element(json_object_get_array_member(reply, "stats"),
				      json_object_ref(total));
	offhook_table_print(columns, json_object_get_array_member(reply, "stats"));
	return EXIT_SUCCESS;
}

/* ---- export ---- */

int
offhook_command_export(OffhookClient *client, const OffhookWords *words, GError **error)
{
	const char *output = offhook_words_get(words, "output");
	g_autoptr(GString) path = NULL;
	g_autoptr(GOutputStream) stream = NULL;

	path = offhook_history_make_path("/history/export", words);
	/* What a file is called says what is wanted in it. */
	if (offhook_words_get(words, "format") == NULL && output != NULL &&
	    g_str_has_suffix(output, ".csv"))
		offhook_client_add_parameter(path, "format", "csv");
	if (output != NULL)
		return offhook_client_save(client, path->str, output, error) ? EXIT_SUCCESS
									     : EXIT_FAILURE;
	stream = g_unix_output_stream_new(STDOUT_FILENO, FALSE);
	return offhook_client_download(client, path->str, stream, error) ? EXIT_SUCCESS
									 : EXIT_FAILURE;
}
