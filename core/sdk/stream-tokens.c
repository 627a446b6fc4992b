/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Tokens are found by their digest, so that the time of a search says nothing of the tokens that
 * there are. Main thread.
 */

#include <offhook/stream-tokens.h>

#include <errno.h>
#include <offhook/call-table.h>
#include <offhook/clock.h>
#include <offhook/error.h>
#include <sys/random.h>

#define TOKEN_BYTES 24 /* a multiple of three: base64 without padding */

struct _OffhookStreamTokens {
	OffhookClock *clock;
	gint64 lifetime_us;
	OffhookCallTable *calls; /* call id, digest of its token -> when it ends (gint64 *) */
};

OffhookStreamTokens *
offhook_stream_tokens_new(OffhookClock *clock, guint lifetime_s, guint limit)
{
	OffhookStreamTokens *self = g_new0(OffhookStreamTokens, 1);

	self->clock = g_object_ref(clock);
	self->lifetime_us = (gint64)lifetime_s * G_USEC_PER_SEC;
	self->calls = offhook_call_table_new(limit, g_free);
	return self;
}

void
offhook_stream_tokens_free(OffhookStreamTokens *self)
{
	if (self == NULL)
		return;
	offhook_call_table_free(self->calls);
	g_object_unref(self->clock);
	g_free(self);
}

char *
offhook_stream_tokens_issue(OffhookStreamTokens *self, const char *call_id, GError **error)
{
	guint8 random[TOKEN_BYTES];
	g_autofree char *token = NULL;
	g_autofree char *digest = NULL;
	gint64 until_us = offhook_clock_get_time(self->clock) + self->lifetime_us;

	if (getrandom(random, sizeof random, 0) != sizeof random) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "no random bytes from the system: %s", g_strerror(errno));
		return NULL;
	}
	token = g_base64_encode(random, sizeof random);
	g_strdelimit(g_strdelimit(token, "+", '-'), "/", '_');
	digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, token, -1);
	offhook_call_table_add(self->calls, call_id, digest, g_memdup2(&until_us, sizeof until_us));
	return g_steal_pointer(&token);
}

const char *
offhook_stream_tokens_peek(OffhookStreamTokens *self, const char *token)
{
	g_autofree char *digest = NULL;
	const char *call_id;
	const gint64 *until_us;

	if (token == NULL)
		return NULL;
	digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, token, -1);
	call_id = offhook_call_table_find_id(self->calls, digest);
	until_us = offhook_call_table_find(self->calls, call_id);
	if (until_us == NULL || offhook_clock_get_time(self->clock) >= *until_us)
		return NULL;
	return call_id;
}

char *
offhook_stream_tokens_redeem(OffhookStreamTokens *self, const char *token, GError **error)
{
	g_autofree char *call_id = g_strdup(offhook_stream_tokens_peek(self, token));

	if (call_id == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
			    "media stream: expected the unused token of a call");
		return NULL;
	}
	offhook_stream_tokens_revoke(self, call_id);
	return g_steal_pointer(&call_id);
}

void
offhook_stream_tokens_revoke(OffhookStreamTokens *self, const char *call_id)
{
	offhook_call_table_remove(self->calls, call_id);
}
