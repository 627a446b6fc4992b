/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The values that go between the store and its backend. Made and freed in the main thread, read in
 * the backend's.
 */

#include "store/store-backend.h"

#include <string.h>

static const OffhookRecordType *const offhook_store_write_types[] = {
    [OFFHOOK_STORE_PUT_CALL] = &offhook_call_record_type,
    [OFFHOOK_STORE_ADD_EVENT] = &offhook_call_event_record_type,
    [OFFHOOK_STORE_PUT_CONVERSATION] = &offhook_conversation_record_type,
    [OFFHOOK_STORE_ADD_MESSAGE] = &offhook_message_record_type,
    [OFFHOOK_STORE_UPDATE_MESSAGE] = &offhook_message_record_type,
    [OFFHOOK_STORE_FOLD_MESSAGE] = &offhook_message_record_type,
    [OFFHOOK_STORE_PUT_TURN] = &offhook_turn_record_type,
    [OFFHOOK_STORE_PUT_RECORDING] = &offhook_recording_record_type,
    [OFFHOOK_STORE_PUT_RECEIPT] = &offhook_receipt_record_type,
    [OFFHOOK_STORE_ADD_DELIVERY] = &offhook_delivery_record_type,
    [OFFHOOK_STORE_UPDATE_DELIVERY] = &offhook_delivery_record_type,
    [OFFHOOK_STORE_REMOVE_DELIVERY] = &offhook_delivery_record_type,
    [OFFHOOK_STORE_ADD_SCHEDULED_CALL] = &offhook_scheduled_call_record_type,
    [OFFHOOK_STORE_UPDATE_SCHEDULED_CALL] = &offhook_scheduled_call_record_type,
    [OFFHOOK_STORE_PUT_MEMORY] = &offhook_memory_record_type,
};
G_STATIC_ASSERT(G_N_ELEMENTS(offhook_store_write_types) == OFFHOOK_STORE_WRITE_LAST);

const OffhookRecordType *
offhook_store_write_kind_get_type(OffhookStoreWriteKind kind)
{
	return offhook_store_write_types[kind];
}

guint
offhook_store_write_kind_count_fields(OffhookStoreWriteKind kind)
{
	const OffhookRecordType *type = offhook_store_write_types[kind];

	return kind == OFFHOOK_STORE_REMOVE_DELIVERY ? type->n_key : type->n_fields;
}

gboolean
offhook_store_write_kind_may_miss(OffhookStoreWriteKind kind)
{
	return kind == OFFHOOK_STORE_UPDATE_DELIVERY || kind == OFFHOOK_STORE_REMOVE_DELIVERY ||
	       kind == OFFHOOK_STORE_UPDATE_SCHEDULED_CALL;
}

static gboolean
offhook_store_write_check_text(const OffhookRecordType *type, const char *name, const char *value,
			       GError **error)
{
	g_autofree char *what = g_strdup_printf("%s.%s", type->name, name);

	return offhook_field_check_text(offhook_record_type_get_field(type, name), what, value,
					error);
}

gboolean
offhook_store_write_check(OffhookStoreWriteKind kind, gconstpointer record, GError **error)
{
	const OffhookRecordType *type = offhook_store_write_types[kind];
	const OffhookMessageRecord *message = record;

	if (kind == OFFHOOK_STORE_REMOVE_DELIVERY)
		return offhook_store_write_check_text(
		    type, "id", ((const OffhookDeliveryRecord *)record)->id, error);
	if (kind != OFFHOOK_STORE_UPDATE_MESSAGE && kind != OFFHOOK_STORE_FOLD_MESSAGE)
		return offhook_record_type_check(type, record, error);
	return offhook_store_write_check_text(type, "id", message->id, error) &&
	       offhook_store_write_check_text(type, "content", message->content, error);
}

static void
offhook_store_write_complete(OffhookStoreWrite *self)
{
	const OffhookRecordType *type = offhook_store_write_types[self->kind];
	const OffhookMessageRecord *message = self->record;

	self->size = sizeof *self + offhook_record_type_measure(type, self->record);
	if (type != &offhook_message_record_type)
		return;
	self->words = offhook_search_fold(message->content);
	self->size += strlen(self->words) + 1;
}

OffhookStoreWrite *
offhook_store_write_new(OffhookStoreWriteKind kind, gconstpointer record)
{
	return offhook_store_write_new_take(
	    kind, offhook_record_type_copy(offhook_store_write_types[kind], record));
}

OffhookStoreWrite *
offhook_store_write_new_take(OffhookStoreWriteKind kind, gpointer record)
{
	OffhookStoreWrite *self = g_new0(OffhookStoreWrite, 1);

	self->kind = kind;
	self->record = record;
	offhook_store_write_complete(self);
	return self;
}

void
offhook_store_write_free(OffhookStoreWrite *self)
{
	offhook_record_type_free(offhook_store_write_types[self->kind], self->record);
	g_free(self->words);
	g_free(self);
}

OffhookStoreUser *
offhook_store_user_new(const char *subject, const char *claims)
{
	OffhookStoreUser *self = g_new(OffhookStoreUser, 1);

	self->subject = g_strdup(subject);
	self->claims = g_strdup(claims);
	return self;
}

OffhookStoreUser *
offhook_store_user_copy(const OffhookStoreUser *self)
{
	return self != NULL ? offhook_store_user_new(self->subject, self->claims) : NULL;
}

void
offhook_store_user_free(OffhookStoreUser *self)
{
	if (self == NULL)
		return;
	g_free(self->subject);
	g_free(self->claims);
	g_free(self);
}

void
offhook_store_query_free(OffhookStoreQuery *self)
{
	g_free(self->key);
	g_free(self->status);
	g_free(self->user_id);
	g_free(self->phone_number);
	offhook_history_query_free(self->history);
	g_strfreev(self->names);
	g_free(self->path);
	g_free(self->session_id);
	g_free(self->endpoint);
	g_free(self->call_id);
	g_free(self->model);
	g_free(self->vector);
	if (self->record != NULL)
		offhook_record_type_free(self->record_type, self->record);
	offhook_store_user_free(self->user);
	g_free(self);
}

gboolean
offhook_store_query_writes(const OffhookStoreQuery *self)
{
	return self->kind >= OFFHOOK_STORE_MARK_INTERRUPTED;
}

GPtrArray *
offhook_store_result_new_rows(const OffhookRecordType *type)
{
	return g_ptr_array_new_with_free_func(type->destroy);
}

void
offhook_store_result_take_place(OffhookStoreResult *self, GPtrArray *places)
{
	if (places->len == 0)
		return;
	self->record_type = &offhook_history_place_type;
	self->record = g_ptr_array_steal_index(places, 0);
}

void
offhook_store_result_free(OffhookStoreResult *self)
{
	if (self->record_type != NULL)
		offhook_record_type_free(self->record_type, self->record);
	g_clear_pointer(&self->rows, g_ptr_array_unref);
	g_free(self);
}
