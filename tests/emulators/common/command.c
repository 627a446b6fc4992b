/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The program that is the emulator of an engine's service. Main loop only. */

#include "command.h"

#include "emu-error.h"

#include <glib-unix.h>
#include <stdio.h>

#define OFFHOOK_EMU_EXIT_USAGE 2

/* ---- the command line ---- */

GOptionContext *
offhook_emu_command_new_context(const gchar *name, const gchar *summary, const gchar *description)
{
	GOptionContext *context = g_option_context_new(NULL);
	g_autofree gchar *program = g_strconcat("offhook emulate ", name, NULL);

	g_set_prgname(program);
	g_option_context_set_summary(context, summary);
	g_option_context_set_description(context, description);
	return context;
}

gboolean
offhook_emu_command_parse(GOptionContext *context, char **argv, GError **error)
{
	g_auto(GStrv) arguments = g_strdupv(argv);

	return g_option_context_parse_strv(context, &arguments, error);
}

gboolean
offhook_emu_command_refuse(GError **error, const gchar *name, const gchar *expected)
{
	g_set_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_USAGE, "--%s: expected %s", name,
		    expected);
	return FALSE;
}

void
offhook_emu_voice_options_init(OffhookEmuVoiceOptions *self, gdouble speed)
{
	*self = (OffhookEmuVoiceOptions){.first_ms = 50, .speed = speed};
}

void
offhook_emu_voice_options_clear(OffhookEmuVoiceOptions *self)
{
	g_clear_pointer(&self->name, g_free);
}

void
offhook_emu_voice_options_add(OffhookEmuVoiceOptions *self, GOptionContext *context)
{
	g_autofree gchar *speed =
	    g_strdup_printf("sound from then on, times real time (%g)", self->speed);
	/* The context keeps no copies of texts. */
	const GOptionEntry entries[] = {
	    {"first-audio", 0, 0, G_OPTION_ARG_INT, &self->first_ms,
	     "before the first sound of a text (50)", "MS"},
	    {"audio-speed", 0, 0, G_OPTION_ARG_DOUBLE, &self->speed, g_intern_string(speed), "N"},
	    {"voice", 0, 0, G_OPTION_ARG_STRING, &self->name,
	     "how it sounds: rms (default), awb, kal, kal16, espeak:NAME, or tone", "VOICE"},
	    {NULL},
	};

	g_option_context_add_main_entries(context, entries, NULL);
}

gboolean
offhook_emu_voice_options_check(OffhookEmuVoiceOptions *self, GError **error)
{
	if (self->name == NULL)
		self->name = g_strdup("rms");
	if (self->first_ms < 0)
		return offhook_emu_command_refuse(error, "first-audio", "milliseconds from 0 on");
	return self->speed >= 0.1 && self->speed <= 10000
		   ? TRUE
		   : offhook_emu_command_refuse(error, "audio-speed", "0.1 to 10000");
}

/* ---- running ---- */

static gboolean
offhook_emu_command_stop_cb(gpointer user_data)
{
	g_main_loop_quit(user_data);
	return G_SOURCE_CONTINUE;
}

void
offhook_emu_command_run(const gchar *line)
{
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);

	g_unix_signal_add(SIGINT, offhook_emu_command_stop_cb, loop);
	g_unix_signal_add(SIGTERM, offhook_emu_command_stop_cb, loop);
	/* Whoever reads that may end it at once. */
	g_print("%s\n", line);
	fflush(stdout);
	g_main_loop_run(loop);
}

int
offhook_emu_command_get_status(const GError *error)
{
	if (error == NULL)
		return 0;
	g_printerr("%s: %s\n", g_get_prgname(), error->message);
	return OFFHOOK_EMU_EXIT_USAGE;
}
