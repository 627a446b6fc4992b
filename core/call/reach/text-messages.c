/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The log of text messages, bounded, in memory. A report may overtake the reply that names its
 * message, so reports of unknown messages are kept for a while. Main thread.
 */

#include "call/reach/text-messages.h"

#include <offhook/error.h>

#include "base/json.h"
#include "base/timestamp.h"
#include "base/uuid.h"

#define OFFHOOK_TEXT_MESSAGES_MAX_EARLY 256

typedef struct {
	char *id;
	char *key; /* (nullable): "driver/provider's name", once known */
	char *driver;
	char *from;
	char *to;
	char *text;
	char *reason; /* (nullable) */
	char *caller; /* (nullable): in whose call it was sent */
	gint64 created_us;
	OffhookMessageState state;
	gboolean inbound;
} OffhookTextMessageEntry;

typedef struct {
	OffhookMessageState state;
	char *reason;
} OffhookTextMessageEarly;

struct _OffhookTextMessages {
	guint refs; /* the owner's, and one for each message on its way */
	OffhookEventBus *events;
	GQueue entries;     /* of OffhookTextMessageEntry, oldest first */
	GHashTable *by_id;  /* borrowed */
	GHashTable *by_key; /* borrowed */
	GHashTable *early;  /* key -> OffhookTextMessageEarly */
};

/** A message on its way to its driver. */
typedef struct {
	OffhookTextMessages *messages;
	char *id;
} OffhookTextMessageSend;

static void
offhook_text_message_entry_free(OffhookTextMessageEntry *entry)
{
	g_free(entry->id);
	g_free(entry->key);
	g_free(entry->driver);
	g_free(entry->from);
	g_free(entry->to);
	g_free(entry->text);
	g_free(entry->reason);
	g_free(entry->caller);
	g_free(entry);
}

static void
offhook_text_message_early_free(gpointer data)
{
	OffhookTextMessageEarly *early = data;

	g_free(early->reason);
	g_free(early);
}

OffhookTextMessages *
offhook_text_messages_new(OffhookEventBus *events)
{
	OffhookTextMessages *self = g_new0(OffhookTextMessages, 1);

	self->refs = 1;
	self->events = g_object_ref(events);
	g_queue_init(&self->entries);
	self->by_id = g_hash_table_new(g_str_hash, g_str_equal);
	self->by_key = g_hash_table_new(g_str_hash, g_str_equal);
	self->early =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, offhook_text_message_early_free);
	return self;
}

void
offhook_text_messages_free(OffhookTextMessages *self)
{
	if (self == NULL || --self->refs > 0)
		return;
	g_hash_table_unref(self->early);
	g_hash_table_unref(self->by_key);
	g_hash_table_unref(self->by_id);
	g_queue_clear_full(&self->entries, (GDestroyNotify)offhook_text_message_entry_free);
	g_object_unref(self->events);
	g_free(self);
}

static void
offhook_text_message_send_free(gpointer data)
{
	OffhookTextMessageSend *send = data;

	offhook_text_messages_free(send->messages);
	g_free(send->id);
	g_free(send);
}

static JsonObject *
offhook_text_message_entry_view(const OffhookTextMessageEntry *entry)
{
	JsonObject *object = json_object_new();
	g_autofree char *created = offhook_timestamp_format(entry->created_us);

	json_object_set_string_member(object, "message_id", entry->id);
	json_object_set_string_member(object, "provider", entry->driver);
	json_object_set_string_member(object, "direction", entry->inbound ? "inbound" : "outbound");
	offhook_json_set_string(object, "from", entry->from);
	offhook_json_set_string(object, "to", entry->to);
	json_object_set_string_member(object, "text", entry->text);
	json_object_set_string_member(object, "status",
				      offhook_message_state_to_string(entry->state));
	offhook_json_set_string(object, "error", entry->reason);
	if (entry->caller != NULL)
		json_object_set_string_member(object, "caller", entry->caller);
	json_object_set_string_member(object, "created_at", created);
	return object;
}

