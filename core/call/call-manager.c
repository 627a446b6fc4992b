/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * All live calls by id and by their provider's name, and admission. Main thread.
 */

#include "call/call-manager.h"

#include <offhook/error.h>

#include "base/json.h"
#include "base/log.h"
#include "call/call-control.h"
#include "call/live-call.h"
#include "call/provider-recordings.h"
#include "call/router.h"
#include "call/warm-transfer.h"

/* How long a call may go without audio after it was announced, and after it may have stopped
 * ringing. */
#define OFFHOOK_CALL_MANAGER_MEDIA_TIMEOUT_S 30
#define OFFHOOK_CALL_MANAGER_RING_TIMEOUT_S  60
#define OFFHOOK_CALL_MANAGER_SHUT_DOWN_S     5

struct _OffhookCallManager {
	GObject parent_instance;

	OffhookStore *store;
	OffhookMediaPool *media;
	OffhookEventBus *events;
	OffhookConfig *config;
	OffhookCallRouter *router;
	OffhookTextMessages *messages;
	OffhookProviderRecordings *recordings;
	char *base_url;          /* (nullable) */
	GHashTable *calls;       /* id -> OffhookLiveCall */
	GHashTable *by_provider; /* "driver/provider call id" -> id */
	GPtrArray *order;        /* of OffhookLiveCall, oldest first, borrowed from calls */
	GHashTable *pending;     /* of OffhookPendingStream: whose call is not known yet */
	GTask *shut_down;        /* (nullable): no new calls */
	guint shut_down_id;
};

/** A media WebSocket before its far end said which call it is. */
typedef struct {
	OffhookCallManager *manager;
	OffhookDriver *driver;
	OffhookStream *stream;
} OffhookPendingStream;

static void offhook_call_manager_host_init(OffhookCallHostInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(OffhookCallManager, offhook_call_manager, G_TYPE_OBJECT,
			      G_IMPLEMENT_INTERFACE(OFFHOOK_TYPE_CALL_HOST,
						    offhook_call_manager_host_init))

static char *
offhook_call_manager_make_key(OffhookDriver *driver, const char *provider_call_id)
{
	return g_strconcat(offhook_driver_get_name(driver), "/", provider_call_id, NULL);
}

static OffhookLiveCall *
offhook_call_manager_look_up(OffhookCallManager *self, const char *call_id)
{
	return call_id != NULL ? g_hash_table_lookup(self->calls, call_id) : NULL;
}

/* ---- admission ---- */

static gboolean
offhook_call_manager_admit(OffhookCallManager *self, GError **error)
{
	guint max = offhook_config_get_integer(self->config, "server", "max-calls");

	if (self->shut_down != NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "the server is shutting down");
		return FALSE;
	}
	if (g_hash_table_size(self->calls) < max)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY,
		    "%u calls are in progress, the limit ([server] max-calls) is %u",
		    g_hash_table_size(self->calls), max);
	return FALSE;
}

static void
offhook_call_manager_check_shut_down(OffhookCallManager *self)
{
	if (self->shut_down == NULL || g_hash_table_size(self->calls) > 0 ||
	    g_hash_table_size(self->pending) > 0)
		return;
	g_clear_handle_id(&self->shut_down_id, g_source_remove);
	g_task_return_boolean(self->shut_down, TRUE);
	g_clear_object(&self->shut_down);
}

static void
offhook_call_manager_over_cb(OffhookLiveCall *live, gpointer user_data)
{
	OffhookCallManager *self = user_data;
	OffhookCall *call = offhook_live_call_get_call(live);
	const char *provider_call_id = offhook_call_get_provider_call_id(call);
	g_autofree char *id = g_strdup(offhook_call_get_id(call));

	if (provider_call_id != NULL) {
		g_autofree char *key =
		    offhook_call_manager_make_key(offhook_call_get_driver(call), provider_call_id);

		g_hash_table_remove(self->by_provider, key);
	}
	g_ptr_array_remove(self->order, live);
	g_hash_table_remove(self->calls, id);
	offhook_call_manager_check_shut_down(self);
}

static void
offhook_call_manager_name_call(OffhookCallManager *self, OffhookCall *call)
{
	const char *provider_call_id = offhook_call_get_provider_call_id(call);

	if (provider_call_id != NULL)
		g_hash_table_insert(
		    self->by_provider,
		    offhook_call_manager_make_key(offhook_call_get_driver(call), provider_call_id),
		    g_strdup(offhook_call_get_id(call)));
}

