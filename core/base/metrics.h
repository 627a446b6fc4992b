/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Figures for monitoring: families of counters, gauges and histograms, and their text in the
 * exposition format of Prometheus, version 0.0.4. Main thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** More than so many series of one family are not kept, but counted: labels may come from outside. */
#define OFFHOOK_METRIC_MAX_SERIES 1000

typedef struct _OffhookMetrics OffhookMetrics;
/** A family. Belongs to its OffhookMetrics. */
typedef struct _OffhookMetric OffhookMetric;

typedef enum {
	OFFHOOK_METRIC_COUNTER,   /* only grows; its name ends in "_total" */
	OFFHOOK_METRIC_GAUGE,     /* goes up and down */
	OFFHOOK_METRIC_HISTOGRAM, /* in base units: seconds, bytes */
} OffhookMetricKind;

/** What a family is; static. */
typedef struct {
	OffhookMetricKind kind;
	const char *name;
	const char *help;          /* one line */
	const char *const *labels; /* (nullable): names, %NULL-terminated; at most 8 */
	const double *bounds;      /* of a HISTOGRAM: ascending; infinity is added */
	guint n_bounds;
} OffhookMetricSpec;

OffhookMetrics *offhook_metrics_new(void);
void offhook_metrics_free(OffhookMetrics *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookMetrics, offhook_metrics_free)

/** @spec: outlives @self. One without labels begins at 0, so that it is there from the start. */
OffhookMetric *offhook_metrics_add(OffhookMetrics *self, const OffhookMetricSpec *spec);

/** Called before each print, to set what is not counted as it happens. */
typedef void (*OffhookMetricsSource)(gpointer user_data);
/** @destroy: (nullable) */
void offhook_metrics_add_source(OffhookMetrics *self, OffhookMetricsSource source,
				gpointer user_data, GDestroyNotify destroy);
/** Takes out what was added with @user_data. */
void offhook_metrics_remove_source(OffhookMetrics *self, gpointer user_data);

/*
 * @labels: the values, in the order of their names, one for each; (nullable) for a family without.
 * %NULL as a value is "".
 */
/** @amount: not negative */
void offhook_metric_count(OffhookMetric *self, double amount, const char *const *labels);
void offhook_metric_set(OffhookMetric *self, double value, const char *const *labels);
void offhook_metric_observe(OffhookMetric *self, double value, const char *const *labels);

/** All of it. (transfer full) */
char *offhook_metrics_print(OffhookMetrics *self);

/** The media type of what print() gives. */
#define OFFHOOK_METRICS_MEDIA_TYPE "text/plain; version=0.0.4; charset=utf-8"

G_END_DECLS
