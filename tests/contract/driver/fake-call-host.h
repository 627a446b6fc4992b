/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <offhook/call-host.h>
#include <offhook/error.h>

G_BEGIN_DECLS

/** One call as its driver reported it. */
typedef struct {
	char *call_id;
	char *provider_call_id; /* (nullable) */
	char *from;             /* (nullable) */
	char *to;               /* (nullable) */
	gboolean answered;
	OffhookCallState state;
	OffhookEndReason reason;
	OffhookMediaPort *port; /* (nullable) */
	GString *history; /* states in the order of the reports: "ringing in-progress completed " */
	gint64 sequence;  /* of the last report; -1 before the first */
	GString *answered_by; /* reports of who answered: "machine machine-beep " */
	GString *transfers;   /* how transfers ended: "taken ", or their failures */
	GString *recordings;  /* reports of recordings: "recording completed " */
} OffhookFakeCall;

/** A host without a daemon: writes down what the driver under test reports. Main thread. */
#define OFFHOOK_TYPE_FAKE_CALL_HOST (offhook_fake_call_host_get_type())
G_DECLARE_FINAL_TYPE(OffhookFakeCallHost, offhook_fake_call_host, OFFHOOK, FAKE_CALL_HOST, GObject)

OffhookFakeCallHost *offhook_fake_call_host_new(const char *public_url);

/** Every offer from now on fails with @code; %OFFHOOK_ERROR_LAST: offers are taken again. */
void offhook_fake_call_host_refuse(OffhookFakeCallHost *self, OffhookError code);

/** What the assistant that has all calls says to the driver. @options: (nullable) */
void offhook_fake_call_host_set_options(OffhookFakeCallHost *self, const char *language,
					GHashTable *options);

/** A call that the daemon is about to place: its id. (transfer none) */
const char *offhook_fake_call_host_add_call(OffhookFakeCallHost *self);

/** All calls ever, in the order in which they came. */
guint offhook_fake_call_host_count(OffhookFakeCallHost *self);
OffhookFakeCall *offhook_fake_call_host_get_nth(OffhookFakeCallHost *self, guint n);
/**
 * Text messages and their reports, a line each: "received FROM TO: TEXT\n", "delivered NAME\n",
 * "undelivered NAME (ERROR)\n". (transfer none)
 */
const char *offhook_fake_call_host_get_messages(OffhookFakeCallHost *self);
/** The provider's name of the recording that was reported last. (nullable) */
const char *offhook_fake_call_host_get_recording(OffhookFakeCallHost *self);
/** (nullable) */
OffhookFakeCall *offhook_fake_call_host_get(OffhookFakeCallHost *self, const char *call_id);

G_END_DECLS
