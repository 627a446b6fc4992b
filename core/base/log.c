/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Logging: GLib's structured log, filtered by one level, with call ids as fields. Any thread.
 */

#include "base/log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define OFFHOOK_LOG_NUMBER_DIGITS 7

static int offhook_log_level = G_LOG_LEVEL_MESSAGE; /* atomic */
static int offhook_log_personal_data = FALSE;       /* atomic */
static int offhook_log_process = 0;                 /* atomic: the id that lines have; 0: none */

static const struct {
	const char *word;
	GLogLevelFlags level;
} offhook_log_levels[] = {
    {"error", G_LOG_LEVEL_CRITICAL},  {"warning", G_LOG_LEVEL_WARNING},
    {"message", G_LOG_LEVEL_MESSAGE}, {"info", G_LOG_LEVEL_INFO},
    {"debug", G_LOG_LEVEL_DEBUG},
};

static const char *
offhook_log_get_field(const GLogField *fields, gsize n, const char *key)
{
	for (gsize i = 0; i < n; i++)
		if (g_str_equal(fields[i].key, key))
			return fields[i].value;
	return NULL;
}

static const char *
offhook_log_level_to_word(GLogLevelFlags level)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_log_levels); i++)
		if (level & offhook_log_levels[i].level)
			return offhook_log_levels[i].word;
	return "error";
}

/* The digits behind a plus sign when they are as many as a phone number has, else 0. */
static gsize
offhook_log_measure_number(const char *text)
{
	gsize digits = *text == '+' ? strspn(text + 1, G_CSET_DIGITS) : 0;

	return digits >= OFFHOOK_LOG_NUMBER_DIGITS ? digits + 1 : 0;
}

char *
offhook_log_make_printable(const char *message)
{
	g_autofree char *valid = g_utf8_make_valid(message, -1);
	GString *out = g_string_new(NULL);

	for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		gsize number = offhook_log_measure_number(p);

		if (number > 0) {
			g_autofree char *whole = g_strndup(p, number);
			g_autofree char *shown = offhook_log_redact_number(whole);

			g_string_append(out, shown);
			p += number - 1;
		} else if (g_unichar_iscntrl(c))
			g_string_append_printf(out, "\\x%02x", c);
		else
			g_string_append_unichar(out, c);
	}
	return g_string_free(out, FALSE);
}

static void
offhook_log_write_line(GLogLevelFlags level, const GLogField *fields, gsize n)
{
	const char *domain = offhook_log_get_field(fields, n, "GLIB_DOMAIN");
	const char *message = offhook_log_get_field(fields, n, "MESSAGE");
	g_autoptr(GDateTime) now = g_date_time_new_now_local();
	g_autofree char *time = g_date_time_format(now, "%H:%M:%S");
	int process = g_atomic_int_get(&offhook_log_process);
	g_autofree char *mark = process != 0 ? g_strdup_printf(" [%d]", process) : g_strdup("");

	fprintf(stderr, "%s.%03d%s %-7s %s: %s\n", time, g_date_time_get_microsecond(now) / 1000,
		mark, offhook_log_level_to_word(level), domain != NULL ? domain : "-",
		message != NULL ? message : "");
}

static GLogWriterOutput
offhook_log_writer(GLogLevelFlags level, const GLogField *fields, gsize n, gpointer user_data)
{
	g_autofree GLogField *shown = NULL;
	g_autofree char *text = NULL;

	/* The lower the importance, the higher the bit. */
	if ((int)(level & G_LOG_LEVEL_MASK) > g_atomic_int_get(&offhook_log_level))
		return G_LOG_WRITER_HANDLED;
	shown = g_memdup2(fields, n * sizeof(*fields));
	for (gsize i = 0; i < n; i++) {
		if (!g_str_equal(fields[i].key, "MESSAGE"))
			continue;
		g_free(text);
		shown[i].value = text = offhook_log_make_printable(fields[i].value);
		shown[i].length = -1;
	}
	if (g_log_writer_is_journald(STDERR_FILENO) &&
	    g_log_writer_journald(level, shown, n, user_data) == G_LOG_WRITER_HANDLED)
		return G_LOG_WRITER_HANDLED;
	offhook_log_write_line(level, shown, n);
	return G_LOG_WRITER_HANDLED;
}

void
offhook_log_init(GLogLevelFlags level)
{
	offhook_log_set_level(level);
	g_log_set_writer_func(offhook_log_writer, NULL, NULL);
}

void
offhook_log_set_level(GLogLevelFlags level)
{
	g_atomic_int_set(&offhook_log_level, (int)level);
}

void
offhook_log_show_process(void)
{
	g_atomic_int_set(&offhook_log_process, (int)getpid());
}

gboolean
offhook_log_level_from_string(const char *word, GLogLevelFlags *level)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_log_levels); i++) {
		if (g_strcmp0(word, offhook_log_levels[i].word) == 0) {
			*level = offhook_log_levels[i].level;
			return TRUE;
		}
	}
	return FALSE;
}

void
offhook_log_set_personal_data(gboolean shown)
{
	g_atomic_int_set(&offhook_log_personal_data, shown);
}

gboolean
offhook_log_get_personal_data(void)
{
	return g_atomic_int_get(&offhook_log_personal_data);
}

char *
offhook_log_redact_number(const char *number)
{
	gsize length = number != NULL ? strlen(number) : 0;

	if (length == 0)
		return g_strdup("unknown");
	if (g_atomic_int_get(&offhook_log_personal_data))
		return g_strdup(number);
	if (length < 7)
		return g_strdup("•••");
	return g_strdup_printf("%.2s•••%s", number, number + length - 2);
}

void
offhook_log_call(const char *domain, GLogLevelFlags level, const char *call_id, const char *format,
		 ...)
{
	g_autofree char *text = NULL;
	va_list args;

	if ((int)level > g_atomic_int_get(&offhook_log_level))
		return;
	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	g_log_structured(domain, level, "OFFHOOK_CALL_ID", call_id, "MESSAGE", "call %s: %s",
			 call_id, text);
}
