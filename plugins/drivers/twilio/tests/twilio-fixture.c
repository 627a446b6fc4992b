/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "twilio-fixture.h"

#include "../signature.h"
#include "../twilio-config.h"
#include "../twilio-driver.h"

#include "driver-sync.h"
#include "harness.h"

#include <string.h>

void
twilio_set_up(TwilioFixture *fixture, gconstpointer data)
{
	fixture->host = offhook_fake_call_host_new(PUBLIC);
	fixture->driver = offhook_driver_sync_new(OFFHOOK_TYPE_TWILIO_DRIVER, "twilio",
						  fixture->host, offhook_twilio_settings, data);
	fixture->clock = offhook_clock_new_manual(1000000);
	offhook_twilio_driver_set_clock(OFFHOOK_TWILIO_DRIVER(fixture->driver), fixture->clock);
	offhook_twilio_driver_set_grace(OFFHOOK_TWILIO_DRIVER(fixture->driver), 0);
}

void
twilio_tear_down(TwilioFixture *fixture, gconstpointer data)
{
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_assert_finalize_object(fixture->driver);
	g_assert_finalize_object(fixture->host);
	g_object_unref(fixture->clock);
}

OffhookWebhookReply *
twilio_ask(TwilioFixture *fixture, OffhookWebhook *webhook, const char *signature)
{
	g_autoptr(GError) error = NULL;
	OffhookWebhookReply *reply;

	if (signature != NULL)
		g_hash_table_insert(webhook->headers, g_strdup("x-twilio-signature"),
				    g_strdup(signature));
	reply = offhook_driver_sync_webhook(fixture->driver, webhook, NULL, &error);
	g_assert_no_error(error);
	return reply;
}

OffhookWebhookReply *
twilio_post_as(TwilioFixture *fixture, const char *signed_base, const char *token, const char *path,
	       const char *body)
{
	g_autofree char *url = g_strconcat(BASE, path, NULL);
	g_autofree char *signed_url = g_strconcat(signed_base, path, NULL);
	g_autofree char *plain = g_strndup(path, strcspn(path, "?"));
	g_autoptr(OffhookWebhook) webhook =
	    offhook_driver_sync_request("POST", url, plain, FORM, body);
	g_autoptr(OffhookForm) form = offhook_form_parse(body, strlen(body), NULL);
	g_autofree char *signature = offhook_twilio_signature_make(token, signed_url, form);

	return twilio_ask(fixture, webhook, signature);
}

OffhookWebhookReply *
twilio_post(TwilioFixture *fixture, const char *path, const char *body)
{
	return twilio_post_as(fixture, BASE, TOKEN, path, body);
}

void
twilio_assert_status(OffhookWebhookReply *reply, guint status)
{
	g_autoptr(OffhookWebhookReply) owned = reply;

	g_assert_cmpuint(owned->status, ==, status);
	if (status >= 400)
		g_assert_null(owned->body); /* no hint */
}

void
twilio_assert_twiml(OffhookWebhookReply *reply, const char *part)
{
	g_autoptr(OffhookWebhookReply) owned = reply;

	g_assert_cmpuint(owned->status, ==, 200);
	g_assert_cmpstr(owned->content_type, ==, "text/xml");
	g_assert_nonnull(strstr(owned->body, part));
}

char *
twilio_get_token(OffhookWebhookReply *reply)
{
	g_autoptr(OffhookWebhookReply) owned = reply;
	const char *begin;

	g_assert_cmpuint(owned->status, ==, 200);
	begin = strstr(owned->body, "<Parameter name=\"token\" value=\"");
	g_assert_nonnull(begin);
	begin += strlen("<Parameter name=\"token\" value=\"");
	return g_strndup(begin, strcspn(begin, "\""));
}

char *
twilio_ring(TwilioFixture *fixture)
{
	return twilio_get_token(twilio_post(fixture, "", RINGING));
}

OffhookFakeCall *
twilio_first_call(TwilioFixture *fixture)
{
	return offhook_fake_call_host_get_nth(fixture->host, 0);
}

char *
twilio_claim(TwilioFixture *fixture, const char *sid, const char *account, const char *token,
	     GError **error)
{
	static const OffhookAudioFormat format = {OFFHOOK_ENCODING_MULAW, 8000};
	g_autoptr(OffhookStreamStart) start = offhook_stream_start_new("MZ1", sid, &format);

	start->account_id = g_strdup(account);
	if (token != NULL)
		g_hash_table_insert(start->parameters, g_strdup("token"), g_strdup(token));
	return offhook_driver_claim_stream(fixture->driver, start, error);
}

void
twilio_assert_not_claimed(TwilioFixture *fixture, const char *sid, const char *account,
			  const char *token)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(twilio_claim(fixture, sid, account, token, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION);
}

void
twilio_assert_claimed(TwilioFixture *fixture, const char *token)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *call_id = twilio_claim(fixture, SID, ACCOUNT, token, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(call_id, ==, twilio_first_call(fixture)->call_id);
}

static gboolean
has_ended(gpointer data)
{
	return ((OffhookFakeCall *)data)->state == OFFHOOK_CALL_ENDED;
}

void
twilio_assert_ends(TwilioFixture *fixture, OffhookEndReason reason)
{
	harness_wait_until(has_ended, twilio_first_call(fixture), "the end of the call");
	g_assert_cmpint(twilio_first_call(fixture)->reason, ==, reason);
}

void
twilio_execute(TwilioFixture *fixture, OffhookCallVerb verb, const char *argument)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(offhook_driver_sync_execute(
	    fixture->driver, twilio_first_call(fixture)->call_id, verb, argument, NULL, &error));
	g_assert_no_error(error);
}
