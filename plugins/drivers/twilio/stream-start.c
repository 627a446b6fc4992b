/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How a media stream ("start") or a ConversationRelay session ("setup") begins: who it is, and whether
 * we speak its format. Media thread.
 */

#include "stream-start.h"

#include <offhook/json.h>

#include <offhook/error.h>
#include <string.h>

#define MAX_PARAMETERS     100
#define MAX_PARAMETER_SIZE 4096

const OffhookAudioFormat offhook_twilio_stream_format = {OFFHOOK_ENCODING_MULAW, 8000};

static gboolean
offhook_twilio_start_fail(GError **error, const char *expected)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "start message: expected %s",
		    expected);
	return FALSE;
}

/* The id goes into every message we send, so it must need no escaping. */
static gboolean
offhook_twilio_id_is_valid(const char *id)
{
	gsize size = id != NULL ? strlen(id) : 0;

	if (size == 0 || size > OFFHOOK_TWILIO_ID_MAX)
		return FALSE;
	for (const char *p = id; *p != '\0'; p++)
		if (!g_ascii_isalnum(*p) && strchr("-_.:", *p) == NULL)
			return FALSE;
	return TRUE;
}

static gboolean
offhook_twilio_start_check_format(JsonObject *start, GError **error)
{
	JsonObject *format = offhook_json_get_object(start, "mediaFormat");

	if (format == NULL)
		return TRUE; /* there is only this one */
	if (g_strcmp0(offhook_json_get_string(format, "encoding"), "audio/x-mulaw") == 0 &&
	    offhook_json_get_number(format, "sampleRate") == 8000 &&
	    offhook_json_get_number(format, "channels") == 1)
		return TRUE;
	return offhook_twilio_start_fail(
	    error, "a mediaFormat of audio/x-mulaw, sampleRate 8000, channels 1");
}

static gboolean
offhook_twilio_start_read_parameters(JsonObject *start, GHashTable *parameters, GError **error)
{
	JsonObject *object = offhook_json_get_object(start, "customParameters");
	JsonObjectIter iter;
	const char *name;

	if (object == NULL)
		return TRUE;
	json_object_iter_init(&iter, object);
	while (json_object_iter_next(&iter, &name, NULL)) {
		const char *value = offhook_json_get_string(object, name);

		if (value == NULL)
			continue;
		if (g_hash_table_size(parameters) == MAX_PARAMETERS ||
		    strlen(name) + strlen(value) > MAX_PARAMETER_SIZE) {
			g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
				    "start message: expected at most %d customParameters of %d "
				    "bytes each",
				    MAX_PARAMETERS, MAX_PARAMETER_SIZE);
			return FALSE;
		}
		g_hash_table_insert(parameters, g_strdup(name), g_strdup(value));
	}
	return TRUE;
}

OffhookStreamStart *
offhook_twilio_stream_start_read(JsonObject *message, GError **error)
{
	JsonObject *body = offhook_json_get_object(message, "start");
	const char *outer = offhook_json_get_string(message, "streamSid");
	const char *inner = offhook_json_get_string(body, "streamSid");
	const char *id = outer != NULL ? outer : inner;
	const char *call_id = offhook_json_get_string(body, "callSid");
	g_autoptr(OffhookStreamStart) start = NULL;
	gboolean valid;

	if (!offhook_twilio_id_is_valid(id) || (inner != NULL && !g_str_equal(id, inner)))
		valid = offhook_twilio_start_fail(error, "one streamSid");
	else if (call_id != NULL && !offhook_twilio_id_is_valid(call_id))
		valid = offhook_twilio_start_fail(error, "a callSid of plain characters");
	else
		valid = offhook_twilio_start_check_format(body, error);
	if (!valid)
		return NULL;
	start = offhook_stream_start_new(id, call_id, &offhook_twilio_stream_format);
	start->account_id = g_strdup(offhook_json_get_string(body, "accountSid"));
	if (!offhook_twilio_start_read_parameters(body, start->parameters, error))
		return NULL;
	return g_steal_pointer(&start);
}

OffhookStreamStart *
offhook_twilio_relay_setup_read(JsonObject *message, GError **error)
{
	static const OffhookAudioFormat none;
	static const char *const parties[] = {"from", "to"};
	const char *id = offhook_json_get_string(message, "sessionId");
	const char *call_id = offhook_json_get_string(message, "callSid");
	g_autoptr(OffhookStreamStart) start = NULL;

	if (!offhook_twilio_id_is_valid(id) || !offhook_twilio_id_is_valid(call_id)) {
		offhook_twilio_start_fail(error, "sessionId and callSid of plain characters");
		return NULL;
	}
	start = offhook_stream_start_new(id, call_id, &none);
	start->account_id = g_strdup(offhook_json_get_string(message, "accountSid"));
	if (!offhook_twilio_start_read_parameters(message, start->parameters, error))
		return NULL;
	for (guint i = 0; i < G_N_ELEMENTS(parties); i++) {
		const char *value = offhook_json_get_string(message, parties[i]);

		if (value != NULL && !g_hash_table_contains(start->parameters, parties[i]))
			g_hash_table_insert(start->parameters, g_strdup(parties[i]),
					    g_strdup(value));
	}
	return g_steal_pointer(&start);
}
