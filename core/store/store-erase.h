/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Taking out of the store what belongs to somebody, or what is too old. A topic that keeps rows of
 * callers names them in store-sql-erase.c, and nowhere else. Main thread; see store.h.
 */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

/** Whose data. One of the two; borrowed. */
typedef struct {
	const char *number;  /* E.164; found however it was written down: with +, 00 or neither */
	const char *user_id; /* of conversations, and of the calls that they were held in */
} OffhookCaller;

/**
 * A number as people write it ("+1 (555) 010-0001", "001...") in E.164; (transfer full) (nullable): it
 * is none, or says no country.
 */
char *offhook_caller_normalise_number(const char *text);

/** %OFFHOOK_ERROR_INVALID_ARGUMENT names the field that can't be. */
gboolean offhook_caller_check(const OffhookCaller *self, GError **error);
/** Whether @number is the caller's, however it is written. @number: (nullable) */
gboolean offhook_caller_has_number(const OffhookCaller *self, const char *number);

/** How much there is of a caller. */
void offhook_store_count_caller_async(OffhookStore *self, const OffhookCaller *caller,
				      GCancellable *cancellable, GAsyncReadyCallback callback,
				      gpointer user_data);
/** Returns: (element-type OffhookRowCountRecord): one for each table, some with 0 rows */
GPtrArray *offhook_store_count_caller_finish(OffhookStore *self, GAsyncResult *result,
					     GError **error);

/** What is kept of a caller outside of the database. */
void offhook_store_list_holdings_async(OffhookStore *self, const OffhookCaller *caller,
				       GCancellable *cancellable, GAsyncReadyCallback callback,
				       gpointer user_data);
/** Returns: (element-type OffhookHoldingRecord) */
GPtrArray *offhook_store_list_holdings_finish(OffhookStore *self, GAsyncResult *result,
					      GError **error);

/**
 * offhook_store_list_open_calls_async:
 * @caller: (nullable): of anybody
 * @since_us: with a caller also those that have ended since
 *
 * Calls of all nodes that have not ended, once everything posted before is committed. Some may be of
 * servers that died and were never started again.
 */
void offhook_store_list_open_calls_async(OffhookStore *self, const OffhookCaller *caller,
					 gint64 since_us, GCancellable *cancellable,
					 GAsyncReadyCallback callback, gpointer user_data);
/** Returns: (element-type OffhookCallRecord) */
GPtrArray *offhook_store_list_open_calls_finish(OffhookStore *self, GAsyncResult *result,
						GError **error);

/**
 * offhook_store_erase_caller_async:
 *
 * Deletes all rows of a caller in one transaction, once everything posted before is committed: fails
 * with %OFFHOOK_ERROR_STORAGE when that can't be. Their bytes are gone after offhook_store_scrub_async().
 */
void offhook_store_erase_caller_async(OffhookStore *self, const OffhookCaller *caller,
				      GCancellable *cancellable, GAsyncReadyCallback callback,
				      gpointer user_data);
/** Returns: (element-type OffhookRowCountRecord): one for each table */
GPtrArray *offhook_store_erase_caller_finish(OffhookStore *self, GAsyncResult *result,
					     GError **error);

/** The tables whose rows have an age, %NULL-terminated: what belongs to a row goes with it. */
const char *const *offhook_store_list_ageing(void);
/**
 * offhook_store_expire_async:
 * @table: one of offhook_store_list_ageing()
 * @before_us: what is older goes, the oldest first, but never a call in progress
 * @limit: so many rows at most
 */
void offhook_store_expire_async(OffhookStore *self, const char *table, gint64 before_us,
				guint limit, GCancellable *cancellable,
				GAsyncReadyCallback callback, gpointer user_data);
/** @count: (out): how many rows went */
gboolean offhook_store_expire_finish(OffhookStore *self, GAsyncResult *result, guint *count,
				     GError **error);

/** A recording's file is gone: so are its row and its call's mention of it. */
void offhook_store_forget_recording_async(OffhookStore *self, const char *call_id, const char *path,
					  GCancellable *cancellable, GAsyncReadyCallback callback,
					  gpointer user_data);
gboolean offhook_store_forget_recording_finish(OffhookStore *self, GAsyncResult *result,
					       GError **error);

typedef enum {
	OFFHOOK_SCRUB_LIGHT, /* what costs little */
	OFFHOOK_SCRUB_WHOLE, /* whatever it takes: PostgreSQL rewrites the tables, writes wait meanwhile */
} OffhookScrub;

/**
 * offhook_store_scrub_async:
 *
 * Rows that were deleted leave bytes in the database's files: takes them out. SQLite: out of the
 * text index and the journal of writes; the rest SQLite overwrites when it deletes. PostgreSQL: by
 * VACUUM.
 */
void offhook_store_scrub_async(OffhookStore *self, OffhookScrub how, GCancellable *cancellable,
			       GAsyncReadyCallback callback, gpointer user_data);
/** (transfer full): what could not be done and why, %NULL-terminated; %NULL with @error */
char **offhook_store_scrub_finish(OffhookStore *self, GAsyncResult *result, GError **error);

/**
 * offhook_store_claim_removals_async:
 *
 * What is to be deleted in collections now (store-memories.h) is from now on what a receipt, which may be
 * written later, waits for. It may be more than the caller's own: whose a memory was is not known any more.
 */
void offhook_store_claim_removals_async(OffhookStore *self, const char *receipt_id,
					GCancellable *cancellable, GAsyncReadyCallback callback,
					gpointer user_data);
/** @count: (out): how many they are */
gboolean offhook_store_claim_removals_finish(OffhookStore *self, GAsyncResult *result, guint *count,
					     GError **error);
/**
 * offhook_store_settle_receipts_async:
 * @receipt_id: (nullable): one that is new; all the same those that wait for something are looked at
 * @now_us: when nothing is left of it, that was now
 *
 * Receipts say how many of their removals are left.
 */
void offhook_store_settle_receipts_async(OffhookStore *self, const char *receipt_id, gint64 now_us,
					 GCancellable *cancellable, GAsyncReadyCallback callback,
					 gpointer user_data);
gboolean offhook_store_settle_receipts_finish(OffhookStore *self, GAsyncResult *result,
					      GError **error);

/** Writes a receipt; see offhook_store_put_call(). */
gboolean offhook_store_put_receipt(OffhookStore *self, const OffhookReceiptRecord *record,
				   GError **error);
/** Newest first. @subject: (nullable): any */
void offhook_store_list_receipts_async(OffhookStore *self, const char *subject, guint limit,
				       GCancellable *cancellable, GAsyncReadyCallback callback,
				       gpointer user_data);
/** Returns: (element-type OffhookReceiptRecord) */
GPtrArray *offhook_store_list_receipts_finish(OffhookStore *self, GAsyncResult *result,
					      GError **error);
void offhook_store_get_receipt_async(OffhookStore *self, const char *receipt_id,
				     GCancellable *cancellable, GAsyncReadyCallback callback,
				     gpointer user_data);
/** (transfer full) */
OffhookReceiptRecord *offhook_store_get_receipt_finish(OffhookStore *self, GAsyncResult *result,
						       GError **error);

G_END_DECLS
