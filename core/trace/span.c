/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Spans in the JSON of OTLP: protobuf's, but for ids, which are hexadecimal. Whole numbers of 64 bits
 * are strings there. Main thread.
 */

#include "trace/span.h"

#include "base/json.h"

/* Of the protocol's enumerations. */
#define OFFHOOK_SPAN_KIND_INTERNAL 1
#define OFFHOOK_SPAN_STATUS_ERROR  2

struct _OffhookSpan {
	JsonObject *json; /* a Span; its attributes are added to */
	JsonArray *attributes;
};

static void
offhook_span_set_nanoseconds(JsonObject *json, const char *member, gint64 unix_us)
{
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT "000", MAX(unix_us, 1));

	json_object_set_string_member(json, member, text);
}

OffhookSpan *
offhook_span_new(const char *trace_id, const char *span_id, const char *parent_id, const char *name,
		 gint64 start_us, gint64 end_us)
{
	OffhookSpan *self = g_new0(OffhookSpan, 1);

	self->json = json_object_new();
	self->attributes = json_array_new();
	json_object_set_string_member(self->json, "traceId", trace_id);
	json_object_set_string_member(self->json, "spanId", span_id);
	if (parent_id != NULL)
		json_object_set_string_member(self->json, "parentSpanId", parent_id);
	json_object_set_string_member(self->json, "name", name);
	json_object_set_int_member(self->json, "kind", OFFHOOK_SPAN_KIND_INTERNAL);
	offhook_span_set_nanoseconds(self->json, "startTimeUnixNano", start_us);
	offhook_span_set_nanoseconds(self->json, "endTimeUnixNano", MAX(start_us, end_us));
	json_object_set_array_member(self->json, "attributes", self->attributes);
	return self;
}

void
offhook_span_free(OffhookSpan *self)
{
	if (self == NULL)
		return;
	json_object_unref(self->json);
	g_free(self);
}

/* ---- attributes ---- */

/* {key, value: {...}}; the value's one member is set by the caller. (transfer none) */
static JsonObject *
offhook_span_add_attribute(JsonArray *attributes, const char *key)
{
	JsonObject *attribute = json_object_new();
	JsonObject *value = json_object_new();

	json_object_set_string_member(attribute, "key", key);
	json_object_set_object_member(attribute, "value", value);
	json_array_add_object_element(attributes, attribute);
	return value;
}

static void
offhook_span_add_string(JsonArray *attributes, const char *key, const char *value)
{
	json_object_set_string_member(offhook_span_add_attribute(attributes, key), "stringValue",
				      value);
}

void
offhook_span_set_string(OffhookSpan *self, const char *key, const char *value)
{
	if (value != NULL)
		offhook_span_add_string(self->attributes, key, value);
}

void
offhook_span_set_int(OffhookSpan *self, const char *key, gint64 value)
{
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, value);

	json_object_set_string_member(offhook_span_add_attribute(self->attributes, key), "intValue",
				      text);
}

void
offhook_span_set_double(OffhookSpan *self, const char *key, double value)
{
	json_object_set_double_member(offhook_span_add_attribute(self->attributes, key),
				      "doubleValue", value);
}

void
offhook_span_set_boolean(OffhookSpan *self, const char *key, gboolean value)
{
	json_object_set_boolean_member(offhook_span_add_attribute(self->attributes, key),
				       "boolValue", value);
}

void
offhook_span_set_failed(OffhookSpan *self, const char *message)
{
	JsonObject *status = json_object_new();

	json_object_set_int_member(status, "code", OFFHOOK_SPAN_STATUS_ERROR);
	if (message != NULL)
		json_object_set_string_member(status, "message", message);
	json_object_set_object_member(self->json, "status", status);
}

char *
offhook_span_make_id(void)
{
	/* All zeros would be none. */
	return g_strdup_printf("%08x%08x", g_random_int(), g_random_int() | 1);
}

/* ---- the request ---- */

static JsonObject *
offhook_span_make_resource(const char *service_name)
{
	JsonObject *resource = json_object_new();
	JsonArray *attributes = json_array_new();

	offhook_span_add_string(attributes, "service.name", service_name);
	offhook_span_add_string(attributes, "service.version", OFFHOOK_VERSION);
	offhook_span_add_string(attributes, "host.name", g_get_host_name());
	json_object_set_array_member(resource, "attributes", attributes);
	return resource;
}

static JsonObject *
offhook_span_make_scope(GPtrArray *spans)
{
	JsonObject *scope_spans = json_object_new();
	JsonObject *scope = json_object_new();
	JsonArray *list = json_array_new();

	json_object_set_string_member(scope, "name", "offhook");
	json_object_set_string_member(scope, "version", OFFHOOK_VERSION);
	json_object_set_object_member(scope_spans, "scope", scope);
	for (guint i = 0; i < spans->len; i++)
		json_array_add_object_element(
		    list, json_object_ref(((OffhookSpan *)g_ptr_array_index(spans, i))->json));
	json_object_set_array_member(scope_spans, "spans", list);
	return scope_spans;
}

static JsonArray *
offhook_span_make_list(JsonObject *only)
{
	JsonArray *list = json_array_new();

	json_array_add_object_element(list, only);
	return list;
}

char *
offhook_span_print_request(GPtrArray *spans, const char *service_name)
{
	g_autoptr(JsonObject) request = json_object_new();
	JsonObject *resource_spans = json_object_new();

	json_object_set_object_member(resource_spans, "resource",
				      offhook_span_make_resource(service_name));
	json_object_set_array_member(resource_spans, "scopeSpans",
				     offhook_span_make_list(offhook_span_make_scope(spans)));
	json_object_set_array_member(request, "resourceSpans",
				     offhook_span_make_list(resource_spans));
	return offhook_json_to_string(request);
}
