/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The interface through which drivers report calls. Main thread.
 */

#include <offhook/call-host.h>

#include <offhook/driver.h>

G_DEFINE_INTERFACE(OffhookCallHost, offhook_call_host, G_TYPE_OBJECT)

char *
offhook_call_host_offer_call(OffhookCallHost *self, OffhookDriver *driver,
			     const OffhookCallOffer *offer, GError **error)
{
	g_return_val_if_fail(OFFHOOK_IS_CALL_HOST(self), NULL);
	g_return_val_if_fail(OFFHOOK_IS_DRIVER(driver), NULL);
	g_return_val_if_fail(offer != NULL && offer->provider_call_id != NULL, NULL);

	return OFFHOOK_CALL_HOST_GET_IFACE(self)->offer_call(self, driver, offer, error);
}

char *
offhook_call_host_find_call(OffhookCallHost *self, OffhookDriver *driver,
			    const char *provider_call_id)
{
	g_return_val_if_fail(OFFHOOK_IS_CALL_HOST(self), NULL);
	g_return_val_if_fail(provider_call_id != NULL, NULL);

	return OFFHOOK_CALL_HOST_GET_IFACE(self)->find_call(self, driver, provider_call_id);
}

void
offhook_call_host_update_call(OffhookCallHost *self, const char *call_id, OffhookCallState state,
			      OffhookEndReason reason)
{
	g_return_if_fail(OFFHOOK_IS_CALL_HOST(self));
	g_return_if_fail(call_id != NULL);

	OFFHOOK_CALL_HOST_GET_IFACE(self)->update_call(self, call_id, state, reason);
}

gboolean
offhook_call_host_attach_media(OffhookCallHost *self, const char *call_id, OffhookMediaPort *port,
			       GError **error)
{
	g_return_val_if_fail(OFFHOOK_IS_CALL_HOST(self), FALSE);
	g_return_val_if_fail(call_id != NULL && OFFHOOK_IS_MEDIA_PORT(port), FALSE);

	return OFFHOOK_CALL_HOST_GET_IFACE(self)->attach_media(self, call_id, port, error);
}

char *
offhook_call_host_dup_public_url(OffhookCallHost *self)
{
	g_return_val_if_fail(OFFHOOK_IS_CALL_HOST(self), NULL);

	return OFFHOOK_CALL_HOST_GET_IFACE(self)->dup_public_url(self);
}

static void
offhook_call_host_default_init(OffhookCallHostInterface *iface)
{
}
