/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What a database must do to be a store: commit a batch of writes, answer a query. The queue, its
 * bound, retrying and the order between reads and writes are the base class's. For backends, not
 * for users of the store. Main thread.
 */
#pragma once

#include "store/record/record-type.h"
#include "store/store-erase.h"
#include "store/store-history-query.h"
#include "store/store-interactions.h"

G_BEGIN_DECLS

typedef enum {
	OFFHOOK_STORE_PUT_CALL,
	OFFHOOK_STORE_ADD_EVENT,
	OFFHOOK_STORE_PUT_CONVERSATION,
	OFFHOOK_STORE_ADD_MESSAGE,
	OFFHOOK_STORE_UPDATE_MESSAGE, /* of the record only id, content and interrupted count */
	OFFHOOK_STORE_FOLD_MESSAGE,   /* of the record only id and content */
	OFFHOOK_STORE_PUT_TURN,
	OFFHOOK_STORE_PUT_RECORDING,
	OFFHOOK_STORE_PUT_RECEIPT,
	OFFHOOK_STORE_ADD_DELIVERY,
	OFFHOOK_STORE_UPDATE_DELIVERY,
	OFFHOOK_STORE_REMOVE_DELIVERY, /* of the record only id counts */
	OFFHOOK_STORE_ADD_SCHEDULED_CALL,
	OFFHOOK_STORE_UPDATE_SCHEDULED_CALL,
	OFFHOOK_STORE_PUT_MEMORY,
	OFFHOOK_STORE_WRITE_LAST
} OffhookStoreWriteKind;

/** One write. A backend may read it in any thread while write_async() is under way. */
typedef struct {
	OffhookStoreWriteKind kind;
	gpointer record; /* owned */
	char *words;     /* (nullable): of a message: its content as it is searched */
	gsize size;
} OffhookStoreWrite;

/** The record type that a kind of write carries. */
const OffhookRecordType *offhook_store_write_kind_get_type(OffhookStoreWriteKind kind);

/** How many of the record's fields a write of @kind needs, the first ones. */
guint offhook_store_write_kind_count_fields(OffhookStoreWriteKind kind);

/** Whether a write of @kind may find that what it was meant for is gone. */
gboolean offhook_store_write_kind_may_miss(OffhookStoreWriteKind kind);

/** Whether @record can be written so: the errors of offhook_record_type_check(). */
gboolean offhook_store_write_check(OffhookStoreWriteKind kind, gconstpointer record,
				   GError **error);

/** @record: copied. */
OffhookStoreWrite *offhook_store_write_new(OffhookStoreWriteKind kind, gconstpointer record);
/** @record: (transfer full) */
OffhookStoreWrite *offhook_store_write_new_take(OffhookStoreWriteKind kind, gpointer record);
void offhook_store_write_free(OffhookStoreWrite *self);

typedef enum {
	OFFHOOK_STORE_GET_CALL,
	OFFHOOK_STORE_LIST_CALLS,
	OFFHOOK_STORE_LIST_LEGS,
	OFFHOOK_STORE_GET_CONVERSATION,
	OFFHOOK_STORE_LIST_CONVERSATIONS,
	OFFHOOK_STORE_LIST_MESSAGES,
	OFFHOOK_STORE_LIST_TURNS,
	OFFHOOK_STORE_LIST_EVENTS,
	OFFHOOK_STORE_GET_RECORDING,
	OFFHOOK_STORE_LIST_RECORDINGS,
	OFFHOOK_STORE_LIST_UNMEASURED,
	OFFHOOK_STORE_SUM_COSTS,
	OFFHOOK_STORE_LIST_HISTORY,
	OFFHOOK_STORE_SEARCH,
	OFFHOOK_STORE_GET_STATISTICS,
	OFFHOOK_STORE_LIST_UNFOLDED,
	OFFHOOK_STORE_COUNT_CALLER,
	OFFHOOK_STORE_LIST_HOLDINGS,
	OFFHOOK_STORE_LIST_RECEIPTS,
	OFFHOOK_STORE_GET_RECEIPT,
	OFFHOOK_STORE_LIST_OPEN_CALLS,
	OFFHOOK_STORE_LIST_INTERACTIONS,
	OFFHOOK_STORE_COUNT_INTERACTIONS,
	OFFHOOK_STORE_GET_PREFERENCES,
	OFFHOOK_STORE_LIST_DELIVERIES,
	OFFHOOK_STORE_LOAD_DELIVERIES,
	OFFHOOK_STORE_COUNT_DELIVERIES,
	OFFHOOK_STORE_LIST_SCHEDULED_CALLS,
	OFFHOOK_STORE_LOAD_SCHEDULED_CALLS,
	OFFHOOK_STORE_GET_SCHEDULED_CALL,
	OFFHOOK_STORE_LIST_MEMORIES,
	OFFHOOK_STORE_COMPARE_MEMORIES,
	OFFHOOK_STORE_LIST_MEMORY_REMOVALS,
	/* These write. */
	OFFHOOK_STORE_MARK_INTERRUPTED,
	OFFHOOK_STORE_ERASE_CALLER,
	OFFHOOK_STORE_EXPIRE,
	OFFHOOK_STORE_FORGET_RECORDING,
	OFFHOOK_STORE_ADD_INTERACTION,
	OFFHOOK_STORE_PUT_PREFERENCES,
	OFFHOOK_STORE_RETRY_DELIVERIES,
	OFFHOOK_STORE_DELETE_DELIVERY,
	OFFHOOK_STORE_EXPIRE_DELIVERIES,
	OFFHOOK_STORE_BURY_DELIVERIES,
	OFFHOOK_STORE_FORGET_MEMORIES,
	OFFHOOK_STORE_SET_VECTOR,
	OFFHOOK_STORE_MARK_MEMORY,
	OFFHOOK_STORE_DROP_MEMORY_REMOVALS,
	OFFHOOK_STORE_CLAIM_REMOVALS,
	OFFHOOK_STORE_SETTLE_RECEIPTS,
	OFFHOOK_STORE_QUERY_LAST
} OffhookStoreQueryKind;

