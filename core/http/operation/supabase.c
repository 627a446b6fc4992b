/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * /supabase: users' interactions and preferences, in whatever database the store has. A user's token
 * lets its user at what is his. Main thread.
 */

#include "http/server/resources.h"
#include "http/server/user-fields.h"
#include "http/calls/page.h"

#include <offhook/error.h>

#include "base/json.h"
#include "base/timestamp.h"
#include "base/uuid.h"

#define OFFHOOK_HTTP_DAYS     30
#define OFFHOOK_HTTP_MAX_DAYS 3660

/* ---- interactions ---- */

/* What is said of one thing that was asked for, until the answer is there. */
typedef struct {
	OffhookHttpRequest *request;
	const char *field; /* static */
	char *value;
	OffhookInteractionRecord *record; /* (nullable) */
	guint days;
} OffhookHttpSupabase;

static OffhookHttpSupabase *
offhook_http_supabase_wait(OffhookHttpRequest *request, const char *field, const char *value)
{
	OffhookHttpSupabase *self = g_new0(OffhookHttpSupabase, 1);

	self->request = offhook_http_request_wait(request);
	self->field = field;
	self->value = g_strdup(value);
	return self;
}

static void
offhook_http_supabase_free(OffhookHttpSupabase *self)
{
	offhook_http_request_unref(self->request);
	offhook_interaction_record_free(self->record);
	g_free(self->value);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookHttpSupabase, offhook_http_supabase_free)

static JsonObject *
offhook_http_supabase_view(const OffhookInteractionRecord *record)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "id", record->id);
	json_object_set_string_member(object, "user_id", record->user_id);
	offhook_json_set_string(object, "session_id", record->session_id);
	offhook_json_set_string(object, "agent_type", record->agent_type);
	json_object_set_string_member(object, "input", record->input);
	offhook_json_set_string(object, "response", record->response);
	offhook_user_fields_set_object(object, "metadata", record->metadata);
	offhook_view_set_time(object, "created_at", record->created_us);
	return object;
}

static void
offhook_http_supabase_added_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpSupabase) self = user_data;
	g_autoptr(GError) error = NULL;
	JsonObject *reply;

	if (!offhook_store_add_interaction_finish(OFFHOOK_STORE(source), result, &error)) {
		offhook_http_request_reply_error(self->request, error);
		return;
	}
	reply = json_object_new();
	json_object_set_boolean_member(reply, "success", TRUE);
	json_object_set_object_member(reply, "interaction",
				      offhook_http_supabase_view(self->record));
	offhook_http_request_reply_json(self->request, 200, reply);
}

/* A user who does not say who he is means himself. */
static gboolean
offhook_http_supabase_read_user(OffhookHttpRequest *request, JsonObject *body, const char **user_id,
				GError **error)
{
	if (request->user != NULL)
		*user_id = request->user->subject;
	return offhook_user_fields_read_text(body, "user_id", request->user == NULL,
					     OFFHOOK_USER_FIELDS_MAX_NAME, user_id, error);
}

/* @metadata: (out) (transfer full) */
static gboolean
offhook_http_supabase_read(OffhookHttpRequest *request, JsonObject *body,
			   OffhookInteractionRecord *record, char **metadata, GError **error)
{
	const struct {
		const char *field;
		gboolean required;
		gsize max;
		char **value;
	} fields[] = {
	    {"session_id", FALSE, OFFHOOK_USER_FIELDS_MAX_NAME, &record->session_id},
	    {"agent_type", FALSE, OFFHOOK_USER_FIELDS_MAX_NAME, &record->agent_type},
	    {"input", TRUE, OFFHOOK_USER_FIELDS_MAX_TEXT, &record->input},
	    {"response", FALSE, OFFHOOK_USER_FIELDS_MAX_TEXT, &record->response},
	};

	if (!offhook_http_supabase_read_user(request, body, (const char **)&record->user_id, error))
		return FALSE;
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
		if (!offhook_user_fields_read_text(body, fields[i].field, fields[i].required,
						   fields[i].max, (const char **)fields[i].value,
						   error))
			return FALSE;
	if (!offhook_user_fields_read_object(body, "metadata", metadata, error))
		return FALSE;
	record->metadata = *metadata;
	return TRUE;
}

