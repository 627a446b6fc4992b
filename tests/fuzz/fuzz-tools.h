/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What fuzz targets do with any bytes: lines as messages of a media stream, the rest as a webhook.
 */
#pragma once

#include <offhook/media-port.h>
#include <offhook/webhook.h>
#include <offhook/wire-protocol.h>

G_BEGIN_DECLS

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

typedef void (*FuzzLineFunc)(gpointer user_data, const char *line, gsize size);
void fuzz_each_line(const guint8 *data, gsize size, FuzzLineFunc func, gpointer user_data);

/** The message is taken, or refused with an error; never neither. */
gboolean fuzz_receive(OffhookWireProtocol *protocol, OffhookMediaPort *port, OffhookWireKind kind,
		      const void *data, gsize size);

/** A GET with @data as its query, or a POST with it as its body. (transfer full) */
OffhookWebhook *fuzz_make_webhook(const char *base, const char *path, gboolean get,
				  const guint8 *data, gsize size);

/** Warnings about what strangers send are meant to be; criticals are not. */
void fuzz_drop_log(void);

G_END_DECLS
