/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The kind of a write, and its record, as one JSON object.
 */

#include "store/journal/store-codec.h"

#include <offhook/error.h>

#include "base/json.h"
#include "store/record/record-json.h"

#define OFFHOOK_STORE_CODEC_KIND "write"

/* Written to disks: a name is never given to something else. */
static const char *const offhook_store_codec_kinds[] = {
    [OFFHOOK_STORE_PUT_CALL] = "put-call",
    [OFFHOOK_STORE_ADD_EVENT] = "add-event",
    [OFFHOOK_STORE_PUT_CONVERSATION] = "put-conversation",
    [OFFHOOK_STORE_ADD_MESSAGE] = "add-message",
    [OFFHOOK_STORE_UPDATE_MESSAGE] = "update-message",
    [OFFHOOK_STORE_FOLD_MESSAGE] = "fold-message",
    [OFFHOOK_STORE_PUT_TURN] = "put-turn",
    [OFFHOOK_STORE_PUT_RECORDING] = "put-recording",
    [OFFHOOK_STORE_PUT_RECEIPT] = "put-receipt",
    [OFFHOOK_STORE_ADD_DELIVERY] = "add-delivery",
    [OFFHOOK_STORE_UPDATE_DELIVERY] = "update-delivery",
    [OFFHOOK_STORE_REMOVE_DELIVERY] = "remove-delivery",
    [OFFHOOK_STORE_ADD_SCHEDULED_CALL] = "add-scheduled-call",
    [OFFHOOK_STORE_UPDATE_SCHEDULED_CALL] = "update-scheduled-call",
    [OFFHOOK_STORE_PUT_MEMORY] = "put-memory",
};
G_STATIC_ASSERT(G_N_ELEMENTS(offhook_store_codec_kinds) == OFFHOOK_STORE_WRITE_LAST);

char *
offhook_store_codec_encode(const OffhookStoreWrite *write)
{
	const OffhookRecordType *type = offhook_store_write_kind_get_type(write->kind);
	g_autoptr(JsonObject) object = json_object_new();

	json_object_set_string_member(object, OFFHOOK_STORE_CODEC_KIND,
				      offhook_store_codec_kinds[write->kind]);
	json_object_set_object_member(object, type->name,
				      offhook_record_type_to_json(type, write->record));
	return offhook_json_to_string(object);
}

static void
offhook_store_codec_refuse(const char *what, GError **error)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "%s is not that of a write", what);
}

static gboolean
offhook_store_codec_find_kind(JsonObject *object, OffhookStoreWriteKind *kind)
{
	const char *name =
	    json_object_get_string_member_with_default(object, OFFHOOK_STORE_CODEC_KIND, "");

	for (guint i = 0; i < OFFHOOK_STORE_WRITE_LAST; i++) {
		*kind = i;
		if (g_str_equal(offhook_store_codec_kinds[i], name))
			return TRUE;
	}
	return FALSE;
}

static JsonObject *
offhook_store_codec_get_object(JsonNode *node)
{
	return node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

OffhookStoreWrite *
offhook_store_codec_decode(const char *text, gsize size, GError **error)
{
	g_autoptr(JsonParser) parser = json_parser_new_immutable();
	const OffhookRecordType *type;
	OffhookStoreWriteKind kind;
	JsonObject *object, *fields;
	gpointer record;

	if (size == 0 || !offhook_json_is_shallow(text, (gssize)size) ||
	    !json_parser_load_from_data(parser, text, (gssize)size, NULL)) {
		offhook_store_codec_refuse("the text", error);
		return NULL;
	}
	object = offhook_store_codec_get_object(json_parser_get_root(parser));
	if (object == NULL || !offhook_store_codec_find_kind(object, &kind)) {
		offhook_store_codec_refuse("the kind", error);
		return NULL;
	}
	type = offhook_store_write_kind_get_type(kind);
	fields = offhook_store_codec_get_object(json_object_get_member(object, type->name));
	if (fields == NULL) {
		offhook_store_codec_refuse("the record", error);
		return NULL;
	}
	record = offhook_record_type_from_json(type, fields, error);
	if (record == NULL)
		return NULL;
	if (offhook_store_write_check(kind, record, error))
		return offhook_store_write_new_take(kind, record);
	offhook_record_type_free(type, record);
	return NULL;
}
