/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reads which page of a list is asked for, and replies with it. Main thread.
 */

#include "http/calls/page.h"

#include "base/json.h"

#define OFFHOOK_HTTP_PAGE_LIMIT 50

gboolean
offhook_http_page_read_limit(OffhookHttpRequest *request, guint max, guint *limit, GError **error)
{
	*limit = OFFHOOK_HTTP_PAGE_LIMIT;
	return offhook_http_request_get_number(request, "limit", 1, max, limit, error);
}

void
offhook_http_page_reply(OffhookHttpRequest *request, const char *field, GPtrArray *records,
			OffhookViewFunc view, const char *cursor, const GError *error)
{
	JsonObject *reply;

	if (records == NULL) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	reply = json_object_new();
	json_object_set_array_member(reply, field, offhook_view_list(records, view));
	offhook_json_set_string(reply, "next_cursor", cursor);
	offhook_http_request_reply_json(request, 200, reply);
}

OffhookHttpCountedPage *
offhook_http_counted_page_new(OffhookHttpRequest *request)
{
	g_autofree OffhookHttpCountedPage *self = g_new0(OffhookHttpCountedPage, 1);
	g_autoptr(GError) error = NULL;

	if (!offhook_http_page_read_limit(request, OFFHOOK_STORE_MAX_LIMIT, &self->limit, &error) ||
	    !offhook_http_request_get_number(request, "offset", 0, G_MAXINT32, &self->offset,
					     &error)) {
		offhook_http_request_reply_error(request, error);
		return NULL;
	}
	self->request = offhook_http_request_wait(request);
	return g_steal_pointer(&self);
}

/* {total, limit, offset, has_more} */
static JsonObject *
offhook_http_counted_page_view(const OffhookHttpCountedPage *self, guint64 total, guint count)
{
	JsonObject *object = json_object_new();

	json_object_set_int_member(object, "total", (gint64)total);
	json_object_set_int_member(object, "limit", self->limit);
	json_object_set_int_member(object, "offset", self->offset);
	json_object_set_boolean_member(object, "has_more", (guint64)self->offset + count < total);
	return object;
}

void
offhook_http_counted_page_reply(OffhookHttpCountedPage *self, const char *field, GPtrArray *records,
				OffhookViewFunc view, guint64 total, const GError *error)
{
	JsonObject *reply;

	if (records == NULL) {
		offhook_http_request_reply_error(self->request, error);
	} else {
		reply = json_object_new();
		json_object_set_array_member(reply, field, offhook_view_list(records, view));
		json_object_set_object_member(
		    reply, "pagination", offhook_http_counted_page_view(self, total, records->len));
		offhook_http_request_reply_json(self->request, 200, reply);
	}
	offhook_http_request_unref(self->request);
	g_free(self);
}
