/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The inside of the daemon, for its own files.
 */
#pragma once

#include "cache/cache.h"
#include "call/keeping/eraser.h"
#include "call/keeping/retention.h"
#include "call/manager/call-manager.h"
#include "call/manager/call-metrics.h"
#include "daemon/daemon-store.h"
#include "daemon/daemon.h"
#include "dbus/door.h"
#include "delivery/outbox.h"
#include "engine/engine-health.h"
#include "http/server/server.h"
#include "plugin/watcher.h"
#include "daemon/predecessor.h"
#include "daemon/successor.h"
#include "trace/call-tracer.h"
#include "ws/control.h"

G_BEGIN_DECLS

/** In the state directory: held as long as a daemon has it. */
#define OFFHOOK_LOCK_FILE "lock"

struct _OffhookDaemon {
	GObject parent_instance;

	char *config_path;
	gboolean tolerant;
	OffhookConfig *config;
	OffhookPluginRegistry *plugins;
	OffhookPluginWatcher *watcher;
	OffhookDaemonStore *store;
	OffhookCache *cache; /* (nullable): none is configured */
	OffhookMediaPool *media;
	OffhookEventBus *events;
	OffhookEngineHealth *health;
	OffhookCallManager *calls;
	OffhookMetrics *metrics;
	OffhookCallMetrics *call_metrics;
	OffhookRetention *retention;
	OffhookEraser *eraser;
	OffhookOutbox *outbox;
	gboolean delivering;       /* what it sends is ours to send, but for a successor */
	gboolean deliveries_given; /* ... which is to do it now */
	guint deliveries_id;       /* those before us are waited for */
	OffhookTraceExporter *exporter; /* (nullable): no traces */
	OffhookCallTracer *tracer;      /* (nullable) */
	OffhookHttpServer *http;
	OffhookControl *control;
	OffhookDBusDoor *dbus; /* (nullable): no bus is wanted */
	gboolean quit_when_drained;
	OffhookSuccessor *successor; /* (nullable): the process that takes over, or has */
	gboolean succeeded;          /* it has */
	GPtrArray
	    *predecessors;   /* of OffhookPredecessor: that still have calls, the newest first */
	GPtrArray *departed; /* of OffhookPredecessor: those that have ended */
	gboolean scheduling; /* scheduled calls are ours to place */
	gboolean schedule_given; /* ... and are not any more; the last of them is answered */
	gboolean stopping;
	gint64 settle_until_us; /* the successor does not wait any longer */
	guint settle_id;
	guint schedule_id;
	guint limit_id;
	guint linger_id;
	guint count_id;   /* the successor is to be told how many calls there are */
	guint patience_id; /* with those before, until they ring nobody any more */
	int lock_fd; /* held as long as we live; -1 before */
};

/** Reads the configuration; with the first one also the plugins that it speaks of. */
OffhookConfig *offhook_daemon_read_config(OffhookDaemon *self, GError **error);

/** REST and the control WebSocket; afterwards it listens. */
gboolean offhook_daemon_open_doors(OffhookDaemon *self, GError **error);
/** The last of the doors: whoever sees the name on the bus finds everything there. */
void offhook_daemon_open_bus(OffhookDaemon *self);
/** What is kept for too long goes from now on. */
void offhook_daemon_start_retention(OffhookDaemon *self);

G_END_DECLS
