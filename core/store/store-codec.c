/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Goes over the fields of a record by their description, as everything about records does.
 */

#include "store/store-codec.h"

#include <offhook/error.h>

#include "base/json.h"

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
};
G_STATIC_ASSERT(G_N_ELEMENTS(offhook_store_codec_kinds) == OFFHOOK_STORE_WRITE_LAST);

/* ---- writing ---- */

static void
offhook_store_codec_add_field(JsonObject *object, const OffhookField *field, gconstpointer record)
{
	const char *text;

	switch (field->kind) {
	case OFFHOOK_FIELD_TEXT:
		text = *OFFHOOK_FIELD_AT(record, field, char *);
		if (text != NULL)
			json_object_set_string_member(object, field->name, text);
		break;
	case OFFHOOK_FIELD_TIME:
	case OFFHOOK_FIELD_LENGTH:
		json_object_set_int_member(object, field->name,
					   *OFFHOOK_FIELD_AT(record, field, gint64));
		break;
	case OFFHOOK_FIELD_COUNT:
		json_object_set_int_member(object, field->name,
					   *OFFHOOK_FIELD_AT(record, field, guint));
		break;
	case OFFHOOK_FIELD_FIGURE:
		json_object_set_double_member(object, field->name,
					      *OFFHOOK_FIELD_AT(record, field, double));
		break;
	case OFFHOOK_FIELD_FLAG:
		json_object_set_boolean_member(object, field->name,
					       *OFFHOOK_FIELD_AT(record, field, gboolean));
		break;
	}
}

char *
offhook_store_codec_encode(const OffhookStoreWrite *write)
{
	const OffhookRecordType *type = offhook_store_write_kind_get_type(write->kind);
	g_autoptr(JsonObject) object = json_object_new();
	JsonObject *record = json_object_new();

	json_object_set_string_member(object, OFFHOOK_STORE_CODEC_KIND,
				      offhook_store_codec_kinds[write->kind]);
	json_object_set_object_member(object, type->name, record);
	for (guint i = 0; i < type->n_fields; i++)
		offhook_store_codec_add_field(record, &type->fields[i], write->record);
	return offhook_json_to_string(object);
}

/* ---- reading ---- */

static gboolean
offhook_store_codec_refuse(const char *what, GError **error)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "%s is not that of a write", what);
	return FALSE;
}

static gboolean
offhook_store_codec_read_number(JsonNode *node, const OffhookField *field, gpointer record)
{
	GType type = json_node_get_value_type(node);
	gint64 integer = type == G_TYPE_INT64 ? json_node_get_int(node) : 0;

	switch (field->kind) {
	case OFFHOOK_FIELD_TIME:
	case OFFHOOK_FIELD_LENGTH:
		*OFFHOOK_FIELD_AT(record, field, gint64) = integer;
		return type == G_TYPE_INT64;
	case OFFHOOK_FIELD_COUNT:
		*OFFHOOK_FIELD_AT(record, field, guint) = (guint)CLAMP(integer, 0, G_MAXUINT);
		return type == G_TYPE_INT64 && integer >= 0 && integer <= G_MAXUINT;
	case OFFHOOK_FIELD_FIGURE:
		/* JSON does not tell 3.0 from 3. */
		*OFFHOOK_FIELD_AT(record, field, double) = json_node_get_double(node);
		return type == G_TYPE_DOUBLE || type == G_TYPE_INT64;
	default:
		*OFFHOOK_FIELD_AT(record, field, gboolean) =
		    type == G_TYPE_BOOLEAN && json_node_get_boolean(node);
		return type == G_TYPE_BOOLEAN;
	}
}

static gboolean
offhook_store_codec_read_field(JsonNode *node, const OffhookField *field, gpointer record,
			       GError **error)
{
	if (JSON_NODE_HOLDS_VALUE(node)) {
		if (field->kind != OFFHOOK_FIELD_TEXT) {
			if (offhook_store_codec_read_number(node, field, record))
				return TRUE;
		} else if (json_node_get_value_type(node) == G_TYPE_STRING) {
			*OFFHOOK_FIELD_AT(record, field, char *) = json_node_dup_string(node);
			return TRUE;
		}
	}
	return offhook_store_codec_refuse(field->name, error);
}

/* A negative figure or length stands for "not known". */
static void
offhook_store_codec_set_unknown(const OffhookField *field, gpointer record)
{
	if (field->kind == OFFHOOK_FIELD_LENGTH)
		*OFFHOOK_FIELD_AT(record, field, gint64) = -1;
	else if (field->kind == OFFHOOK_FIELD_FIGURE)
		*OFFHOOK_FIELD_AT(record, field, double) = -1;
}

static gboolean
offhook_store_codec_read_record(JsonObject *object, OffhookStoreWrite *write, GError **error)
{
	const OffhookRecordType *type = offhook_store_write_kind_get_type(write->kind);

	for (guint i = 0; i < type->n_fields; i++) {
		const OffhookField *field = &type->fields[i];
		JsonNode *node = json_object_get_member(object, field->name);

		if (node == NULL)
			offhook_store_codec_set_unknown(field, write->record);
		else if (!offhook_store_codec_read_field(node, field, write->record, error))
			return FALSE;
	}
	return offhook_store_write_check(write->kind, write->record, error);
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
	g_autoptr(OffhookStoreWrite) write = NULL;
	OffhookStoreWriteKind kind;
	JsonObject *object, *record;

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
	record = offhook_store_codec_get_object(
	    json_object_get_member(object, offhook_store_write_kind_get_type(kind)->name));
	if (record == NULL) {
		offhook_store_codec_refuse("the record", error);
		return NULL;
	}
	write = offhook_store_write_new_empty(kind);
	if (!offhook_store_codec_read_record(record, write, error))
		return NULL;
	offhook_store_write_complete(write);
	return g_steal_pointer(&write);
}
