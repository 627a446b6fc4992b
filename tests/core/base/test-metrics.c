/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Families of figures: their text, to the letter; labels that need escaping; the limit of series.
 */

#include "base/metrics.h"

#include <string.h>

static const char *const labels[] = {"driver", "outcome", NULL};
static const double bounds[] = {0.1, 0.25, 1};

static const OffhookMetricSpec counter_spec = {OFFHOOK_METRIC_COUNTER, "x_calls_total",
					       "Calls, \\ and\nmore.", labels};
static const OffhookMetricSpec plain_spec = {OFFHOOK_METRIC_COUNTER, "x_plain_total", "Plain."};
static const OffhookMetricSpec gauge_spec = {OFFHOOK_METRIC_GAUGE, "x_bytes", "Bytes."};
static const OffhookMetricSpec histogram_spec = {
    OFFHOOK_METRIC_HISTOGRAM, "x_seconds", "Seconds.", labels, bounds, G_N_ELEMENTS(bounds)};

#define REFUSED                                                                                    \
	"# HELP offhook_metrics_refused_total Figures that were not kept because their family "    \
	"had "                                                                                     \
	"too many series.\n"                                                                       \
	"# TYPE offhook_metrics_refused_total counter\n"                                           \
	"offhook_metrics_refused_total %d\n"

static void
test_expect(OffhookMetrics *metrics, guint refused, const char *expected)
{
	g_autofree char *text = offhook_metrics_print(metrics);
	g_autofree char *head = g_strdup_printf(REFUSED, refused);

	g_assert_true(g_str_has_prefix(text, head));
	g_assert_cmpstr(text + strlen(head), ==, expected);
}

static void
test_counter(void)
{
	g_autoptr(OffhookMetrics) metrics = offhook_metrics_new();
	OffhookMetric *calls = offhook_metrics_add(metrics, &counter_spec);
	OffhookMetric *plain = offhook_metrics_add(metrics, &plain_spec);
	const char *const odd[] = {"a\"b\\c\nd", NULL};

	offhook_metric_count(calls, 1, (const char *const[]){"twilio", "completed"});
	offhook_metric_count(calls, 0.25, odd);
	offhook_metric_count(calls, 2, (const char *const[]){"twilio", "completed"});
	offhook_metric_count(plain, 1e16, NULL);
	test_expect(metrics, 0,
		    "# HELP x_calls_total Calls, \\\\ and\\nmore.\n"
		    "# TYPE x_calls_total counter\n"
		    "x_calls_total{driver=\"twilio\",outcome=\"completed\"} 3\n"
		    "x_calls_total{driver=\"a\\\"b\\\\c\\nd\",outcome=\"\"} 0.25\n"
		    "# HELP x_plain_total Plain.\n"
		    "# TYPE x_plain_total counter\n"
		    "x_plain_total 1e+16\n");
}

static void
test_set_cb(gpointer user_data)
{
	offhook_metric_set(user_data, 42.5, NULL);
}

static void
test_gauge(void)
{
	g_autoptr(OffhookMetrics) metrics = offhook_metrics_new();
	OffhookMetric *bytes = offhook_metrics_add(metrics, &gauge_spec);

	offhook_metric_set(bytes, 7, NULL);
	test_expect(metrics, 0, "# HELP x_bytes Bytes.\n# TYPE x_bytes gauge\nx_bytes 7\n");
	offhook_metrics_add_source(metrics, test_set_cb, bytes, NULL);
	test_expect(metrics, 0, "# HELP x_bytes Bytes.\n# TYPE x_bytes gauge\nx_bytes 42.5\n");
	offhook_metrics_remove_source(metrics, bytes);
	offhook_metric_set(bytes, -1, NULL);
	test_expect(metrics, 0, "# HELP x_bytes Bytes.\n# TYPE x_bytes gauge\nx_bytes -1\n");
}

/* A value on a bound is in its bucket; what is beyond all is only in infinity's. */
static void
test_histogram(void)
{
	g_autoptr(OffhookMetrics) metrics = offhook_metrics_new();
	OffhookMetric *seconds = offhook_metrics_add(metrics, &histogram_spec);
	const double values[] = {0.1, 0.11, 0.2, 5};

	for (guint i = 0; i < G_N_ELEMENTS(values); i++)
		offhook_metric_observe(seconds, values[i], (const char *const[]){"d", "o"});
	test_expect(metrics, 0,
		    "# HELP x_seconds Seconds.\n# TYPE x_seconds histogram\n"
		    "x_seconds_bucket{driver=\"d\",outcome=\"o\",le=\"0.1\"} 1\n"
		    "x_seconds_bucket{driver=\"d\",outcome=\"o\",le=\"0.25\"} 3\n"
		    "x_seconds_bucket{driver=\"d\",outcome=\"o\",le=\"1\"} 3\n"
		    "x_seconds_bucket{driver=\"d\",outcome=\"o\",le=\"+Inf\"} 4\n"
		    "x_seconds_sum{driver=\"d\",outcome=\"o\"} 5.41\n"
		    "x_seconds_count{driver=\"d\",outcome=\"o\"} 4\n");
}

static void
test_limit(void)
{
	g_autoptr(OffhookMetrics) metrics = offhook_metrics_new();
	OffhookMetric *calls = offhook_metrics_add(metrics, &counter_spec);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	for (guint i = 0; i < OFFHOOK_METRIC_MAX_SERIES + 3; i++) {
		g_autofree char *driver = g_strdup_printf("%u", i);

		offhook_metric_count(calls, 1, (const char *const[]){driver, "x"});
	}
	/* Those that are there go on. */
	offhook_metric_count(calls, 1, (const char *const[]){"0", "x"});
	text = offhook_metrics_print(metrics);
	lines = g_strsplit(text, "\n", -1);
	g_assert_cmpuint(g_strv_length(lines), ==, 3 + 2 + OFFHOOK_METRIC_MAX_SERIES + 1);
	g_assert_cmpstr(lines[2], ==, "offhook_metrics_refused_total 3");
	g_assert_cmpstr(lines[5], ==, "x_calls_total{driver=\"0\",outcome=\"x\"} 2");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/base/metrics/counter", test_counter);
	g_test_add_func("/base/metrics/gauge", test_gauge);
	g_test_add_func("/base/metrics/histogram", test_histogram);
	g_test_add_func("/base/metrics/limit", test_limit);
	return g_test_run();
}
