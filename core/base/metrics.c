/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Families of figures and their text. A series is known by its labels as they are printed. Main
 * thread.
 */

#include "base/metrics.h"

#include <math.h>

typedef struct {
	char *labels;      /* a="x",b="y" */
	double value;      /* of a histogram the sum */
	guint64 count;     /* of a histogram */
	guint64 buckets[]; /* of a histogram: not cumulated; the last is infinity's */
} OffhookMetricSeries;

struct _OffhookMetric {
	const OffhookMetricSpec *spec;
	OffhookMetrics *metrics;
	GPtrArray *series;     /* of OffhookMetricSeries, in the order in which they came */
	GHashTable *by_labels; /* labels -> OffhookMetricSeries, both borrowed */
};

typedef struct {
	OffhookMetricsSource func;
	gpointer user_data;
	GDestroyNotify destroy;
} OffhookMetricsHook;

struct _OffhookMetrics {
	GPtrArray *families; /* of OffhookMetric */
	GArray *sources;     /* of OffhookMetricsHook */
	OffhookMetric *refused;
};

static const OffhookMetricSpec offhook_metrics_refused_spec = {
    .kind = OFFHOOK_METRIC_COUNTER,
    .name = "offhook_metrics_refused_total",
    .help = "Figures that were not kept because their family had too many series.",
};

static void
offhook_metric_series_free(gpointer data)
{
	OffhookMetricSeries *series = data;

	g_free(series->labels);
	g_free(series);
}

static void
offhook_metric_free(gpointer data)
{
	OffhookMetric *self = data;

	g_hash_table_unref(self->by_labels);
	g_ptr_array_unref(self->series);
	g_free(self);
}

static void
offhook_metrics_hook_clear(gpointer data)
{
	OffhookMetricsHook *hook = data;

	if (hook->destroy != NULL)
		hook->destroy(hook->user_data);
}

OffhookMetrics *
offhook_metrics_new(void)
{
	OffhookMetrics *self = g_new0(OffhookMetrics, 1);

	self->families = g_ptr_array_new_with_free_func(offhook_metric_free);
	self->sources = g_array_new(FALSE, FALSE, sizeof(OffhookMetricsHook));
	g_array_set_clear_func(self->sources, offhook_metrics_hook_clear);
	self->refused = offhook_metrics_add(self, &offhook_metrics_refused_spec);
	return self;
}

void
offhook_metrics_free(OffhookMetrics *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->families);
	g_array_unref(self->sources);
	g_free(self);
}

void
offhook_metrics_add_source(OffhookMetrics *self, OffhookMetricsSource source, gpointer user_data,
			   GDestroyNotify destroy)
{
	const OffhookMetricsHook hook = {source, user_data, destroy};

	g_array_append_val(self->sources, hook);
}

void
offhook_metrics_remove_source(OffhookMetrics *self, gpointer user_data)
{
	for (guint i = self->sources->len; i > 0; i--)
		if (g_array_index(self->sources, OffhookMetricsHook, i - 1).user_data == user_data)
			g_array_remove_index(self->sources, i - 1);
}

/* ---- series ---- */

static void
offhook_metric_append_escaped(GString *text, const char *value, gboolean quotes)
{
	for (; *value != '\0'; value++) {
		if (*value == '\n')
			g_string_append(text, "\\n");
		else if (*value == '\\' || (quotes && *value == '"'))
			g_string_append_printf(text, "\\%c", *value);
		else
			g_string_append_c(text, *value);
	}
}

static char *
offhook_metric_print_labels(OffhookMetric *self, const char *const *values)
{
	const char *const *names = self->spec->labels;
	GString *text = g_string_new(NULL);

	for (guint i = 0; names != NULL && names[i] != NULL; i++) {
		g_string_append(text, i > 0 ? "," : "");
		g_string_append(text, names[i]);
		g_string_append(text, "=\"");
		offhook_metric_append_escaped(text, values[i] != NULL ? values[i] : "", TRUE);
		g_string_append_c(text, '"');
	}
	return g_string_free(text, FALSE);
}

/* NULL when there are too many. */
static OffhookMetricSeries *
offhook_metric_get_series(OffhookMetric *self, const char *const *values)
{
	g_autofree char *labels = offhook_metric_print_labels(self, values);
	OffhookMetricSeries *series = g_hash_table_lookup(self->by_labels, labels);

	if (series != NULL)
		return series;
	if (self->series->len >= OFFHOOK_METRIC_MAX_SERIES) {
		offhook_metric_count(self->metrics->refused, 1, NULL);
		return NULL;
	}
	series = g_malloc0(sizeof *series + (self->spec->n_bounds + 1) * sizeof(guint64));
	series->labels = g_steal_pointer(&labels);
	g_ptr_array_add(self->series, series);
	g_hash_table_insert(self->by_labels, series->labels, series);
	return series;
}

