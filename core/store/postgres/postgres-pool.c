/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Gives scripts to connections. A script that finds no connection free starts one, if there may be one
 * more, and waits for whichever is free first; a connection that can't be made fails the script that
 * waits longest. Main thread.
 */

#include "store/postgres/postgres-pool.h"

#include "store/postgres/postgres-script.h"

struct _OffhookPostgresPool {
	OffhookPostgresSettings *settings;
	guint size;
	guint idle_ms;
	GPtrArray *slots; /* of OffhookPostgresSlot */
	GQueue waiting;   /* of OffhookPostgresJob */
	guint idle_source;
};

typedef struct {
	OffhookPostgresScript *script;
	OffhookPostgresReplyFunc func;
	gpointer user_data;
	gboolean again; /* its first connection had been lost while nobody needed it */
} OffhookPostgresJob;

typedef struct {
	OffhookPostgresPool *pool;
	OffhookPostgresConnection *connection;
	gboolean ready;
	gboolean used;
	OffhookPostgresJob *job; /* (nullable): runs on it */
	gint64 idle_since;
} OffhookPostgresSlot;

static void offhook_postgres_pool_serve(OffhookPostgresPool *self);

static void
offhook_postgres_job_free(gpointer data)
{
	OffhookPostgresJob *job = data;

	offhook_postgres_script_free(job->script);
	g_free(job);
}

static void
offhook_postgres_slot_free(gpointer data)
{
	OffhookPostgresSlot *slot = data;

	offhook_postgres_connection_free(slot->connection);
	g_clear_pointer(&slot->job, offhook_postgres_job_free);
	g_free(slot);
}

OffhookPostgresPool *
offhook_postgres_pool_new(OffhookPostgresSettings *settings, guint size, guint idle_ms)
{
	OffhookPostgresPool *self = g_new0(OffhookPostgresPool, 1);

	self->settings = settings;
	self->size = size;
	self->idle_ms = idle_ms;
	self->slots = g_ptr_array_new_with_free_func(offhook_postgres_slot_free);
	g_queue_init(&self->waiting);
	return self;
}

void
offhook_postgres_pool_free(OffhookPostgresPool *self)
{
	if (self == NULL)
		return;
	g_clear_handle_id(&self->idle_source, g_source_remove);
	g_ptr_array_unref(self->slots);
	g_queue_clear_full(&self->waiting, offhook_postgres_job_free);
	offhook_postgres_settings_free(self->settings);
	g_free(self);
}

/* ---- connections that nobody needs ---- */

static gboolean
offhook_postgres_pool_is_idle(const OffhookPostgresSlot *slot)
{
	return slot->ready && slot->job == NULL;
}

static gboolean
offhook_postgres_pool_idle_cb(gpointer user_data)
{
	OffhookPostgresPool *self = user_data;
	gint64 before = g_get_monotonic_time() - (gint64)self->idle_ms * 1000;

	for (guint i = self->slots->len; i-- > 0;) {
		const OffhookPostgresSlot *slot = g_ptr_array_index(self->slots, i);

		if (offhook_postgres_pool_is_idle(slot) && slot->idle_since <= before)
			g_ptr_array_remove_index_fast(self->slots, i);
	}
	if (self->slots->len > 0)
		return G_SOURCE_CONTINUE;
	self->idle_source = 0;
	return G_SOURCE_REMOVE;
}

/* ---- scripts ---- */

static void
offhook_postgres_pool_replied_cb(OffhookPostgresReply *reply, gpointer user_data)
{
	OffhookPostgresSlot *slot = user_data;
	OffhookPostgresPool *self = slot->pool;
	OffhookPostgresJob *job = g_steal_pointer(&slot->job);
	gboolean again = reply->lost && slot->used && !job->again;

	slot->idle_since = g_get_monotonic_time();
	slot->used = TRUE;
	if (!reply->connected)
		g_ptr_array_remove_fast(self->slots, slot);
	if (again) {
		job->again = TRUE;
		g_queue_push_head(&self->waiting, job);
		offhook_postgres_reply_free(reply);
	}
	offhook_postgres_pool_serve(self);
	if (again)
		return;
	/* Last: it may free the pool. */
	job->func(reply, job->user_data);
	offhook_postgres_job_free(job);
}

