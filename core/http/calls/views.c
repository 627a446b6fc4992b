/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Records and objects as JSON. Main thread.
 */

#include "http/calls/views.h"

#include "base/json.h"
#include "base/timestamp.h"
#include "call/conversation/usage-view.h"
#include "engine/engine-health.h"

#include <offhook/json.h>

void
offhook_view_set_time(JsonObject *object, const char *field, gint64 unix_us)
{
	g_autofree char *text = unix_us != 0 ? offhook_timestamp_format(unix_us) : NULL;

	offhook_json_set_string(object, field, text);
}

JsonArray *
offhook_view_list(GPtrArray *records, OffhookViewFunc view)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; i < records->len; i++)
		json_array_add_object_element(array, view(g_ptr_array_index(records, i)));
	return array;
}

/* Seconds from the answer to the end, or until now. */
static double
offhook_view_get_duration(const OffhookCallRecord *record)
{
	gint64 end_us = record->ended_us != 0 ? record->ended_us : offhook_timestamp_now();

	if (record->answered_us == 0)
		return 0;
	return (double)MAX(end_us - record->answered_us, 0) / G_USEC_PER_SEC;
}

JsonObject *
offhook_view_call(const OffhookCallRecord *record)
{
	JsonObject *object = json_object_new();
	gboolean inbound = g_strcmp0(record->direction, "inbound") == 0;
	g_autofree char *url = NULL;

	if (record->recording_path != NULL)
		url = g_strdup_printf("/voice/calls/%s/recording", record->id);
	json_object_set_string_member(object, "call_id", record->id);
	json_object_set_string_member(object, "status", record->status);
	json_object_set_string_member(object, "direction", record->direction);
	offhook_json_set_string(object, "phone_number", inbound ? record->from : record->to);
	offhook_json_set_string(object, "from", record->from);
	offhook_json_set_string(object, "to", record->to);
	json_object_set_string_member(object, "provider", record->driver);
	offhook_json_set_string(object, "provider_call_id", record->provider_call_id);
	offhook_json_set_string(object, "assistant", record->assistant);
	offhook_view_set_time(object, "start_time", record->created_us);
	offhook_view_set_time(object, "answer_time", record->answered_us);
	offhook_view_set_time(object, "end_time", record->ended_us);
	json_object_set_double_member(object, "duration", offhook_view_get_duration(record));
	offhook_json_set_string(object, "end_reason", record->end_reason);
	offhook_json_set_string(object, "recording_url", url);
	offhook_json_set_string(object, "origin_call_id", record->origin_call_id);
	json_object_set_object_member(object, "usage", offhook_usage_view_new(&record->usage));
	return object;
}

JsonObject *
offhook_view_message(const OffhookMessageRecord *record)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "id", record->id);
	json_object_set_string_member(object, "role", record->role);
	json_object_set_string_member(object, "content", record->content);
	offhook_view_set_time(object, "timestamp", record->at_us);
	if (record->confidence >= 0)
		json_object_set_double_member(object, "confidence", record->confidence);
	json_object_set_boolean_member(object, "interrupted", record->interrupted);
	if (record->agent_id != NULL)
		json_object_set_string_member(object, "agent_id", record->agent_id);
	return object;
}

JsonObject *
offhook_view_event(const OffhookCallEventRecord *record)
{
	JsonObject *data =
	    offhook_json_parse_object(record->data, strlen(record->data), "the event's data", NULL);

	return offhook_event_make_message(record->type, record->at_us,
					  data != NULL ? data : json_object_new());
}

/* Who answered, with what, and how many tokens that took; what was written down before is nothing. */
static JsonObject *
offhook_view_metadata(const OffhookConversationRecord *record)
{
	JsonObject *metadata = json_object_new();
	g_autoptr(JsonObject) kept =
	    record->metadata != NULL
		? offhook_json_parse_object(record->metadata, -1, "metadata", NULL)
		: NULL;

	offhook_json_set_string(metadata, "agent_type", record->agent_type);
	offhook_json_set_string(metadata, "assistant", record->assistant);
	offhook_json_set_string(metadata, "model", offhook_json_get_string(kept, "model"));
	json_object_set_int_member(metadata, "total_tokens",
				   MAX(offhook_json_get_number(kept, "total_tokens"), 0));
	return metadata;
}

JsonObject *
offhook_view_conversation(const OffhookConversationRecord *record)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "id", record->id);
	offhook_json_set_string(object, "call_id", record->call_id);
	offhook_json_set_string(object, "user_id", record->user_id);
	json_object_set_string_member(object, "status", record->status);
	offhook_view_set_time(object, "created_at", record->created_us);
	offhook_view_set_time(object, "last_message_at", record->last_message_us);
	json_object_set_int_member(object, "message_count", record->message_count);
	json_object_set_object_member(object, "metadata", offhook_view_metadata(record));
	return object;
}

static JsonArray *
offhook_view_strings(const char *const *strings)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; strings != NULL && strings[i] != NULL; i++)
		json_array_add_string_element(array, strings[i]);
	return array;
}