static void
offhook_http_supabase_add(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) body = offhook_http_request_parse_json(request, &error);
	g_autofree char *metadata = NULL;
	g_autofree char *id = offhook_uuid_new_v7();
	OffhookInteractionRecord record = {.id = id, .created_us = offhook_timestamp_now()};
	OffhookHttpSupabase *self;

	if (body == NULL ||
	    !offhook_http_supabase_read(request, body, &record, &metadata, &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	self = offhook_http_supabase_wait(request, NULL, NULL);
	self->record = offhook_interaction_record_copy(&record);
	offhook_store_add_interaction_async(offhook_http_server_get_store(server), &record,
					    request->user, NULL, offhook_http_supabase_added_cb,
					    self);
}

static void
offhook_http_supabase_listed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpSupabase) self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) records =
	    offhook_store_list_interactions_finish(OFFHOOK_STORE(source), result, &error);
	JsonObject *reply;

	if (records == NULL) {
		offhook_http_request_reply_error(self->request, error);
		return;
	}
	reply = json_object_new();
	json_object_set_string_member(reply, self->field, self->value);
	json_object_set_array_member(
	    reply, "interactions",
	    offhook_view_list(records, (OffhookViewFunc)offhook_http_supabase_view));
	json_object_set_int_member(reply, "count", records->len);
	offhook_http_request_reply_json(self->request, 200, reply);
}

static void
offhook_http_supabase_list(OffhookHttpServer *server, OffhookHttpRequest *request,
			   const char *field, OffhookInteractionFilter filter)
{
	const char *value = request->parameters[0];
	g_autoptr(GError) error = NULL;

	if (!offhook_user_fields_check_name(field, value, &error) ||
	    !offhook_http_page_read_limit(request, OFFHOOK_STORE_MAX_LIMIT, &filter.limit,
					  &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	offhook_store_list_interactions_async(offhook_http_server_get_store(server), &filter,
					      request->user, NULL, offhook_http_supabase_listed_cb,
					      offhook_http_supabase_wait(request, field, value));
}

static void
offhook_http_supabase_list_user(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	offhook_http_supabase_list(server, request, "user_id",
				   (OffhookInteractionFilter){.user_id = request->parameters[0]});
}

static void
offhook_http_supabase_list_session(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	offhook_http_supabase_list(
	    server, request, "session_id",
	    (OffhookInteractionFilter){.session_id = request->parameters[0]});
}

/* ---- counts ---- */

static JsonObject *
offhook_http_supabase_view_kinds(GPtrArray *records)
{
	JsonObject *kinds = json_object_new();

	for (guint i = 1; i < records->len; i++) {
		const OffhookInteractionCountRecord *record = g_ptr_array_index(records, i);

		json_object_set_int_member(
		    kinds, record->agent_type != NULL ? record->agent_type : "unknown",
		    record->interactions);
	}
	return kinds;
}

static void
offhook_http_supabase_counted_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpSupabase) self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) records =
	    offhook_store_count_interactions_finish(OFFHOOK_STORE(source), result, &error);
	const OffhookInteractionCountRecord *all;
	JsonObject *reply;

	if (records == NULL) {
		offhook_http_request_reply_error(self->request, error);
		return;
	}
	all = g_ptr_array_index(records, 0);
	reply = json_object_new();
	offhook_json_set_string(reply, "user_id", self->value);
	json_object_set_int_member(reply, "days", self->days);
	json_object_set_int_member(reply, "total_interactions", all->interactions);
	json_object_set_int_member(reply, "unique_users", all->users);
	json_object_set_int_member(reply, "unique_sessions", all->sessions);
	offhook_view_set_time(reply, "last_interaction", all->last_us);
	json_object_set_object_member(reply, "by_agent_type",
				      offhook_http_supabase_view_kinds(records));
	offhook_http_request_reply_json(self->request, 200, reply);
}

