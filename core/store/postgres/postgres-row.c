/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Goes over the fields of records. Numbers are written so that any locale reads them alike.
 */

#include "store/postgres/postgres-row.h"

static char *
offhook_postgres_row_print(const OffhookField *field, gconstpointer record)
{
	char digits[G_ASCII_DTOSTR_BUF_SIZE];

	switch (field->kind) {
	case OFFHOOK_FIELD_TEXT:
		return g_strdup(*OFFHOOK_FIELD_AT(record, field, char *));
	case OFFHOOK_FIELD_TIME: {
		gint64 time = *OFFHOOK_FIELD_AT(record, field, gint64);

		return time != 0 ? g_strdup_printf("%" G_GINT64_FORMAT, time) : NULL;
	}
	case OFFHOOK_FIELD_LENGTH: {
		gint64 length = *OFFHOOK_FIELD_AT(record, field, gint64);

		return length >= 0 ? g_strdup_printf("%" G_GINT64_FORMAT, length) : NULL;
	}
	case OFFHOOK_FIELD_COUNT:
		return g_strdup_printf("%u", *OFFHOOK_FIELD_AT(record, field, guint));
	case OFFHOOK_FIELD_FIGURE: {
		double figure = *OFFHOOK_FIELD_AT(record, field, double);

		return figure >= 0 ? g_strdup(g_ascii_dtostr(digits, sizeof digits, figure)) : NULL;
	}
	case OFFHOOK_FIELD_FLAG:
		return g_strdup(*OFFHOOK_FIELD_AT(record, field, gboolean) ? "1" : "0");
	}
	g_return_val_if_reached(NULL);
}

GPtrArray *
offhook_postgres_row_make_values(const OffhookStoreWrite *write)
{
	const OffhookRecordType *type = offhook_store_write_kind_get_type(write->kind);
	GPtrArray *values = g_ptr_array_new_with_free_func(g_free);

	if (write->kind == OFFHOOK_STORE_UPDATE_MESSAGE ||
	    write->kind == OFFHOOK_STORE_FOLD_MESSAGE) {
		const OffhookMessageRecord *message = write->record;

		g_ptr_array_add(values, g_strdup(message->id));
		g_ptr_array_add(values, g_strdup(message->content));
		if (write->kind == OFFHOOK_STORE_UPDATE_MESSAGE)
			g_ptr_array_add(values, g_strdup(message->interrupted ? "1" : "0"));
	} else {
		for (guint i = 0; i < offhook_store_write_kind_count_fields(write->kind); i++)
			if ((type->fields[i].flags & OFFHOOK_FIELD_KEPT) == 0)
				g_ptr_array_add(values, offhook_postgres_row_print(&type->fields[i],
										   write->record));
	}
	if (write->words != NULL)
		g_ptr_array_add(values, g_strdup(write->words));
	return values;
}

/* @text: (nullable) */
static void
offhook_postgres_row_read_field(const OffhookField *field, const char *text, gpointer record)
{
	switch (field->kind) {
	case OFFHOOK_FIELD_TEXT:
		*OFFHOOK_FIELD_AT(record, field, char *) = g_strdup(text);
		break;
	case OFFHOOK_FIELD_TIME:
		*OFFHOOK_FIELD_AT(record, field, gint64) =
		    text != NULL ? g_ascii_strtoll(text, NULL, 10) : 0;
		break;
	case OFFHOOK_FIELD_LENGTH:
		*OFFHOOK_FIELD_AT(record, field, gint64) =
		    text != NULL ? g_ascii_strtoll(text, NULL, 10) : -1;
		break;
	case OFFHOOK_FIELD_COUNT:
		*OFFHOOK_FIELD_AT(record, field, guint) =
		    text != NULL ? (guint)g_ascii_strtoull(text, NULL, 10) : 0;
		break;
	case OFFHOOK_FIELD_FIGURE:
		*OFFHOOK_FIELD_AT(record, field, double) =
		    text != NULL ? g_ascii_strtod(text, NULL) : -1;
		break;
	case OFFHOOK_FIELD_FLAG:
		*OFFHOOK_FIELD_AT(record, field, gboolean) = g_strcmp0(text, "1") == 0;
		break;
	}
}

GPtrArray *
offhook_postgres_row_read_all(const PGresult *result, const OffhookRecordType *type)
{
	GPtrArray *rows = offhook_store_result_new_rows(type);
	int n = PQntuples(result);

	for (int row = 0; row < n; row++) {
		gpointer record = offhook_record_type_new(type);

		for (int i = 0; i < (int)type->n_fields; i++)
			offhook_postgres_row_read_field(
			    &type->fields[i],
			    PQgetisnull(result, row, i) ? NULL : PQgetvalue(result, row, i),
			    record);
		g_ptr_array_add(rows, record);
	}
	return rows;
}
