/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Fields by type: how one is written in the configuration and by the model, and which values are none. Any
 * thread.
 */

#include "orchestrator-fields.h"

#include <offhook/error.h>
#include <string.h>

#define MAX_NUMBER G_GINT64_CONSTANT(999999999999)
#define NAME       "[a-z][a-z0-9_]{0,31}"

typedef char *(*OffhookOrchestratorNormalise)(const OffhookOrchestratorField *field,
					      const char *text, GDateTime *today);

typedef struct {
	const char *word;     /* in the configuration */
	const char *expected; /* by the model */
	OffhookOrchestratorNormalise normalise;
} OffhookOrchestratorKind;

/* ---- values. (transfer full) (nullable): it is none ---- */

/* What has letters, within @min and @max characters, with single spaces. */
static char *
offhook_orchestrator_fields_take_words(const char *text, glong min, glong max)
{
	g_autoptr(GRegex) spaces = g_regex_new("\\s+", 0, 0, NULL);
	g_autofree char *value = g_regex_replace_literal(spaces, text, -1, 0, " ", 0, NULL);
	glong length;

	if (value == NULL)
		return NULL;
	g_strstrip(value);
	length = g_utf8_strlen(value, -1);
	if (length < min || length > max || !g_regex_match_simple("\\p{L}", value, 0, 0))
		return NULL;
	return g_steal_pointer(&value);
}

static char *
offhook_orchestrator_fields_take_text(const OffhookOrchestratorField *field, const char *text,
				      GDateTime *today)
{
	g_autofree char *value = g_strstrip(g_strdup(text));

	return *value != '\0' && g_utf8_strlen(value, -1) <= 500 ? g_steal_pointer(&value) : NULL;
}

static char *
offhook_orchestrator_fields_take_name(const OffhookOrchestratorField *field, const char *text,
				      GDateTime *today)
{
	if (g_regex_match_simple("[\\d@]", text, 0, 0))
		return NULL;
	return offhook_orchestrator_fields_take_words(text, 1, 100);
}

static char *
offhook_orchestrator_fields_take_address(const OffhookOrchestratorField *field, const char *text,
					 GDateTime *today)
{
	return offhook_orchestrator_fields_take_words(text, 5, 200);
}

static char *
offhook_orchestrator_fields_take_number(const OffhookOrchestratorField *field, const char *text,
					GDateTime *today)
{
	g_autofree char *stripped = g_strstrip(g_strdup(text));
	gint64 number;

	if (!g_ascii_string_to_signed(stripped, 10, field->min, field->max, &number, NULL))
		return NULL;
	return g_strdup_printf("%" G_GINT64_FORMAT, number);
}

static char *
offhook_orchestrator_fields_take_date(const OffhookOrchestratorField *field, const char *text,
				      GDateTime *today)
{
	g_autofree char *value = g_strstrip(g_strdup(text));
	g_autofree char *first = g_date_time_format(today, "%Y-%m-%d");
	guint year, month, day;

	if (!g_regex_match_simple("^\\d{4}-\\d{2}-\\d{2}\\z", value, 0, 0))
		return NULL;
	year = (guint)g_ascii_strtoull(value, NULL, 10);
	month = (guint)g_ascii_strtoull(value + 5, NULL, 10);
	day = (guint)g_ascii_strtoull(value + 8, NULL, 10);
	if (!g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year) ||
	    strcmp(value, first) < 0)
		return NULL;
	return g_steal_pointer(&value);
}

static char *
offhook_orchestrator_fields_take_time(const OffhookOrchestratorField *field, const char *text,
				      GDateTime *today)
{
	g_autofree char *value = g_strstrip(g_strdup(text));

	return g_regex_match_simple("^([01]\\d|2[0-3]):[0-5]\\d\\z", value, 0, 0)
		   ? g_steal_pointer(&value)
		   : NULL;
}

