/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook events, agents, recordings, metrics: looking at what the server has besides calls.
 */

#include <gio/gunixoutputstream.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/json.h"
#include "cli/command/commands.h"
#include "cli/client/call-id.h"
#include "cli/client/listen.h"
#include "cli/print/clean.h"
#include "cli/print/table.h"

/* ---- events ---- */

typedef struct {
	OffhookClient *client;
	GMainLoop *loop;
} OffhookLookEvents;

static void
offhook_look_event_cb(const char *type, JsonObject *event, gpointer user_data)
{
	OffhookLookEvents *self = user_data;
	JsonObject *object = offhook_json_get_object(event, "data");
	g_autofree char *data = NULL;
	g_autofree char *clean = NULL;

	if (g_str_equal(type, "subscribed"))
		return;
	if (self->client->json) {
		offhook_client_print_line(event);
	} else {
		data = object != NULL ? offhook_json_to_string(object) : g_strdup("");
		clean = offhook_clean_text(data);
		g_print("%s  %-20s  %s\n", offhook_client_get(event, "timestamp"), type, clean);
	}
	if (ferror(stdout))
		g_main_loop_quit(self->loop);
}

int
offhook_command_events(OffhookClient *client, const OffhookWords *words, GError **error)
{
	const char *const *types = offhook_words_get_arguments(words);
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	OffhookLookEvents self = {.client = client, .loop = loop};

	setvbuf(stdout, NULL, _IOLBF, 0);
	return offhook_listen(client, types[0] != NULL ? types : NULL, loop, offhook_look_event_cb,
			      &self, error)
		   ? EXIT_SUCCESS
		   : EXIT_FAILURE;
}

/* ---- lists ---- */

OFFHOOK_TABLE_TEXT(offhook_look_print_id, "id")
OFFHOOK_TABLE_TEXT(offhook_look_print_type, "type")
OFFHOOK_TABLE_TEXT(offhook_look_print_status, "status")
OFFHOOK_TABLE_TEXT(offhook_look_print_model, "model")
OFFHOOK_TABLE_TEXT(offhook_look_print_recording, "recording_id")
OFFHOOK_TABLE_TEXT(offhook_look_print_format, "format")

static char *
offhook_look_print_started(JsonObject *row)
{
	return offhook_table_print_time(offhook_client_get(row, "started_at"));
}

static char *
offhook_look_print_length(JsonObject *row)
{
	return offhook_table_print_length(
	    json_object_get_double_member_with_default(row, "duration", 0));
}

/* @list of what @path answers. */
static int
offhook_look_list(OffhookClient *client, const char *path, const char *list,
		  const OffhookTableColumn *columns, GError **error)
{
	g_autoptr(JsonObject) reply = offhook_client_request(client, "GET", path, NULL, error);

	if (reply == NULL)
		return EXIT_FAILURE;
	if (!offhook_client_print_json(client, reply))
		offhook_table_print(columns, json_object_get_array_member(reply, list));
	return EXIT_SUCCESS;
}

int
offhook_command_agents(OffhookClient *client, const OffhookWords *words, GError **error)
{
	static const OffhookTableColumn columns[] = {
	    {"AGENT", 28, 0, offhook_look_print_id},
	    {"TYPE", 14, 1, offhook_look_print_type},
	    {"STATUS", 13, 0, offhook_look_print_status},
	    {"MODEL", 24, 2, offhook_look_print_model},
	    {NULL},
	};

	return offhook_look_list(client, "/agents", "agents", columns, error);
}

int
offhook_command_recordings(OffhookClient *client, const OffhookWords *words, GError **error)
{
	static const OffhookTableColumn columns[] = {
	    {"RECORDING", 36, 0, offhook_look_print_recording},
	    {"STARTED", 19, 1, offhook_look_print_started},
	    {"LENGTH", 8, 0, offhook_look_print_length},
	    {"FORMAT", 6, 2, offhook_look_print_format},
	    {"STATUS", 10, 0, offhook_look_print_status},
	    {NULL},
	};
	g_autofree char *path = offhook_call_id_make_path(
	    client, offhook_words_get_argument(words, 0), "recordings", error);

	return path != NULL ? offhook_look_list(client, path, "recordings", columns, error)
			    : EXIT_FAILURE;
}

/* ---- metrics ---- */

int
offhook_command_metrics(OffhookClient *client, const OffhookWords *words, GError **error)
{
	g_autoptr(GOutputStream) stream = g_unix_output_stream_new(STDOUT_FILENO, FALSE);

	return offhook_client_download(client, "/metrics", stream, error) ? EXIT_SUCCESS
									  : EXIT_FAILURE;
}
