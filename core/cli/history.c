/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook history, search, stats, export.
 */

#include <stdlib.h>
#include <unistd.h>

#include <gio/gunixoutputstream.h>

#include "cli/commands.h"
#include "cli/table.h"

/* Of a page of the server. */
#define OFFHOOK_HISTORY_PAGE 500
#define OFFHOOK_SEARCH_PAGE  100

/* ---- what is wanted ---- */

/** Options that are parameters of the same name; NULL when not given. */
typedef struct {
	char *status;
	char *number;
	char *direction;
	char *provider;
	char *assistant;
	char *from;
	char *to;
	char *min_duration;
	char *max_duration;
	char *min_cost;
	char *max_cost;
	char *text;
	char *role;
	char *call;
	char *by;
	char *format;
} OffhookHistoryOptions;

static void
offhook_history_options_clear(OffhookHistoryOptions *self)
{
	char **all = (char **)self;

	for (guint i = 0; i < sizeof *self / sizeof *all; i++)
		g_free(all[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OffhookHistoryOptions, offhook_history_options_clear)

#define OFFHOOK_HISTORY_TEXT(options, name, field)                                                 \
	{                                                                                          \
		name, 0, 0, G_OPTION_ARG_STRING, &(options)->field, NULL, NULL                     \
	}
#define OFFHOOK_HISTORY_CALL_ENTRIES(options)                                                      \
	{"status", 's', 0, G_OPTION_ARG_STRING, &(options)->status, NULL, NULL},                   \
	    OFFHOOK_HISTORY_TEXT(options, "number", number),                                       \
	    OFFHOOK_HISTORY_TEXT(options, "direction", direction),                                 \
	    OFFHOOK_HISTORY_TEXT(options, "provider", provider),                                   \
	    OFFHOOK_HISTORY_TEXT(options, "assistant", assistant),                                 \
	    OFFHOOK_HISTORY_TEXT(options, "from", from), OFFHOOK_HISTORY_TEXT(options, "to", to),  \
	    OFFHOOK_HISTORY_TEXT(options, "min-duration", min_duration),                           \
	    OFFHOOK_HISTORY_TEXT(options, "max-duration", max_duration),                           \
	    OFFHOOK_HISTORY_TEXT(options, "min-cost", min_cost),                                   \
	    OFFHOOK_HISTORY_TEXT(options, "max-cost", max_cost),                                   \
	    OFFHOOK_HISTORY_TEXT(options, "text", text)
#define OFFHOOK_HISTORY_CALL_USAGE                                                                 \
	"[--status STATUS] [--number NUMBER] [--direction inbound|outbound] [--provider NAME] "    \
	"[--assistant NAME] [--from TIME] [--to TIME] [--min-duration SECONDS] "                   \
	"[--max-duration SECONDS] [--min-cost COST] [--max-cost COST] [--text WORDS]"

static void
offhook_history_add_parameter(GString *path, const char *name, const char *value)
{
	if (value == NULL)
		return;
	g_string_append_printf(path, "%c%s=", strchr(path->str, '?') == NULL ? '?' : '&', name);
	g_string_append_uri_escaped(path, value, NULL, FALSE);
}

/* (transfer full) */
static GString *
offhook_history_make_path(const char *resource, const OffhookHistoryOptions *options)
{
	GString *path = g_string_new(resource);

	offhook_history_add_parameter(path, "status", options->status);
	offhook_history_add_parameter(path, "phone_number", options->number);
	offhook_history_add_parameter(path, "direction", options->direction);
	offhook_history_add_parameter(path, "provider", options->provider);
	offhook_history_add_parameter(path, "assistant", options->assistant);
	offhook_history_add_parameter(path, "from", options->from);
	offhook_history_add_parameter(path, "to", options->to);
	offhook_history_add_parameter(path, "min_duration", options->min_duration);
	offhook_history_add_parameter(path, "max_duration", options->max_duration);
	offhook_history_add_parameter(path, "min_cost", options->min_cost);
	offhook_history_add_parameter(path, "max_cost", options->max_cost);
	offhook_history_add_parameter(path, "text", options->text);
	offhook_history_add_parameter(path, "role", options->role);
	offhook_history_add_parameter(path, "call_id", options->call);
	offhook_history_add_parameter(path, "group_by", options->by);
	offhook_history_add_parameter(path, "format", options->format);
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
		g_autofree char *limit =
		    g_strdup_printf("%u", MIN(wanted - json_array_get_length(rows), page_size));
		g_autoptr(JsonObject) reply = NULL;
		JsonArray *page;

		g_string_truncate(path, length);
		offhook_history_add_parameter(path, "limit", limit);
		offhook_history_add_parameter(path, "cursor", cursor);
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

static gboolean
offhook_history_check_limit(int limit, GError **error)
{
	if (limit >= 1)
		return TRUE;
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		    "--limit: %d, expected 1 or more", limit);
	return FALSE;
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
offhook_command_history(OffhookClient *client, char ***argv, GError **error)
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
	g_auto(OffhookHistoryOptions) options = {0};
	int limit = 50;
	const GOptionEntry entries[] = {
	    OFFHOOK_HISTORY_CALL_ENTRIES(&options),
	    {"limit", 'n', 0, G_OPTION_ARG_INT, &limit, NULL, NULL},
	    {NULL},
	};
	g_autoptr(GString) path = NULL;
	g_autoptr(JsonObject) all = NULL;

	if (!offhook_command_parse(argv, entries, 0, 0,
				   "history [--limit N] " OFFHOOK_HISTORY_CALL_USAGE, error) ||
	    !offhook_history_check_limit(limit, error))
		return EXIT_FAILURE;
	path = offhook_history_make_path("/history/calls", &options);
	all = offhook_history_collect(client, path, "calls", (guint)limit, OFFHOOK_HISTORY_PAGE,
				      error);
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
	g_autofree char *text = offhook_table_clean(offhook_client_get(hit, "snippet"));
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
offhook_command_search(OffhookClient *client, char ***argv, GError **error)
{
	g_auto(OffhookHistoryOptions) options = {0};
	int limit = 20;
	const GOptionEntry entries[] = {
	    OFFHOOK_HISTORY_TEXT(&options, "role", role),
	    OFFHOOK_HISTORY_TEXT(&options, "call", call),
	    OFFHOOK_HISTORY_TEXT(&options, "assistant", assistant),
	    OFFHOOK_HISTORY_TEXT(&options, "from", from),
	    OFFHOOK_HISTORY_TEXT(&options, "to", to),
	    {"limit", 'n', 0, G_OPTION_ARG_INT, &limit, NULL, NULL},
	    {NULL},
	};
	g_autoptr(GString) path = NULL;
	g_autoptr(JsonObject) all = NULL;

	if (!offhook_command_parse(argv, entries, 1, G_MAXUINT,
				   "search WORD... [--role user|assistant] [--call CALL] "
				   "[--assistant NAME] [--from TIME] [--to TIME] [--limit N]",
				   error) ||
	    !offhook_history_check_limit(limit, error))
		return EXIT_FAILURE;
	options.text = g_strjoinv(" ", *argv + 1);
	path = offhook_history_make_path("/history/search", &options);
	all =
	    offhook_history_collect(client, path, "hits", (guint)limit, OFFHOOK_SEARCH_PAGE, error);
	if (all == NULL)
		return EXIT_FAILURE;
	if (offhook_client_print_json(client, all))
		return EXIT_SUCCESS;
	json_array_foreach_element(json_object_get_array_member(all, "hits"),
				   offhook_history_print_hit_cb, NULL);
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
offhook_command_stats(OffhookClient *client, char ***argv, GError **error)
{
	g_auto(OffhookHistoryOptions) options = {0};
	const GOptionEntry entries[] = {
	    OFFHOOK_HISTORY_TEXT(&options, "by", by),
	    OFFHOOK_HISTORY_TEXT(&options, "from", from),
	    OFFHOOK_HISTORY_TEXT(&options, "to", to),
	    OFFHOOK_HISTORY_TEXT(&options, "provider", provider),
	    OFFHOOK_HISTORY_TEXT(&options, "assistant", assistant),
	    {NULL},
	};
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

	if (!offhook_command_parse(argv, entries, 0, 0,
				   "stats [--by day,provider,assistant] [--from DAY] [--to DAY] "
				   "[--provider NAME] [--assistant NAME]",
				   error))
		return EXIT_FAILURE;
	path = offhook_history_make_path("/history/stats", &options);
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
offhook_command_export(OffhookClient *client, char ***argv, GError **error)
{
	g_auto(OffhookHistoryOptions) options = {0};
	g_autofree char *output = NULL;
	const GOptionEntry entries[] = {
	    OFFHOOK_HISTORY_CALL_ENTRIES(&options),
	    OFFHOOK_HISTORY_TEXT(&options, "format", format),
	    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &output, NULL, NULL},
	    {NULL},
	};
	g_autoptr(GString) path = NULL;
	g_autoptr(GOutputStream) stream = NULL;

	if (!offhook_command_parse(
		argv, entries, 0, 0,
		"export [--format jsonl|csv] [--output FILE] " OFFHOOK_HISTORY_CALL_USAGE, error))
		return EXIT_FAILURE;
	path = offhook_history_make_path("/history/export", &options);
	if (output != NULL)
		return offhook_client_save(client, path->str, output, error) ? EXIT_SUCCESS
									     : EXIT_FAILURE;
	stream = g_unix_output_stream_new(STDOUT_FILENO, FALSE);
	return offhook_client_download(client, path->str, stream, error) ? EXIT_SUCCESS
									 : EXIT_FAILURE;
}
