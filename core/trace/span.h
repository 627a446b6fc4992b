/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A piece of a trace: something that took a while, with a place in what it was part of; and many of
 * them as an OTLP request in JSON. Main thread.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Hexadecimal digits of the ids, without the closing zero. */
#define OFFHOOK_TRACE_ID_LENGTH 32
#define OFFHOOK_SPAN_ID_LENGTH  16

typedef struct _OffhookSpan OffhookSpan;

/**
 * offhook_span_new:
 * @trace_id, @span_id: as many hexadecimal digits as they have, in lower case
 * @parent_id: (nullable): it is the root
 * @start_us, @end_us: unix time
 */
OffhookSpan *offhook_span_new(const char *trace_id, const char *span_id, const char *parent_id,
			      const char *name, gint64 start_us, gint64 end_us);
void offhook_span_free(OffhookSpan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSpan, offhook_span_free)

/* Attributes. @value: (nullable): then nothing */
void offhook_span_set_string(OffhookSpan *self, const char *key, const char *value);
void offhook_span_set_int(OffhookSpan *self, const char *key, gint64 value);
void offhook_span_set_double(OffhookSpan *self, const char *key, double value);
void offhook_span_set_boolean(OffhookSpan *self, const char *key, gboolean value);
/** It went wrong. @message: (nullable) */
void offhook_span_set_failed(OffhookSpan *self, const char *message);

/** A new id of a span. (transfer full) */
char *offhook_span_make_id(void);

/**
 * offhook_span_print_request:
 * @spans: (element-type OffhookSpan): used up: what they hold is in the text
 *
 * The body of a POST to /v1/traces. (transfer full)
 */
char *offhook_span_print_request(GPtrArray *spans, const char *service_name);

G_END_DECLS
