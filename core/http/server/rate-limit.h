/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How many requests a client may make in a minute, per category. Main thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
	OFFHOOK_RATE_NONE, /* not limited: webhooks, media, the control WebSocket */
	OFFHOOK_RATE_HEALTH,
	OFFHOOK_RATE_PROVIDERS,
	OFFHOOK_RATE_CALLS,
	OFFHOOK_RATE_AGENTS,
	OFFHOOK_RATE_CONVERSATIONS,
	OFFHOOK_RATE_LAST
} OffhookRateCategory;

/** How many times as much a script of `offhook` may ask as anybody else. */
#define OFFHOOK_RATE_OPERATOR 20

/** What the X-RateLimit headers say. */
typedef struct {
	guint limit; /* 0: not limited */
	guint remaining;
	gint64 reset_s; /* unix time */
	gboolean exceeded;
} OffhookRateStatus;

typedef struct _OffhookRateLimit OffhookRateLimit;

OffhookRateLimit *offhook_rate_limit_new(void);
void offhook_rate_limit_free(OffhookRateLimit *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookRateLimit, offhook_rate_limit_free)

/** "rate-limit-calls": the key of [server] that limits it. (nullable): %OFFHOOK_RATE_NONE has none */
const char *offhook_rate_category_get_key(OffhookRateCategory category);

void offhook_rate_limit_set(OffhookRateLimit *self, OffhookRateCategory category, guint limit);

/** Counts a request of @client at @now_s (unix time). */
OffhookRateStatus offhook_rate_limit_count(OffhookRateLimit *self, OffhookRateCategory category,
					   const char *client, gint64 now_s);

/** The same of the command line with the server's own token: counted apart, and %OFFHOOK_RATE_OPERATOR as many. */
OffhookRateStatus offhook_rate_limit_count_operator(OffhookRateLimit *self,
						    OffhookRateCategory category,
						    const char *client, gint64 now_s);

G_END_DECLS
