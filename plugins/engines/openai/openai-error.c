/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Errors of servers: {"error":{"message","type","code"}}, {"error":"text"}, {"object":"error",...},
 * {"detail":...}, or text of any kind. Any thread.
 */

#include "openai-error.h"

#include <offhook/error.h>
#include <string.h>

#define MAX_MESSAGE 200 /* bytes of what the service says */

/** What is known. All strings (nullable). */
typedef struct {
	guint status; /* HTTP's, or what the error says of it; 0: none */
	const char *type;
	const char *code;
	const char *message;
} OffhookOpenaiFault;

static const struct {
	const char *word; /* within `type` or `code` */
	OffhookError error;
} offhook_openai_words[] = {
    {"context_length", OFFHOOK_ERROR_LIMIT},
    {"exceed_context", OFFHOOK_ERROR_LIMIT},
    {"insufficient_quota", OFFHOOK_ERROR_RATE_LIMITED},
    {"rate_limit", OFFHOOK_ERROR_RATE_LIMITED},
    {"invalid_api_key", OFFHOOK_ERROR_AUTHENTICATION},
    {"authentication", OFFHOOK_ERROR_AUTHENTICATION},
    {"permission", OFFHOOK_ERROR_PERMISSION},
    {"not_found", OFFHOOK_ERROR_NOT_FOUND},
    {"unavailable", OFFHOOK_ERROR_BUSY},
    {"overloaded", OFFHOOK_ERROR_BUSY},
    {"invalid_request", OFFHOOK_ERROR_INVALID_ARGUMENT},
};

static OffhookError
offhook_openai_map_status(guint status)
{
	switch (status) {
	case 400:
	case 422:
		return OFFHOOK_ERROR_INVALID_ARGUMENT;
	case 401:
		return OFFHOOK_ERROR_AUTHENTICATION;
	case 402:
	case 429:
		return OFFHOOK_ERROR_RATE_LIMITED;
	case 403:
		return OFFHOOK_ERROR_PERMISSION;
	case 404:
		return OFFHOOK_ERROR_NOT_FOUND;
	case 408:
	case 504:
		return OFFHOOK_ERROR_TIMED_OUT;
	case 413:
		return OFFHOOK_ERROR_LIMIT;
	case 503:
		return OFFHOOK_ERROR_BUSY;
	default:
		return OFFHOOK_ERROR_PROVIDER;
	}
}

/* The words tell more than 400, and all there is when an error comes within a 200. */
static OffhookError
offhook_openai_fault_map(const OffhookOpenaiFault *fault)
{
	gboolean vague = fault->status == 0 || fault->status == 200 || fault->status == 400;

	for (guint i = 0; vague && i < G_N_ELEMENTS(offhook_openai_words); i++) {
		const char *word = offhook_openai_words[i].word;

		if ((fault->type != NULL && strstr(fault->type, word) != NULL) ||
		    (fault->code != NULL && strstr(fault->code, word) != NULL))
			return offhook_openai_words[i].error;
	}
	return offhook_openai_map_status(fault->status);
}

/* One line, not too long, whole characters. */
static char *
offhook_openai_tidy(const char *message)
{
	g_autofree char *valid = g_utf8_make_valid(message, (gssize)strnlen(message, MAX_MESSAGE));

	g_strdelimit(valid, "\r\n\t\v\f\x1b", ' ');
	return g_strdup(g_strstrip(valid));
}