static void
offhook_text_messages_tell(OffhookTextMessages *self, const char *type,
			   const OffhookTextMessageEntry *entry)
{
	offhook_event_bus_publish(self->events, type, NULL, 0,
				  offhook_text_message_entry_view(entry));
}

static void
offhook_text_messages_drop(OffhookTextMessages *self, GList *link)
{
	OffhookTextMessageEntry *entry = link->data;

	g_queue_delete_link(&self->entries, link);
	g_hash_table_remove(self->by_id, entry->id);
	if (entry->key != NULL)
		g_hash_table_remove(self->by_key, entry->key);
	offhook_text_message_entry_free(entry);
}

static OffhookTextMessageEntry *
offhook_text_messages_add(OffhookTextMessages *self, OffhookDriver *driver,
			  const OffhookTextMessage *message, gboolean inbound)
{
	OffhookTextMessageEntry *entry = g_new0(OffhookTextMessageEntry, 1);
	const char *from =
	    message->from != NULL ? message->from : offhook_driver_get_phone_number(driver);

	if (g_queue_get_length(&self->entries) >= OFFHOOK_TEXT_MESSAGES_MAX)
		offhook_text_messages_drop(self, self->entries.head);
	entry->id = offhook_uuid_new_v7();
	entry->driver = g_strdup(offhook_driver_get_name(driver));
	entry->from = g_strdup(from);
	entry->to = g_strdup(message->to);
	entry->text = g_strdup(message->text != NULL ? message->text : "");
	entry->created_us = offhook_timestamp_now();
	entry->inbound = inbound;
	entry->state = inbound ? OFFHOOK_MESSAGE_RECEIVED : OFFHOOK_MESSAGE_QUEUED;
	g_queue_push_tail(&self->entries, entry);
	g_hash_table_insert(self->by_id, entry->id, entry);
	return entry;
}

static char *
offhook_text_messages_make_key(OffhookDriver *driver, const char *provider_message_id)
{
	return g_strconcat(offhook_driver_get_name(driver), "/", provider_message_id, NULL);
}

static void
offhook_text_messages_name(OffhookTextMessages *self, OffhookTextMessageEntry *entry, char *key)
{
	entry->key = key;
	g_hash_table_insert(self->by_key, entry->key, entry);
}

/* ---- states ---- */

static void
offhook_text_messages_change(OffhookTextMessages *self, OffhookTextMessageEntry *entry,
			     OffhookMessageState state, const char *reason)
{
	/* Final states stay, and so does every later one: reports come in any order. */
	if (entry->inbound || entry->state >= OFFHOOK_MESSAGE_DELIVERED || state <= entry->state ||
	    state == OFFHOOK_MESSAGE_RECEIVED)
		return;
	entry->state = state;
	g_free(entry->reason);
	entry->reason = g_strdup(reason);
	offhook_text_messages_tell(self, OFFHOOK_EVENT_SMS_STATUS, entry);
}

void
offhook_text_messages_report(OffhookTextMessages *self, OffhookDriver *driver,
			     const char *provider_message_id, OffhookMessageState state,
			     const char *reason)
{
	g_autofree char *key = offhook_text_messages_make_key(driver, provider_message_id);
	OffhookTextMessageEntry *entry = g_hash_table_lookup(self->by_key, key);
	OffhookTextMessageEarly *early;

	if (entry != NULL) {
		offhook_text_messages_change(self, entry, state, reason);
		return;
	}
	early = g_hash_table_lookup(self->early, key);
	if (early != NULL && early->state >= state)
		return;
	if (g_hash_table_size(self->early) >= OFFHOOK_TEXT_MESSAGES_MAX_EARLY)
		g_hash_table_remove_all(self->early);
	early = g_new0(OffhookTextMessageEarly, 1);
	early->state = state;
	early->reason = g_strdup(reason);
	g_hash_table_replace(self->early, g_steal_pointer(&key), early);
}

