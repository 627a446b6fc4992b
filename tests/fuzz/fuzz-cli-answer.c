/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any JSON as a server's answer to the command line: what is let through has what commands take for granted.
 */

#include "cli/client/answer.h"

#include <offhook/error.h>
#include <offhook/json.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void
check_calls(JsonObject *reply)
{
	JsonArray *calls = json_object_get_array_member(reply, "calls");

	for (guint i = 0; i < json_array_get_length(calls); i++)
		g_assert_nonnull(json_object_get_string_member(
		    json_array_get_object_element(calls, i), "call_id"));
}

static void
check_health(JsonObject *reply)
{
	JsonArray *elders = offhook_json_get_array(reply, "older_processes");

	json_object_get_int_member(json_object_get_object_member(reply, "memory"), "rss");
	json_object_get_double_member(reply, "uptime");
	for (guint i = 0; elders != NULL && i < json_array_get_length(elders); i++)
		json_object_get_int_member(json_array_get_object_element(elders, i),
					   "active_calls");
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	static const struct {
		const char *path;
		void (*check)(JsonObject *reply);
	} cases[] = {{"/voice/calls?limit=1", check_calls}, {"/health/detailed", check_health}};
	const char *text = size > 0 ? (const char *)data : "";
	g_autoptr(JsonObject) reply = offhook_json_parse_object(text, (gssize)size, "it", NULL);

	/* What does not fit is said by GLib, too. */
	g_log_set_always_fatal(G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
	for (guint i = 0; reply != NULL && i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		if (offhook_answer_check("GET", cases[i].path, reply, &error))
			cases[i].check(reply);
		else
			g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	}
	return 0;
}