static JsonObject *
offhook_view_setting(const OffhookSetting *setting)
{
	static const char *const types[] = {"string",  "integer", "number",
					    "boolean", "choice",  "path"};
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "name", setting->name);
	json_object_set_string_member(object, "type", types[setting->type]);
	offhook_json_set_string(object, "default", setting->default_value);
	offhook_json_set_string(object, "choices", setting->choices);
	offhook_json_set_string(object, "env", setting->env);
	json_object_set_boolean_member(object, "secret", setting->flags & OFFHOOK_SETTING_SECRET);
	json_object_set_boolean_member(object, "required",
				       setting->flags & OFFHOOK_SETTING_REQUIRED);
	offhook_json_set_string(object, "help", setting->help);
	return object;
}

/* Of an engine. */
static JsonArray *
offhook_view_roles(OffhookEngine *engine)
{
	OffhookEngineRoles roles = offhook_engine_get_roles(engine);
	JsonArray *array = json_array_new();

	for (guint role = OFFHOOK_ENGINE_TRANSCRIBE; role <= OFFHOOK_ENGINE_EMBED; role <<= 1)
		if (roles & role)
			json_array_add_string_element(array, offhook_engine_role_to_string(role));
	return array;
}

JsonObject *
offhook_view_plugin(OffhookPlugin *plugin)
{
	GObject *instance = offhook_plugin_get_object(plugin);
	g_autofree char *lack = offhook_plugin_find_lack(plugin);
	JsonObject *object = json_object_new();
	JsonArray *settings = json_array_new();
	const OffhookSetting *setting = offhook_plugin_get_settings(plugin);

	for (; setting != NULL && setting->name != NULL; setting++)
		json_array_add_object_element(settings, offhook_view_setting(setting));
	json_object_set_string_member(object, "kind", offhook_plugin_get_kind_name(plugin));
	json_object_set_string_member(object, "name", offhook_plugin_get_name(plugin));
	json_object_set_string_member(object, "plugin", offhook_plugin_get_plugin_name(plugin));
	offhook_json_set_string(object, "version", offhook_plugin_get_version(plugin));
	json_object_set_string_member(object, "status", offhook_plugin_get_status_name(plugin));
	offhook_json_set_string(object, "reason",
				lack != NULL ? lack : offhook_plugin_get_reason(plugin));
	offhook_json_set_string(object, "summary", offhook_plugin_get_summary(plugin));
	offhook_json_set_string(object, "license", offhook_plugin_get_license(plugin));
	json_object_set_string_member(object, "path", offhook_plugin_get_path(plugin));
	json_object_set_array_member(object, "settings", settings);
	if (OFFHOOK_IS_ENGINE(instance))
		json_object_set_array_member(object, "roles",
					     offhook_view_roles(OFFHOOK_ENGINE(instance)));
	return object;
}

static JsonArray *
offhook_view_capability_names(const OffhookCapabilities *capabilities)
{
	JsonArray *names = json_array_new();

	if (capabilities->voice_features != NULL)
		json_array_add_string_element(names, "voice");
	if (capabilities->sms_features != NULL)
		json_array_add_string_element(names, "sms");
	if (capabilities->recording_formats != NULL)
		json_array_add_string_element(names, "recording");
	return names;
}

JsonObject *
offhook_view_provider(OffhookPlugin *plugin)
{
	JsonObject *object = json_object_new();
	OffhookDriver *driver = (OffhookDriver *)offhook_plugin_get_object(plugin);

	json_object_set_string_member(object, "name", offhook_plugin_get_name(plugin));
	json_object_set_array_member(
	    object, "capabilities",
	    driver != NULL ? offhook_view_capability_names(offhook_driver_get_capabilities(driver))
			   : json_array_new());
	json_object_set_string_member(object, "status", offhook_plugin_get_status_name(plugin));
	offhook_json_set_string(object, "reason", offhook_plugin_get_reason(plugin));
	offhook_json_set_string(object, "phone_number",
				driver != NULL ? offhook_driver_get_phone_number(driver) : NULL);
	return object;
}

static JsonObject *
offhook_view_capability(const char *list, const char *const *values)
{
	JsonObject *object = json_object_new();

	json_object_set_boolean_member(object, "supported", values != NULL);
	json_object_set_array_member(object, list, offhook_view_strings(values));
	return object;
}

JsonObject *
offhook_view_capabilities(OffhookDriver *driver)
{
	const OffhookCapabilities *capabilities = offhook_driver_get_capabilities(driver);
	JsonObject *object = json_object_new();

	json_object_set_object_member(
	    object, "voice", offhook_view_capability("features", capabilities->voice_features));
	json_object_set_object_member(
	    object, "sms", offhook_view_capability("features", capabilities->sms_features));
	json_object_set_object_member(
	    object, "recording",
	    offhook_view_capability("formats", capabilities->recording_formats));
	return object;
}

JsonObject *
offhook_view_agent(const OffhookAgentEntry *agent)
{
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "id", agent->id);
	json_object_set_string_member(object, "type", agent->type);
	json_object_set_string_member(object, "name", agent->name);
	json_object_set_string_member(object, "status", agent->status);
	offhook_json_set_string(object, "reason", agent->reason);
	offhook_json_set_string(object, "model", agent->model);
	offhook_view_set_time(object, "created_at", agent->created_us);
	return object;
}
