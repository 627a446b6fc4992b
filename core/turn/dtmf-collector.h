/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Makes one message of the keys a caller presses. It ends at '#', at the most digits expected, 2 s
 * after the last key, and after a single key where one of a few is expected. Pure and clock-driven;
 * main thread.
 */
#pragma once

#include <offhook/expectation.h>

G_BEGIN_DECLS

#define OFFHOOK_DTMF_COLLECTOR_MAX_KEYS 64

typedef struct _OffhookDtmfCollector OffhookDtmfCollector;

/** @wait_ms: after the last key; 0 for 2000 */
OffhookDtmfCollector *offhook_dtmf_collector_new(guint wait_ms);
void offhook_dtmf_collector_free(OffhookDtmfCollector *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookDtmfCollector, offhook_dtmf_collector_free)

/** What the dialogue expects. @max_digits: 0 for no limit; counts for DIGITS and OPEN. */
void offhook_dtmf_collector_set_expectation(OffhookDtmfCollector *self, OffhookExpectationKind kind,
					    guint max_digits);

/**
 * offhook_dtmf_collector_push:
 * @key: 0-9 * # A-D; others are ignored
 *
 * Returns: (transfer none) (nullable): the message if this key ends it, valid until the next call.
 * The '#' that ends it is not part of it, except when it is the only key; one that follows a message
 * which needed none is ignored.
 */
const char *offhook_dtmf_collector_push(OffhookDtmfCollector *self, gint64 now_us, char key);

/** Keys were pressed that are not a message yet. */
gboolean offhook_dtmf_collector_is_active(OffhookDtmfCollector *self);
/** Drops them. */
void offhook_dtmf_collector_reset(OffhookDtmfCollector *self);

gint64 offhook_dtmf_collector_get_deadline(OffhookDtmfCollector *self);
/** As push: the message, if the time after the last key is over. */
const char *offhook_dtmf_collector_tick(OffhookDtmfCollector *self, gint64 now_us);

G_END_DECLS