static void offhook_call_manager_warm_transfer_cb(OffhookLiveCall *live, const char *target,
						  gpointer user_data);

static OffhookLiveCall *
offhook_call_manager_add(OffhookCallManager *self, OffhookCall *call)
{
	OffhookLiveCall *live = offhook_live_call_new(call, self->store, self->events);
	g_autofree char *number = offhook_log_redact_number(offhook_call_get_phone_number(call));

	g_signal_connect(live, "over", G_CALLBACK(offhook_call_manager_over_cb), self);
	g_signal_connect(live, "warm-transfer", G_CALLBACK(offhook_call_manager_warm_transfer_cb),
			 self);
	g_hash_table_insert(self->calls, g_strdup(offhook_call_get_id(call)), live);
	g_ptr_array_add(self->order, live);
	offhook_call_manager_name_call(self, call);
	offhook_call_message(offhook_call_get_id(call), "%s %s %s through %s",
			     offhook_call_direction_to_string(offhook_call_get_direction(call)),
			     offhook_call_get_direction(call) == OFFHOOK_CALL_INBOUND ? "from"
										      : "to",
			     number, offhook_driver_get_name(offhook_call_get_driver(call)));
	return live;
}

/* ---- configuration ---- */

gboolean
offhook_call_manager_configure(OffhookCallManager *self, OffhookConfig *config, GError **error)
{
	if (!offhook_call_router_configure(self->router, config, error))
		return FALSE;
	offhook_config_ref(config);
	g_clear_pointer(&self->config, offhook_config_unref);
	self->config = config;
	return TRUE;
}

const char *
offhook_call_manager_get_provider(OffhookCallManager *self)
{
	return offhook_call_router_get_provider(self->router);
}

gboolean
offhook_call_manager_set_provider(OffhookCallManager *self, const char *name, GError **error)
{
	return offhook_call_router_set_provider(self->router, name, error);
}

void
offhook_call_manager_set_base_url(OffhookCallManager *self, const char *url)
{
	g_free(self->base_url);
	self->base_url = g_strdup(url);
}

/* ---- outbound ---- */

static gboolean
offhook_call_manager_is_e164(const char *number)
{
	return number != NULL && g_regex_match_simple("^\\+[1-9][0-9]{6,14}\\z", number, 0, 0);
}

static void
offhook_call_manager_placed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookCallManager *self = g_task_get_source_object(task);
	OffhookLiveCall *live = g_task_get_task_data(task);
	OffhookCall *call = offhook_live_call_get_call(live);
	g_autoptr(GError) error = NULL;
	g_autofree char *provider_call_id =
	    offhook_driver_make_call_finish(OFFHOOK_DRIVER(source), result, &error);

	if (provider_call_id == NULL) {
		offhook_live_call_fail(live, error);
		g_task_return_error(task, g_steal_pointer(&error));
		return;
	}
	offhook_call_host_name_call(OFFHOOK_CALL_HOST(self), OFFHOOK_DRIVER(source),
				    offhook_call_get_id(call), provider_call_id);
	g_task_return_pointer(task, g_object_ref(call), g_object_unref);
}

static OffhookLiveCall *
offhook_call_manager_prepare_outbound(OffhookCallManager *self,
				      const OffhookInitiateRequest *request, GError **error)
{
	g_autoptr(OffhookCall) call = NULL;
	OffhookAssistant *assistant;
	OffhookDriver *driver;
	OffhookLiveCall *live;

	if (!offhook_call_manager_is_e164(request->phone_number)) {
		offhook_json_refuse(error, "phone_number", request->phone_number,
				    "a number in E.164 form like +15550100001");
		return NULL;
	}
	driver = request->driver != NULL ? request->driver
					 : offhook_call_router_get_driver(self->router, error);
	if (driver == NULL || !offhook_call_manager_admit(self, error))
		return NULL;
	assistant = offhook_call_router_find(self->router, request->assistant,
					     offhook_driver_get_name(driver), error);
	if (assistant == NULL)
		return NULL;
	call = offhook_call_new(OFFHOOK_CALL_OUTBOUND, driver, NULL,
				request->caller_id != NULL ? request->caller_id
							   : assistant->settings->number,
				request->phone_number, assistant);
	live = offhook_call_manager_add(self, call);
	offhook_live_call_expect_media(live, OFFHOOK_CALL_MANAGER_MEDIA_TIMEOUT_S +
						 (request->timeout_s > 0
						      ? request->timeout_s
						      : OFFHOOK_CALL_MANAGER_RING_TIMEOUT_S));
	return live;
}