static void
offhook_postgres_pool_start(OffhookPostgresSlot *slot, OffhookPostgresJob *job)
{
	slot->job = job;
	offhook_postgres_connection_run(slot->connection, job->script,
					offhook_postgres_pool_replied_cb, slot);
}

static void
offhook_postgres_pool_fail_first(OffhookPostgresPool *self, const GError *error)
{
	OffhookPostgresJob *job = g_queue_pop_head(&self->waiting);
	OffhookPostgresReply *reply;

	if (job == NULL)
		return;
	reply = offhook_postgres_reply_new();
	reply->error = g_error_copy(error);
	reply->connected = FALSE;
	job->func(reply, job->user_data);
	offhook_postgres_job_free(job);
}

static void
offhook_postgres_pool_ready_cb(OffhookPostgresConnection *connection, const GError *error,
			       gpointer user_data)
{
	OffhookPostgresSlot *slot = user_data;
	OffhookPostgresPool *self = slot->pool;

	if (error == NULL) {
		slot->ready = TRUE;
		slot->idle_since = g_get_monotonic_time();
		offhook_postgres_pool_serve(self);
		return;
	}
	g_ptr_array_remove_fast(self->slots, slot);
	offhook_postgres_pool_fail_first(self, error);
}

static void
offhook_postgres_pool_connect(OffhookPostgresPool *self)
{
	OffhookPostgresSlot *slot = g_new0(OffhookPostgresSlot, 1);

	slot->pool = self;
	slot->connection =
	    offhook_postgres_connection_new(self->settings, offhook_postgres_pool_ready_cb, slot);
	g_ptr_array_add(self->slots, slot);
	if (self->idle_source == 0)
		self->idle_source =
		    g_timeout_add(MAX(self->idle_ms / 4, 100), offhook_postgres_pool_idle_cb, self);
}

/* A connection that can take a script; those that were lost are thrown away. */
static OffhookPostgresSlot *
offhook_postgres_pool_find(OffhookPostgresPool *self)
{
	for (guint i = self->slots->len; i-- > 0;) {
		OffhookPostgresSlot *slot = g_ptr_array_index(self->slots, i);

		if (!offhook_postgres_pool_is_idle(slot))
			continue;
		if (offhook_postgres_connection_is_alive(slot->connection))
			return slot;
		g_ptr_array_remove_index_fast(self->slots, i);
	}
	return NULL;
}

static guint
offhook_postgres_pool_count_connecting(OffhookPostgresPool *self)
{
	guint n = 0;

	for (guint i = 0; i < self->slots->len; i++)
		n += !((const OffhookPostgresSlot *)g_ptr_array_index(self->slots, i))->ready;
	return n;
}

static void
offhook_postgres_pool_serve(OffhookPostgresPool *self)
{
	OffhookPostgresSlot *slot;

	while (!g_queue_is_empty(&self->waiting) &&
	       (slot = offhook_postgres_pool_find(self)) != NULL)
		offhook_postgres_pool_start(slot, g_queue_pop_head(&self->waiting));
	while (self->waiting.length > offhook_postgres_pool_count_connecting(self) &&
	       self->slots->len < self->size)
		offhook_postgres_pool_connect(self);
}

void
offhook_postgres_pool_run(OffhookPostgresPool *self, OffhookPostgresScript *script,
			  OffhookPostgresReplyFunc func, gpointer user_data)
{
	OffhookPostgresJob *job = g_new0(OffhookPostgresJob, 1);

	job->script = script;
	job->func = func;
	job->user_data = user_data;
	g_queue_push_tail(&self->waiting, job);
	offhook_postgres_pool_serve(self);
}
