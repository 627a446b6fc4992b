/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Errors of the service: within the stream, as the reason of a close, or {"detail":{...}} of a refused
 * handshake. Main thread.
 */

#include "elevenlabs-error.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

#define MAX_WORDS 200 /* bytes of what the service says */

/* The first that is found in what the service says decides. */
static const struct {
	const char *part; /* lower case */
	OffhookError code;
	const char *meaning;
} offhook_elevenlabs_faults[] = {
    {"quota", OFFHOOK_ERROR_RATE_LIMITED, "the account's quota is used up"},
    {"credits", OFFHOOK_ERROR_RATE_LIMITED, "the account's quota is used up"},
    {"concurren", OFFHOOK_ERROR_BUSY, "the plan allows no more at the same time"},
    {"simultaneous", OFFHOOK_ERROR_BUSY, "the service allows no more at the same time"},
    {"system_busy", OFFHOOK_ERROR_BUSY, "the service is overloaded"},
    {"rate_limit", OFFHOOK_ERROR_RATE_LIMITED, "the service allows no more for now"},
    {"api_key", OFFHOOK_ERROR_AUTHENTICATION, "the service refused the key (api-key)"},
    {"api key", OFFHOOK_ERROR_AUTHENTICATION, "the service refused the key (api-key)"},
    {"unauthorized", OFFHOOK_ERROR_AUTHENTICATION, "the service refused the key (api-key)"},
    {"permission", OFFHOOK_ERROR_PERMISSION, "the key may not do this"},
    {"voice_not_found", OFFHOOK_ERROR_NOT_FOUND, "the service does not know the voice"},
    {"voice_id", OFFHOOK_ERROR_NOT_FOUND, "the service does not know the voice"},
    {"model_id", OFFHOOK_ERROR_NOT_FOUND, "the service does not know the model"},
    {"subscription", OFFHOOK_ERROR_PERMISSION, "the account's plan does not allow this"},
    {"character_limit", OFFHOOK_ERROR_LIMIT, "the text is too long"},
    {"within the timeout", OFFHOOK_ERROR_TIMED_OUT, "the service closed an idle connection"},
};

/* One line, not too long, whole characters. (transfer full) */
static char *
offhook_elevenlabs_tidy(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, (gssize)strnlen(text, MAX_WORDS));

	g_strdelimit(valid, "\r\n\t\v\f\x1b", ' ');
	return g_strdup(g_strstrip(valid));
}

/* @fallback: when the words say nothing that is known */
static GError *
offhook_elevenlabs_error_build(const char *fault, const char *explanation, OffhookError fallback,
			       const char *meaning)
{
	g_autofree char *said = g_strconcat(fault, " ", explanation, NULL);
	g_autofree char *words = g_ascii_strdown(said, -1);
	g_autofree char *tidy = offhook_elevenlabs_tidy(*explanation != '\0' ? explanation : fault);
	OffhookError code = fallback;

	for (guint i = 0; i < G_N_ELEMENTS(offhook_elevenlabs_faults); i++)
		if (strstr(words, offhook_elevenlabs_faults[i].part) != NULL) {
			code = offhook_elevenlabs_faults[i].code;
			meaning = offhook_elevenlabs_faults[i].meaning;
			break;
		}
	/* The service's own words about a key may hold a part of it. */
	if (*tidy == '\0' || code == OFFHOOK_ERROR_AUTHENTICATION)
		return g_error_new(OFFHOOK_ERROR, (gint)code, "elevenlabs: %s", meaning);
	return g_error_new(OFFHOOK_ERROR, (gint)code, "elevenlabs: %s: %s", meaning, tidy);
}

GError *
offhook_elevenlabs_error_new(const char *fault, const char *explanation)
{
	return offhook_elevenlabs_error_build(fault, explanation != NULL ? explanation : "",
					      OFFHOOK_ERROR_PROVIDER, "the service failed");
}

/* {"detail":{"code","status","message"}}, {"detail":"text"}, or what is left of neither */
static GError *
offhook_elevenlabs_error_read_refusal(const OffhookSocketEnd *end)
{
	g_autoptr(JsonObject) body =
	    end->body != NULL ? offhook_json_parse_object(end->body, -1, "refusal", NULL) : NULL;
	JsonObject *detail = body != NULL ? offhook_json_get_object(body, "detail") : NULL;
	const char *fault = NULL, *explanation = NULL;
	g_autofree char *meaning =
	    g_strdup_printf("the service refused the connection, status %u", end->status);

	if (detail != NULL) {
		fault = offhook_json_get_string(detail, "code");
		fault = fault != NULL ? fault : offhook_json_get_string(detail, "status");
		explanation = offhook_json_get_string(detail, "message");
	} else if (body != NULL) {
		explanation = offhook_json_get_string(body, "detail");
	}
	return offhook_elevenlabs_error_build(fault != NULL ? fault : "",
					      explanation != NULL ? explanation : "",
					      (OffhookError)end->error->code, meaning);
}

GError *
offhook_elevenlabs_error_new_from_end(const OffhookSocketEnd *end)
{
	g_autofree char *meaning = NULL;

	if (end->error == NULL)
		return g_error_new_literal(OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER,
					   "elevenlabs: the service closed the connection while it "
					   "was to speak");
	if (end->status != 0)
		return offhook_elevenlabs_error_read_refusal(end);
	if (*end->reason == '\0')
		return g_error_new(OFFHOOK_ERROR, end->error->code, "elevenlabs: %s",
				   end->error->message);
	meaning = g_strdup_printf("the service closed the connection, code %u", end->code);
	return offhook_elevenlabs_error_build("", end->reason, (OffhookError)end->error->code,
					      meaning);
}