/* What the assistant does when a machine answers decides whether that must be found out. */
static OffhookMachineDetection
offhook_call_manager_get_detection(const OffhookInitiateRequest *request, OffhookCall *call)
{
	const OffhookAssistantConfig *settings = offhook_call_get_assistant(call)->settings;

	if (request->machine_detection != OFFHOOK_DETECT_NOTHING || request->agent != NULL ||
	    request->send_digits != NULL ||
	    !offhook_driver_has(offhook_call_get_driver(call), OFFHOOK_DRIVER_MACHINE_DETECTION))
		return request->machine_detection;
	switch (settings->on_machine) {
	case OFFHOOK_MACHINE_HANG_UP:
		return OFFHOOK_DETECT_MACHINE;
	case OFFHOOK_MACHINE_LEAVE_MESSAGE:
		return OFFHOOK_DETECT_BEEP;
	default:
		return OFFHOOK_DETECT_NOTHING;
	}
}

void
offhook_call_manager_initiate_async(OffhookCallManager *self, const OffhookInitiateRequest *request,
				    GCancellable *cancellable, GAsyncReadyCallback callback,
				    gpointer user_data)
{
	g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);
	GError *error = NULL;
	OffhookLiveCall *live = offhook_call_manager_prepare_outbound(self, request, &error);
	OffhookCallRequest placed;
	OffhookCall *call;

	g_task_set_source_tag(task, offhook_call_manager_initiate_async);
	if (live == NULL) {
		if (request->transfer != NULL)
			offhook_warm_transfer_fail(request->transfer, error);
		g_task_return_error(task, error);
		return;
	}
	call = offhook_live_call_get_call(live);
	placed = (OffhookCallRequest){
	    .call_id = offhook_call_get_id(call),
	    .to = request->phone_number,
	    .caller_id = offhook_call_get_from(call),
	    .timeout_s = request->timeout_s,
	    .recording = request->recording,
	    .machine_detection = offhook_call_manager_get_detection(request, call),
	    .wait_for_detection = request->wait_for_detection,
	    .send_digits = request->send_digits,
	    .time_limit_s = request->time_limit_s,
	};
	if (request->agent != NULL)
		offhook_live_call_set_agent(live, request->agent);
	if (request->transfer != NULL)
		offhook_warm_transfer_set_target(request->transfer, live);
	g_task_set_task_data(task, g_object_ref(live), g_object_unref);
	offhook_driver_make_call_async(offhook_call_get_driver(call), &placed, cancellable,
				       offhook_call_manager_placed_cb, g_steal_pointer(&task));
}

