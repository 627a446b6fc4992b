/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Calls by as much of an id as people type: its beginning, or its end, as tail and top show it. An id
 * begins with the time, so that calls of one hour share much of it.
 */

#include "cli/client/call-id.h"

#include <string.h>

#include <offhook/error.h>

/* Characters of an id, and of what is looked for as a part of one. */
#define OFFHOOK_CALL_ID_LENGTH 36
#define OFFHOOK_CALL_ID_PART   4
/* Of those that are meant, so many are named. */
#define OFFHOOK_CALL_ID_CANDIDATES 5
/* So many of the latest calls are looked through. */
#define OFFHOOK_CALL_ID_PATH "/voice/calls?limit=500"

gboolean
offhook_call_id_is_part(const char *given)
{
	gsize length = strlen(given);

	return length >= OFFHOOK_CALL_ID_PART && length < OFFHOOK_CALL_ID_LENGTH;
}

gboolean
offhook_call_id_is_meant(const char *id, const char *given)
{
	return g_str_equal(id, given) ||
	       (offhook_call_id_is_part(given) &&
		(g_str_has_prefix(id, given) || g_str_has_suffix(id, given)));
}

void
offhook_call_id_set_ambiguous(const char *given, const GPtrArray *ids, GError **error)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; i < MIN(ids->len, OFFHOOK_CALL_ID_CANDIDATES); i++)
		g_string_append_printf(names, "\n  %s", (const char *)g_ptr_array_index(ids, i));
	if (ids->len > OFFHOOK_CALL_ID_CANDIDATES)
		g_string_append_printf(names, "\n  and %u more",
				       ids->len - OFFHOOK_CALL_ID_CANDIDATES);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
		    "\"%s\" may be any of %u calls; say more of its id (the end differs most):%s",
		    given, ids->len, names->str);
}

char *
offhook_call_id_find(OffhookClient *self, const char *given, GError **error)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new();
	g_autoptr(JsonObject) reply = NULL;
	JsonArray *calls;

	if (!offhook_call_id_is_part(given))
		return g_strdup(given);
	reply = offhook_client_request(self, "GET", OFFHOOK_CALL_ID_PATH, NULL, error);
	if (reply == NULL)
		return NULL;
	calls = json_object_get_array_member(reply, "calls");
	for (guint i = 0; i < json_array_get_length(calls); i++) {
		const char *id =
		    offhook_client_get(json_array_get_object_element(calls, i), "call_id");

		if (offhook_call_id_is_meant(id, given))
			g_ptr_array_add(found, (gpointer)id);
	}
	if (found->len < 2)
		return g_strdup(found->len == 1 ? g_ptr_array_index(found, 0) : given);
	offhook_call_id_set_ambiguous(given, found, error);
	return NULL;
}

char *
offhook_call_id_make_path(OffhookClient *self, const char *given, const char *action,
			  GError **error)
{
	g_autofree char *id = offhook_call_id_find(self, given, error);
	g_autofree char *escaped = id != NULL ? g_uri_escape_string(id, NULL, FALSE) : NULL;

	return escaped != NULL ? g_strdup_printf("/voice/calls/%s/%s", escaped, action) : NULL;
}
