/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Goes over the fields of a record by their description. Any thread.
 */

#include "store/record/record-json.h"

#include <offhook/error.h>

static void
offhook_field_add_to_json(const OffhookField *self, gconstpointer record, JsonObject *object)
{
	const char *text;

	switch (self->kind) {
	case OFFHOOK_FIELD_TEXT:
		text = *OFFHOOK_FIELD_AT(record, self, char *);
		if (text != NULL)
			json_object_set_string_member(object, self->name, text);
		break;
	case OFFHOOK_FIELD_TIME:
	case OFFHOOK_FIELD_LENGTH:
		json_object_set_int_member(object, self->name,
					   *OFFHOOK_FIELD_AT(record, self, gint64));
		break;
	case OFFHOOK_FIELD_COUNT:
		json_object_set_int_member(object, self->name,
					   *OFFHOOK_FIELD_AT(record, self, guint));
		break;
	case OFFHOOK_FIELD_FIGURE:
		json_object_set_double_member(object, self->name,
					      *OFFHOOK_FIELD_AT(record, self, double));
		break;
	case OFFHOOK_FIELD_FLAG:
		json_object_set_boolean_member(object, self->name,
					       *OFFHOOK_FIELD_AT(record, self, gboolean));
		break;
	}
}

JsonObject *
offhook_record_type_to_json(const OffhookRecordType *self, gconstpointer record)
{
	JsonObject *object = json_object_new();

	for (guint i = 0; i < self->n_fields; i++)
		offhook_field_add_to_json(&self->fields[i], record, object);
	return object;
}

static gboolean
offhook_field_read_json(const OffhookField *self, JsonNode *node, gpointer record)
{
	GType type = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : G_TYPE_INVALID;
	gint64 integer = type == G_TYPE_INT64 ? json_node_get_int(node) : 0;

	switch (self->kind) {
	case OFFHOOK_FIELD_TEXT:
		if (type != G_TYPE_STRING)
			return FALSE;
		*OFFHOOK_FIELD_AT(record, self, char *) = json_node_dup_string(node);
		return TRUE;
	case OFFHOOK_FIELD_TIME:
	case OFFHOOK_FIELD_LENGTH:
		*OFFHOOK_FIELD_AT(record, self, gint64) = integer;
		return type == G_TYPE_INT64;
	case OFFHOOK_FIELD_COUNT:
		*OFFHOOK_FIELD_AT(record, self, guint) = (guint)CLAMP(integer, 0, G_MAXUINT);
		return type == G_TYPE_INT64 && integer >= 0 && integer <= G_MAXUINT;
	case OFFHOOK_FIELD_FIGURE:
		if (type != G_TYPE_DOUBLE && type != G_TYPE_INT64)
			return FALSE;
		*OFFHOOK_FIELD_AT(record, self, double) = json_node_get_double(node);
		return TRUE;
	case OFFHOOK_FIELD_FLAG:
		if (type != G_TYPE_BOOLEAN)
			return FALSE;
		*OFFHOOK_FIELD_AT(record, self, gboolean) = json_node_get_boolean(node);
		return TRUE;
	}
	g_return_val_if_reached(FALSE);
}

/* A negative length or figure stands for "not known". */
static void
offhook_field_set_unknown(const OffhookField *self, gpointer record)
{
	if (self->kind == OFFHOOK_FIELD_LENGTH)
		*OFFHOOK_FIELD_AT(record, self, gint64) = -1;
	else if (self->kind == OFFHOOK_FIELD_FIGURE)
		*OFFHOOK_FIELD_AT(record, self, double) = -1;
}

gpointer
offhook_record_type_from_json(const OffhookRecordType *self, JsonObject *object, GError **error)
{
	gpointer record = offhook_record_type_new(self);

	for (guint i = 0; i < self->n_fields; i++) {
		const OffhookField *field = &self->fields[i];
		JsonNode *node = json_object_get_member(object, field->name);

		if (node == NULL) {
			offhook_field_set_unknown(field, record);
		} else if (!offhook_field_read_json(field, node, record)) {
			g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
				    "%s.%s: not what was written there", self->name, field->name);
			offhook_record_type_free(self, record);
			return NULL;
		}
	}
	return record;
}
