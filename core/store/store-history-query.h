/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Inside the store: what looking back asks of a database, checked and owned.
 */
#pragma once

#include "store/record/record-type.h"
#include "store/store-history.h"

G_BEGIN_DECLS

/** A place among calls or messages: just before it a page begins. */
typedef struct {
	gint64 at; /* of a call when it began, of a message its number */
	char *id;  /* of a call */
} OffhookHistoryPlace;

typedef struct {
	guint limit;
	gint64 from_us;
	OffhookHistoryPlace before;
	char *status;
	char *phone_number;
	char *direction;
	char *provider;
	char *assistant;
	char *role;
	char *call_id;
	gint64 min_duration_us;
	gint64 max_duration_us;
	double min_cost;
	double max_cost;
	gint64 now_us;
	gint64 to_us;               /* of messages */
	OffhookSearchQuery *search; /* (nullable) */
	OffhookStatisticsGroups groups;
	gint64 first_day;
	gint64 last_day;
} OffhookHistoryQuery;

void offhook_history_query_free(OffhookHistoryQuery *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookHistoryQuery, offhook_history_query_free)

/* Read only. */
extern const OffhookRecordType offhook_history_place_type;
extern const OffhookRecordType offhook_search_hit_type;
extern const OffhookRecordType offhook_statistics_record_type;

/**
 * A cursor as a text, and back. @kind: 'c' or 'm', so that one of the other kind is refused with
 * %OFFHOOK_ERROR_INVALID_ARGUMENT. (transfer full)
 */
char *offhook_history_place_to_cursor(const OffhookHistoryPlace *self, char kind);
gboolean offhook_history_place_parse(const char *cursor, char kind, OffhookHistoryPlace *place,
				     GError **error);

G_END_DECLS