OffhookCall *
offhook_call_manager_initiate_finish(OffhookCallManager *self, GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

/* ---- what drivers report ---- */

static char *
offhook_call_manager_host_find_call(OffhookCallHost *host, OffhookDriver *driver,
				    const char *provider_call_id)
{
	OffhookCallManager *self = OFFHOOK_CALL_MANAGER(host);
	g_autofree char *key = offhook_call_manager_make_key(driver, provider_call_id);

	return g_strdup(g_hash_table_lookup(self->by_provider, key));
}

/* How far the caller's number can be trusted, and the like: kept with the call. */
static void
offhook_call_manager_tell_details(OffhookLiveCall *live, GHashTable *details)
{
	JsonObject *data;
	GHashTableIter iter;
	gpointer name, value;

	if (details == NULL || g_hash_table_size(details) == 0)
		return;
	data = json_object_new();
	g_hash_table_iter_init(&iter, details);
	while (g_hash_table_iter_next(&iter, &name, &value))
		json_object_set_string_member(data, name, value);
	offhook_live_call_record(live, OFFHOOK_EVENT_CALL_DETAILS, data);
}

static char *
offhook_call_manager_host_offer_call(OffhookCallHost *host, OffhookDriver *driver,
				     const OffhookCallOffer *offer, GError **error)
{
	OffhookCallManager *self = OFFHOOK_CALL_MANAGER(host);
	g_autofree char *known =
	    offhook_call_manager_host_find_call(host, driver, offer->provider_call_id);
	g_autoptr(OffhookCall) call = NULL;
	OffhookAssistant *assistant;
	OffhookLiveCall *live;

	if (known != NULL)
		return g_steal_pointer(&known);
	if (!offhook_call_manager_admit(self, error))
		return NULL;
	assistant = offhook_call_router_choose(self->router, offhook_driver_get_name(driver),
					       offer->to, error);
	if (assistant == NULL)
		return NULL;
	call = offhook_call_new(OFFHOOK_CALL_INBOUND, driver, offer->provider_call_id, offer->from,
				offer->to, assistant);
	live = offhook_call_manager_add(self, call);
	offhook_call_manager_tell_details(live, offer->details);
	offhook_live_call_expect_media(live, OFFHOOK_CALL_MANAGER_MEDIA_TIMEOUT_S);
	return g_strdup(offhook_call_get_id(call));
}

static void
offhook_call_manager_host_update_call(OffhookCallHost *host, const char *call_id,
				      OffhookCallState state, OffhookEndReason reason)
{
	OffhookLiveCall *live = offhook_call_manager_look_up(OFFHOOK_CALL_MANAGER(host), call_id);

	if (live != NULL)
		offhook_live_call_update(live, state, reason);
}

static gboolean
offhook_call_manager_host_attach_media(OffhookCallHost *host, const char *call_id,
				       OffhookMediaPort *port, GError **error)
{
	OffhookCallManager *self = OFFHOOK_CALL_MANAGER(host);
	OffhookLiveCall *live = offhook_call_manager_look_up(self, call_id);

	if (live != NULL)
		return offhook_live_call_attach_port(live, offhook_media_pool_pick(self->media),
						     port, error);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND, "call %s is not in progress",
		    call_id);
	return FALSE;
}

static char *
offhook_call_manager_host_dup_public_url(OffhookCallHost *host)
{
	OffhookCallManager *self = OFFHOOK_CALL_MANAGER(host);
	const char *url = self->config != NULL
			      ? offhook_config_get_string(self->config, "server", "public-url")
			      : NULL;

	return g_strdup(url != NULL ? url : self->base_url);
}

static void
offhook_call_manager_host_name_call(OffhookCallHost *host, OffhookDriver *driver,
				    const char *call_id, const char *provider_call_id)
{
	OffhookCallManager *self = OFFHOOK_CALL_MANAGER(host);
	OffhookLiveCall *live = offhook_call_manager_look_up(self, call_id);
	OffhookCall *call = live != NULL ? offhook_live_call_get_call(live) : NULL;

	if (call == NULL || offhook_call_get_provider_call_id(call) != NULL)
		return;
	offhook_call_set_provider_call_id(call, provider_call_id);
	offhook_call_manager_name_call(self, call);
	offhook_live_call_save(live);
}

static void
offhook_call_manager_host_report_state(OffhookCallHost *host, const char *call_id,
				       OffhookCallState state, OffhookEndReason reason,
				       gint64 sequence)
{
	OffhookLiveCall *live = offhook_call_manager_look_up(OFFHOOK_CALL_MANAGER(host), call_id);

	if (live != NULL)
		offhook_live_call_report(live, state, reason, sequence);
}

static void
offhook_call_manager_host_report_answered_by(OffhookCallHost *host, const char *call_id,
					     OffhookAnsweredBy by)
{
	OffhookLiveCall *live = offhook_call_manager_look_up(OFFHOOK_CALL_MANAGER(host), call_id);

	if (live != NULL)
		offhook_live_call_set_answered_by(live, by);
}

static gboolean
offhook_call_manager_tell_recording_cb(gpointer user_data, const char *call_id, const char *type,
				       JsonObject *data)
{
	OffhookLiveCall *live = offhook_call_manager_look_up(user_data, call_id);

	if (live != NULL)
		offhook_live_call_record(live, type, data);
	return live != NULL;
}

static void
offhook_call_manager_host_report_recording(OffhookCallHost *host, OffhookDriver *driver,
					   const OffhookRecordingReport *report)
{
	OffhookCallManager *self = OFFHOOK_CALL_MANAGER(host);

	offhook_provider_recordings_report(self->recordings, self->config, driver, report);
}

