/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Three queues behind one another: the front, which is committed next; the journal's files; and the
 * back, which is what came since and is not on disk yet. In good times all is in the front. The front
 * is either in memory only, or what the journal's oldest file holds: that file goes when it is
 * committed. Main thread.
 */

#include "store/journal/store-backlog.h"

/* One append: so much is lost at most when the disk is too slow for what comes. */
#define OFFHOOK_STORE_BACKLOG_SAVE       1024
#define OFFHOOK_STORE_BACKLOG_SAVE_BYTES (1024 * 1024)

struct _OffhookStoreBacklog {
	OffhookStoreBacklogFuncs funcs;
	gpointer data;
	OffhookStoreJournal *journal; /* (nullable) */
	GQueue front;                 /* of OffhookStoreWrite */
	GPtrArray *batch;             /* (nullable): taken from it */
	GQueue back;                  /* of OffhookStoreWrite */
	guint n_saving;               /* the first of those are being appended */
	gboolean from_journal;        /* the front is */
	gboolean loading;             /* the front will be */
	gboolean spilling;            /* commits fail */
	gboolean copied;              /* the batch is in the back, too, and held there */
	gboolean broken;              /* the last append failed */
	gboolean complained;          /* ... as was said */
	guint64 held;
	gsize held_bytes;
};

OffhookStoreBacklog *
offhook_store_backlog_new(const OffhookStoreBacklogFuncs *funcs, gpointer data)
{
	OffhookStoreBacklog *self = g_new0(OffhookStoreBacklog, 1);

	self->funcs = *funcs;
	self->data = data;
	g_queue_init(&self->front);
	g_queue_init(&self->back);
	return self;
}

void
offhook_store_backlog_set_journal(OffhookStoreBacklog *self, OffhookStoreJournal *journal)
{
	self->journal = journal;
}

static void
offhook_store_backlog_hold(OffhookStoreBacklog *self, const OffhookStoreWrite *write)
{
	self->held++;
	self->held_bytes += write->size;
}

static void
offhook_store_backlog_let_go(OffhookStoreBacklog *self, const OffhookStoreWrite *write)
{
	self->held--;
	self->held_bytes -= write->size;
}

static gboolean
offhook_store_backlog_has_files(OffhookStoreBacklog *self, guint more_than)
{
	return self->journal != NULL &&
	       offhook_store_journal_count(self->journal, NULL, NULL) > more_than;
}

gboolean
offhook_store_backlog_is_saving(OffhookStoreBacklog *self)
{
	return self->n_saving > 0;
}

gboolean
offhook_store_backlog_is_behind(OffhookStoreBacklog *self)
{
	return self->loading || self->n_saving > 0 || self->back.length > 0 ||
	       offhook_store_backlog_has_files(self, 0);
}

guint
offhook_store_backlog_count_ready(OffhookStoreBacklog *self)
{
	return self->front.length;
}

void
offhook_store_backlog_get_stats(OffhookStoreBacklog *self, OffhookStoreBacklogStats *stats)
{
	*stats = (OffhookStoreBacklogStats){
	    .held = self->held,
	    .held_bytes = self->held_bytes,
	    .has_journal = self->journal != NULL,
	    .broken = self->complained,
	};
	if (self->journal != NULL)
		offhook_store_journal_count(self->journal, &stats->journal, &stats->journal_bytes);
}

/* ---- to the journal ---- */

static void offhook_store_backlog_save(OffhookStoreBacklog *self);

static void
offhook_store_backlog_saved_cb(gpointer data, const GError *error)
{
	OffhookStoreBacklog *self = data;
	gboolean news = error != NULL && !self->complained;

	self->broken = self->complained = error != NULL;
	for (; self->n_saving > 0; self->n_saving--) {
		OffhookStoreWrite *write;

		if (error != NULL)
			continue;
		write = g_queue_pop_head(&self->back);
		offhook_store_backlog_let_go(self, write);
		offhook_store_write_free(write);
	}
	offhook_store_backlog_save(self);
	if (news)
		self->funcs.failed(self->data, error, 0);
	self->funcs.ready(self->data);
}

/*
 * While the last file of an outage is being committed what comes stays in memory, where it would be in
 * good times, else there would always be one more file.
 */
static void
offhook_store_backlog_save(OffhookStoreBacklog *self)
{
	GPtrArray *writes;
	gsize bytes = 0;

	if (self->journal == NULL || self->broken || self->n_saving > 0 || self->back.length == 0)
		return;
	if (!self->spilling && !offhook_store_backlog_has_files(self, 1))
		return;
	/* Borrowed: they stay here until they are on disk. */
	writes = g_ptr_array_new();
	for (GList *link = self->back.head; link != NULL; link = link->next) {
		g_ptr_array_add(writes, link->data);
		bytes += ((const OffhookStoreWrite *)link->data)->size;
		if (writes->len == OFFHOOK_STORE_BACKLOG_SAVE ||
		    bytes >= OFFHOOK_STORE_BACKLOG_SAVE_BYTES)
			break;
	}
	self->n_saving = writes->len;
	offhook_store_journal_append(self->journal, writes, offhook_store_backlog_saved_cb, self);
}

/* What waits in memory only goes before the back, in order. */
static void
offhook_store_backlog_move_front(OffhookStoreBacklog *self)
{
	while (!self->from_journal && !g_queue_is_empty(&self->front))
		g_queue_push_head(&self->back, g_queue_pop_tail(&self->front));
}