void
offhook_text_messages_receive(OffhookTextMessages *self, OffhookDriver *driver,
			      const OffhookTextMessage *message)
{
	g_autofree char *key = offhook_text_messages_make_key(driver, message->provider_message_id);
	OffhookTextMessageEntry *entry;

	if (g_hash_table_contains(self->by_key, key))
		return;
	entry = offhook_text_messages_add(self, driver, message, TRUE);
	offhook_text_messages_name(self, entry, g_steal_pointer(&key));
	offhook_text_messages_tell(self, OFFHOOK_EVENT_SMS_RECEIVED, entry);
}

/* ---- sending ---- */

static void
offhook_text_messages_sent_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookTextMessageSend *send = g_task_get_task_data(task);
	OffhookTextMessages *self = send->messages;
	OffhookTextMessageEntry *entry = g_hash_table_lookup(self->by_id, send->id);
	OffhookDriver *driver = OFFHOOK_DRIVER(source);
	GError *error = NULL;
	g_autofree char *name = offhook_driver_send_message_finish(driver, result, &error);
	OffhookTextMessageEarly *early;

	if (name == NULL) {
		if (entry != NULL)
			offhook_text_messages_change(self, entry, OFFHOOK_MESSAGE_FAILED,
						     error->message);
		g_task_return_error(task, error);
		return;
	}
	if (entry == NULL) {
		g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
					"the message was sent, and forgotten among too many");
		return;
	}
	offhook_text_messages_name(self, entry, offhook_text_messages_make_key(driver, name));
	early = g_hash_table_lookup(self->early, entry->key);
	if (early != NULL)
		offhook_text_messages_change(self, entry, early->state, early->reason);
	g_hash_table_remove(self->early, entry->key);
	g_task_return_pointer(task, offhook_text_message_entry_view(entry),
			      (GDestroyNotify)json_object_unref);
}

void
offhook_text_messages_send_async(OffhookTextMessages *self, OffhookDriver *driver,
				 const OffhookTextMessage *message, const char *caller,
				 GCancellable *cancellable, GAsyncReadyCallback callback,
				 gpointer user_data)
{
	GTask *task = g_task_new(NULL, cancellable, callback, user_data);
	OffhookTextMessageEntry *entry = offhook_text_messages_add(self, driver, message, FALSE);
	OffhookTextMessageSend *send = g_new0(OffhookTextMessageSend, 1);
	OffhookTextMessage copy = *message;

	g_task_set_source_tag(task, offhook_text_messages_send_async);
	entry->caller = g_strdup(caller);
	send->messages = self;
	self->refs++;
	send->id = g_strdup(entry->id);
	copy.message_id = send->id;
	g_task_set_task_data(task, send, offhook_text_message_send_free);
	offhook_text_messages_tell(self, OFFHOOK_EVENT_SMS_SENT, entry);
	offhook_driver_send_message_async(driver, &copy, cancellable, offhook_text_messages_sent_cb,
					  task);
}

JsonObject *
offhook_text_messages_send_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

/* ---- looking ---- */

JsonObject *
offhook_text_messages_view(OffhookTextMessages *self, const char *message_id, GError **error)
{
	const OffhookTextMessageEntry *entry = g_hash_table_lookup(self->by_id, message_id);

	if (entry != NULL)
		return offhook_text_message_entry_view(entry);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND, "no text message \"%.64s\"",
		    message_id);
	return NULL;
}

JsonArray *
offhook_text_messages_list(OffhookTextMessages *self, guint limit)
{
	JsonArray *array = json_array_new();

	for (GList *l = self->entries.tail; l != NULL && json_array_get_length(array) < limit;
	     l = l->prev)
		json_array_add_object_element(array, offhook_text_message_entry_view(l->data));
	return array;
}

guint
offhook_text_messages_erase(OffhookTextMessages *self, const OffhookCaller *caller)
{
	GList *next;
	guint n = 0;

	for (GList *link = self->entries.head; link != NULL; link = next) {
		const OffhookTextMessageEntry *entry = link->data;

		next = link->next;
		if (!offhook_caller_has_number(caller, entry->inbound ? entry->from : entry->to) &&
		    !offhook_caller_has_number(caller, entry->caller))
			continue;
		offhook_text_messages_drop(self, link);
		n++;
	}
	return n;
}
