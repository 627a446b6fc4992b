/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Where calls, conversations and recordings are written down. One abstract class; what is behind it
 * (SQLite, PostgreSQL) follows from the URL. Everything here is for the main thread and returns at once.
 *
 * Writes are posted: they are checked, copied, queued in order and committed in transactions, at
 * the latest a commit delay (100 ms) after; what is committed survives kill -9. While the database
 * can't be written, or takes longer than a second, they go, in order, to a journal on disk, if one
 * was asked for, which survives kill -9 and power cuts, too; else, or while that can't be written
 * either, they wait in a bounded queue. They are tried again until it works, also by the next process.
 *
 * Reads see every write posted before them. Only while the store is failing, or makes up for that, do
 * they see what is committed instead.
 *
 * Signals:
 *  - "write-failed" (GError *): the database can't be written; once per outage
 *  - "recovered" (): it can again, and the writes that waited are being committed, in order
 *  - "write-refused" (GError *): the queue is full, a write was not taken; once until there is room
 *    again (each refused write also gets its error and is counted)
 *  - "journal-failed" (GError *): the journal can't be written, once until it can; or a part of it can't
 *    be read, which is set aside
 *  - "write-rejected" (GError *): the database took the others but not this write, which is gone:
 *    it names a call that does not exist, say. One signal each; a bug in the caller
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "store/record/store-records.h"

G_BEGIN_DECLS

#define OFFHOOK_TYPE_STORE (offhook_store_get_type())
G_DECLARE_DERIVABLE_TYPE(OffhookStore, offhook_store, OFFHOOK, STORE, GObject)

/** Most rows that a list returns at once. */
#define OFFHOOK_STORE_MAX_LIMIT 500

/** What the daemon's journal_dir is called in its state directory. */
#define OFFHOOK_STORE_JOURNAL_DIR "journal"

/** How far bringing the schema up to date is, which takes minutes where there are millions of calls. */
typedef struct {
	const char
	    *name; /* (nullable): of the migration, "0011-prefixes.sql"; NULL before the first */
	guint version;         /* that it leads to */
	guint latest;          /* that all of them lead to */
	guint seconds;         /* since this one was begun */
	const char *waits_for; /* (nullable): what keeps it */
	gboolean moves;        /* it gets on, or who keeps it does */
} OffhookStoreMigration;

typedef void (*OffhookStoreMigrationFunc)(const OffhookStoreMigration *migration,
					  gpointer user_data);

/** In one line. (transfer full) */
char *offhook_store_migration_describe(const OffhookStoreMigration *self);

/** What may be tuned; a field of 0 stands for its default. */
typedef struct {
	guint max_pending;       /* writes that may wait in memory: 50,000 */
	gsize max_pending_bytes; /* and their size: 64 MiB */
	guint commit_delay_ms;   /* how long a write may wait for company: 100 */
	guint slow_ms;           /* a commit that takes longer may be one that fails: 1,000 */
	const char *journal_dir; /* where what can't be written waits: nowhere */
	guint64 journal_bytes;   /* how much of it: 256 MiB */
	guint busy_timeout_ms;   /* SQLite: how long to wait for another program's lock: 5,000 */
	/* PostgreSQL: */
	const char *schema; /* where the tables are: "offhook" */
	guint pool_size;    /* connections at most: 20 */
	guint idle_ms;      /* how long one that nobody needs is kept: 30,000 */
	guint connect_ms;   /* how long connecting may take: 2,000 */
	guint answer_ms;    /* how long the server may be silent: 10,000 */
	/* (nullable): told of a migration that takes its time, which nothing limits. Main thread */
	OffhookStoreMigrationFunc migration;
	gpointer migration_data; /* lives as long as the store */
	guint migration_ms;      /* how often it is told: 10,000 */
} OffhookStoreOptions;

typedef struct {
	guint pending;       /* writes waiting now */
	gsize pending_bytes; /* of those that wait in memory */
	guint64 journal;     /* how many of them wait on disk */
	guint64 journal_bytes;
	guint64 written;  /* committed since start */
	guint64 refused;  /* the queue was full */
	guint64 rejected; /* the database did not take them, or the journal lost them */
	guint64 outages;
	gboolean failing; /* in an outage now */
	gboolean safe;    /* there is a journal, and it can be written */
} OffhookStoreStats;

/**
 * offhook_store_check_url:
 * @url: "sqlite:/path/to/file", "sqlite::memory:" or "postgresql://user:password@host/database"
 *
 * Could there be a database? Fails as offhook_store_open_async() would at once, with
 * %OFFHOOK_ERROR_CONFIG or %OFFHOOK_ERROR_NOT_SUPPORTED.
 */
gboolean offhook_store_check_url(const char *url, GError **error);