static void
offhook_call_manager_host_receive_message(OffhookCallHost *host, OffhookDriver *driver,
					  const OffhookTextMessage *message)
{
	offhook_text_messages_receive(OFFHOOK_CALL_MANAGER(host)->messages, driver, message);
}

static void
offhook_call_manager_host_report_message(OffhookCallHost *host, OffhookDriver *driver,
					 const char *provider_message_id, OffhookMessageState state,
					 const char *error)
{
	offhook_text_messages_report(OFFHOOK_CALL_MANAGER(host)->messages, driver,
				     provider_message_id, state, error);
}

static void
offhook_call_manager_host_init(OffhookCallHostInterface *iface)
{
	iface->name_call = offhook_call_manager_host_name_call;
	iface->report_state = offhook_call_manager_host_report_state;
	iface->report_answered_by = offhook_call_manager_host_report_answered_by;
	iface->report_recording = offhook_call_manager_host_report_recording;
	iface->receive_message = offhook_call_manager_host_receive_message;
	iface->report_message = offhook_call_manager_host_report_message;
	iface->offer_call = offhook_call_manager_host_offer_call;
	iface->find_call = offhook_call_manager_host_find_call;
	iface->update_call = offhook_call_manager_host_update_call;
	iface->attach_media = offhook_call_manager_host_attach_media;
	iface->dup_public_url = offhook_call_manager_host_dup_public_url;
}

/* ---- streams whose call is not known yet ---- */

static void
offhook_pending_stream_free(gpointer data)
{
	OffhookPendingStream *pending = data;

	g_object_unref(pending->driver);
	offhook_stream_free(pending->stream);
	g_free(pending);
}

static gboolean
offhook_call_manager_claim_cb(gpointer user_data, OffhookStream *stream,
			      const OffhookStreamStart *start, GError **error)
{
	OffhookPendingStream *pending = user_data;
	OffhookCallManager *self = pending->manager;
	g_autofree char *call_id = offhook_driver_claim_stream(pending->driver, start, error);
	OffhookLiveCall *live = offhook_call_manager_look_up(self, call_id);

	if (call_id == NULL)
		return FALSE;
	if (live == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
			    "the stream's call is not in progress");
		return FALSE;
	}
	if (!offhook_live_call_attach_stream(live, stream, error))
		return FALSE;
	pending->stream = NULL;
	g_hash_table_remove(self->pending, pending);
	return TRUE;
}

static void
offhook_call_manager_lost_cb(gpointer user_data, OffhookStream *stream, const GError *error)
{
	OffhookPendingStream *pending = user_data;
	OffhookCallManager *self = pending->manager;

	g_message("a media stream of %s ended before it belonged to a call: %s",
		  offhook_driver_get_name(pending->driver),
		  error != NULL ? error->message : "closed by the far end");
	g_hash_table_remove(self->pending, pending);
	offhook_call_manager_check_shut_down(self);
}

static const OffhookStreamKeeper offhook_call_manager_keeper = {
    .claim = offhook_call_manager_claim_cb,
    .lost = offhook_call_manager_lost_cb,
};

void
offhook_call_manager_take_stream(OffhookCallManager *self, OffhookDriver *driver,
				 OffhookMediaPort *port)
{
	OffhookPendingStream *pending = g_new0(OffhookPendingStream, 1);

	pending->manager = self;
	pending->driver = g_object_ref(driver);
	pending->stream = offhook_stream_new(offhook_media_pool_pick(self->media), port,
					     &offhook_call_manager_keeper, pending);
	g_hash_table_add(self->pending, pending);
}

gboolean
offhook_call_manager_can_take_stream(OffhookCallManager *self, GError **error)
{
	guint max = offhook_config_get_integer(self->config, "server", "max-calls");

	/* Every call has one stream; so many strangers at the door are no callers. */
	if (self->shut_down == NULL && g_hash_table_size(self->pending) < max)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY,
		    "%u media streams have not said yet which call they are",
		    g_hash_table_size(self->pending));
	return FALSE;
}

/* ---- calls ---- */

OffhookCall *
offhook_call_manager_find(OffhookCallManager *self, const char *call_id, GError **error)
{
	OffhookLiveCall *live = offhook_call_manager_look_up(self, call_id);

	if (live != NULL)
		return offhook_live_call_get_call(live);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND, "call %s is not in progress",
		    call_id);
	return NULL;
}

