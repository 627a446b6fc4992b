/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The calls this driver has heard of, with what is still to happen to each, and the tokens that tie
 * a stream to the webhook that announced it. Ended calls are kept for as long as there is room, so
 * that a repeated webhook does not bring one back. Main thread.
 */

#include "calls.h"

#include <errno.h>
#include <offhook/error.h>
#include <offhook/webhook.h>
#include <sys/random.h>

#define TOKEN_BYTES 24

struct _OffhookTwilioCalls {
	OffhookClock *clock;
	guint limit;
	GHashTable *by_sid;
	GHashTable *by_id;
	GQueue order; /* owns the calls, oldest first */
};

static void
offhook_twilio_call_free(gpointer data)
{
	OffhookTwilioCall *call = data;

	g_free(call->sid);
	g_free(call->call_id);
	g_free(call->token);
	g_free(call->transfer_target);
	g_free(call->bridge);
	g_free(call->recording_sid);
	g_free(call);
}

OffhookTwilioCalls *
offhook_twilio_calls_new(OffhookClock *clock, guint limit)
{
	OffhookTwilioCalls *self = g_new0(OffhookTwilioCalls, 1);

	self->clock = g_object_ref(clock);
	self->limit = limit;
	self->by_sid = g_hash_table_new(g_str_hash, g_str_equal);
	self->by_id = g_hash_table_new(g_str_hash, g_str_equal);
	g_queue_init(&self->order);
	return self;
}

void
offhook_twilio_calls_free(OffhookTwilioCalls *self)
{
	if (self == NULL)
		return;
	g_hash_table_unref(self->by_id);
	g_hash_table_unref(self->by_sid);
	g_queue_clear_full(&self->order, offhook_twilio_call_free);
	g_object_unref(self->clock);
	g_free(self);
}

guint
offhook_twilio_calls_get_size(OffhookTwilioCalls *self)
{
	return g_queue_get_length(&self->order);
}

OffhookTwilioCall *
offhook_twilio_calls_find(OffhookTwilioCalls *self, const char *sid)
{
	return g_hash_table_lookup(self->by_sid, sid);
}

OffhookTwilioCall *
offhook_twilio_calls_find_by_id(OffhookTwilioCalls *self, const char *call_id)
{
	return g_hash_table_lookup(self->by_id, call_id);
}

/* The queue has let go of it already. */
static void
offhook_twilio_calls_drop(OffhookTwilioCalls *self, OffhookTwilioCall *call)
{
	if (g_hash_table_lookup(self->by_id, call->call_id) == call)
		g_hash_table_remove(self->by_id, call->call_id);
	if (call->sid != NULL)
		g_hash_table_remove(self->by_sid, call->sid);
	offhook_twilio_call_free(call);
}

static OffhookTwilioCall *
offhook_twilio_calls_make(OffhookTwilioCalls *self)
{
	OffhookTwilioCall *call = g_new0(OffhookTwilioCall, 1);

	if (offhook_twilio_calls_get_size(self) >= self->limit)
		offhook_twilio_calls_drop(self, g_queue_pop_head(&self->order));
	g_queue_push_tail(&self->order, call);
	return call;
}

/* Everything but the name and the place in the queue. */
static void
offhook_twilio_calls_reset(OffhookTwilioCalls *self, OffhookTwilioCall *call)
{
	if (call->call_id != NULL)
		g_hash_table_remove(self->by_id, call->call_id);
	g_free(call->call_id);
	g_free(call->token);
	g_free(call->transfer_target);
	g_free(call->bridge);
	g_free(call->recording_sid);
	*call = (OffhookTwilioCall){.sid = call->sid, .sequence = -1};
}

static void
offhook_twilio_calls_set_id(OffhookTwilioCalls *self, OffhookTwilioCall *call, const char *call_id)
{
	call->call_id = g_strdup(call_id);
	g_hash_table_insert(self->by_id, call->call_id, call);
}

OffhookTwilioCall *
offhook_twilio_calls_add(OffhookTwilioCalls *self, const char *sid, const char *call_id)
{
	OffhookTwilioCall *call = offhook_twilio_calls_find(self, sid);

	if (call != NULL && g_str_equal(call->call_id, call_id))
		return call;
	if (call == NULL) {
		call = offhook_twilio_calls_make(self);
		call->sid = g_strdup(sid);
		g_hash_table_insert(self->by_sid, call->sid, call);
	}
	offhook_twilio_calls_reset(self, call);
	offhook_twilio_calls_set_id(self, call, call_id);
	return call;
}

OffhookTwilioCall *
offhook_twilio_calls_place(OffhookTwilioCalls *self, const char *call_id)
{
	OffhookTwilioCall *call = offhook_twilio_calls_make(self);

	call->sequence = -1;
	call->outbound = TRUE;
	offhook_twilio_calls_set_id(self, call, call_id);
	return call;
}

gboolean
offhook_twilio_calls_name(OffhookTwilioCalls *self, OffhookTwilioCall *call, const char *sid)
{
	if (call->sid != NULL)
		return g_str_equal(call->sid, sid);
	if (g_hash_table_contains(self->by_sid, sid))
		return FALSE;
	call->sid = g_strdup(sid);
	g_hash_table_insert(self->by_sid, call->sid, call);
	return TRUE;
}

void
offhook_twilio_calls_remove(OffhookTwilioCalls *self, OffhookTwilioCall *call)
{
	g_queue_remove(&self->order, call);
	offhook_twilio_calls_drop(self, call);
}

const char *
offhook_twilio_calls_issue_token(OffhookTwilioCalls *self, OffhookTwilioCall *call, GError **error)
{
	guint8 random[TOKEN_BYTES];

	g_clear_pointer(&call->token, g_free);
	if (getrandom(random, sizeof random, 0) != sizeof random) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "no random bytes from the system: %s", g_strerror(errno));
		return NULL;
	}
	/* 24 bytes need no padding, and these letters no escaping wherever the token travels. */
	call->token = g_base64_encode(random, sizeof random);
	g_strdelimit(g_strdelimit(call->token, "+", '-'), "/", '_');
	call->token_until_us =
	    offhook_clock_get_time(self->clock) + OFFHOOK_TWILIO_TOKEN_LIFETIME_US;
	return call->token;
}

gboolean
offhook_twilio_calls_redeem_token(OffhookTwilioCalls *self, OffhookTwilioCall *call,
				  const char *token)
{
	if (call->token == NULL || token == NULL ||
	    !offhook_webhook_secret_matches(call->token, token) ||
	    offhook_clock_get_time(self->clock) >= call->token_until_us)
		return FALSE;
	g_clear_pointer(&call->token, g_free);
	return TRUE;
}
