/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is wanted of a call that is to be placed later. A plain value. Main thread.
 */
#pragma once

#include "config/config.h"
#include "store/record/store-records.h"

G_BEGIN_DECLS

#define OFFHOOK_SCHEDULED_CALL_ATTEMPTS     3
#define OFFHOOK_SCHEDULED_CALL_MAX_ATTEMPTS 20
#define OFFHOOK_SCHEDULED_CALL_RETRY_S      600
#define OFFHOOK_SCHEDULED_CALL_MIN_RETRY_S  10
#define OFFHOOK_SCHEDULED_CALL_MAX_RETRY_S  86400
/** How far ahead: a year. */
#define OFFHOOK_SCHEDULED_CALL_MAX_AHEAD_S (G_GINT64_CONSTANT(366) * 86400)

/** What is wanted. Borrowed. */
typedef struct {
	const char *number;         /* E.164 */
	gint64 at_us;               /* unix time; at once when it is past, but not by a minute */
	const char *assistant;      /* (nullable): the first of the provider's */
	const char *reason;         /* (nullable): what it is about */
	const char *origin_call_id; /* (nullable): the call in which it was arranged */
	guint max_attempts;         /* 1..20; 0: 3 */
	guint retry_s;              /* between two attempts, 10..86400; 0: 600 */
} OffhookScheduledCall;

/** %OFFHOOK_ERROR_INVALID_ARGUMENT names the field that can't be. */
gboolean offhook_scheduled_call_check(const OffhookScheduledCall *self, OffhookConfig *config,
				      GError **error);
/** As it is written down, waiting. (transfer full) */
OffhookScheduledCallRecord *offhook_scheduled_call_make_record(const OffhookScheduledCall *self);

G_END_DECLS
