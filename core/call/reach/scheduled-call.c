/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Checks what is wanted, and makes a record of it. Main thread.
 */

#include "call/reach/scheduled-call.h"

#include <string.h>

#include <offhook/call.h>

#include "base/json.h"
#include "base/timestamp.h"
#include "base/uuid.h"

#define OFFHOOK_SCHEDULED_CALL_PAST_US    (60 * G_GINT64_CONSTANT(1000000))
#define OFFHOOK_SCHEDULED_CALL_MAX_REASON 2000

static gboolean
offhook_scheduled_call_check_time(gint64 at_us, GError **error)
{
	gint64 now_us = offhook_timestamp_now();
	g_autofree char *text = NULL;

	if (at_us >= now_us - OFFHOOK_SCHEDULED_CALL_PAST_US &&
	    at_us <= now_us + OFFHOOK_SCHEDULED_CALL_MAX_AHEAD_S * G_USEC_PER_SEC)
		return TRUE;
	text = offhook_timestamp_format(at_us);
	return offhook_json_refuse(error, "at", text, "a time that is to come, within a year");
}

gboolean
offhook_scheduled_call_check(const OffhookScheduledCall *self, OffhookConfig *config,
			     GError **error)
{
	if (!offhook_phone_number_is_valid(self->number))
		return offhook_json_refuse(error, "phone_number", self->number,
					   "a number in E.164 form like +15550100001");
	if (self->assistant != NULL &&
	    offhook_config_find_assistant(config, self->assistant) == NULL)
		return offhook_json_refuse(error, "assistant", self->assistant,
					   "the name of an assistant");
	if (self->reason != NULL && strlen(self->reason) > OFFHOOK_SCHEDULED_CALL_MAX_REASON)
		return offhook_json_refuse(error, "reason", "(long)", "at most 2,000 bytes");
	if (self->max_attempts > OFFHOOK_SCHEDULED_CALL_MAX_ATTEMPTS)
		return offhook_json_refuse(error, "max_attempts", "(many)", "1 to 20");
	if (self->retry_s != 0 && (self->retry_s < OFFHOOK_SCHEDULED_CALL_MIN_RETRY_S ||
				   self->retry_s > OFFHOOK_SCHEDULED_CALL_MAX_RETRY_S))
		return offhook_json_refuse(error, "retry_seconds", "(out of range)", "10 to 86400");
	return offhook_scheduled_call_check_time(self->at_us, error);
}

OffhookScheduledCallRecord *
offhook_scheduled_call_make_record(const OffhookScheduledCall *self)
{
	g_autofree char *id = offhook_uuid_new_v7();
	const OffhookScheduledCallRecord record = {
	    .id = id,
	    .node = (char *)g_get_host_name(),
	    .number = (char *)self->number,
	    .assistant = (char *)self->assistant,
	    .reason = (char *)self->reason,
	    .origin_call_id = (char *)self->origin_call_id,
	    .status = (char *)"waiting",
	    .at_us = self->at_us,
	    .next_us = self->at_us,
	    .max_attempts =
		self->max_attempts != 0 ? self->max_attempts : OFFHOOK_SCHEDULED_CALL_ATTEMPTS,
	    .retry_s = self->retry_s != 0 ? self->retry_s : OFFHOOK_SCHEDULED_CALL_RETRY_S,
	    .created_us = offhook_timestamp_now(),
	};

	return offhook_scheduled_call_record_copy(&record);
}
