/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Putting the figures together. */

#include "report.h"

#include <stdio.h>

static void
load_report_add_times(JsonObject *object, const char *name, LoadTimes *times)
{
	JsonObject *member = json_object_new();

	json_object_set_int_member(member, "count", times->values->len);
	json_object_set_double_member(member, "p50", load_times_get_ms(times, 0.5));
	json_object_set_double_member(member, "p99", load_times_get_ms(times, 0.99));
	json_object_set_double_member(member, "max", load_times_get_ms(times, 1.0));
	json_object_set_object_member(object, name, member);
}

static void
load_report_add_count(JsonObject *object, const char *name, guint64 count)
{
	json_object_set_int_member(object, name, (gint64)count);
}

static void
load_report_add_calls(JsonObject *object, LoadRun *run)
{
	const LoadTally *tally = &run->common.tally;
	JsonObject *failures = json_object_new();
	GHashTableIter iter;
	gpointer why, count;

	g_hash_table_iter_init(&iter, tally->failures);
	while (g_hash_table_iter_next(&iter, &why, &count))
		load_report_add_count(failures, why, *(guint *)count);
	json_object_set_int_member(object, "calls", (gint64)run->n_calls);
	load_report_add_count(object, "started", tally->started);
	load_report_add_count(object, "connected", tally->connected);
	load_report_add_count(object, "live_at_end", run->live_at_end);
	load_report_add_count(object, "ended", tally->ended);
	load_report_add_count(object, "failed", tally->failed);
	json_object_set_object_member(object, "failures", failures);
}

static void
load_report_add_cpu(JsonObject *object, LoadRun *run, double frames)
{
	double wall_us = (double)(run->last.wall_us - run->first.wall_us);
	double server_us = (double)(run->last.server.cpu_ns - run->first.server.cpu_ns) / 1000.0;
	double own_us = (double)(run->last.own_cpu_ns - run->first.own_cpu_ns) / 1000.0;

	json_object_set_double_member(object, "seconds", wall_us / 1e6);
	json_object_set_double_member(object, "frames", frames);
	json_object_set_double_member(object, "server_us_per_frame",
				      frames > 0 ? server_us / frames : 0);
	json_object_set_double_member(object, "server_cores", server_us / wall_us);
	json_object_set_double_member(object, "own_us_per_frame", frames > 0 ? own_us / frames : 0);
	json_object_set_double_member(object, "own_cores", own_us / wall_us);
}

static void
load_report_add_memory(JsonObject *object, LoadRun *run)
{
	const LoadUsage *idle = &run->idle.server, *last = &run->last.server;
	double calls = MAX(run->live_at_end, 1);

	load_report_add_count(object, "threads", last->threads);
	load_report_add_count(object, "rss_kib_before", idle->rss_kib);
	load_report_add_count(object, "rss_kib", last->rss_kib);
	load_report_add_count(object, "pss_kib_before", idle->pss_kib);
	load_report_add_count(object, "pss_kib", last->pss_kib);
	json_object_set_double_member(object, "rss_kib_per_call",
				      ((double)last->rss_kib - (double)idle->rss_kib) / calls);
	load_report_add_count(object, "tcp_kib", last->tcp_kib);
}

static void
load_report_add_audio(JsonObject *object, LoadTally *tally)
{
	load_report_add_count(object, "frames_sent", tally->frames_sent);
	load_report_add_count(object, "frames_received", tally->frames_received);
	load_report_add_times(object, "delay_ms", &tally->delay);
	load_report_add_times(object, "own_lateness_ms", &tally->lateness);
	load_report_add_count(object, "pings_sent", tally->pings_sent);
	load_report_add_count(object, "pings_returned", tally->pings_returned);
	load_report_add_count(object, "pings_lost", tally->pings_lost);
	load_report_add_count(object, "pings_misordered", tally->pings_misordered);
	load_report_add_count(object, "samples_lost", tally->samples_lost);
	load_report_add_count(object, "samples_inserted", tally->samples_inserted);
	json_object_set_int_member(object, "samples_missing", tally->samples_missing);
	load_report_add_count(object, "marks", tally->marks);
	load_report_add_count(object, "clears", tally->clears);
}

