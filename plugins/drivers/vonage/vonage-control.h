/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "vonage-desk.h"

G_BEGIN_DECLS

/*
 * What the daemon wants done, through the REST interface. Each function answers @task (transfer
 * full), whose source object is the driver.
 */

/** Places a call; the task's result is its uuid. */
void offhook_vonage_control_originate(const OffhookVonageDesk *desk,
				      const OffhookCallRequest *request, GTask *task);
/** Ends @call in the way that its state asks for. */
void offhook_vonage_control_hang_up(const OffhookVonageDesk *desk, OffhookVonageCall *call,
				    GTask *task);
/** The same, and nobody waits for it. */
void offhook_vonage_control_drop(const OffhookVonageDesk *desk, OffhookVonageCall *call);
/** Keys, sounds, hold, mute. */
void offhook_vonage_control_change(const OffhookVonageDesk *desk, OffhookVonageCall *call,
				   OffhookCallVerb verb, const char *argument, GTask *task);
/** A blind transfer: when our stream ends, or at once for a call that has none. */
void offhook_vonage_control_transfer(const OffhookVonageDesk *desk, OffhookVonageCall *call,
				     const char *target, GTask *task);
/** Sends a text message; the task's result is its name. */
void offhook_vonage_control_send_message(const OffhookVonageDesk *desk,
					 const OffhookTextMessage *message, GTask *task);
/** Do the settings work, and can Vonage reach us? The task's result is an OffhookDriverCheck. */
void offhook_vonage_control_check(const OffhookVonageDesk *desk, GTask *task);

/** %FALSE: there is no REST interface, and @task (transfer full then) has been told. */
gboolean offhook_vonage_control_needs_api(const OffhookVonageDesk *desk, GTask *task);

G_END_DECLS