/* The service's own words about a key may hold a part of it. */
static GError *
offhook_openai_fault_to_error(const OffhookOpenaiFault *fault, const char *hint)
{
	OffhookError code = offhook_openai_fault_map(fault);
	gboolean about_key = code == OFFHOOK_ERROR_AUTHENTICATION;
	g_autofree char *message =
	    offhook_openai_tidy(fault->message != NULL ? fault->message : "");
	g_autoptr(GString) text = g_string_new("openai: ");

	if (about_key)
		g_string_append(text, "the service refused the key (api-key)");
	else if (code == OFFHOOK_ERROR_NOT_FOUND)
		g_string_append(text, "the service does not know the model or the address");
	else if (code == OFFHOOK_ERROR_RATE_LIMITED)
		g_string_append(text, "the service allows no more for now");
	else if (code == OFFHOOK_ERROR_INVALID_ARGUMENT || code == OFFHOOK_ERROR_LIMIT)
		g_string_append(text, "the service refused the request");
	else
		g_string_append(text, "the service failed");
	if (fault->status != 0 && fault->status != 200)
		g_string_append_printf(text, ", status %u", fault->status);
	if (hint != NULL)
		g_string_append_printf(text, ", %s", hint);
	if (!about_key && *message != '\0')
		g_string_append_printf(text, ": %s", message);
	return g_error_new(OFFHOOK_ERROR, (int)code, "%s", text->str);
}

/* A number for a code is a status. */
static void
offhook_openai_fault_read_code(OffhookOpenaiFault *fault, JsonObject *object)
{
	gint64 number = offhook_json_get_number(object, "code");

	fault->code = offhook_json_get_string(object, "code");
	if (number >= 400 && number <= 599 && (fault->status == 0 || fault->status == 200))
		fault->status = (guint)number;
}

static gboolean
offhook_openai_fault_read(OffhookOpenaiFault *fault, JsonObject *object)
{
	JsonObject *inner = offhook_json_get_object(object, "error");

	if (inner == NULL && (g_strcmp0(offhook_json_get_string(object, "object"), "error") == 0 ||
			      g_strcmp0(offhook_json_get_string(object, "type"), "error") == 0))
		inner = object;
	if (inner != NULL) {
		fault->type = offhook_json_get_string(inner, "type");
		fault->message = offhook_json_get_string(inner, "message");
		offhook_openai_fault_read_code(fault, inner);
		return TRUE;
	}
	fault->message = offhook_json_get_string(object, "error");
	if (fault->message == NULL)
		fault->message = offhook_json_get_string(object, "detail");
	return fault->message != NULL;
}

GError *
offhook_openai_error_from_object(JsonObject *object)
{
	OffhookOpenaiFault fault = {.status = 200};
	gboolean has_more = json_object_has_member(object, "error") &&
			    !json_object_get_null_member(object, "error");

	if (!offhook_openai_fault_read(&fault, object) && !has_more)
		return NULL;
	return offhook_openai_fault_to_error(&fault, NULL);
}

/* "it asks to wait 7 s" (transfer full) (nullable) */
static char *
offhook_openai_get_wait(const OffhookWebResponse *response)
{
	const char *ms = g_hash_table_lookup(response->headers, "retry-after-ms");
	const char *after = g_hash_table_lookup(response->headers, "retry-after");

	if (ms != NULL && g_ascii_isdigit(*ms))
		return g_strdup_printf("it asks to wait %.3g s", g_ascii_strtod(ms, NULL) / 1000);
	if (after != NULL && g_ascii_isdigit(*after))
		return g_strdup_printf("it asks to wait %.3g s", g_ascii_strtod(after, NULL));
	return NULL;
}

GError *
offhook_openai_error_from_response(const OffhookWebResponse *response)
{
	OffhookOpenaiFault fault = {.status = response->status};
	gsize size;
	const char *data = g_bytes_get_data(response->body, &size);
	g_autofree char *text = g_strndup(data != NULL ? data : "", size);
	g_autofree char *wait = offhook_openai_get_wait(response);
	g_autoptr(JsonObject) object = offhook_json_parse_object(text, -1, "body", NULL);

	if (object != NULL)
		offhook_openai_fault_read(&fault, object);
	else if (*text != '<') /* a page for browsers says nothing here */
		fault.message = text;
	return offhook_openai_fault_to_error(&fault, wait);
}