static void
load_report_add_talk(JsonObject *object, LoadTally *tally)
{
	load_report_add_count(object, "turns", tally->turns);
	load_report_add_count(object, "unanswered", tally->unanswered);
	load_report_add_count(object, "unsilenced", tally->unsilenced);
	load_report_add_times(object, "answer_ms", &tally->answer);
	load_report_add_times(object, "barge_in_ms", &tally->barge_in);
}

JsonObject *
load_report_new(LoadRun *run)
{
	JsonObject *object = json_object_new();
	LoadMode mode = run->common.options->mode;
	LoadTally *tally = &run->common.tally;
	double frames = (double)(tally->frames_sent + tally->frames_received) / 2.0;

	/* In conversation most of the time nothing comes back, which costs the server as well. */
	if (mode == LOAD_MODE_TALK)
		frames = (double)tally->frames_sent;
	json_object_set_string_member(object, "mode", load_mode_get_name(mode));
	json_object_set_string_member(object, "url", run->common.options->url);
	load_report_add_calls(object, run);
	load_report_add_cpu(object, run, frames);
	load_report_add_memory(object, run);
	load_report_add_audio(object, tally);
	if (mode == LOAD_MODE_TALK)
		load_report_add_talk(object, tally);
	if (mode == LOAD_MODE_CHURN)
		json_object_set_boolean_member(object, "complete", run->complete);
	return object;
}

/* ---- for people ---- */

static double
load_report_get_number(JsonObject *object, const char *name)
{
	return json_node_get_double(json_object_get_member(object, name));
}

static void
load_report_print_times(JsonObject *report, const char *name, const char *title)
{
	JsonObject *times = json_object_get_object_member(report, name);

	printf("%-20s p50 %.2f  p99 %.2f  max %.2f ms  (%.0f values)\n", title,
	       load_report_get_number(times, "p50"), load_report_get_number(times, "p99"),
	       load_report_get_number(times, "max"),
	       (double)json_object_get_int_member(times, "count"));
}

static void
load_report_print_member(JsonObject *object, const char *name, JsonNode *node, gpointer user_data)
{
	if (json_node_get_value_type(node) == G_TYPE_INT64)
		printf("%-20s %" G_GINT64_FORMAT "\n", name, json_node_get_int(node));
	else if (json_node_get_value_type(node) == G_TYPE_DOUBLE)
		printf("%-20s %.2f\n", name, json_node_get_double(node));
}

static void
load_report_print_failure(JsonObject *object, const char *name, JsonNode *node, gpointer user_data)
{
	printf("  %s: %" G_GINT64_FORMAT "\n", name, json_node_get_int(node));
}

void
load_report_print(JsonObject *report)
{
	printf("%s to %s\n", json_object_get_string_member(report, "mode"),
	       json_object_get_string_member(report, "url"));
	json_object_foreach_member(report, load_report_print_member, NULL);
	json_object_foreach_member(json_object_get_object_member(report, "failures"),
				   load_report_print_failure, NULL);
	load_report_print_times(report, "delay_ms", "delay");
	load_report_print_times(report, "own_lateness_ms", "own sends late by");
	if (json_object_has_member(report, "answer_ms")) {
		load_report_print_times(report, "answer_ms", "answer after");
		load_report_print_times(report, "barge_in_ms", "silence after");
	}
}

gboolean
load_report_write(JsonObject *report, const char *path, GError **error)
{
	g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
	g_autofree char *text = NULL;

	json_node_set_object(root, report);
	text = json_to_string(root, TRUE);
	return g_file_set_contents(path, text, -1, error);
}