/**
 * offhook_store_open_async:
 * @url: as for offhook_store_check_url()
 * @options: (nullable): borrowed
 *
 * Opens the database, makes it where it is missing and brings its schema up to date, however long that
 * takes. Fails with
 * %OFFHOOK_ERROR_CONFIG for a URL that can't be right, %OFFHOOK_ERROR_NOT_SUPPORTED for a kind of
 * database that this version does not have, %OFFHOOK_ERROR_INCOMPATIBLE when a newer version made
 * the database, or the journal, %OFFHOOK_ERROR_FORMAT when the file is something else,
 * %OFFHOOK_ERROR_UNAVAILABLE when another process has the journal, %OFFHOOK_ERROR_STORAGE for the rest.
 *
 * With a journal that has seen the database of this URL before, %OFFHOOK_ERROR_STORAGE does not keep
 * the store from opening: it begins in an outage. A new URL must be right.
 */
void offhook_store_open_async(const char *url, const OffhookStoreOptions *options,
			      GCancellable *cancellable, GAsyncReadyCallback callback,
			      gpointer user_data);
/** (transfer full) */
OffhookStore *offhook_store_open_finish(GAsyncResult *result, GError **error);

/** "sqlite" or "postgresql". */
const char *offhook_store_get_backend_name(OffhookStore *self);

/** (nullable): why it can't be written now */
const GError *offhook_store_get_failure(OffhookStore *self);

void offhook_store_get_stats(OffhookStore *self, OffhookStoreStats *stats);

/*
 * Writes. Each copies @record. %FALSE with %OFFHOOK_ERROR_INVALID_ARGUMENT for a field that can't
 * be (the message names it), %OFFHOOK_ERROR_LIMIT for one that is too long, %OFFHOOK_ERROR_BUSY
 * when the queue is full. %TRUE: it is queued.
 */

/** Writes the whole call, over what is there. */
gboolean offhook_store_put_call(OffhookStore *self, const OffhookCallRecord *record,
				GError **error);
/**
 * The same event twice is written once; another one under the same number is rejected.
 * @record: without its data
 * @data: (nullable): that
 */
gboolean offhook_store_add_event(OffhookStore *self, const OffhookCallEventRecord *record,
				 JsonObject *data, GError **error);
/** Writes the whole conversation but its counters, over what is there. */
gboolean offhook_store_put_conversation(OffhookStore *self, const OffhookConversationRecord *record,
					GError **error);
/** Adds to the conversation and moves its counters. The same message twice is written once. */
gboolean offhook_store_add_message(OffhookStore *self, const OffhookMessageRecord *record,
				   GError **error);
/** Trims what an assistant said to what the caller heard. */
gboolean offhook_store_update_message(OffhookStore *self, const char *message_id,
				      const char *content, gboolean interrupted, GError **error);
/** Writes the whole turn, over what is there. */
gboolean offhook_store_put_turn(OffhookStore *self, const OffhookTurnRecord *record,
				GError **error);
/** Writes the whole recording, over what is there. */
gboolean offhook_store_put_recording(OffhookStore *self, const OffhookRecordingRecord *record,
				     GError **error);

/**
 * offhook_store_flush_async:
 *
 * Commits what was posted so far, now. When that fails, the error says so and the writes stay
 * queued. To be called (and waited for) before the last reference to the store goes.
 */
void offhook_store_flush_async(OffhookStore *self, GCancellable *cancellable,
			       GAsyncReadyCallback callback, gpointer user_data);
gboolean offhook_store_flush_finish(OffhookStore *self, GAsyncResult *result, GError **error);

/**
 * offhook_store_mark_interrupted_async:
 * @node: whose calls
 * @before_us: and that began before
 *
 * For the start of the daemon, as soon as the database is there: every call of @node that has not ended
 * was cut off by the daemon's own death. It, its conversation and its recording get the status
 * "interrupted", it ends at the last moment known of it, and an event "call.interrupted" says so. Comes
 * after all writes posted before, the journal's too; in an outage it fails.
 */
void offhook_store_mark_interrupted_async(OffhookStore *self, const char *node, gint64 before_us,
					  GCancellable *cancellable, GAsyncReadyCallback callback,
					  gpointer user_data);
/** @count: (out) (optional): how many calls. */
gboolean offhook_store_mark_interrupted_finish(OffhookStore *self, GAsyncResult *result,
					       guint *count, GError **error);

/*
 * Reads. A row that is not there is %OFFHOOK_ERROR_NOT_FOUND; a list without rows is empty. Lists
 * are (transfer full) arrays that free their records.
 */

/** A filter of %NULL lets everything through. Borrowed. */
typedef struct {
	guint limit; /* 1..500 */
	guint offset;
	const char *status;
	const char *phone_number; /* of either side, whole */
} OffhookCallFilter;

typedef struct {
	guint limit; /* 1..500 */
	guint offset;
	const char *user_id;
	const char *status;
} OffhookConversationFilter;

void offhook_store_get_call_async(OffhookStore *self, const char *call_id,
				  GCancellable *cancellable, GAsyncReadyCallback callback,
				  gpointer user_data);
