/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Single-use tokens that tie a media stream to the call it is for: the driver gives one to the
 * provider together with the media URL, the stream brings it back, and whoever has none is let in
 * nowhere. Main thread.
 */
#pragma once

#include <offhook/types.h>

G_BEGIN_DECLS

/** How long a token is good: a provider opens its stream within seconds, a phone rings for longer. */
#define OFFHOOK_STREAM_TOKEN_LIFETIME_S 120

typedef struct _OffhookStreamTokens OffhookStreamTokens;

/**
 * offhook_stream_tokens_new:
 * @clock: what expiry is counted by
 * @lifetime_s: how long a token is good
 * @limit: so many are kept, then the oldest is void
 */
OffhookStreamTokens *offhook_stream_tokens_new(OffhookClock *clock, guint lifetime_s, guint limit);
void offhook_stream_tokens_free(OffhookStreamTokens *self);

/**
 * Returns: (transfer full) (nullable): a random token of 32 letters that need no escaping in a URL,
 *   a header, JSON or XML; the one that the call had is void. %OFFHOOK_ERROR_UNAVAILABLE when the
 *   system has no random bytes.
 */
char *offhook_stream_tokens_issue(OffhookStreamTokens *self, const char *call_id, GError **error);

/** Whose token is it? (transfer none) (nullable). It stays good: for a first look at an upgrade. */
const char *offhook_stream_tokens_peek(OffhookStreamTokens *self, const char *token);

/**
 * offhook_stream_tokens_redeem:
 * @token: (nullable): as the stream brought it
 *
 * Returns: (transfer full) (nullable): the id of its call; from now on it is void.
 *   %OFFHOOK_ERROR_PERMISSION for one that is unknown, used or too old.
 */
char *offhook_stream_tokens_redeem(OffhookStreamTokens *self, const char *token, GError **error);

/** The call has ended: its token is void. */
void offhook_stream_tokens_revoke(OffhookStreamTokens *self, const char *call_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookStreamTokens, offhook_stream_tokens_free)

G_END_DECLS
