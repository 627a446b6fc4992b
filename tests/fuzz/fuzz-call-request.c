/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What clients of the doors ask of calls, as JSON: refused with an error that says which field, or within
 * the limits that drivers count on.
 */

#include "call/manager/call-request.h"

#include <offhook/error.h>

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void
check_refusal(gboolean accepted, GError *const *where)
{
	const GError *error = *where;

	g_assert_true(accepted == (error == NULL));
	if (accepted)
		return;
	g_assert_true(error->domain == OFFHOOK_ERROR);
	g_assert_true(g_utf8_validate(error->message, -1, NULL));
}

static void
check_placing(JsonObject *body)
{
	OffhookInitiateRequest wanted = {0};
	g_autoptr(GError) error = NULL;

	check_refusal(offhook_call_request_read(body, &wanted, &error), &error);
	if (error != NULL)
		return;
	g_assert_cmpuint(wanted.timeout_s, <=, 600);
	g_assert_cmpuint(wanted.time_limit_s, <=, 86400);
	g_assert_cmpuint(wanted.machine_detection, <, OFFHOOK_DETECT_LAST);
	if (wanted.caller_id != NULL)
		g_assert_null(strpbrk(wanted.caller_id, "\r\n <>&\""));
}

static void
check_acting(JsonObject *body)
{
	OffhookCallCommand transfer = {.verb = OFFHOOK_VERB_TRANSFER};
	OffhookCallCommand play = {.verb = OFFHOOK_VERB_PLAY};
	g_autoptr(GError) transfer_error = NULL;
	g_autoptr(GError) play_error = NULL;
	g_autoptr(GError) name_error = NULL;

	check_refusal(offhook_call_request_read_transfer(body, &transfer, &transfer_error),
		      &transfer_error);
	if (transfer_error == NULL)
		g_assert_true(*transfer.argument != '\0' &&
			      (transfer.warm || transfer.briefing == NULL));
	check_refusal(offhook_call_request_read_sound(body, &play, &play_error), &play_error);
	if (play_error == NULL)
		g_assert_true(g_str_has_prefix(play.argument, "http"));
	check_refusal(
	    offhook_call_request_check_names(body, offhook_call_request_option_names, &name_error),
	    &name_error);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autoptr(JsonObject) body =
	    offhook_json_parse_object((const char *)data, size, "body", NULL);

	if (body == NULL)
		return 0;
	check_placing(body);
	check_acting(body);
	return 0;
}
