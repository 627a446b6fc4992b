/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Everything that goes over the fields of a record by their description. Any thread.
 */

#include "store/record/record-type.h"

#include "base/json.h"

#include <math.h>
#include <string.h>

#include <offhook/error.h>

/* Deeper JSON could exhaust the stack of a reader that recurses. */

gpointer
offhook_record_type_new(const OffhookRecordType *self)
{
	return g_malloc0(self->size);
}

gpointer
offhook_record_type_copy(const OffhookRecordType *self, gconstpointer record)
{
	gpointer copy = g_memdup2(record, self->size);

	for (guint i = 0; i < self->n_fields; i++) {
		const OffhookField *field = &self->fields[i];

		if (field->kind == OFFHOOK_FIELD_TEXT) {
			char **text = OFFHOOK_FIELD_AT(copy, field, char *);

			*text = g_strdup(*text);
		}
	}
	return copy;
}

void
offhook_record_type_free(const OffhookRecordType *self, gpointer record)
{
	if (record == NULL)
		return;
	for (guint i = 0; i < self->n_fields; i++) {
		if (self->fields[i].kind == OFFHOOK_FIELD_TEXT)
			g_free(*OFFHOOK_FIELD_AT(record, &self->fields[i], char *));
	}
	g_free(record);
}

gsize
offhook_record_type_measure(const OffhookRecordType *self, gconstpointer record)
{
	gsize size = self->size;

	for (guint i = 0; i < self->n_fields; i++) {
		const char *text = self->fields[i].kind == OFFHOOK_FIELD_TEXT
				       ? *OFFHOOK_FIELD_AT(record, &self->fields[i], char *)
				       : NULL;

		if (text != NULL)
			size += strlen(text) + 1;
	}
	return size;
}

const OffhookField *
offhook_record_type_get_field(const OffhookRecordType *self, const char *name)
{
	for (guint i = 0; i < self->n_fields; i++) {
		if (strcmp(self->fields[i].name, name) == 0)
			return &self->fields[i];
	}
	g_assert_not_reached();
}

char *
offhook_record_type_list_columns(const OffhookRecordType *self, gboolean all)
{
	GString *columns = g_string_new(NULL);

	for (guint i = 0; i < self->n_fields; i++) {
		if (!all && (self->fields[i].flags & OFFHOOK_FIELD_KEPT) != 0)
			continue;
		g_string_append_printf(columns, "%s%s", columns->len > 0 ? ", " : "",
				       self->fields[i].column);
	}
	return g_string_free(columns, FALSE);
}

static gboolean
offhook_field_check_depth(const char *what, const char *value, GError **error)
{
	return offhook_json_is_shallow(value, -1) ||
	       offhook_json_refuse(error, what, "(nested too deeply)",
				   "at most " G_STRINGIFY(OFFHOOK_JSON_MAX_DEPTH) " levels");
}

static gboolean
offhook_field_check_json(const char *what, const char *value, GError **error)
{
	g_autoptr(JsonParser) parser = NULL;

	if (!offhook_field_check_depth(what, value, error))
		return FALSE;
	parser = json_parser_new_immutable();
	if (!json_parser_load_from_data(parser, value, -1, NULL) ||
	    json_parser_get_root(parser) == NULL)
		return offhook_json_refuse(error, what, "(hidden)", "JSON");
	return TRUE;
}

static gboolean
offhook_field_check_words(const OffhookField *self, const char *what, const char *value,
			  GError **error)
{
	g_autofree char *expected = NULL;
	g_autofree char *joined = NULL;

	if (g_strv_contains(self->words, value))
		return TRUE;
	joined = g_strjoinv(", ", (char **)self->words);
	expected = g_strconcat("one of ", joined, NULL);
	return offhook_json_refuse(error, what, value, expected);
}

/* How long it is, and of which bytes. */
static gboolean
offhook_field_check_bytes(const OffhookField *self, const char *what, const char *value,
			  GError **error)
{
	gsize length = strlen(value);

	if (length > self->max_length) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "%s: %" G_GSIZE_FORMAT " bytes, expected at most %" G_GSIZE_FORMAT,
			    what, length, self->max_length);
		return FALSE;
	}
	return g_utf8_validate(value, (gssize)length, NULL) ||
	       offhook_json_refuse(error, what, "(hidden)", "valid UTF-8");
}

gboolean
offhook_field_check_object_text(const OffhookField *self, const char *what, const char *value,
				GError **error)
{
	return offhook_field_check_bytes(self, what, value, error) &&
	       offhook_field_check_depth(what, value, error);
}

gboolean
offhook_field_check_text(const OffhookField *self, const char *what, const char *value,
			 GError **error)
{
	gboolean absent = value == NULL || *value == '\0';

	if (absent && (self->flags & OFFHOOK_FIELD_REQUIRED) != 0 &&
	    (value == NULL || (self->flags & OFFHOOK_FIELD_EMPTY) == 0))
		return offhook_json_refuse(error, what, "", "a text");
	if (value == NULL)
		return TRUE;
	if (!offhook_field_check_bytes(self, what, value, error))
		return FALSE;
	if ((self->flags & OFFHOOK_FIELD_JSON) != 0)
		return offhook_field_check_json(what, value, error);
	return self->words == NULL || offhook_field_check_words(self, what, value, error);
}

static gboolean
offhook_field_check_number(const OffhookField *self, const char *what, gconstpointer record,
			   GError **error)
{
	gboolean required = (self->flags & OFFHOOK_FIELD_REQUIRED) != 0;

	switch (self->kind) {
	case OFFHOOK_FIELD_TIME: {
		gint64 time = *OFFHOOK_FIELD_AT(record, self, gint64);

		if (time < 0 || (required && time == 0))
			return offhook_json_refuse(error, what, time < 0 ? "(negative)" : "0",
						   "microseconds since 1970");
		return TRUE;
	}
	case OFFHOOK_FIELD_COUNT:
		if (*OFFHOOK_FIELD_AT(record, self, guint) > G_MAXINT32)
			return offhook_json_refuse(error, what, "(huge)", "at most 2147483647");
		return TRUE;
	case OFFHOOK_FIELD_FIGURE:
		if (!isfinite(*OFFHOOK_FIELD_AT(record, self, double)))
			return offhook_json_refuse(error, what, "(not finite)", "a number");
		return TRUE;
	default:
		return TRUE;
	}
}

static gboolean
offhook_field_check(const OffhookField *self, const char *what, gconstpointer record,
		    GError **error)
{
	if (self->kind != OFFHOOK_FIELD_TEXT)
		return offhook_field_check_number(self, what, record, error);
	return offhook_field_check_text(self, what, *OFFHOOK_FIELD_AT(record, self, char *), error);
}

gboolean
offhook_record_type_check(const OffhookRecordType *self, gconstpointer record, GError **error)
{
	for (guint i = 0; i < self->n_fields; i++) {
		const OffhookField *field = &self->fields[i];
		char what[64];

		/* Its name is wanted for what is wrong only, and most is right. */
		if ((field->flags & OFFHOOK_FIELD_KEPT) != 0 ||
		    offhook_field_check(field, "", record, NULL))
			continue;
		g_snprintf(what, sizeof what, "%s.%s", self->name, field->name);
		return offhook_field_check(field, what, record, error);
	}
	return TRUE;
}
