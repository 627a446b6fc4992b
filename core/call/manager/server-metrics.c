/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reads the parts' own counters. Main thread.
 */

#include "call/manager/server-metrics.h"

typedef enum {
	PENDING,
	PENDING_BYTES,
	JOURNAL,
	JOURNAL_BYTES,
	WRITTEN,
	LOST,
	OUTAGES,
	FAILING,
	CONVERSATIONS,
	QUEUED,
	FRAMES,
	DROPPED,
	LATE,
	ENGINES,
	PHRASE_HITS,
	PHRASE_MISSES,
	PHRASES,
	PHRASE_BYTES,
	LAST
} OffhookServerFamily;

static const char *const offhook_server_metrics_directions[] = {"direction", NULL};
static const char *const offhook_server_metrics_engines[] = {"role", "engine", NULL};
static const char *const offhook_server_metrics_reasons[] = {"reason", NULL};

/* clang-format off */
static const OffhookMetricSpec offhook_server_metrics_specs[LAST] = {
	[PENDING] = {OFFHOOK_METRIC_GAUGE, "offhook_store_pending_writes",
		     "Writes that wait for the database."},
	[PENDING_BYTES] = {OFFHOOK_METRIC_GAUGE, "offhook_store_pending_bytes",
			   "The size of those that wait in memory."},
	[JOURNAL] = {OFFHOOK_METRIC_GAUGE, "offhook_store_journal_writes",
		     "How many of them are in the journal on disk."},
	[JOURNAL_BYTES] = {OFFHOOK_METRIC_GAUGE, "offhook_store_journal_bytes",
			   "The size of that journal."},
	[WRITTEN] = {OFFHOOK_METRIC_COUNTER, "offhook_store_writes_total",
		     "Writes that were committed."},
	[LOST] = {OFFHOOK_METRIC_COUNTER, "offhook_store_lost_writes_total",
		  "Writes that were not taken: there was no room, or the database refused them.",
		  offhook_server_metrics_reasons},
	[OUTAGES] = {OFFHOOK_METRIC_COUNTER, "offhook_store_outages_total",
		     "Times that the database could not be written."},
	[FAILING] = {OFFHOOK_METRIC_GAUGE, "offhook_store_failing", "1 while it can't be."},
	[CONVERSATIONS] = {OFFHOOK_METRIC_GAUGE, "offhook_conversations_open",
			   "Conversations by text that are open."},
	[QUEUED] = {OFFHOOK_METRIC_GAUGE, "offhook_playout_queued_bytes",
		    "Audio that waits to be heard, in all calls."},
	[FRAMES] = {OFFHOOK_METRIC_COUNTER, "offhook_media_frames_total",
		    "Frames of 20 ms of audio.", offhook_server_metrics_directions},
	[DROPPED] = {OFFHOOK_METRIC_COUNTER, "offhook_media_dropped_frames_total",
		     "Frames that no one heard."},
	[LATE] = {OFFHOOK_METRIC_COUNTER, "offhook_media_late_ticks_total",
		  "Times that audio was sent more than 10 ms late."},
	[ENGINES] = {OFFHOOK_METRIC_GAUGE, "offhook_engine_usable",
		     "1 while an engine is used, 0 while it is left alone because it failed.",
		     offhook_server_metrics_engines},
	[PHRASE_HITS] = {OFFHOOK_METRIC_COUNTER, "offhook_phrase_cache_hits_total",
			 "Short texts that were said from memory."},
	[PHRASE_MISSES] = {OFFHOOK_METRIC_COUNTER, "offhook_phrase_cache_misses_total",
			   "Short texts that an engine had to make."},
	[PHRASES] = {OFFHOOK_METRIC_GAUGE, "offhook_phrase_cache_phrases",
		     "Short texts whose sound is in memory."},
	[PHRASE_BYTES] = {OFFHOOK_METRIC_GAUGE, "offhook_phrase_cache_bytes", "Their size."},
};
/* clang-format on */

typedef struct {
	OffhookCallManager *calls;
	OffhookStore *store;
	OffhookMediaPool *media;
	OffhookMetric *families[LAST];
} OffhookServerMetrics;

