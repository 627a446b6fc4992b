/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Opening hours: ranges of minutes for each day of the week.
 */

#include <offhook/opening-hours.h>

#include <offhook/error.h>
#include <string.h>

typedef struct {
	guint from;
	guint to; /* more than a day's past midnight */
} OffhookOpeningRange;

struct _OffhookOpeningHours {
	GArray *ranges[8]; /* OffhookOpeningRange, by weekday; 0 is not used */
};

OffhookOpeningHours *
offhook_opening_hours_new(void)
{
	OffhookOpeningHours *self = g_new0(OffhookOpeningHours, 1);

	for (guint i = 1; i < G_N_ELEMENTS(self->ranges); i++)
		self->ranges[i] = g_array_new(FALSE, FALSE, sizeof(OffhookOpeningRange));
	return self;
}

void
offhook_opening_hours_free(OffhookOpeningHours *self)
{
	if (self == NULL)
		return;
	for (guint i = 1; i < G_N_ELEMENTS(self->ranges); i++)
		g_array_unref(self->ranges[i]);
	g_free(self);
}

/* "9:30" or "24:00"; -1: it is none */
static gint
offhook_opening_hours_read_time(const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, ":", 2);
	guint64 hour, minute;

	if (g_strv_length(parts) != 2 || strlen(parts[1]) != 2 ||
	    !g_ascii_string_to_unsigned(parts[0], 10, 0, 24, &hour, NULL) ||
	    !g_ascii_string_to_unsigned(parts[1], 10, 0, 59, &minute, NULL) ||
	    hour * 60 + minute > OFFHOOK_DAY_MINUTES)
		return -1;
	return (gint)(hour * 60 + minute);
}

gboolean
offhook_opening_hours_add(OffhookOpeningHours *self, guint weekday, const char *range)
{
	g_auto(GStrv) parts = g_strsplit(range, "-", 2);
	OffhookOpeningRange read;
	gint from, to;

	g_return_val_if_fail(weekday >= 1 && weekday <= 7, FALSE);

	if (g_strv_length(parts) != 2)
		return FALSE;
	from = offhook_opening_hours_read_time(parts[0]);
	to = offhook_opening_hours_read_time(parts[1]);
	if (from < 0 || to < 0 || from == to || from == OFFHOOK_DAY_MINUTES)
		return FALSE;
	read.from = (guint)from;
	read.to = (guint)(to > from ? to : to + OFFHOOK_DAY_MINUTES);
	g_array_append_val(self->ranges[weekday], read);
	return TRUE;
}

/* ---- a whole week ---- */

/* 0: it is none */
static guint
offhook_opening_hours_read_day(const char *text)
{
	static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

	for (guint i = 0; i < G_N_ELEMENTS(days); i++)
		if (g_ascii_strcasecmp(text, days[i]) == 0)
			return i + 1;
	return 0;
}

/* "mon", "mon-fri", "daily" */
static gboolean
offhook_opening_hours_read_days(const char *text, guint *first, guint *last)
{
	g_auto(GStrv) parts = g_strsplit(text, "-", 2);

	if (g_ascii_strcasecmp(text, "daily") == 0) {
		*first = 1;
		*last = 7;
		return TRUE;
	}
	*first = offhook_opening_hours_read_day(parts[0]);
	*last = parts[1] != NULL ? offhook_opening_hours_read_day(parts[1]) : *first;
	return *first != 0 && *last != 0;
}

/* @first, @last: (inout): the days of the part before it, 0 for none; fri-mon goes over the end */
static gboolean
offhook_opening_hours_read_part(OffhookOpeningHours *self, const char *part, guint *first,
				guint *last)
{
	g_auto(GStrv) words = g_strsplit_set(part, " \t", -1);
	guint n = 0;

	for (char **word = words; *word != NULL; word++) {
		if (**word == '\0')
			continue;
		if (n == 0 && g_ascii_isalpha(**word)) {
			if (!offhook_opening_hours_read_days(*word, first, last))
				return FALSE;
			continue;
		}
		n++;
		if (*first == 0)
			return FALSE;
		for (guint day = *first;; day = day % 7 + 1) {
			if (!offhook_opening_hours_add(self, day, *word))
				return FALSE;
			if (day == *last)
				break;
		}
	}
	return n > 0;
}

static void
offhook_opening_hours_refuse(char *part, GError **error)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
		    "\"%s\" is not valid, expected days and times like mon-fri 09:00-18:00",
		    g_strstrip(part));
}

OffhookOpeningHours *
offhook_opening_hours_parse(const char *text, GError **error)
{
	g_autoptr(OffhookOpeningHours) self = offhook_opening_hours_new();
	g_auto(GStrv) parts = g_strsplit(text, ",", -1);
	g_autofree char *nothing = g_strdup("");
	guint first = 0;
	guint last = 0;

	for (char **part = parts; *part != NULL; part++) {
		if (offhook_opening_hours_read_part(self, *part, &first, &last))
			continue;
		offhook_opening_hours_refuse(*part, error);
		return NULL;
	}
	if (!offhook_opening_hours_is_empty(self))
		return g_steal_pointer(&self);
	offhook_opening_hours_refuse(nothing, error);
	return NULL;
}

/* ---- asking ---- */

gboolean
offhook_opening_hours_is_empty(const OffhookOpeningHours *self)
{
	for (guint i = 1; i <= 7; i++)
		if (self->ranges[i]->len > 0)
			return FALSE;
	return TRUE;
}

guint
offhook_opening_hours_count(const OffhookOpeningHours *self, guint weekday)
{
	return self->ranges[weekday]->len;
}

void
offhook_opening_hours_get(const OffhookOpeningHours *self, guint weekday, guint i, guint *from,
			  guint *to)
{
	const OffhookOpeningRange *range =
	    &g_array_index(self->ranges[weekday], OffhookOpeningRange, i);

	*from = range->from;
	*to = range->to;
}

static gboolean
offhook_opening_hours_covers(const GArray *ranges, guint minutes)
{
	for (guint i = 0; i < ranges->len; i++) {
		const OffhookOpeningRange *range = &g_array_index(ranges, OffhookOpeningRange, i);

		if (minutes >= range->from && minutes < range->to)
			return TRUE;
	}
	return FALSE;
}

gboolean
offhook_opening_hours_is_open(const OffhookOpeningHours *self, guint weekday, guint minutes)
{
	guint yesterday = weekday == 1 ? 7 : weekday - 1;

	return offhook_opening_hours_covers(self->ranges[weekday], minutes) ||
	       offhook_opening_hours_covers(self->ranges[yesterday], minutes + OFFHOOK_DAY_MINUTES);
}
