/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What the daemon offers to drivers: the place to report calls to. Main thread only.
 */
#pragma once

#include <offhook/call.h>
#include <offhook/media-port.h>

G_BEGIN_DECLS

/** What an assistant's section says to a driver. Borrowed, good until the main loop runs. */
typedef struct {
	const char *assistant; /* its name */
	const char *language;  /* BCP 47 */
	GHashTable *options;   /* (nullable): its keys "<driver>.<key>": key -> value */
} OffhookDriverOptions;

#define OFFHOOK_TYPE_CALL_HOST (offhook_call_host_get_type())
G_DECLARE_INTERFACE(OffhookCallHost, offhook_call_host, OFFHOOK, CALL_HOST, GObject)

struct _OffhookCallHostInterface {
	GTypeInterface parent_iface;

	char *(*offer_call)(OffhookCallHost *self, OffhookDriver *driver,
			    const OffhookCallOffer *offer, GError **error);
	char *(*find_call)(OffhookCallHost *self, OffhookDriver *driver,
			   const char *provider_call_id);
	void (*update_call)(OffhookCallHost *self, const char *call_id, OffhookCallState state,
			    OffhookEndReason reason);
	gboolean (*attach_media)(OffhookCallHost *self, const char *call_id, OffhookMediaPort *port,
				 GError **error);
	char *(*dup_public_url)(OffhookCallHost *self);
	void (*name_call)(OffhookCallHost *self, OffhookDriver *driver, const char *call_id,
			  const char *provider_call_id);
	void (*report_state)(OffhookCallHost *self, const char *call_id, OffhookCallState state,
			     OffhookEndReason reason, gint64 sequence);
	void (*report_answered_by)(OffhookCallHost *self, const char *call_id,
				   OffhookAnsweredBy by);
	void (*report_recording)(OffhookCallHost *self, OffhookDriver *driver,
				 const OffhookRecordingReport *report);
	void (*receive_message)(OffhookCallHost *self, OffhookDriver *driver,
				const OffhookTextMessage *message);
	void (*report_message)(OffhookCallHost *self, OffhookDriver *driver,
			       const char *provider_message_id, OffhookMessageState state,
			       const char *error);
	gboolean (*settle_transfer)(OffhookCallHost *self, const char *call_id,
				    const GError *failure);
	gboolean (*get_options)(OffhookCallHost *self, const char *call_id,
				OffhookDriverOptions *options);

	char *(*dup_address_mark)(OffhookCallHost *self);
	gpointer spare[5];
};

/**
 * offhook_call_host_offer_call:
 *
 * A call comes in. Admission is decided here, at once.
 *
 * Returns: (transfer full) (nullable): our id of the call, or %NULL with %OFFHOOK_ERROR_BUSY (at
 *   capacity), %OFFHOOK_ERROR_UNAVAILABLE (no assistant takes calls of this driver) or
 *   %OFFHOOK_ERROR_INVALID_ARGUMENT (a provider_call_id longer than %OFFHOOK_PROVIDER_ID_MAX).
 *   Offering the same provider_call_id again gives the same id. Of longer names of the parties than
 *   %OFFHOOK_PARTY_MAX only the beginning is kept.
 */
char *offhook_call_host_offer_call(OffhookCallHost *self, OffhookDriver *driver,
				   const OffhookCallOffer *offer, GError **error);

/** Returns: (transfer full) (nullable): our id of the driver's live call. */
char *offhook_call_host_find_call(OffhookCallHost *self, OffhookDriver *driver,
				  const char *provider_call_id);

/** The provider says how a call is. Late, repeated and unknown reports are ignored. */
void offhook_call_host_update_call(OffhookCallHost *self, const char *call_id,
				   OffhookCallState state, OffhookEndReason reason);

/**
 * offhook_call_host_attach_media:
 * @port: (transfer none): referenced on success; opened in a media thread soon after
 *
 * The call's audio is there. Makes the call active. Not for WebSocket media, where the daemon
 * attaches the stream that offhook_driver_claim_stream() accepted.
 */
gboolean offhook_call_host_attach_media(OffhookCallHost *self, const char *call_id,
					OffhookMediaPort *port, GError **error);

/**
 * offhook_call_host_name_call:
 *
 * The provider's name of a call that we place is known: from its reply, or from a report that came
 * before the reply. A driver gives the provider our id to send back with its reports, so that no
 * report is ever about a call that nobody knows. Saying the same again does nothing; a call keeps
 * the first name.
 */
void offhook_call_host_name_call(OffhookCallHost *self, OffhookDriver *driver, const char *call_id,
				 const char *provider_call_id);

/**
 * offhook_call_host_report_state:
 * @sequence: the provider's number of the report, which rises in the order of the events; -1 when
 *   it has none
 *
 * As offhook_call_host_update_call(), for providers that number their reports: one that is not
 * above the last one taken is late or a repetition and is ignored. So is anything after the end.
 */
void offhook_call_host_report_state(OffhookCallHost *self, const char *call_id,
				    OffhookCallState state, OffhookEndReason reason,
				    gint64 sequence);

/**
 * offhook_call_host_settle_transfer:
 * @failure: (nullable): why it came to nothing; its message is told to the agents
 *
 * How a transfer ended that was asked of a driver with %OFFHOOK_DRIVER_SETTLES_TRANSFERS. Without
 * @failure the other side has taken the call, which ends for us. With @failure it comes back.
 *
 * Returns: whether the call waits for the other side back: then the driver makes a new stream for
 *   it; otherwise nobody is there for it any more
 */
gboolean offhook_call_host_settle_transfer(OffhookCallHost *self, const char *call_id,
					   const GError *failure);

/**
 * Who answered a call whose request asked for machine_detection. The assistant may hang up or leave
 * a message because of it. The first report of a machine may be followed by one of its beep.
 * Repetitions are ignored.
 */
void offhook_call_host_report_answered_by(OffhookCallHost *self, const char *call_id,
					  OffhookAnsweredBy by);

/**
 * A recording at the provider changed; also after the call has ended. When it is ready the daemon
 * fetches it (and, if configured, has it deleted there), once however often this is said.
 */
void offhook_call_host_report_recording(OffhookCallHost *self, OffhookDriver *driver,
					const OffhookRecordingReport *report);

/** A text message came in. The same provider_message_id again is ignored. */
void offhook_call_host_receive_message(OffhookCallHost *self, OffhookDriver *driver,
				       const OffhookTextMessage *message);

/**
 * offhook_call_host_report_message:
 * @error: (nullable): why it was not delivered, in the provider's words
 *
 * How a message that we sent is doing. Late and repeated reports are ignored, and so is everything
 * after a final state.
 */
void offhook_call_host_report_message(OffhookCallHost *self, OffhookDriver *driver,
				      const char *provider_message_id, OffhookMessageState state,
				      const char *error);

/**
 * offhook_call_host_get_options:
 * @options: (out caller-allocates)
 *
 * What the assistant that has this call wants of the driver. Returns: %FALSE for a call that is none
 */
gboolean offhook_call_host_get_options(OffhookCallHost *self, const char *call_id,
				       OffhookDriverOptions *options);

/** Returns: (transfer full): under which URL providers reach us, without a slash at the end. */
char *offhook_call_host_dup_public_url(OffhookCallHost *self);

/**
 * What stands before a driver's name in the addresses that its provider is given, "" mostly: while the daemon is
 * being replaced they tell which process they are of. (transfer full)
 */
char *offhook_call_host_dup_address_mark(OffhookCallHost *self);

G_END_DECLS