/** (transfer full) */
OffhookCallRecord *offhook_store_get_call_finish(OffhookStore *self, GAsyncResult *result,
						 GError **error);

/** Newest first. */
void offhook_store_list_calls_async(OffhookStore *self, const OffhookCallFilter *filter,
				    GCancellable *cancellable, GAsyncReadyCallback callback,
				    gpointer user_data);
/**
 * @total: (out) (optional): how many the filter lets through
 * Returns: (element-type OffhookCallRecord)
 */
GPtrArray *offhook_store_list_calls_finish(OffhookStore *self, GAsyncResult *result, guint64 *total,
					   GError **error);

void offhook_store_get_conversation_async(OffhookStore *self, const char *conversation_id,
					  GCancellable *cancellable, GAsyncReadyCallback callback,
					  gpointer user_data);
/**
 * @messages: (out) (optional) (element-type OffhookMessageRecord): all its messages, in order
 * Returns: (transfer full)
 */
OffhookConversationRecord *offhook_store_get_conversation_finish(OffhookStore *self,
								 GAsyncResult *result,
								 GPtrArray **messages,
								 GError **error);

/** Newest first. */
void offhook_store_list_conversations_async(OffhookStore *self,
					    const OffhookConversationFilter *filter,
					    GCancellable *cancellable, GAsyncReadyCallback callback,
					    gpointer user_data);
/** Returns: (element-type OffhookConversationRecord) */
GPtrArray *offhook_store_list_conversations_finish(OffhookStore *self, GAsyncResult *result,
						   guint64 *total, GError **error);

/** All messages of a call, in order. */
void offhook_store_list_messages_async(OffhookStore *self, const char *call_id,
				       GCancellable *cancellable, GAsyncReadyCallback callback,
				       gpointer user_data);
/** Returns: (element-type OffhookMessageRecord) */
GPtrArray *offhook_store_list_messages_finish(OffhookStore *self, GAsyncResult *result,
					      GError **error);

/** The calls that were placed for the sake of one, in order. */
void offhook_store_list_legs_async(OffhookStore *self, const char *call_id,
				   GCancellable *cancellable, GAsyncReadyCallback callback,
				   gpointer user_data);
/** Returns: (element-type OffhookCallRecord) */
GPtrArray *offhook_store_list_legs_finish(OffhookStore *self, GAsyncResult *result, GError **error);

/** All turns of a call, in order. */
void offhook_store_list_turns_async(OffhookStore *self, const char *call_id,
				    GCancellable *cancellable, GAsyncReadyCallback callback,
				    gpointer user_data);
/** Returns: (element-type OffhookTurnRecord) */
GPtrArray *offhook_store_list_turns_finish(OffhookStore *self, GAsyncResult *result,
					   GError **error);

/** All events of a call, in order. */
void offhook_store_list_events_async(OffhookStore *self, const char *call_id,
				     GCancellable *cancellable, GAsyncReadyCallback callback,
				     gpointer user_data);
/** Returns: (element-type OffhookCallEventRecord) */
GPtrArray *offhook_store_list_events_finish(OffhookStore *self, GAsyncResult *result,
					    GError **error);

/**
 * What each assistant's calls that began at @since_us or later, and before @until_us, have cost. Of a
 * call that was cut off its turns tell.
 */
void offhook_store_sum_costs_async(OffhookStore *self, gint64 since_us, gint64 until_us,
				   GCancellable *cancellable, GAsyncReadyCallback callback,
				   gpointer user_data);
/** Returns: (element-type OffhookCostRecord): in the order of names */
GPtrArray *offhook_store_sum_costs_finish(OffhookStore *self, GAsyncResult *result, GError **error);

/** All recordings of a call, in order. */
void offhook_store_list_recordings_async(OffhookStore *self, const char *call_id,
					 GCancellable *cancellable, GAsyncReadyCallback callback,
					 gpointer user_data);
/** Returns: (element-type OffhookRecordingRecord) */
GPtrArray *offhook_store_list_recordings_finish(OffhookStore *self, GAsyncResult *result,
						GError **error);

/** Recordings of @node that broke off with their process, and how long is not known; 1,000 at most. */
void offhook_store_list_unmeasured_async(OffhookStore *self, const char *node,
					 GCancellable *cancellable, GAsyncReadyCallback callback,
					 gpointer user_data);
/** Returns: (element-type OffhookRecordingRecord) */
GPtrArray *offhook_store_list_unmeasured_finish(OffhookStore *self, GAsyncResult *result,
						GError **error);

/** The latest recording of a call. */
void offhook_store_get_recording_async(OffhookStore *self, const char *call_id,
				       GCancellable *cancellable, GAsyncReadyCallback callback,
				       gpointer user_data);
/** (transfer full) */
OffhookRecordingRecord *offhook_store_get_recording_finish(OffhookStore *self, GAsyncResult *result,
							   GError **error);

G_END_DECLS
