/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The inside of the call manager, for its own files.
 */
#pragma once

#include "call/manager/call-manager.h"
#include "call/chat/chat-manager.h"
#include "call/live/live-call.h"
#include "call/manager/provider-recordings.h"
#include "call/assistant/router.h"

G_BEGIN_DECLS

struct _OffhookCallManager {
	GObject parent_instance;

	OffhookStore *store;
	OffhookMediaPool *media;
	OffhookEventBus *events;
	OffhookEngineHealth *health;
	OffhookConfig *config;
	OffhookCallRouter *router;
	OffhookSpending *spending;
	OffhookAgentDirectory *agents;
	OffhookChatManager *chats;
	OffhookTextMessages *messages;
	OffhookProviderRecordings *recordings;
	OffhookScheduledCalls *scheduled;
	char *base_url;          /* (nullable) */
	char *address_mark;      /* (nullable): while another process is to take over */
	gint64 marked_us;        /* since when */
	GHashTable *calls;       /* id -> OffhookLiveCall */
	GHashTable *by_provider; /* "driver/provider call id" -> id */
	GHashTable *closing;     /* of OffhookLiveCall: over, but not closed */
	GPtrArray *order;        /* of OffhookLiveCall, oldest first, borrowed from calls */
	GQueue pending;   /* of OffhookPendingStream, oldest first: whose call is not known yet */
	gint64 lost_logged_us; /* when it was last told that some of them ended */
	guint streams_lost;    /* since then */
	GTask *shut_down;      /* (nullable): no new calls */
	guint shut_down_id;
	gboolean draining; /* nor new calls, but those that are there go on */
	gboolean siblings; /* other processes of this server have calls */
};

/** call-manager-host.c: what drivers report. */
void offhook_call_manager_host_init(OffhookCallHostInterface *iface);
/** Tells of a recording as something of its live call; %FALSE: it has none. */
gboolean offhook_call_manager_tell_recording_cb(gpointer user_data, const char *call_id,
						const char *type, JsonObject *data);

/** call-manager-control.c: an agent wants a warm transfer. */
void offhook_call_manager_warm_transfer_cb(OffhookLiveCall *live, const char *target,
					   const char *summary, gpointer user_data);
/** ... or another assistant. */
void offhook_call_manager_hand_over_cb(OffhookLiveCall *live, const char *assistant,
				       const char *summary, gpointer user_data);

/** call-manager-streams.c: closes those that have not said yet which call they are. */
void offhook_call_manager_drop_pending(OffhookCallManager *self);

/* call-manager.c */
/** (nullable) (transfer none): @call_id: (nullable) */
OffhookLiveCall *offhook_call_manager_look_up(OffhookCallManager *self, const char *call_id);
/** Whether one more call fits. */
gboolean offhook_call_manager_admit(OffhookCallManager *self, GError **error);
/** call-manager-drain.c: ... and none is kept out by draining. */
gboolean offhook_call_manager_welcome(OffhookCallManager *self, GError **error);
/** Tells when the last one has ended. */
void offhook_call_manager_check_drained(OffhookCallManager *self);
/** The call begins; it is out of the tables again when it is over. (transfer none) */
OffhookLiveCall *offhook_call_manager_add(OffhookCallManager *self, OffhookCall *call);
/** What @call is called in by_provider. (transfer full) */
char *offhook_call_manager_make_key(OffhookDriver *driver, const char *provider_call_id);
/** The provider's name of @call is known. */
void offhook_call_manager_name_call(OffhookCallManager *self, OffhookCall *call);
/** Finishes the shut-down when nothing is left that it waits for. */
void offhook_call_manager_check_shut_down(OffhookCallManager *self);
gboolean offhook_call_manager_is_e164(const char *number);

G_END_DECLS