static char *
offhook_orchestrator_fields_take_email(const OffhookOrchestratorField *field, const char *text,
				       GDateTime *today)
{
	g_autofree char *value = g_strstrip(g_strdup(text));
	char *at = strchr(value, '@');

	if (strlen(value) > 254 ||
	    !g_regex_match_simple("^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}"
				  "~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\\.)+[A-Za-z]{2,}"
				  "\\z",
				  value, 0, 0))
		return NULL;
	for (char *c = at; *c != '\0'; c++)
		*c = g_ascii_tolower(*c);
	return g_steal_pointer(&value);
}

static char *
offhook_orchestrator_fields_take_phone(const OffhookOrchestratorField *field, const char *text,
				       GDateTime *today)
{
	g_autoptr(GString) value = g_string_new(NULL);

	for (const char *c = text; *c != '\0'; c++)
		if (strchr(" -./()", *c) == NULL)
			g_string_append_c(value, *c);
	if (g_str_has_prefix(value->str, "00")) {
		g_string_erase(value, 0, 2);
		g_string_prepend_c(value, '+');
	}
	if (!g_regex_match_simple("^\\+[1-9][0-9]{6,14}\\z", value->str, 0, 0))
		return NULL;
	return g_strdup(value->str);
}

static const OffhookOrchestratorKind offhook_orchestrator_kinds[] = {
    [OFFHOOK_ORCHESTRATOR_FIELD_TEXT] = {"text", "at most 500 characters",
					 offhook_orchestrator_fields_take_text},
    [OFFHOOK_ORCHESTRATOR_FIELD_NAME] = {"name", "a name, in letters",
					 offhook_orchestrator_fields_take_name},
    [OFFHOOK_ORCHESTRATOR_FIELD_NUMBER] = {"number", "a whole number",
					   offhook_orchestrator_fields_take_number},
    [OFFHOOK_ORCHESTRATOR_FIELD_DATE] = {"date", "YYYY-MM-DD, today or later",
					 offhook_orchestrator_fields_take_date},
    [OFFHOOK_ORCHESTRATOR_FIELD_TIME] = {"time", "HH:MM, 24 hours",
					 offhook_orchestrator_fields_take_time},
    [OFFHOOK_ORCHESTRATOR_FIELD_EMAIL] = {"email", "an e-mail address like ann@example.com",
					  offhook_orchestrator_fields_take_email},
    [OFFHOOK_ORCHESTRATOR_FIELD_ADDRESS] = {"address", "street, number and place",
					    offhook_orchestrator_fields_take_address},
    [OFFHOOK_ORCHESTRATOR_FIELD_PHONE] = {"phone", "with country code, like +4940123456",
					  offhook_orchestrator_fields_take_phone},
};

char *
offhook_orchestrator_field_describe(const OffhookOrchestratorField *self)
{
	const OffhookOrchestratorKind *kind = &offhook_orchestrator_kinds[self->type];

	if (self->type == OFFHOOK_ORCHESTRATOR_FIELD_NUMBER && self->max < MAX_NUMBER)
		return g_strdup_printf("%s from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
				       kind->expected, self->min, self->max);
	return g_strdup(kind->expected);
}

gboolean
offhook_orchestrator_field_takes_keys(const OffhookOrchestratorField *self, guint *max)
{
	g_autofree char *largest = g_strdup_printf("%" G_GINT64_FORMAT, self->max);

	*max = self->max < MAX_NUMBER ? (guint)strlen(largest) : 0;
	return self->type == OFFHOOK_ORCHESTRATOR_FIELD_PHONE ||
	       (self->type == OFFHOOK_ORCHESTRATOR_FIELD_NUMBER && self->min >= 0);
}

char *
offhook_orchestrator_field_normalise(const OffhookOrchestratorField *self, const char *text,
				     GDateTime *today, GError **error)
{
	char *value = offhook_orchestrator_kinds[self->type].normalise(self, text, today);
	g_autofree char *expected = NULL;

	if (value != NULL)
		return value;
	expected = offhook_orchestrator_field_describe(self);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT, "%s: expected %s",
		    self->name, expected);
	return NULL;
}

/* ---- the configuration ---- */

static void
offhook_orchestrator_field_free(gpointer data)
{
	OffhookOrchestratorField *field = data;

	g_free(field->name);
	g_free(field);
}

