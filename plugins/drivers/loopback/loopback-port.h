/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "heard-file.h"
#include "party.h"

#include <offhook/clock.h>
#include <offhook/media-port.h>

G_BEGIN_DECLS

/** Most audio the far end keeps before the oldest is dropped. */
#define OFFHOOK_LOOPBACK_FAR_BUFFER_MS 30000

/** The audio of a call with a test party, paced by the clock like a real line. */
#define OFFHOOK_TYPE_LOOPBACK_PORT (offhook_loopback_port_get_type())
G_DECLARE_FINAL_TYPE(OffhookLoopbackPort, offhook_loopback_port, OFFHOOK, LOOPBACK_PORT,
		     OffhookMediaPort)

/**
 * offhook_loopback_port_new:
 * @call_id: the provider's name of the call
 * @heard: (transfer full) (nullable): where to write what the party hears
 */
OffhookLoopbackPort *offhook_loopback_port_new(const char *call_id,
					       const OffhookLoopbackManners *manners,
					       OffhookLoopbackHeardFile *heard);

/**
 * offhook_loopback_port_set_ended:
 * @func: called in the main loop when the audio has ended, for whatever reason
 * @data: (transfer full)
 *
 * Before open.
 */
void offhook_loopback_port_set_ended(OffhookLoopbackPort *self, void (*func)(gpointer data),
				     gpointer data, GDestroyNotify destroy);

/** Lets the party hear @audio, in the port's format, besides what the agent says. Any thread. */
void offhook_loopback_port_inject(OffhookLoopbackPort *self, GBytes *audio);

/** Plays and takes the next 20 ms, whatever the time. %FALSE: it has ended. For the timer and tests. */
gboolean offhook_loopback_port_tick(OffhookLoopbackPort *self);

G_END_DECLS