GPtrArray *
offhook_call_manager_list(OffhookCallManager *self)
{
	GPtrArray *calls = g_ptr_array_sized_new(self->order->len);

	for (guint i = 0; i < self->order->len; i++)
		g_ptr_array_add(calls,
				offhook_live_call_get_call(g_ptr_array_index(self->order, i)));
	return calls;
}

guint
offhook_call_manager_count(OffhookCallManager *self)
{
	return g_hash_table_size(self->calls);
}

/* A call that nobody has answered is not completed by hanging up. */
static void
offhook_call_manager_hang_up(OffhookLiveCall *live)
{
	OffhookCall *call = offhook_live_call_get_call(live);

	offhook_live_call_hang_up(live, offhook_call_get_state(call) == OFFHOOK_CALL_ACTIVE
					    ? OFFHOOK_END_COMPLETED
					    : OFFHOOK_END_CANCELED);
}

gboolean
offhook_call_manager_end(OffhookCallManager *self, const char *call_id, GError **error)
{
	if (offhook_call_manager_find(self, call_id, error) == NULL)
		return FALSE;
	offhook_call_manager_hang_up(offhook_call_manager_look_up(self, call_id));
	return TRUE;
}

/* ---- what is asked of calls ---- */

static void
offhook_call_manager_second_placed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookCall) call =
	    offhook_call_manager_initiate_finish(OFFHOOK_CALL_MANAGER(source), result, &error);

	/* The transfer watches the call itself and sees it fail. */
	if (call == NULL)
		g_message("the second call of a warm transfer failed: %s", error->message);
}

static gboolean
offhook_call_manager_transfer_warm(OffhookCallManager *self, OffhookLiveCall *live,
				   const char *target, const char *briefing, GError **error)
{
	OffhookCall *call = offhook_live_call_get_call(live);
	OffhookInitiateRequest request = {
	    .phone_number = target,
	    .assistant = offhook_call_get_assistant(call)->settings->name,
	    .driver = offhook_call_get_driver(call),
	};
	g_autoptr(OffhookAgentSession) agent = NULL;
	OffhookWarmTransfer *transfer;

	if (!offhook_call_manager_is_e164(target))
		return offhook_json_refuse(error, "target", target,
					   "a number in E.164 form like +15550100001");
	if (!offhook_call_manager_admit(self, error))
		return FALSE;
	transfer = offhook_warm_transfer_new(live, error);
	if (transfer == NULL)
		return FALSE;
	agent = offhook_warm_transfer_make_agent(transfer, briefing);
	request.agent = agent;
	request.transfer = transfer;
	offhook_call_manager_initiate_async(self, &request, NULL,
					    offhook_call_manager_second_placed_cb, NULL);
	return TRUE;
}

static void
offhook_call_manager_warm_transfer_cb(OffhookLiveCall *live, const char *target, gpointer user_data)
{
	g_autoptr(GError) error = NULL;

	if (!offhook_call_manager_transfer_warm(user_data, live, target, NULL, &error))
		offhook_live_call_tell_failure(live, error);
}

static void
offhook_call_manager_controlled_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	GError *error = NULL;

	if (offhook_call_control_finish(OFFHOOK_LIVE_CALL(source), result, &error))
		g_task_return_boolean(task, TRUE);
	else
		g_task_return_error(task, error);
}

void
offhook_call_manager_control_async(OffhookCallManager *self, const char *call_id,
				   const OffhookCallCommand *command, GCancellable *cancellable,
				   GAsyncReadyCallback callback, gpointer user_data)
{
	g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);
	OffhookLiveCall *live = offhook_call_manager_look_up(self, call_id);
	GError *error = NULL;

	g_task_set_source_tag(task, offhook_call_manager_control_async);
	if (live == NULL) {
		offhook_call_manager_find(self, call_id, &error);
		g_task_return_error(task, error);
	} else if (command->verb != OFFHOOK_VERB_TRANSFER || !command->warm) {
		offhook_call_control_async(live, command->verb, command->argument, cancellable,
					   offhook_call_manager_controlled_cb,
					   g_steal_pointer(&task));
	} else if (offhook_call_manager_transfer_warm(self, live, command->argument,
						      command->briefing, &error)) {
		g_task_return_boolean(task, TRUE);
	} else {
		g_task_return_error(task, error);
	}
}

