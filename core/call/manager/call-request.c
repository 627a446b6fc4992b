/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One reader for all doors, so that they take the same words and refuse the same ones. Main thread.
 */

#include "call/manager/call-request.h"

#include <offhook/error.h>

#include "call/assistant/variables.h"
#include "media/recording-format.h"

#define OFFHOOK_CALL_REQUEST_MAX_RING_S 600
#define OFFHOOK_CALL_REQUEST_MAX_CALL_S 86400

const char *const offhook_call_request_option_names[] = {
    "machine_detection", "wait_for_detection", "send_digits", "time_limit",
    "recording",         "transcription",      "timeout",     "caller_id",
    "recording_format",  "variables",          NULL,
};

const char *const offhook_call_request_transfer_names[] = {"target", "mode", "briefing", NULL};

gboolean
offhook_call_request_check_names(JsonObject *object, const char *const *names, GError **error)
{
	g_autoptr(GList) members = json_object_get_members(object);
	g_autofree char *known = g_strjoinv(", ", (char **)names);

	for (GList *l = members; l != NULL; l = l->next)
		if (!g_strv_contains(names, l->data)) {
			g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
				    "there is no option \"%.64s\", expected %s",
				    (const char *)l->data, known);
			return FALSE;
		}
	return TRUE;
}

/* ---- placing ---- */

static gboolean
offhook_call_request_read_detection(JsonObject *options, OffhookInitiateRequest *wanted,
				    GError **error)
{
	const char *detection = NULL;
	gint64 limit_s = 0;

	if (!offhook_json_read_string(options, "machine_detection", &detection, error) ||
	    !offhook_json_read_boolean(options, "wait_for_detection", &wanted->wait_for_detection,
				       error) ||
	    !offhook_json_read_string(options, "send_digits", &wanted->send_digits, error) ||
	    !offhook_json_read_integer(options, "time_limit", 1, OFFHOOK_CALL_REQUEST_MAX_CALL_S,
				       &limit_s, error))
		return FALSE;
	wanted->time_limit_s = (guint)limit_s;
	if (detection == NULL ||
	    offhook_machine_detection_from_string(detection, &wanted->machine_detection))
		return TRUE;
	return offhook_json_refuse(error, "machine_detection", detection, "off, detect or beep");
}

/* Of our own recording: "recording" is about the provider's. */
static gboolean
offhook_call_request_read_format(JsonObject *options, OffhookInitiateRequest *wanted,
				 GError **error)
{
	OffhookRecordingFormat format;

	if (!offhook_json_read_string(options, "recording_format", &wanted->recording_format,
				      error))
		return FALSE;
	return wanted->recording_format == NULL || g_str_equal(wanted->recording_format, "off") ||
	       offhook_recording_format_from_name(wanted->recording_format, &format) ||
	       offhook_json_refuse(error, "recording_format", wanted->recording_format,
				   "off, wav or opus");
}

gboolean
offhook_call_request_read_options(JsonObject *options, OffhookInitiateRequest *wanted,
				  GError **error)
{
	gint64 timeout_s = 0;
	gboolean transcription = TRUE; /* always on; accepted for the reference system's clients */

	if (!offhook_call_request_read_detection(options, wanted, error) ||
	    !offhook_json_read_boolean(options, "recording", &wanted->recording, error) ||
	    !offhook_json_read_boolean(options, "transcription", &transcription, error) ||
	    !offhook_json_read_integer(options, "timeout", 1, OFFHOOK_CALL_REQUEST_MAX_RING_S,
				       &timeout_s, error) ||
	    !offhook_json_read_string(options, "caller_id", &wanted->caller_id, error) ||
	    !offhook_variables_read(options, &wanted->variables, error) ||
	    !offhook_call_request_read_format(options, wanted, error))
		return FALSE;
	wanted->timeout_s = timeout_s;
	if (wanted->caller_id == NULL ||
	    g_regex_match_simple("^[A-Za-z0-9+._:@*#-]{1,64}\\z", wanted->caller_id, 0, 0))
		return TRUE;
	return offhook_json_refuse(error, "caller_id", wanted->caller_id,
				   "a number or name of up to 64 letters, digits and +._:@*#-");
}

gboolean
offhook_call_request_read(JsonObject *body, OffhookInitiateRequest *wanted, GError **error)
{
	JsonObject *options = NULL;

	return offhook_json_read_string(body, "phone_number", &wanted->phone_number, error) &&
	       offhook_json_read_string(body, "assistant", &wanted->assistant, error) &&
	       offhook_json_read_object(body, "options", &options, error) &&
	       (options == NULL || offhook_call_request_read_options(options, wanted, error));
}

/* ---- acting ---- */

gboolean
offhook_call_request_read_text(JsonObject *body, const char *field, const char *expected,
			       const char **value, GError **error)
{
	if (!offhook_json_read_string(body, field, value, error))
		return FALSE;
	if (*value != NULL && **value != '\0')
		return TRUE;
	return offhook_json_refuse(error, field, *value, expected);
}

gboolean
offhook_call_request_read_transfer(JsonObject *body, OffhookCallCommand *command, GError **error)
{
	const char *mode = "blind";

	if (!offhook_call_request_read_text(body, "target", "a number in E.164 form or sip:...",
					    &command->argument, error) ||
	    !offhook_json_read_string(body, "mode", &mode, error) ||
	    !offhook_json_read_string(body, "briefing", &command->briefing, error))
		return FALSE;
	command->warm = g_str_equal(mode, "warm");
	if (command->briefing != NULL && g_str_equal(mode, "blind"))
		return offhook_json_refuse(error, "briefing", command->briefing,
					   "none in mode blind, nobody would hear it");
	if (command->warm || g_str_equal(mode, "blind"))
		return TRUE;
	return offhook_json_refuse(error, "mode", mode, "blind or warm");
}

gboolean
offhook_call_request_read_sound(JsonObject *body, OffhookCallCommand *command, GError **error)
{
	const char *expected = "the http or https URL of a sound";

	if (!offhook_call_request_read_text(body, "url", expected, &command->argument, error))
		return FALSE;
	return g_str_has_prefix(command->argument, "https://") ||
	       g_str_has_prefix(command->argument, "http://") ||
	       offhook_json_refuse(error, "url", command->argument, expected);
}
