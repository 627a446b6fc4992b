/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What a record is made of, as data, so that copying, checking and each database's reading and
 * writing are written once and not once per record. For the store itself, not for its users. Any
 * thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
	OFFHOOK_FIELD_TEXT,   /* char * */
	OFFHOOK_FIELD_TIME,   /* gint64, 0 is NULL in the database */
	OFFHOOK_FIELD_COUNT,  /* guint */
	OFFHOOK_FIELD_LENGTH, /* gint64, negative is NULL */
	OFFHOOK_FIELD_FIGURE, /* double, negative is NULL */
	OFFHOOK_FIELD_FLAG,   /* gboolean */
} OffhookFieldKind;

typedef enum {
	OFFHOOK_FIELD_REQUIRED = 1 << 0,
	OFFHOOK_FIELD_JSON = 1 << 1,
	OFFHOOK_FIELD_KEPT = 1 << 2,  /* by the store itself: read, never written */
	OFFHOOK_FIELD_EMPTY = 1 << 3, /* a required text that may be "" */
} OffhookFieldFlags;

typedef struct {
	const char *name;
	const char *column;
	OffhookFieldKind kind;
	OffhookFieldFlags flags;
	gsize offset;
	gsize max_length;         /* bytes of a text */
	const char *const *words; /* (nullable): all that a text may be */
} OffhookField;

/** A field of the struct @record; @member may be one within another: usage.cost. Then what else there is to it. */
#define OFFHOOK_FIELD_INIT(record, member, field_name, sql_column, field_kind, ...)                \
	{                                                                                          \
		.name = field_name, .column = sql_column, .kind = OFFHOOK_FIELD_##field_kind,      \
		.offset = G_STRUCT_OFFSET(record, member), __VA_ARGS__                             \
	}

typedef struct {
	const char *name;
	const char *table;
	gsize size;
	const OffhookField *fields;
	guint n_fields;
	guint n_key; /* the first fields are the key */
	GDestroyNotify destroy;
} OffhookRecordType;

extern const OffhookRecordType offhook_call_record_type;
extern const OffhookRecordType offhook_call_event_record_type;
extern const OffhookRecordType offhook_conversation_record_type;
extern const OffhookRecordType offhook_message_record_type;
extern const OffhookRecordType offhook_turn_record_type;
extern const OffhookRecordType offhook_recording_record_type;
extern const OffhookRecordType offhook_receipt_record_type;
extern const OffhookRecordType offhook_interaction_record_type;
extern const OffhookRecordType offhook_preferences_record_type;
extern const OffhookRecordType offhook_delivery_record_type;
extern const OffhookRecordType offhook_scheduled_call_record_type;
extern const OffhookRecordType offhook_memory_record_type;
extern const OffhookRecordType offhook_memory_distance_record_type;
extern const OffhookRecordType offhook_memory_removal_record_type;
/* Read only: */
extern const OffhookRecordType offhook_cost_record_type;
extern const OffhookRecordType offhook_holding_record_type;
extern const OffhookRecordType offhook_row_count_record_type;
extern const OffhookRecordType offhook_interaction_count_record_type;
extern const OffhookRecordType offhook_delivery_count_record_type;

/** Where @field of @record is. */
#define OFFHOOK_FIELD_AT(record, field, type) ((type *)((char *)(record) + (field)->offset))

/** An empty record. (transfer full) */
gpointer offhook_record_type_new(const OffhookRecordType *self);
gpointer offhook_record_type_copy(const OffhookRecordType *self, gconstpointer record);
void offhook_record_type_free(const OffhookRecordType *self, gpointer record);

/** Bytes that a copy of @record takes. */
gsize offhook_record_type_measure(const OffhookRecordType *self, gconstpointer record);

/**
 * Whether every field of @record can be written: %OFFHOOK_ERROR_INVALID_ARGUMENT or
 * %OFFHOOK_ERROR_LIMIT names "record.field".
 */
gboolean offhook_record_type_check(const OffhookRecordType *self, gconstpointer record,
				   GError **error);

/** The same for one value, called @what in errors; (nullable) where it is not required. */
gboolean offhook_field_check_text(const OffhookField *self, const char *what, const char *value,
				  GError **error);

/**
 * The same for one that was made of a JSON object: what follows from that is not looked at again. @field must be
 * one that holds JSON.
 */
gboolean offhook_field_check_object_text(const OffhookField *self, const char *what,
					 const char *value, GError **error);

/** The field of that name; there must be one. */
const OffhookField *offhook_record_type_get_field(const OffhookRecordType *self, const char *name);

/** "id, call_id, ...": its columns in order, without those the store keeps if not @all. */
char *offhook_record_type_list_columns(const OffhookRecordType *self, gboolean all);

G_END_DECLS
