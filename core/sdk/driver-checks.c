/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The arguments of what a driver is asked, checked once for all drivers. A driver may be stricter.
 * Any thread.
 */

#include "driver-checks.h"

#include <offhook/error.h>
#include <string.h>

#define MAX_DIGITS 128
#define KEYS       "0123456789ABCDabcd*#wW"

static gboolean
offhook_driver_fail_argument(GError **error, const char *field, const char *expected)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT, "%s: expected %s", field,
		    expected);
	return FALSE;
}

static gboolean
offhook_driver_check_number(const char *field, const char *number, GError **error)
{
	return offhook_phone_number_is_valid(number) ||
	       offhook_driver_fail_argument(error, field, "a number in E.164 like +15550100042");
}

static gboolean
offhook_driver_check_keys(const char *field, const char *keys, GError **error)
{
	gsize size = keys != NULL ? strlen(keys) : 0;

	return (size > 0 && size <= MAX_DIGITS && strspn(keys, KEYS) == size) ||
	       offhook_driver_fail_argument(error, field,
					    "1 to 128 of 0-9, A-D, *, # and w (a pause)");
}

gboolean
offhook_driver_check_call_request(const OffhookCallRequest *request, GError **error)
{
	return offhook_driver_check_number("to", request->to, error) &&
	       (request->send_digits == NULL ||
		offhook_driver_check_keys("send_digits", request->send_digits, error));
}

gboolean
offhook_driver_check_argument(OffhookCallVerb verb, const char *argument, GError **error)
{
	return verb != OFFHOOK_VERB_SEND_DTMF ||
	       offhook_driver_check_keys("digits", argument, error);
}

gboolean
offhook_driver_check_message(const OffhookTextMessage *message, GError **error)
{
	if (!offhook_driver_check_number("to", message->to, error))
		return FALSE;
	if (message->text != NULL && *message->text != '\0' &&
	    g_utf8_validate(message->text, -1, NULL))
		return TRUE;
	/* A picture needs no words. */
	if (message->media != NULL && message->media[0] != NULL &&
	    (message->text == NULL || *message->text == '\0'))
		return TRUE;
	return offhook_driver_fail_argument(error, "text", "some, in UTF-8");
}
