/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The calls of a driver whose audio comes over WebSockets, from their first mention to the stream
 * that belongs to them: both their names, a media URL with a token for each, and the host told of
 * what happens. For drivers that need to know no more of a call than that; others use the parts
 * (call-table.h, stream-tokens.h). Main thread.
 */
#pragma once

#include <offhook/driver.h>

G_BEGIN_DECLS

typedef struct _OffhookStreamCalls OffhookStreamCalls;

/** @driver: (transfer none): owns this */
OffhookStreamCalls *offhook_stream_calls_new(OffhookDriver *driver);
void offhook_stream_calls_free(OffhookStreamCalls *self);

/**
 * A call comes in: offhook_call_host_offer_call(). Said again it is the same call with a new URL.
 *
 * Returns: (transfer full) (nullable): the media URL to answer with, or why it is not taken
 */
char *offhook_stream_calls_offer(OffhookStreamCalls *self, const OffhookCallOffer *offer,
				 GError **error);

/** A call is about to be placed. (transfer full) (nullable): the media URL to tell the provider */
char *offhook_stream_calls_place(OffhookStreamCalls *self, const char *call_id, GError **error);
/** ... and was: @name is the provider's. %NULL: it failed, so it has never been. */
void offhook_stream_calls_placed(OffhookStreamCalls *self, const char *call_id, const char *name);

/** What the provider calls it. (transfer none) (nullable): %OFFHOOK_ERROR_NOT_FOUND */
const char *offhook_stream_calls_get_name(OffhookStreamCalls *self, const char *call_id,
					  GError **error);

/** The provider reports on its call @name (nullable). Unknown ones are ignored. */
void offhook_stream_calls_report(OffhookStreamCalls *self, const char *name, OffhookCallState state,
				 OffhookEndReason reason);

/**
 * For create_protocol: gives @protocol (transfer full) the token of the upgrade's URL, or refuses
 * with %OFFHOOK_ERROR_PERMISSION. (transfer full) (nullable)
 */
OffhookWireProtocol *offhook_stream_calls_admit(OffhookStreamCalls *self,
						OffhookWireProtocol *protocol,
						const OffhookWebhook *upgrade, GError **error);
/** For claim_stream. (transfer full) (nullable): the id of the call that the stream is for */
char *offhook_stream_calls_claim(OffhookStreamCalls *self, const OffhookStreamStart *start,
				 GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookStreamCalls, offhook_stream_calls_free)

G_END_DECLS
