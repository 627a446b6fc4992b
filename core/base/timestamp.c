/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Wall-clock times as RFC 3339 text and back. Any thread.
 */

#include "base/timestamp.h"

#include <time.h>

#include <offhook/error.h>

/* The years 1 to 9999, the ones that four digits can say. */
#define OFFHOOK_TIMESTAMP_MIN_S G_GINT64_CONSTANT(-62135596800)
#define OFFHOOK_TIMESTAMP_MAX_S G_GINT64_CONSTANT(253402300799)

gint64
offhook_timestamp_now(void)
{
	return g_get_real_time();
}

gboolean
offhook_timestamp_print(gint64 unix_us, char buffer[OFFHOOK_TIMESTAMP_SIZE])
{
	gint64 us = unix_us % G_USEC_PER_SEC;
	time_t seconds = unix_us / G_USEC_PER_SEC;
	struct tm parts;

	if (us < 0) {
		us += G_USEC_PER_SEC;
		seconds--;
	}
	buffer[0] = '\0';
	if (seconds < OFFHOOK_TIMESTAMP_MIN_S || seconds > OFFHOOK_TIMESTAMP_MAX_S ||
	    gmtime_r(&seconds, &parts) == NULL)
		return FALSE;
	g_snprintf(buffer, OFFHOOK_TIMESTAMP_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
		   parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
		   parts.tm_min, parts.tm_sec, (int)(us / 1000));
	return TRUE;
}

char *
offhook_timestamp_format(gint64 unix_us)
{
	char buffer[OFFHOOK_TIMESTAMP_SIZE];

	return offhook_timestamp_print(unix_us, buffer) ? g_strdup(buffer) : NULL;
}

/* Reads exactly @digits digits and the character @after them (0 for any), and moves on. */
static gboolean
offhook_timestamp_take(const char **text, guint digits, char after, gint *value)
{
	*value = 0;
	for (; digits > 0; digits--) {
		if (!g_ascii_isdigit(**text))
			return FALSE;
		*value = *value * 10 + g_ascii_digit_value(*(*text)++);
	}
	if (after == '\0')
		return TRUE;
	if (g_ascii_toupper(**text) != after)
		return FALSE;
	(*text)++;
	return TRUE;
}

static gboolean
offhook_timestamp_take_fraction(const char **text, gint *us)
{
	guint digits = 0;

	*us = 0;
	if (**text != '.')
		return TRUE;
	for ((*text)++; g_ascii_isdigit(**text); (*text)++, digits++) {
		if (digits < 6)
			*us = *us * 10 + g_ascii_digit_value(**text);
	}
	for (guint i = digits; i < 6; i++)
		*us *= 10;
	return digits > 0;
}

/* "Z" or "+hh:mm", up to the end of the text. */
static gboolean
offhook_timestamp_take_offset(const char *text, gint *offset_s)
{
	gint sign = *text == '-' ? -1 : 1;
	gint hours;
	gint minutes;

	*offset_s = 0;
	if (*text == 'Z' || *text == 'z')
		return text[1] == '\0';
	if (*text != '+' && *text != '-')
		return FALSE;
	text++;
	if (!offhook_timestamp_take(&text, 2, ':', &hours) ||
	    !offhook_timestamp_take(&text, 2, '\0', &minutes) || hours > 23 || minutes > 59)
		return FALSE;
	*offset_s = sign * (hours * 3600 + minutes * 60);
	return *text == '\0';
}

static gboolean
offhook_timestamp_scan(const char *text, gint64 *unix_us)
{
	g_autoptr(GDateTime) time = NULL;
	gint year, month, day, hour, minute, second, us, offset_s;

	if (!offhook_timestamp_take(&text, 4, '-', &year) ||
	    !offhook_timestamp_take(&text, 2, '-', &month) ||
	    !offhook_timestamp_take(&text, 2, '\0', &day))
		return FALSE;
	if (*text != 'T' && *text != 't' && *text != ' ')
		return FALSE;
	text++;
	if (!offhook_timestamp_take(&text, 2, ':', &hour) ||
	    !offhook_timestamp_take(&text, 2, ':', &minute) ||
	    !offhook_timestamp_take(&text, 2, '\0', &second) ||
	    !offhook_timestamp_take_fraction(&text, &us) ||
	    !offhook_timestamp_take_offset(text, &offset_s) || second > 60)
		return FALSE;
	/* A leap second is the first of the next minute, as everywhere in Unix time. */
	time = g_date_time_new_utc(year, month, day, hour, minute, 0);
	if (time == NULL)
		return FALSE;
	*unix_us = (g_date_time_to_unix(time) + second - offset_s) * G_USEC_PER_SEC + us;
	return TRUE;
}

gboolean
offhook_timestamp_parse(const char *text, gint64 *unix_us, GError **error)
{
	gint64 value;

	if (text != NULL && offhook_timestamp_scan(text, &value)) {
		*unix_us = value;
		return TRUE;
	}
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
		    "time: expected an RFC 3339 time such as 2024-05-01T12:34:56.789Z");
	return FALSE;
}