/* Whole days of UTC, of which today is the last. */
static void
offhook_http_supabase_count(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	const char *user_id = offhook_http_request_get_query(request, "user_id");
	gint64 today = offhook_timestamp_now() / OFFHOOK_TIMESTAMP_DAY_US;
	guint days = OFFHOOK_HTTP_DAYS;
	g_autoptr(GError) error = NULL;
	OffhookHttpSupabase *self;

	if (!offhook_http_request_get_number(request, "days", 1, OFFHOOK_HTTP_MAX_DAYS, &days,
					     &error) ||
	    (user_id != NULL && !offhook_user_fields_check_name("user_id", user_id, &error))) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	self = offhook_http_supabase_wait(request, "user_id", user_id);
	self->days = days;
	offhook_store_count_interactions_async(offhook_http_server_get_store(server), user_id,
					       (today - (days - 1)) * OFFHOOK_TIMESTAMP_DAY_US,
					       request->user, NULL,
					       offhook_http_supabase_counted_cb, self);
}

/* ---- preferences ---- */

static void
offhook_http_supabase_put_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpSupabase) self = user_data;
	g_autoptr(GError) error = NULL;
	JsonObject *reply;

	if (!offhook_store_put_preferences_finish(OFFHOOK_STORE(source), result, &error)) {
		offhook_http_request_reply_error(self->request, error);
		return;
	}
	reply = json_object_new();
	json_object_set_boolean_member(reply, "success", TRUE);
	json_object_set_string_member(reply, "user_id", self->value);
	offhook_http_request_reply_json(self->request, 200, reply);
}

static void
offhook_http_supabase_put(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	const char *user_id = request->parameters[0];
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) body = offhook_http_request_parse_json(request, &error);
	g_autofree char *preferences = NULL;
	OffhookPreferencesRecord record = {.user_id = (char *)user_id};

	if (body != NULL && offhook_user_fields_check_name("user_id", user_id, &error) &&
	    offhook_user_fields_read_object(body, "preferences", &preferences, &error) &&
	    preferences == NULL)
		offhook_json_refuse(&error, "preferences", NULL, "an object");
	if (error != NULL) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	record.preferences = preferences;
	offhook_store_put_preferences_async(
	    offhook_http_server_get_store(server), &record, request->user, NULL,
	    offhook_http_supabase_put_cb, offhook_http_supabase_wait(request, "user_id", user_id));
}

static void
offhook_http_supabase_got_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpSupabase) self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookPreferencesRecord) record =
	    offhook_store_get_preferences_finish(OFFHOOK_STORE(source), result, &error);
	JsonObject *reply;

	/* Whoever has said nothing likes nothing in particular. */
	if (record == NULL && !g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND)) {
		offhook_http_request_reply_error(self->request, error);
		return;
	}
	reply = json_object_new();
	json_object_set_string_member(reply, "user_id", self->value);
	offhook_user_fields_set_object(reply, "preferences",
				       record != NULL ? record->preferences : NULL);
	offhook_view_set_time(reply, "updated_at", record != NULL ? record->updated_us : 0);
	offhook_http_request_reply_json(self->request, 200, reply);
}

static void
offhook_http_supabase_get(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	const char *user_id = request->parameters[0];
	g_autoptr(GError) error = NULL;

	if (!offhook_user_fields_check_name("user_id", user_id, &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	offhook_store_get_preferences_async(
	    offhook_http_server_get_store(server), user_id, request->user, NULL,
	    offhook_http_supabase_got_cb, offhook_http_supabase_wait(request, "user_id", user_id));
}

const OffhookRoute offhook_http_supabase_routes[] = {
    {"POST", "/supabase/interactions", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_USER,
     offhook_http_supabase_add},
    {"GET", "/supabase/interactions/user/{id}", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_USER,
     offhook_http_supabase_list_user},
    {"GET", "/supabase/interactions/session/{id}", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_USER,
     offhook_http_supabase_list_session},
    {"POST", "/supabase/preferences/{user}", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_USER,
     offhook_http_supabase_put},
    {"GET", "/supabase/preferences/{user}", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_USER,
     offhook_http_supabase_get},
    {"GET", "/supabase/stats", OFFHOOK_RATE_CONVERSATIONS, OFFHOOK_ROUTE_USER,
     offhook_http_supabase_count},
    {NULL},
};
