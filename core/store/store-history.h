/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Looking back: pages of calls by what they were, searching in what was said, statistics by day. Fast
 * with a million calls, as every page looks at a bounded number of rows. As the reads of store.h, these
 * see every write posted before them; main thread.
 *
 * Pages are continued with a cursor: a text that names a place among the calls, which stays where it is
 * while new calls come in. The last page has none.
 */
#pragma once

#include "store/sql/search-text.h"
#include "store/store.h"

G_BEGIN_DECLS

/** Most hits that a search returns at once: each may be long. */
#define OFFHOOK_HISTORY_MAX_HITS 100

/** Most days that statistics are told of one by one. */
#define OFFHOOK_HISTORY_MAX_DAYS 3660

/** What a call must be; begin with OFFHOOK_HISTORY_FILTER_INIT. Texts are borrowed, %NULL for any. */
typedef struct {
	guint limit;        /* 1..500 */
	const char *cursor; /* (nullable): where the page before ended */
	const char *status;
	const char *phone_number; /* of either side, whole */
	const char *direction;    /* "inbound" or "outbound" */
	const char *provider;
	const char *assistant;
	gint64 from_us;        /* begun then or later */
	gint64 to_us;          /* ... and before then; 0: any */
	double min_duration_s; /* from the answer to the end, or until now; 0 when not answered */
	double max_duration_s; /* negative: any */
	double min_cost;       /* 0 when nothing was charged */
	double max_cost;       /* negative: any */
	/**
	 * What was said in it, as for offhook_search_query_new(). Looks at the latest 5,000 messages that
	 * match, in whatever order its words are in them; what is older is found by offhook_store_search_async().
	 */
	const char *text;
} OffhookHistoryFilter;

#define OFFHOOK_HISTORY_FILTER_INIT                                                                \
	((OffhookHistoryFilter){.limit = 50, .max_duration_s = -1, .max_cost = -1})

/**
 * offhook_store_list_history_async:
 *
 * Newest first. %OFFHOOK_ERROR_INVALID_ARGUMENT names the field that can't be. A page may have fewer
 * calls than wanted, even none, and go on all the same: where a filter lets little through, it tells how
 * far it has looked.
 */
void offhook_store_list_history_async(OffhookStore *self, const OffhookHistoryFilter *filter,
				      GCancellable *cancellable, GAsyncReadyCallback callback,
				      gpointer user_data);
/**
 * @cursor: (out) (transfer full) (nullable): for the page after; %NULL: this is the last
 * Returns: (transfer full) (element-type OffhookCallRecord)
 */
GPtrArray *offhook_store_list_history_finish(OffhookStore *self, GAsyncResult *result,
					     char **cursor, GError **error);

/** What a message must be. Texts are borrowed. */
typedef struct {
	guint limit;           /* 1..100 */
	const char *cursor;    /* (nullable) */
	const char *text;      /* as for offhook_search_query_new() */
	const char *role;      /* (nullable): who said it */
	const char *call_id;   /* (nullable) */
	const char *assistant; /* (nullable): of the call */
	gint64 from_us;        /* said then or later */
	gint64 to_us;          /* ... and before then; 0: any */
} OffhookSearchFilter;

/** A message that was found, and of which call. */
typedef struct {
	gint64 number; /* in the order in which messages came */
	char *message_id;
	char *conversation_id;
	char *
	    call_id; /* (nullable): the conversation was in text; so are all that follow the message */
	char *role;
	char *content; /* of an assistant: what the caller heard */
	gint64 at_us;
	gboolean interrupted;
	gint64 call_created_us;
	char *direction;
	char *phone_number;
	char *provider;
	char *assistant;
} OffhookSearchHit;

/** The newest message first. Otherwise as offhook_store_list_history_async(). */
void offhook_store_search_async(OffhookStore *self, const OffhookSearchFilter *filter,
				GCancellable *cancellable, GAsyncReadyCallback callback,
				gpointer user_data);
/** Returns: (transfer full) (element-type OffhookSearchHit) */
GPtrArray *offhook_store_search_finish(OffhookStore *self, GAsyncResult *result, char **cursor,
				       GError **error);

typedef enum {
	OFFHOOK_STATISTICS_BY_DAY = 1 << 0,
	OFFHOOK_STATISTICS_BY_PROVIDER = 1 << 1,
	OFFHOOK_STATISTICS_BY_ASSISTANT = 1 << 2,
} OffhookStatisticsGroups;

typedef struct {
	OffhookStatisticsGroups groups; /* 0: one sum */
	gint64 first_day;               /* since 1970, UTC */
	gint64 last_day;                /* with it; at most 3660 days */
	const char *provider;           /* (nullable) */
	const char *assistant;          /* (nullable) */
} OffhookStatisticsFilter;

/** Sums over the calls that began on some days. */
typedef struct {
	gint64 day;      /* since 1970, UTC; negative when not by day */
	char *provider;  /* (nullable): not by provider */
	char *assistant; /* (nullable): not by assistant; "" for calls without one */
	gint64 calls;
	gint64 answered;
	gint64 talk_us;         /* from answers to ends */
	double cost;            /* 0 when nothing was charged */
	double answer_delay_ms; /* the median of its turns, to 10 ms; negative: there are none */
} OffhookStatisticsRecord;

/** In the order of days, providers, assistants; those without calls are left out. */
void offhook_store_get_statistics_async(OffhookStore *self, const OffhookStatisticsFilter *filter,
					GCancellable *cancellable, GAsyncReadyCallback callback,
					gpointer user_data);
/** Returns: (transfer full) (element-type OffhookStatisticsRecord) */
GPtrArray *offhook_store_get_statistics_finish(OffhookStore *self, GAsyncResult *result,
					       GError **error);

/**
 * offhook_store_fold_messages_async:
 *
 * Makes messages fit to be searched that an older version wrote, a few at a time; does nothing where
 * there are none. Until it is done they are not found.
 */
void offhook_store_fold_messages_async(OffhookStore *self, GCancellable *cancellable,
				       GAsyncReadyCallback callback, gpointer user_data);
/** @count: (out) (optional): how many. */
gboolean offhook_store_fold_messages_finish(OffhookStore *self, GAsyncResult *result, guint *count,
					    GError **error);

G_END_DECLS
