/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * All calls of this daemon, and the only place that acts on them. REST, WebSocket and the command
 * line translate and come here; drivers report here (OffhookCallHost). Main thread.
 */
#pragma once

#include "call/call.h"
#include "call/chat/chat-manager.h"
#include "call/event.h"
#include "call/manager/scheduled-calls.h"
#include "call/reach/text-messages.h"
#include "config/config.h"
#include "engine/engine-health.h"
#include "media/pool.h"
#include "plugin/registry.h"
#include "store/store.h"

G_BEGIN_DECLS

#define OFFHOOK_TYPE_CALL_MANAGER (offhook_call_manager_get_type())
G_DECLARE_FINAL_TYPE(OffhookCallManager, offhook_call_manager, OFFHOOK, CALL_MANAGER, GObject)

/**
 * Signals: `call-added`, `call-removed` (OffhookCall): it is in the list of live calls, or leaves it now
 * that all of it is written down; `provider-changed` ().
 */
OffhookCallManager *offhook_call_manager_new(OffhookPluginRegistry *plugins, OffhookStore *store,
					     OffhookMediaPool *media, OffhookEventBus *events,
					     OffhookEngineHealth *health);

/**
 * Takes a new configuration as a whole: assistants, limits, the current provider. Calls in progress
 * keep what they began with. %FALSE leaves everything as it was.
 */
gboolean offhook_call_manager_configure(OffhookCallManager *self, OffhookConfig *config,
					GError **error);

/**
 * Switches @plugin on or off, from the next call on; calls in progress keep what they have. Where an
 * assistant has others for what it does, these stand in for it as if it had failed.
 * @error: %OFFHOOK_ERROR_INVALID_STATE: some assistants have not, or the configuration requires it;
 *   otherwise those of offhook_plugin_registry_set_enabled()
 */
gboolean offhook_call_manager_switch_plugin(OffhookCallManager *self, OffhookPlugin *plugin,
					    gboolean enabled, GError **error);

/** What the calls of today have cost that began before @until_us, the start. Once. */
void offhook_call_manager_load_costs_async(OffhookCallManager *self, gint64 until_us,
					   GAsyncReadyCallback callback, gpointer user_data);
gboolean offhook_call_manager_load_costs_finish(OffhookCallManager *self, GAsyncResult *result,
						GError **error);

/** Under which URL we are reached when the configuration does not say; once it is known. */
void offhook_call_manager_set_base_url(OffhookCallManager *self, const char *url);

/* ---- calls ---- */

/** What POST /voice/calls/initiate, /ws and the command line ask for. Borrowed. */
typedef struct {
	const char *phone_number; /* E.164 */
	const char *assistant;    /* (nullable): the first of the provider's */
	const char *caller_id;    /* (nullable) */
	guint timeout_s;          /* 0: the driver's default */
	gboolean recording;
	OffhookMachineDetection machine_detection; /* NOTHING: what the assistant needs */
	gboolean wait_for_detection;
	const char *send_digits; /* (nullable) */
	guint time_limit_s;      /* 0: none */
	const char
	    *recording_format; /* (nullable): ours; "off", "wav", "opus"; NULL: as configured */
	JsonObject *variables; /* (nullable): strings by name, for the agents and their prompts */
	/* For a warm transfer's second call. */
	OffhookAgentSession *agent; /* (nullable): holds the conversation instead of assistant's */
	OffhookDriver *driver;      /* (nullable): instead of the current one */
	struct _OffhookWarmTransfer *transfer; /* (nullable): is told of the call */
	OffhookCall *origin;                   /* (nullable): for whose sake it is placed */
} OffhookInitiateRequest;

/** Finishes once the provider has taken the call; (transfer full) */
void offhook_call_manager_initiate_async(OffhookCallManager *self,
					 const OffhookInitiateRequest *request,
					 GCancellable *cancellable, GAsyncReadyCallback callback,
					 gpointer user_data);
OffhookCall *offhook_call_manager_initiate_finish(OffhookCallManager *self, GAsyncResult *result,
						  GError **error);

/** A live call, (transfer none), or %OFFHOOK_ERROR_NOT_FOUND. Ended ones are in the store. */
OffhookCall *offhook_call_manager_find(OffhookCallManager *self, const char *call_id,
				       GError **error);
/**
 * (transfer container) (element-type OffhookCall): all of which something may yet be written down: live
 * ones, oldest first, then those that have just ended.
 */
GPtrArray *offhook_call_manager_list(OffhookCallManager *self);
/** The same, with those that are over but whose agents still write something down. */
GPtrArray *offhook_call_manager_list_unsettled(OffhookCallManager *self);
guint offhook_call_manager_count(OffhookCallManager *self);