OffhookMetric *
offhook_metrics_add(OffhookMetrics *self, const OffhookMetricSpec *spec)
{
	OffhookMetric *metric = g_new0(OffhookMetric, 1);

	metric->spec = spec;
	metric->metrics = self;
	metric->series = g_ptr_array_new_with_free_func(offhook_metric_series_free);
	metric->by_labels = g_hash_table_new(g_str_hash, g_str_equal);
	g_ptr_array_add(self->families, metric);
	if (spec->labels == NULL)
		offhook_metric_get_series(metric, NULL);
	return metric;
}

void
offhook_metric_count(OffhookMetric *self, double amount, const char *const *labels)
{
	OffhookMetricSeries *series = offhook_metric_get_series(self, labels);

	g_return_if_fail(self->spec->kind == OFFHOOK_METRIC_COUNTER && amount >= 0);
	if (series != NULL)
		series->value += amount;
}

void
offhook_metric_set(OffhookMetric *self, double value, const char *const *labels)
{
	OffhookMetricSeries *series = offhook_metric_get_series(self, labels);

	/* What is counted elsewhere is a counter all the same. */
	g_return_if_fail(self->spec->kind != OFFHOOK_METRIC_HISTOGRAM);
	if (series != NULL)
		series->value = value;
}

void
offhook_metric_observe(OffhookMetric *self, double value, const char *const *labels)
{
	OffhookMetricSeries *series = offhook_metric_get_series(self, labels);
	guint i = 0;

	g_return_if_fail(self->spec->kind == OFFHOOK_METRIC_HISTOGRAM);
	if (series == NULL)
		return;
	while (i < self->spec->n_bounds && value > self->spec->bounds[i])
		i++;
	series->buckets[i]++;
	series->count++;
	series->value += value;
}

/* ---- text ---- */

static void
offhook_metrics_append_value(GString *text, double value)
{
	char number[G_ASCII_DTOSTR_BUF_SIZE];

	if (isinf(value))
		g_string_append(text, value > 0 ? "+Inf" : "-Inf");
	else if (isnan(value))
		g_string_append(text, "NaN");
	else
		g_string_append(text, g_ascii_formatd(number, sizeof number, "%.15g", value));
}

/* "name_suffix{labels} value"; @bound: of a bucket */
static void
offhook_metric_append_sample(OffhookMetric *self, GString *text, const char *suffix,
			     const char *labels, const double *bound, double value)
{
	g_string_append_printf(text, "%s%s", self->spec->name, suffix);
	if (*labels != '\0' || bound != NULL)
		g_string_append_printf(text, "{%s", labels);
	if (bound != NULL) {
		g_string_append(text, *labels != '\0' ? ",le=\"" : "le=\"");
		offhook_metrics_append_value(text, *bound);
		g_string_append_c(text, '"');
	}
	if (*labels != '\0' || bound != NULL)
		g_string_append_c(text, '}');
	g_string_append_c(text, ' ');
	offhook_metrics_append_value(text, value);
	g_string_append_c(text, '\n');
}

static void
offhook_metric_append_histogram(OffhookMetric *self, GString *text,
				const OffhookMetricSeries *series)
{
	const double infinity = INFINITY;
	guint64 sum = 0;

	for (guint i = 0; i <= self->spec->n_bounds; i++) {
		sum += series->buckets[i];
		offhook_metric_append_sample(
		    self, text, "_bucket", series->labels,
		    i < self->spec->n_bounds ? &self->spec->bounds[i] : &infinity, sum);
	}
	offhook_metric_append_sample(self, text, "_sum", series->labels, NULL, series->value);
	offhook_metric_append_sample(self, text, "_count", series->labels, NULL, series->count);
}

static void
offhook_metric_append(OffhookMetric *self, GString *text)
{
	static const char *const kinds[] = {"counter", "gauge", "histogram"};

	g_string_append_printf(text, "# HELP %s ", self->spec->name);
	offhook_metric_append_escaped(text, self->spec->help, FALSE);
	g_string_append_printf(text, "\n# TYPE %s %s\n", self->spec->name, kinds[self->spec->kind]);
	for (guint i = 0; i < self->series->len; i++) {
		const OffhookMetricSeries *series = g_ptr_array_index(self->series, i);

		if (self->spec->kind == OFFHOOK_METRIC_HISTOGRAM)
			offhook_metric_append_histogram(self, text, series);
		else
			offhook_metric_append_sample(self, text, "", series->labels, NULL,
						     series->value);
	}
}

char *
offhook_metrics_print(OffhookMetrics *self)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < self->sources->len; i++) {
		const OffhookMetricsHook *hook =
		    &g_array_index(self->sources, OffhookMetricsHook, i);

		hook->func(hook->user_data);
	}
	for (guint i = 0; i < self->families->len; i++)
		offhook_metric_append(g_ptr_array_index(self->families, i), text);
	return g_string_free(text, FALSE);
}
