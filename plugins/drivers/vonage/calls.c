/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The calls this driver has heard of, with what is still to happen to each. Main thread.
 */

#include "calls.h"

#define TOKEN_LIFE_S 60
/* The longest that Vonage lets a phone ring and listens to a machine, and then the usual. */
#define RINGING_TOKEN_LIFE_S (120 + 120 + TOKEN_LIFE_S)

struct _OffhookVonageCalls {
	OffhookCallTable *table;
	OffhookStreamTokens *tokens;
	OffhookStreamTokens *ringing_tokens;
};

void
offhook_vonage_call_settle_hang_up(OffhookVonageCall *call)
{
	g_autoptr(GTask) task = g_steal_pointer(&call->hang_up);

	if (task != NULL)
		g_task_return_boolean(task, TRUE);
}

static void
offhook_vonage_call_free(gpointer data)
{
	OffhookVonageCall *call = data;

	offhook_vonage_call_settle_hang_up(call);
	g_free(call->call_id);
	g_free(call->uuid);
	g_free(call->stream_uuid);
	g_free(call->base);
	g_free(call->target);
	g_free(call->bridge);
	g_free(call);
}

OffhookVonageCalls *
offhook_vonage_calls_new(OffhookClock *clock, guint limit)
{
	OffhookVonageCalls *self = g_new0(OffhookVonageCalls, 1);

	self->table = offhook_call_table_new(limit, offhook_vonage_call_free);
	self->tokens = offhook_stream_tokens_new(clock, TOKEN_LIFE_S, limit);
	self->ringing_tokens = offhook_stream_tokens_new(clock, RINGING_TOKEN_LIFE_S, limit);
	return self;
}

void
offhook_vonage_calls_free(OffhookVonageCalls *self)
{
	if (self == NULL)
		return;
	offhook_stream_tokens_free(self->ringing_tokens);
	offhook_stream_tokens_free(self->tokens);
	offhook_call_table_free(self->table);
	g_free(self);
}

OffhookVonageCall *
offhook_vonage_calls_find(OffhookVonageCalls *self, const char *call_id)
{
	return offhook_call_table_find(self->table, call_id);
}

OffhookVonageCall *
offhook_vonage_calls_find_by_uuid(OffhookVonageCalls *self, const char *uuid)
{
	return offhook_vonage_calls_find(self, offhook_call_table_find_id(self->table, uuid));
}

OffhookVonageCall *
offhook_vonage_calls_add(OffhookVonageCalls *self, const char *call_id, const char *uuid)
{
	OffhookVonageCall *call = offhook_vonage_calls_find_by_uuid(self, uuid);

	if (call != NULL && g_str_equal(call->call_id, call_id))
		return call;
	call = g_new0(OffhookVonageCall, 1);
	call->call_id = g_strdup(call_id);
	call->uuid = g_strdup(uuid);
	offhook_call_table_add(self->table, call_id, uuid, call);
	return call;
}

gboolean
offhook_vonage_calls_name(OffhookVonageCalls *self, OffhookVonageCall *call, const char *uuid)
{
	if (call->uuid != NULL)
		return g_str_equal(call->uuid, uuid);
	if (!offhook_call_table_name(self->table, call->call_id, uuid))
		return FALSE;
	call->uuid = g_strdup(uuid);
	return TRUE;
}

void
offhook_vonage_calls_remove(OffhookVonageCalls *self, OffhookVonageCall *call)
{
	g_autofree char *call_id = g_strdup(call->call_id);

	offhook_vonage_calls_revoke_token(self, call);
	offhook_call_table_remove(self->table, call_id);
}

char *
offhook_vonage_calls_issue_token(OffhookVonageCalls *self, OffhookVonageCall *call, gboolean rings,
				 GError **error)
{
	offhook_vonage_calls_revoke_token(self, call);
	return offhook_stream_tokens_issue(rings ? self->ringing_tokens : self->tokens,
					   call->call_id, error);
}

OffhookVonageCall *
offhook_vonage_calls_redeem_token(OffhookVonageCalls *self, const char *token, GError **error)
{
	gboolean rings = offhook_stream_tokens_peek(self->ringing_tokens, token) != NULL;
	g_autofree char *call_id =
	    offhook_stream_tokens_redeem(rings ? self->ringing_tokens : self->tokens, token, error);

	return offhook_vonage_calls_find(self, call_id);
}

void
offhook_vonage_calls_revoke_token(OffhookVonageCalls *self, OffhookVonageCall *call)
{
	offhook_stream_tokens_revoke(self->ringing_tokens, call->call_id);
	offhook_stream_tokens_revoke(self->tokens, call->call_id);
}
