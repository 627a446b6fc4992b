/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a language model can have done by the daemon itself. Main thread.
 */

#include "call/assistant/builtin-tools.h"

#include "base/timestamp.h"
#include "config/assistant-config.h"
#include <offhook/call.h>
#include <offhook/error.h>
#include <offhook/json.h>

typedef struct {
	const char *name;
	const char *description;
	const char *parameters; /* members of "properties" */
	const char *required;   /* its members */
	OffhookToolFlags flags;
	gboolean needs_messenger;
	void (*run)(OffhookToolRun *run, gpointer host);
} OffhookBuiltinTool;

static const char *
offhook_builtin_tools_get_argument(OffhookToolRun *run, const char *name)
{
	return offhook_json_get_string(offhook_tool_run_get_arguments(run), name);
}

/* ---- the time ---- */

/* Not as the locale has it: models read English best. */
static char *
offhook_builtin_tools_format_time(GDateTime *now, const char *zone)
{
	static const char *const days[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
					   "Friday", "Saturday", "Sunday"};
	g_autofree char *text = g_date_time_format(now, "%Y-%m-%d, %H:%M:%S, UTC%:z");

	return g_strdup_printf("%s, %s (%s)", days[g_date_time_get_day_of_week(now) - 1], text,
			       zone);
}

static void
offhook_builtin_tools_current_time_cb(OffhookToolRun *run, gpointer host)
{
	const char *name = offhook_builtin_tools_get_argument(run, "timezone");
	g_autoptr(GTimeZone) zone = name != NULL && *name != '\0' ? g_time_zone_new_identifier(name)
								  : g_time_zone_new_local();
	g_autoptr(GDateTime) now = NULL;
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;

	if (zone == NULL) {
		g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "timezone: \"%.64s\" is none, expected one such as Europe/Berlin",
			    name);
		offhook_tool_run_fail(run, error);
		return;
	}
	now = g_date_time_new_now(zone);
	text = offhook_builtin_tools_format_time(now, g_time_zone_get_identifier(zone));
	offhook_tool_run_finish(run, text);
}

/* ---- what is remembered, and keys ---- */

static void
offhook_builtin_tools_set_variable_cb(OffhookToolRun *run, gpointer host)
{
	g_autoptr(GError) error = NULL;

	if (offhook_agent_host_set_variable(host, offhook_builtin_tools_get_argument(run, "name"),
					    offhook_builtin_tools_get_argument(run, "value"),
					    &error))
		offhook_tool_run_finish(run, "Done.");
	else
		offhook_tool_run_fail(run, error);
}

static void
offhook_builtin_tools_send_dtmf_cb(OffhookToolRun *run, gpointer host)
{
	offhook_tool_run_act(run, OFFHOOK_ACTION_SEND_DTMF,
			     offhook_builtin_tools_get_argument(run, "digits"));
	offhook_tool_run_finish(run, "The keys are pressed when what you say now has been heard.");
}

/* ---- text messages ---- */

static void
offhook_builtin_tools_sent_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookToolRun) run = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) sent = offhook_text_messages_send_finish(result, &error);

	if (sent != NULL)
		offhook_tool_run_finish(run, "The text message is on its way.");
	else
		offhook_tool_run_fail(run, error);
}

/* The caller's own number, or one that the configuration allows. (nullable): an error */
static const char *
offhook_builtin_tools_choose_number(const OffhookMessenger *messenger, const char *wanted,
				    GError **error)
{
	const char *to = wanted != NULL ? wanted : messenger->caller;

	if (to == NULL || !offhook_phone_number_is_valid(to)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "to: the caller's number is not known, expected a number such as "
			    "+15550100001");
		return NULL;
	}
	if (g_strcmp0(to, messenger->caller) == 0 ||
	    (messenger->numbers != NULL && g_strv_contains(messenger->numbers, to)))
		return to;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
		    "to: text messages may go to the caller's own number only");
	return NULL;
}

static void
offhook_builtin_tools_send_sms_cb(OffhookToolRun *run, gpointer host)
{
	const OffhookMessenger *messenger = offhook_session_host_get_messenger(host);
	g_autoptr(GError) error = NULL;
	const OffhookTextMessage message = {
	    .to = offhook_builtin_tools_choose_number(
		messenger, offhook_builtin_tools_get_argument(run, "to"), &error),
	    .text = offhook_builtin_tools_get_argument(run, "text"),
	};

	if (message.to == NULL)
		offhook_tool_run_fail(run, error);
	else
		offhook_text_messages_send_async(messenger->messages, messenger->driver, &message,
						 messenger->caller,
						 offhook_tool_run_get_cancellable(run),
						 offhook_builtin_tools_sent_cb, g_object_ref(run));
}

/* ---- calls later ---- */

static void
offhook_builtin_tools_arranged_cb(gpointer user_data, const GError *error)
{
	g_autoptr(OffhookToolRun) run = user_data;

	if (error == NULL)
		offhook_tool_run_finish(run, "The call is arranged.");
	else
		offhook_tool_run_fail(run, error);
}

