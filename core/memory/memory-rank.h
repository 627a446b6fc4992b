/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Which of a user's memories have to do with what is said. There are few of them, so all are looked at:
 * every database finds the same, and none needs an index that would remember what was forgotten. Plain
 * values; any thread.
 */
#pragma once

#include "store/record/store-records.h"

G_BEGIN_DECLS

/** One that was found. */
typedef struct {
	const OffhookMemoryRecord *record;
	double score; /* 0 to 1 */
} OffhookMemoryHit;

/**
 * offhook_memory_rank:
 * @records: (element-type OffhookMemoryRecord): they outlive the result
 * @query: as it is said; what everybody says in every sentence counts for nothing
 * @cosines: (nullable) (element-type utf8 gdouble): id -> how near its meaning is, as
 *   offhook_store_compare_memories_finish() tells: these are found by that, too
 * @limit: so many at most
 *
 * A memory is found by each word of @query that it has, in whatever form; rare ones count for more.
 *
 * Returns: (transfer full) (element-type OffhookMemoryHit): best first, newer before older
 */
GArray *offhook_memory_rank(GPtrArray *records, const char *query, GHashTable *cosines,
			    guint limit);

G_END_DECLS
