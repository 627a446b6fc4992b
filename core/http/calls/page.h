/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Lists that are told page by page: which page is asked for, and the reply. Main thread.
 */
#pragma once

#include "http/calls/views.h"
#include "http/server/request.h"

G_BEGIN_DECLS

/** How long the page is to be: "limit" of the query, or as long as pages are. */
gboolean offhook_http_page_read_limit(OffhookHttpRequest *request, guint max, guint *limit,
				      GError **error);

/**
 * Replies with a page that knows where the next one begins, {@field[], next_cursor}.
 * @records: (nullable): there is @error instead; @cursor: (nullable): it is the last page
 */
void offhook_http_page_reply(OffhookHttpRequest *request, const char *field, GPtrArray *records,
			     OffhookViewFunc view, const char *cursor, const GError *error);

/** A page by its place in the whole list, which is counted. */
typedef struct {
	OffhookHttpRequest *request;
	guint limit;
	guint offset;
} OffhookHttpCountedPage;

/** Which one is asked for; the request waits. (nullable): it asks for none that could be, which was replied */
OffhookHttpCountedPage *offhook_http_counted_page_new(OffhookHttpRequest *request);
/** Replies with {@field[], pagination{}}, and frees. @records: (nullable): there is @error instead */
void offhook_http_counted_page_reply(OffhookHttpCountedPage *self, const char *field,
				     GPtrArray *records, OffhookViewFunc view, guint64 total,
				     const GError *error);

G_END_DECLS
