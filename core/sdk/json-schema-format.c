/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Texts of a format. Any thread.
 */

#include "json-schema-private.h"

#include <string.h>

#define MAX_EMAIL 254

/* @digits of them at @text, as a number in @number. */
static gboolean
offhook_schema_read_digits(const char *text, guint digits, guint *number)
{
	*number = 0;
	for (guint i = 0; i < digits; i++) {
		if (!g_ascii_isdigit(text[i]))
			return FALSE;
		*number = *number * 10 + (guint)g_ascii_digit_value(text[i]);
	}
	return TRUE;
}

/* Reads YYYY-MM-DD. (nullable): what is behind it */
static const char *
offhook_schema_skip_date(const char *text)
{
	guint year, month, day;

	if (!offhook_schema_read_digits(text, 4, &year) || text[4] != '-' ||
	    !offhook_schema_read_digits(text + 5, 2, &month) || text[7] != '-' ||
	    !offhook_schema_read_digits(text + 8, 2, &day))
		return NULL;
	if (!g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
		return NULL;
	return text + 10;
}

/* Reads HH:MM. (nullable): what is behind it */
static const char *
offhook_schema_skip_minutes(const char *text)
{
	guint hour, minute;

	if (!offhook_schema_read_digits(text, 2, &hour) || text[2] != ':' ||
	    !offhook_schema_read_digits(text + 3, 2, &minute) || hour > 23 || minute > 59)
		return NULL;
	return text + 5;
}

/* Reads :SS, with a fraction if there is one. (nullable): what is behind it */
static const char *
offhook_schema_skip_seconds(const char *text)
{
	guint second;
	gsize digits;

	/* 60 is a leap second. */
	if (text[0] != ':' || !offhook_schema_read_digits(text + 1, 2, &second) || second > 60)
		return NULL;
	text += 3;
	if (*text != '.')
		return text;
	digits = strspn(text + 1, G_CSET_DIGITS);
	return digits > 0 ? text + 1 + digits : NULL;
}

/* "Z" or "+01:00", and nothing behind it. */
static gboolean
offhook_schema_is_offset(const char *text)
{
	if (*text == 'Z' || *text == 'z')
		return text[1] == '\0';
	if (*text != '+' && *text != '-')
		return FALSE;
	text = offhook_schema_skip_minutes(text + 1);
	return text != NULL && *text == '\0';
}

static gboolean
offhook_schema_is_date(const char *text)
{
	const char *rest = offhook_schema_skip_date(text);

	return rest != NULL && *rest == '\0';
}

/*
 * RFC 3339 wants seconds and an offset, of which whoever books a table knows nothing: both may be
 * left out.
 */
static gboolean
offhook_schema_is_time(const char *text)
{
	const char *rest = offhook_schema_skip_minutes(text);

	if (rest != NULL && *rest == ':')
		rest = offhook_schema_skip_seconds(rest);
	return rest != NULL && (*rest == '\0' || offhook_schema_is_offset(rest));
}

static gboolean
offhook_schema_is_date_time(const char *text)
{
	const char *rest = offhook_schema_skip_date(text);

	if (rest == NULL || strchr("Tt ", *rest) == NULL || *rest == '\0')
		return FALSE;
	rest = offhook_schema_skip_minutes(rest + 1);
	if (rest != NULL)
		rest = offhook_schema_skip_seconds(rest);
	return rest != NULL && offhook_schema_is_offset(rest);
}

static gboolean
offhook_schema_is_email(const char *text)
{
	const char *at = strchr(text, '@');
	const char *dot = at != NULL ? strchr(at, '.') : NULL;

	if (dot == NULL || at == text || dot == at + 1 || strlen(text) > MAX_EMAIL)
		return FALSE;
	return strchr(at + 1, '@') == NULL && strpbrk(text, " \t\r\n<>,;\"") == NULL &&
	       strstr(at, "..") == NULL && text[strlen(text) - 1] != '.';
}

static gboolean
offhook_schema_is_uri(const char *text)
{
	return g_uri_is_valid(text, G_URI_FLAGS_NONE, NULL);
}

static gboolean
offhook_schema_is_uuid(const char *text)
{
	return g_uuid_string_is_valid(text);
}

static const OffhookSchemaFormat offhook_schema_formats[] = {
    {"date", "a date such as 2026-01-31", offhook_schema_is_date},
    {"time", "a time such as 19:30", offhook_schema_is_time},
    {"date-time", "a date and time such as 2026-01-31T19:30:00Z", offhook_schema_is_date_time},
    {"email", "an e-mail address", offhook_schema_is_email},
    {"uri", "a URI such as https://example.com/", offhook_schema_is_uri},
    {"uuid", "a UUID", offhook_schema_is_uuid},
};

const OffhookSchemaFormat *
offhook_schema_find_format(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_schema_formats); i++)
		if (g_str_equal(offhook_schema_formats[i].name, name))
			return &offhook_schema_formats[i];
	return NULL;
}
