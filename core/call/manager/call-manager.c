/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * All live calls by id and by their provider's name, and admission. How calls are placed, what
 * drivers report, streams whose call is not known yet, and what is asked of calls are in the other
 * call-manager-*.c. Main thread.
 */

#include "call/manager/call-manager.h"

#include <offhook/error.h>

#include "base/log.h"
#include "base/timestamp.h"
#include "call/manager/call-manager-private.h"

#define OFFHOOK_CALL_MANAGER_SHUT_DOWN_S 5

G_DEFINE_FINAL_TYPE_WITH_CODE(OffhookCallManager, offhook_call_manager, G_TYPE_OBJECT,
			      G_IMPLEMENT_INTERFACE(OFFHOOK_TYPE_CALL_HOST,
						    offhook_call_manager_host_init))

char *
offhook_call_manager_make_key(OffhookDriver *driver, const char *provider_call_id)
{
	return g_strconcat(offhook_driver_get_name(driver), "/", provider_call_id, NULL);
}

OffhookLiveCall *
offhook_call_manager_look_up(OffhookCallManager *self, const char *call_id)
{
	return call_id != NULL ? g_hash_table_lookup(self->calls, call_id) : NULL;
}

/* ---- admission ---- */

gboolean
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

void
offhook_call_manager_check_shut_down(OffhookCallManager *self)
{
	if (self->shut_down == NULL || g_hash_table_size(self->calls) > 0 ||
	    g_hash_table_size(self->closing) > 0 || !g_queue_is_empty(&self->pending) ||
	    !offhook_chat_manager_is_idle(self->chats))
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
	g_signal_emit_by_name(self, "call-removed", call);
	g_ptr_array_remove(self->order, live);
	g_hash_table_add(self->closing, g_object_ref(live));
	g_hash_table_remove(self->calls, id);
}

static void
offhook_call_manager_closed_cb(OffhookLiveCall *live, gpointer user_data)
{
	OffhookCallManager *self = user_data;

	g_hash_table_remove(self->closing, live);
	offhook_call_manager_check_shut_down(self);
	offhook_call_manager_check_drained(self);
}

void
offhook_call_manager_name_call(OffhookCallManager *self, OffhookCall *call)
{
	const char *provider_call_id = offhook_call_get_provider_call_id(call);

	if (provider_call_id != NULL)
		g_hash_table_insert(
		    self->by_provider,
		    offhook_call_manager_make_key(offhook_call_get_driver(call), provider_call_id),
		    g_strdup(offhook_call_get_id(call)));
}

OffhookLiveCall *
offhook_call_manager_add(OffhookCallManager *self, OffhookCall *call)
{
	OffhookLiveCall *live =
	    offhook_live_call_new(call, self->store, self->events, self->spending);
	g_autofree char *number = offhook_log_redact_number(offhook_call_get_phone_number(call));

	offhook_live_call_set_messages(live, self->messages,
				       offhook_scheduled_calls_get_scheduler(self->scheduled));
	g_signal_connect(live, "over", G_CALLBACK(offhook_call_manager_over_cb), self);
	g_signal_connect(live, "closed", G_CALLBACK(offhook_call_manager_closed_cb), self);
	g_signal_connect(live, "hand-over", G_CALLBACK(offhook_call_manager_hand_over_cb), self);
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
	g_signal_emit_by_name(self, "call-added", call);
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
	offhook_agent_directory_load(self->agents, offhook_config_get_state_dir(config));
	offhook_chat_manager_configure(self->chats, config);
	return TRUE;
}

gboolean
offhook_call_manager_switch_plugin(OffhookCallManager *self, OffhookPlugin *plugin,
				   gboolean enabled, GError **error)
{
	return offhook_call_router_switch_plugin(self->router, plugin, enabled, error);
}

static void
offhook_call_manager_costs_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookCallManager *self = g_task_get_source_object(task);
	GError *error = NULL;
	g_autoptr(GPtrArray) costs =
	    offhook_store_sum_costs_finish(OFFHOOK_STORE(source), result, &error);

	if (costs == NULL) {
		g_task_return_error(task, error);
		return;
	}
	for (guint i = 0; i < costs->len; i++) {
		const OffhookCostRecord *cost = g_ptr_array_index(costs, i);

		offhook_spending_add(self->spending, cost->assistant, offhook_timestamp_now(),
				     cost->cost);
	}
	g_task_return_boolean(task, TRUE);
}

