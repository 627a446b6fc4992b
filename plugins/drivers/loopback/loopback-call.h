/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "loopback-config.h"
#include "loopback-port.h"

#include <offhook/driver.h>

G_BEGIN_DECLS

/** What becomes of a call that is placed, by the last digits of the number. */
typedef enum {
	OFFHOOK_LOOPBACK_ANSWERS,
	OFFHOOK_LOOPBACK_BUSY,      /* ...99901 */
	OFFHOOK_LOOPBACK_NO_ANSWER, /* ...99902 */
	OFFHOOK_LOOPBACK_FAILS,     /* ...99903 */
	OFFHOOK_LOOPBACK_REJECTS,   /* ...99904 */
	OFFHOOK_LOOPBACK_MACHINE,   /* ...99905: answers, and is taken for a machine */
} OffhookLoopbackFate;

OffhookLoopbackFate offhook_loopback_fate_from_number(const char *number);

/** A call from its ringing to its end, in either direction. Main thread. */
typedef struct _OffhookLoopbackCall OffhookLoopbackCall;

/** A call has ended, or its audio has after the call was freed. Called from the main loop. */
typedef void (*OffhookLoopbackOverFunc)(OffhookDriver *driver, const char *call_id);

/**
 * offhook_loopback_call_new:
 * @driver: (transfer none): owns the call; its host is told of ringing and audio
 * @ring_ms: how long it rings at most
 *
 * Nothing happens before the main loop runs again.
 */
OffhookLoopbackCall *offhook_loopback_call_new(OffhookDriver *driver, OffhookLoopbackConfig *config,
					       const char *call_id, OffhookLoopbackFate fate,
					       guint ring_ms, OffhookLoopbackOverFunc over);
/** Tells the host who answered, once somebody did. */
void offhook_loopback_call_set_detection(OffhookLoopbackCall *self,
					 OffhookMachineDetection detection);
/** Forgets the call without a word to anyone. */
void offhook_loopback_call_free(OffhookLoopbackCall *self);

/** Ends the call for @reason: at once while it rings, else when the daemon closes its audio. */
void offhook_loopback_call_end(OffhookLoopbackCall *self, OffhookEndReason reason);

/** The party hears @digits as tones. Only once it has answered. */
gboolean offhook_loopback_call_send_dtmf(OffhookLoopbackCall *self, const char *digits,
					 GError **error);

gboolean offhook_loopback_call_is_answered(OffhookLoopbackCall *self);
/** Why it ended, once it has. */
OffhookEndReason offhook_loopback_call_get_reason(OffhookLoopbackCall *self);

G_END_DECLS
