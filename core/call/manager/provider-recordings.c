/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What providers record. A recording is complete some time after its call, so most of this happens
 * when the call is only in the store. Main thread.
 */

#include "call/manager/provider-recordings.h"

#include <offhook/error.h>

#include "base/json.h"
#include "base/log.h"
#include "base/timestamp.h"
#include "base/uuid.h"
#include "config/locations.h"

/* Of so many recordings the last state is remembered. */
#define OFFHOOK_PROVIDER_RECORDINGS_MAX 4096

struct _OffhookProviderRecordings {
	OffhookStore *store;
	OffhookEventBus *events;
	OffhookProviderRecordingsTell tell;
	gpointer user_data;
	GCancellable *cancellable;
	GHashTable *states; /* "driver/provider's name" -> state + 1 */
	GQueue order;       /* its keys, oldest first */
};

/** One that is being fetched. */
typedef struct {
	OffhookProviderRecordings *recordings;
	char *call_id;
	char *name; /* the provider's */
	char *path;
	gint64 duration_ms;
	gboolean remove;       /* at the provider, afterwards */
	OffhookDriver *driver; /* once it is fetched */
	gboolean erased;       /* with its call: nobody is told */
} OffhookProviderFetch;

static void
offhook_provider_fetch_free(OffhookProviderFetch *fetch)
{
	g_free(fetch->call_id);
	g_free(fetch->name);
	g_free(fetch->path);
	g_clear_object(&fetch->driver);
	g_free(fetch);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookProviderFetch, offhook_provider_fetch_free)

OffhookProviderRecordings *
offhook_provider_recordings_new(OffhookStore *store, OffhookEventBus *events,
				OffhookProviderRecordingsTell tell, gpointer user_data)
{
	OffhookProviderRecordings *self = g_new0(OffhookProviderRecordings, 1);

	self->store = g_object_ref(store);
	self->events = g_object_ref(events);
	self->tell = tell;
	self->user_data = user_data;
	self->cancellable = g_cancellable_new();
	self->states = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_queue_init(&self->order);
	return self;
}

void
offhook_provider_recordings_free(OffhookProviderRecordings *self)
{
	if (self == NULL)
		return;
	g_cancellable_cancel(self->cancellable);
	g_object_unref(self->cancellable);
	g_queue_clear(&self->order);
	g_hash_table_unref(self->states);
	g_object_unref(self->events);
	g_object_unref(self->store);
	g_free(self);
}

static void
offhook_provider_recordings_publish(OffhookProviderRecordings *self, const char *call_id,
				    JsonObject *data)
{
	g_autoptr(GError) error = NULL;
	const OffhookCallEventRecord record = {
	    .call_id = (char *)call_id,
	    .at_us = offhook_timestamp_now(),
	    .type = (char *)OFFHOOK_EVENT_RECORDING_CHANGED,
	};

	if (self->tell(self->user_data, call_id, OFFHOOK_EVENT_RECORDING_CHANGED, data))
		return;
	json_object_set_string_member(data, "call_id", call_id);
	if (!offhook_store_add_event(self->store, &record, data, &error))
		offhook_call_warning(call_id, "not written down: %s", error->message);
	offhook_event_bus_publish(self->events, OFFHOOK_EVENT_RECORDING_CHANGED, call_id, 0, data);
}

static JsonObject *
offhook_provider_recordings_describe(const char *name, const char *status, gint64 duration_ms)
{
	return offhook_event_describe_recording(name, OFFHOOK_EVENT_RECORDING_PROVIDER, status,
						duration_ms);
}

/* ---- fetching ---- */

static void
offhook_provider_recordings_deleted_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookProviderFetch) fetch = user_data;
	g_autoptr(GError) error = NULL;

	if (offhook_driver_delete_recording_finish(OFFHOOK_DRIVER(source), result, &error)) {
		if (fetch->erased)
			return;
		offhook_provider_recordings_publish(
		    fetch->recordings, fetch->call_id,
		    offhook_provider_recordings_describe(fetch->name, "deleted",
							 fetch->duration_ms));
		return;
	}
	if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		offhook_call_warning(fetch->call_id, "the recording stays at the provider: %s",
				     error->message);
}

static void
offhook_provider_recordings_keep(OffhookProviderFetch *fetch)
{
	OffhookProviderRecordings *self = fetch->recordings;
	g_autofree char *id = offhook_uuid_new_v7();
	/* Before any other of the call: the daemon's own recording stays the one that is asked for. */
	gint64 made_us = offhook_uuid_get_unix_ms(fetch->call_id) * 1000;
	const OffhookRecordingRecord record = {
	    .id = id,
	    .call_id = fetch->call_id,
	    .path = fetch->path,
	    .format = (char *)"wav",
	    .started_us = MAX(made_us, 1),
	    .duration_ms = fetch->duration_ms,
	    .status = (char *)"completed",
	};
	g_autoptr(GError) error = NULL;
	JsonObject *data;

	if (!offhook_store_put_recording(self->store, &record, &error))
		offhook_call_warning(fetch->call_id, "not written down: %s", error->message);
	data = offhook_provider_recordings_describe(fetch->name, "fetched", fetch->duration_ms);
	json_object_set_string_member(data, "path", fetch->path);
	offhook_provider_recordings_publish(self, fetch->call_id, data);
}