static void
offhook_store_backlog_move_batch(OffhookStoreBacklog *self)
{
	GPtrArray *batch = self->batch;

	if (batch == NULL || self->from_journal)
		return;
	for (guint i = batch->len; !self->copied && i-- > 0;)
		g_queue_push_head(&self->back, g_ptr_array_index(batch, i));
	if (!self->copied)
		g_ptr_array_set_free_func(batch, NULL);
	g_clear_pointer(&self->batch, g_ptr_array_unref);
	self->copied = FALSE;
}

void
offhook_store_backlog_spill(OffhookStoreBacklog *self)
{
	if (self->journal == NULL)
		return;
	self->spilling = TRUE;
	offhook_store_backlog_move_front(self);
	offhook_store_backlog_move_batch(self);
	/* Perhaps there is room again. */
	self->broken = FALSE;
	offhook_store_backlog_save(self);
}

void
offhook_store_backlog_protect(OffhookStoreBacklog *self)
{
	if (self->journal == NULL)
		return;
	self->spilling = TRUE;
	offhook_store_backlog_move_front(self);
	if (self->batch != NULL && !self->from_journal && !self->copied) {
		self->copied = TRUE;
		for (guint i = self->batch->len; i-- > 0;) {
			const OffhookStoreWrite *write = g_ptr_array_index(self->batch, i);
			OffhookStoreWrite *copy =
			    offhook_store_write_new(write->kind, write->record);

			/* Held already, as what it is a copy of. */
			g_queue_push_head(&self->back, copy);
		}
	}
	offhook_store_backlog_save(self);
}

void
offhook_store_backlog_push(OffhookStoreBacklog *self, OffhookStoreWrite *write)
{
	gboolean direct = !self->spilling && !offhook_store_backlog_is_behind(self);

	offhook_store_backlog_hold(self, write);
	g_queue_push_tail(direct ? &self->front : &self->back, write);
	if (!direct)
		offhook_store_backlog_save(self);
}

/* ---- and back ---- */

static void
offhook_store_backlog_forget_file(OffhookStoreBacklog *self)
{
	self->from_journal = FALSE;
	offhook_store_journal_drop(self->journal);
}

static void
offhook_store_backlog_taken_cb(gpointer data, const OffhookJournalContents *contents, guint lost,
			       const GError *error)
{
	OffhookStoreBacklog *self = data;

	self->loading = FALSE;
	self->from_journal = TRUE;
	for (guint i = 0; contents != NULL && i < contents->writes->len; i++)
		g_queue_push_tail(&self->front, g_ptr_array_index(contents->writes, i));
	if (contents != NULL)
		g_ptr_array_set_free_func(contents->writes, NULL);
	if (g_queue_is_empty(&self->front))
		offhook_store_backlog_forget_file(self);
	if (error != NULL || lost > 0)
		self->funcs.failed(self->data, error, lost);
	self->funcs.ready(self->data);
}

/* The front is empty: what comes next? */
static void
offhook_store_backlog_advance(OffhookStoreBacklog *self)
{
	if (self->loading)
		return;
	if (offhook_store_backlog_has_files(self, 0)) {
		self->loading = TRUE;
		offhook_store_journal_take(self->journal, offhook_store_backlog_taken_cb, self);
		return;
	}
	/* What is being put on disk comes from there. */
	if (self->n_saving > 0)
		return;
	while (!g_queue_is_empty(&self->back))
		g_queue_push_tail(&self->front, g_queue_pop_head(&self->back));
}

GPtrArray *
offhook_store_backlog_fill(OffhookStoreBacklog *self, guint max)
{
	if (self->batch != NULL)
		return self->batch;
	if (g_queue_is_empty(&self->front))
		offhook_store_backlog_advance(self);
	if (g_queue_is_empty(&self->front))
		return NULL;
	self->batch = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_store_write_free);
	while (!g_queue_is_empty(&self->front) && self->batch->len < max)
		g_ptr_array_add(self->batch, g_queue_pop_head(&self->front));
	return self->batch;
}

gboolean
offhook_store_backlog_done(OffhookStoreBacklog *self)
{
	gboolean copied = self->copied;

	self->spilling = FALSE;
	if (self->batch == NULL)
		return TRUE;
	for (guint i = 0; !self->from_journal && !copied && i < self->batch->len; i++)
		offhook_store_backlog_let_go(self, g_ptr_array_index(self->batch, i));
	g_clear_pointer(&self->batch, g_ptr_array_unref);
	self->copied = FALSE;
	if (self->from_journal && g_queue_is_empty(&self->front))
		offhook_store_backlog_forget_file(self);
	return !copied;
}

/* ---- the end ---- */

/* Those that could not be put on disk. What is being put there now is put there twice, which is once. */
static guint
offhook_store_backlog_save_last(OffhookStoreBacklog *self)
{
	g_autoptr(GPtrArray) writes = g_ptr_array_new();

	offhook_store_backlog_move_front(self);
	offhook_store_backlog_move_batch(self);
	if (g_queue_is_empty(&self->back))
		return 0;
	for (GList *link = self->back.head; link != NULL; link = link->next)
		g_ptr_array_add(writes, link->data);
	if (self->journal != NULL && offhook_store_journal_append_last(self->journal, writes, NULL))
		return 0;
	return writes->len;
}

guint
offhook_store_backlog_free(OffhookStoreBacklog *self)
{
	guint lost = offhook_store_backlog_save_last(self);

	offhook_store_journal_free(self->journal);
	g_clear_pointer(&self->batch, g_ptr_array_unref);
	g_queue_clear_full(&self->front, (GDestroyNotify)offhook_store_write_free);
	g_queue_clear_full(&self->back, (GDestroyNotify)offhook_store_write_free);
	g_free(self);
	return lost;
}
