/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Two names and a token for each call. Main thread.
 */

#include <offhook/stream-calls.h>

#include <offhook/call-table.h>
#include <offhook/clock.h>
#include <offhook/error.h>
#include <offhook/stream-tokens.h>

#define MAX_CALLS 16384
/* For the daemon to see itself that a stream has ended, and why. */
#define GRACE_MS 5000

typedef struct {
	gboolean connected; /* its stream has come */
	gboolean ended;
} OffhookStreamCall;

struct _OffhookStreamCalls {
	OffhookDriver *driver; /* not referenced */
	OffhookCallTable *calls;
	OffhookStreamTokens *tokens;
};

OffhookStreamCalls *
offhook_stream_calls_new(OffhookDriver *driver)
{
	OffhookStreamCalls *self = g_new0(OffhookStreamCalls, 1);

	self->driver = driver;
	self->calls = offhook_call_table_new(MAX_CALLS, g_free);
	self->tokens = offhook_stream_tokens_new(offhook_clock_get_default(),
						 OFFHOOK_STREAM_TOKEN_LIFETIME_S, MAX_CALLS);
	return self;
}

void
offhook_stream_calls_free(OffhookStreamCalls *self)
{
	if (self == NULL)
		return;
	offhook_stream_tokens_free(self->tokens);
	offhook_call_table_free(self->calls);
	g_free(self);
}

static char *
offhook_stream_calls_make_url(OffhookStreamCalls *self, const char *call_id, GError **error)
{
	g_autofree char *token = offhook_stream_tokens_issue(self->tokens, call_id, error);
	g_autofree char *query = g_strconcat("?token=", token, NULL);

	return token != NULL ? offhook_driver_make_media_url(self->driver, NULL, query) : NULL;
}

char *
offhook_stream_calls_offer(OffhookStreamCalls *self, const OffhookCallOffer *offer, GError **error)
{
	const char *known = offhook_call_table_find_id(self->calls, offer->provider_call_id);
	OffhookStreamCall *call = offhook_call_table_find(self->calls, known);
	g_autofree char *call_id = NULL;

	/* Said once more, it is too late for a stream. */
	if (call != NULL && (call->connected || call->ended)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "call %s has begun already", known);
		return NULL;
	}
	call_id = offhook_call_host_offer_call(offhook_driver_get_host(self->driver), self->driver,
					       offer, error);
	if (call_id == NULL)
		return NULL;
	if (offhook_call_table_find(self->calls, call_id) == NULL)
		offhook_call_table_add(self->calls, call_id, offer->provider_call_id,
				       g_new0(OffhookStreamCall, 1));
	return offhook_stream_calls_make_url(self, call_id, error);
}

char *
offhook_stream_calls_place(OffhookStreamCalls *self, const char *call_id, GError **error)
{
	if (offhook_call_table_find(self->calls, call_id) != NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_EXISTS,
			    "call %s has been placed already", call_id);
		return NULL;
	}
	offhook_call_table_add(self->calls, call_id, NULL, g_new0(OffhookStreamCall, 1));
	return offhook_stream_calls_make_url(self, call_id, error);
}

void
offhook_stream_calls_placed(OffhookStreamCalls *self, const char *call_id, const char *name)
{
	if (name == NULL) {
		offhook_stream_tokens_revoke(self->tokens, call_id);
		offhook_call_table_remove(self->calls, call_id);
	} else if (offhook_call_table_name(self->calls, call_id, name)) {
		offhook_call_host_name_call(offhook_driver_get_host(self->driver), self->driver,
					    call_id, name);
	}
}

const char *
offhook_stream_calls_get_name(OffhookStreamCalls *self, const char *call_id, GError **error)
{
	const char *name = offhook_call_table_get_provider_id(self->calls, call_id);

	return name != NULL ? name : offhook_driver_fail_unknown_call(self->driver, call_id, error);
}

void
offhook_stream_calls_report(OffhookStreamCalls *self, const char *name, OffhookCallState state,
			    OffhookEndReason reason)
{
	const char *call_id = offhook_call_table_find_id(self->calls, name);
	OffhookStreamCall *call = offhook_call_table_find(self->calls, call_id);

	if (call == NULL || call->ended)
		return;
	call->ended = state == OFFHOOK_CALL_ENDED;
	if (call->ended)
		offhook_stream_tokens_revoke(self->tokens, call_id);
	if (call->ended && call->connected)
		offhook_driver_end_call_later(self->driver, call_id, reason, GRACE_MS);
	else
		offhook_call_host_update_call(offhook_driver_get_host(self->driver), call_id, state,
					      reason);
}

OffhookWireProtocol *
offhook_stream_calls_admit(OffhookStreamCalls *self, OffhookWireProtocol *protocol,
			   const OffhookWebhook *upgrade, GError **error)
{
	g_autoptr(OffhookWireProtocol) taken = protocol;
	g_autofree char *token = offhook_webhook_dup_parameter(upgrade, "token");

	if (offhook_stream_tokens_peek(self->tokens, token) == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
			    "media stream: expected the unused token of a call");
		return NULL;
	}
	offhook_wire_protocol_set_token(taken, token);
	return g_steal_pointer(&taken);
}

char *
offhook_stream_calls_claim(OffhookStreamCalls *self, const OffhookStreamStart *start,
			   GError **error)
{
	g_autofree char *call_id = offhook_stream_tokens_redeem(
	    self->tokens, g_hash_table_lookup(start->parameters, "token"), error);
	OffhookStreamCall *call = offhook_call_table_find(self->calls, call_id);

	if (call != NULL)
		call->connected = TRUE;
	return g_steal_pointer(&call_id);
}
