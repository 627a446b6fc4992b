/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What the daemon offers to drivers: the place to report calls to. Main thread only.
 */
#pragma once

#include <offhook/call.h>
#include <offhook/media-port.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_CALL_HOST (offhook_call_host_get_type())
G_DECLARE_INTERFACE(OffhookCallHost, offhook_call_host, OFFHOOK, CALL_HOST, GObject)

struct _OffhookCallHostInterface {
	GTypeInterface parent_iface;

	char *(*offer_call)(OffhookCallHost *self, OffhookDriver *driver,
			    const OffhookCallOffer *offer, GError **error);
	char *(*find_call)(OffhookCallHost *self, OffhookDriver *driver,
			   const char *provider_call_id);
	void (*update_call)(OffhookCallHost *self, const char *call_id, OffhookCallState state,
			    OffhookEndReason reason);
	gboolean (*attach_media)(OffhookCallHost *self, const char *call_id, OffhookMediaPort *port,
				 GError **error);
	char *(*dup_public_url)(OffhookCallHost *self);

	gpointer spare[8];
};

/**
 * offhook_call_host_offer_call:
 *
 * A call comes in. Admission is decided here, at once.
 *
 * Returns: (transfer full) (nullable): our id of the call, or %NULL with %OFFHOOK_ERROR_BUSY (at
 *   capacity) or %OFFHOOK_ERROR_UNAVAILABLE (no assistant takes calls of this driver). Offering the
 *   same provider_call_id again gives the same id.
 */
char *offhook_call_host_offer_call(OffhookCallHost *self, OffhookDriver *driver,
				   const OffhookCallOffer *offer, GError **error);

/** Returns: (transfer full) (nullable): our id of the driver's live call. */
char *offhook_call_host_find_call(OffhookCallHost *self, OffhookDriver *driver,
				  const char *provider_call_id);

/** The provider says how a call is. Late, repeated and unknown reports are ignored. */
void offhook_call_host_update_call(OffhookCallHost *self, const char *call_id,
				   OffhookCallState state, OffhookEndReason reason);

/**
 * offhook_call_host_attach_media:
 * @port: (transfer none): referenced on success; opened in a media thread soon after
 *
 * The call's audio is there. Makes the call active. Not for WebSocket media, where the daemon
 * attaches the stream that offhook_driver_claim_stream() accepted.
 */
gboolean offhook_call_host_attach_media(OffhookCallHost *self, const char *call_id,
					OffhookMediaPort *port, GError **error);

/** Returns: (transfer full): under which URL providers reach us, without a slash at the end. */
char *offhook_call_host_dup_public_url(OffhookCallHost *self);

G_END_DECLS