void
offhook_call_manager_load_costs_async(OffhookCallManager *self, gint64 until_us,
				      GAsyncReadyCallback callback, gpointer user_data)
{
	offhook_store_sum_costs_async(
	    self->store, offhook_spending_get_midnight(offhook_timestamp_now()), until_us, NULL,
	    offhook_call_manager_costs_cb, g_task_new(self, NULL, callback, user_data));
}

gboolean
offhook_call_manager_load_costs_finish(OffhookCallManager *self, GAsyncResult *result,
				       GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

const char *
offhook_call_manager_get_provider(OffhookCallManager *self)
{
	return offhook_call_router_get_provider(self->router);
}

gboolean
offhook_call_manager_set_provider(OffhookCallManager *self, const char *name, GError **error)
{
	if (!offhook_call_router_set_provider(self->router, name, error))
		return FALSE;
	g_signal_emit_by_name(self, "provider-changed");
	return TRUE;
}

void
offhook_call_manager_set_base_url(OffhookCallManager *self, const char *url)
{
	g_free(self->base_url);
	self->base_url = g_strdup(url);
}

/* ---- calls ---- */

gboolean
offhook_call_manager_is_e164(const char *number)
{
	return number != NULL && g_regex_match_simple("^\\+[1-9][0-9]{6,14}\\z", number, 0, 0);
}

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
	GHashTableIter closing;
	gpointer live;

	for (guint i = 0; i < self->order->len; i++)
		g_ptr_array_add(calls,
				offhook_live_call_get_call(g_ptr_array_index(self->order, i)));
	g_hash_table_iter_init(&closing, self->closing);
	while (g_hash_table_iter_next(&closing, &live, NULL))
		g_ptr_array_add(calls, offhook_live_call_get_call(live));
	return calls;
}

GPtrArray *
offhook_call_manager_list_unsettled(OffhookCallManager *self)
{
	GPtrArray *calls = offhook_call_manager_list(self);
	GHashTableIter iter;
	gpointer live;

	g_hash_table_iter_init(&iter, self->closing);
	while (g_hash_table_iter_next(&iter, &live, NULL))
		g_ptr_array_add(calls, offhook_live_call_get_call(live));
	return calls;
}

guint
offhook_call_manager_count(OffhookCallManager *self)
{
	return g_hash_table_size(self->calls);
}

void
offhook_call_manager_set_siblings(OffhookCallManager *self, gboolean siblings)
{
	self->siblings = siblings;
}

gboolean
offhook_call_manager_has_siblings(OffhookCallManager *self)
{
	return self->siblings;
}

