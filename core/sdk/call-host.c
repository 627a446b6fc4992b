/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The interface through which drivers report calls. Main thread.
 */

#include <offhook/call-host.h>

#include <offhook/driver.h>
#include <offhook/error.h>
#include <string.h>

G_DEFINE_INTERFACE(OffhookCallHost, offhook_call_host, G_TYPE_OBJECT)

/* As much of it as may be written down. Callers choose what they call themselves. (nullable) */
static char *
offhook_call_host_cut_party(const char *party)
{
	const char *end;

	if (party == NULL)
		return NULL;
	g_utf8_validate(party, (gssize)MIN(strlen(party), OFFHOOK_PARTY_MAX), &end);
	return g_strndup(party, (gsize)(end - party));
}

char *
offhook_call_host_offer_call(OffhookCallHost *self, OffhookDriver *driver,
			     const OffhookCallOffer *offer, GError **error)
{
	OffhookCallOffer cut;
	g_autofree char *from = NULL;
	g_autofree char *to = NULL;

	g_return_val_if_fail(OFFHOOK_IS_CALL_HOST(self), NULL);
	g_return_val_if_fail(OFFHOOK_IS_DRIVER(driver), NULL);
	g_return_val_if_fail(offer != NULL && offer->provider_call_id != NULL, NULL);

	if (strlen(offer->provider_call_id) > OFFHOOK_PROVIDER_ID_MAX) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "the provider's id of the call: %" G_GSIZE_FORMAT
			    " bytes, expected at most %d",
			    strlen(offer->provider_call_id), OFFHOOK_PROVIDER_ID_MAX);
		return NULL;
	}
	cut = *offer;
	cut.from = from = offhook_call_host_cut_party(offer->from);
	cut.to = to = offhook_call_host_cut_party(offer->to);
	return OFFHOOK_CALL_HOST_GET_IFACE(self)->offer_call(self, driver, &cut, error);
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

char *
offhook_call_host_dup_address_mark(OffhookCallHost *self)
{
	g_return_val_if_fail(OFFHOOK_IS_CALL_HOST(self), NULL);

	/* Other hosts than the daemon's need none. */
	return OFFHOOK_CALL_HOST_GET_IFACE(self)->dup_address_mark != NULL
		   ? OFFHOOK_CALL_HOST_GET_IFACE(self)->dup_address_mark(self)
		   : g_strdup("");
}

void
offhook_call_host_name_call(OffhookCallHost *self, OffhookDriver *driver, const char *call_id,
			    const char *provider_call_id)
{
	g_return_if_fail(OFFHOOK_IS_CALL_HOST(self));
	g_return_if_fail(OFFHOOK_IS_DRIVER(driver));
	g_return_if_fail(call_id != NULL && provider_call_id != NULL);

	OFFHOOK_CALL_HOST_GET_IFACE(self)->name_call(self, driver, call_id, provider_call_id);
}

void
offhook_call_host_report_state(OffhookCallHost *self, const char *call_id, OffhookCallState state,
			       OffhookEndReason reason, gint64 sequence)
{
	g_return_if_fail(OFFHOOK_IS_CALL_HOST(self));
	g_return_if_fail(call_id != NULL);

	OFFHOOK_CALL_HOST_GET_IFACE(self)->report_state(self, call_id, state, reason, sequence);
}

void
offhook_call_host_report_answered_by(OffhookCallHost *self, const char *call_id,
				     OffhookAnsweredBy by)
{
	g_return_if_fail(OFFHOOK_IS_CALL_HOST(self));
	g_return_if_fail(call_id != NULL);

	OFFHOOK_CALL_HOST_GET_IFACE(self)->report_answered_by(self, call_id, by);
}

void
offhook_call_host_report_recording(OffhookCallHost *self, OffhookDriver *driver,
				   const OffhookRecordingReport *report)
{
	g_return_if_fail(OFFHOOK_IS_CALL_HOST(self));
	g_return_if_fail(report != NULL && report->call_id != NULL);
	g_return_if_fail(report->provider_recording_id != NULL);

	OFFHOOK_CALL_HOST_GET_IFACE(self)->report_recording(self, driver, report);
}

void
offhook_call_host_receive_message(OffhookCallHost *self, OffhookDriver *driver,
				  const OffhookTextMessage *message)
{
	g_return_if_fail(OFFHOOK_IS_CALL_HOST(self));
	g_return_if_fail(message != NULL && message->provider_message_id != NULL);

	OFFHOOK_CALL_HOST_GET_IFACE(self)->receive_message(self, driver, message);
}

void
offhook_call_host_report_message(OffhookCallHost *self, OffhookDriver *driver,
				 const char *provider_message_id, OffhookMessageState state,
				 const char *error)
{
	g_return_if_fail(OFFHOOK_IS_CALL_HOST(self));
	g_return_if_fail(provider_message_id != NULL);

	OFFHOOK_CALL_HOST_GET_IFACE(self)->report_message(self, driver, provider_message_id, state,
							  error);
}

gboolean
offhook_call_host_settle_transfer(OffhookCallHost *self, const char *call_id, const GError *failure)
{
	g_return_val_if_fail(OFFHOOK_IS_CALL_HOST(self), FALSE);
	g_return_val_if_fail(call_id != NULL, FALSE);

	return OFFHOOK_CALL_HOST_GET_IFACE(self)->settle_transfer(self, call_id, failure);
}

gboolean
offhook_call_host_get_options(OffhookCallHost *self, const char *call_id,
			      OffhookDriverOptions *options)
{
	g_return_val_if_fail(OFFHOOK_IS_CALL_HOST(self), FALSE);
	g_return_val_if_fail(call_id != NULL && options != NULL, FALSE);

	return OFFHOOK_CALL_HOST_GET_IFACE(self)->get_options(self, call_id, options);
}

static void
offhook_call_host_default_init(OffhookCallHostInterface *iface)
{
}
