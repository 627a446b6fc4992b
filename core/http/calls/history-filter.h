/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the requests of /history are about, read from their query. Main thread.
 */
#pragma once

#include "http/server/request.h"
#include "store/store-history.h"

G_BEGIN_DECLS

/** All but limit and cursor. @filter borrows from @request. */
gboolean offhook_http_history_read_filter(OffhookHttpRequest *request, OffhookHistoryFilter *filter,
					  GError **error);
gboolean offhook_http_history_read_search(OffhookHttpRequest *request, OffhookSearchFilter *filter,
					  GError **error);
/** Without days the last thirty. */
gboolean offhook_http_history_read_statistics(OffhookHttpRequest *request,
					      OffhookStatisticsFilter *filter, GError **error);

G_END_DECLS