gsize
offhook_call_manager_get_queued(OffhookCallManager *self)
{
	gsize bytes = 0;

	for (guint i = 0; i < self->order->len; i++)
		bytes += offhook_live_call_get_queued(g_ptr_array_index(self->order, i));
	return bytes;
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

	if (!offhook_call_manager_welcome(self, error))
		return FALSE;
	offhook_store_get_stats(self->store, &stats);
	/* What a journal keeps is as good as written. */
	if (stats.failing && !stats.safe) {
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

OffhookPhraseCache *
offhook_call_manager_get_phrases(OffhookCallManager *self)
{
	return offhook_call_router_get_phrases(self->router);
}

OffhookEngineHealth *
offhook_call_manager_get_health(OffhookCallManager *self)
{
	return self->health;
}

OffhookAgentDirectory *
offhook_call_manager_get_agents(OffhookCallManager *self)
{
	return self->agents;
}

OffhookChatManager *
offhook_call_manager_get_chats(OffhookCallManager *self)
{
	return self->chats;
}

OffhookScheduledCalls *
offhook_call_manager_get_scheduled(OffhookCallManager *self)
{
	return self->scheduled;
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
	if (g_hash_table_size(self->calls) > 0)
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

	offhook_scheduled_calls_stop(self->scheduled);
	self->shut_down = g_task_new(self, NULL, callback, user_data);
	offhook_chat_manager_shut_down(self->chats);
	for (guint i = 0; i < self->order->len; i++)
		offhook_call_manager_hang_up(g_ptr_array_index(self->order, i));
	self->shut_down_id = g_timeout_add_seconds(OFFHOOK_CALL_MANAGER_SHUT_DOWN_S,
						   offhook_call_manager_shut_down_expired_cb, self);
	offhook_call_manager_drop_pending(self);
	offhook_call_manager_check_shut_down(self);
}

gboolean
offhook_call_manager_shut_down_finish(OffhookCallManager *self, GAsyncResult *result,
				      GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

/* No conversation by text is open. */
static void
offhook_call_manager_idle_cb(gpointer user_data)
{
	offhook_call_manager_check_shut_down(user_data);
}

OffhookCallManager *
offhook_call_manager_new(OffhookPluginRegistry *plugins, OffhookStore *store,
			 OffhookMediaPool *media, OffhookEventBus *events,
			 OffhookEngineHealth *health)
{
	OffhookCallManager *self = g_object_new(OFFHOOK_TYPE_CALL_MANAGER, NULL);

	self->router = offhook_call_router_new(plugins, health);
	self->health = g_object_ref(health);
	self->spending = offhook_spending_new();
	self->store = g_object_ref(store);
	self->media = media;
	self->events = g_object_ref(events);
	self->agents = offhook_agent_directory_new(self->router, plugins, health, events);
	self->chats = offhook_chat_manager_new(self->agents, health, store, events, self->spending,
					       offhook_call_manager_idle_cb, self);
	self->messages = offhook_text_messages_new(events);
	self->recordings = offhook_provider_recordings_new(
	    store, events, offhook_call_manager_tell_recording_cb, self);
	self->scheduled = offhook_scheduled_calls_new(self, store, events);
	return self;
}

static void
offhook_call_manager_dispose(GObject *object)
{
	OffhookCallManager *self = OFFHOOK_CALL_MANAGER(object);

	g_clear_handle_id(&self->shut_down_id, g_source_remove);
	offhook_call_manager_drop_pending(self);
	g_clear_pointer(&self->order, g_ptr_array_unref);
	g_clear_pointer(&self->by_provider, g_hash_table_unref);
	g_clear_pointer(&self->calls, g_hash_table_unref);
	g_clear_pointer(&self->closing, g_hash_table_unref);
	if (self->scheduled != NULL)
		offhook_scheduled_calls_stop(self->scheduled);
	g_clear_object(&self->scheduled);
	g_clear_pointer(&self->recordings, offhook_provider_recordings_free);
	g_clear_pointer(&self->messages, offhook_text_messages_free);
	g_clear_pointer(&self->chats, offhook_chat_manager_free);
	g_clear_pointer(&self->agents, offhook_agent_directory_free);
	g_clear_pointer(&self->router, offhook_call_router_free);
	g_clear_pointer(&self->spending, offhook_spending_free);
	g_clear_pointer(&self->config, offhook_config_unref);
	g_clear_pointer(&self->base_url, g_free);
	g_clear_pointer(&self->address_mark, g_free);
	g_clear_object(&self->store);
	g_clear_object(&self->events);
	g_clear_object(&self->health);

	G_OBJECT_CLASS(offhook_call_manager_parent_class)->dispose(object);
}

static void
offhook_call_manager_init(OffhookCallManager *self)
{
	self->calls = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
	self->by_provider = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	self->closing = g_hash_table_new_full(NULL, NULL, g_object_unref, NULL);
	self->order = g_ptr_array_new();
	g_queue_init(&self->pending);
}

static void
offhook_call_manager_class_init(OffhookCallManagerClass *klass)
{
	G_OBJECT_CLASS(klass)->dispose = offhook_call_manager_dispose;
	g_signal_new("call-added", OFFHOOK_TYPE_CALL_MANAGER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
		     NULL, G_TYPE_NONE, 1, OFFHOOK_TYPE_CALL);
	g_signal_new("call-removed", OFFHOOK_TYPE_CALL_MANAGER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
		     NULL, G_TYPE_NONE, 1, OFFHOOK_TYPE_CALL);
	g_signal_new("provider-changed", OFFHOOK_TYPE_CALL_MANAGER, G_SIGNAL_RUN_LAST, 0, NULL,
		     NULL, NULL, G_TYPE_NONE, 0);
	g_signal_new("draining-changed", OFFHOOK_TYPE_CALL_MANAGER, G_SIGNAL_RUN_LAST, 0, NULL,
		     NULL, NULL, G_TYPE_NONE, 0);
	g_signal_new("drained", OFFHOOK_TYPE_CALL_MANAGER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
		     G_TYPE_NONE, 0);
}