static void
offhook_server_metrics_set(OffhookServerMetrics *self, OffhookServerFamily family, double value,
			   const char *label)
{
	const char *const labels[] = {label, NULL};

	offhook_metric_set(self->families[family], value, label != NULL ? labels : NULL);
}

static void
offhook_server_metrics_read_store(OffhookServerMetrics *self)
{
	OffhookStoreStats stats;

	offhook_store_get_stats(self->store, &stats);
	offhook_server_metrics_set(self, PENDING, stats.pending, NULL);
	offhook_server_metrics_set(self, PENDING_BYTES, stats.pending_bytes, NULL);
	offhook_server_metrics_set(self, JOURNAL, stats.journal, NULL);
	offhook_server_metrics_set(self, JOURNAL_BYTES, stats.journal_bytes, NULL);
	offhook_server_metrics_set(self, WRITTEN, stats.written, NULL);
	offhook_server_metrics_set(self, LOST, stats.refused, "full");
	offhook_server_metrics_set(self, LOST, stats.rejected, "rejected");
	offhook_server_metrics_set(self, OUTAGES, stats.outages, NULL);
	offhook_server_metrics_set(self, FAILING, stats.failing, NULL);
}

/* An engine may be there with several sets of options: one that fails is seen. */
static void
offhook_server_metrics_read_engines(OffhookServerMetrics *self)
{
	g_autoptr(GPtrArray) records =
	    offhook_engine_health_list(offhook_call_manager_get_health(self->calls));

	for (guint pass = 0; pass < 2; pass++) {
		for (guint i = 0; i < records->len; i++) {
			OffhookHealthRecord *record = g_ptr_array_index(records, i);
			gboolean usable = offhook_health_record_is_usable(record);
			OffhookHealthStatus status;

			if (pass == 1 && usable)
				continue;
			offhook_health_record_get_status(record, &status);
			offhook_metric_set(self->families[ENGINES], usable,
					   (const char *const[]){status.role, status.engine, NULL});
		}
	}
}

static void
offhook_server_metrics_read_phrases(OffhookServerMetrics *self)
{
	OffhookPhraseStats stats;

	offhook_phrase_cache_get_stats(offhook_call_manager_get_phrases(self->calls), &stats);
	offhook_server_metrics_set(self, PHRASE_HITS, (double)stats.hits, NULL);
	offhook_server_metrics_set(self, PHRASE_MISSES, (double)stats.misses, NULL);
	offhook_server_metrics_set(self, PHRASES, stats.phrases, NULL);
	offhook_server_metrics_set(self, PHRASE_BYTES, (double)stats.bytes, NULL);
}

static void
offhook_server_metrics_read_cb(gpointer user_data)
{
	OffhookServerMetrics *self = user_data;
	OffhookMediaThreadStatistics media;

	offhook_server_metrics_read_store(self);
	offhook_server_metrics_read_engines(self);
	offhook_server_metrics_read_phrases(self);
	offhook_media_pool_get_statistics(self->media, &media);
	offhook_server_metrics_set(
	    self, CONVERSATIONS,
	    offhook_chat_manager_count(offhook_call_manager_get_chats(self->calls)), NULL);
	offhook_server_metrics_set(self, QUEUED, offhook_call_manager_get_queued(self->calls),
				   NULL);
	offhook_server_metrics_set(self, FRAMES, media.frames_in, "in");
	offhook_server_metrics_set(self, FRAMES, media.frames_out, "out");
	offhook_server_metrics_set(self, DROPPED, media.dropped_frames, NULL);
	offhook_server_metrics_set(self, LATE, media.late_ticks, NULL);
}

void
offhook_server_metrics_add(OffhookMetrics *metrics, OffhookCallManager *calls, OffhookStore *store,
			   OffhookMediaPool *media)
{
	OffhookServerMetrics *self = g_new0(OffhookServerMetrics, 1);

	self->calls = calls;
	self->store = store;
	self->media = media;
	for (guint i = 0; i < LAST; i++)
		self->families[i] = offhook_metrics_add(metrics, &offhook_server_metrics_specs[i]);
	offhook_metrics_add_source(metrics, offhook_server_metrics_read_cb, self, g_free);
}
