/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The memory that serving one of many connections touches, as cache lines. With hundreds of calls
 * each finds its own pushed out of the cache by the others; fetched while the call before it is
 * served, it is there in time. Fetching never fails, not even memory that has been freed, so a set
 * may outlive what is in it. One thread at a time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define OFFHOOK_HOT_SET_MAX  64
#define OFFHOOK_HOT_SET_LINE 64

typedef struct {
	/*< private >*/
	guint n;
	const guint8 *lines[OFFHOOK_HOT_SET_MAX];
} OffhookHotSet;

/** What is too much is left out. @memory: (nullable) */
void offhook_hot_set_add(OffhookHotSet *self, gconstpointer memory, gsize size);

/** Asks for the set itself, some time before it is fetched. @self: (nullable) */
static inline void
offhook_hot_set_approach(const OffhookHotSet *self)
{
	for (gsize at = 0; self != NULL && at < sizeof(*self); at += OFFHOOK_HOT_SET_LINE)
		__builtin_prefetch((const guint8 *)self + at);
}

/** Asks for all that is in it, and does not wait. @self: (nullable) */
static inline void
offhook_hot_set_fetch(const OffhookHotSet *self)
{
	for (guint i = 0; self != NULL && i < self->n; i++)
		__builtin_prefetch(self->lines[i], 1);
}

G_END_DECLS