/* Only the caller: nobody else has asked to be called. */
static void
offhook_builtin_tools_schedule_call_cb(OffhookToolRun *run, gpointer host)
{
	const OffhookMessenger *messenger = offhook_session_host_get_messenger(host);
	OffhookScheduledCall wanted = {
	    .number = offhook_builtin_tools_choose_number(messenger, NULL, NULL),
	    .assistant = messenger->assistant,
	    .reason = offhook_builtin_tools_get_argument(run, "reason"),
	    .origin_call_id = messenger->call_id,
	};
	g_autoptr(GError) error = NULL;

	if (wanted.number == NULL || messenger->scheduler == NULL)
		g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "the caller's number is not known");
	else
		offhook_timestamp_parse(offhook_builtin_tools_get_argument(run, "at"),
					&wanted.at_us, &error);
	if (error != NULL)
		offhook_tool_run_fail(run, error);
	else
		messenger->scheduler->arrange(messenger->scheduler->data, &wanted,
					      offhook_tool_run_get_cancellable(run),
					      offhook_builtin_tools_arranged_cb, g_object_ref(run));
}

/* ---- all of them ---- */

static const OffhookBuiltinTool offhook_builtin_tools[] = {
    {"current_time", "Tells the date, the weekday and the time of now.",
     "\"timezone\":{\"type\":\"string\",\"maxLength\":64,\"description\":\"e.g. Europe/Berlin; "
     "without one that of this server\"}",
     "", OFFHOOK_TOOL_READ_ONLY, FALSE, offhook_builtin_tools_current_time_cb},
    {"set_variable",
     "Notes something about this conversation under a name, for those who work with it later.",
     "\"name\":{\"type\":\"string\",\"pattern\":\"^[a-z][a-z0-9_]{0,63}$\",\"description\":\"of "
     "lower-case letters, digits and _\"},\"value\":{\"type\":\"string\",\"maxLength\":4096}",
     "\"name\",\"value\"", OFFHOOK_TOOL_NONE, FALSE, offhook_builtin_tools_set_variable_cb},
    {"send_dtmf", "Presses keys of the telephone, for machines at the other end.",
     "\"digits\":{\"type\":\"string\",\"pattern\":\"^[0-9A-D*#]{1,32}$\"}", "\"digits\"",
     OFFHOOK_TOOL_NONE, FALSE, offhook_builtin_tools_send_dtmf_cb},
    {"send_sms", "Sends a text message to the caller, or to another number if that is allowed.",
     "\"text\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":1600},\"to\":{\"type\":"
     "\"string\",\"pattern\":\"^\\\\+[0-9]{7,15}$\",\"description\":\"e.g. +15550100001; "
     "without one the caller\"}",
     "\"text\"", OFFHOOK_TOOL_CONFIRM, TRUE, offhook_builtin_tools_send_sms_cb},
    {"schedule_call", "Arranges that the caller is called back at a time.",
     "\"at\":{\"type\":\"string\",\"format\":\"date-time\",\"description\":\"e.g. "
     "2026-12-01T15:00:00+01:00\"},\"reason\":{\"type\":\"string\",\"maxLength\":500,"
     "\"description\":\"what the call is about\"}",
     "\"at\",\"reason\"", OFFHOOK_TOOL_CONFIRM, TRUE, offhook_builtin_tools_schedule_call_cb},
};

static gboolean
offhook_builtin_tools_add_one(OffhookSessionHost *host, const OffhookBuiltinTool *tool,
			      GError **error)
{
	g_autofree char *text = g_strdup_printf(
	    "{\"type\":\"object\",\"properties\":{%s},\"required\":[%s],\"additionalProperties\":"
	    "false}",
	    tool->parameters, tool->required);
	g_autoptr(JsonObject) parameters = offhook_json_parse_object(text, -1, tool->name, error);
	const OffhookToolDescription description = {
	    .name = tool->name,
	    .description = tool->description,
	    .parameters = parameters,
	    .flags = tool->flags,
	};

	if (tool->needs_messenger && offhook_session_host_get_messenger(host) == NULL)
		return TRUE;
	return parameters != NULL &&
	       offhook_toolbox_add(offhook_agent_host_get_toolbox(OFFHOOK_AGENT_HOST(host)),
				   &description, tool->run, host, NULL, error);
}

static const OffhookBuiltinTool *
offhook_builtin_tools_find(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_builtin_tools); i++)
		if (g_str_equal(offhook_builtin_tools[i].name, name))
			return &offhook_builtin_tools[i];
	return NULL;
}

gboolean
offhook_builtin_tools_add(OffhookSessionHost *host, const char *const *names, GError **error)
{
	for (; *names != NULL; names++) {
		const OffhookBuiltinTool *tool = offhook_builtin_tools_find(*names);

		if (!offhook_assistant_config_is_builtin_tool(*names))
			continue;
		if (tool == NULL) {
			g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
				    "tools: \"%s\" is no built-in tool", *names);
			return FALSE;
		}
		if (!offhook_builtin_tools_add_one(host, tool, error))
			return FALSE;
	}
	return TRUE;
}
