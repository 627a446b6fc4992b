/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Can our own webhook be reached where the provider looks for it? For a driver's check. In the library
 * offhook-net-1. Main thread.
 */
#pragma once

#include <offhook/driver.h>
#include <offhook/web-client.h>

G_BEGIN_DECLS

/**
 * offhook_webhook_probe:
 * @request: (transfer none): one of the provider's kind but without its signature; to the public URL of
 *   a webhook of ours. It has ten seconds unless it says otherwise
 * @check: (transfer full): what is known so far
 * @task: (transfer full): answered with @check
 *
 * We knock at our own public door. 403, as strangers get it, shows that it is ours and guarded; anything
 * else, and silence, is added to what @check complains of.
 */
void offhook_webhook_probe(OffhookWebClient *web, const OffhookWebRequest *request,
			   OffhookDriverCheck *check, GTask *task);

G_END_DECLS