static gboolean
offhook_orchestrator_fields_refuse(const char *item, const char *why, GError **error)
{
	g_set_error(
	    error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
	    "orchestrator.collect: \"%s\" %s, expected up to %d of NAME:TYPE, with ! behind "
	    "those that are required; TYPE is text, name, number, number(1..20), date, time, "
	    "email, address or phone",
	    item, why, OFFHOOK_ORCHESTRATOR_MAX_FIELDS);
	return FALSE;
}

static gboolean
offhook_orchestrator_fields_set_type(OffhookOrchestratorField *field, const char *word)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_orchestrator_kinds); i++) {
		if (!g_str_equal(offhook_orchestrator_kinds[i].word, word))
			continue;
		field->type = i;
		return TRUE;
	}
	return FALSE;
}

static gboolean
offhook_orchestrator_fields_set_range(OffhookOrchestratorField *field, const char *min,
				      const char *max)
{
	field->min = 0;
	field->max = MAX_NUMBER;
	if (min == NULL || *min == '\0')
		return TRUE;
	return field->type == OFFHOOK_ORCHESTRATOR_FIELD_NUMBER &&
	       g_ascii_string_to_signed(min, 10, -MAX_NUMBER, MAX_NUMBER, &field->min, NULL) &&
	       g_ascii_string_to_signed(max, 10, field->min, MAX_NUMBER, &field->max, NULL);
}

static gboolean
offhook_orchestrator_fields_has(GPtrArray *fields, const char *name)
{
	for (guint i = 0; i < fields->len; i++)
		if (g_str_equal(((OffhookOrchestratorField *)g_ptr_array_index(fields, i))->name,
				name))
			return TRUE;
	return FALSE;
}

static gboolean
offhook_orchestrator_fields_add(GPtrArray *fields, const char *item, GError **error)
{
	g_autoptr(GRegex) form = g_regex_new(
	    "^\\s*(" NAME "):([a-z]+)(?:\\((-?\\d+)\\.\\.(-?\\d+)\\))?(!)?\\s*\\z", 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	g_autofree char *type = NULL;
	g_autofree char *min = NULL;
	g_autofree char *max = NULL;
	g_autofree char *mark = NULL;
	OffhookOrchestratorField *field;

	if (!g_regex_match(form, item, 0, &match))
		return offhook_orchestrator_fields_refuse(item, "is none", error);
	field = g_new0(OffhookOrchestratorField, 1);
	g_ptr_array_add(fields, field);
	type = g_match_info_fetch(match, 2);
	min = g_match_info_fetch(match, 3);
	max = g_match_info_fetch(match, 4);
	mark = g_match_info_fetch(match, 5);
	field->name = g_match_info_fetch(match, 1);
	field->required = mark != NULL && *mark == '!';
	if (!offhook_orchestrator_fields_set_type(field, type))
		return offhook_orchestrator_fields_refuse(item, "has an unknown type", error);
	if (!offhook_orchestrator_fields_set_range(field, min, max))
		return offhook_orchestrator_fields_refuse(item, "has a range that is none", error);
	return TRUE;
}

GPtrArray *
offhook_orchestrator_fields_parse(const char *text, GError **error)
{
	g_autoptr(GPtrArray) fields =
	    g_ptr_array_new_with_free_func(offhook_orchestrator_field_free);
	g_auto(GStrv) items = g_strsplit(text != NULL ? text : "", ",", -1);

	for (guint i = 0; items[i] != NULL; i++) {
		g_autofree char *name = g_strstrip(g_strndup(items[i], strcspn(items[i], ":")));

		if (offhook_orchestrator_fields_has(fields, name)) {
			offhook_orchestrator_fields_refuse(items[i], "has a name that another has",
							   error);
			return NULL;
		}
		if (!offhook_orchestrator_fields_add(fields, items[i], error))
			return NULL;
	}
	if (fields->len > OFFHOOK_ORCHESTRATOR_MAX_FIELDS) {
		offhook_orchestrator_fields_refuse(text, "names too many", error);
		return NULL;
	}
	return g_steal_pointer(&fields);
}
