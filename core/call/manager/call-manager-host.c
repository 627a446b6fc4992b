/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What drivers report, and what they ask of the daemon: the manager as OffhookCallHost. Main thread.
 */

#include "call/manager/call-manager-private.h"

#include <offhook/error.h>

/* How long a call may go without audio after it was announced. */
#define OFFHOOK_CALL_MANAGER_MEDIA_TIMEOUT_S 30

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
	if (!offhook_call_manager_welcome(self, error))
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

static char *
offhook_call_manager_host_dup_address_mark(OffhookCallHost *host)
{
	OffhookCallManager *self = OFFHOOK_CALL_MANAGER(host);

	return self->address_mark != NULL ? g_strconcat("process/", self->address_mark, "/", NULL)
					  : g_strdup("");
}

static gboolean
offhook_call_manager_host_get_options(OffhookCallHost *host, const char *call_id,
				      OffhookDriverOptions *options)
{
	OffhookLiveCall *live = offhook_call_manager_look_up(OFFHOOK_CALL_MANAGER(host), call_id);
	const OffhookAssistantConfig *settings;
	OffhookCall *call;

	if (live == NULL)
		return FALSE;
	call = offhook_live_call_get_call(live);
	settings = offhook_call_get_assistant(call)->settings;
	options->assistant = settings->name;
	options->language = settings->language;
	options->options = offhook_assistant_config_get_options(
	    settings, offhook_driver_get_name(offhook_call_get_driver(call)));
	return TRUE;
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

static gboolean
offhook_call_manager_host_settle_transfer(OffhookCallHost *host, const char *call_id,
					  const GError *failure)
{
	OffhookLiveCall *live = offhook_call_manager_look_up(OFFHOOK_CALL_MANAGER(host), call_id);

	return live != NULL && offhook_live_call_settle_transfer(live, failure);
}

static void
offhook_call_manager_host_report_answered_by(OffhookCallHost *host, const char *call_id,
					     OffhookAnsweredBy by)
{
	OffhookLiveCall *live = offhook_call_manager_look_up(OFFHOOK_CALL_MANAGER(host), call_id);

	if (live != NULL)
		offhook_live_call_set_answered_by(live, by);
}

gboolean
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

void
offhook_call_manager_host_init(OffhookCallHostInterface *iface)
{
	iface->name_call = offhook_call_manager_host_name_call;
	iface->report_state = offhook_call_manager_host_report_state;
	iface->settle_transfer = offhook_call_manager_host_settle_transfer;
	iface->report_answered_by = offhook_call_manager_host_report_answered_by;
	iface->report_recording = offhook_call_manager_host_report_recording;
	iface->receive_message = offhook_call_manager_host_receive_message;
	iface->report_message = offhook_call_manager_host_report_message;
	iface->offer_call = offhook_call_manager_host_offer_call;
	iface->find_call = offhook_call_manager_host_find_call;
	iface->update_call = offhook_call_manager_host_update_call;
	iface->attach_media = offhook_call_manager_host_attach_media;
	iface->get_options = offhook_call_manager_host_get_options;
	iface->dup_public_url = offhook_call_manager_host_dup_public_url;
	iface->dup_address_mark = offhook_call_manager_host_dup_address_mark;
}