/* Whoever was erased meanwhile has no recordings. */
static void
offhook_provider_recordings_looked_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookProviderFetch) fetch = user_data;
	OffhookProviderRecordings *self = fetch->recordings;
	OffhookDriver *driver = fetch->driver;
	const char *name = fetch->name;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookCallRecord) call =
	    offhook_store_get_call_finish(OFFHOOK_STORE(source), result, &error);

	fetch->erased = g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	if (fetch->erased) {
		g_autoptr(GFile) file = g_file_new_for_path(fetch->path);

		g_file_delete_async(file, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
	} else {
		offhook_provider_recordings_keep(fetch);
	}
	if ((fetch->erased || fetch->remove) &&
	    offhook_driver_has(driver, OFFHOOK_DRIVER_DELETE_RECORDING))
		offhook_driver_delete_recording_async(driver, name, self->cancellable,
						      offhook_provider_recordings_deleted_cb,
						      g_steal_pointer(&fetch));
}

static void
offhook_provider_recordings_fetched_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookProviderFetch) fetch = user_data;
	OffhookProviderRecordings *self = fetch->recordings;
	OffhookDriver *driver = OFFHOOK_DRIVER(source);
	g_autoptr(GError) error = NULL;

	if (!offhook_driver_fetch_recording_finish(driver, result, &error)) {
		if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
			offhook_call_warning(fetch->call_id,
					     "the provider's recording was not fetched: %s",
					     error->message);
		return;
	}
	fetch->driver = g_object_ref(driver);
	offhook_store_get_call_async(self->store, fetch->call_id, self->cancellable,
				     offhook_provider_recordings_looked_cb, fetch);
	g_steal_pointer(&fetch);
}

static void
offhook_provider_recordings_fetch(OffhookProviderRecordings *self, OffhookConfig *config,
				  OffhookDriver *driver, const OffhookRecordingReport *report)
{
	const char *wanted = offhook_config_get_string(config, "media", "provider-recordings");
	const char *dir = offhook_config_get_string(config, "media", "recordings-dir");
	g_autofree char *uuid = offhook_uuid_new_v7();
	g_autofree char *file = g_strconcat(report->call_id, "-provider-", uuid, ".wav", NULL);
	g_autoptr(GError) error = NULL;
	OffhookProviderFetch *fetch;

	if (g_str_equal(wanted, "keep") ||
	    !offhook_driver_has(driver, OFFHOOK_DRIVER_FETCH_RECORDING))
		return;
	if (!offhook_locations_make_dir(dir, &error)) {
		offhook_call_warning(report->call_id, "%s", error->message);
		return;
	}
	fetch = g_new0(OffhookProviderFetch, 1);
	fetch->recordings = self;
	fetch->call_id = g_strdup(report->call_id);
	fetch->name = g_strdup(report->provider_recording_id);
	fetch->path = g_build_filename(dir, file, NULL);
	fetch->duration_ms = report->duration_ms;
	fetch->remove = g_str_equal(wanted, "move") &&
			offhook_driver_has(driver, OFFHOOK_DRIVER_DELETE_RECORDING);
	offhook_driver_fetch_recording_async(driver, fetch->name, fetch->path, self->cancellable,
					     offhook_provider_recordings_fetched_cb, fetch);
}

/* ---- reports ---- */

/* Whether this state is news; nothing follows "ready" and its like. */
static gboolean
offhook_provider_recordings_is_news(OffhookProviderRecordings *self, OffhookDriver *driver,
				    const OffhookRecordingReport *report)
{
	char *key =
	    g_strconcat(offhook_driver_get_name(driver), "/", report->provider_recording_id, NULL);
	guint before = GPOINTER_TO_UINT(g_hash_table_lookup(self->states, key));

	if (before == report->state + 1 || before > OFFHOOK_RECORDING_READY) {
		g_free(key);
		return FALSE;
	}
	if (before == 0)
		g_queue_push_tail(&self->order, key);
	/* An insert under a known key keeps the old key, which is the one in the queue. */
	g_hash_table_insert(self->states, key, GUINT_TO_POINTER(report->state + 1));
	if (g_queue_get_length(&self->order) > OFFHOOK_PROVIDER_RECORDINGS_MAX)
		g_hash_table_remove(self->states, g_queue_pop_head(&self->order));
	return TRUE;
}

void
offhook_provider_recordings_report(OffhookProviderRecordings *self, OffhookConfig *config,
				   OffhookDriver *driver, const OffhookRecordingReport *report)
{
	if (!offhook_provider_recordings_is_news(self, driver, report))
		return;
	offhook_provider_recordings_publish(
	    self, report->call_id,
	    offhook_provider_recordings_describe(report->provider_recording_id,
						 offhook_recording_state_to_string(report->state),
						 report->duration_ms));
	if (report->state == OFFHOOK_RECORDING_READY)
		offhook_provider_recordings_fetch(self, config, driver, report);
}
