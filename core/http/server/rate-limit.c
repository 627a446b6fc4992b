/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Fixed windows of a minute. The table is emptied with each new window, so that it holds no more
 * than one minute's clients, and no more than a fixed number of them. Main thread.
 */

#include "http/server/rate-limit.h"

#define OFFHOOK_RATE_WINDOW_S    60
#define OFFHOOK_RATE_MAX_CLIENTS 100000

struct _OffhookRateLimit {
	guint limits[OFFHOOK_RATE_LAST];
	gint64 window;                         /* number of the minute that is counted */
	GHashTable *counts[OFFHOOK_RATE_LAST]; /* client -> requests */
};

static const char *const offhook_rate_category_keys[OFFHOOK_RATE_LAST] = {
    [OFFHOOK_RATE_HEALTH] = "rate-limit-health",
    [OFFHOOK_RATE_PROVIDERS] = "rate-limit-providers",
    [OFFHOOK_RATE_CALLS] = "rate-limit-calls",
    [OFFHOOK_RATE_AGENTS] = "rate-limit-agents",
    [OFFHOOK_RATE_CONVERSATIONS] = "rate-limit-conversations",
};

const char *
offhook_rate_category_get_key(OffhookRateCategory category)
{
	g_return_val_if_fail(category < OFFHOOK_RATE_LAST, NULL);

	return offhook_rate_category_keys[category];
}

OffhookRateLimit *
offhook_rate_limit_new(void)
{
	OffhookRateLimit *self = g_new0(OffhookRateLimit, 1);

	for (guint i = 0; i < OFFHOOK_RATE_LAST; i++)
		self->counts[i] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return self;
}

void
offhook_rate_limit_free(OffhookRateLimit *self)
{
	if (self == NULL)
		return;
	for (guint i = 0; i < OFFHOOK_RATE_LAST; i++)
		g_hash_table_unref(self->counts[i]);
	g_free(self);
}

void
offhook_rate_limit_set(OffhookRateLimit *self, OffhookRateCategory category, guint limit)
{
	g_return_if_fail(category < OFFHOOK_RATE_LAST);

	self->limits[category] = limit;
}

static void
offhook_rate_limit_turn_window(OffhookRateLimit *self, gint64 window)
{
	if (self->window == window)
		return;
	self->window = window;
	for (guint i = 0; i < OFFHOOK_RATE_LAST; i++)
		g_hash_table_remove_all(self->counts[i]);
}

static OffhookRateStatus
offhook_rate_limit_count_up_to(OffhookRateLimit *self, OffhookRateCategory category, guint limit,
			       const char *client, gint64 now_s)
{
	gint64 window = now_s / OFFHOOK_RATE_WINDOW_S;
	OffhookRateStatus status = {
	    .limit = limit,
	    .reset_s = (window + 1) * OFFHOOK_RATE_WINDOW_S,
	};
	GHashTable *counts = self->counts[category];
	guint count;

	if (status.limit == 0)
		return status;
	offhook_rate_limit_turn_window(self, window);
	count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, client));
	status.exceeded = count >= status.limit ||
			  (count == 0 && g_hash_table_size(counts) >= OFFHOOK_RATE_MAX_CLIENTS);
	if (!status.exceeded)
		g_hash_table_insert(counts, g_strdup(client), GUINT_TO_POINTER(++count));
	status.remaining = status.exceeded ? 0 : status.limit - count;
	return status;
}

OffhookRateStatus
offhook_rate_limit_count(OffhookRateLimit *self, OffhookRateCategory category, const char *client,
			 gint64 now_s)
{
	return offhook_rate_limit_count_up_to(self, category, self->limits[category], client,
					      now_s);
}

OffhookRateStatus
offhook_rate_limit_count_operator(OffhookRateLimit *self, OffhookRateCategory category,
				  const char *client, gint64 now_s)
{
	/* No address begins so. */
	g_autofree char *apart = g_strconcat("operator ", client, NULL);

	return offhook_rate_limit_count_up_to(
	    self, category, self->limits[category] * OFFHOOK_RATE_OPERATOR, apart, now_s);
}