gboolean
offhook_call_manager_control_finish(OffhookCallManager *self, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

gboolean
offhook_call_manager_inject(OffhookCallManager *self, const char *call_id, const char *text,
			    GError **error)
{
	if (offhook_call_manager_find(self, call_id, error) == NULL)
		return FALSE;
	return offhook_live_call_add_text(offhook_call_manager_look_up(self, call_id), text, error);
}

gboolean
offhook_call_manager_is_ready(OffhookCallManager *self, GError **error)
{
	OffhookStoreStats stats;

	if (!offhook_call_manager_admit(self, error))
		return FALSE;
	offhook_store_get_stats(self->store, &stats);
	if (stats.failing) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "the database can't be written");
		return FALSE;
	}
	if (!offhook_call_router_has_assistants(self->router)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "no assistant is configured");
		return FALSE;
	}
	return TRUE;
}

OffhookTextMessages *
offhook_call_manager_get_messages(OffhookCallManager *self)
{
	return self->messages;
}

/* ---- the end of the daemon ---- */

static gboolean
offhook_call_manager_shut_down_expired_cb(gpointer user_data)
{
	OffhookCallManager *self = user_data;

	self->shut_down_id = 0;
	g_warning("%u calls did not end in time", g_hash_table_size(self->calls));
	g_task_return_boolean(self->shut_down, TRUE);
	g_clear_object(&self->shut_down);
	return G_SOURCE_REMOVE;
}

void
offhook_call_manager_shut_down_async(OffhookCallManager *self, GAsyncReadyCallback callback,
				     gpointer user_data)
{
	g_return_if_fail(self->shut_down == NULL);

	self->shut_down = g_task_new(self, NULL, callback, user_data);
	for (guint i = 0; i < self->order->len; i++)
		offhook_call_manager_hang_up(g_ptr_array_index(self->order, i));
	self->shut_down_id = g_timeout_add_seconds(OFFHOOK_CALL_MANAGER_SHUT_DOWN_S,
						   offhook_call_manager_shut_down_expired_cb, self);
	g_hash_table_remove_all(self->pending);
	offhook_call_manager_check_shut_down(self);
}

gboolean
offhook_call_manager_shut_down_finish(OffhookCallManager *self, GAsyncResult *result,
				      GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

OffhookCallManager *
offhook_call_manager_new(OffhookPluginRegistry *plugins, OffhookStore *store,
			 OffhookMediaPool *media, OffhookEventBus *events)
{
	OffhookCallManager *self = g_object_new(OFFHOOK_TYPE_CALL_MANAGER, NULL);

	self->router = offhook_call_router_new(plugins);
	self->store = g_object_ref(store);
	self->media = media;
	self->events = g_object_ref(events);
	self->messages = offhook_text_messages_new(events);
	self->recordings = offhook_provider_recordings_new(
	    store, events, offhook_call_manager_tell_recording_cb, self);
	return self;
}

static void
offhook_call_manager_dispose(GObject *object)
{
	OffhookCallManager *self = OFFHOOK_CALL_MANAGER(object);

	g_clear_handle_id(&self->shut_down_id, g_source_remove);
	g_clear_pointer(&self->pending, g_hash_table_unref);
	g_clear_pointer(&self->order, g_ptr_array_unref);
	g_clear_pointer(&self->by_provider, g_hash_table_unref);
	g_clear_pointer(&self->calls, g_hash_table_unref);
	g_clear_pointer(&self->recordings, offhook_provider_recordings_free);
	g_clear_pointer(&self->messages, offhook_text_messages_free);
	g_clear_pointer(&self->router, offhook_call_router_free);
	g_clear_pointer(&self->config, offhook_config_unref);
	g_clear_pointer(&self->base_url, g_free);
	g_clear_object(&self->store);
	g_clear_object(&self->events);

	G_OBJECT_CLASS(offhook_call_manager_parent_class)->dispose(object);
}

static void
offhook_call_manager_init(OffhookCallManager *self)
{
	self->calls = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
	self->by_provider = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	self->order = g_ptr_array_new();
	self->pending = g_hash_table_new_full(NULL, NULL, offhook_pending_stream_free, NULL);
}

static void
offhook_call_manager_class_init(OffhookCallManagerClass *klass)
{
	G_OBJECT_CLASS(klass)->dispose = offhook_call_manager_dispose;
}