/** Whether other processes of this server have calls, too, which are in the store only. */
void offhook_call_manager_set_siblings(OffhookCallManager *self, gboolean siblings);
gboolean offhook_call_manager_has_siblings(OffhookCallManager *self);
/** Bytes of audio that wait to be played, in all of them. */
gsize offhook_call_manager_get_queued(OffhookCallManager *self);

/** Hangs up a live call, or %OFFHOOK_ERROR_NOT_FOUND. One that is ending already is a success. */
gboolean offhook_call_manager_end(OffhookCallManager *self, const char *call_id, GError **error);

/** What POST /voice/calls/{id}/... asks of a call. Borrowed. */
typedef struct {
	OffhookCallVerb verb;
	const char *argument; /* (nullable): as the verb wants it; of PLAY a text to say */
	gboolean warm;        /* TRANSFER: ask the target first */
	const char *briefing; /* (nullable): ... and say this to it */
} OffhookCallCommand;

/**
 * Does something with a live call: by its driver, or in the audio where the driver leaves that to
 * us. A warm transfer finishes when it has begun; how it ended the call's events tell.
 * %OFFHOOK_ERROR_NOT_FOUND, and the errors of <offhook/driver.h>.
 */
void offhook_call_manager_control_async(OffhookCallManager *self, const char *call_id,
					const OffhookCallCommand *command,
					GCancellable *cancellable, GAsyncReadyCallback callback,
					gpointer user_data);
gboolean offhook_call_manager_control_finish(OffhookCallManager *self, GAsyncResult *result,
					     GError **error);

/** As if the caller had said it. */
gboolean offhook_call_manager_inject(OffhookCallManager *self, const char *call_id,
				     const char *text, GError **error);

/** Whether a new call could be taken now; else why not, for GET /ready. */
gboolean offhook_call_manager_is_ready(OffhookCallManager *self, GError **error);

/**
 * While draining no new call is taken or placed; those in progress go on, with their transfers. Signals
 * `draining-changed` (); `drained` (): there is none (any more), also when there was none from the
 * beginning.
 */
void offhook_call_manager_set_draining(OffhookCallManager *self, gboolean draining);
gboolean offhook_call_manager_is_draining(OffhookCallManager *self);

/**
 * From now on the addresses that providers are given carry @mark (nullable): none do. Calls that were given others
 * before, and whose media has not come yet, are awaited.
 */
void offhook_call_manager_mark_addresses(OffhookCallManager *self, const char *mark);
gboolean offhook_call_manager_awaits_unmarked(OffhookCallManager *self);

/** Ends all calls and finishes when they are written down. */
void offhook_call_manager_shut_down_async(OffhookCallManager *self, GAsyncReadyCallback callback,
					  gpointer user_data);
gboolean offhook_call_manager_shut_down_finish(OffhookCallManager *self, GAsyncResult *result,
					       GError **error);

/** How the engines of the assistants are. (transfer none) */
OffhookEngineHealth *offhook_call_manager_get_health(OffhookCallManager *self);

/** What the assistants' voices say from memory. (transfer none) */
OffhookPhraseCache *offhook_call_manager_get_phrases(OffhookCallManager *self);

/** Text messages. (transfer none) */
OffhookTextMessages *offhook_call_manager_get_messages(OffhookCallManager *self);

/** Calls to be placed later. (transfer none) */
OffhookScheduledCalls *offhook_call_manager_get_scheduled(OffhookCallManager *self);

/** Whom one can talk to, and conversations by text. (transfer none) */
OffhookAgentDirectory *offhook_call_manager_get_agents(OffhookCallManager *self);
OffhookChatManager *offhook_call_manager_get_chats(OffhookCallManager *self);

/* ---- providers ---- */

/** The driver that new outbound calls use. (nullable) */
const char *offhook_call_manager_get_provider(OffhookCallManager *self);
gboolean offhook_call_manager_set_provider(OffhookCallManager *self, const char *name,
					   GError **error);

/* ---- media ---- */

/** Whether a media WebSocket may come in; asked before the handshake. %OFFHOOK_ERROR_BUSY. */
gboolean offhook_call_manager_can_take_stream(OffhookCallManager *self, GError **error);

/**
 * A media WebSocket of @driver was accepted; @port is not open yet. Which call it belongs to is
 * settled when the far end says who it is. (transfer none)
 */
void offhook_call_manager_take_stream(OffhookCallManager *self, OffhookDriver *driver,
				      OffhookMediaPort *port);

G_END_DECLS