typedef struct {
	OffhookStoreQueryKind kind;
	char *key; /* an id, the node, a table */
	guint limit;
	guint offset;
	char *status;
	char *user_id;
	char *phone_number;
	char *session_id;
	char *endpoint;
	char *call_id;
	gint64 position; /* of a delivery, or when a call is to be: the page begins after it */
	char *model; /* (nullable): whose vectors are wanted */
	char *vector;         /* (nullable): to which they are compared */
	gboolean by_database; /* ... where they are */
	gint64 now_us;
	gint64 since_us; /* or until when */
	gint64 until_us; /* not included */
	char **names;    /* a caller's, as they may be written down */
	char *path;
	OffhookHistoryQuery *history; /* (nullable): of those that look back */
	gboolean insist;              /* only when all writes before it are committed */
	const OffhookRecordType *record_type;
	gpointer record;        /* (nullable): of that type, to be written */
	OffhookStoreUser *user; /* (nullable): on whose behalf */
} OffhookStoreQuery;

void offhook_store_query_free(OffhookStoreQuery *self);
/** Whether the answer is a transaction that changes something. */
gboolean offhook_store_query_writes(const OffhookStoreQuery *self);

typedef struct {
	const OffhookRecordType *record_type;
	gpointer record; /* what a "get" found; of a list, how far it looked */
	GPtrArray *rows; /* (nullable): what a "list" found, or the messages of a conversation */
	guint64 total;
} OffhookStoreResult;

void offhook_store_result_free(OffhookStoreResult *self);

/** An empty array that frees records of @type. (transfer full) */
GPtrArray *offhook_store_result_new_rows(const OffhookRecordType *type);
/** Keeps the first of @places (element-type OffhookHistoryPlace), if there is one: how far it looked. */
void offhook_store_result_take_place(OffhookStoreResult *self, GPtrArray *places);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookStoreWrite, offhook_store_write_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookStoreQuery, offhook_store_query_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookStoreResult, offhook_store_result_free)

/**
 * OffhookStoreClass:
 * @backend_name: "sqlite"
 * @connect_async: reaches the database, makes what is missing and brings its schema up to date; again
 *   after it failed. Nothing else is called before it was done
 * @write_async: commits all of @writes (element-type OffhookStoreWrite), in order, in one
 *   transaction. @writes is not changed by anyone until it is done. One at a time
 * @write_finish: %TRUE when the transaction is committed. Writes that the database will never take
 *   are left out of it and told in @rejected (out) (transfer full) (nullable) (element-type
 *   GError). %FALSE when nothing of it is committed and it is worth another try
 * @query_async: answers @query, which lives until it is done. Any number at a time
 * @query_finish: (transfer full); no row for a "get" is %OFFHOOK_ERROR_NOT_FOUND
 * @scrub_async: see offhook_store_scrub_async()
 * @compares_vectors: (nullable): whether the database can; once it is connected
 */
struct _OffhookStoreClass {
	GObjectClass parent_class;

	const char *backend_name;
	void (*connect_async)(OffhookStore *self, GCancellable *cancellable,
			      GAsyncReadyCallback callback, gpointer user_data);
	gboolean (*connect_finish)(OffhookStore *self, GAsyncResult *result, GError **error);
	void (*write_async)(OffhookStore *self, GPtrArray *writes, GAsyncReadyCallback callback,
			    gpointer user_data);
	gboolean (*write_finish)(OffhookStore *self, GAsyncResult *result, GPtrArray **rejected,
				 GError **error);
	void (*query_async)(OffhookStore *self, const OffhookStoreQuery *query,
			    GCancellable *cancellable, GAsyncReadyCallback callback,
			    gpointer user_data);
	OffhookStoreResult *(*query_finish)(OffhookStore *self, GAsyncResult *result,
					    GError **error);
	void (*scrub_async)(OffhookStore *self, OffhookScrub how, GCancellable *cancellable,
			    GAsyncReadyCallback callback, gpointer user_data);
	char **(*scrub_finish)(OffhookStore *self, GAsyncResult *result, GError **error);
	gboolean (*compares_vectors)(OffhookStore *self);
};

G_END_DECLS
