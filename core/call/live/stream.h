/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A media session whose call may not be known yet: the far end of a WebSocket says who it is only
 * after it has connected. Main thread.
 */
#pragma once

#include "media/session.h"

G_BEGIN_DECLS

typedef struct _OffhookStream OffhookStream;

/** Who minds a stream that belongs to no call. */
typedef struct {
	/* The far end says who it is. Take the stream into a call, or refuse with @error. */
	gboolean (*claim)(gpointer user_data, OffhookStream *stream,
			  const OffhookStreamStart *start, GError **error);
	/* It ended before that; free it. @error: (nullable) */
	void (*lost)(gpointer user_data, OffhookStream *stream, const GError *error);
} OffhookStreamKeeper;

/** Opens @port in @thread. @keeper: (nullable): for a stream that is bound at once */
OffhookStream *offhook_stream_new(OffhookMediaThread *thread, OffhookMediaPort *port,
				  const OffhookStreamKeeper *keeper, gpointer user_data);
void offhook_stream_free(OffhookStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookStream, offhook_stream_free)

/** From now on events go to a call. `started` is not among them. */
void offhook_stream_bind(OffhookStream *self, const OffhookMediaEvents *events, gpointer user_data);
OffhookMediaSession *offhook_stream_get_session(OffhookStream *self); /* (transfer none) */

G_END_DECLS
